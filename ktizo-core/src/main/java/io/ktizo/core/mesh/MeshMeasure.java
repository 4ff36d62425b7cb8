package io.ktizo.core.mesh;

/**
 * What one pass over the triangles of a file tells, without building a mesh.
 *
 * <p>Lengths are in the unit of the coordinates: millimetres for a {@link Model} whose unit is
 * known, otherwise whatever the file was written in.
 *
 * @param triangles how many triangles, degenerate ones included
 * @param volume signed volume by the divergence theorem, the sum of tetrahedra over all triangles;
 *     negative if the surface is inside out, without meaning if it is open
 * @param area sum of all triangles' areas
 * @param minX least x of all corners, and so on
 * @param closedAndOriented whether every directed edge is met by as many in the opposite direction.
 *     Decided by a 64-bit fingerprint: never wrong about a closed surface, wrong about an open one
 *     with a chance of about 2<sup>-60</sup>. Vertices must agree to the bit. Four faces at an edge
 *     pass; {@link MeshReport} tells them apart.
 */
public record MeshMeasure(
    long triangles,
    double volume,
    double area,
    float minX,
    float minY,
    float minZ,
    float maxX,
    float maxY,
    float maxZ,
    boolean closedAndOriented) {

  /** Measures a mesh that is in memory already. */
  public static MeshMeasure of(Mesh mesh) {
    MeasuringSink sink = new MeasuringSink();
    float[] positions = mesh.positionsShared();
    int[] corners = mesh.cornersShared();
    float[] block = new float[9 * Math.min(1024, mesh.triangleCount())];
    int filled = 0;
    for (int corner : corners) {
      System.arraycopy(positions, 3 * corner, block, filled, 3);
      filled += 3;
      if (filled == block.length) {
        sink.take(block, filled / 9);
        filled = 0;
      }
    }
    sink.take(block, filled / 9);
    return sink.measure();
  }

  /** Extent along x. */
  public double sizeX() {
    return (double) maxX - minX;
  }

  /** Extent along y. */
  public double sizeY() {
    return (double) maxY - minY;
  }

  /** Extent along z. */
  public double sizeZ() {
    return (double) maxZ - minZ;
  }
}
