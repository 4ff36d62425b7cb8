package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.print.PrintProfile.Widths;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One estimate under way. */
final class Estimation {
  /** Rows of regions lie this far apart, mm. */
  private static final double PITCH = 0.2;

  /** Rows run beside the infill's direction by this, degrees, so that no wall lies along them. */
  private static final double SKEW = 5;

  /** Tops and bottoms reach this far under their neighbours, mm: PrusaSlicer's infill margin. */
  static final double EXTERNAL_INFILL_MARGIN = 3;

  /** Free space between bridging lines, mm: PrusaSlicer's flow of bridges. */
  static final double BRIDGE_EXTRA_SPACING = 0.05;

  /** Solid regions narrower than this many line spacings are not filled: PrusaSlicer. */
  static final double INFILL_TOLERANCE = 1.05;

  private final PrintProfile profile;
  private final MeshSlicer slicer;
  private final RegionAlgebra algebra = new RegionAlgebra(PITCH * MeshSlicer.MICROMETRES);
  private final double[] middles;
  private final int layers;
  private final LayerPrint printer;

  private final LayerShape[] shapes;
  private final Region[] fill;
  private final Region[] topSurface;
  private final Region[] bottomSurface;
  private final Region[] top;
  private final Region[] bottom;
  private final Region[] internal;
  private final Region[] solid;
  private final Region[] sparse;
  final Totals[] perLayer;
  private @Nullable SupportColumns columns;

  Estimation(Mesh mesh, PrintProfile profile) {
    this.profile = profile;
    this.slicer = new MeshSlicer(mesh, profile.infill().angle() + SKEW);
    this.middles = middles(slicer.height(), profile.layers());
    this.layers = middles.length;
    this.printer = new LayerPrint(profile, profile.infill().angle() + SKEW);
    if (layers == 0) {
      throw new EstimationFailedException("The model is thinner than half a layer.");
    }
    shapes = new LayerShape[layers];
    fill = new Region[layers];
    topSurface = new Region[layers];
    bottomSurface = new Region[layers];
    top = new Region[layers];
    bottom = new Region[layers];
    internal = new Region[layers];
    solid = new Region[layers];
    sparse = new Region[layers];
    perLayer = new Totals[layers];
  }

  private static final int MOST_LAYERS = 200_000;

  /**
   * The heights of the layers' middles: a layer is printed if its middle lies below the top. Added
   * up layer by layer and rounded to single precision, because that decides whether a face that
   * lies just in such a plane is met, as for plates of a whole number of half layers.
   */
  private static double[] middles(double top, PrintProfile.Layers heights) {
    double[] middles = new double[64];
    int count = 0;
    double height = heights.firstHeight();
    double below = 0;
    while (below + height / 2 < top || (count == 0 && top > 0)) {
      if (count == MOST_LAYERS) {
        throw new EstimationFailedException(
            "The model would need over " + MOST_LAYERS + " layers, more than any printer makes.");
      }
      if (count == middles.length) {
        middles = Arrays.copyOf(middles, 2 * count);
      }
      middles[count++] = (float) (below + height / 2);
      below += height;
      height = heights.height();
    }
    return Arrays.copyOf(middles, count);
  }

  Totals run() {
    slice();
    surfaces();
    shells();
    if (profile.supports().enabled() && profile.supports().automatic()) {
      columns = SupportColumns.under(shapes, profile, algebra);
    }
    Totals totals = new Totals();
    for (int layer = 0; layer < layers; layer++) {
      perLayer[layer] = new Totals();
      print(layer, perLayer[layer]);
      totals.add(perLayer[layer]);
    }
    totals.layers = layers;
    if (!(totals.walls() + totals.solid() + totals.sparse() > 0)) {
      throw new EstimationFailedException("The model has no volume at any layer.");
    }
    return totals;
  }

  private void slice() {
    MeshSlicer.Walk walk = slicer.walk();
    Contours cut = new Contours();
    for (int i = 0; i < layers; i++) {
      walk.cut(middles[i], 1, cut);
      if (i > 1 && cut.sameAs(shapes[i - 1].contours)) {
        shapes[i] = shapes[i - 1];
      } else {
        shapes[i] = LayerShape.of(cut.copy(), profile, i == 0, algebra);
      }
      fill[i] = shapes[i].fill;
    }
  }

  private void surfaces() {
    int[] opening =
        algebra.disc(profile.widths().externalPerimeter() / 10 * MeshSlicer.MICROMETRES);
    for (int i = 0; i < layers; i++) {
      Region slice = shapes[i].slice;
      topSurface[i] =
          i + 1 == layers
              ? slice
              : algebra.opened(algebra.difference(slice, shapes[i + 1].slice), opening, opening);
      bottomSurface[i] =
          i == 0
              ? slice
              : algebra.opened(algebra.difference(slice, shapes[i - 1].slice), opening, opening);
      topSurface[i] = algebra.difference(topSurface[i], bottomSurface[i]);
      Region topHere =
          profile.shells().topLayers() == 0
              ? Region.EMPTY
              : algebra.intersection(topSurface[i], fill[i]);
      Region bottomHere =
          profile.shells().bottomLayers() == 0
              ? Region.EMPTY
              : algebra.intersection(bottomSurface[i], fill[i]);
      double margin = EXTERNAL_INFILL_MARGIN * MeshSlicer.MICROMETRES;
      bottom[i] = algebra.intersection(algebra.grownFar(bottomHere, margin), fill[i]);
      top[i] =
          algebra.difference(
              algebra.intersection(algebra.grownFar(topHere, margin), fill[i]), bottom[i]);
      internal[i] = algebra.difference(algebra.difference(fill[i], top[i]), bottom[i]);
    }
  }

  private void shells() {
    double tolerance = INFILL_TOLERANCE * solidSpacing() * MeshSlicer.MICROMETRES;
    int[] margin = algebra.disc(tolerance);
    int[] shrink = algebra.disc(0.5 * tolerance);
    int[] grow = algebra.disc(0.8 * tolerance);
    int above = profile.shells().topLayersAt(profile.layers().height());
    int below = profile.shells().bottomLayersAt(profile.layers().height());
    for (int i = 0; i < layers; i++) {
      Region shell = Region.EMPTY;
      Region holes = fill[i];
      for (int j = i + 1; j < Math.min(layers, i + above); j++) {
        holes = algebra.intersection(holes, fill[j]);
        shell = algebra.union(shell, algebra.grown(topSurface[j], margin));
        shell = algebra.union(shell, algebra.grown(top[j], margin));
      }
      for (int j = i - 1; j >= 0 && j > i - below; j--) {
        holes = algebra.intersection(holes, fill[j]);
        shell = algebra.union(shell, algebra.grown(bottomSurface[j], margin));
        shell = algebra.union(shell, algebra.grown(bottom[j], margin));
      }
      Region wanted =
          algebra.union(
              algebra.intersection(shell, internal[i]), algebra.difference(internal[i], holes));
      solid[i] = algebra.intersection(algebra.opened(wanted, shrink, grow), internal[i]);
      sparse[i] = algebra.difference(internal[i], solid[i]);
    }
  }

  private double solidSpacing() {
    return Widths.spacing(profile.widths().solid(), profile.layers().height());
  }

  private void print(int i, Totals totals) {
    LayerShape shape = shapes[i];
    printer.begin(i);
    printer.perimeters(shape);
    if (i > 0) {
      fill(PrintRole.BRIDGE_INFILL, bottom[i]);
    } else {
      fill(PrintRole.SOLID_INFILL, bottom[i]);
    }
    fill(PrintRole.TOP_SOLID_INFILL, top[i]);
    Region bridged = bridgedOverSparse(i);
    fill(PrintRole.BRIDGE_INFILL, bridged);
    fill(PrintRole.SOLID_INFILL, algebra.difference(solid[i], bridged));
    double half = Widths.spacing(profile.widths().sparse(), profile.layers().height()) / 2;
    Region between = algebra.shrunk(sparse[i], algebra.disc(half * MeshSlicer.MICROMETRES));
    printer.sparse(
        lines(between), shape.lengthByExtent, middles[i] + profile.layers().heightOf(i) / 2);
    support(i, shape);
    printer.finish(totals, shape.extent);
  }

  private void fill(PrintRole role, Region region) {
    if (region.isEmpty()) {
      return;
    }
    double half = solidSpacing() / 2 * MeshSlicer.MICROMETRES;
    FillLines filled = lines(region);
    int pieces = Math.min(filled.pieces, lines(algebra.shrunk(region, algebra.disc(half))).pieces);
    if (role == PrintRole.BRIDGE_INFILL) {
      printer.bridge(filled, pieces);
    } else {
      printer.solid(role, filled, pieces);
    }
  }

  private void support(int i, LayerShape shape) {
    if (columns == null) {
      return;
    }
    Region base = columns.base[i];
    Region dense = columns.dense[i];
    if (i == 0) {
      // The foot is wider and nearly solid, and has no dense layers of its own.
      double wider = profile.supports().raftFirstExpansion() * MeshSlicer.MICROMETRES;
      int[] beside = algebra.disc(profile.supports().xyGap() * MeshSlicer.MICROMETRES);
      base =
          algebra.difference(
              algebra.grownFar(algebra.union(base, dense), wider),
              algebra.grown(shape.slice, beside));
      dense = Region.EMPTY;
    }
    if (!base.isEmpty()) {
      printer.support(
          lines(base), new Connected(base).count(), columns.heights[i], shape.lengthByExtent);
    }
    if (!dense.isEmpty()) {
      printer.supportInterface(lines(dense), new Connected(dense).count());
    }
  }

  private FillLines lines(Region region) {
    return FillLines.of(region, algebra);
  }

  private Region bridgedOverSparse(int i) {
    if (i == 0 || solid[i].isEmpty()) {
      return Region.EMPTY;
    }
    double diameter = profile.nozzleDiameter() * Math.sqrt(profile.infill().bridgeFlow());
    Region candidates = algebra.intersection(solid[i], sparse[i - 1]);
    double reach = profile.layers().height();
    for (int j = i - 2;
        j >= 0 && reach + profile.layers().heightOf(j + 1) <= diameter + 1e-4;
        j--) {
      candidates = algebra.intersection(candidates, sparse[j]);
      reach += profile.layers().heightOf(j + 1);
    }
    int[] three = algebra.disc(3 * diameter * MeshSlicer.MICROMETRES);
    return algebra.intersection(algebra.opened(candidates, three, three), solid[i]);
  }
}
