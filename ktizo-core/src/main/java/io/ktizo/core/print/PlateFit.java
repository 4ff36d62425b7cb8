package io.ktizo.core.print;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Whether points in the plane fit a plate, turned by any angle: exactly, but for rounding.
 *
 * <p>For a rectangle: the width of a convex polygon in direction θ is, between two directions in
 * which it rests on an edge, the distance d of two fixed corners times cos(θ - φ) (rotating
 * calipers; Toussaint, "Solving geometric problems with the rotating calipers", IEEE MELECON 1983).
 * On such a stretch it is concave, so where two widths must both be small enough, the ends of the
 * stretch and the places where a width just equals its limit decide. For a disc: the smallest
 * enclosing circle (Welzl, "Smallest enclosing disks", 1991, in its iterative form). Other plates
 * in steps of angle: {@link PolygonFit}.
 */
final class PlateFit {
  private PlateFit() {}

  /**
   * The angle, in radians, of the direction that comes to lie along x; NaN if there is none.
   *
   * @param points x and y of each
   * @param slack by how much the plate is widened; for a {@link PolygonFit} how far points may
   *     stick out
   */
  static double angle(double[] points, BuildVolume plate, double slack) {
    double[] hull = hull(points);
    return switch (plate) {
      case BuildVolume.Box box -> inRectangle(hull, box.width() + slack, box.depth() + slack);
      case BuildVolume.Cylinder disc ->
          2 * enclosingRadius(hull) <= disc.diameter() + slack ? 0 : Double.NaN;
      case BuildVolume.Polygon polygon -> new PolygonFit(polygon, slack).angle(hull);
    };
  }

  private static double inRectangle(double[] hull, double width, double depth) {
    int corners = hull.length / 2;
    // Directions in which one of the two widths changes its corners.
    double[] stops = new double[2 * corners + 2];
    int count = 0;
    for (int i = 0; i < corners && corners > 1; i++) {
      int next = (i + 1) % corners;
      double along =
          StrictMath.atan2(hull[2 * next + 1] - hull[2 * i + 1], hull[2 * next] - hull[2 * i]);
      stops[count++] = withinHalfTurn(along);
      stops[count++] = withinHalfTurn(along + Math.PI / 2);
    }
    stops[count++] = 0;
    stops[count++] = Math.PI;
    Arrays.sort(stops, 0, count);
    double[] across = new double[2];
    double[] along = new double[2];
    for (int i = 0; i + 1 < count; i++) {
      double from = stops[i];
      double to = stops[i + 1];
      double middle = (from + to) / 2;
      span(hull, middle, across);
      span(hull, middle + Math.PI / 2, along);
      double found = onStretch(from, to, across, along, width, depth);
      if (!Double.isNaN(found)) {
        return found;
      }
    }
    return Double.NaN;
  }

  private static double withinHalfTurn(double angle) {
    double turned = angle % Math.PI;
    return turned < 0 ? turned + Math.PI : turned;
  }

  /** The vector between the two corners that are outermost in a direction. */
  private static void span(double[] hull, double direction, double[] vector) {
    double cos = StrictMath.cos(direction);
    double sin = StrictMath.sin(direction);
    int lowest = 0;
    int highest = 0;
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < hull.length; i += 2) {
      double reach = cos * hull[i] + sin * hull[i + 1];
      if (reach < low) {
        low = reach;
        lowest = i;
      }
      if (reach > high) {
        high = reach;
        highest = i;
      }
    }
    vector[0] = hull[highest] - hull[lowest];
    vector[1] = hull[highest + 1] - hull[lowest + 1];
  }

  private static double onStretch(
      double from, double to, double[] across, double[] along, double width, double depth) {
    if (holds(from, across, along, width, depth)) {
      return from;
    }
    if (holds(to, across, along, width, depth)) {
      return to;
    }
    for (int which = 0; which < 2; which++) {
      double[] vector = which == 0 ? across : along;
      double limit = which == 0 ? width : depth;
      double length = StrictMath.hypot(vector[0], vector[1]);
      if (length <= limit) {
        continue;
      }
      double phase = StrictMath.atan2(vector[1], vector[0]) - (which == 0 ? 0 : Math.PI / 2);
      double aside = StrictMath.acos(limit / length);
      for (double sign = -1; sign <= 1; sign += 2) {
        double angle = phase + sign * aside;
        angle = angle - 2 * Math.PI * Math.floor((angle - from) / (2 * Math.PI));
        if (angle <= to && holds(angle, across, along, width, depth)) {
          return angle;
        }
      }
    }
    return Double.NaN;
  }

  private static boolean holds(
      double angle, double[] across, double[] along, double width, double depth) {
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double rounding = 1e-12 * (Math.abs(width) + Math.abs(depth));
    return across[0] * cos + across[1] * sin <= width + rounding
        && along[1] * cos - along[0] * sin <= depth + rounding;
  }

  /** The corners of the convex hull, counter-clockwise (Andrew's monotone chain, 1979). */
  static double[] hull(double[] points) {
    int count = points.length / 2;
    long[] order = order(points);
    double[] chain = new double[2 * points.length + 2];
    int size = 0;
    for (int pass = 0; pass < 2; pass++) {
      int base = size;
      for (int k = 0; k < count; k++) {
        int at = 2 * (int) (pass == 0 ? order[k] : order[count - 1 - k]);
        double x = points[at];
        double y = points[at + 1];
        while (size - base >= 2 && !leftTurn(chain, size, x, y)) {
          size--;
        }
        chain[2 * size] = x;
        chain[2 * size + 1] = y;
        size++;
      }
      // The last point of a chain is the first of the other.
      size--;
    }
    return Arrays.copyOf(chain, 2 * Math.max(size, 1));
  }

  private static boolean leftTurn(double[] chain, int size, double x, double y) {
    int a = 2 * (size - 2);
    int b = 2 * (size - 1);
    return (chain[b] - chain[a]) * (y - chain[a + 1])
            - (chain[b + 1] - chain[a + 1]) * (x - chain[a])
        > 0;
  }

  /** Points by x, then y. */
  private static long[] order(double[] points) {
    int count = points.length / 2;
    Integer[] boxed = new Integer[count];
    Arrays.setAll(boxed, i -> i);
    Arrays.sort(
        boxed,
        (i, j) -> {
          int byX = Double.compare(points[2 * i], points[2 * j]);
          return byX != 0 ? byX : Double.compare(points[2 * i + 1], points[2 * j + 1]);
        });
    long[] order = new long[count];
    Arrays.setAll(order, i -> boxed[i]);
    return order;
  }

  /** The radius of the smallest circle around convex corners, in expected linear time. */
  static double enclosingRadius(double[] convex) {
    // In the order of the hull nearly every corner would begin the search anew: cubic time.
    double[] hull = shuffled(convex);
    int count = hull.length / 2;
    double[] circle = {hull[0], hull[1], 0};
    for (int i = 1; i < count; i++) {
      if (!inside(circle, hull, i)) {
        circle = new double[] {hull[2 * i], hull[2 * i + 1], 0};
        for (int j = 0; j < i; j++) {
          if (!inside(circle, hull, j)) {
            circle = through(hull, i, j);
            for (int k = 0; k < j; k++) {
              if (!inside(circle, hull, k)) {
                circle = through(hull, i, j, k);
              }
            }
          }
        }
      }
    }
    return circle[2];
  }

  /** The same order each time. */
  private static double[] shuffled(double[] points) {
    double[] order = points.clone();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = order.length / 2 - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      for (int axis = 0; axis < 2; axis++) {
        double swap = order[2 * i + axis];
        order[2 * i + axis] = order[2 * j + axis];
        order[2 * j + axis] = swap;
      }
    }
    return order;
  }

  private static boolean inside(double[] circle, double[] hull, int corner) {
    return StrictMath.hypot(hull[2 * corner] - circle[0], hull[2 * corner + 1] - circle[1])
        <= circle[2] * (1 + 1e-12);
  }

  private static double[] through(double[] hull, int i, int j) {
    double x = (hull[2 * i] + hull[2 * j]) / 2;
    double y = (hull[2 * i + 1] + hull[2 * j + 1]) / 2;
    return new double[] {x, y, StrictMath.hypot(hull[2 * i] - x, hull[2 * i + 1] - y)};
  }

  private static double[] through(double[] hull, int i, int j, int k) {
    double ax = hull[2 * j] - hull[2 * i];
    double ay = hull[2 * j + 1] - hull[2 * i + 1];
    double bx = hull[2 * k] - hull[2 * i];
    double by = hull[2 * k + 1] - hull[2 * i + 1];
    double twice = 2 * (ax * by - ay * bx);
    if (twice == 0) {
      // On a line to the last bit: the ends decide.
      double[] far = through(hull, i, j);
      for (double[] other : new double[][] {through(hull, i, k), through(hull, j, k)}) {
        far = other[2] > far[2] ? other : far;
      }
      return far;
    }
    double a = ax * ax + ay * ay;
    double b = bx * bx + by * by;
    double x = (by * a - ay * b) / twice;
    double y = (ax * b - bx * a) / twice;
    return new double[] {hull[2 * i] + x, hull[2 * i + 1] + y, StrictMath.hypot(x, y)};
  }
}
