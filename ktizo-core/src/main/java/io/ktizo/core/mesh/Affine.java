package io.ktizo.core.mesh;

/**
 * An affine map of space in double precision, applied to row vectors:
 *
 * <pre>
 *               | xx xy xz |
 * (x y z 1)  *  | yx yy yz |
 *               | zx zy zz |
 *               | tx ty tz |
 * </pre>
 *
 * <p>The twelve numbers in this order are those of a 3MF {@code transform} attribute (3MF Core
 * Specification, 3.3) and, each fourth one left out, of a glTF {@code matrix} (glTF 2.0, 3.5.2).
 */
record Affine(
    double xx,
    double xy,
    double xz,
    double yx,
    double yy,
    double yz,
    double zx,
    double zy,
    double zz,
    double tx,
    double ty,
    double tz) {

  static final Affine IDENTITY = scaling(1);

  static Affine scaling(double factor) {
    return new Affine(factor, 0, 0, 0, factor, 0, 0, 0, factor, 0, 0, 0);
  }

  /** First this, then {@code next}. */
  Affine then(Affine next) {
    return new Affine(
        next.xOf(xx, xy, xz),
        next.yOf(xx, xy, xz),
        next.zOf(xx, xy, xz),
        next.xOf(yx, yy, yz),
        next.yOf(yx, yy, yz),
        next.zOf(yx, yy, yz),
        next.xOf(zx, zy, zz),
        next.yOf(zx, zy, zz),
        next.zOf(zx, zy, zz),
        next.xOf(tx, ty, tz) + next.tx,
        next.yOf(tx, ty, tz) + next.ty,
        next.zOf(tx, ty, tz) + next.tz);
  }

  double x(double x, double y, double z) {
    return xOf(x, y, z) + tx;
  }

  double y(double x, double y, double z) {
    return yOf(x, y, z) + ty;
  }

  double z(double x, double y, double z) {
    return zOf(x, y, z) + tz;
  }

  /** The factor by which volumes change; negative if the map mirrors. */
  double determinant() {
    return xx * (yy * zz - yz * zy) - xy * (yx * zz - yz * zx) + xz * (yx * zy - yy * zx);
  }

  /** Whether the map turns the outside in, so that every triangle's winding must be reversed. */
  boolean mirrors() {
    return determinant() < 0;
  }

  private double xOf(double x, double y, double z) {
    return x * xx + y * yx + z * zx;
  }

  private double yOf(double x, double y, double z) {
    return x * xy + y * yy + z * zy;
  }

  private double zOf(double x, double y, double z) {
    return x * xz + y * yz + z * zz;
  }
}
