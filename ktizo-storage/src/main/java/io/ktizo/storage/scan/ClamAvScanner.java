package io.ktizo.storage.scan;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Asks a ClamAV daemon over TCP, by the command {@code INSTREAM} of clamd(8): chunks with their
 * length in four bytes, an empty one at the end, then an answer that ends in {@code OK}, {@code
 * FOUND} or {@code ERROR}.
 *
 * <p>The daemon's {@code StreamMaxLength} must be as long as files may be; what is longer it does
 * not judge, and this says {@link Scanner.Verdict.Unavailable}.
 */
public final class ClamAvScanner implements Scanner {
  private static final int CHUNK = 1 << 16;
  private static final int LONGEST_ANSWER = 1 << 12;

  private final String host;
  private final int port;
  private final Duration connectTimeout;
  private final Duration answerTimeout;

  /**
   * A daemon, usually on port 3310.
   *
   * @param connectTimeout until a connection must be there
   * @param answerTimeout how long the daemon may be silent after it has everything
   */
  public ClamAvScanner(String host, int port, Duration connectTimeout, Duration answerTimeout) {
    if (connectTimeout.toMillis() < 1 || answerTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("time-outs of at least a millisecond");
    }
    this.host = host;
    this.port = port;
    this.connectTimeout = connectTimeout;
    this.answerTimeout = answerTimeout;
  }

  @Override
  public Verdict scan(InputStream content, long length) throws IOException {
    try (Socket daemon = new Socket()) {
      daemon.connect(new InetSocketAddress(host, port), Math.toIntExact(connectTimeout.toMillis()));
      daemon.setSoTimeout(Math.toIntExact(answerTimeout.toMillis()));
      return converse(daemon, content);
    } catch (ContentFailure e) {
      throw e.failure;
    } catch (IOException e) {
      return new Verdict.Unavailable("the daemon cannot be reached: " + e.getClass().getName());
    }
  }

  /** Keeps failures of the content apart from failures of the connection. */
  private static final class ContentFailure extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient IOException failure;

    ContentFailure(IOException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  private static Verdict converse(Socket daemon, InputStream content) throws IOException {
    OutputStream out = daemon.getOutputStream();
    out.write("zINSTREAM\0".getBytes(StandardCharsets.US_ASCII));
    byte[] chunk = new byte[Integer.BYTES + CHUNK];
    try {
      while (true) {
        int read = next(content, chunk);
        ByteBuffer.wrap(chunk).putInt(read);
        out.write(chunk, 0, Integer.BYTES + read);
        if (read == 0) {
          break;
        }
      }
      out.flush();
    } catch (ContentFailure e) {
      throw e;
    } catch (IOException closedEarly) {
      // The daemon answers and hangs up in the middle when it has seen enough; the answer counts.
      return judge(answer(daemon));
    }
    return judge(answer(daemon));
  }

  private static int next(InputStream content, byte[] chunk) throws ContentFailure {
    try {
      return content.readNBytes(chunk, Integer.BYTES, CHUNK);
    } catch (IOException e) {
      throw new ContentFailure(e);
    }
  }

  private static String answer(Socket daemon) throws IOException {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    InputStream in = daemon.getInputStream();
    int next = in.read();
    while (next > 0 && answer.size() < LONGEST_ANSWER) {
      answer.write(next);
      next = in.read();
    }
    return answer.toString(StandardCharsets.UTF_8).strip();
  }

  private static Verdict judge(String answer) {
    String text = answer.startsWith("stream:") ? answer.substring(7).strip() : answer;
    if (text.equals("OK")) {
      return new Verdict.Clean();
    }
    if (text.endsWith(" FOUND")) {
      return new Verdict.Infected(text.substring(0, text.length() - " FOUND".length()).strip());
    }
    return new Verdict.Unavailable(
        text.contains("size limit exceeded")
            ? "the file is longer than the daemon's StreamMaxLength"
            : "the daemon gave no verdict");
  }
}
