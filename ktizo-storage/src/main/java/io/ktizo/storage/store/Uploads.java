package io.ktizo.storage.store;

import io.ktizo.storage.FileId;
import io.ktizo.storage.Piece;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Upload;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How uploads and files change in memory. */
final class Uploads {
  private Uploads() {}

  static boolean isRunning(Upload upload) {
    return upload.state() == Upload.State.RECEIVING || upload.state() == Upload.State.RECEIVED;
  }

  static boolean mayAppend(Upload upload, UUID writer, List<Piece> pieces) {
    if (upload.state() != Upload.State.RECEIVING || !writer.equals(upload.writer())) {
      return false;
    }
    long end = upload.offset();
    for (Piece piece : pieces) {
      if (piece.offset() != end) {
        return false;
      }
      end = piece.end();
    }
    return end <= upload.length();
  }

  static Upload writtenBy(Upload upload, @Nullable UUID writer) {
    return changed(upload, upload.state(), upload.pieces(), upload.expires(), writer, null, null);
  }

  static Upload with(Upload upload, List<Piece> more, Instant expires) {
    List<Piece> pieces = Stream.concat(upload.pieces().stream(), more.stream()).toList();
    long end = pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
    Upload.State state = end == upload.length() ? Upload.State.RECEIVED : Upload.State.RECEIVING;
    return changed(upload, state, pieces, expires, upload.writer(), null, null);
  }

  static Upload kept(Upload upload, FileId file) {
    return changed(upload, Upload.State.KEPT, List.of(), upload.expires(), null, file, null);
  }

  static Upload refused(Upload upload, String reason) {
    return changed(upload, Upload.State.REFUSED, List.of(), upload.expires(), null, null, reason);
  }

  private static Upload changed(
      Upload upload,
      Upload.State state,
      List<Piece> pieces,
      Instant expires,
      @Nullable UUID writer,
      @Nullable FileId file,
      @Nullable String refusal) {
    return new Upload(
        upload.id(),
        upload.owner(),
        upload.name(),
        upload.length(),
        upload.kind(),
        state,
        upload.key(),
        pieces,
        upload.parts(),
        state == Upload.State.KEPT || state == Upload.State.REFUSED ? 0 : upload.reserved(),
        upload.created(),
        expires,
        writer,
        file == null ? upload.file() : file,
        refusal == null ? upload.refusal() : refusal);
  }

  static StoredFile sharing(StoredFile file, StoredFile.Content content) {
    return new StoredFile(
        file.id(),
        file.owner(),
        file.name(),
        content,
        file.findings(),
        file.created(),
        file.kept(),
        file.expires());
  }

  static StoredFile expiring(StoredFile file, @Nullable Instant expires) {
    return new StoredFile(
        file.id(),
        file.owner(),
        file.name(),
        file.content(),
        file.findings(),
        file.created(),
        file.kept(),
        expires);
  }
}
