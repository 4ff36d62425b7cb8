package io.ktizo.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pieces of one or several contents as one channel. For one thread at a time. */
public final class ContentChannel implements SeekableByteChannel {
  private record Part(KeyId key, Piece piece, long start) {
    long end() {
      return start + piece.length();
    }
  }

  private final Vault vault;
  private final List<Part> parts;
  private final long size;
  private long position;
  private int current = -1;
  private @Nullable SeekableByteChannel channel;
  private boolean open = true;

  private ContentChannel(Vault vault, List<Part> parts, long size) {
    this.vault = vault;
    this.parts = List.copyOf(parts);
    this.size = size;
  }

  /** The pieces of one content. Nothing is opened yet. */
  public static ContentChannel of(Vault vault, KeyId key, List<Piece> pieces) {
    return new Joining(vault).add(key, pieces).open();
  }

  /** Several contents one after the other. */
  public static final class Joining {
    private final Vault vault;
    private final List<Part> parts = new ArrayList<>();
    private long size;

    /** None yet. */
    public Joining(Vault vault) {
      this.vault = vault;
    }

    /** Adds a content at the end. */
    public Joining add(KeyId key, List<Piece> pieces) {
      for (Piece piece : pieces) {
        parts.add(new Part(key, piece, size));
        size += piece.length();
      }
      return this;
    }

    /** All of them as one channel. */
    public ContentChannel open() {
      return new ContentChannel(vault, parts, size);
    }
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
    SeekableByteChannel from = channelAtPosition();
    Part part = parts.get(current);
    int limit = target.limit();
    int wanted = (int) Math.min(target.remaining(), part.end() - position);
    target.limit(target.position() + wanted);
    try {
      int read = from.read(target);
      if (read < 0) {
        throw new DamagedFileException("shorter than it was: " + part.piece().blob(), null);
      }
      position += read;
      return read;
    } finally {
      target.limit(limit);
    }
  }

  private SeekableByteChannel channelAtPosition() throws IOException {
    SeekableByteChannel there = channel;
    if (there == null
        || position < parts.get(current).start()
        || position >= parts.get(current).end()) {
      closeCurrent();
      current = indexAtPosition();
      there = vault.open(parts.get(current).key(), parts.get(current).piece());
      channel = there;
    }
    long within = position - parts.get(current).start();
    if (there.position() != within) {
      there.position(within);
    }
    return there;
  }

  private int indexAtPosition() {
    int low = 0;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (parts.get(middle).end() <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void closeCurrent() throws IOException {
    SeekableByteChannel there = channel;
    channel = null;
    if (there != null) {
      there.close();
    }
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
    closeCurrent();
  }
}
