package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.Widths;
import java.util.Arrays;

/**
 * Divides what the walls leave of each layer into tops, bottoms, solid infill inside and sparse
 * infill.
 *
 * <p>The rules are those of PrusaSlicer 2.5: what is seen from above or below is a top or a bottom
 * and is anchored under its neighbours; solid infill lies between it and the sparse infill, as many
 * layers as the profile asks for; and where a slope would make the shell thinner than that, it is
 * kept as thick. All arrays are by layer.
 */
final class Shells {
  /** Tops and bottoms reach this far under their neighbours, mm: the external infill margin. */
  private static final double EXTERNAL_INFILL_MARGIN = 3;

  /** Without sparse infill, tops and bottoms reach over voids by this share of the margin. */
  private static final double OVER_VOIDS = 0.3;

  /** Infill narrower than this many line spacings is not printed. */
  static final double INFILL_TOLERANCE = 1.05;

  /** Shells are opened by half a tolerance and grown back by more, to overlap what is beside. */
  private static final double OVERLAP = 0.8;

  /** Without the rule for slopes, solid infill is at least this many line widths wide. */
  private static final double LEAST_WIDTHS = 3;

  private final PrintProfile profile;
  private final LayerShape[] shapes;
  private final LayerWork work;
  private final double pitch;

  private final Region[] topSurface;
  private final Region[] bottomSurface;
  private final Region[] small;
  private final Region[] internal;

  /** Tops and bottoms of a layer, widened: what must be backed by solid infill. */
  private final Region[] topShell;

  private final Region[] bottomShell;

  /** Solid infill that is seen from above. */
  final Region[] top;

  /** Solid infill that is seen from below: on the plate, or a bridge. */
  final Region[] bottom;

  /** Solid infill inside, bridges over sparse infill not included. */
  final Region[] solid;

  /** Solid infill inside that bridges sparse infill. */
  final Region[] bridge;

  final Region[] sparse;

  Shells(LayerShape[] shapes, PrintProfile profile, LayerWork work, double pitch) {
    this.shapes = shapes;
    this.profile = profile;
    this.work = work;
    this.pitch = pitch;
    topSurface = empty();
    bottomSurface = empty();
    small = empty();
    internal = empty();
    topShell = empty();
    bottomShell = empty();
    top = empty();
    bottom = empty();
    solid = empty();
    bridge = empty();
    sparse = empty();
  }

  private Region[] empty() {
    Region[] regions = new Region[shapes.length];
    Arrays.fill(regions, Region.EMPTY);
    return regions;
  }

  /** What a layer has that the layer below has not. */
  Region unsupported(int layer) {
    return layer == 0 ? Region.EMPTY : bottomSurface[layer];
  }

  void divide() {
    over(this::findSurfaces);
    over(this::backUp);
    over(this::bridgeOver);
  }

  private interface Step {
    void at(int layer, RegionAlgebra algebra);
  }

  private void over(Step step) {
    work.each(
        shapes.length,
        () -> new RegionAlgebra(pitch),
        (begin, end, algebra) -> {
          for (int layer = begin; layer < end; layer++) {
            step.at(layer, algebra);
          }
        });
  }

  private void findSurfaces(int i, RegionAlgebra algebra) {
    PrintProfile.Shells shells = profile.shells();
    int[] opening =
        algebra.disc(profile.widths().externalPerimeter() / 10 * MeshSlicer.MICROMETRES);
    Region slice = shapes[i].slice;
    Region fill = shapes[i].fill;
    Region above = i + 1 == shapes.length ? Region.EMPTY : shapes[i + 1].slice;
    Region below = i == 0 ? Region.EMPTY : shapes[i - 1].slice;
    bottomSurface[i] =
        i == 0 ? slice : algebra.opened(algebra.difference(slice, below), opening, opening);
    Region seen =
        i + 1 == shapes.length
            ? slice
            : algebra.opened(algebra.difference(slice, above), opening, opening);
    topSurface[i] = algebra.difference(seen, bottomSurface[i]);
    Region tops =
        shells.topLayers() == 0 ? Region.EMPTY : algebra.intersection(topSurface[i], fill);
    Region bottoms =
        shells.bottomLayers() == 0 ? Region.EMPTY : algebra.intersection(bottomSurface[i], fill);
    Region inside = algebra.difference(algebra.difference(fill, tops), bottoms);
    if (shells.solidBelowArea() > 0 && profile.infill().density() > 0 && !inside.isEmpty()) {
      small[i] = new Connected(inside).upTo(shells.solidBelowArea(), algebra);
    }
    Region boundary = fill;
    if (profile.infill().density() == 0 && i > 0 && !(tops.isEmpty() && bottoms.isEmpty())) {
      double reach = OVER_VOIDS * EXTERNAL_INFILL_MARGIN * MeshSlicer.MICROMETRES;
      Region held =
          algebra.difference(below, algebra.shrunk(shapes[i - 1].fill, algebra.disc(reach)));
      boundary = algebra.difference(fill, algebra.difference(inside, held));
    }
    double margin = EXTERNAL_INFILL_MARGIN * MeshSlicer.MICROMETRES;
    bottom[i] = algebra.intersection(algebra.grownFar(bottoms, margin), boundary);
    top[i] =
        algebra.difference(
            algebra.intersection(algebra.grownFar(tops, margin), boundary), bottom[i]);
    internal[i] = algebra.difference(algebra.difference(fill, top[i]), bottom[i]);
    int[] wider = algebra.disc(tolerance());
    boolean vertical = shells.ensureVertical();
    topShell[i] = shell(topSurface[i], top[i], vertical, wider, algebra);
    bottomShell[i] = shell(bottomSurface[i], bottom[i], vertical, wider, algebra);
  }

  private static Region shell(
      Region surface, Region anchored, boolean vertical, int[] wider, RegionAlgebra algebra) {
    Region both = algebra.union(surface, anchored);
    return vertical ? algebra.grown(both, wider) : both;
  }

  private double tolerance() {
    double spacing = Widths.spacing(profile.widths().solid(), profile.layers().height());
    return INFILL_TOLERANCE * spacing * MeshSlicer.MICROMETRES;
  }

  private void backUp(int i, RegionAlgebra algebra) {
    PrintProfile.Shells shells = profile.shells();
    int above = shells.topLayersAt(profile.layers().height());
    int below = shells.bottomLayersAt(profile.layers().height());
    Region shell = Region.EMPTY;
    Region holes = shapes[i].fill;
    for (int j = i + 1; j < Math.min(shapes.length, i + above); j++) {
      holes = algebra.intersection(holes, shapes[j].fill);
      shell = algebra.union(shell, topShell[j]);
    }
    for (int j = i - 1; j >= 0 && j > i - below; j--) {
      holes = algebra.intersection(holes, shapes[j].fill);
      shell = algebra.union(shell, bottomShell[j]);
    }
    Region wanted = algebra.intersection(shell, internal[i]);
    if (shells.ensureVertical()) {
      wanted = algebra.union(wanted, algebra.difference(internal[i], holes));
      wanted = algebra.union(wanted, algebra.intersection(small[i], internal[i]));
      int[] shrink = algebra.disc(tolerance() / 2);
      int[] grow = algebra.disc(OVERLAP * tolerance());
      wanted = algebra.intersection(algebra.opened(wanted, shrink, grow), internal[i]);
    } else if (!wanted.isEmpty() || !small[i].isEmpty()) {
      double least = LEAST_WIDTHS * profile.widths().solid() * MeshSlicer.MICROMETRES;
      int[] disc = algebra.disc(least);
      Region narrow = algebra.difference(wanted, algebra.opened(wanted, disc, disc));
      wanted = algebra.union(wanted, algebra.grownFar(narrow, least));
      wanted = algebra.intersection(algebra.union(wanted, small[i]), internal[i]);
    }
    boolean everywhere = shells.sparseEvery() > 0 && i % shells.sparseEvery() == 0;
    solid[i] = everywhere && profile.infill().density() > 0 ? internal[i] : wanted;
    sparse[i] = algebra.difference(internal[i], solid[i]);
  }

  /** The first solid layer over sparse infill is printed as a bridge where it is wide enough. */
  private void bridgeOver(int i, RegionAlgebra algebra) {
    if (i == 0 || solid[i].isEmpty() || profile.infill().density() >= 1) {
      return;
    }
    double diameter = bridgeHeight(profile);
    Region candidates = algebra.intersection(solid[i], sparse[i - 1]);
    double reach = profile.layers().heightOf(i - 1);
    for (int j = i - 2; j >= 0 && reach < diameter - 1e-4; j--) {
      candidates = algebra.intersection(candidates, sparse[j]);
      reach += profile.layers().heightOf(j);
    }
    int[] least = algebra.disc(LEAST_WIDTHS * diameter * MeshSlicer.MICROMETRES);
    bridge[i] = algebra.intersection(algebra.opened(candidates, least, least), solid[i]);
    solid[i] = algebra.difference(solid[i], bridge[i]);
  }

  /** How high bridging lines are, mm. */
  static double bridgeHeight(PrintProfile profile) {
    return profile.infill().thickBridges()
        ? profile.nozzleDiameter() * Math.sqrt(profile.infill().bridgeFlow())
        : profile.layers().height();
  }
}
