package io.ktizo.core.print;

import java.util.Arrays;

/**
 * Which triangle is nearest at every sample of a grid.
 *
 * <p>Corners are snapped to 1/16 of a sample and edges decided in exact integers with the top-left
 * rule, so triangles that share an edge neither leave a crack between them nor overlap. Depth grows
 * away from the viewer.
 */
final class VisibilityBuffer {
  static final int NOTHING = -1;

  private static final int STEPS = 16;
  private static final int HALF = STEPS / 2;

  final int width;
  final int height;
  final int[] triangle;
  final float[] depth;

  VisibilityBuffer(int width, int height) {
    this.width = width;
    this.height = height;
    triangle = new int[width * height];
    depth = new float[width * height];
    Arrays.fill(triangle, NOTHING);
    Arrays.fill(depth, Float.POSITIVE_INFINITY);
  }

  /**
   * Draws one triangle given by the coordinates of its corners in samples (the first sample's
   * centre stands at 0.5) and their depths.
   */
  void draw(
      int id,
      double xa,
      double ya,
      double za,
      double xb,
      double yb,
      double zb,
      double xc,
      double yc,
      double zc) {
    long ax = Math.round(xa * STEPS);
    long ay = Math.round(ya * STEPS);
    long bx = Math.round(xb * STEPS);
    long by = Math.round(yb * STEPS);
    long cx = Math.round(xc * STEPS);
    long cy = Math.round(yc * STEPS);
    long twiceArea = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
    if (twiceArea == 0) {
      return;
    }
    if (twiceArea < 0) {
      drawOriented(id, -twiceArea, ax, ay, za, cx, cy, zc, bx, by, zb);
    } else {
      drawOriented(id, twiceArea, ax, ay, za, bx, by, zb, cx, cy, zc);
    }
  }

  private void drawOriented(
      int id,
      long twiceArea,
      long ax,
      long ay,
      double az,
      long bx,
      long by,
      double bz,
      long cx,
      long cy,
      double cz) {
    int left = (int) Math.max(0, firstSample(Math.min(ax, Math.min(bx, cx))));
    int right = (int) Math.min(width - 1, lastSample(Math.max(ax, Math.max(bx, cx))));
    int top = (int) Math.max(0, firstSample(Math.min(ay, Math.min(by, cy))));
    int bottom = (int) Math.min(height - 1, lastSample(Math.max(ay, Math.max(by, cy))));
    if (left > right || top > bottom) {
      return;
    }
    double nearest = Math.min(az, Math.min(bz, cz));
    double farthest = Math.max(az, Math.max(bz, cz));
    double acrossX = ((bz - az) * (cy - ay) - (cz - az) * (by - ay)) / twiceArea;
    double acrossY = ((cz - az) * (bx - ax) - (bz - az) * (cx - ax)) / twiceArea;
    long x = (long) left * STEPS + HALF;
    long bias0 = inclusive(ax, ay, bx, by) ? 0 : -1;
    long bias1 = inclusive(bx, by, cx, cy) ? 0 : -1;
    long bias2 = inclusive(cx, cy, ax, ay) ? 0 : -1;
    long step0 = -(by - ay) * STEPS;
    long step1 = -(cy - by) * STEPS;
    long step2 = -(ay - cy) * STEPS;
    boolean small = right - left < 8;
    for (int row = top; row <= bottom; row++) {
      long y = (long) row * STEPS + HALF;
      long edge0 = (bx - ax) * (y - ay) - (by - ay) * (x - ax) + bias0;
      long edge1 = (cx - bx) * (y - by) - (cy - by) * (x - bx) + bias1;
      long edge2 = (ax - cx) * (y - cy) - (ay - cy) * (x - cx) + bias2;
      int from = left;
      int to = right;
      if (small) {
        while (from <= to && (edge0 | edge1 | edge2) < 0) {
          edge0 += step0;
          edge1 += step1;
          edge2 += step2;
          from++;
        }
        int last = from;
        while (last <= to && (edge0 | edge1 | edge2) >= 0) {
          edge0 += step0;
          edge1 += step1;
          edge2 += step2;
          last++;
        }
        to = last - 1;
      } else {
        long first = Math.max(0, Math.max(first(edge0, step0), first(edge1, step1)));
        first = Math.max(first, first(edge2, step2));
        long last = Math.min((long) right - left, Math.min(last(edge0, step0), last(edge1, step1)));
        last = Math.min(last, last(edge2, step2));
        if (first > last) {
          continue;
        }
        from = left + (int) first;
        to = left + (int) last;
      }
      double z = az + acrossX * ((long) from * STEPS + HALF - ax) + acrossY * (y - ay);
      int at = row * width + from;
      for (int column = from; column <= to; column++, at++) {
        // A sliver's slope overshoots between snapped corners.
        float clamped = (float) (z < nearest ? nearest : z > farthest ? farthest : z);
        if (clamped < depth[at]) {
          depth[at] = clamped;
          triangle[at] = id;
        }
        z += acrossX * STEPS;
      }
    }
  }

  /** The first step at which {@code edge + k * step} is not negative, or beyond all of them. */
  private static long first(long edge, long step) {
    if (edge >= 0) {
      return 0;
    }
    return step <= 0 ? Long.MAX_VALUE : -Math.floorDiv(edge, step);
  }

  /** The last step at which {@code edge + k * step} is not negative. */
  private static long last(long edge, long step) {
    if (step >= 0) {
      return Long.MAX_VALUE;
    }
    return Math.floorDiv(edge, -step);
  }

  private static boolean inclusive(long fromX, long fromY, long toX, long toY) {
    return toY < fromY || (toY == fromY && toX > fromX);
  }

  private static long firstSample(long fixed) {
    return -Math.floorDiv(HALF - fixed, STEPS);
  }

  private static long lastSample(long fixed) {
    return Math.floorDiv(fixed - HALF, STEPS);
  }
}
