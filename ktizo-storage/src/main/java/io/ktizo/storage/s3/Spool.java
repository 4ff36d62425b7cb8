package io.ktizo.storage.s3;

import io.ktizo.storage.StoreFullException;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * A local file for a blob on its way out, so that a request knows its length and can be repeated.
 * Its name is gone as soon as it is open: what a killed process leaves behind the system frees by
 * itself.
 */
final class Spool implements AutoCloseable {
  private final StoreKey key;
  private final FileChannel channel;

  private Spool(StoreKey key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  static Spool create(Path directory, StoreKey key) {
    try {
      Path file = Files.createTempFile(directory, "ktizo-", ".spool");
      try {
        return new Spool(
            key,
            FileChannel.open(
                file,
                Set.of(
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE)));
      } finally {
        // Where open files cannot be removed, closing does it.
        removeWhileOpen(file);
      }
    } catch (IOException e) {
      throw new StoreUnavailableException("the spool directory cannot be used", e);
    }
  }

  private static void removeWhileOpen(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException heldOpen) {
      file.toFile().deleteOnExit();
    }
  }

  OutputStream out() {
    return new OutputStream() {
      @Override
      public void write(int b) {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        try {
          ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
          while (buffer.hasRemaining()) {
            channel.write(buffer);
          }
        } catch (IOException e) {
          throw new StoreFullException("the spool of " + key + " could not be written", e);
        }
      }
    };
  }

  long length() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The bytes from the first on, each time it is called. */
  InputStream in() {
    return new BufferedInputStream(
        new InputStream() {
          private long position;

          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            int read = channel.read(ByteBuffer.wrap(into, offset, length), position);
            position += Math.max(read, 0);
            return read;
          }
        },
        1 << 16);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
