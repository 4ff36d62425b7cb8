package io.ktizo.storage.detect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.tika.io.TikaInputStream;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MimeTypeException;
import org.apache.tika.mime.MimeTypes;
import org.apache.tika.parser.ParseContext;

/** Asks Tika's table of magic numbers, and nothing else of Tika. */
final class TikaTypes implements ForeignTypes {
  private final MimeTypes types = MimeTypes.getDefaultMimeTypes();

  @Override
  public FileType of(byte[] head) {
    if (head.length == 0) {
      return FileType.UNKNOWN;
    }
    try (TikaInputStream in = TikaInputStream.get(head)) {
      MediaType type = types.detect(in, new Metadata(), new ParseContext());
      if (type.equals(MediaType.OCTET_STREAM)) {
        return FileType.UNKNOWN;
      }
      return new FileType(type.getBaseType().toString(), label(type), extensions(type));
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory could not be read", e);
    }
  }

  private static String label(MediaType type) {
    return type.getBaseType().toString();
  }

  private Set<String> extensions(MediaType type) {
    try {
      return types.forName(type.getBaseType().toString()).getExtensions().stream()
          .map(extension -> extension.substring(1))
          .collect(Collectors.toUnmodifiableSet());
    } catch (MimeTypeException unnamed) {
      return Set.of();
    }
  }
}
