package io.ktizo.core.print;

import java.util.Arrays;
import java.util.List;

/**
 * Whether convex points fit a plate with straight sides.
 *
 * <p>They are turned in steps of one degree, and to each angle at which one of their sides lies
 * along a side of the plate: where something just fits, it nearly always lies so. For each angle
 * the answer is exact. The points are inside if no side of the plate reaches into their hull and
 * one of them is inside. Where they may be moved to is a region whose border consists of pieces at
 * which a corner of one slides along a side of the other; if the region is not empty, it has a
 * corner, and that is where two such pieces meet or one ends. All of these are tried, as far as the
 * bound on work goes.
 */
final class PolygonFit {
  private static final int STEPS = 360;

  /** Angles from sides: beyond so many pairs the steps must do. */
  private static final int MOST_PAIRS = 1_024;

  /**
   * Sides looked at before the search gives up, some 50 ms: with many reflex corners it is long.
   */
  private static final long MOST_WORK = 20_000_000;

  private final double[] plate;
  private final double[] bounds;
  private final boolean[] reflex;
  private final double slack;
  private long work;

  /**
   * A plate.
   *
   * @param slack by how much the points may stick out
   */
  PolygonFit(BuildVolume.Polygon polygon, double slack) {
    this.plate = counterClockwise(polygon.corners());
    this.bounds = bounds(plate);
    this.slack = slack;
    int corners = plate.length / 2;
    this.reflex = new boolean[corners];
    for (int i = 0; i < corners; i++) {
      int before = (i + corners - 1) % corners;
      int after = (i + 1) % corners;
      reflex[i] = turn(plate, before, i, after) < 0;
    }
  }

  /** The angle, in radians, of the direction that comes to lie along x; NaN if there is none. */
  double angle(double[] hull) {
    for (double angle : angles(hull)) {
      if (fits(turned(hull, angle))) {
        return angle;
      }
      if (work > MOST_WORK) {
        break;
      }
    }
    return Double.NaN;
  }

  private double[] angles(double[] hull) {
    int sides = hull.length / 2;
    int corners = plate.length / 2;
    int pairs = sides > 1 && sides * corners <= MOST_PAIRS ? sides * corners : 0;
    double[] angles = new double[STEPS + pairs];
    for (int i = 0; i < STEPS; i++) {
      // Quarter turns first: most parts come to lie as they were drawn.
      angles[i] = i < 4 ? i * Math.PI / 2 : 2 * Math.PI * i / STEPS;
    }
    int at = STEPS;
    for (int i = 0; i < sides && at < angles.length; i++) {
      double own = direction(hull, i);
      for (int j = 0; j < corners; j++) {
        angles[at++] = own - direction(plate, j);
      }
    }
    return angles;
  }

  /** The points as they lie when the direction at this angle lies along x. */
  static double[] turned(double[] points, double angle) {
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double[] turned = new double[points.length];
    for (int i = 0; i < points.length; i += 2) {
      turned[i] = cos * points[i] + sin * points[i + 1];
      turned[i + 1] = cos * points[i + 1] - sin * points[i];
    }
    return turned;
  }

  /** Whether counter-clockwise convex corners fit without being turned, wherever they are moved. */
  boolean fits(double[] hull) {
    double[] box = bounds(hull);
    if (box[1] - box[0] > bounds[1] - bounds[0] + slack
        || box[3] - box[2] > bounds[3] - bounds[2] + slack) {
      return false;
    }
    double[] pieces = pieces(hull);
    int count = pieces.length / 4;
    for (int i = 0; i < count; i++) {
      if (holds(hull, pieces[4 * i], pieces[4 * i + 1])
          || holds(hull, pieces[4 * i + 2], pieces[4 * i + 3])) {
        return true;
      }
    }
    double[] meeting = new double[2];
    for (int i = 0; i < count; i++) {
      work += count - i;
      for (int j = i + 1; j < count && work <= MOST_WORK; j++) {
        if (meet(pieces, i, j, meeting) && holds(hull, meeting[0], meeting[1])) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * The pieces of the border of where the points may be moved, four numbers each: corners of the
   * points along sides of the plate, and reflex corners of the plate along sides of the points.
   */
  private double[] pieces(double[] hull) {
    int corners = plate.length / 2;
    int sides = hull.length / 2;
    double[] pieces = new double[4 * (corners + corners * sides)];
    int at = 0;
    for (int i = 0; i < corners; i++) {
      int next = (i + 1) % corners;
      double dx = plate[2 * next] - plate[2 * i];
      double dy = plate[2 * next + 1] - plate[2 * i + 1];
      // The outermost corner across the side: outwards is to its right.
      int outermost = outermost(hull, dy, -dx);
      for (int end : new int[] {i, next}) {
        pieces[at++] = plate[2 * end] - hull[2 * outermost];
        pieces[at++] = plate[2 * end + 1] - hull[2 * outermost + 1];
      }
    }
    for (int i = 0; i < corners; i++) {
      for (int side = 0; reflex[i] && side < sides; side++) {
        for (int end : new int[] {side, (side + 1) % sides}) {
          pieces[at++] = plate[2 * i] - hull[2 * end];
          pieces[at++] = plate[2 * i + 1] - hull[2 * end + 1];
        }
      }
    }
    return Arrays.copyOf(pieces, at);
  }

  private static boolean meet(double[] pieces, int i, int j, double[] point) {
    double ax = pieces[4 * i];
    double ay = pieces[4 * i + 1];
    double bx = pieces[4 * i + 2] - ax;
    double by = pieces[4 * i + 3] - ay;
    double cx = pieces[4 * j];
    double cy = pieces[4 * j + 1];
    double dx = pieces[4 * j + 2] - cx;
    double dy = pieces[4 * j + 3] - cy;
    double cross = bx * dy - by * dx;
    if (cross == 0) {
      return false;
    }
    double along = ((cx - ax) * dy - (cy - ay) * dx) / cross;
    double other = ((cx - ax) * by - (cy - ay) * bx) / cross;
    if (along < -1e-9 || along > 1 + 1e-9 || other < -1e-9 || other > 1 + 1e-9) {
      return false;
    }
    point[0] = ax + along * bx;
    point[1] = ay + along * by;
    return true;
  }

  /** Whether the points, moved so, are on the plate. */
  private boolean holds(double[] hull, double x, double y) {
    int sides = hull.length / 2;
    double middleX = x;
    double middleY = y;
    for (int i = 0; i < sides; i++) {
      middleX += hull[2 * i] / sides;
      middleY += hull[2 * i + 1] / sides;
    }
    if (!isInside(middleX, middleY)) {
      return false;
    }
    int corners = plate.length / 2;
    work += (long) corners * sides;
    for (int i = 0; i < corners; i++) {
      int next = (i + 1) % corners;
      if (reachesInto(
          hull,
          plate[2 * i] - x,
          plate[2 * i + 1] - y,
          plate[2 * next] - x,
          plate[2 * next + 1] - y)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a piece of a line runs deeper than the slack through convex points (Cyrus, Beck). */
  private boolean reachesInto(double[] hull, double ax, double ay, double bx, double by) {
    int sides = hull.length / 2;
    if (sides < 3) {
      // A point or a line has no inside; the plate's sides may touch it.
      return false;
    }
    double from = 0;
    double to = 1;
    for (int i = 0; i < sides; i++) {
      int next = (i + 1) % sides;
      double ex = hull[2 * next] - hull[2 * i];
      double ey = hull[2 * next + 1] - hull[2 * i + 1];
      double length = StrictMath.hypot(ex, ey);
      // How far inside the ends are, less the slack.
      double start = (ex * (ay - hull[2 * i + 1]) - ey * (ax - hull[2 * i])) / length - slack;
      double end = (ex * (by - hull[2 * i + 1]) - ey * (bx - hull[2 * i])) / length - slack;
      if (start <= 0 && end <= 0) {
        return false;
      }
      if (start < 0) {
        from = Math.max(from, start / (start - end));
      } else if (end < 0) {
        to = Math.min(to, start / (start - end));
      }
      if (from >= to) {
        return false;
      }
    }
    return true;
  }

  private boolean isInside(double x, double y) {
    boolean inside = false;
    int corners = plate.length / 2;
    for (int i = 0, j = corners - 1; i < corners; j = i++) {
      double ax = plate[2 * i];
      double ay = plate[2 * i + 1];
      double bx = plate[2 * j];
      double by = plate[2 * j + 1];
      if (ay > y != by > y && x < (bx - ax) * (y - ay) / (by - ay) + ax) {
        inside = !inside;
      }
    }
    return inside;
  }

  private static int outermost(double[] hull, double dx, double dy) {
    int found = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < hull.length / 2; i++) {
      double reach = dx * hull[2 * i] + dy * hull[2 * i + 1];
      if (reach > most) {
        most = reach;
        found = i;
      }
    }
    return found;
  }

  private static double direction(double[] points, int side) {
    int next = (side + 1) % (points.length / 2);
    return StrictMath.atan2(
        points[2 * next + 1] - points[2 * side + 1], points[2 * next] - points[2 * side]);
  }

  private static double[] bounds(double[] points) {
    double[] box = {
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY,
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
    };
    for (int i = 0; i < points.length; i += 2) {
      box[0] = Math.min(box[0], points[i]);
      box[1] = Math.max(box[1], points[i]);
      box[2] = Math.min(box[2], points[i + 1]);
      box[3] = Math.max(box[3], points[i + 1]);
    }
    return box;
  }

  private static double[] counterClockwise(List<BuildVolume.Corner> corners) {
    int count = corners.size();
    double[] points = new double[2 * count];
    for (int i = 0; i < count; i++) {
      points[2 * i] = corners.get(i).x();
      points[2 * i + 1] = corners.get(i).y();
    }
    if (area(points) < 0) {
      for (int i = 0; i < count; i++) {
        points[2 * i] = corners.get(count - 1 - i).x();
        points[2 * i + 1] = corners.get(count - 1 - i).y();
      }
    }
    return points;
  }

  private static double area(double[] points) {
    double twice = 0;
    int count = points.length / 2;
    for (int i = 0; i < count; i++) {
      int next = (i + 1) % count;
      twice += points[2 * i] * points[2 * next + 1] - points[2 * next] * points[2 * i + 1];
    }
    return twice / 2;
  }

  private static double turn(double[] points, int a, int b, int c) {
    return (points[2 * b] - points[2 * a]) * (points[2 * c + 1] - points[2 * a + 1])
        - (points[2 * b + 1] - points[2 * a + 1]) * (points[2 * c] - points[2 * a]);
  }

  /**
   * Checks that it is the outline of one plate.
   *
   * @throws IllegalArgumentException if it has no area, or sides that touch or cross
   */
  static void requireSimple(List<BuildVolume.Corner> corners) {
    double[] points = counterClockwise(corners);
    if (!(area(points) > 0)) {
      throw new IllegalArgumentException("a plate must have an area");
    }
    int count = points.length / 2;
    for (int i = 0; i < count; i++) {
      int next = (i + 1) % count;
      if (points[2 * i] == points[2 * next] && points[2 * i + 1] == points[2 * next + 1]) {
        throw new IllegalArgumentException("two corners of a plate must not be the same");
      }
      for (int j = i + 1; j < count; j++) {
        boolean adjacent = j == next || (j + 1) % count == i;
        if (adjacent ? foldsBack(points, i, j, count) : touch(points, i, j, count)) {
          throw new IllegalArgumentException("sides of a plate must not touch or cross");
        }
      }
    }
  }

  /** Whether of two sides with a common corner one lies on the other. */
  private static boolean foldsBack(double[] points, int i, int j, int count) {
    int middle = j == (i + 1) % count ? j : i;
    int before = (middle + count - 1) % count;
    int after = (middle + 1) % count;
    double along =
        (points[2 * before] - points[2 * middle]) * (points[2 * after] - points[2 * middle])
            + (points[2 * before + 1] - points[2 * middle + 1])
                * (points[2 * after + 1] - points[2 * middle + 1]);
    return turn(points, before, middle, after) == 0 && along > 0;
  }

  private static boolean touch(double[] points, int i, int j, int count) {
    int ii = (i + 1) % count;
    int jj = (j + 1) % count;
    double a = turn(points, i, ii, j);
    double b = turn(points, i, ii, jj);
    double c = turn(points, j, jj, i);
    double d = turn(points, j, jj, ii);
    if (a == 0 && b == 0) {
      // On one line: whether they overlap.
      return overlap(points, i, ii, j, jj, 0) && overlap(points, i, ii, j, jj, 1);
    }
    return a * b <= 0 && c * d <= 0;
  }

  private static boolean overlap(double[] points, int i, int ii, int j, int jj, int axis) {
    double low = Math.min(points[2 * i + axis], points[2 * ii + axis]);
    double high = Math.max(points[2 * i + axis], points[2 * ii + axis]);
    return Math.max(points[2 * j + axis], points[2 * jj + axis]) >= low
        && Math.min(points[2 * j + axis], points[2 * jj + axis]) <= high;
  }
}
