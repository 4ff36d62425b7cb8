package io.ktizo.core.mesh;

import java.util.Arrays;
import java.util.Objects;

/**
 * An indexed triangle mesh. Immutable; any number of threads may share it.
 *
 * <p>Coordinates are single precision like those of STL and GLB, in millimetres once the unit is
 * known. Vertices that were equal to the bit in the file are one vertex here ({@code -0.0} counts
 * as {@code 0.0}); nothing is merged by distance. Corners run counter-clockwise seen from outside,
 * as the file says: stored normals are not kept. Degenerate and duplicate triangles of the file are
 * kept, so that {@link MeshReport} can name them; every coordinate is finite and every index valid.
 *
 * <p>Layout: vertex {@code v} stands at {@code positions[3v .. 3v+2]}, triangle {@code t} has its
 * vertices at {@code corners[3t .. 3t+2]}.
 */
public final class Mesh {
  private final float[] positions;
  private final int[] corners;

  private Mesh(float[] positions, int[] corners) {
    this.positions = positions;
    this.corners = corners;
  }

  /**
   * A mesh of copies of these arrays.
   *
   * @throws IllegalArgumentException if a length is no multiple of 3, a coordinate is not finite or
   *     an index leads nowhere
   */
  public static Mesh of(float[] positions, int[] corners) {
    return adopting(positions.clone(), corners.clone());
  }

  /** As {@link #of}, but the arrays become the mesh's own: the caller must forget them. */
  static Mesh adopting(float[] positions, int[] corners) {
    if (positions.length % 3 != 0 || corners.length % 3 != 0) {
      throw new IllegalArgumentException(
          "lengths must be multiples of 3: " + positions.length + ", " + corners.length);
    }
    for (float coordinate : positions) {
      if (!Float.isFinite(coordinate)) {
        throw new IllegalArgumentException("coordinate is not finite: " + coordinate);
      }
    }
    int vertices = positions.length / 3;
    for (int corner : corners) {
      Objects.checkIndex(corner, vertices);
    }
    return new Mesh(positions, corners);
  }

  public int vertexCount() {
    return positions.length / 3;
  }

  public int triangleCount() {
    return corners.length / 3;
  }

  /** The vertex at corner 0, 1 or 2 of a triangle. */
  public int vertex(int triangle, int corner) {
    return corners[3 * triangle + corner];
  }

  public float x(int vertex) {
    return positions[3 * vertex];
  }

  public float y(int vertex) {
    return positions[3 * vertex + 1];
  }

  public float z(int vertex) {
    return positions[3 * vertex + 2];
  }

  /** A copy of all coordinates, x y z of vertex 0 first. */
  public float[] positions() {
    return positions.clone();
  }

  /** A copy of all triangles' vertex indices, three a triangle. */
  public int[] corners() {
    return corners.clone();
  }

  /** For this package only, where copying would cost more than the work: never written to. */
  float[] positionsShared() {
    return positions;
  }

  /** For this package only, where copying would cost more than the work: never written to. */
  int[] cornersShared() {
    return corners;
  }

  /**
   * The same mesh, every coordinate times {@code factor}, for a unit that was not millimetres.
   *
   * @throws IllegalArgumentException if the factor is not positive and finite, or a coordinate
   *     leaves the range of single precision
   */
  public Mesh scaled(double factor) {
    if (!(factor > 0) || Double.isInfinite(factor)) {
      throw new IllegalArgumentException("factor must be positive and finite: " + factor);
    }
    float[] scaled = new float[positions.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (positions[i] * factor);
    }
    return adopting(scaled, corners);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mesh mesh
        && Arrays.equals(positions, mesh.positions)
        && Arrays.equals(corners, mesh.corners);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(positions) + Arrays.hashCode(corners);
  }

  @Override
  public String toString() {
    return "Mesh[" + vertexCount() + " vertices, " + triangleCount() + " triangles]";
  }
}
