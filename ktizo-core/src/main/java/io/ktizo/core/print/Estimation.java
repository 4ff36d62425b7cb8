package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.print.PrintProfile.Widths;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One estimate under way: slices the mesh, divides each layer into its roles, adds up the layers.
 * Each step is done for all layers before the next begins, because shells and supports look at
 * neighbouring layers.
 */
final class Estimation {
  /** Rows of regions lie this far apart, micrometres. */
  private static final double PITCH = 200;

  /** Rows run beside the infill's direction by this, degrees, so that few walls lie along them. */
  private static final double SKEW = 5;

  private static final int MOST_LAYERS = 200_000;

  private final FirstLayers firstLayers;
  private final PrintProfile profile;
  private final LayerWork work;
  private final MeshSlicer slicer;
  private final double turn;
  private final double[] middles;
  private final LayerShape[] shapes;
  final Totals[] perLayer;

  Estimation(Mesh mesh, PrintProfile whole, LayerWork work) {
    this.firstLayers = new FirstLayers(whole);
    this.profile = firstLayers.partProfile();
    this.work = work;
    this.turn = profile.infill().angle() + SKEW;
    this.slicer = new MeshSlicer(mesh, turn);
    this.middles = middles(slicer.height(), profile.layers());
    this.shapes = new LayerShape[middles.length];
    this.perLayer = new Totals[middles.length];
    if (middles.length == 0) {
      throw new EstimationFailedException("The model has no height.");
    }
  }

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
    work.each(shapes.length, () -> new RegionAlgebra(PITCH), this::slice);
    for (int i = 2; i < shapes.length; i++) {
      if (shapes[i] != shapes[i - 1] && shapes[i].contours.sameAs(shapes[i - 1].contours)) {
        shapes[i] = shapes[i - 1];
      }
    }
    Shells shells = new Shells(shapes, profile, work, PITCH);
    shells.divide();
    SupportColumns columns = null;
    if (profile.supports().enabled() && profile.supports().automatic()) {
      columns = SupportColumns.under(shapes, profile, new RegionAlgebra(PITCH));
    }
    int[] like = likeEarlier(shells, columns);
    SupportColumns standing = columns;
    work.each(
        shapes.length,
        () -> new Printer(new RegionAlgebra(PITCH), new LayerPrint(profile, turn)),
        (begin, end, printer) -> {
          for (int layer = begin; layer < end; layer++) {
            if (like[layer] == layer) {
              perLayer[layer] = print(layer, shells, standing, printer);
            }
          }
        });
    Totals totals = new Totals();
    for (int layer = 0; layer < shapes.length; layer++) {
      perLayer[layer] = perLayer[like[layer]];
      totals.add(perLayer[layer]);
    }
    totals.layers = shapes.length;
    if (!(totals.walls() + totals.solid() + totals.sparse() > 0)) {
      throw new EstimationFailedException(
          "The model has no volume at any layer: is it closed, and is its unit right?");
    }
    firstLayers.add(shapes[0], new RegionAlgebra(PITCH), totals);
    return totals;
  }

  private record Printer(RegionAlgebra algebra, LayerPrint lines) {}

  private void slice(int begin, int end, RegionAlgebra algebra) {
    MeshSlicer.Walk walk = slicer.walk();
    Contours cut = new Contours();
    for (int i = begin; i < end; i++) {
      walk.cut(middles[i], tolerance(), cut);
      shapes[i] =
          i > Math.max(begin, 1) && cut.sameAs(shapes[i - 1].contours)
              ? shapes[i - 1]
              : LayerShape.of(cut.copy(), profile, i, algebra);
    }
  }

  /** Detail that the slicer would drop is dropped here too, micrometres. */
  private double tolerance() {
    return Math.max(1, profile.outline().resolution() * MeshSlicer.MICROMETRES);
  }

  /**
   * For each layer an earlier one that gives the same, or itself. Lines turn from layer to layer,
   * so that one lies two below.
   */
  private int[] likeEarlier(Shells shells, @Nullable SupportColumns columns) {
    int[] like = new int[shapes.length];
    boolean changing = SparsePattern.changesWithHeight(profile.infill().pattern());
    for (int i = 0; i < like.length; i++) {
      int j = i - 2;
      boolean same =
          j > 0
              && columns == null
              && shapes[i] == shapes[j]
              && shells.top[i] == shells.top[j]
              && shells.bottom[i] == shells.bottom[j]
              && shells.solid[i] == shells.solid[j]
              && shells.bridge[i] == shells.bridge[j]
              && shells.sparse[i] == shells.sparse[j]
              && shells.unsupported(i).isEmpty()
              && shells.unsupported(j).isEmpty()
              && !(changing && !shells.sparse[i].isEmpty())
              && profile.retraction().liftAt(middles[i]) == profile.retraction().liftAt(middles[j]);
      like[i] = same ? like[j] : i;
    }
    return like;
  }

  private Totals print(int i, Shells shells, @Nullable SupportColumns columns, Printer printer) {
    RegionAlgebra algebra = printer.algebra;
    LayerPrint lines = printer.lines;
    LayerShape shape = shapes[i];
    lines.begin(i, middles[i]);
    lines.perimeters(shape, hanging(i, shells, algebra));
    boolean onSupport = profile.supports().enabled() && profile.supports().topContact() == 0;
    fill(
        i == 0 || onSupport ? PrintRole.SOLID_INFILL : PrintRole.BRIDGE_INFILL,
        shells.bottom[i],
        printer);
    fill(PrintRole.TOP_SOLID_INFILL, shells.top[i], printer);
    fill(PrintRole.BRIDGE_INFILL, shells.bridge[i], printer);
    fill(PrintRole.SOLID_INFILL, shells.solid[i], printer);
    if (profile.infill().density() >= 1) {
      fill(PrintRole.SPARSE_INFILL, shells.sparse[i], printer);
    } else if (!shells.sparse[i].isEmpty() && profile.infill().density() > 0) {
      double half = Widths.spacing(profile.widths().sparse(), profile.layers().height()) / 2;
      Region between =
          algebra.shrunk(shells.sparse[i], algebra.disc(half * MeshSlicer.MICROMETRES));
      lines.sparse(FillLines.of(between, algebra), shape.lengthByExtent);
    }
    if (columns != null) {
      support(i, columns, printer);
    }
    return lines.finish(shape.extent);
  }

  /** Area in mm² that perimeters have beyond what the layer below carries: half a nozzle more. */
  private double hanging(int i, Shells shells, RegionAlgebra algebra) {
    Region beyond = shells.unsupported(i);
    if (beyond.isEmpty() || !profile.walls().overhangs()) {
      return 0;
    }
    int[] carried = algebra.disc(profile.nozzleDiameter() / 2 * MeshSlicer.MICROMETRES);
    Region hanging = algebra.difference(beyond, algebra.grown(shapes[i - 1].slice, carried));
    return algebra.area(hanging) - algebra.area(algebra.intersection(hanging, shapes[i].fill));
  }

  private void fill(PrintRole role, Region region, Printer printer) {
    if (region.isEmpty()) {
      return;
    }
    RegionAlgebra algebra = printer.algebra;
    double half = Widths.spacing(profile.widths().solid(), profile.layers().height()) / 2;
    FillLines filled = FillLines.of(region, algebra);
    Region middle = algebra.shrunk(region, algebra.disc(half * MeshSlicer.MICROMETRES));
    int pieces = Math.min(filled.pieces, FillLines.of(middle, algebra).pieces);
    if (role == PrintRole.BRIDGE_INFILL) {
      printer.lines.bridge(filled, pieces);
    } else {
      printer.lines.solid(role, filled, pieces);
    }
  }

  private void support(int i, SupportColumns columns, Printer printer) {
    RegionAlgebra algebra = printer.algebra;
    LayerShape shape = shapes[i];
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
      printer.lines.support(
          FillLines.of(base, algebra),
          new Connected(base).count(),
          columns.heights[i],
          shape.lengthByExtent);
    }
    if (!dense.isEmpty()) {
      printer.lines.supportInterface(FillLines.of(dense, algebra), new Connected(dense).count());
    }
  }
}
