package io.ktizo.server.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import java.io.IOException;
import java.io.InputStream;

/**
 * A chunked body (RFC 9112 §7.1), read strictly: a size of one to eight hexadecimal digits and
 * nothing else before its CRLF, a CRLF after the bytes, no extensions, no trailer. Whatever a proxy
 * in front could have read in another way is refused, so that both agree where the body ends; and
 * nothing is ever read from the connection after it. A chunk is passed on as it comes, however long
 * it says it is.
 *
 * <p>For one thread.
 */
final class ChunkedBody extends InputStream {
  private static final int MOST_DIGITS = 8;

  private final DataReader connection;
  private final Runnable goAhead;
  private long left;
  private boolean begun;
  private boolean ended;
  private boolean broken;

  /**
   * A body that begins where the connection stands.
   *
   * @param goAhead called before the first byte is read, for a client that waits to be told
   */
  ChunkedBody(DataReader connection, Runnable goAhead) {
    this.connection = connection;
    this.goAhead = goAhead;
  }

  /** Whether nothing of it is left on the connection. */
  boolean isRead() {
    return ended;
  }

  @Override
  public int read() throws IOException {
    byte[] next = new byte[1];
    return read(next, 0, 1) < 0 ? -1 : next[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (broken) {
      throw new IOException("the body was malformed before");
    }
    try {
      if (left == 0 && !ended) {
        nextChunk();
      }
      if (ended) {
        return -1;
      }
      return bytes(into, offset, length);
    } catch (RuntimeException e) {
      // Helidon tells of an end before the end by several types, none of them an IOException.
      broken = true;
      throw new IOException("the body ended early", e);
    } catch (IOException e) {
      broken = true;
      throw e;
    }
  }

  private int bytes(byte[] into, int offset, int length) throws IOException {
    connection.ensureAvailable();
    int count = (int) Math.min(Math.min(length, left), connection.available());
    BufferData some = connection.readBuffer(count);
    int read = some.read(into, offset, count);
    left -= read;
    if (left == 0) {
      lineEnd();
    }
    return read;
  }

  private void nextChunk() throws IOException {
    if (!begun) {
      begun = true;
      goAhead.run();
    }
    long size = 0;
    int digits = 0;
    byte next = connection.read();
    while (next != '\r') {
      int digit = Character.digit(next, 16);
      if (digit < 0 || ++digits > MOST_DIGITS) {
        throw malformed();
      }
      size = size << 4 | digit;
      next = connection.read();
    }
    if (digits == 0 || connection.read() != '\n') {
      throw malformed();
    }
    left = size;
    if (size == 0) {
      lineEnd();
      ended = true;
    }
  }

  private void lineEnd() throws IOException {
    if (connection.read() != '\r' || connection.read() != '\n') {
      throw malformed();
    }
  }

  private static IOException malformed() {
    return new IOException("the body is not chunked as RFC 9112 says");
  }

  @Override
  public int available() {
    return left == 0 || broken ? 0 : (int) Math.min(left, connection.available());
  }
}
