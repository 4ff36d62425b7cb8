package io.ktizo.storage.store;

import io.ktizo.storage.Denial;
import io.ktizo.storage.FileId;
import io.ktizo.storage.Piece;
import io.ktizo.storage.Quota;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Upload;
import io.ktizo.storage.Usage;
import java.time.Instant;
import java.util.ArrayList;
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
    return end <= (upload.deferred() ? upload.reserved() : upload.length());
  }

  static Upload writtenBy(Upload upload, @Nullable UUID writer) {
    return changed(upload, upload.state(), upload.pieces(), upload.expires(), writer, null, null);
  }

  static Upload with(Upload upload, List<Piece> more, Instant expires) {
    List<Piece> pieces = Stream.concat(upload.pieces().stream(), more.stream()).toList();
    long end = pieces.isEmpty() ? 0 : pieces.get(pieces.size() - 1).end();
    boolean complete = end == upload.length() && !upload.deferred();
    Upload.State state = complete ? Upload.State.RECEIVED : Upload.State.RECEIVING;
    return changed(upload, state, pieces, expires, upload.writer(), null, null);
  }

  /** How many more bytes of a deferred upload there is room for, up to {@code wanted}. */
  static long grant(Upload upload, Quota quota, Usage usage, long wanted) {
    long ahead = upload.length() - upload.reserved();
    long free = quota.bytes() - usage.bytes() - usage.reservedBytes();
    return Math.max(0, Math.min(wanted, Math.min(ahead, free)));
  }

  static Upload reserving(Upload upload, long bytes) {
    return measured(upload, upload.length(), upload.deferred(), bytes);
  }

  /** What speaks against a length for a deferred upload, or nothing. */
  static List<Denial> denials(Upload upload, long length, Quota quota, Usage usage) {
    List<Denial> denials = new ArrayList<>();
    if (length > quota.fileBytes()) {
      denials.add(new Denial.FileTooLarge(quota.fileBytes()));
    }
    // It is counted among the uploads already.
    denials.addAll(Denial.of(quota, usage, Math.max(0, length - upload.reserved()), 0));
    return denials;
  }

  static Upload declared(Upload upload, long length) {
    return measured(upload, length, false, length);
  }

  private static Upload measured(Upload upload, long length, boolean deferred, long reserved) {
    boolean complete = !deferred && upload.offset() == length;
    return new Upload(
        upload.id(),
        upload.owner(),
        upload.name(),
        length,
        deferred,
        upload.kind(),
        complete ? Upload.State.RECEIVED : upload.state(),
        upload.key(),
        upload.pieces(),
        upload.parts(),
        reserved,
        upload.created(),
        upload.expires(),
        upload.writer(),
        upload.file(),
        upload.refusal());
  }

  /** What a deferred upload holds beyond what has arrived, once nobody is writing. */
  static Upload settled(Upload upload) {
    return upload.deferred() && upload.state() == Upload.State.RECEIVING
        ? reserving(upload, upload.offset())
        : upload;
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
        upload.deferred(),
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
