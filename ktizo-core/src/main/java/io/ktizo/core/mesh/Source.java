package io.ktizo.core.mesh;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * The bytes of one model file, readable from any place. For one thread at a time.
 *
 * <p>Files are read in blocks, not mapped: a map cannot be given back at a known moment, and a file
 * that is cut while it is mapped takes the whole process down.
 */
abstract sealed class Source implements Closeable {

  /** How many bytes there are. Does not change while the source is open. */
  abstract long size();

  /**
   * Copies bytes from {@code position} on.
   *
   * @return how many were copied: {@code length}, or fewer only where the file ends; 0 at or beyond
   *     the end
   * @throws IOException if the disk fails
   */
  abstract int read(long position, byte[] into, int offset, int length) throws IOException;

  /** The first bytes, as many as there are up to {@code length}. */
  final byte[] head(int length) throws IOException {
    byte[] head = new byte[(int) Math.min(length, size())];
    int read = read(0, head, 0, head.length);
    return read == head.length ? head : Arrays.copyOf(head, read);
  }

  static Source of(byte[] content) {
    return new OfBytes(content);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is not there or cannot be read
   */
  static Source open(Path file) throws IOException {
    return new OfFile(FileChannel.open(file, StandardOpenOption.READ));
  }

  private static final class OfBytes extends Source {
    private final byte[] content;

    OfBytes(byte[] content) {
      this.content = content;
    }

    @Override
    long size() {
      return content.length;
    }

    @Override
    int read(long position, byte[] into, int offset, int length) {
      int copied = (int) Math.max(0, Math.min(length, content.length - position));
      if (copied > 0) {
        System.arraycopy(content, (int) position, into, offset, copied);
      }
      return copied;
    }

    @Override
    public void close() {}
  }

  private static final class OfFile extends Source {
    private final FileChannel channel;
    private final long size;

    OfFile(FileChannel channel) throws IOException {
      this.channel = channel;
      this.size = channel.size();
    }

    @Override
    long size() {
      return size;
    }

    @Override
    int read(long position, byte[] into, int offset, int length) throws IOException {
      ByteBuffer target = ByteBuffer.wrap(into, offset, length);
      while (target.hasRemaining()) {
        int read = channel.read(target, position + target.position() - offset);
        if (read < 0) {
          break;
        }
      }
      return target.position() - offset;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
