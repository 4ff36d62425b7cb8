package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;

/**
 * How a part is turned before it is printed: the matrix of a rotation, row by row. A point {@code
 * p} comes to {@code (xx·px + xy·py + xz·pz, yx·px + …, zx·px + …)}; the last row is the direction
 * of the part that shows upwards.
 */
public record Rotation(
    double xx,
    double xy,
    double xz,
    double yx,
    double yy,
    double yz,
    double zx,
    double zy,
    double zz) {

  /** As it stands. */
  public static final Rotation NONE = new Rotation(1, 0, 0, 0, 1, 0, 0, 0, 1);

  /** Rows of unit length and at right angles to each other, to this. */
  private static final double EXACT = 1e-9;

  public Rotation {
    double cross =
        Math.abs(yy * zz - yz * zy - xx)
            + Math.abs(yz * zx - yx * zz - xy)
            + Math.abs(yx * zy - yy * zx - xz);
    double lengths =
        Math.abs(xx * xx + xy * xy + xz * xz - 1) + Math.abs(zx * zx + zy * zy + zz * zz - 1);
    double right = Math.abs(yx * zx + yy * zy + yz * zz);
    if (!(cross + lengths + right <= EXACT)) {
      throw new IllegalArgumentException("not a rotation");
    }
  }

  /** By an angle in radians about the vertical, counter-clockwise seen from above. */
  public static Rotation aboutVertical(double angle) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return new Rotation(cos, -sin, 0, sin, cos, 0, 0, 0, 1);
  }

  /** The mesh, turned about the origin. */
  public Mesh applyTo(Mesh mesh) {
    float[] positions = mesh.positions();
    for (int i = 0; i < positions.length; i += 3) {
      double x = positions[i];
      double y = positions[i + 1];
      double z = positions[i + 2];
      positions[i] = (float) (xx * x + xy * y + xz * z);
      positions[i + 1] = (float) (yx * x + yy * y + yz * z);
      positions[i + 2] = (float) (zx * x + zy * y + zz * z);
    }
    return Mesh.of(positions, mesh.corners());
  }
}
