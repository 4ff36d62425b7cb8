package io.ktizo.core.mesh;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The faces around one edge that more than two of them share, as where two bodies touch along it.
 *
 * <p>Looking along the edge, the faces stand around it like blades, and between them lie wedges of
 * material and of air. Two faces belong to the same body when they bound the same wedge of
 * material; pairing them that way keeps touching bodies apart.
 */
final class EdgeFan {

  /**
   * A face at the edge.
   *
   * @param place where the caller keeps it
   * @param third its vertex that is not on the edge
   * @param runsDown whether it runs along the edge from the higher vertex to the lower one: such a
   *     face has its material counter-clockwise of it, seen with the edge's direction (low to high)
   *     pointing at the eye, the other ones clockwise
   */
  record Blade(int place, int third, boolean runsDown) {}

  /** How far rounding to single precision may have moved a coordinate, relative to its size. */
  private static final double ROUNDING = 0x1p-22;

  /**
   * A blade and where it stands.
   *
   * @param angle in diamond angles, 0 to 4
   * @param doubt how far rounding of coordinates may have turned it
   */
  private record PlacedBlade(Blade blade, double angle, double doubt) {}

  private EdgeFan() {}

  /**
   * Pairs the blades, as many of which must run down as up, by the material between them. Where the
   * shape leaves that open (blades upon each other, edge without length) more pairs than needed are
   * given, so that neither the order of the blades nor rounding matters.
   *
   * @return places, two for each pair
   */
  static int[] pairs(float[] positions, int low, int high, Blade[] blades) {
    PlacedBlade[] around = place(positions, low, high, blades);
    if (around.length == 0) {
      return chained(blades);
    }
    Arrays.sort(around, Comparator.comparingDouble(PlacedBlade::angle));
    List<Blade> pairs = new ArrayList<>();
    List<Blade> inOrder = settleTies(around, pairs);
    // Begin where the fewest bodies are open, so that none ends before it began.
    int open = 0;
    int fewest = 0;
    int begin = 0;
    for (int i = 0; i < inOrder.size(); i++) {
      open += inOrder.get(i).runsDown() ? 1 : -1;
      if (open < fewest) {
        fewest = open;
        begin = i + 1;
      }
    }
    ArrayDeque<Blade> opened = new ArrayDeque<>();
    for (int i = 0; i < inOrder.size(); i++) {
      Blade blade = inOrder.get((begin + i) % inOrder.size());
      if (blade.runsDown()) {
        opened.addLast(blade);
      } else {
        pairs.add(opened.removeFirst());
        pairs.add(blade);
      }
    }
    return pairs.stream().mapToInt(Blade::place).toArray();
  }

  /**
   * Blades that rounding may have put in either order count as lying on each other: first come
   * those that end a body, then those that begin one, and of each kind all are one body.
   */
  private static List<Blade> settleTies(PlacedBlade[] around, List<Blade> pairs) {
    int count = around.length;
    int first = 0;
    while (first < count && tied(around, (first + count - 1) % count)) {
      first++;
    }
    List<Blade> settled = new ArrayList<>(count);
    List<Blade> beginnings = new ArrayList<>();
    List<Blade> endings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = (first + i) % count;
      Blade blade = around[at].blade;
      List<Blade> likewise = blade.runsDown() ? beginnings : endings;
      if (!likewise.isEmpty()) {
        pairs.add(likewise.getLast());
        pairs.add(blade);
      }
      likewise.add(blade);
      if (i == count - 1 || !tied(around, at)) {
        settled.addAll(endings);
        settled.addAll(beginnings);
        endings.clear();
        beginnings.clear();
      }
    }
    return settled;
  }

  /** Whether a blade and the next one around may lie on each other. */
  private static boolean tied(PlacedBlade[] around, int at) {
    PlacedBlade blade = around[at];
    boolean last = at == around.length - 1;
    PlacedBlade next = around[last ? 0 : at + 1];
    double gap = last ? next.angle + 4 - blade.angle : next.angle - blade.angle;
    return gap <= blade.doubt + next.doubt;
  }

  /** Empty when some blade has no direction. */
  private static PlacedBlade[] place(float[] positions, int low, int high, Blade[] blades) {
    double ux = (double) positions[3 * high] - positions[3 * low];
    double uy = (double) positions[3 * high + 1] - positions[3 * low + 1];
    double uz = (double) positions[3 * high + 2] - positions[3 * low + 2];
    double length = Math.sqrt(ux * ux + uy * uy + uz * uz);
    ux /= length;
    uy /= length;
    uz /= length;
    // Any vector that leans away from the edge gives the direction where angles begin.
    double leanX = Math.abs(ux) <= Math.abs(uy) && Math.abs(ux) <= Math.abs(uz) ? 1 : 0;
    double leanY = leanX == 0 && Math.abs(uy) <= Math.abs(uz) ? 1 : 0;
    double leanZ = 1 - leanX - leanY;
    double px = uy * leanZ - uz * leanY;
    double py = uz * leanX - ux * leanZ;
    double pz = ux * leanY - uy * leanX;
    double qx = uy * pz - uz * py;
    double qy = uz * px - ux * pz;
    double qz = ux * py - uy * px;
    double reach =
        Math.abs(positions[3 * low])
            + Math.abs(positions[3 * low + 1])
            + Math.abs(positions[3 * low + 2]);
    PlacedBlade[] placed = new PlacedBlade[blades.length];
    for (int i = 0; i < blades.length; i++) {
      int third = 3 * blades[i].third();
      double dx = (double) positions[third] - positions[3 * low];
      double dy = (double) positions[third + 1] - positions[3 * low + 1];
      double dz = (double) positions[third + 2] - positions[3 * low + 2];
      double along = dx * px + dy * py + dz * pz;
      double across = dx * qx + dy * qy + dz * qz;
      double angle = diamondAngle(along, across);
      double doubt = ROUNDING * (reach + length) / (Math.abs(along) + Math.abs(across));
      if (Double.isNaN(angle) || doubt > 1) {
        return new PlacedBlade[0];
      }
      placed[i] = new PlacedBlade(blades[i], angle, doubt);
    }
    return placed;
  }

  /** Grows with the angle as atan2 does, from 0 to 4, with exactly the same result everywhere. */
  private static double diamondAngle(double x, double y) {
    double along = y / (Math.abs(x) + Math.abs(y));
    if (x < 0) {
      return 2 - along;
    }
    return along < 0 ? 4 + along : along;
  }

  private static int[] chained(Blade[] blades) {
    int[] pairs = new int[2 * (blades.length - 1)];
    for (int i = 1; i < blades.length; i++) {
      pairs[2 * i - 2] = blades[i - 1].place();
      pairs[2 * i - 1] = blades[i].place();
    }
    return pairs;
  }
}
