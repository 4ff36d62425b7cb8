package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.Accelerations;
import io.ktizo.core.print.PrintProfile.Adhesion;
import io.ktizo.core.print.PrintProfile.Layers;
import io.ktizo.core.print.PrintProfile.Outline;
import io.ktizo.core.print.PrintProfile.Supports;
import io.ktizo.core.print.PrintProfile.Widths;
import java.util.Arrays;
import java.util.Comparator;

/** What is printed so that the part holds on the plate: skirt, brim and raft. */
final class FirstLayers {
  /** Layers of a raft that the part stands on are as high as supports may be: PrusaSlicer. */
  private static final double RAFT_LAYER = 0.75;

  private final PrintProfile profile;

  FirstLayers(PrintProfile profile) {
    this.profile = profile;
  }

  /** The profile for the part itself: on a raft, its lowest layer is a layer like any other. */
  PrintProfile partProfile() {
    if (profile.supports().raftLayers() == 0) {
      return profile;
    }
    Layers layers = new Layers(profile.layers().height(), profile.layers().height());
    Outline outline = profile.outline();
    Outline unshrunk =
        new Outline(
            outline.xyCompensation(),
            0,
            outline.closingRadius(),
            outline.resolution(),
            outline.gcodeResolution(),
            outline.spiralVase());
    Accelerations a = profile.accelerations();
    Accelerations usual =
        new Accelerations(
            a.externalPerimeter(),
            a.perimeter(),
            a.sparse(),
            a.solid(),
            a.top(),
            a.bridge(),
            a.other(),
            a.travel(),
            0);
    return new PrintProfile(
        profile.name(),
        profile.nozzleDiameter(),
        layers,
        profile.walls(),
        profile.shells(),
        profile.infill(),
        profile.widths(),
        profile.widths(),
        profile.speeds(),
        profile.speeds(),
        usual,
        profile.limits(),
        profile.retraction(),
        profile.cooling(),
        profile.adhesion(),
        profile.supports(),
        profile.filament(),
        unshrunk,
        profile.calibration());
  }

  /** Adds them for a part whose lowest layer is given. */
  void add(LayerShape lowest, RegionAlgebra algebra, Totals totals) {
    double raftHeight = raft(lowest, algebra, totals);
    skirt(lowest, raftHeight, totals);
    if (raftHeight == 0) {
      brim(lowest, algebra, totals);
    }
  }

  private void skirt(LayerShape lowest, double raftHeight, Totals totals) {
    Adhesion adhesion = profile.adhesion();
    if (adhesion.skirtLoops() == 0 || adhesion.skirtLayers() == 0) {
      return;
    }
    double height = profile.layers().firstHeight();
    double width = profile.firstLayerWidths().perimeter();
    double spacing = Widths.spacing(width, height);
    double section = Widths.crossSection(width, height);
    double hull = hullLength(lowest.contours);
    double reach =
        raftHeight > 0
            ? profile.supports().raftExpansion() + profile.supports().raftFirstExpansion()
            : 0;
    double length = 0;
    double fed = 0;
    for (int loop = 0;
        loop < adhesion.skirtLoops()
            || (fed < adhesion.skirtMinLength() && loop < MOST_SKIRT_LOOPS);
        loop++) {
      double distance = reach + adhesion.skirtDistance() + spacing * (loop + 0.5);
      length += hull + 2 * Math.PI * distance;
      fed = length * section / profile.filament().crossSection();
    }
    int layers = Math.min(adhesion.skirtLayers(), totals.layers);
    double first = length / profile.firstLayerSpeeds().support();
    double other = length / profile.speeds().support();
    totals.add(
        PrintRole.SKIRT_BRIM,
        length * section * layers,
        length * layers,
        first + (layers - 1) * other);
  }

  /** More loops would not fit any plate. */
  private static final int MOST_SKIRT_LOOPS = 1000;

  private void brim(LayerShape lowest, RegionAlgebra algebra, Totals totals) {
    Adhesion adhesion = profile.adhesion();
    double height = profile.layers().firstHeight();
    double width = profile.firstLayerWidths().perimeter();
    double spacing = Widths.spacing(width, height);
    double loops = Math.floor(adhesion.brimWidth() / spacing);
    if (adhesion.brim() == Adhesion.Brim.NONE || loops == 0) {
      return;
    }
    double gap = Math.max(0, adhesion.brimGap()) * MeshSlicer.MICROMETRES;
    double reach = loops * spacing * MeshSlicer.MICROMETRES;
    Region part = lowest.printed;
    Region filled = algebra.inside(lowest.contours.outer());
    Region holes = algebra.difference(filled, lowest.slice);
    double area = 0;
    if (adhesion.brim() != Adhesion.Brim.INNER) {
      Region solid = algebra.union(filled, part);
      Region far = algebra.grownFar(solid, gap + reach);
      Region near = gap > 0 ? algebra.grown(solid, algebra.disc(gap)) : solid;
      area += algebra.area(algebra.difference(far, near));
    }
    if (adhesion.brim() != Adhesion.Brim.OUTER) {
      Region far = algebra.grownFar(part, gap + reach);
      Region near = gap > 0 ? algebra.grown(part, algebra.disc(gap)) : part;
      area += algebra.area(algebra.intersection(algebra.difference(far, near), holes));
    }
    double length = area / spacing;
    totals.add(
        PrintRole.SKIRT_BRIM, area * height, length, length / profile.firstLayerSpeeds().support());
  }

  /** Adds the raft and answers how high it is, mm. */
  private double raft(LayerShape lowest, RegionAlgebra algebra, Totals totals) {
    Supports supports = profile.supports();
    int layers = supports.raftLayers();
    if (layers == 0) {
      return 0;
    }
    double expansion = supports.raftExpansion() * MeshSlicer.MICROMETRES;
    Region carrying = expansion > 0 ? algebra.grownFar(lowest.slice, expansion) : lowest.slice;
    double firstExpansion = supports.raftFirstExpansion() * MeshSlicer.MICROMETRES;
    Region foot = algebra.grownFar(carrying, firstExpansion);
    double first = profile.layers().firstHeight();
    double firstWidth = profile.firstLayerWidths().support();
    double footVolume = algebra.area(foot) * supports.raftFirstDensity() * first;
    double footLength = footVolume / Widths.crossSection(firstWidth, first);
    totals.add(
        PrintRole.SUPPORT,
        footVolume,
        footLength,
        footLength / profile.firstLayerSpeeds().support());
    double height = RAFT_LAYER * profile.nozzleDiameter();
    double width = Math.max(profile.widths().supportInterface(), height);
    double gap = supports.interfaceSpacing() + Widths.spacing(width, height);
    double length = algebra.area(carrying) / gap;
    for (int i = 1; i < layers; i++) {
      totals.add(
          PrintRole.SUPPORT_INTERFACE,
          length * Widths.crossSection(width, height),
          length,
          length / profile.speeds().supportInterface());
    }
    totals.layers += layers;
    return first + (layers - 1) * height;
  }

  /** Length of the convex hull in mm, by Andrew's monotone chain. */
  private static double hullLength(Contours contours) {
    int count = contours.points();
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.<Integer>comparingInt(contours::x).thenComparingInt(contours::y));
    int[] hull = new int[2 * count + 1];
    int size = 0;
    for (int pass = 0; pass < 2; pass++) {
      int least = size + 2;
      for (int k = 0; k < count; k++) {
        int point = pass == 0 ? order[k] : order[count - 1 - k];
        while (size >= least && turn(contours, hull[size - 2], hull[size - 1], point) <= 0) {
          size--;
        }
        hull[size++] = point;
      }
      size--;
    }
    double length = 0;
    for (int i = 0; i < size; i++) {
      int a = hull[i];
      int b = hull[(i + 1) % size];
      length += Math.hypot(contours.x(b) - contours.x(a), contours.y(b) - contours.y(a));
    }
    return length / MeshSlicer.MICROMETRES;
  }

  private static double turn(Contours contours, int a, int b, int c) {
    return ((double) contours.x(b) - contours.x(a)) * ((double) contours.y(c) - contours.y(a))
        - ((double) contours.y(b) - contours.y(a)) * ((double) contours.x(c) - contours.x(a));
  }
}
