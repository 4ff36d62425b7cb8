package io.ktizo.core.print;

/** The pattern of an infill. Slicers' patterns that lay the same lines share one constant. */
public enum InfillPattern {
  /** Parallel lines, crosswise from layer to layer, joined at their ends. */
  RECTILINEAR,
  /** Parallel lines in the same direction on every layer. */
  ALIGNED_RECTILINEAR,
  /** Parallel lines all drawn in one direction's order, for smooth surfaces. */
  MONOTONIC,
  /** As monotonic, without the connections at the ends. */
  MONOTONIC_LINES,
  /** Lines in two directions on every layer. */
  GRID,
  /** Lines in three directions on every layer. */
  TRIANGLES,
  /** Lines in three directions, shifted so that they form stars. */
  STARS,
  /** Tilted cubes: three directions that shift with height. */
  CUBIC,
  /** Cubes that are coarser deep inside. */
  ADAPTIVE_CUBIC,
  /** Cubes that are there only below tops. */
  SUPPORT_CUBIC,
  /** Lines in one direction, slightly rotated, joined at their ends. */
  LINE,
  /** Copies of the contour, inwards. */
  CONCENTRIC,
  /** Hexagons, every wall drawn twice. */
  HONEYCOMB,
  /** Octahedra that change with height. */
  HONEYCOMB_3D,
  /** The gyroid: {@code sin x cos y + sin y cos z + sin z cos x = 0} (A. Schoen, 1970). */
  GYROID,
  /** The Hilbert curve. */
  HILBERT_CURVE,
  /** The Archimedean spiral. */
  ARCHIMEDEAN_CHORDS,
  /** A spiral of eight-pointed stars. */
  OCTAGRAM_SPIRAL,
  /** Tree-like walls that carry the tops and nothing else. */
  LIGHTNING,
}
