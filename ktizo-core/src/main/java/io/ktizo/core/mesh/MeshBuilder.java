package io.ktizo.core.mesh;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Collects the triangles of a file into one mesh, under the limit on triangles.
 *
 * <p>Vertices with the same bits become one ({@code -0.0} counts as {@code 0.0}); nothing is merged
 * by distance. The weld table is open addressing over vertex numbers, compared through the
 * positions themselves, so that a closed mesh costs about 40 bytes a triangle while it is built.
 * Nothing is allocated in advance but what {@link #expecting} is told after the caller has checked
 * that the file is long enough to hold it.
 */
final class MeshBuilder implements TriangleSink {
  /**
   * Coordinates beyond this, a million kilometres in millimetres, are refused as {@link
   * Refusal.Code#BAD_COORDINATE}: no printed thing has them, and volumes and changes of unit stay
   * far inside the range of the numbers.
   */
  static final float LARGEST_COORDINATE = 1e12f;

  private static final int MOST_BODIES = 100_000;
  private static final int FREE = 0;

  private final MeshLimits limits;
  private float[] positions = new float[3 * 64];
  private int[] corners = new int[3 * 64];
  private int[] table = new int[256];
  private int vertices;
  private int triangles;
  private final List<Model.Body> bodies = new ArrayList<>();
  private int bodyStart;

  MeshBuilder(MeshLimits limits) {
    this.limits = limits;
  }

  /** Makes room for triangles that the file is known to hold; refuses more than the limit. */
  void expecting(long expectedTriangles) {
    checkRoomFor(expectedTriangles);
    int wanted = 3 * (triangles + (int) expectedTriangles);
    if (wanted > corners.length) {
      corners = Arrays.copyOf(corners, wanted);
    }
  }

  /** Refuses so many more triangles if they would be beyond the limit. */
  void checkRoomFor(long moreTriangles) {
    checkLimit(limits, triangles + moreTriangles);
  }

  /** Refuses a number of triangles beyond the limit, with {@link Refusal.Code#TOO_COMPLEX}. */
  static void checkLimit(MeshLimits limits, long triangles) {
    if (triangles > limits.triangles()) {
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          "",
          String.format(
              Locale.ROOT,
              "The model has more triangles than the %,d that we accept; please simplify it.",
              limits.triangles()));
    }
  }

  /**
   * The number of the vertex at these coordinates, a new one if there was none yet.
   *
   * <p>Refuses a coordinate that is not {@linkplain #isUsable usable} with {@link
   * Refusal.Code#BAD_COORDINATE}; a reader that can name the place checks before.
   */
  int vertex(double x, double y, double z) {
    return vertex((float) x, (float) y, (float) z);
  }

  /** As {@link #vertex(double, double, double)}. */
  int vertex(float x, float y, float z) {
    // Adding 0 turns -0.0 into 0.0 and changes nothing else.
    float px = x + 0f;
    float py = y + 0f;
    float pz = z + 0f;
    int slot = slotOf(px, py, pz);
    int found = table[slot];
    if (found != FREE) {
      return found - 1;
    }
    if (!(isUsable(px) && isUsable(py) && isUsable(pz))) {
      throw badCoordinate("vertex " + (vertices + 1));
    }
    return insert(slot, px, py, pz);
  }

  /** Whether a coordinate is a number that a printed thing can have. */
  static boolean isUsable(float coordinate) {
    // Written so that NaN is not.
    return Math.abs(coordinate) <= LARGEST_COORDINATE;
  }

  static RefusedException badCoordinate(String location) {
    return new RefusedException(
        Refusal.Code.BAD_COORDINATE,
        location,
        "The file contains a coordinate that is not a usable number; please export it again.");
  }

  /** Adds a triangle of vertices that {@link #vertex} answered, counter-clockwise from outside. */
  void triangle(int a, int b, int c) {
    int at = 3 * triangles;
    if (triangles == limits.triangles()) {
      checkRoomFor(1);
    }
    if (at == corners.length) {
      corners = Arrays.copyOf(corners, grown(at));
    }
    corners[at] = a;
    corners[at + 1] = b;
    corners[at + 2] = c;
    triangles++;
  }

  /**
   * Adds an indexed mesh once, moved by {@code placement}; a placement that mirrors reverses the
   * winding. Vertices that no triangle names are left out. May be called many times with the same
   * arrays, which are not changed.
   *
   * @param xyz three numbers a vertex
   * @param indices three a triangle, every one valid: the reader has checked, because it can name
   *     the place
   */
  void indexed(double[] xyz, int vertexCount, int[] indices, int triangleCount, Affine placement) {
    checkRoomFor(triangleCount);
    int[] welded = new int[vertexCount];
    boolean mirrored = placement.mirrors();
    for (int t = 0; t < triangleCount; t++) {
      int a = weldedVertex(xyz, indices[3 * t], placement, welded);
      int b = weldedVertex(xyz, indices[3 * t + 1], placement, welded);
      int c = weldedVertex(xyz, indices[3 * t + 2], placement, welded);
      if (mirrored) {
        triangle(a, c, b);
      } else {
        triangle(a, b, c);
      }
    }
  }

  private int weldedVertex(double[] xyz, int index, Affine placement, int[] welded) {
    int known = welded[index];
    if (known != FREE) {
      return known - 1;
    }
    double x = xyz[3 * index];
    double y = xyz[3 * index + 1];
    double z = xyz[3 * index + 2];
    int vertex = vertex(placement.x(x, y, z), placement.y(x, y, z), placement.z(x, y, z));
    welded[index] = vertex + 1;
    return vertex;
  }

  int triangles() {
    return triangles;
  }

  @Override
  public void take(float[] coordinates, int count) {
    checkRoomFor(count);
    for (int at = 0, end = 9 * count; at < end; at += 9) {
      int a = vertex(coordinates[at], coordinates[at + 1], coordinates[at + 2]);
      int b = vertex(coordinates[at + 3], coordinates[at + 4], coordinates[at + 5]);
      int c = vertex(coordinates[at + 6], coordinates[at + 7], coordinates[at + 8]);
      triangle(a, b, c);
    }
  }

  /** Ends a body on plate 1; see {@link #endBody(int)}. */
  @Override
  public void endBody() {
    endBody(1);
  }

  /** The triangles since the last call are one body; without any, nothing happens. */
  void endBody(int plate) {
    if (triangles > bodyStart) {
      if (bodies.size() == MOST_BODIES) {
        throw new RefusedException(
            Refusal.Code.TOO_COMPLEX,
            "",
            "The file holds more than 100,000 separate parts; please export them together.");
      }
      bodies.add(new Model.Body(bodyStart, triangles - bodyStart, plate));
      bodyStart = triangles;
    }
  }

  /**
   * The finished model. Refuses one without triangles with {@link Refusal.Code#EMPTY}. The builder
   * must not be used afterwards.
   *
   * @param unit the unit that the file declares, already applied to the coordinates by the reader
   */
  Model build(MeshFormat format, @Nullable LengthUnit unit, List<Model.Notice> notices) {
    endBody();
    if (triangles == 0) {
      throw empty();
    }
    Mesh mesh = Mesh.adopting(trimmed(positions, 3 * vertices), trimmed(corners, 3 * triangles));
    return new Model(format, unit, mesh, bodies, notices);
  }

  static RefusedException empty() {
    return new RefusedException(
        Refusal.Code.EMPTY, "", "The file contains no surface that could be printed.");
  }

  private static float[] trimmed(float[] array, int length) {
    return array.length == length ? array : Arrays.copyOf(array, length);
  }

  private static int[] trimmed(int[] array, int length) {
    return array.length == length ? array : Arrays.copyOf(array, length);
  }

  private int insert(int slot, float x, float y, float z) {
    int at = 3 * vertices;
    if (at == positions.length) {
      positions = Arrays.copyOf(positions, grown(at));
    }
    positions[at] = x;
    positions[at + 1] = y;
    positions[at + 2] = z;
    int vertex = vertices++;
    table[slot] = vertex + 1;
    if (4L * vertices > 3L * table.length) {
      growTable();
    }
    return vertex;
  }

  private int slotOf(float x, float y, float z) {
    int mask = table.length - 1;
    int slot = hash(x, y, z) & mask;
    while (table[slot] != FREE) {
      int at = 3 * (table[slot] - 1);
      if (positions[at] == x && positions[at + 1] == y && positions[at + 2] == z) {
        return slot;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void growTable() {
    table = new int[2 * table.length];
    int mask = table.length - 1;
    for (int vertex = 0; vertex < vertices; vertex++) {
      int at = 3 * vertex;
      int slot = hash(positions[at], positions[at + 1], positions[at + 2]) & mask;
      while (table[slot] != FREE) {
        slot = (slot + 1) & mask;
      }
      table[slot] = vertex + 1;
    }
  }

  private static int hash(float x, float y, float z) {
    long mixed =
        (Float.floatToRawIntBits(x) * 0x9E3779B97F4A7C15L)
            ^ (Float.floatToRawIntBits(y) * 0xC2B2AE3D27D4EB4FL)
            ^ (Float.floatToRawIntBits(z) * 0x165667B19E3779F9L);
    mixed *= 0xFF51AFD7ED558CCDL;
    return (int) (mixed >>> 32);
  }

  /** Half as much again: doubling would hold three times the final size while copying. */
  private static int grown(int length) {
    return (int) Math.min(3L * 700_000_000, 3L * (length / 3 + length / 6 + 1L));
  }
}
