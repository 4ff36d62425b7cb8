package io.ktizo.core.print;

import java.util.Arrays;

/**
 * An area of the plane, as the intervals in which it meets equally spaced rows. Immutable.
 *
 * <p>Along a row the intervals are exact to a micrometre; across the rows the area is sampled. That
 * keeps the accuracy of polygons where it counts, in the distances between walls, and makes every
 * operation a merge of sorted numbers.
 *
 * <p>Layout: the intervals of row {@code firstRow + r} are the pairs {@code xs[starts[r] ..
 * starts[r+1])}, begin and end in micrometres, ascending, disjoint, none empty.
 */
final class Region {
  static final Region EMPTY = new Region(0, new int[1], new int[0]);

  final int firstRow;
  final int[] starts;
  final int[] xs;

  private final int rows;
  private final int size;

  Region(int firstRow, int[] starts, int[] xs) {
    this(firstRow, starts, starts.length - 1, xs, xs.length);
  }

  /** A region in the first {@code rows} and {@code size} entries of longer arrays. */
  Region(int firstRow, int[] starts, int rows, int[] xs, int size) {
    this.firstRow = firstRow;
    this.starts = starts;
    this.rows = rows;
    this.xs = xs;
    this.size = size;
  }

  int rows() {
    return rows;
  }

  int endRow() {
    return firstRow + rows;
  }

  boolean isEmpty() {
    return size == 0;
  }

  int from(int row) {
    int r = row - firstRow;
    return r < 0 || r >= rows ? 0 : starts[r];
  }

  int to(int row) {
    int r = row - firstRow;
    return r < 0 || r >= rows ? 0 : starts[r + 1];
  }

  /** Number of intervals. */
  int spans() {
    return size / 2;
  }

  /** Sum of all intervals' lengths in micrometres. */
  long length() {
    long sum = 0;
    for (int i = 0; i < size; i += 2) {
      sum += xs[i + 1] - xs[i];
    }
    return sum;
  }

  boolean sameAs(Region other) {
    return this == other
        || (firstRow == other.firstRow
            && Arrays.equals(starts, other.starts)
            && Arrays.equals(xs, other.xs));
  }
}
