package io.ktizo.storage.detect;

import io.ktizo.core.mesh.MeshFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;

/**
 * Tells what a file is from its bytes; its name is never looked at. Reads a few places, inflates a
 * bounded amount and keeps nothing, so a file that is hostile costs no more than one that is not.
 * Any number of threads may share it.
 */
public final class TypeDetection {
  private static final int HEAD = 1 << 16;

  private final ForeignTypes foreign;

  private TypeDetection(ForeignTypes foreign) {
    this.foreign = foreign;
  }

  /** Knows models only; everything else is {@link FileType#UNKNOWN}. */
  public static TypeDetection ofModels() {
    return new TypeDetection(head -> FileType.UNKNOWN);
  }

  /**
   * Knows models, and what Apache Tika tells by magic numbers besides. The first use would cost
   * half a second, so Tika reads its table now.
   *
   * @throws NoClassDefFoundError if the optional dependency {@code tika-core} is not there
   */
  public static TypeDetection withTika() {
    return new TypeDetection(new TikaTypes());
  }

  /**
   * The type of a content.
   *
   * @param content is left open, at any position
   * @throws IOException if the channel threw it
   */
  public FileType detect(SeekableByteChannel content) throws IOException {
    byte[] head = head(content);
    Optional<MeshFormat> model = MeshFormat.detect(content);
    if (model.isEmpty()) {
      return foreign.of(head);
    }
    if (isZip(head) && holdsOnlyGcode(content, model.get())) {
      return FileType.GCODE_3MF;
    }
    return FileType.of(model.get());
  }

  private static boolean holdsOnlyGcode(SeekableByteChannel content, MeshFormat format)
      throws IOException {
    return switch (format) {
      case GCODE -> true;
      case THREE_MF -> GcodePackage.hasGcodeAndNoMesh(content);
      default -> false;
    };
  }

  private static boolean isZip(byte[] head) {
    return head.length >= 4 && head[0] == 'P' && head[1] == 'K';
  }

  private static byte[] head(SeekableByteChannel content) throws IOException {
    ByteBuffer head = ByteBuffer.allocate((int) Math.min(HEAD, content.size()));
    content.position(0);
    while (head.hasRemaining() && content.read(head) >= 0) {
      // Some channels give less than they could.
    }
    byte[] bytes = new byte[head.position()];
    head.flip().get(bytes);
    return bytes;
  }
}
