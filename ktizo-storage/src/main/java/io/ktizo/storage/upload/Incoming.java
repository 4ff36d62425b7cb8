package io.ktizo.storage.upload;

import io.ktizo.storage.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A body while it is read: counts, hashes, and knows why it ended. Failures of the connection are
 * an end like any other, because what came before them is good.
 *
 * <p>Hashing costs about as much as everything else together, so blocks are hashed on another
 * thread while they are written on this one. {@value #BUFFERS} buffers go round: one is filled, one
 * written, one still hashed.
 */
final class Incoming {
  private static final int SHORTEST_BUFFER = 1 << 16;
  private static final int LONGEST_BUFFER = 1 << 18;
  private static final int BUFFERS = 3;

  /** What is reserved at once where the length is not known. */
  private static final long ROOM_AT_ONCE = 16L << 20;

  /** Below it, handing bytes to another thread costs more than hashing them. */
  private static final int ASIDE = 1 << 15;

  private static final Executor OTHER_THREAD = task -> Thread.ofVirtual().start(task);

  private final Body body;
  private final UploadLimits limits;
  private final InstantSource clock;
  private final int bufferLength;
  private final byte[][] buffers = new byte[BUFFERS][];
  private final CompletableFuture<?>[] hashings = new CompletableFuture<?>[BUFFERS];
  private final @Nullable MessageDigest whole;
  private final @Nullable MessageDigest checked;
  private final Room more;
  private long left;
  private long room;
  private long announced;
  private int turn;
  private CompletableFuture<?> hashed = CompletableFuture.completedFuture(null);
  private int filled;
  private Reception.@Nullable End end;
  private boolean tooLong;
  private Instant windowStart;
  private long windowBytes;

  /** Asks for room where none was reserved before, because nobody knew how much. */
  interface Room {
    /** How many bytes more may come, at most {@code wanted}; 0 for none. */
    long more(long wanted);
  }

  /**
   * @param left how many bytes the upload has left
   * @param room where the length is deferred, what is asked as bytes come; otherwise nothing, and
   *     all that is left is reserved
   * @param fromTheStart whether the body is the beginning of the content
   */
  Incoming(
      Body body,
      long left,
      Optional<Room> room,
      boolean fromTheStart,
      UploadLimits limits,
      InstantSource clock) {
    this.body = body;
    this.left = left;
    this.room = room.isPresent() ? 0 : left;
    this.more = room.orElse(wanted -> 0);
    this.limits = limits;
    this.clock = clock;
    // Pieces end between buffers, so a buffer is not much longer than a piece.
    this.bufferLength =
        (int) Math.min(LONGEST_BUFFER, Math.max(SHORTEST_BUFFER, limits.pieceBytes()));
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
      out.write(buffers[turn], 0, filled);
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
    if (room == 0 && left > 0 && announced > 0) {
      room = more.more(Math.min(left, Math.min(announced, ROOM_AT_ONCE)));
    }
    int wanted = (int) Math.min(bufferLength, Math.min(room, announced));
    if (wanted == 0) {
      boolean comesMore = announced > 0 && hasOneMore();
      end = comesMore && left > 0 ? Reception.End.NO_ROOM : Reception.End.BODY_ENDED;
      tooLong = comesMore && left == 0;
      return;
    }
    byte[] buffer = nextBuffer(wanted);
    int read = read(buffer, wanted);
    if (read <= 0) {
      boolean early = body.length().isPresent() && announced > 0;
      end = read < -1 || early ? Reception.End.CUT : Reception.End.BODY_ENDED;
      return;
    }
    hash(buffer, read);
    filled = read;
    room -= read;
    left -= read;
    announced -= body.length().isPresent() ? read : 0;
    watchPace(read);
  }

  /** One that is written and hashed; no longer than it will be of use. */
  private byte[] nextBuffer(int wanted) {
    turn = (turn + 1) % BUFFERS;
    CompletableFuture<?> before = hashings[turn];
    if (before != null) {
      before.join();
    }
    byte[] buffer = buffers[turn];
    if (buffer == null || buffer.length < wanted) {
      buffer = new byte[wanted];
      buffers[turn] = buffer;
    }
    return buffer;
  }

  private void hash(byte[] buffer, int length) {
    if (whole == null && checked == null) {
      return;
    }
    if (length < ASIDE) {
      hashed.join();
      update(buffer, length);
      return;
    }
    hashed = hashed.thenRunAsync(() -> update(buffer, length), OTHER_THREAD);
    hashings[turn] = hashed;
  }

  /** In the order of the blocks, on whatever thread: each follows the one before. */
  private void update(byte[] buffer, int length) {
    if (whole != null) {
      whole.update(buffer, 0, length);
    }
    if (checked != null) {
      checked.update(buffer, 0, length);
    }
  }

  /**
   * As a stream reads; -2 if the connection broke. Goes on reading while there is something to read
   * at once, since connections give out small bits.
   */
  private int read(byte[] buffer, int wanted) {
    InputStream in = body.stream();
    int count = 0;
    try {
      do {
        int read = in.read(buffer, count, wanted - count);
        if (read < 0) {
          return count == 0 ? -1 : count;
        }
        count += read;
      } while (count < wanted && in.available() > 0);
      return count;
    } catch (IOException | UncheckedIOException cut) {
      return count == 0 ? -2 : count;
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
    if (whole == null || left > 0) {
      return Optional.empty();
    }
    hashed.join();
    return Optional.of(Sha256.of(whole));
  }

  /** Whether the whole body came and is what its checksum says. */
  boolean matches(Checksum checksum) {
    hashed.join();
    return checked != null && checksum.matches(checked);
  }
}
