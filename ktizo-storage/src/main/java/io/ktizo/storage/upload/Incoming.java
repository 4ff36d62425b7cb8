package io.ktizo.storage.upload;

import io.ktizo.storage.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A body while it is read: counts, hashes, and knows why it ended. Failures of the connection are
 * an end like any other, because what came before them is good.
 */
final class Incoming {
  private static final int BUFFER = 1 << 16;

  private final Body body;
  private final UploadLimits limits;
  private final InstantSource clock;
  private final byte[] buffer = new byte[BUFFER];
  private final @Nullable MessageDigest whole;
  private final @Nullable MessageDigest checked;
  private long room;
  private long announced;
  private int filled;
  private Reception.@Nullable End end;
  private boolean tooLong;
  private Instant windowStart;
  private long windowBytes;

  /**
   * @param room how many bytes the upload has left
   * @param fromTheStart whether the body is the beginning of the content
   */
  Incoming(Body body, long room, boolean fromTheStart, UploadLimits limits, InstantSource clock) {
    this.body = body;
    this.room = room;
    this.limits = limits;
    this.clock = clock;
    this.announced = body.length().orElse(Long.MAX_VALUE);
    this.whole = fromTheStart ? Sha256.digest() : null;
    this.checked = body.checksum().map(Checksum::digest).orElse(null);
    this.windowStart = clock.instant();
  }

  /** Waits for bytes. False if there are none any more. */
  boolean hasMore() {
    if (filled == 0) {
      fill();
    }
    return filled > 0;
  }

  /**
   * Writes one piece.
   *
   * @return how many bytes it has
   */
  long copyPiece(OutputStream out) throws IOException {
    Instant start = clock.instant();
    long count = 0;
    while (hasMore()) {
      out.write(buffer, 0, filled);
      count += filled;
      filled = 0;
      if (count >= limits.pieceBytes()
          || Duration.between(start, clock.instant()).compareTo(limits.pieceTime()) >= 0) {
        break;
      }
    }
    return count;
  }

  private void fill() {
    if (end != null) {
      return;
    }
    int wanted = (int) Math.min(BUFFER, Math.min(room, announced));
    if (wanted == 0) {
      end = Reception.End.BODY_ENDED;
      tooLong = room == 0 && announced > 0 && hasOneMore();
      return;
    }
    int read = read(wanted);
    if (read <= 0) {
      boolean early = body.length().isPresent() && announced > 0;
      end = read < -1 || early ? Reception.End.CUT : Reception.End.BODY_ENDED;
      return;
    }
    if (whole != null) {
      whole.update(buffer, 0, read);
    }
    if (checked != null) {
      checked.update(buffer, 0, read);
    }
    filled = read;
    room -= read;
    announced -= body.length().isPresent() ? read : 0;
    watchPace(read);
  }

  /** As a stream reads; -2 if the connection broke. */
  private int read(int wanted) {
    try {
      return body.stream().read(buffer, 0, wanted);
    } catch (IOException | UncheckedIOException cut) {
      return -2;
    }
  }

  private boolean hasOneMore() {
    try {
      return body.stream().read() >= 0;
    } catch (IOException | UncheckedIOException cut) {
      // Everything had come already.
      return false;
    }
  }

  private void watchPace(int read) {
    windowBytes += read;
    Duration window = Duration.between(windowStart, clock.instant());
    if (window.compareTo(limits.patience()) >= 0) {
      if (windowBytes < limits.slowest() * window.toSeconds()) {
        end = Reception.End.TOO_SLOW;
      }
      windowStart = windowStart.plus(window);
      windowBytes = 0;
    }
  }

  /** Why there is no more; only after {@link #hasMore} has said so. */
  Reception.End end() {
    return end == null ? Reception.End.BODY_ENDED : end;
  }

  /** Whether there were more bytes than the upload had left. */
  boolean isTooLong() {
    return tooLong;
  }

  /** The hash of everything, if the body began at the beginning and filled the upload. */
  Optional<Sha256> hash() {
    return whole != null && room == 0 ? Optional.of(Sha256.of(whole)) : Optional.empty();
  }

  /** Whether the whole body came and is what its checksum says. */
  boolean matches(Checksum checksum) {
    return checked != null && checksum.matches(checked);
  }
}
