package io.ktizo.core.print;

import java.util.List;

/** The room in which a printer prints, in mm, standing on its plate. */
public sealed interface BuildVolume {

  /** Its height, in mm. */
  double height();

  /** The smallest box around it, with sides along x and y. */
  Box box();

  /** A rectangular plate: most printers. */
  record Box(double width, double depth, double height) implements BuildVolume {
    public Box {
      Require.positive("width", width);
      Require.positive("depth", depth);
      Require.positive("height", height);
    }

    @Override
    public Box box() {
      return this;
    }
  }

  /** A round plate: delta printers. */
  record Cylinder(double diameter, double height) implements BuildVolume {
    public Cylinder {
      Require.positive("diameter", diameter);
      Require.positive("height", height);
    }

    @Override
    public Box box() {
      return new Box(diameter, diameter, height);
    }
  }

  /**
   * A plate with straight sides: one with cut corners, or a rectangle without the place where the
   * nozzle is cleaned.
   *
   * @param corners 3 to 64, in either direction around; no side touches or crosses another
   * @param height mm
   */
  record Polygon(List<Corner> corners, double height) implements BuildVolume {
    /** No plate has more. */
    public static final int MOST_CORNERS = 64;

    public Polygon {
      Require.positive("height", height);
      corners = List.copyOf(corners);
      Require.within("corners", corners.size(), 3, MOST_CORNERS);
      PolygonFit.requireSimple(corners);
    }

    @Override
    public Box box() {
      double left = corners.stream().mapToDouble(Corner::x).min().orElseThrow();
      double right = corners.stream().mapToDouble(Corner::x).max().orElseThrow();
      double front = corners.stream().mapToDouble(Corner::y).min().orElseThrow();
      double back = corners.stream().mapToDouble(Corner::y).max().orElseThrow();
      return new Box(right - left, back - front, height);
    }
  }

  /** A corner of a plate, mm. */
  record Corner(double x, double y) {
    public Corner {
      Require.within("x", x, -100_000, 100_000);
      Require.within("y", y, -100_000, 100_000);
    }
  }

  /** Whether a block of this size can stand in it, turned about the vertical by any angle. */
  default boolean holds(double width, double depth, double blockHeight) {
    double[] corners = {0, 0, width, 0, width, depth, 0, depth};
    return blockHeight <= height() + FitSearch.TOLERANCE
        && !Double.isNaN(PlateFit.angle(corners, this, FitSearch.TOLERANCE));
  }
}
