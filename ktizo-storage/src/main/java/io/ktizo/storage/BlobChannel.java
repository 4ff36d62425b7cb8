package io.ktizo.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A blob as a channel with a position. Reading on costs nothing extra; going somewhere else opens
 * the blob there anew, which over a network is a request. For one thread at a time.
 */
public final class BlobChannel extends ReadingChannel {
  private final FileStore store;
  private final StoreKey key;
  private @Nullable InputStream stream;
  private long streamPosition;
  private byte[] buffer = {};

  private BlobChannel(FileStore store, StoreKey key, long size) {
    super(size);
    this.store = store;
    this.key = key;
  }

  /**
   * Opens a blob at its beginning.
   *
   * @throws BlobMissingException if there is none of this name
   */
  public static BlobChannel open(FileStore store, StoreKey key) {
    long size = store.length(key).orElseThrow(() -> new BlobMissingException(key));
    return new BlobChannel(store, key, size);
  }

  @Override
  int read(ByteBuffer target, long at) throws IOException {
    InputStream in = streamAt(at);
    int wanted = (int) Math.min(target.remaining(), end() - at);
    int read =
        target.hasArray() ? readIntoArray(in, target, wanted) : readByCopy(in, target, wanted);
    if (read < 0) {
      throw new DamagedFileException("shorter than it was when it was opened: " + key, null);
    }
    streamPosition = at + read;
    return read;
  }

  private static int readIntoArray(InputStream in, ByteBuffer target, int wanted)
      throws IOException {
    int read = in.read(target.array(), target.arrayOffset() + target.position(), wanted);
    if (read > 0) {
      target.position(target.position() + read);
    }
    return read;
  }

  private int readByCopy(InputStream in, ByteBuffer target, int wanted) throws IOException {
    int length = Math.min(wanted, 1 << 16);
    if (buffer.length < length) {
      buffer = new byte[length];
    }
    int read = in.read(buffer, 0, length);
    if (read > 0) {
      target.put(buffer, 0, read);
    }
    return read;
  }

  private InputStream streamAt(long at) throws IOException {
    if (streamPosition != at) {
      release();
    }
    InputStream current = stream;
    if (current == null) {
      current = store.open(key, ByteRange.from(at));
      stream = current;
      streamPosition = at;
    }
    return current;
  }

  @Override
  void release() throws IOException {
    InputStream current = stream;
    stream = null;
    if (current != null) {
      current.close();
    }
  }
}
