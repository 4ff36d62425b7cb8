package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.Arrays;

/**
 * Cuts a mesh by horizontal planes, from below upwards.
 *
 * <p>The mesh is put on z = 0 and turned about z, so that later work may scan it along rows in a
 * direction of its own choice. An edge meets the plane if one end lies below it and the other does
 * not; where triangles share an edge they get the same point to the bit, so loops are closed by the
 * identity of edges and not by distance.
 *
 * <p>One instance holds what all planes share and may be read by several threads; each thread walks
 * with its own {@link Walk}.
 */
final class MeshSlicer {
  static final double MICROMETRES = 1000;

  private final int[] corners;
  private final double[] xs;
  private final double[] ys;
  private final double[] zs;
  private final int[] byLowest;
  private final double[] lowest;
  private final double[] highest;
  private final double height;
  private final int minX;
  private final int minY;
  private final int maxX;
  private final int maxY;

  MeshSlicer(Mesh mesh, double turnDegrees) {
    float[] positions = mesh.positions();
    corners = mesh.corners();
    int vertices = mesh.vertexCount();
    int triangles = mesh.triangleCount();
    xs = new double[vertices];
    ys = new double[vertices];
    zs = new double[vertices];
    double floor = Double.POSITIVE_INFINITY;
    double ceiling = Double.NEGATIVE_INFINITY;
    for (int corner : corners) {
      floor = Math.min(floor, positions[3 * corner + 2]);
      ceiling = Math.max(ceiling, positions[3 * corner + 2]);
    }
    height = triangles == 0 ? 0 : (float) (ceiling - floor);
    double cos = StrictMath.cos(StrictMath.toRadians(turnDegrees)) * MICROMETRES;
    double sin = StrictMath.sin(StrictMath.toRadians(turnDegrees)) * MICROMETRES;
    for (int v = 0; v < vertices; v++) {
      double x = positions[3 * v];
      double y = positions[3 * v + 1];
      xs[v] = x * cos + y * sin;
      ys[v] = y * cos - x * sin;
      // Single precision, like the planes: see Estimation's middles of layers.
      zs[v] = (float) (positions[3 * v + 2] - floor);
    }
    double left = Double.POSITIVE_INFINITY;
    double right = Double.NEGATIVE_INFINITY;
    double front = Double.POSITIVE_INFINITY;
    double back = Double.NEGATIVE_INFINITY;
    for (int corner : corners) {
      left = Math.min(left, xs[corner]);
      right = Math.max(right, xs[corner]);
      front = Math.min(front, ys[corner]);
      back = Math.max(back, ys[corner]);
    }
    if (triangles > 0 && !(right - left < LARGEST && back - front < LARGEST && height < LARGEST)) {
      throw new EstimationFailedException("The model is larger than any printer: over 100 m.");
    }
    for (int v = 0; v < vertices; v++) {
      xs[v] -= left;
      ys[v] -= front;
    }
    minX = 0;
    minY = 0;
    maxX = triangles == 0 ? 0 : (int) Math.ceil(right - left);
    maxY = triangles == 0 ? 0 : (int) Math.ceil(back - front);
    lowest = new double[triangles];
    highest = new double[triangles];
    for (int t = 0; t < triangles; t++) {
      double a = zs[corners[3 * t]];
      double b = zs[corners[3 * t + 1]];
      double c = zs[corners[3 * t + 2]];
      lowest[t] = Math.min(a, Math.min(b, c));
      highest[t] = Math.max(a, Math.max(b, c));
    }
    byLowest = sortedByLowest(triangles);
  }

  /** Micrometres: beyond this, coordinates would not fit their type. */
  private static final double LARGEST = 1e8;

  /** Counting sort into slabs of the height: order within a slab does not matter. */
  private int[] sortedByLowest(int triangles) {
    int slabs = Math.max(1, Math.min(4096, triangles));
    int[] starts = new int[slabs + 1];
    double scale = height > 0 ? slabs / height : 0;
    for (int t = 0; t < triangles; t++) {
      starts[Math.min(slabs - 1, (int) (lowest[t] * scale)) + 1]++;
    }
    for (int s = 0; s < slabs; s++) {
      starts[s + 1] += starts[s];
    }
    int[] order = new int[triangles];
    for (int t = 0; t < triangles; t++) {
      order[starts[Math.min(slabs - 1, (int) (lowest[t] * scale))]++] = t;
    }
    return order;
  }

  /** Height of the mesh in mm. */
  double height() {
    return height;
  }

  int minX() {
    return minX;
  }

  int minY() {
    return minY;
  }

  int maxX() {
    return maxX;
  }

  int maxY() {
    return maxY;
  }

  /** A walk upwards; every plane must lie above the one before. */
  Walk walk() {
    return new Walk();
  }

  /** One thread's way through the mesh from below upwards. */
  final class Walk {
    private int[] active = new int[256];
    private int activeCount;
    private int next;
    private final double slabHeight;

    // One segment for each triangle that the plane cuts: from the edge that leads down to the edge
    // that leads up, so that the outside is on its right.
    private long[] fromEdge = new long[256];
    private long[] toEdge = new long[256];
    private int[] x = new int[256];
    private int[] y = new int[256];
    private int[] table = new int[1024];
    private int[] sameFrom = new int[256];
    private boolean[] used = new boolean[256];

    private Walk() {
      slabHeight = height / Math.max(1, Math.min(4096, corners.length / 3));
    }

    /**
     * The loops at height {@code z} above the mesh's lowest point, in mm; none outside the mesh.
     *
     * @param tolerance detail finer than this is dropped, micrometres
     */
    void cut(double z, double tolerance, Contours into) {
      into.clear();
      admit(z);
      int segments = segments(z);
      link(segments, tolerance, into);
    }

    private void admit(double z) {
      int kept = 0;
      for (int i = 0; i < activeCount; i++) {
        int triangle = active[i];
        if (highest[triangle] >= z) {
          active[kept++] = triangle;
        }
      }
      activeCount = kept;
      while (next < byLowest.length && lowest[byLowest[next]] < z + slabHeight) {
        int triangle = byLowest[next++];
        if (highest[triangle] >= z) {
          if (activeCount == active.length) {
            active = Arrays.copyOf(active, 2 * activeCount);
          }
          active[activeCount++] = triangle;
        }
      }
    }

    private int segments(double z) {
      int count = 0;
      if (fromEdge.length < activeCount) {
        int capacity = Integer.highestOneBit(activeCount) * 2;
        fromEdge = new long[capacity];
        toEdge = new long[capacity];
        x = new int[capacity];
        y = new int[capacity];
        sameFrom = new int[capacity];
        used = new boolean[capacity];
      }
      for (int i = 0; i < activeCount; i++) {
        int triangle = active[i];
        int a = corners[3 * triangle];
        int b = corners[3 * triangle + 1];
        int c = corners[3 * triangle + 2];
        boolean aAbove = zs[a] >= z;
        boolean bAbove = zs[b] >= z;
        boolean cAbove = zs[c] >= z;
        if (aAbove == bAbove && bAbove == cAbove) {
          continue;
        }
        long down;
        long up;
        if (aAbove != bAbove) {
          if (aAbove) {
            down = edge(b, a);
            up = bAbove == cAbove ? edge(c, a) : edge(b, c);
          } else {
            up = edge(a, b);
            down = bAbove == cAbove ? edge(a, c) : edge(c, b);
          }
        } else if (bAbove) {
          down = edge(c, b);
          up = edge(c, a);
        } else {
          up = edge(b, c);
          down = edge(a, c);
        }
        fromEdge[count] = down;
        toEdge[count] = up;
        int below = (int) (down >>> 32);
        int above = (int) down;
        double t = (z - zs[below]) / (zs[above] - zs[below]);
        x[count] = (int) Math.rint(xs[below] + (xs[above] - xs[below]) * t);
        y[count] = (int) Math.rint(ys[below] + (ys[above] - ys[below]) * t);
        count++;
      }
      return count;
    }

    private void link(int segments, double tolerance, Contours into) {
      int size = Integer.highestOneBit(Math.max(8, segments)) * 4;
      if (table.length < size) {
        table = new int[size];
      }
      Arrays.fill(table, 0, size, -1);
      int mask = size - 1;
      for (int s = segments - 1; s >= 0; s--) {
        int slot = slot(fromEdge[s], mask);
        sameFrom[s] = table[slot];
        table[slot] = s;
        used[s] = false;
      }
      for (int s = 0; s < segments; s++) {
        int at = s;
        if (used[at]) {
          continue;
        }
        while (at >= 0) {
          used[at] = true;
          into.add(x[at], y[at]);
          long edge = toEdge[at];
          int candidate = table[slot(edge, mask)];
          // Several may begin here, where more than two triangles share the edge.
          while (candidate >= 0 && (used[candidate] || fromEdge[candidate] != edge)) {
            candidate = sameFrom[candidate];
          }
          at = candidate;
        }
        into.closeLoop(tolerance);
      }
    }

    private static int slot(long edge, int mask) {
      long mixed = edge * 0x9E3779B97F4A7C15L;
      return (int) (mixed >>> 40) & mask;
    }

    private static long edge(int below, int above) {
      return (long) below << 32 | above;
    }
  }
}
