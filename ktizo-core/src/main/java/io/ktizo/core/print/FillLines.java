package io.ktizo.core.print;

/**
 * What parallel lines in a region look like, read off its rows. Lines along the rows have the rows'
 * own intervals as lengths; lines across end wherever an interval of one row does not continue in
 * the next. Immutable.
 */
final class FillLines {
  /** Nothing to fill. */
  static final FillLines NONE = new FillLines(Region.EMPTY, 0, 0, 0, 0);

  final Region region;

  /** mm². */
  final double area;

  /** Extent of the boundary across the rows, both sides of every interval, mm. */
  final double across;

  /** Extent of the boundary along the rows, mm. */
  final double along;

  /** Pieces that a sweep along the rows can fill without lifting. */
  final int pieces;

  private FillLines(Region region, double area, double across, double along, int pieces) {
    this.region = region;
    this.area = area;
    this.across = across;
    this.along = along;
    this.pieces = pieces;
  }

  static FillLines of(Region region, RegionAlgebra algebra) {
    if (region.isEmpty()) {
      return NONE;
    }
    double pitch = algebra.pitch() / MeshSlicer.MICROMETRES;
    long changed = 0;
    int pieces = 0;
    int[] xs = region.xs;
    int previousFrom = 0;
    int previousTo = 0;
    for (int r = 0; r <= region.rows(); r++) {
      int from = r == region.rows() ? 0 : region.starts[r];
      int to = r == region.rows() ? 0 : region.starts[r + 1];
      for (int k = previousFrom; k < previousTo; k += 2) {
        changed += xs[k + 1] - xs[k];
      }
      for (int k = from; k < to; k += 2) {
        changed += xs[k + 1] - xs[k];
      }
      pieces += (to - from) / 2;
      int i = previousFrom;
      int j = from;
      int lastFrom = -1;
      int lastTo = -1;
      while (i < previousTo && j < to) {
        int begin = Math.max(xs[i], xs[j]);
        int end = Math.min(xs[i + 1], xs[j + 1]);
        if (begin < end) {
          changed -= 2L * (end - begin);
          // Where a piece forks, one branch goes on; where branches meet, one of them does.
          if (i != lastFrom && j != lastTo) {
            pieces--;
            lastFrom = i;
            lastTo = j;
          }
        }
        if (xs[i + 1] < xs[j + 1]) {
          i += 2;
        } else {
          j += 2;
        }
      }
      previousFrom = from;
      previousTo = to;
    }
    double area = algebra.area(region);
    return new FillLines(
        region, area, 2 * region.spans() * pitch, changed / MeshSlicer.MICROMETRES, pieces);
  }

  /**
   * How many separate paths lines {@code gap} mm apart make once neighbours are joined along the
   * boundary: one for each connected part that any line meets.
   *
   * @param extra paths for each further line: a ring of joined lines must stay open somewhere
   */
  double chains(double gap, double extra) {
    int spans = region.spans();
    int[] parent = new int[spans];
    for (int i = 0; i < spans; i++) {
      parent[i] = i;
    }
    double pitch = across / 2 / spans;
    double[] extents = new double[spans];
    int[] xs = region.xs;
    int previousFrom = 0;
    int previousTo = 0;
    for (int r = 0; r <= region.rows(); r++) {
      int from = r == region.rows() ? 0 : region.starts[r];
      int to = r == region.rows() ? 0 : region.starts[r + 1];
      for (int k = previousFrom; k < previousTo; k += 2) {
        extents[k / 2] += (xs[k + 1] - xs[k]) / MeshSlicer.MICROMETRES;
      }
      for (int k = from; k < to; k += 2) {
        extents[k / 2] += (xs[k + 1] - xs[k]) / MeshSlicer.MICROMETRES + 2 * pitch;
      }
      int i = previousFrom;
      int j = from;
      while (i < previousTo && j < to) {
        int common = Math.min(xs[i + 1], xs[j + 1]) - Math.max(xs[i], xs[j]);
        if (common > 0) {
          extents[j / 2] -= 2 * common / MeshSlicer.MICROMETRES;
          int a = root(parent, i / 2);
          int b = root(parent, j / 2);
          parent[Math.max(a, b)] = Math.min(a, b);
        }
        if (xs[i + 1] < xs[j + 1]) {
          i += 2;
        } else {
          j += 2;
        }
      }
      previousFrom = from;
      previousTo = to;
    }
    for (int i = spans - 1; i > 0; i--) {
      int root = root(parent, i);
      if (root != i) {
        extents[root] += extents[i];
        extents[i] = 0;
      }
    }
    double chains = 0;
    for (int i = 0; i < spans; i++) {
      if (parent[i] == i) {
        double lines = extents[i] / 2 / gap;
        chains += lines < 1 ? lines : 1 + extra * (lines - 1);
      }
    }
    return chains;
  }

  private static int root(int[] parent, int of) {
    int at = of;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  boolean isEmpty() {
    return region.isEmpty();
  }

  /** How many lines, {@code spacing} mm apart, run along the rows. */
  double linesAlong(double spacing) {
    return across / 2 / spacing;
  }

  /** How many lines, {@code spacing} mm apart, run across the rows. */
  double linesAcross(double spacing) {
    return along / 2 / spacing;
  }

  /** Length of the boundary, if its directions are those of {@code contours}' own. */
  double boundary(double lengthByExtent) {
    return (across + along) * lengthByExtent;
  }

  /**
   * Time for all lines.
   *
   * @param alongRows whether the lines run along the rows or across
   * @param spacing of the lines, mm
   * @param joint length of the line's connection to the next, mm, part of the line's own length
   * @param corner speed at both ends of a connection
   */
  double time(
      boolean alongRows,
      double spacing,
      double joint,
      double corner,
      double speed,
      double acceleration) {
    if (isEmpty()) {
      return 0;
    }
    double lines = alongRows ? linesAlong(spacing) : linesAcross(spacing);
    double stretch = alongRows ? 1 : across / along;
    double sum = 0;
    int[] xs = region.xs;
    double scale = stretch / MeshSlicer.MICROMETRES;
    double rampUp = Math.max(0, (speed * speed - corner * corner) / acceleration);
    double rampTime = Math.max(0, 2 * (speed - corner) / acceleration);
    double slow = Math.min(corner, speed);
    for (int i = 0; i < xs.length; i += 2) {
      double length = (xs[i + 1] - xs[i]) * scale - joint;
      if (length >= rampUp) {
        sum += rampTime + (length - rampUp) / speed;
      } else if (length > 0) {
        sum += 2 * (Math.sqrt(slow * slow + acceleration * length) - slow) / acceleration;
      }
    }
    double connection = 2 * (Math.sqrt(slow * slow + acceleration * joint) - slow) / acceleration;
    connection = Math.max(connection, joint / speed);
    return lines * (sum / region.spans() + connection);
  }
}
