package io.ktizo.core.mesh;

import java.util.Arrays;

/**
 * One face of any number of corners, cut into triangles.
 *
 * <p>Corners run counter-clockwise seen from outside. Convex faces become a fan around their first
 * corner; others are cut ear by ear (G. H. Meisters, "Polygons have ears", 1975) in the plane that
 * Newell's normal belongs to, seen along the axis nearest to it. Every edge of the face stays an
 * edge of one triangle, even where the face is so crooked that no proper ear is left: a closed
 * surface stays closed. Used again for face after face.
 */
final class Polygon {
  /** More corners than this are refused: cutting costs time with their square. */
  private static final int MOST_CORNERS = 10_000;

  private final IndexedVertices vertices;
  private final Budget budget;
  private int[] corners = new int[16];
  private int count;

  /** The corners in the plane, and the ring of those that are left. */
  private double[] u = new double[0];

  private double[] v = new double[0];
  private int[] next = new int[0];
  private int[] previous = new int[0];

  Polygon(IndexedVertices vertices, Budget budget) {
    this.vertices = vertices;
    this.budget = budget;
  }

  void clear() {
    count = 0;
  }

  /** Adds a corner; the index must be valid. */
  void add(int vertex) {
    if (count == MOST_CORNERS) {
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          "",
          "A single face of the model has more than 10,000 corners; please export it as"
              + " triangles.");
    }
    if (count == corners.length) {
      corners = Arrays.copyOf(corners, 2 * count);
    }
    corners[count++] = vertex;
  }

  /** Adds the face's triangles to the mesh; answers whether there are at least three corners. */
  boolean triangulate() {
    if (count < 3) {
      return false;
    }
    if (count == 3) {
      vertices.triangle(corners[0], corners[1], corners[2]);
    } else {
      project();
      if (isConvex()) {
        fan();
      } else {
        cutEars();
      }
    }
    return true;
  }

  private void fan() {
    for (int i = 2; i < count; i++) {
      vertices.triangle(corners[0], corners[i - 1], corners[i]);
    }
  }

  /** Projects along the axis in which the normal is longest, so that the face stays a left turn. */
  private void project() {
    if (u.length < count) {
      int room = Math.max(16, 2 * count);
      u = new double[room];
      v = new double[room];
      next = new int[room];
      previous = new int[room];
    }
    double nx = 0;
    double ny = 0;
    double nz = 0;
    // Relative to the first corner: far from the origin the products would eat up the digits.
    double ox = vertices.x(corners[0]);
    double oy = vertices.y(corners[0]);
    double oz = vertices.z(corners[0]);
    for (int i = 0; i < count; i++) {
      int a = corners[i];
      int b = corners[i + 1 == count ? 0 : i + 1];
      double ax = vertices.x(a) - ox;
      double ay = vertices.y(a) - oy;
      double az = vertices.z(a) - oz;
      double bx = vertices.x(b) - ox;
      double by = vertices.y(b) - oy;
      double bz = vertices.z(b) - oz;
      nx += ay * bz - az * by;
      ny += az * bx - ax * bz;
      nz += ax * by - ay * bx;
    }
    double lx = Math.abs(nx);
    double ly = Math.abs(ny);
    double lz = Math.abs(nz);
    for (int i = 0; i < count; i++) {
      double x = vertices.x(corners[i]) - ox;
      double y = vertices.y(corners[i]) - oy;
      double z = vertices.z(corners[i]) - oz;
      if (lx >= ly && lx >= lz) {
        u[i] = y;
        v[i] = nx < 0 ? -z : z;
      } else if (ly >= lz) {
        u[i] = z;
        v[i] = ny < 0 ? -x : x;
      } else {
        u[i] = x;
        v[i] = nz < 0 ? -y : y;
      }
    }
  }

  /** Whether the fan around corner 0 is right: left turns only, and only one turn all around. */
  private boolean isConvex() {
    for (int i = 2; i < count; i++) {
      if (turn(0, i - 1, i) < 0 || turn(i - 2, i - 1, i) < 0) {
        return false;
      }
    }
    return turn(count - 2, count - 1, 0) >= 0 && turn(count - 1, 0, 1) >= 0;
  }

  private void cutEars() {
    for (int i = 0; i < count; i++) {
      next[i] = i + 1 == count ? 0 : i + 1;
      previous[i] = i == 0 ? count - 1 : i - 1;
    }
    int left = count;
    int at = 1;
    int sinceLastEar = 0;
    while (left > 3) {
      boolean stuck = sinceLastEar >= left;
      if (isEar(at, left) || stuck) {
        vertices.triangle(corners[previous[at]], corners[at], corners[next[at]]);
        next[previous[at]] = next[at];
        previous[next[at]] = previous[at];
        left--;
        sinceLastEar = 0;
      } else {
        sinceLastEar++;
      }
      at = next[at];
    }
    vertices.triangle(corners[previous[at]], corners[at], corners[next[at]]);
  }

  /** Whether a corner is a left turn whose triangle holds no other corner that is left. */
  private boolean isEar(int corner, int left) {
    int before = previous[corner];
    int after = next[corner];
    if (turn(before, corner, after) <= 0) {
      return false;
    }
    budget.tick(1 + left / 16);
    for (int other = next[after]; other != before; other = next[other]) {
      if (turn(before, corner, other) >= 0
          && turn(corner, after, other) >= 0
          && turn(after, before, other) >= 0
          && !samePoint(other, before)
          && !samePoint(other, corner)
          && !samePoint(other, after)) {
        return false;
      }
    }
    return true;
  }

  private boolean samePoint(int a, int b) {
    return u[a] == u[b] && v[a] == v[b];
  }

  private double turn(int a, int b, int c) {
    return (u[b] - u[a]) * (v[c] - v[a]) - (v[b] - v[a]) * (u[c] - u[a]);
  }
}
