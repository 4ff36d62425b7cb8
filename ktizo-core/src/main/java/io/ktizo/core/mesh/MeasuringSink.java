package io.ktizo.core.mesh;

/**
 * Adds up volume, area, box and the closedness fingerprint of triangles as they pass.
 *
 * <p>The fingerprint: each vertex gets a hash {@code h} of its bits, and a triangle adds {@code
 * (ha-hb)(hb-hc)(hc-ha)} modulo 2<sup>64</sup>. Multiplied out this is the sum over its directed
 * edges of {@code f(a,b) = ha*ha*hb - ha*hb*hb}, up to one common sign. As {@code f(b,a) =
 * -f(a,b)}, edges that are met in the opposite direction cancel, in any order; what is left over is
 * a non-zero polynomial in the hashes, and is zero only by chance. Triangles with two equal corners
 * add nothing, as they should.
 *
 * <p>Volumes are summed in double precision from the first vertex on, so that a part far from the
 * origin loses nothing.
 */
final class MeasuringSink implements TriangleSink {
  private long triangles;
  private double sixfoldVolume;
  private double twofoldArea;
  private long fingerprint;
  private double originX;
  private double originY;
  private double originZ;
  private float minX = Float.POSITIVE_INFINITY;
  private float minY = Float.POSITIVE_INFINITY;
  private float minZ = Float.POSITIVE_INFINITY;
  private float maxX = Float.NEGATIVE_INFINITY;
  private float maxY = Float.NEGATIVE_INFINITY;
  private float maxZ = Float.NEGATIVE_INFINITY;

  /**
   * One loop for everything: each coordinate is loaded once. Sums start anew with each block, which
   * also keeps small triangles from drowning in the sum of a large file.
   */
  @Override
  public void take(float[] coordinates, int count) {
    if (count == 0) {
      return;
    }
    if (triangles == 0) {
      originX = coordinates[0];
      originY = coordinates[1];
      originZ = coordinates[2];
    }
    triangles += count;
    double ox = originX;
    double oy = originY;
    double oz = originZ;
    double volume = 0;
    double area = 0;
    long edges = 0;
    float x0 = minX;
    float y0 = minY;
    float z0 = minZ;
    float x1 = maxX;
    float y1 = maxY;
    float z1 = maxZ;
    for (int at = 0, end = 9 * count; at < end; at += 9) {
      float ax = coordinates[at];
      float ay = coordinates[at + 1];
      float az = coordinates[at + 2];
      float bx = coordinates[at + 3];
      float by = coordinates[at + 4];
      float bz = coordinates[at + 5];
      float cx = coordinates[at + 6];
      float cy = coordinates[at + 7];
      float cz = coordinates[at + 8];
      double ux = (double) bx - ax;
      double uy = (double) by - ay;
      double uz = (double) bz - az;
      double vx = (double) cx - ax;
      double vy = (double) cy - ay;
      double vz = (double) cz - az;
      double nx = uy * vz - uz * vy;
      double ny = uz * vx - ux * vz;
      double nz = ux * vy - uy * vx;
      volume += (ax - ox) * nx + (ay - oy) * ny + (az - oz) * nz;
      area += Math.sqrt(nx * nx + ny * ny + nz * nz);
      // Comparisons, not Math.min: that cares for NaN and -0.0, which cannot matter here, and is
      // several times slower.
      x0 = less(less(less(x0, ax), bx), cx);
      y0 = less(less(less(y0, ay), by), cy);
      z0 = less(less(less(z0, az), bz), cz);
      x1 = more(more(more(x1, ax), bx), cx);
      y1 = more(more(more(y1, ay), by), cy);
      z1 = more(more(more(z1, az), bz), cz);
      long a = hash(ax, ay, az);
      long b = hash(bx, by, bz);
      long c = hash(cx, cy, cz);
      edges += (a - b) * (b - c) * (c - a);
    }
    sixfoldVolume += volume;
    twofoldArea += area;
    fingerprint += edges;
    minX = x0;
    minY = y0;
    minZ = z0;
    maxX = x1;
    maxY = y1;
    maxZ = z1;
  }

  private static float less(float a, float b) {
    return b < a ? b : a;
  }

  private static float more(float a, float b) {
    return b > a ? b : a;
  }

  @Override
  public void endBody() {}

  /**
   * A hash in which no pattern of the coordinates survives: were it linear, two opposite holes of
   * the same shape would cancel. Adding 0 makes -0.0 the same vertex as 0.0.
   */
  private static long hash(float x, float y, float z) {
    long mixed =
        Float.floatToRawIntBits(x + 0f) * 0x9E3779B97F4A7C15L
            + Float.floatToRawIntBits(y + 0f) * 0xC2B2AE3D27D4EB4FL
            + Float.floatToRawIntBits(z + 0f) * 0x165667B19E3779F9L;
    mixed ^= mixed >>> 32;
    mixed *= 0xD6E8FEB86659FD93L;
    return mixed ^ (mixed >>> 32);
  }

  MeshMeasure measure() {
    if (triangles == 0) {
      return new MeshMeasure(0, 0, 0, 0, 0, 0, 0, 0, 0, false);
    }
    return new MeshMeasure(
        triangles,
        sixfoldVolume / 6,
        twofoldArea / 2,
        minX,
        minY,
        minZ,
        maxX,
        maxY,
        maxZ,
        fingerprint == 0);
  }
}
