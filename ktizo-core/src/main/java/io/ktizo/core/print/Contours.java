package io.ktizo.core.print;

import java.util.Arrays;

/**
 * The closed loops in which a plane cuts a mesh. Coordinates are whole micrometres; the solid lies
 * to the left of a loop's direction, so that outer loops run counter-clockwise and holes clockwise.
 * Written by one {@link MeshSlicer} and read afterwards; not for several threads.
 */
final class Contours {
  private int[] xs = new int[1024];
  private int[] ys = new int[1024];
  private int[] ends = new int[16];
  private int points;
  private int loops;

  void clear() {
    points = 0;
    loops = 0;
  }

  void add(int x, int y) {
    if (points == xs.length) {
      xs = Arrays.copyOf(xs, 2 * points);
      ys = Arrays.copyOf(ys, 2 * points);
    }
    xs[points] = x;
    ys[points++] = y;
  }

  /**
   * Ends the loop whose points were added, after dropping what does not deviate from straight by
   * more than {@code tolerance} micrometres. A loop without an inside vanishes.
   */
  void closeLoop(double tolerance) {
    int begin = loops == 0 ? 0 : ends[loops - 1];
    simplify(begin, tolerance);
    if (points - begin < 3) {
      points = begin;
      return;
    }
    if (loops == ends.length) {
      ends = Arrays.copyOf(ends, 2 * loops);
    }
    ends[loops++] = points;
  }

  /**
   * Greedy: a point goes while all points dropped since the last kept one stay within the tolerance
   * of the line that replaces them. One pass, and exact for straight runs, which are most.
   */
  private void simplify(int begin, double tolerance) {
    int count = points - begin;
    if (count < 4) {
      return;
    }
    // Begin at a corner, so that a straight run does not keep an arbitrary first point.
    int corner = begin + sharpest(begin, count);
    rotate(begin, count, corner - begin);
    int kept = begin;
    int from = begin;
    for (int i = begin + 1; i < points; i++) {
      int next = i + 1 == points ? begin : i + 1;
      if (!straight(kept, from, i, next, tolerance)) {
        kept++;
        xs[kept] = xs[i];
        ys[kept] = ys[i];
        from = i;
      }
    }
    points = kept + 1;
  }

  /** The furthest point from the first, which is a corner of the convex hull. */
  private int sharpest(int begin, int count) {
    long best = -1;
    int at = 0;
    for (int i = 0; i < count; i++) {
      long x = xs[begin + i] - (long) xs[begin];
      long y = ys[begin + i] - (long) ys[begin];
      long distance = x * x + y * y;
      if (distance > best) {
        best = distance;
        at = i;
      }
    }
    return at;
  }

  private void rotate(int begin, int count, int by) {
    if (by == 0) {
      return;
    }
    int[] x = Arrays.copyOfRange(xs, begin, begin + by);
    int[] y = Arrays.copyOfRange(ys, begin, begin + by);
    System.arraycopy(xs, begin + by, xs, begin, count - by);
    System.arraycopy(ys, begin + by, ys, begin, count - by);
    System.arraycopy(x, 0, xs, begin + count - by, by);
    System.arraycopy(y, 0, ys, begin + count - by, by);
  }

  private boolean straight(int kept, int from, int last, int next, double tolerance) {
    double dx = xs[next] - (double) xs[kept];
    double dy = ys[next] - (double) ys[kept];
    double squared = dx * dx + dy * dy;
    double limit = tolerance * tolerance * squared;
    for (int i = from + 1; i <= last; i++) {
      double px = xs[i] - (double) xs[kept];
      double py = ys[i] - (double) ys[kept];
      double cross = dx * py - dy * px;
      if (cross * cross > limit || px * dx + py * dy < 0 || px * px + py * py > squared) {
        return false;
      }
    }
    return squared > 0;
  }

  int loops() {
    return loops;
  }

  int begin(int loop) {
    return loop == 0 ? 0 : ends[loop - 1];
  }

  int end(int loop) {
    return ends[loop];
  }

  int points() {
    return points;
  }

  int x(int point) {
    return xs[point];
  }

  int y(int point) {
    return ys[point];
  }

  boolean isEmpty() {
    return loops == 0;
  }

  /** Length of all loops in micrometres. */
  double length() {
    double sum = 0;
    for (int loop = 0; loop < loops; loop++) {
      sum += length(loop);
    }
    return sum;
  }

  double length(int loop) {
    double sum = 0;
    int previous = ends[loop] - 1;
    for (int i = begin(loop); i < ends[loop]; i++) {
      double dx = xs[i] - (double) xs[previous];
      double dy = ys[i] - (double) ys[previous];
      sum += Math.sqrt(dx * dx + dy * dy);
      previous = i;
    }
    return sum;
  }

  /** Signed area of a loop in square micrometres, negative for a hole. */
  double area(int loop) {
    double sum = 0;
    int begin = begin(loop);
    int previous = ends[loop] - 1;
    for (int i = begin; i < ends[loop]; i++) {
      double x = xs[i] - (double) xs[begin];
      double y = ys[i] - (double) ys[begin];
      double px = xs[previous] - (double) xs[begin];
      double py = ys[previous] - (double) ys[begin];
      sum += px * y - x * py;
      previous = i;
    }
    return sum / 2;
  }

  /** Signed area of all loops in square micrometres. */
  double area() {
    double sum = 0;
    for (int loop = 0; loop < loops; loop++) {
      sum += area(loop);
    }
    return sum;
  }

  /** Area of the bounding box in mm². */
  double extent() {
    int left = Integer.MAX_VALUE;
    int right = Integer.MIN_VALUE;
    int front = Integer.MAX_VALUE;
    int back = Integer.MIN_VALUE;
    for (int i = 0; i < points; i++) {
      left = Math.min(left, xs[i]);
      right = Math.max(right, xs[i]);
      front = Math.min(front, ys[i]);
      back = Math.max(back, ys[i]);
    }
    return points == 0
        ? 0
        : (right - left) / MeshSlicer.MICROMETRES * ((back - front) / MeshSlicer.MICROMETRES);
  }

  /** Length of all loops as a ratio to the sum of their extents in x and in y. */
  double lengthByExtent() {
    double extents = 0;
    for (int loop = 0; loop < loops; loop++) {
      int previous = ends[loop] - 1;
      for (int i = begin(loop); i < ends[loop]; i++) {
        extents +=
            Math.abs(xs[i] - (double) xs[previous]) + Math.abs(ys[i] - (double) ys[previous]);
        previous = i;
      }
    }
    return extents > 0 ? length() / extents : 1;
  }

  /** The loops that are no holes. */
  Contours outer() {
    Contours outer = new Contours();
    for (int loop = 0; loop < loops; loop++) {
      if (area(loop) > 0) {
        for (int i = begin(loop); i < ends[loop]; i++) {
          outer.add(xs[i], ys[i]);
        }
        outer.closeLoop(0);
      }
    }
    return outer;
  }

  /** Whether both have the same points in the same loops. */
  boolean sameAs(Contours other) {
    return loops == other.loops
        && points == other.points
        && Arrays.equals(ends, 0, loops, other.ends, 0, loops)
        && Arrays.equals(xs, 0, points, other.xs, 0, points)
        && Arrays.equals(ys, 0, points, other.ys, 0, points);
  }

  /** An independent copy with arrays of just the right length. */
  Contours copy() {
    Contours copy = new Contours();
    copy.xs = Arrays.copyOf(xs, points);
    copy.ys = Arrays.copyOf(ys, points);
    copy.ends = Arrays.copyOf(ends, loops);
    copy.points = points;
    copy.loops = loops;
    return copy;
  }
}
