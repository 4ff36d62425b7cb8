package io.ktizo.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * A blob as a channel with a position. Reading on costs nothing extra; going somewhere else opens
 * the blob there anew, which over a network is a request. For one thread at a time.
 */
public final class BlobChannel implements SeekableByteChannel {
  private final FileStore store;
  private final StoreKey key;
  private final long size;
  private long position;
  private @Nullable InputStream stream;
  private long streamPosition;
  private byte[] buffer = {};
  private boolean open = true;

  private BlobChannel(FileStore store, StoreKey key, long size) {
    this.store = store;
    this.key = key;
    this.size = size;
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
  public int read(ByteBuffer target) throws IOException {
    ensureOpen();
    if (!target.hasRemaining()) {
      return 0;
    }
    if (position >= size) {
      return -1;
    }
    InputStream in = streamAtPosition();
    int wanted = (int) Math.min(target.remaining(), size - position);
    int read =
        target.hasArray() ? readIntoArray(in, target, wanted) : readByCopy(in, target, wanted);
    if (read < 0) {
      throw new DamagedFileException("shorter than it was when it was opened: " + key, null);
    }
    position += read;
    streamPosition = position;
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

  private InputStream streamAtPosition() throws IOException {
    InputStream current = stream;
    if (current != null && streamPosition != position) {
      current.close();
      current = null;
    }
    if (current == null) {
      current = store.open(key, ByteRange.from(position));
      stream = current;
      streamPosition = position;
    }
    return current;
  }

  @Override
  public long position() throws IOException {
    ensureOpen();
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws IOException {
    ensureOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position must be >= 0: " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() throws IOException {
    ensureOpen();
    return size;
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long length) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public void close() throws IOException {
    open = false;
    InputStream current = stream;
    stream = null;
    if (current != null) {
      current.close();
    }
  }
}
