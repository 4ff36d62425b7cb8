package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.Infill;

/**
 * The lines of sparse infill on one layer: how much line there is in an area, and how it bends.
 *
 * <p>Straight patterns are told by the directions of their lines; bent ones carry a piece of their
 * path that repeats. Lengths in mm. Immutable.
 */
final class SparsePattern {
  /** Lines of one direction, that of the layer. */
  private static final int ONE = 1;

  /** Lines of several directions, on every layer. */
  private static final int SEVERAL = 2;

  /** PrusaSlicer's factor between a gyroid's period and its density, chosen for an equal weight. */
  private static final double GYROID_DENSITY = 2.44;

  /** PrusaSlicer's tolerance of a gyroid's polyline, mm. */
  private static final double GYROID_TOLERANCE = 0.2;

  /** Length of line per area, 1/mm. */
  final double density;

  private final int directions;

  /** Whether neighbouring lines are always joined along the wall, one into the next. */
  final boolean zigzag;

  /** Whether lines are joined along the wall at all. */
  final boolean joined;

  /** Points of a path that repeats, relative to its start; empty for straight lines. */
  final double[] xs;

  final double[] ys;

  private SparsePattern(
      double density, int directions, boolean zigzag, boolean joined, double[] xs, double[] ys) {
    this.density = density;
    this.directions = directions;
    this.zigzag = zigzag;
    this.joined = joined;
    this.xs = xs;
    this.ys = ys;
  }

  private static final double[] STRAIGHT = {};

  /** The pattern at a height above the plate, lines {@code spacing} apart where solid. */
  static SparsePattern at(Infill infill, double spacing, double z) {
    double even = infill.density() / spacing;
    boolean joined = infill.anchorMax() > 0.05;
    return switch (infill.pattern()) {
      case RECTILINEAR, ALIGNED_RECTILINEAR, MONOTONIC, LINE ->
          new SparsePattern(even, ONE, true, true, STRAIGHT, STRAIGHT);
      case MONOTONIC_LINES -> new SparsePattern(even, ONE, false, false, STRAIGHT, STRAIGHT);
      case CONCENTRIC -> new SparsePattern(even, ONE, false, false, STRAIGHT, STRAIGHT);
      case GRID, TRIANGLES, STARS, CUBIC ->
          new SparsePattern(even, SEVERAL, false, joined, STRAIGHT, STRAIGHT);
      // Two thirds of adaptive cells are as coarse as their neighbours let them be.
      case ADAPTIVE_CUBIC, SUPPORT_CUBIC ->
          new SparsePattern(even / 2, SEVERAL, false, joined, STRAIGHT, STRAIGHT);
      case LIGHTNING -> new SparsePattern(even / 5, SEVERAL, false, joined, STRAIGHT, STRAIGHT);
      case GYROID -> gyroid(infill, spacing, z, joined);
      case HONEYCOMB, HONEYCOMB_3D -> honeycomb(infill, spacing, joined);
      case HILBERT_CURVE, ARCHIMEDEAN_CHORDS, OCTAGRAM_SPIRAL -> {
        double side = spacing / infill.density();
        yield new SparsePattern(
            even,
            SEVERAL,
            false,
            joined,
            new double[] {side, side, 2 * side, 2 * side},
            new double[] {0, side, side, 0});
      }
    };
  }

  /**
   * One wave of the gyroid's cut: at a fixed z the surface reads {@code R sin(y + p) = -sin z cos
   * x} with {@code R sin p = sin x} and {@code R cos p = cos z}.
   */
  private static SparsePattern gyroid(Infill infill, double spacing, double z, boolean joined) {
    double unit = spacing / (infill.density() * GYROID_DENSITY);
    double phase = z / unit;
    double c = Math.max(Math.abs(StrictMath.cos(phase)), Math.abs(StrictMath.sin(phase)));
    double s = Math.sqrt(Math.max(0, 1 - c * c));
    double tolerance = Math.min(spacing / 2, GYROID_TOLERANCE) / unit;
    int pieces = 4;
    while (pieces < 64 && bend(pieces, c, s) > tolerance * tolerance) {
      pieces *= 2;
    }
    double[] xs = new double[pieces];
    double[] ys = new double[pieces];
    double length = 0;
    double beforeX = 0;
    double first = wave(0, c, s);
    double beforeY = first;
    for (int i = 0; i < pieces; i++) {
      double x = 2 * Math.PI * (i + 1) / pieces;
      double y = wave(x, c, s);
      length += Math.hypot(x - beforeX, y - beforeY);
      beforeX = x;
      beforeY = y;
      xs[i] = x * unit;
      ys[i] = (y - first) * unit;
    }
    // Waves lie half a period apart.
    double density = length * unit / (2 * Math.PI * unit) / (Math.PI * unit);
    return new SparsePattern(density, SEVERAL, false, joined, xs, ys);
  }

  /** Twice the largest area between the wave and its polyline of equal steps. */
  private static double bend(int pieces, double c, double s) {
    double most = 0;
    double step = 2 * Math.PI / pieces;
    for (int i = 0; i < pieces; i++) {
      double x = i * step;
      double left = wave(x, c, s);
      double right = wave(x + step, c, s);
      double middle = wave(x + step / 2, c, s);
      most = Math.max(most, step * Math.abs(middle - (left + right) / 2));
    }
    return most;
  }

  private static double wave(double x, double c, double s) {
    double sinX = StrictMath.sin(x);
    double r = Math.sqrt(sinX * sinX + c * c);
    return StrictMath.asin(-s * StrictMath.cos(x) / r) - StrictMath.atan(sinX / c);
  }

  /** Zigzags along the sides of hexagons; the sides where two meet are drawn twice. */
  private static SparsePattern honeycomb(Infill infill, double spacing, boolean joined) {
    double distance = spacing / infill.density();
    double side = distance * 2 / Math.sqrt(3);
    double[] xs = {side, side * 1.5, side * 2.5, side * 3};
    double[] ys = {0, distance, distance, 0};
    return new SparsePattern(HONEYCOMB_DENSITY / distance, SEVERAL, false, joined, xs, ys);
  }

  private static final double HONEYCOMB_DENSITY = 1;

  /** Whether a pattern's lines move or bend with height. */
  static boolean changesWithHeight(InfillPattern pattern) {
    return pattern == InfillPattern.GYROID;
  }

  boolean isBent() {
    return xs.length > 0;
  }

  /** Share of the lines that run along the rows on a layer. */
  double shareAlong(boolean alongRows) {
    return directions == SEVERAL ? 0.5 : alongRows ? 1 : 0;
  }
}
