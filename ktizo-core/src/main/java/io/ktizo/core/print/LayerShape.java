package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.Widths;

/** The cut of one layer and what its walls leave inside; layers that are cut alike share one. */
final class LayerShape {
  final Contours contours;
  final Region slice;

  /** What infill may fill. */
  final Region fill;

  /** Area that the outermost perimeters cover, mm². */
  final double externalArea;

  /** Area that the other perimeters cover, mm². */
  final double innerArea;

  /** Area of the contours' bounding box, mm². */
  final double extent;

  /** The contours' length as a ratio to what they extend along and across the rows. */
  final double lengthByExtent;

  private LayerShape(
      Contours contours, Region slice, Region fill, double externalArea, double innerArea) {
    this.contours = contours;
    this.slice = slice;
    this.fill = fill;
    this.externalArea = externalArea;
    this.innerArea = innerArea;
    this.extent = contours.extent();
    this.lengthByExtent = contours.lengthByExtent();
  }

  static LayerShape of(
      Contours contours, PrintProfile profile, boolean first, RegionAlgebra algebra) {
    double height = first ? profile.layers().firstHeight() : profile.layers().height();
    Widths widths = first ? profile.firstLayerWidths() : profile.widths();
    Region slice = algebra.inside(contours);
    Region printed = slice;
    double foot = first ? profile.outline().elephantFoot() : 0;
    double area = contours.area() / 1e6;
    double length = contours.length() / 1e3;
    if (foot > 0) {
      printed = algebra.shrunk(slice, algebra.disc(foot * MeshSlicer.MICROMETRES));
      area = algebra.area(printed);
    }
    int perimeters = profile.walls().perimeters();
    if (perimeters == 0) {
      return new LayerShape(contours, slice, printed, 0, 0);
    }
    double external = Widths.spacing(widths.externalPerimeter(), height);
    double inner = Widths.spacing(widths.perimeter(), height);
    double outside = (widths.externalPerimeter() - external) / 2;
    double depth = outside + external + (perimeters - 1) * inner;
    Region within = algebra.shrunk(printed, disc(algebra, depth));
    double corrected =
        algebra.area(within) + excess(contours, algebra, disc(algebra, depth), depth);
    double band = Math.max(0, area - outside * length - corrected);
    double externalArea = band;
    if (perimeters > 1) {
      int[] disc = disc(algebra, outside + external);
      Region second = algebra.shrunk(printed, disc);
      double secondArea =
          algebra.area(second) + excess(contours, algebra, disc, outside + external);
      externalArea = Math.clamp(area - outside * length - secondArea, 0, band);
    }
    double solidSpacing = Widths.spacing(widths.solid(), height);
    double collapse = Estimation.INFILL_TOLERANCE * solidSpacing / 2;
    Region fill =
        algebra.opened(
            within, disc(algebra, collapse), disc(algebra, collapse + profile.infill().overlap()));
    return new LayerShape(contours, slice, fill, externalArea, band - externalArea);
  }

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
