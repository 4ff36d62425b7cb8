package io.ktizo.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** A connection on which a test writes what no HTTP client would. */
final class RawConnection implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final Socket socket;

  RawConnection(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.setTcpNoDelay(true);
  }

  RawConnection write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawConnection write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /** Everything up to the end that the server puts to the connection; fails if it does not. */
  String readToEnd() throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    InputStream in = socket.getInputStream();
    byte[] block = new byte[4096];
    for (int read = in.read(block); read >= 0; read = in.read(block)) {
      all.write(block, 0, read);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  /** One answer with a Content-Length, head and body. */
  String readAnswer() throws IOException {
    StringBuilder head = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the connection ended in a head: " + head);
      }
      head.append((char) next);
    }
    String marker = "content-length: ";
    int length = 0;
    for (String line : head.toString().split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(marker)) {
        length = Integer.parseInt(line.substring(marker.length()).strip());
      }
    }
    return head + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  /**
   * Waits a fifth of a second for an end that the server puts to the connection, then writes on.
   *
   * @return whether the connection is still there
   */
  boolean drip(String text) throws IOException {
    socket.setSoTimeout(200);
    try {
      if (socket.getInputStream().read() < 0) {
        return false;
      }
    } catch (SocketTimeoutException stillOpen) {
      write(text);
      return true;
    } catch (SocketException reset) {
      return false;
    }
    throw new IOException("an answer to half a request");
  }

  /** Resets the connection, as when a client crashes. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
