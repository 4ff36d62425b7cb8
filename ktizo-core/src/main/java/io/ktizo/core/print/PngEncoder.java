package io.ktizo.core.print;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes 8-bit RGBA images as PNG (ISO/IEC 15948): three chunks, each row with the filter whose
 * bytes have the least sum of magnitudes, as section 12.8 advises.
 */
final class PngEncoder {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int TRUECOLOUR_WITH_ALPHA = 6;
  private static final int BYTES_PER_PIXEL = 4;
  private static final int FILTERS = 5;
  private static final int LEVEL = 6;

  private final int width;
  private final int height;
  private final int[] argb;

  private PngEncoder(int width, int height, int[] argb) {
    this.width = width;
    this.height = height;
    this.argb = argb;
  }

  /**
   * The file for an image of {@code width * height} pixels, row by row, alpha not premultiplied.
   */
  static byte[] encode(int width, int height, int[] argb) {
    return new PngEncoder(width, height, argb).encode();
  }

  private byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
    out.writeBytes(SIGNATURE);
    byte[] header = new byte[13];
    putInt(header, 0, width);
    putInt(header, 4, height);
    header[8] = 8;
    header[9] = TRUECOLOUR_WITH_ALPHA;
    chunk(out, "IHDR", header, header.length);
    byte[] filtered = filtered();
    Deflater deflater = new Deflater(LEVEL);
    try {
      deflater.setInput(filtered);
      deflater.finish();
      byte[] block = new byte[1 << 16];
      while (!deflater.finished()) {
        chunk(out, "IDAT", block, deflater.deflate(block));
      }
    } finally {
      deflater.end();
    }
    chunk(out, "IEND", new byte[0], 0);
    return out.toByteArray();
  }

  private byte[] filtered() {
    int stride = width * BYTES_PER_PIXEL;
    byte[] all = new byte[(stride + 1) * height];
    byte[] above = new byte[stride];
    byte[] row = new byte[stride];
    byte[] best = new byte[stride];
    byte[] candidate = new byte[stride];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = argb[y * width + x];
        row[4 * x] = (byte) (pixel >> 16);
        row[4 * x + 1] = (byte) (pixel >> 8);
        row[4 * x + 2] = (byte) pixel;
        row[4 * x + 3] = (byte) (pixel >> 24);
      }
      int chosen = 0;
      long least = Long.MAX_VALUE;
      for (int filter = 0; filter < FILTERS && least > 0; filter++) {
        long sum = filter(filter, row, above, candidate);
        if (sum < least) {
          least = sum;
          chosen = filter;
          byte[] swap = best;
          best = candidate;
          candidate = swap;
        }
      }
      all[y * (stride + 1)] = (byte) chosen;
      System.arraycopy(best, 0, all, y * (stride + 1) + 1, stride);
      byte[] swap = above;
      above = row;
      row = swap;
    }
    return all;
  }

  private static long filter(int filter, byte[] row, byte[] above, byte[] result) {
    long sum = 0;
    for (int i = 0; i < row.length; i++) {
      int left = i < BYTES_PER_PIXEL ? 0 : row[i - BYTES_PER_PIXEL] & 0xff;
      int up = above[i] & 0xff;
      int predicted =
          switch (filter) {
            case 0 -> 0;
            case 1 -> left;
            case 2 -> up;
            case 3 -> (left + up) >> 1;
            default -> paeth(left, up, i < BYTES_PER_PIXEL ? 0 : above[i - BYTES_PER_PIXEL] & 0xff);
          };
      byte difference = (byte) (row[i] - predicted);
      result[i] = difference;
      sum += Math.abs(difference);
    }
    return sum;
  }

  private static int paeth(int left, int up, int corner) {
    int toLeft = Math.abs(up - corner);
    int toUp = Math.abs(left - corner);
    int toCorner = Math.abs(left + up - 2 * corner);
    if (toLeft <= toUp && toLeft <= toCorner) {
      return left;
    }
    return toUp <= toCorner ? up : corner;
  }

  private static void chunk(ByteArrayOutputStream out, String type, byte[] data, int length) {
    byte[] word = new byte[4];
    putInt(word, 0, length);
    out.writeBytes(word);
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    out.writeBytes(name);
    out.write(data, 0, length);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data, 0, length);
    putInt(word, 0, (int) crc.getValue());
    out.writeBytes(word);
  }

  private static void putInt(byte[] target, int at, int value) {
    target[at] = (byte) (value >> 24);
    target[at + 1] = (byte) (value >> 16);
    target[at + 2] = (byte) (value >> 8);
    target[at + 3] = (byte) value;
  }
}
