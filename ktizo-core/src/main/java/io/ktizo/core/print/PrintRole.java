package io.ktizo.core.print;

/**
 * What an extruded line is there for. Width, speed and acceleration of a profile go by role.
 *
 * <p>The division is that of PrusaSlicer's {@code ;TYPE:} comments, so that an estimate and a
 * slicer's answer can be compared role by role.
 */
public enum PrintRole {
  /** The outermost perimeter, the one that is seen. */
  EXTERNAL_PERIMETER,
  /** All other perimeters. */
  PERIMETER,
  /** Perimeters, or pieces of them, that have nothing below. */
  OVERHANG_PERIMETER,
  /** The pattern that fills the inside. */
  SPARSE_INFILL,
  /** Bottoms, and solid layers inside. */
  SOLID_INFILL,
  /** Solid infill that is seen from above. */
  TOP_SOLID_INFILL,
  /** Solid infill that spans a gap, over air or over sparse infill. */
  BRIDGE_INFILL,
  /** Thin lines where no whole perimeter fits. */
  GAP_FILL,
  /** Loops round everything on the first layers, skirt or brim. */
  SKIRT_BRIM,
  /** Support that carries. */
  SUPPORT,
  /** Support that touches the part. */
  SUPPORT_INTERFACE;

  /** Whether the line follows the contour of the part. */
  public boolean isPerimeter() {
    return this == EXTERNAL_PERIMETER || this == PERIMETER || this == OVERHANG_PERIMETER;
  }

  /** Whether the line is extruded round and unsupported, and so kept at its own speed. */
  public boolean isBridge() {
    return this == OVERHANG_PERIMETER || this == BRIDGE_INFILL;
  }

  /** Whether the line fills an area within the part. */
  public boolean isInfill() {
    return this == SPARSE_INFILL
        || this == SOLID_INFILL
        || this == TOP_SOLID_INFILL
        || this == BRIDGE_INFILL;
  }
}
