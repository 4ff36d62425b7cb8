package io.ktizo.storage;

/**
 * A run of bytes. It may reach beyond the end of what it is taken from; what there is of it counts.
 *
 * @param offset of the first byte, from 0
 * @param length how many bytes at most, 0 or more
 */
public record ByteRange(long offset, long length) {
  /** Everything, however much that is. */
  public static final ByteRange ALL = new ByteRange(0, Long.MAX_VALUE);

  /** Both counts as they are. */
  public ByteRange {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "offset and length must be >= 0: " + offset + ", " + length);
    }
  }

  /** All bytes from {@code offset} on. */
  public static ByteRange from(long offset) {
    return new ByteRange(offset, Long.MAX_VALUE);
  }

  /** How many bytes of the range there are in something of this size. */
  public long within(long size) {
    return Math.max(0, Math.min(length, size - offset));
  }
}
