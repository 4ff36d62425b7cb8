package io.ktizo.core.print;

/** The room in which a printer prints, in mm, standing on its plate. */
public sealed interface BuildVolume {

  /** Its height, in mm. */
  double height();

  /** A rectangular plate: most printers. */
  record Box(double width, double depth, double height) implements BuildVolume {
    public Box {
      Require.positive("width", width);
      Require.positive("depth", depth);
      Require.positive("height", height);
    }
  }

  /** A round plate: delta printers. */
  record Cylinder(double diameter, double height) implements BuildVolume {
    public Cylinder {
      Require.positive("diameter", diameter);
      Require.positive("height", height);
    }
  }
}
