package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The directions in which most of a part's surface faces. */
final class FlatSides {
  /** Normals that round to the same multiples of this belong to one side. */
  private static final double GRAIN = 1.0 / 64;

  private FlatSides() {}

  /** Sum of the normals of one side, each as long as twice its face's area; opposite ones count. */
  private static final class Side {
    private double x;
    private double y;
    private double z;

    double squaredArea() {
      return x * x + y * y + z * z;
    }
  }

  /** Unit normals of the largest sides, largest first; of opposite ones just one. */
  static List<double[]> normals(Mesh mesh, int most) {
    Map<Long, Side> sides = new HashMap<>();
    for (int t = 0; t < mesh.triangleCount(); t++) {
      double[] normal = twiceArea(mesh, t);
      double length =
          Math.sqrt(normal[0] * normal[0] + normal[1] * normal[1] + normal[2] * normal[2]);
      if (!(length > 0)) {
        continue;
      }
      long i = Math.round(normal[0] / length / GRAIN);
      long j = Math.round(normal[1] / length / GRAIN);
      long k = Math.round(normal[2] / length / GRAIN);
      double sign = k > 0 || (k == 0 && (j > 0 || (j == 0 && i >= 0))) ? 1 : -1;
      long key =
          (((long) (sign * i) + 128) << 32)
              | (((long) (sign * j) + 128) << 16)
              | ((long) (sign * k) + 128);
      Side side = sides.computeIfAbsent(key, unseen -> new Side());
      side.x += sign * normal[0];
      side.y += sign * normal[1];
      side.z += sign * normal[2];
    }
    return sides.values().stream()
        .sorted(
            Comparator.comparingDouble(Side::squaredArea)
                .reversed()
                .thenComparingDouble(side -> side.x)
                .thenComparingDouble(side -> side.y))
        .limit(most)
        .filter(side -> side.squaredArea() > 0)
        .map(side -> FitSearch.unit(new double[] {side.x, side.y, side.z}))
        .toList();
  }

  /** The normal of a face, as long as twice its area. */
  static double[] twiceArea(Mesh mesh, int face) {
    int a = mesh.vertex(face, 0);
    int b = mesh.vertex(face, 1);
    int c = mesh.vertex(face, 2);
    double ux = (double) mesh.x(b) - mesh.x(a);
    double uy = (double) mesh.y(b) - mesh.y(a);
    double uz = (double) mesh.z(b) - mesh.z(a);
    double vx = (double) mesh.x(c) - mesh.x(a);
    double vy = (double) mesh.y(c) - mesh.y(a);
    double vz = (double) mesh.z(c) - mesh.z(a);
    return new double[] {uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx};
  }
}
