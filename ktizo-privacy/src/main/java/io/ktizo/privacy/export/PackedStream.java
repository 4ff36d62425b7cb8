package io.ktizo.privacy.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Deflates (RFC 1951) in blocks that know nothing of each other: each is compressed by a reset
 * compressor and ends on a byte. What a block becomes depends on its own bytes alone, so a stream
 * that is taken up again after a block continues byte for byte as if it had never stopped. The
 * price is the dictionary, which starts empty in each block.
 *
 * <p>Blocks end where {@link #cut()} is called and when {@value #BLOCK} bytes have gathered. A
 * block that compression does not shrink is stored. Not for several threads.
 */
final class PackedStream extends OutputStream {
  static final int BLOCK = 256 * 1024;

  /** Fast compression: at this level the database, not the archive, sets the pace. */
  private static final int LEVEL = 2;

  private static final int PROBE = 16 * 1024;

  /** The longest stored block of RFC 1951, section 3.2.4. */
  private static final int LONGEST_STORED = 0xFFFF;

  /**
   * What has gone through.
   *
   * @param crc CRC-32 of the plain bytes
   * @param size plain bytes
   * @param packed compressed bytes
   */
  record Tally(int crc, long size, long packed) {
    static final Tally NOTHING = new Tally(0, 0, 0);
  }

  private final OutputStream sink;
  private final Deflater deflater = new Deflater(LEVEL, true);
  private final byte[] block = new byte[BLOCK];
  private final byte[] output = new byte[64 * 1024];
  private final boolean doubtful;
  private int filled;
  private Tally tally;

  /**
   * @param doubtful whether the bytes may be compressed already, so that each block is tried first
   * @param tally what had gone through when the stream was left
   */
  PackedStream(OutputStream sink, boolean doubtful, Tally tally) {
    this.sink = sink;
    this.doubtful = doubtful;
    this.tally = tally;
  }

  @Override
  public void write(int one) throws IOException {
    if (filled == BLOCK) {
      cut();
    }
    block[filled++] = (byte) one;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int from = offset;
    int rest = length;
    while (rest > 0) {
      if (filled == BLOCK) {
        cut();
      }
      int taken = Math.min(rest, BLOCK - filled);
      System.arraycopy(bytes, from, block, filled, taken);
      filled += taken;
      from += taken;
      rest -= taken;
    }
  }

  /** Ends the block: everything written so far has reached the sink. */
  void cut() throws IOException {
    if (filled == 0) {
      return;
    }
    CRC32 crc = new CRC32();
    crc.update(block, 0, filled);
    long packed = doubtful && !shrinks() ? store() : deflate();
    tally =
        new Tally(
            Crc.joined(tally.crc(), (int) crc.getValue(), filled),
            tally.size() + filled,
            tally.packed() + packed);
    filled = 0;
  }

  /** Ends the stream with an empty last block; the sink stays open. */
  Tally finish() throws IOException {
    cut();
    // A last block with fixed codes that holds nothing but its end.
    sink.write(new byte[] {0x03, 0x00});
    tally = new Tally(tally.crc(), tally.size(), tally.packed() + 2);
    deflater.end();
    return tally;
  }

  /** What has gone through since the stream began, without the block being gathered. */
  Tally tally() {
    return tally;
  }

  /** Plain bytes that were written, the block being gathered included. */
  long total() {
    return tally.size() + filled;
  }

  /** Frees the compressor of a stream that is left unfinished. */
  void abandon() {
    deflater.end();
  }

  private boolean shrinks() {
    int tried = Math.min(filled, PROBE);
    deflater.reset();
    deflater.setInput(block, (filled - tried) / 2, tried);
    deflater.finish();
    int packed = 0;
    while (!deflater.finished()) {
      packed += deflater.deflate(output);
    }
    return packed < tried - tried / 20;
  }

  private long deflate() throws IOException {
    deflater.reset();
    deflater.setInput(block, 0, filled);
    long packed = 0;
    int count;
    do {
      count = deflater.deflate(output, 0, output.length, Deflater.SYNC_FLUSH);
      sink.write(output, 0, count);
      packed += count;
    } while (count == output.length);
    return packed;
  }

  private long store() throws IOException {
    long packed = 0;
    for (int from = 0; from < filled; from += LONGEST_STORED) {
      int length = Math.min(LONGEST_STORED, filled - from);
      byte[] head = {
        0, (byte) length, (byte) (length >>> 8), (byte) ~length, (byte) (~length >>> 8)
      };
      sink.write(head);
      sink.write(block, from, length);
      packed += head.length + length;
    }
    return packed;
  }
}
