package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;

/**
 * Places spread over faces: each face is cut into n² equal triangles and has a place in the middle
 * of each, so that the places of a face stand for equal areas.
 */
final class SurfaceSamples {
  private static final int MOST_CUTS = 64;

  private final Mesh mesh;
  private final double spacing;

  /** In x, y, z. */
  final double[] normal = new double[3];

  final double[] place = new double[3];

  /** Of the face at hand; 0 for one that cannot be sampled. */
  double area;

  private int face;
  private int cuts;

  /**
   * @param spacing about how far the places lie apart
   */
  SurfaceSamples(Mesh mesh, double spacing) {
    this.mesh = mesh;
    this.spacing = spacing;
  }

  /** Turns to a face; how many places it has. */
  int begin(int next) {
    face = next;
    double[] twice = FlatSides.twiceArea(mesh, face);
    double length = Math.sqrt(twice[0] * twice[0] + twice[1] * twice[1] + twice[2] * twice[2]);
    area = length / 2;
    if (!(length > 0)) {
      area = 0;
      return 0;
    }
    for (int axis = 0; axis < 3; axis++) {
      normal[axis] = twice[axis] / length;
    }
    double wanted = Math.ceil(Math.sqrt(area) / spacing);
    cuts = (int) Math.clamp(wanted, 1, MOST_CUTS);
    return cuts * cuts;
  }

  /** Puts a place of the face into {@link #place}. */
  void at(int index) {
    // Row r of the cut triangle has 2r + 1 small ones, pointing up and down in turns.
    int row = (int) Math.sqrt(index);
    int across = index - row * row;
    boolean up = across % 2 == 0;
    int column = across / 2;
    double toC = (up ? column + 1.0 / 3 : column + 2.0 / 3) / cuts;
    double down = (up ? row + 2.0 / 3 : row + 1.0 / 3) / cuts;
    double toB = down - toC;
    int a = mesh.vertex(face, 0);
    int b = mesh.vertex(face, 1);
    int c = mesh.vertex(face, 2);
    place[0] =
        mesh.x(a) + toB * ((double) mesh.x(b) - mesh.x(a)) + toC * ((double) mesh.x(c) - mesh.x(a));
    place[1] =
        mesh.y(a) + toB * ((double) mesh.y(b) - mesh.y(a)) + toC * ((double) mesh.y(c) - mesh.y(a));
    place[2] =
        mesh.z(a) + toB * ((double) mesh.z(b) - mesh.z(a)) + toC * ((double) mesh.z(c) - mesh.z(a));
  }
}
