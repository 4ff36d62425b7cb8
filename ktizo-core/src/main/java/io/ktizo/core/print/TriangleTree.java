package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.Arrays;

/**
 * Finds where rays cross the faces of a mesh: a balanced tree of boxes over the faces in Z-order
 * (Morton, 1966).
 *
 * <p>Node {@code i} has the children {@code 2i} and {@code 2i + 1}; the leaves hold {@link #LEAF}
 * pieces of faces each. A ray along an edge or through a vertex hits every face there, so nothing
 * slips through between neighbours. Memory: 16 bytes a face and the box of every fourth, beside the
 * mesh. Safe for use by many threads, each with its own {@link Crossings}.
 */
final class TriangleTree {
  static final int LEAF = 4;

  private static final int MORTON_BITS = 10;

  /** A long thin face in one box would stand in the way of rays that pass far from it. */
  private static final int MOST_PIECES_PER_FACE = 4;

  private static final int MORE_PIECES = 1 << 14;

  /** The box is cut into so many boxes along its longest side at most, before faces are cut. */
  private static final int FINEST = 128;

  private final float[] positions;
  private final int[] corners;

  /** The face of each piece, in Z-order. */
  private final int[] faces;

  private final float[] boxes;
  private final int firstLeaf;

  TriangleTree(Mesh mesh) {
    positions = mesh.positions();
    corners = mesh.corners();
    Cutting cutting = new Cutting(positions, corners);
    cutting.cutAll();
    faces = cutting.zOrder();
    int leaves = Math.max(1, (faces.length + LEAF - 1) / LEAF);
    firstLeaf = Math.max(1, Integer.highestOneBit(2 * leaves - 1));
    boxes = new float[6 * 2 * firstLeaf];
    for (int node = 0; node < 2 * firstLeaf; node++) {
      Arrays.fill(boxes, 6 * node, 6 * node + 3, Float.POSITIVE_INFINITY);
      Arrays.fill(boxes, 6 * node + 3, 6 * node + 6, Float.NEGATIVE_INFINITY);
    }
    for (int rank = 0; rank < faces.length; rank++) {
      cutting.extend(boxes, 6 * (firstLeaf + rank / LEAF), rank);
    }
    for (int node = firstLeaf - 1; node > 0; node--) {
      for (int axis = 0; axis < 3; axis++) {
        int at = 6 * node + axis;
        int left = 12 * node + axis;
        boxes[at] = Math.min(boxes[left], boxes[left + 6]);
        boxes[at + 3] = Math.max(boxes[left + 3], boxes[left + 9]);
      }
    }
  }

  /** Cuts faces into pieces no longer than a length, and sorts the pieces' boxes. */
  private static final class Cutting {
    private final float[] positions;
    private final int[] corners;
    private final double[] low = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
    private final double[] high = {-Double.MAX_VALUE, -Double.MAX_VALUE, -Double.MAX_VALUE};
    private double longest;
    private int[] faces = new int[16];
    private float[] boxes = new float[96];
    private int count;
    private int[] order = new int[0];

    /** Corners of the pieces that wait to be cut, nine numbers each. */
    private final double[] stack = new double[9 * 64];

    Cutting(float[] positions, int[] corners) {
      this.positions = positions;
      this.corners = corners;
      for (int corner : corners) {
        for (int axis = 0; axis < 3; axis++) {
          low[axis] = Math.min(low[axis], positions[3 * corner + axis]);
          high[axis] = Math.max(high[axis], positions[3 * corner + axis]);
        }
      }
      longest = Math.max(high[0] - low[0], Math.max(high[1] - low[1], high[2] - low[2]));
    }

    void cutAll() {
      int all = corners.length / 3;
      double length = longest / FINEST;
      long most = (long) MOST_PIECES_PER_FACE * all + MORE_PIECES;
      while (length < longest && expected(length) > most) {
        length *= 1.5;
      }
      for (int face = 0; face < all; face++) {
        cut(face, Math.min(length, longest));
      }
    }

    /** About how many pieces there will be. */
    private long expected(double length) {
      long sum = 0;
      for (int face = 0; face < corners.length / 3; face++) {
        double along = 0;
        for (int side = 0; side < 3; side++) {
          along = Math.max(along, side(face, side));
        }
        double[] normal = normal(face);
        double height =
            Math.sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2])
                / along;
        sum += along > length ? (long) (2 * (along / length) * Math.max(1, height / length)) : 1;
      }
      return sum;
    }

    private double side(int face, int side) {
      int a = 3 * corners[3 * face + side];
      int b = 3 * corners[3 * face + (side + 1) % 3];
      double x = (double) positions[b] - positions[a];
      double y = (double) positions[b + 1] - positions[a + 1];
      double z = (double) positions[b + 2] - positions[a + 2];
      return Math.sqrt(x * x + y * y + z * z);
    }

    private double[] normal(int face) {
      int a = 3 * corners[3 * face];
      int b = 3 * corners[3 * face + 1];
      int c = 3 * corners[3 * face + 2];
      double[] u = new double[3];
      double[] v = new double[3];
      for (int axis = 0; axis < 3; axis++) {
        u[axis] = (double) positions[b + axis] - positions[a + axis];
        v[axis] = (double) positions[c + axis] - positions[a + axis];
      }
      return FitSearch.cross(u, v);
    }

    /** Halves at the longest side until all sides are short. */
    private void cut(int face, double length) {
      int depth = 0;
      for (int corner = 0; corner < 3; corner++) {
        for (int axis = 0; axis < 3; axis++) {
          stack[3 * corner + axis] = positions[3 * corners[3 * face + corner] + axis];
        }
      }
      depth++;
      while (depth > 0) {
        int at = 9 * --depth;
        int cutSide = -1;
        double most = length * length;
        for (int side = 0; side < 3; side++) {
          int a = at + 3 * side;
          int b = at + 3 * ((side + 1) % 3);
          double x = stack[b] - stack[a];
          double y = stack[b + 1] - stack[a + 1];
          double z = stack[b + 2] - stack[a + 2];
          double squared = x * x + y * y + z * z;
          if (squared > most) {
            most = squared;
            cutSide = side;
          }
        }
        if (cutSide < 0 || depth > 60) {
          add(face, at);
          continue;
        }
        int a = 3 * cutSide;
        int b = 3 * ((cutSide + 1) % 3);
        System.arraycopy(stack, at, stack, at + 9, 9);
        for (int axis = 0; axis < 3; axis++) {
          double middle = (stack[at + a + axis] + stack[at + b + axis]) / 2;
          stack[at + b + axis] = middle;
          stack[at + 9 + a + axis] = middle;
        }
        depth += 2;
      }
    }

    private void add(int face, int at) {
      if (count == faces.length) {
        faces = Arrays.copyOf(faces, 2 * count);
        boxes = Arrays.copyOf(boxes, 12 * count);
      }
      for (int axis = 0; axis < 3; axis++) {
        double a = stack[at + axis];
        double b = stack[at + 3 + axis];
        double c = stack[at + 6 + axis];
        // Middles are no single precision numbers: outwards, so that the piece stays inside.
        boxes[6 * count + axis] = Math.nextDown((float) Math.min(a, Math.min(b, c)));
        boxes[6 * count + 3 + axis] = Math.nextUp((float) Math.max(a, Math.max(b, c)));
      }
      faces[count++] = face;
    }

    /** Sorts the pieces; their faces. */
    int[] zOrder() {
      double scale = longest > 0 ? ((1 << MORTON_BITS) - 1) / longest : 0;
      long[] keys = new long[count];
      for (int piece = 0; piece < count; piece++) {
        long key = 0;
        for (int axis = 0; axis < 3; axis++) {
          double middle =
              ((double) boxes[6 * piece + axis] + boxes[6 * piece + 3 + axis]) / 2 - low[axis];
          key |= spread(Math.clamp((long) (middle * scale), 0, (1 << MORTON_BITS) - 1)) << axis;
        }
        keys[piece] = (key << 32) | piece;
      }
      Arrays.sort(keys);
      order = new int[count];
      int[] sorted = new int[count];
      for (int rank = 0; rank < count; rank++) {
        order[rank] = (int) keys[rank];
        sorted[rank] = faces[order[rank]];
      }
      return sorted;
    }

    /** Widens the box at an index to hold a piece. */
    void extend(float[] target, int at, int rank) {
      int piece = 6 * order[rank];
      for (int axis = 0; axis < 3; axis++) {
        target[at + axis] = Math.min(target[at + axis], boxes[piece + axis]);
        target[at + 3 + axis] = Math.max(target[at + 3 + axis], boxes[piece + 3 + axis]);
      }
    }
  }

  /** Where one ray crosses faces; used again for the next ray. */
  static final class Crossings {
    /** More crossings than this on one ray are no part that anybody prints. */
    static final int MOST = 256;

    private final int[] stack = new int[64];
    private final double[] distances = new double[MOST];
    private final int[] faces = new int[MOST];
    private final double[] cosines = new double[MOST];
    private int count;
    private long steps;

    int count() {
      return count;
    }

    /** From the origin of the ray, ascending. */
    double distance(int i) {
      return distances[i];
    }

    int face(int i) {
      return faces[i];
    }

    /** Of the angle between ray and normal: positive where the ray leaves material. */
    double cosine(int i) {
      return cosines[i];
    }

    /** How many boxes and faces were looked at so far, by all rays: the cost. */
    long steps() {
      return steps;
    }

    private void add(double distance, int face, double cosine) {
      if (count == MOST) {
        return;
      }
      for (int i = 0; i < count; i++) {
        if (faces[i] == face) {
          // Met in another piece already.
          return;
        }
      }
      int at = count++;
      while (at > 0 && distances[at - 1] > distance) {
        distances[at] = distances[at - 1];
        faces[at] = faces[at - 1];
        cosines[at] = cosines[at - 1];
        at--;
      }
      distances[at] = distance;
      faces[at] = face;
      cosines[at] = cosine;
    }
  }

  /**
   * All crossings between two distances from the origin.
   *
   * @param origin x, y, z
   * @param direction of unit length
   */
  void cross(double[] origin, double[] direction, double from, double to, Crossings found) {
    found.count = 0;
    int[] stack = found.stack;
    int depth = 0;
    stack[depth++] = 1;
    while (depth > 0) {
      int node = stack[--depth];
      found.steps++;
      if (!meets(node, origin, direction, from, to)) {
        continue;
      }
      if (node < firstLeaf) {
        stack[depth++] = 2 * node;
        stack[depth++] = 2 * node + 1;
        continue;
      }
      int first = (node - firstLeaf) * LEAF;
      int last = Math.min(first + LEAF, faces.length);
      for (int rank = first; rank < last; rank++) {
        test(faces[rank], origin, direction, from, to, found);
      }
    }
  }

  private boolean meets(int node, double[] origin, double[] direction, double from, double to) {
    double enter = from;
    double leave = to;
    for (int axis = 0; axis < 3; axis++) {
      double low = boxes[6 * node + axis] - origin[axis];
      double high = boxes[6 * node + 3 + axis] - origin[axis];
      double along = direction[axis];
      if (low > high) {
        return false; // an empty box
      }
      if (along == 0) {
        if (low > 0 || high < 0) {
          return false;
        }
        continue;
      }
      double a = low / along;
      double b = high / along;
      // A box without thickness must not be lost by rounding.
      double near = Math.min(a, b);
      double far = Math.max(a, b);
      enter = Math.max(enter, near - 1e-12 * Math.abs(near));
      leave = Math.min(leave, far + 1e-12 * Math.abs(far));
    }
    return enter <= leave;
  }

  /** Möller and Trumbore, "Fast, minimum storage ray/triangle intersection", 1997. */
  private void test(
      int face, double[] origin, double[] direction, double from, double to, Crossings found) {
    found.steps++;
    int a = 3 * corners[3 * face];
    int b = 3 * corners[3 * face + 1];
    int c = 3 * corners[3 * face + 2];
    double ux = (double) positions[b] - positions[a];
    double uy = (double) positions[b + 1] - positions[a + 1];
    double uz = (double) positions[b + 2] - positions[a + 2];
    double vx = (double) positions[c] - positions[a];
    double vy = (double) positions[c + 1] - positions[a + 1];
    double vz = (double) positions[c + 2] - positions[a + 2];
    double dx = direction[0];
    double dy = direction[1];
    double dz = direction[2];
    double px = dy * vz - dz * vy;
    double py = dz * vx - dx * vz;
    double pz = dx * vy - dy * vx;
    // Minus the direction times the normal.
    double against = ux * px + uy * py + uz * pz;
    if (against == 0) {
      return;
    }
    double tx = origin[0] - positions[a];
    double ty = origin[1] - positions[a + 1];
    double tz = origin[2] - positions[a + 2];
    double first = (tx * px + ty * py + tz * pz) / against;
    if (!(first >= -ON_EDGE && first <= 1 + ON_EDGE)) {
      return;
    }
    double qx = ty * uz - tz * uy;
    double qy = tz * ux - tx * uz;
    double qz = tx * uy - ty * ux;
    double second = (dx * qx + dy * qy + dz * qz) / against;
    if (!(second >= -ON_EDGE && first + second <= 1 + ON_EDGE)) {
      return;
    }
    double distance = (vx * qx + vy * qy + vz * qz) / against;
    if (!(distance >= from && distance <= to)) {
      return;
    }
    double nx = uy * vz - uz * vy;
    double ny = uz * vx - ux * vz;
    double nz = ux * vy - uy * vx;
    found.add(distance, face, -against / Math.sqrt(nx * nx + ny * ny + nz * nz));
  }

  /** Share of an edge by which a face is widened, so that neighbours overlap. */
  private static final double ON_EDGE = 1e-9;

  /** Two empty bits between every two of ten. */
  private static long spread(long value) {
    long bits = value;
    bits = (bits | (bits << 16)) & 0x30000ff;
    bits = (bits | (bits << 8)) & 0x300f00f;
    bits = (bits | (bits << 4)) & 0x30c30c3;
    bits = (bits | (bits << 2)) & 0x9249249;
    return bits;
  }
}
