package io.ktizo.core.print;

import java.util.Arrays;

/**
 * Union, intersection, difference, growing and shrinking of {@link Region}s that share their rows.
 * Holds buffers: one instance for each thread.
 */
final class RegionAlgebra {
  private final double pitch;
  private int[] out = new int[4096];
  private int outCount;
  private int[] starts = new int[1024];
  private int[] spareOut = new int[4096];
  private int[] spareStarts = new int[1024];
  private int rows;
  private int firstRow;
  private int[] rowA = new int[256];
  private int[] rowB = new int[256];

  /** For regions whose rows lie {@code pitch} micrometres apart. */
  RegionAlgebra(double pitch) {
    this.pitch = pitch;
  }

  double pitch() {
    return pitch;
  }

  /** Area in mm². */
  double area(Region region) {
    return region.length() * pitch / (MeshSlicer.MICROMETRES * MeshSlicer.MICROMETRES);
  }

  // Building: rows in ascending order, intervals within a row in ascending order.

  private void begin(int row) {
    firstRow = row;
    rows = 0;
    outCount = 0;
    starts[0] = 0;
  }

  private void endRow() {
    if (rows + 2 > starts.length) {
      starts = Arrays.copyOf(starts, 2 * starts.length);
    }
    starts[++rows] = outCount;
  }

  private void reserve(int more) {
    if (outCount + more > out.length) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, outCount + more));
    }
  }

  private Region build() {
    if (outCount == 0) {
      return Region.EMPTY;
    }
    int low = 0;
    while (starts[low + 1] == 0) {
      low++;
    }
    int high = rows;
    while (starts[high - 1] == outCount) {
      high--;
    }
    return new Region(
        firstRow + low, Arrays.copyOfRange(starts, low, high + 1), Arrays.copyOf(out, outCount));
  }

  /**
   * What was built, without copying it: valid until the second operation from now, because results
   * alternate between two buffers. For intermediate results only.
   */
  private Region lend() {
    if (outCount == 0) {
      return Region.EMPTY;
    }
    Region lent = new Region(firstRow, starts, rows, out, outCount);
    int[] otherOut = spareOut;
    int[] otherStarts = spareStarts;
    spareOut = out;
    spareStarts = starts;
    out = otherOut;
    starts = otherStarts;
    return lent;
  }

  private double builtArea() {
    long sum = 0;
    for (int i = 0; i < outCount; i += 2) {
      sum += out[i + 1] - out[i];
    }
    return sum * pitch / (MeshSlicer.MICROMETRES * MeshSlicer.MICROMETRES);
  }

  // Scan conversion.

  private int[] crossings = new int[4096];
  private int[] crossingStarts = new int[1024];

  /** The inside of the loops: wherever the winding number is not zero. */
  Region inside(Contours contours) {
    if (contours.isEmpty()) {
      return Region.EMPTY;
    }
    int low = Integer.MAX_VALUE;
    int high = Integer.MIN_VALUE;
    for (int i = 0; i < contours.points(); i++) {
      int y = contours.y(i);
      low = Math.min(low, y);
      high = Math.max(high, y);
    }
    int first = rowAtOrAbove(low);
    int end = rowAtOrAbove(high);
    int count = end - first;
    if (count <= 0) {
      return Region.EMPTY;
    }
    if (crossingStarts.length < count + 2) {
      crossingStarts = new int[2 * count + 2];
    }
    Arrays.fill(crossingStarts, 0, count + 2, 0);
    for (int loop = 0; loop < contours.loops(); loop++) {
      int previous = contours.end(loop) - 1;
      for (int i = contours.begin(loop); i < contours.end(loop); i++) {
        int a = rowAtOrAbove(contours.y(previous)) - first;
        int b = rowAtOrAbove(contours.y(i)) - first;
        for (int row = Math.min(a, b); row < Math.max(a, b); row++) {
          crossingStarts[row + 2]++;
        }
        previous = i;
      }
    }
    for (int row = 0; row < count; row++) {
      crossingStarts[row + 2] += crossingStarts[row + 1];
    }
    int total = crossingStarts[count + 1];
    if (crossings.length < total) {
      crossings = new int[2 * total];
    }
    for (int loop = 0; loop < contours.loops(); loop++) {
      int previous = contours.end(loop) - 1;
      for (int i = contours.begin(loop); i < contours.end(loop); i++) {
        scan(contours.x(previous), contours.y(previous), contours.x(i), contours.y(i), first);
        previous = i;
      }
    }
    begin(first);
    for (int row = 0; row < count; row++) {
      wind(row == 0 ? 0 : crossingStarts[row], crossingStarts[row + 1]);
      endRow();
    }
    return build();
  }

  private int rowAtOrAbove(int y) {
    return (int) Math.ceil(y / pitch - 0.5);
  }

  private void scan(int ax, int ay, int bx, int by, int first) {
    int a = rowAtOrAbove(ay);
    int b = rowAtOrAbove(by);
    if (a == b) {
      return;
    }
    // The lowest bit tells the direction: downwards enters the solid, seen along the row.
    int direction = a > b ? 1 : 0;
    int low = Math.min(a, b);
    int high = Math.max(a, b);
    double slope = (bx - (double) ax) / (by - (double) ay);
    double x = ax + ((low + 0.5) * pitch - ay) * slope;
    double step = pitch * slope;
    for (int row = low; row < high; row++) {
      crossings[crossingStarts[row - first + 1]++] = (int) Math.rint(x) << 1 | direction;
      x += step;
    }
  }

  private void wind(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      int value = crossings[i];
      int j = i - 1;
      while (j >= from && crossings[j] > value) {
        crossings[j + 1] = crossings[j];
        j--;
      }
      crossings[j + 1] = value;
    }
    reserve(to - from);
    int winding = 0;
    for (int i = from; i < to; i++) {
      int before = winding;
      winding += (crossings[i] & 1) == 0 ? -1 : 1;
      if ((before == 0) != (winding == 0)) {
        push(crossings[i] >> 1, before == 0, rowStart());
      }
    }
    if ((outCount - rowStart() & 1) != 0) {
      // Loops that a broken mesh left open.
      outCount--;
    }
  }

  private int rowStart() {
    return starts[rows];
  }

  private void push(int x, boolean opens, int rowStart) {
    if (opens && outCount > rowStart && out[outCount - 1] == x) {
      outCount--;
    } else if (!opens && out[outCount - 1] == x) {
      outCount--;
    } else {
      out[outCount++] = x;
    }
  }

  // Boolean operations.

  Region union(Region a, Region b) {
    if (a.isEmpty() || a == b) {
      return b;
    }
    if (b.isEmpty()) {
      return a;
    }
    unite(a, b, 0, 0);
    return build();
  }

  /** Union of {@code a} with {@code b} moved by rows and micrometres. */
  private void unite(Region a, Region b, int rowShift, int xShift) {
    int low = Math.min(a.firstRow, b.firstRow + rowShift);
    int high = Math.max(a.endRow(), b.endRow() + rowShift);
    begin(low);
    for (int row = low; row < high; row++) {
      int aFrom = a.from(row);
      int aTo = a.to(row);
      int bFrom = b.from(row - rowShift);
      int bTo = b.to(row - rowShift);
      reserve(aTo - aFrom + bTo - bFrom);
      outCount = mergeUnion(a.xs, aFrom, aTo, 0, b.xs, bFrom, bTo, xShift, out, outCount);
      endRow();
    }
  }

  private static int mergeUnion(
      int[] a, int i, int aTo, int aShift, int[] b, int j, int bTo, int bShift, int[] to, int at) {
    int start = at;
    while (i < aTo || j < bTo) {
      int begin;
      int end;
      if (j >= bTo || (i < aTo && a[i] + aShift <= b[j] + bShift)) {
        begin = a[i] + aShift;
        end = a[i + 1] + aShift;
        i += 2;
      } else {
        begin = b[j] + bShift;
        end = b[j + 1] + bShift;
        j += 2;
      }
      if (at > start && to[at - 1] >= begin) {
        if (end > to[at - 1]) {
          to[at - 1] = end;
        }
      } else {
        to[at++] = begin;
        to[at++] = end;
      }
    }
    return at;
  }

  Region intersection(Region a, Region b) {
    if (a == b) {
      return a;
    }
    int low = Math.max(a.firstRow, b.firstRow);
    int high = Math.min(a.endRow(), b.endRow());
    if (a.isEmpty() || b.isEmpty() || low >= high) {
      return Region.EMPTY;
    }
    begin(low);
    for (int row = low; row < high; row++) {
      int aFrom = a.from(row);
      int aTo = a.to(row);
      int bFrom = b.from(row);
      int bTo = b.to(row);
      reserve(aTo - aFrom + bTo - bFrom);
      outCount = mergeIntersection(a.xs, aFrom, aTo, b.xs, bFrom, bTo, 0, out, outCount);
      endRow();
    }
    return build();
  }

  /** Intersects {@code a} with {@code b} shrunk by {@code inset} at both ends of each interval. */
  private static int mergeIntersection(
      int[] a, int i, int aTo, int[] b, int j, int bTo, int inset, int[] to, int at) {
    while (i < aTo && j < bTo) {
      int begin = Math.max(a[i], b[j] + inset);
      int end = Math.min(a[i + 1], b[j + 1] - inset);
      if (begin < end) {
        to[at++] = begin;
        to[at++] = end;
      }
      if (a[i + 1] < b[j + 1] - inset) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return at;
  }

  Region difference(Region a, Region b) {
    if (a == b || a.isEmpty()) {
      return Region.EMPTY;
    }
    if (b.isEmpty()) {
      return a;
    }
    begin(a.firstRow);
    for (int row = a.firstRow; row < a.endRow(); row++) {
      int aFrom = a.from(row);
      int aTo = a.to(row);
      int bFrom = b.from(row);
      int bTo = b.to(row);
      reserve(aTo - aFrom + bTo - bFrom);
      int j = bFrom;
      for (int i = aFrom; i < aTo; i += 2) {
        int begin = a.xs[i];
        int end = a.xs[i + 1];
        while (j < bTo && b.xs[j + 1] <= begin) {
          j += 2;
        }
        int k = j;
        while (k < bTo && b.xs[k] < end) {
          if (b.xs[k] > begin) {
            out[outCount++] = begin;
            out[outCount++] = b.xs[k];
          }
          begin = Math.max(begin, b.xs[k + 1]);
          k += 2;
        }
        if (begin < end) {
          out[outCount++] = begin;
          out[outCount++] = end;
        }
      }
      endRow();
    }
    return build();
  }

  // Growing and shrinking.

  /**
   * Half-widths in micrometres, by rows from the middle, of the convex polygon that stands for a
   * disc of {@code radius}: its corners lie so far outside the circle that its sides, on average,
   * lie on it.
   */
  int[] disc(double radius) {
    int reach = (int) Math.rint(radius / pitch);
    double outer = radius * (1 + discSlack(radius, reach));
    int[] half = new int[reach + 1];
    for (int k = 0; k <= reach; k++) {
      double y = k * pitch;
      half[k] = (int) Math.rint(Math.sqrt(Math.max(0, outer * outer - y * y)));
    }
    return half;
  }

  /** A polygon inscribed in a circle falls short by a sixth of the squared half angle of a side. */
  private static double discSlack(double radius, int reach) {
    if (reach == 0 || radius <= 0) {
      return 0;
    }
    double sum = 0;
    double before = 0;
    for (int k = 1; k <= reach; k++) {
      double angle = k == reach ? Math.PI / 2 : Math.asin(Math.min(1, (double) k / reach));
      double side = angle - before;
      sum += side * side * side / 24;
      before = angle;
    }
    return sum / (Math.PI / 2);
  }

  /** How far the polygon of {@link #disc} reaches in the direction (cos, sin), micrometres. */
  double reach(int[] disc, double cos, double sin) {
    double best = 0;
    double c = Math.abs(cos);
    double s = Math.abs(sin) * pitch;
    for (int k = 0; k < disc.length; k++) {
      best = Math.max(best, disc[k] * c + k * s);
    }
    return best;
  }

  /** What remains where a disc around a point lies wholly inside. */
  Region shrunk(Region region, int[] disc) {
    shrink(region, disc);
    return build();
  }

  private void shrink(Region region, int[] disc) {
    int reach = disc.length - 1;
    int low = region.firstRow + reach;
    int high = region.endRow() - reach;
    begin(low);
    if (region.isEmpty()) {
      return;
    }
    int[] xs = region.xs;
    for (int row = low; row < high; row++) {
      int from = region.from(row);
      int to = region.to(row);
      int size = 0;
      reserveRows(2 * (to - from) + 2);
      for (int i = from; i < to; i += 2) {
        int begin = xs[i] + disc[0];
        int end = xs[i + 1] - disc[0];
        if (begin < end) {
          rowA[size++] = begin;
          rowA[size++] = end;
        }
      }
      for (int k = reach; k >= 1 && size > 0; k--) {
        size = shrinkBy(region, row - k, disc[k], size);
        if (size > 0) {
          size = shrinkBy(region, row + k, disc[k], size);
        }
      }
      reserve(size);
      System.arraycopy(rowA, 0, out, outCount, size);
      outCount += size;
      endRow();
    }
  }

  private int shrinkBy(Region region, int row, int inset, int size) {
    int from = region.from(row);
    int to = region.to(row);
    if (size == 2 && to - from == 2) {
      // One interval against one: most rows of most parts.
      int begin = Math.max(rowA[0], region.xs[from] + inset);
      int end = Math.min(rowA[1], region.xs[from + 1] - inset);
      rowA[0] = begin;
      rowA[1] = end;
      return begin < end ? 2 : 0;
    }
    reserveRows(size + to - from);
    int merged = mergeIntersection(rowA, 0, size, region.xs, from, to, inset, rowB, 0);
    int[] swap = rowA;
    rowA = rowB;
    rowB = swap;
    return merged;
  }

  private void reserveRows(int size) {
    if (rowA.length < size) {
      rowA = Arrays.copyOf(rowA, 2 * size);
    }
    if (rowB.length < size) {
      rowB = new int[2 * size];
    }
  }

  /** Every point that a disc around some point of the region reaches. */
  Region grown(Region region, int[] disc) {
    if (region.isEmpty()) {
      return region;
    }
    grow(region, disc);
    return build();
  }

  private void grow(Region region, int[] disc) {
    int reach = disc.length - 1;
    int low = region.firstRow - reach;
    int high = region.endRow() + reach;
    begin(low);
    for (int row = low; row < high; row++) {
      int size = 0;
      for (int k = -reach; k <= reach; k++) {
        int from = region.from(row + k);
        int to = region.to(row + k);
        if (from < to) {
          size = growBy(region, from, to, disc[Math.abs(k)], size);
        }
      }
      reserve(size);
      System.arraycopy(rowA, 0, out, outCount, size);
      outCount += size;
      endRow();
    }
  }

  private int growBy(Region region, int from, int to, int outset, int size) {
    if (size == 2 && to - from == 2) {
      int begin = region.xs[from] - outset;
      int end = region.xs[from + 1] + outset;
      if (begin <= rowA[1] && end >= rowA[0]) {
        rowA[0] = Math.min(rowA[0], begin);
        rowA[1] = Math.max(rowA[1], end);
        return 2;
      }
    }
    reserveRows(size + to - from);
    int[] a = rowA;
    int[] b = region.xs;
    int[] merged = rowB;
    int i = 0;
    int j = from;
    int at = 0;
    while (i < size || j < to) {
      int begin;
      int end;
      if (j >= to || (i < size && a[i] <= b[j] - outset)) {
        begin = a[i];
        end = a[i + 1];
        i += 2;
      } else {
        begin = b[j] - outset;
        end = b[j + 1] + outset;
        j += 2;
      }
      if (at > 0 && merged[at - 1] >= begin) {
        if (end > merged[at - 1]) {
          merged[at - 1] = end;
        }
      } else {
        merged[at++] = begin;
        merged[at++] = end;
      }
    }
    rowB = a;
    rowA = merged;
    return at;
  }

  /** What an opening by a disc leaves, grown by another: shrinks first and grows then. */
  Region opened(Region region, int[] shrink, int[] grow) {
    shrink(region, shrink);
    return grown(lend(), grow);
  }

  /** Area in mm² of what {@link #opened} gives. */
  double openedArea(Region region, int[] shrink, int[] grow) {
    shrink(region, shrink);
    Region middle = lend();
    if (middle.isEmpty()) {
      return 0;
    }
    grow(middle, grow);
    return builtArea();
  }

  /**
   * The region grown by an octagon of inner radius {@code radius}, for radii of many rows: an
   * octagon is the sum of four segments, and each is reached by doubling.
   */
  Region grownFar(Region region, double radius) {
    if (region.isEmpty()) {
      return region;
    }
    double straight = radius * (Math.sqrt(2) - 1);
    double slanted = radius * (1 - Math.sqrt(0.5));
    int straightRows = (int) Math.rint(straight / pitch);
    int slantedRows = (int) Math.rint(slanted / pitch);
    int step = (int) Math.rint(pitch);
    Region grown = widened(region, (int) Math.rint(straight));
    grown = stretched(grown, straightRows, 0);
    grown = stretched(grown, slantedRows, step);
    grown = stretched(grown, slantedRows, -step);
    // Each stretch went one way only; the two slanted ones cancel along the rows.
    return copyMovedDown(grown, straightRows + 2 * slantedRows);
  }

  private Region widened(Region region, int by) {
    begin(region.firstRow);
    for (int row = region.firstRow; row < region.endRow(); row++) {
      int size = growBy(region, region.from(row), region.to(row), by, 0);
      reserve(size);
      System.arraycopy(rowA, 0, out, outCount, size);
      outCount += size;
      endRow();
    }
    return lend();
  }

  /** Union of all copies moved by 0 to 2n rows and by {@code step} micrometres a row; lent. */
  private Region stretched(Region region, int n, int step) {
    int reached = 1;
    Region sum = region;
    while (reached < 2 * n + 1) {
      int shift = Math.min(reached, 2 * n + 1 - reached);
      unite(sum, sum, shift, shift * step);
      sum = lend();
      reached += shift;
    }
    return sum;
  }

  private static Region copyMovedDown(Region region, int rows) {
    int size = 2 * region.spans();
    return size == 0
        ? Region.EMPTY
        : new Region(
            region.firstRow - rows,
            Arrays.copyOf(region.starts, region.rows() + 1),
            Arrays.copyOf(region.xs, size));
  }
}
