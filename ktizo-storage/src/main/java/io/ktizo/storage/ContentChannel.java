package io.ktizo.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The pieces of one or several contents as one channel. For one thread at a time. */
public final class ContentChannel extends ReadingChannel {
  private record Part(KeyId key, Piece piece, long start) {
    long end() {
      return start + piece.length();
    }
  }

  private final Vault vault;
  private final List<Part> parts;
  private int current = -1;
  private @Nullable SeekableByteChannel channel;

  private ContentChannel(Vault vault, List<Part> parts, long size) {
    super(size);
    this.vault = vault;
    this.parts = List.copyOf(parts);
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
  int read(ByteBuffer target, long at) throws IOException {
    SeekableByteChannel from = channelAt(at);
    Part part = parts.get(current);
    int limit = target.limit();
    int wanted = (int) Math.min(target.remaining(), part.end() - at);
    target.limit(target.position() + wanted);
    try {
      int read = from.read(target);
      if (read < 0) {
        throw new DamagedFileException("shorter than it was: " + part.piece().blob(), null);
      }
      return read;
    } finally {
      target.limit(limit);
    }
  }

  private SeekableByteChannel channelAt(long at) throws IOException {
    SeekableByteChannel there = channel;
    if (there == null || at < parts.get(current).start() || at >= parts.get(current).end()) {
      release();
      current = indexAt(at);
      there = vault.open(parts.get(current).key(), parts.get(current).piece());
      channel = there;
    }
    long within = at - parts.get(current).start();
    if (there.position() != within) {
      there.position(within);
    }
    return there;
  }

  private int indexAt(long at) {
    int low = 0;
    int high = parts.size() - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (parts.get(middle).end() <= at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  @Override
  void release() throws IOException {
    SeekableByteChannel there = channel;
    channel = null;
    if (there != null) {
      there.close();
    }
  }
}
