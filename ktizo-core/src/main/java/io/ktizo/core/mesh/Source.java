package io.ktizo.core.mesh;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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

  /**
   * This text as ASCII formats want it: without a byte order mark, and UTF-16 (told by its mark, or
   * by every other byte being zero) as one byte a character, {@code ?} for all that is not ASCII.
   * The same source if there is nothing to change. Closing the view is left to whoever opened this.
   */
  final Source asText() throws IOException {
    byte[] head = head(8);
    if (head.length >= 3
        && head[0] == (byte) 0xEF
        && head[1] == (byte) 0xBB
        && head[2] == (byte) 0xBF) {
      return new Tail(this, 3);
    }
    if (head.length >= 2 && head[0] == (byte) 0xFF && head[1] == (byte) 0xFE) {
      return new OfUtf16(this, 2, false);
    }
    if (head.length >= 2 && head[0] == (byte) 0xFE && head[1] == (byte) 0xFF) {
      return new OfUtf16(this, 2, true);
    }
    if (head.length == 8) {
      int zeros = 0;
      for (int i = 0; i < 8; i++) {
        zeros |= head[i] == 0 ? 1 << i : 0;
      }
      if (zeros == 0b10101010 || zeros == 0b01010101) {
        return new OfUtf16(this, 0, zeros == 0b01010101);
      }
    }
    return this;
  }

  static Source of(byte[] content) {
    return new OfBytes(content);
  }

  /**
   * Holds a stream in memory, up to one byte more than {@code limit}, so that it shows that it is
   * longer. Pieces are kept as they come: nothing is copied to grow.
   */
  static Source of(InputStream stream, long limit) throws IOException {
    List<byte[]> pieces = new ArrayList<>();
    long size = 0;
    while (size <= limit) {
      byte[] piece = stream.readNBytes((int) Math.min(OfPieces.PIECE, limit + 1 - size));
      pieces.add(piece);
      size += piece.length;
      if (piece.length < OfPieces.PIECE) {
        break;
      }
    }
    return new OfPieces(pieces, size);
  }

  /**
   * Opens a file.
   *
   * @throws IOException if it is not there or cannot be read
   */
  static Source open(Path file) throws IOException {
    return new OfFile(FileChannel.open(file, StandardOpenOption.READ));
  }

  /** The bytes of a channel that is left open for whoever opened it. */
  static Source of(SeekableByteChannel channel) throws IOException {
    return new OfChannel(channel);
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

  private static final class OfPieces extends Source {
    static final int PIECE = 1 << 20;

    private final List<byte[]> pieces;
    private final long size;

    OfPieces(List<byte[]> pieces, long size) {
      this.pieces = pieces;
      this.size = size;
    }

    @Override
    long size() {
      return size;
    }

    @Override
    int read(long position, byte[] into, int offset, int length) {
      int wanted = (int) Math.max(0, Math.min(length, size - position));
      int done = 0;
      while (done < wanted) {
        byte[] piece = pieces.get((int) ((position + done) / PIECE));
        int from = (int) ((position + done) % PIECE);
        int copied = Math.min(wanted - done, piece.length - from);
        System.arraycopy(piece, from, into, offset + done, copied);
        done += copied;
      }
      return wanted;
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

  private static final class OfChannel extends Source {
    private final SeekableByteChannel channel;
    private final long size;

    OfChannel(SeekableByteChannel channel) throws IOException {
      this.channel = channel;
      this.size = channel.size();
    }

    @Override
    long size() {
      return size;
    }

    @Override
    int read(long position, byte[] into, int offset, int length) throws IOException {
      if (position >= size) {
        return 0;
      }
      ByteBuffer target = ByteBuffer.wrap(into, offset, length);
      channel.position(position);
      while (target.hasRemaining() && channel.read(target) >= 0) {
        // Some channels give less than they could.
      }
      return target.position() - offset;
    }

    @Override
    public void close() {}
  }

  private static final class Tail extends Source {
    private final Source whole;
    private final int start;

    Tail(Source whole, int start) {
      this.whole = whole;
      this.start = start;
    }

    @Override
    long size() {
      return whole.size() - start;
    }

    @Override
    int read(long position, byte[] into, int offset, int length) throws IOException {
      return whole.read(position + start, into, offset, length);
    }

    @Override
    public void close() {}
  }

  private static final class OfUtf16 extends Source {
    private final Source encoded;
    private final int start;
    private final boolean bigEndian;
    private final byte[] pairs = new byte[1 << 13];

    OfUtf16(Source encoded, int start, boolean bigEndian) {
      this.encoded = encoded;
      this.start = start;
      this.bigEndian = bigEndian;
    }

    @Override
    long size() {
      return (encoded.size() - start) / 2;
    }

    @Override
    int read(long position, byte[] into, int offset, int length) throws IOException {
      int done = 0;
      while (done < length) {
        int wanted = Math.min(pairs.length, 2 * Math.min(length - done, pairs.length));
        int characters = encoded.read(start + 2 * (position + done), pairs, 0, wanted) / 2;
        for (int i = 0; i < characters; i++) {
          int high = pairs[2 * i + (bigEndian ? 0 : 1)];
          byte low = pairs[2 * i + (bigEndian ? 1 : 0)];
          into[offset + done + i] = high == 0 && low >= 0 ? low : (byte) '?';
        }
        done += characters;
        if (2 * characters < wanted) {
          break;
        }
      }
      return done;
    }

    @Override
    public void close() {}
  }
}
