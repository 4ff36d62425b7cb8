package io.ktizo.core.mesh;

/** A unit of length that model files are written in. */
public enum LengthUnit {
  MICRON(0.001),
  MILLIMETRE(1),
  CENTIMETRE(10),
  /** International inch, 25.4 mm exactly. */
  INCH(25.4),
  /** International foot, 304.8 mm exactly. */
  FOOT(304.8),
  METRE(1000);

  private final double millimetres;

  LengthUnit(double millimetres) {
    this.millimetres = millimetres;
  }

  /** How many millimetres one of this unit is. */
  public double millimetres() {
    return millimetres;
  }
}
