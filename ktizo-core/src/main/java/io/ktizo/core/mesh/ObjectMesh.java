package io.ktizo.core.mesh;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;

/**
 * The points and triangles of one object of a 3MF or AMF file, as the file numbers them. Many
 * placements may share it.
 *
 * <p>Grows as the file is read and no faster; all objects of a file together stay under the limit
 * on triangles, and on as many points.
 */
final class ObjectMesh {

  /** What all objects of one file may hold together. */
  static final class Allowance {
    private final int limit;
    private int points;
    private int triangles;

    Allowance(MeshLimits limits) {
      this.limit = limits.triangles();
    }

    private void point() {
      if (++points > limit) {
        throw tooComplex("points");
      }
    }

    private void triangle() {
      if (++triangles > limit) {
        throw tooComplex("triangles");
      }
    }

    private RefusedException tooComplex(String what) {
      return new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          "",
          String.format(
              Locale.ROOT,
              "The model has more %s than the %,d that we accept; please simplify it.",
              what,
              limit));
    }
  }

  private final Allowance allowance;
  private double[] xyz = new double[3 * 16];
  private int[] corners = new int[3 * 16];
  private int points;
  private int triangles;

  ObjectMesh(Allowance allowance) {
    this.allowance = allowance;
  }

  void point(double x, double y, double z) {
    allowance.point();
    int at = 3 * points;
    if (at == xyz.length) {
      xyz = Arrays.copyOf(xyz, grown(at));
    }
    xyz[at] = x;
    xyz[at + 1] = y;
    xyz[at + 2] = z;
    points++;
  }

  /** Adds a triangle; the caller has checked that the points are there. */
  void triangle(int a, int b, int c) {
    allowance.triangle();
    int at = 3 * triangles;
    if (at == corners.length) {
      corners = Arrays.copyOf(corners, grown(at));
    }
    corners[at] = a;
    corners[at + 1] = b;
    corners[at + 2] = c;
    triangles++;
  }

  int points() {
    return points;
  }

  int triangles() {
    return triangles;
  }

  /** Takes the triangles out that are set, for good. */
  void leaveOut(BitSet unwanted) {
    int kept = 0;
    for (int t = 0; t < triangles; t++) {
      if (!unwanted.get(t)) {
        System.arraycopy(corners, 3 * t, corners, 3 * kept, 3);
        kept++;
      }
    }
    triangles = kept;
  }

  /** Forgets the triangles from this one on. */
  void cutBackTo(int firstForgotten) {
    triangles = Math.min(triangles, firstForgotten);
  }

  /** Adds all triangles to the model, moved by the placement. */
  void placeInto(MeshBuilder builder, Affine placement) {
    builder.indexed(xyz, points, corners, triangles, placement);
  }

  private static int grown(int length) {
    return (int) Math.min(3L * 700_000_000, 3L * (length / 3 + length / 6 + 1L));
  }
}
