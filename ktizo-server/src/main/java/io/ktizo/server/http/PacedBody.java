package io.ktizo.server.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A body that must arrive at some pace: a client that sends a byte now and then holds a file and a
 * thread for as long as it likes otherwise. For one thread.
 */
final class PacedBody extends FilterInputStream {
  /** Slow starts are forgiven for so long. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Slower than any modem; a model of 10 MB may take 20 minutes. */
  static final long LEAST_BYTES_PER_SECOND = 8 << 10;

  private final InstantSource clock;
  private final long start;
  private long received;

  PacedBody(InputStream body, InstantSource clock) {
    super(body);
    this.clock = clock;
    this.start = clock.millis();
  }

  /** The client went away before the end of the body; nobody waits for an answer. */
  static final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(Throwable cause) {
      super("the client went away", cause);
    }
  }

  @Override
  public int read() throws IOException {
    byte[] next = new byte[1];
    return read(next, 0, 1) < 0 ? -1 : next[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    int read;
    try {
      read = super.read(into, offset, length);
    } catch (IOException | RuntimeException e) {
      // Helidon tells of an end before the end by several types, none of them an IOException.
      if (timedOut(e)) {
        throw tooSlow();
      }
      throw new ClientGoneException(e);
    }
    count(Math.max(0, read));
    return read;
  }

  private static boolean timedOut(@Nullable Throwable thrown) {
    return thrown != null
        && (thrown instanceof SocketTimeoutException || timedOut(thrown.getCause()));
  }

  private void count(int bytes) {
    received += bytes;
    long allowed = PATIENCE.toMillis() + received * 1000 / LEAST_BYTES_PER_SECOND;
    if (clock.millis() - start > allowed) {
      throw tooSlow();
    }
  }

  private static ProblemException tooSlow() {
    return new ProblemException(
        Problem.of(
            408,
            "request.too-slow",
            "The body arrives too slowly.",
            "Nothing of it was kept; please send it again over a better connection."));
  }
}
