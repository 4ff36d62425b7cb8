package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.WallGenerator;
import io.ktizo.core.print.PrintProfile.Widths;

/** The cut of one layer and what its walls leave inside; layers that are cut alike share one. */
final class LayerShape {
  final Contours contours;

  /** What the mesh is cut into; what is above and below goes by that. */
  final Region slice;

  /** What is printed, which is less on a first layer that is kept from bulging. */
  final Region printed;

  /** What infill may fill. */
  final Region fill;

  /** Area that the outermost perimeters cover, mm². */
  final double externalArea;

  /** Area that the other perimeters cover, mm². */
  final double innerArea;

  /** Area that the outermost perimeters would cover if no line were widened, mm². */
  final double externalNominal;

  /** Area that the other perimeters would cover if no line were widened, mm². */
  final double innerNominal;

  /** Area of gaps that no perimeter and no infill fits in, mm², filled by thin lines. */
  final double gapArea;

  /** Area of the contours' bounding box, mm². */
  final double extent;

  /** The contours' length as a ratio to what they extend along and across the rows. */
  final double lengthByExtent;

  private LayerShape(
      Contours contours,
      Region slice,
      Region printed,
      Region fill,
      double externalArea,
      double innerArea,
      double externalNominal,
      double innerNominal,
      double gapArea) {
    this.contours = contours;
    this.slice = slice;
    this.printed = printed;
    this.fill = fill;
    this.externalArea = externalArea;
    this.innerArea = innerArea;
    this.externalNominal = externalNominal;
    this.innerNominal = innerNominal;
    this.gapArea = gapArea;
    this.extent = contours.extent();
    this.lengthByExtent = contours.lengthByExtent();
  }

  /** Sums over loops and scanned areas that differ by more than this share see other things. */
  private static final double OVERLAP = 0.02;

  static LayerShape of(Contours contours, PrintProfile profile, int layer, RegionAlgebra algebra) {
    boolean first = layer == 0;
    double height = first ? profile.layers().firstHeight() : profile.layers().height();
    Widths widths = first ? profile.firstLayerWidths() : profile.widths();
    Region slice = compensated(algebra.inside(contours), profile, algebra);
    Region printed = slice;
    double foot = first ? profile.outline().elephantFoot() : 0;
    double area = contours.area() / 1e6;
    double length = contours.length() / 1e3;
    double scanned = algebra.area(slice);
    if (Math.abs(area - scanned) > OVERLAP * scanned) {
      // Bodies overlap and what lies within is no outline, or the outline was moved.
      FillLines lines = FillLines.of(slice, algebra);
      area = scanned;
      length = Math.min(length, lines.boundary(contours.lengthByExtent()));
    }
    if (foot > 0) {
      printed = algebra.shrunk(slice, algebra.disc(foot * MeshSlicer.MICROMETRES));
      area = algebra.area(printed);
    }
    int perimeters = profile.walls().perimeters();
    if (perimeters == 0) {
      return new LayerShape(contours, slice, printed, printed, 0, 0, 0, 0, 0);
    }
    double external = Widths.spacing(widths.externalPerimeter(), height);
    double inner = Widths.spacing(widths.perimeter(), height);
    double outside = (widths.externalPerimeter() - external) / 2;
    double depth = outside + external + (perimeters - 1) * inner;
    double absorbed =
        profile.walls().generator() == WallGenerator.ARACHNE
            ? absorbedGap(profile, widths.perimeter(), inner)
            : 0;
    int[] absorbing = disc(algebra, absorbed / 2);
    double all = Math.max(0, area - outside * length);
    Band band = Band.of(printed, contours, algebra, depth, absorbing, all);
    Band outer =
        perimeters > 1
            ? Band.of(printed, contours, algebra, outside + external, absorbing, all)
            : band;
    double solidSpacing = Widths.spacing(widths.solid(), height);
    double collapse = Shells.INFILL_TOLERANCE * solidSpacing / 2;
    Region fill =
        algebra.opened(
            band.inside,
            disc(algebra, collapse),
            disc(algebra, collapse + profile.infill().overlap()));
    boolean classic = profile.walls().generator() == WallGenerator.CLASSIC;
    double gaps = 0;
    if (classic && profile.walls().gapFill()) {
      int[] disc = disc(algebra, collapse);
      gaps = algebra.area(band.inside) - algebra.openedArea(band.inside, disc, disc);
    }
    double least = LEAST_LINE_WIDTH * profile.nozzleDiameter();
    double thickness = length > 0 ? 2 * area / length : 0;
    if (!classic && thickness < least && thickness > LEAST_FEATURE * profile.nozzleDiameter()) {
      // The whole layer is thinner than the thinnest line: one line each, of that width.
      double nominal = length / 2 * external;
      double filled = length / 2 * Widths.spacing(Math.max(least, height), height);
      return new LayerShape(contours, slice, printed, Region.EMPTY, filled, 0, nominal, 0, 0);
    }
    return new LayerShape(
        contours,
        slice,
        printed,
        fill,
        Math.min(outer.filled, band.filled),
        Math.max(0, band.filled - outer.filled),
        Math.min(outer.nominal, band.nominal),
        Math.max(0, band.nominal - outer.nominal),
        Math.max(0, gaps));
  }

  private static Region compensated(Region slice, PrintProfile profile, RegionAlgebra algebra) {
    double by = profile.outline().xyCompensation();
    return by == 0
        ? slice
        : by > 0
            ? algebra.grown(slice, disc(algebra, by))
            : algebra.shrunk(slice, disc(algebra, -by));
  }

  /** How far the perimeters reach into the part, mm, on layers of the usual height. */
  static double wallDepth(PrintProfile profile) {
    int perimeters = profile.walls().perimeters();
    if (perimeters == 0) {
      return 0;
    }
    double height = profile.layers().height();
    Widths widths = profile.widths();
    double external = Widths.spacing(widths.externalPerimeter(), height);
    return (widths.externalPerimeter() + external) / 2
        + (perimeters - 1) * Widths.spacing(widths.perimeter(), height);
  }

  /**
   * What lies within a depth of the outline.
   *
   * @param inside what lies deeper
   * @param nominal area that lines of nominal width cover, mm²
   * @param filled area that lines cover once they have been widened over gaps too narrow for
   *     another line, mm²
   */
  private record Band(Region inside, double nominal, double filled) {
    static Band of(
        Region printed,
        Contours contours,
        RegionAlgebra algebra,
        double depth,
        int[] absorbing,
        double all) {
      int[] disc = disc(algebra, depth);
      Region inside = algebra.shrunk(printed, disc);
      double insideArea = algebra.area(inside);
      double corrected = insideArea + excess(contours, algebra, disc, depth);
      double nominal = Math.clamp(all - corrected, 0, all);
      double open =
          absorbing[0] == 0 ? insideArea : algebra.openedArea(inside, absorbing, absorbing);
      double absorbed = insideArea - open;
      return new Band(inside, nominal, Math.min(all, nominal + absorbed));
    }
  }

  /**
   * Gaps in the middle of a wall up to this are closed by widening the lines beside them, mm: the
   * next line comes once it would have the least width of a line, which is 85 % of the nozzle's
   * (PrusaSlicer's min_bead_width).
   */
  private static double absorbedGap(PrintProfile profile, double width, double spacing) {
    double least = LEAST_LINE_WIDTH * profile.nozzleDiameter();
    return Math.clamp(least / width, 0.01, 0.99) * spacing;
  }

  private static final double LEAST_LINE_WIDTH = 0.85;

  /** What is thinner than this share of the nozzle is not printed: min_feature_size. */
  private static final double LEAST_FEATURE = 0.25;

  private static int[] disc(RegionAlgebra algebra, double radius) {
    return algebra.disc(radius * MeshSlicer.MICROMETRES);
  }

  /**
   * Area in mm² by which the disc's polygon takes off more than a disc would, on straight edges.
   */
  private static double excess(
      Contours contours, RegionAlgebra algebra, int[] disc, double radius) {
    double sum = 0;
    for (int loop = 0; loop < contours.loops(); loop++) {
      int previous = contours.end(loop) - 1;
      for (int i = contours.begin(loop); i < contours.end(loop); i++) {
        double dx = contours.x(i) - (double) contours.x(previous);
        double dy = contours.y(i) - (double) contours.y(previous);
        double length = Math.sqrt(dx * dx + dy * dy);
        if (length > 0) {
          double reach = algebra.reach(disc, dy / length, dx / length);
          sum += length * (reach - radius * MeshSlicer.MICROMETRES);
        }
        previous = i;
      }
    }
    return sum / 1e6;
  }
}
