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
    addMeasures(coordinates, count);
    addBox(coordinates, count);
    addFingerprint(coordinates, count);
  }

  @Override
  public void endBody() {}

  private void addMeasures(float[] coordinates, int count) {
    double ox = originX;
    double oy = originY;
    double oz = originZ;
    double volume = 0;
    double area = 0;
    for (int at = 0, end = 9 * count; at < end; at += 9) {
      double ax = coordinates[at] - ox;
      double ay = coordinates[at + 1] - oy;
      double az = coordinates[at + 2] - oz;
      double ux = coordinates[at + 3] - ox - ax;
      double uy = coordinates[at + 4] - oy - ay;
      double uz = coordinates[at + 5] - oz - az;
      double vx = coordinates[at + 6] - ox - ax;
      double vy = coordinates[at + 7] - oy - ay;
      double vz = coordinates[at + 8] - oz - az;
      double nx = uy * vz - uz * vy;
      double ny = uz * vx - ux * vz;
      double nz = ux * vy - uy * vx;
      volume += ax * nx + ay * ny + az * nz;
      area += Math.sqrt(nx * nx + ny * ny + nz * nz);
    }
    sixfoldVolume += volume;
    twofoldArea += area;
  }

  private void addBox(float[] coordinates, int count) {
    float x0 = minX;
    float y0 = minY;
    float z0 = minZ;
    float x1 = maxX;
    float y1 = maxY;
    float z1 = maxZ;
    for (int at = 0, end = 9 * count; at < end; at += 3) {
      float x = coordinates[at];
      float y = coordinates[at + 1];
      float z = coordinates[at + 2];
      // Comparisons, not Math.min: those care for NaN and -0.0, which cannot matter here.
      if (x < x0) {
        x0 = x;
      }
      if (x > x1) {
        x1 = x;
      }
      if (y < y0) {
        y0 = y;
      }
      if (y > y1) {
        y1 = y;
      }
      if (z < z0) {
        z0 = z;
      }
      if (z > z1) {
        z1 = z;
      }
    }
    minX = x0;
    minY = y0;
    minZ = z0;
    maxX = x1;
    maxY = y1;
    maxZ = z1;
  }

  private void addFingerprint(float[] coordinates, int count) {
    long sum = 0;
    for (int at = 0, end = 9 * count; at < end; at += 9) {
      long a = hash(coordinates[at], coordinates[at + 1], coordinates[at + 2]);
      long b = hash(coordinates[at + 3], coordinates[at + 4], coordinates[at + 5]);
      long c = hash(coordinates[at + 6], coordinates[at + 7], coordinates[at + 8]);
      sum += (a - b) * (b - c) * (c - a);
    }
    fingerprint += sum;
  }

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
