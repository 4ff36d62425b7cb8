package io.ktizo.storage;

/**
 * One of the blobs that a content consists of, in order and without gaps.
 *
 * @param blob its name
 * @param offset where in the content it begins
 * @param length how many bytes of the content it holds; at rest they may be more
 */
public record Piece(StoreKey blob, long offset, long length) {
  /** Both counts as they are. */
  public Piece {
    if (offset < 0 || length < 0) {
      throw new IllegalArgumentException(
          "offset and length must be >= 0: " + offset + ", " + length);
    }
  }

  /** Where in the content the next piece begins. */
  public long end() {
    return offset + length;
  }
}
