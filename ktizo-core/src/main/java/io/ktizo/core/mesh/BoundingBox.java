package io.ktizo.core.mesh;

/**
 * The smallest box with sides along the axes that holds a shape, in the mesh's unit: millimetres
 * once the unit is known. Bounds are inclusive; a flat shape has a box without height.
 */
public record BoundingBox(
    double minX, double minY, double minZ, double maxX, double maxY, double maxZ) {

  public BoundingBox {
    if (!(minX <= maxX && minY <= maxY && minZ <= maxZ)
        || !Double.isFinite(maxX - minX)
        || !Double.isFinite(maxY - minY)
        || !Double.isFinite(maxZ - minZ)) {
      throw new IllegalArgumentException(
          "not a box: %s..%s, %s..%s, %s..%s".formatted(minX, maxX, minY, maxY, minZ, maxZ));
    }
  }

  /** The extent along x. */
  public double sizeX() {
    return maxX - minX;
  }

  /** The extent along y. */
  public double sizeY() {
    return maxY - minY;
  }

  /** The extent along z. */
  public double sizeZ() {
    return maxZ - minZ;
  }

  /** The longest of the three extents. */
  public double longestSide() {
    return Math.max(sizeX(), Math.max(sizeY(), sizeZ()));
  }

  /** The distance between opposite corners. */
  public double diagonal() {
    return Math.sqrt(sizeX() * sizeX() + sizeY() * sizeY() + sizeZ() * sizeZ());
  }

  /** Whether a point lies inside or on the border. */
  public boolean contains(double x, double y, double z) {
    return minX <= x && x <= maxX && minY <= y && y <= maxY && minZ <= z && z <= maxZ;
  }

  /** The smallest box that holds both. */
  public BoundingBox union(BoundingBox other) {
    return new BoundingBox(
        Math.min(minX, other.minX),
        Math.min(minY, other.minY),
        Math.min(minZ, other.minZ),
        Math.max(maxX, other.maxX),
        Math.max(maxY, other.maxY),
        Math.max(maxZ, other.maxZ));
  }
}
