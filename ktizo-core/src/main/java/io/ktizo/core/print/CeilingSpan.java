package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which level ceilings can be bridged: there is a direction in which nearly all lines across the
 * ceiling run from wall to wall and are short enough.
 *
 * <p>An edge of a ceiling is carried where the surface beyond it goes down, as the wall does that
 * the ceiling rests on; where it goes up, the line would end in the air.
 */
final class CeilingSpan {
  private static final int LINES = 32;

  /** Directions beside those of the ceiling's own edges. */
  private static final int EVEN_DIRECTIONS = 18;

  private static final int EDGE_DIRECTIONS = 12;

  /** Share of the lines, by length, that must be carried at both ends. */
  private static final double CARRIED = 0.95;

  /** Edge crossings of all ceilings together. */
  private static final long MOST_WORK = 60_000_000;

  private final boolean[] bridged;
  private int count;
  private double longest;

  private CeilingSpan(int faces) {
    bridged = new boolean[faces];
  }

  /** Whether a face is part of a bridge. */
  boolean isBridged(int face) {
    return bridged[face];
  }

  /** All faces of bridges. */
  Faces bridgedFaces() {
    return Faces.where(bridged);
  }

  /** How many bridges. */
  int count() {
    return count;
  }

  /** The longest line of all bridges, mm. */
  double longest() {
    return longest;
  }

  /** The border of one ceiling: x and y of both ends of each edge, and which edges are carried. */
  private static final class Border {
    private final List<Integer> faces = new ArrayList<>();
    private double[] ends = new double[16];
    private boolean[] carried = new boolean[4];
    private int count;

    void add(Mesh mesh, int from, int to, boolean held) {
      if (count == carried.length) {
        carried = Arrays.copyOf(carried, 2 * count);
        ends = Arrays.copyOf(ends, 8 * count);
      }
      ends[4 * count] = mesh.x(from);
      ends[4 * count + 1] = mesh.y(from);
      ends[4 * count + 2] = mesh.x(to);
      ends[4 * count + 3] = mesh.y(to);
      carried[count++] = held;
    }
  }

  /** Looks at the flagged faces; lines up to a length are short enough. */
  static CeilingSpan of(Mesh mesh, boolean[] ceilings, double most) {
    CeilingSpan spans = new CeilingSpan(ceilings.length);
    EdgeFaces neighbours = new EdgeFaces(mesh, ceilings);
    long work = 0;
    for (Border border : borders(mesh, ceilings, neighbours)) {
      work += (long) border.count * LINES * (EVEN_DIRECTIONS + EDGE_DIRECTIONS);
      if (work > MOST_WORK) {
        break;
      }
      double span = shortestSpan(border, most);
      if (span <= most) {
        border.faces.forEach(face -> spans.bridged[face] = true);
        spans.count++;
        spans.longest = Math.max(spans.longest, span);
      }
    }
    return spans;
  }

  private static Iterable<Border> borders(Mesh mesh, boolean[] ceilings, EdgeFaces neighbours) {
    Map<Integer, Border> borders = new LinkedHashMap<>();
    int[] parents = new int[ceilings.length];
    Arrays.setAll(parents, face -> face);
    for (int face = 0; face < ceilings.length; face++) {
      for (int side = 0; side < 3 && ceilings[face]; side++) {
        int beyond = neighbours.beyond(face, side);
        if (beyond >= 0 && ceilings[beyond]) {
          Pieces.join(parents, face, beyond);
        }
      }
    }
    for (int face = 0; face < ceilings.length; face++) {
      if (!ceilings[face]) {
        continue;
      }
      Border border = borders.computeIfAbsent(Pieces.root(parents, face), unseen -> new Border());
      border.faces.add(face);
      for (int side = 0; side < 3; side++) {
        int beyond = neighbours.beyond(face, side);
        if (beyond < 0 || !ceilings[beyond]) {
          int from = mesh.vertex(face, side);
          int to = mesh.vertex(face, (side + 1) % 3);
          border.add(mesh, from, to, beyond >= 0 && goesDown(mesh, beyond, from, to));
        }
      }
    }
    return borders.values();
  }

  private static boolean goesDown(Mesh mesh, int face, int from, int to) {
    for (int corner = 0; corner < 3; corner++) {
      int vertex = mesh.vertex(face, corner);
      if (vertex != from && vertex != to) {
        return mesh.z(vertex) < Math.min(mesh.z(from), mesh.z(to));
      }
    }
    return false;
  }

  /** The longest line in the best direction; infinite if no direction is carried. */
  private static double shortestSpan(Border border, double most) {
    double shortest = Double.POSITIVE_INFINITY;
    double[] crossings = new double[border.count];
    for (double direction : directions(border)) {
      double span =
          longestLine(
              border, StrictMath.cos(direction), StrictMath.sin(direction), most, crossings);
      shortest = Math.min(shortest, span);
    }
    return shortest;
  }

  /** Along and across the longest edges, and evenly around. */
  private static double[] directions(Border border) {
    Integer[] edges = new Integer[border.count];
    Arrays.setAll(edges, i -> i);
    Arrays.sort(
        edges, (i, j) -> Double.compare(squaredLength(border, j), squaredLength(border, i)));
    int own = Math.min(EDGE_DIRECTIONS / 2, edges.length);
    double[] directions = new double[EVEN_DIRECTIONS + 2 * own];
    for (int i = 0; i < EVEN_DIRECTIONS; i++) {
      directions[i] = Math.PI * i / EVEN_DIRECTIONS;
    }
    for (int i = 0; i < own; i++) {
      int at = 4 * edges[i];
      double along =
          StrictMath.atan2(
              border.ends[at + 3] - border.ends[at + 1], border.ends[at + 2] - border.ends[at]);
      directions[EVEN_DIRECTIONS + 2 * i] = along;
      directions[EVEN_DIRECTIONS + 2 * i + 1] = along + Math.PI / 2;
    }
    return directions;
  }

  private static double squaredLength(Border border, int edge) {
    double x = border.ends[4 * edge + 2] - border.ends[4 * edge];
    double y = border.ends[4 * edge + 3] - border.ends[4 * edge + 1];
    return x * x + y * y;
  }

  private static double longestLine(
      Border border, double cos, double sin, double most, double[] crossings) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < 2 * border.count; i++) {
      double across = cos * border.ends[2 * i + 1] - sin * border.ends[2 * i];
      low = Math.min(low, across);
      high = Math.max(high, across);
    }
    double all = 0;
    double good = 0;
    double longest = 0;
    for (int line = 0; line < LINES; line++) {
      double level = low + (high - low) * (line + 0.5) / LINES;
      int found = cut(border, cos, sin, level, crossings);
      Arrays.sort(crossings, 0, found);
      for (int i = 0; i + 1 < found; i += 2) {
        double length = crossings[i + 1] - crossings[i];
        all += length;
        if (isCarried(crossings[i]) && isCarried(crossings[i + 1]) && length <= most) {
          good += length;
          longest = Math.max(longest, length);
        }
      }
    }
    return all > 0 && good >= CARRIED * all ? longest : Double.POSITIVE_INFINITY;
  }

  private static int cut(Border border, double cos, double sin, double level, double[] crossings) {
    int found = 0;
    for (int edge = 0; edge < border.count; edge++) {
      double ax = border.ends[4 * edge];
      double ay = border.ends[4 * edge + 1];
      double bx = border.ends[4 * edge + 2];
      double by = border.ends[4 * edge + 3];
      double a = cos * ay - sin * ax;
      double b = cos * by - sin * bx;
      if (a <= level == b <= level) {
        continue;
      }
      double share = (level - a) / (b - a);
      double place = cos * (ax + share * (bx - ax)) + sin * (ay + share * (by - ay));
      crossings[found++] = marked(place, border.carried[edge]);
    }
    return found;
  }

  /** A number whose last bit says whether the edge is carried: numbers alone sort fast. */
  private static double marked(double place, boolean carried) {
    return Double.longBitsToDouble((Double.doubleToLongBits(place) & ~1L) | (carried ? 1 : 0));
  }

  private static boolean isCarried(double place) {
    return (Double.doubleToLongBits(place) & 1) != 0;
  }
}
