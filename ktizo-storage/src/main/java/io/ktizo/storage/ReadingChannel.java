package io.ktizo.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A channel of known size that is only read: keeps the position, and knows what it may be. */
abstract class ReadingChannel implements SeekableByteChannel {
  private final long size;
  private long position;
  private boolean open = true;

  ReadingChannel(long size) {
    this.size = size;
  }

  /**
   * Reads at least one byte.
   *
   * @param target has room
   * @param at before the end
   * @return how many bytes
   * @throws DamagedFileException if there are none
   */
  abstract int read(ByteBuffer target, long at) throws IOException;

  /** Lets go of what is open. */
  abstract void release() throws IOException;

  final long end() {
    return size;
  }

  @Override
  public final int read(ByteBuffer target) throws IOException {
    ensureOpen();
    if (!target.hasRemaining()) {
      return 0;
    }
    if (position >= size) {
      return -1;
    }
    int read = read(target, position);
    position += read;
    return read;
  }

  @Override
  public final long position() throws IOException {
    ensureOpen();
    return position;
  }

  @Override
  public final SeekableByteChannel position(long newPosition) throws IOException {
    ensureOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position must be >= 0: " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public final long size() throws IOException {
    ensureOpen();
    return size;
  }

  @Override
  public final int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public final SeekableByteChannel truncate(long length) {
    throw new NonWritableChannelException();
  }

  @Override
  public final boolean isOpen() {
    return open;
  }

  private void ensureOpen() throws ClosedChannelException {
    if (!open) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public final void close() throws IOException {
    open = false;
    release();
  }
}
