package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.SupportStyle;
import io.ktizo.core.print.PrintProfile.Supports;
import io.ktizo.core.print.PrintProfile.Widths;
import java.util.Arrays;

/**
 * Where supports stand. Overhangs are what a layer has beyond the layer below and the slope that
 * the profile lets pass; what is held on most of its edge bridges the gap and needs none. From each
 * overhang a column goes down, beside the part, to the plate or to the part.
 *
 * <p>All arrays are by layer of the part.
 */
final class SupportColumns {
  /** Share of an overhang's edge that must be held for it to be printed as a bridge. */
  private static final double BRIDGED = 0.05;

  /** Bridges are supported this far behind a free edge, mm: PrusaSlicer's support margin. */
  private static final double BEHIND_EDGE = 1.5;

  /** PrusaSlicer counts slopes up to one degree beyond the threshold. */
  private static final double INCLUSIVE = 1;

  /** Supports may have layers up to this share of the nozzle's diameter: PrusaSlicer's default. */
  private static final double HIGHEST_LAYER = 0.75;

  /** Columns that carry, without the dense layers. */
  final Region[] base;

  /** Dense layers below an overhang or above the part. */
  final Region[] dense;

  /** Height of the columns' own layers, mm. */
  final double[] heights;

  private SupportColumns(int layers) {
    base = new Region[layers];
    dense = new Region[layers];
    heights = new double[layers];
    Arrays.fill(base, Region.EMPTY);
    Arrays.fill(dense, Region.EMPTY);
  }

  static SupportColumns under(LayerShape[] shapes, PrintProfile profile, RegionAlgebra algebra) {
    int layers = shapes.length;
    SupportColumns columns = new SupportColumns(layers);
    Supports supports = profile.supports();
    double height = profile.layers().height();
    int gap = (int) Math.rint(supports.topContact() / height);
    int bottomGap = (int) Math.rint(supports.bottomContact() / height);
    Region[] contacts = new Region[layers];
    Arrays.fill(contacts, Region.EMPTY);
    Region covered = Region.EMPTY;
    for (int i = 1; i < layers; i++) {
      if (supports.onlyFromPlate() && shapes[i - 1] != (i > 1 ? shapes[i - 2] : null)) {
        covered = algebra.union(covered, shapes[i - 1].slice);
      }
      int at = i - 1 - gap;
      if (at < 0 || shapes[i] == shapes[i - 1]) {
        continue;
      }
      Region overhang = overhang(shapes[i].slice, shapes[i - 1].slice, i, profile, algebra);
      if (supports.onlyFromPlate()) {
        overhang = algebra.difference(overhang, covered);
      }
      if (!overhang.isEmpty()) {
        contacts[at] = widened(overhang, profile, algebra);
      }
    }
    columns.descend(contacts, shapes, profile, algebra, bottomGap);
    columns.layOut(contacts, profile);
    return columns;
  }

  private static Region overhang(
      Region slice, Region below, int layer, PrintProfile profile, RegionAlgebra algebra) {
    Supports supports = profile.supports();
    Region beyond = algebra.difference(slice, below);
    if (beyond.isEmpty()) {
      return beyond;
    }
    double reach = 0;
    if (layer >= supports.enforcedLayers()) {
      reach =
          supports.threshold() > 0
              ? profile.layers().height()
                  / Math.tan(Math.toRadians(supports.threshold() + INCLUSIVE))
              : profile.widths().externalPerimeter() / 2;
    }
    Region steep = beyond;
    if (reach > 0) {
      int[] disc = algebra.disc(reach * MeshSlicer.MICROMETRES);
      steep = algebra.difference(slice, algebra.grown(below, disc));
      steep = algebra.intersection(algebra.grown(steep, disc), beyond);
    }
    return supports.keepBridgesFree() ? withoutBridges(steep, slice, profile, algebra) : steep;
  }

  /** Leaves out the inside of connected parts that are held somewhere: lines bridge it. */
  private static Region withoutBridges(
      Region overhang, Region slice, PrintProfile profile, RegionAlgebra algebra) {
    if (overhang.isEmpty()) {
      return overhang;
    }
    Region floating = new Connected(overhang).without(held(overhang, slice, algebra), BRIDGED);
    double depth = LayerShape.wallDepth(profile) + BEHIND_EDGE;
    Region inside = algebra.shrunk(slice, algebra.disc(depth * MeshSlicer.MICROMETRES));
    return algebra.union(floating, algebra.difference(overhang, inside));
  }

  /**
   * For each interval the share of its edge that lies inside the slice, where the layer below holds
   * it: pairs of held and total length in micrometres.
   */
  private static double[] held(Region overhang, Region slice, RegionAlgebra algebra) {
    double[] held = new double[overhang.xs.length];
    int[] xs = overhang.xs;
    double pitch = algebra.pitch();
    for (int row = overhang.firstRow; row < overhang.endRow(); row++) {
      for (int k = overhang.from(row); k < overhang.to(row); k += 2) {
        held[k] =
            (inside(slice, row, xs[k] - 2) ? pitch : 0)
                + (inside(slice, row, xs[k + 1] + 2) ? pitch : 0);
        held[k + 1] = 2 * pitch;
        for (int side = -1; side <= 1; side += 2) {
          double open = xs[k + 1] - xs[k] - common(overhang, row + side, xs[k], xs[k + 1]);
          double onPart =
              common(slice, row + side, xs[k], xs[k + 1])
                  - common(overhang, row + side, xs[k], xs[k + 1]);
          held[k] += Math.max(0, onPart);
          held[k + 1] += open;
        }
      }
    }
    return held;
  }

  private static boolean inside(Region region, int row, int x) {
    for (int k = region.from(row); k < region.to(row); k += 2) {
      if (region.xs[k] < x && x < region.xs[k + 1]) {
        return true;
      }
    }
    return false;
  }

  private static double common(Region region, int row, int begin, int end) {
    long sum = 0;
    for (int k = region.from(row); k < region.to(row); k += 2) {
      sum += Math.max(0, Math.min(end, region.xs[k + 1]) - Math.max(begin, region.xs[k]));
    }
    return sum;
  }

  /**
   * Columns stand on a grid: each cell that an overhang touches is filled, which on average widens
   * it by half a cell on every side. Snug ones follow the overhang at half a line's width.
   */
  private static Region widened(Region overhang, PrintProfile profile, RegionAlgebra algebra) {
    double width = profile.widths().support();
    double by =
        profile.supports().style() == SupportStyle.GRID
            ? (profile.supports().spacing() + width) / 2
            : width / 2;
    return algebra.grownFar(overhang, by * MeshSlicer.MICROMETRES);
  }

  private void descend(
      Region[] contacts,
      LayerShape[] shapes,
      PrintProfile profile,
      RegionAlgebra algebra,
      int bottomGap) {
    Supports supports = profile.supports();
    int[] beside = algebra.disc(supports.xyGap() * MeshSlicer.MICROMETRES);
    // What no line fits in is not printed.
    int[] narrow = algebra.disc(profile.widths().support() / 2 * MeshSlicer.MICROMETRES);
    Region column = Region.EMPTY;
    for (int j = contacts.length - 1; j >= 0; j--) {
      column = algebra.union(column, contacts[j]);
      if (column.isEmpty()) {
        continue;
      }
      column = algebra.difference(column, algebra.grown(shapes[j].slice, beside));
      Region standing = column;
      for (int k = 1; k <= bottomGap && j >= k; k++) {
        standing = algebra.difference(standing, shapes[j - k].slice);
      }
      Region wanted = Region.EMPTY;
      for (int k = j; k < Math.min(contacts.length, j + supports.topInterfaceLayers()); k++) {
        wanted = algebra.union(wanted, contacts[k]);
      }
      int lowest = j - bottomGap - supports.bottomInterfaceLayers();
      if (supports.bottomInterfaceLayers() > 0 && j > bottomGap) {
        wanted = algebra.union(wanted, shapes[Math.max(0, lowest)].slice);
      }
      dense[j] = algebra.opened(algebra.intersection(standing, wanted), narrow, narrow);
      base[j] = algebra.opened(algebra.difference(standing, wanted), narrow, narrow);
    }
  }

  /** Columns have higher layers than the part wherever no contact asks for a certain height. */
  private void layOut(Region[] contacts, PrintProfile profile) {
    double height = profile.layers().height();
    double most = Math.max(height, HIGHEST_LAYER * profile.nozzleDiameter());
    int from = 0;
    for (int j = 0; j <= contacts.length; j++) {
      if (j == contacts.length || !contacts[j].isEmpty()) {
        double distance = (j - from) * height;
        double each = distance > 0 ? distance / Math.ceil(distance / most - 1e-6) : height;
        Arrays.fill(heights, from, j, each);
        if (j < contacts.length) {
          heights[j] = height;
        }
        from = j + 1;
      }
    }
  }

  /** Lines of a column lie this far apart, mm. */
  static double spacing(PrintProfile profile, double between) {
    return between + Widths.spacing(profile.widths().support(), profile.layers().height());
  }
}
