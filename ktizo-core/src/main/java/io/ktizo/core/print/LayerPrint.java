package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.Retraction;
import io.ktizo.core.print.PrintProfile.Speeds;
import io.ktizo.core.print.PrintProfile.Widths;

/**
 * Adds up the lines of one layer: filament, length and time by role. First everything is collected,
 * because the rule of the least layer time must know it all; then it is timed. Holds buffers: one
 * instance for each thread, used for one layer after the other.
 */
final class LayerPrint {
  /** Loops round the same contour follow each other at a line's width: no retraction. */
  private static final int MOST_GROUPS = 64;

  private final PrintProfile profile;
  private final Kinematics kinematics;
  private final LoopTiming loops;
  private final double corner;

  private final PrintRole[] roles = new PrintRole[MOST_GROUPS];
  private final double[] lengths = new double[MOST_GROUPS];
  private final double[] speeds = new double[MOST_GROUPS];
  private final double[] volumes = new double[MOST_GROUPS];
  private final Timed[] timings = new Timed[MOST_GROUPS];
  private final double[] coolable = new double[MOST_GROUPS];
  private final double[] coolableSpeeds = new double[MOST_GROUPS];
  private int groups;
  private int layer;
  private double middle;
  private double height;
  private double travels;
  private double fillTravels;
  private double insideTravels;
  private double hops;
  private double hopLength;
  private double supportTravels;
  private double shortTravels;

  /** Time of a group of lines at a speed. */
  private interface Timed {
    double seconds(double speed, double acceleration);
  }

  LayerPrint(PrintProfile profile, double degrees) {
    this.profile = profile;
    this.kinematics = new Kinematics(profile);
    this.loops = new LoopTiming(kinematics, degrees);
    double angle = Math.toRadians(profile.infill().angle());
    double steepest = Math.max(Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle)));
    this.corner = Math.min(profile.limits().x().jerk(), profile.limits().y().jerk()) / steepest;
  }

  /** Forgets the last layer and begins another, whose middle is {@code z} mm above the plate. */
  void begin(int number, double z) {
    layer = number;
    middle = z;
    height = profile.layers().heightOf(number);
    groups = 0;
    travels = 0;
    fillTravels = 0;
    insideTravels = 0;
    hops = 0;
    hopLength = 0;
    supportTravels = 0;
    shortTravels = 0;
  }

  private Speeds speeds() {
    return layer == 0 ? profile.firstLayerSpeeds() : profile.speeds();
  }

  private Widths widths() {
    return layer == 0 ? profile.firstLayerWidths() : profile.widths();
  }

  private void add(PrintRole role, double length, double section, double wanted, Timed timing) {
    if (!(length > 0)) {
      return;
    }
    double speed = wanted;
    double flow = profile.filament().maxVolumetricSpeed();
    if (flow > 0) {
      speed = Math.min(speed, flow / section);
    }
    speed = kinematics.extrudingSpeed(speed, section);
    roles[groups] = role;
    lengths[groups] = length;
    volumes[groups] = length * section;
    speeds[groups] = speed;
    timings[groups++] = timing;
  }

  /**
   * All perimeters of a layer.
   *
   * @param hanging area of them that nothing carries, mm²
   */
  void perimeters(LayerShape shape, double hanging) {
    Contours contours = shape.contours;
    int perimeters = profile.walls().perimeters();
    double outline = contours.length() / MeshSlicer.MICROMETRES;
    double all = shape.externalNominal + shape.innerNominal;
    if (perimeters == 0 || outline == 0 || all == 0) {
      return;
    }
    double carried = 1 - Math.min(1, hanging / all);
    double section = Widths.crossSection(widths().externalPerimeter(), height);
    double external = shape.externalNominal * height / section;
    double width = shape.externalNominal > 0 ? shape.externalArea / shape.externalNominal : 1;
    double outer = carried * external / outline;
    loops(PrintRole.EXTERNAL_PERIMETER, contours, outer, 0, 1, section * width);
    double inner = 0;
    if (perimeters > 1) {
      double innerSection = Widths.crossSection(widths().perimeter(), height);
      inner = shape.innerNominal * height / innerSection;
      double scale = carried * inner / outline / (perimeters - 1);
      double innerWidth = inner > 0 ? shape.innerArea / shape.innerNominal : 1;
      loops(PrintRole.PERIMETER, contours, scale, 1, perimeters, innerSection * innerWidth);
    }
    if (carried < 1) {
      double bridging = Shells.bridgeHeight(profile);
      double round = Math.PI / 4 * bridging * bridging;
      double free = (1 - carried) * (external + inner);
      add(
          PrintRole.OVERHANG_PERIMETER,
          free,
          profile.infill().thickBridges() ? round : section * profile.infill().bridgeFlow(),
          speeds().bridge(),
          (speed, acceleration) -> free / speed);
    }
    if (shape.gapArea > 0 && profile.walls().gapFill()) {
      double gapSection = THIN_LINE * Widths.crossSection(widths().perimeter(), height);
      double length = shape.gapArea * height / gapSection;
      add(
          PrintRole.GAP_FILL,
          length,
          gapSection,
          speeds().gapFill(),
          (speed, acceleration) -> length / speed);
    }
    // A wall of a single line has two contours.
    boolean single = external < SINGLE_LINE * outline;
    travels += single ? contours.loops() / 2.0 : contours.loops();
    shortTravels += (double) contours.loops() * perimeters;
  }

  /** Gaps are between nothing and a line wide, and so are, on average, the lines in them. */
  private static final double THIN_LINE = 0.5;

  /** Lines shorter than this share of the outline are single lines between two contours. */
  private static final double SINGLE_LINE = 0.65;

  /**
   * Perimeters from depth {@code from} to before {@code to}, the outermost being 0. Short loops
   * have a speed of their own; each perimeter of a hole is longer than the one outside it, all
   * others are shorter.
   */
  private void loops(
      PrintRole role, Contours contours, double scale, int from, int to, double section) {
    int count = contours.loops();
    int[] shortOnes = new int[count];
    double small = 0;
    double large = 0;
    double spacing = Widths.spacing(widths().perimeter(), height);
    for (int loop = 0; loop < count; loop++) {
      double outline = contours.length(loop) / MeshSlicer.MICROMETRES;
      double step = contours.area(loop) > 0 ? -2 * Math.PI * spacing : 2 * Math.PI * spacing;
      for (int depth = from; depth < to; depth++) {
        if (outline + (depth + 0.5) * step <= Speeds.SMALL_PERIMETER_LENGTH) {
          shortOnes[loop]++;
        }
      }
      small += outline * scale * shortOnes[loop];
      large += outline * scale * (to - from - shortOnes[loop]);
    }
    add(
        role,
        large,
        section,
        speeds().of(role),
        (speed, acceleration) -> {
          double sum = 0;
          for (int loop = 0; loop < count; loop++) {
            int times = to - from - shortOnes[loop];
            if (times > 0) {
              sum += times * loops.time(contours, loop, scale, speed, acceleration);
            }
          }
          return sum;
        });
    add(
        role,
        small,
        section,
        speeds().smallPerimeter(),
        (speed, acceleration) -> {
          double sum = 0;
          for (int loop = 0; loop < count; loop++) {
            if (shortOnes[loop] > 0) {
              sum += shortOnes[loop] * loops.time(contours, loop, scale, speed, acceleration);
            }
          }
          return sum;
        });
  }

  /** A region filled solidly, with lines side by side. */
  void solid(PrintRole role, FillLines lines, int pieces) {
    double width = widths().of(role);
    double spacing = Widths.spacing(width, height);
    fill(role, lines, pieces, spacing, Widths.crossSection(width, height));
  }

  /** A region spanned by lines over air, round ones if bridges are thick. */
  void bridge(FillLines lines, int pieces) {
    if (!profile.infill().thickBridges()) {
      double width = widths().solid();
      fill(
          PrintRole.BRIDGE_INFILL,
          lines,
          pieces,
          Widths.spacing(width, height),
          Widths.crossSection(width, height) * profile.infill().bridgeFlow());
      return;
    }
    double diameter = Shells.bridgeHeight(profile);
    fill(
        PrintRole.BRIDGE_INFILL,
        lines,
        pieces,
        diameter + BRIDGE_EXTRA_SPACING,
        Math.PI / 4 * diameter * diameter);
  }

  /** Free space between bridging lines, mm: PrusaSlicer's flow of bridges. */
  private static final double BRIDGE_EXTRA_SPACING = 0.05;

  private void fill(PrintRole role, FillLines lines, int pieces, double spacing, double section) {
    if (lines.isEmpty()) {
      return;
    }
    double length = lines.area / spacing;
    double joint = JOINT * spacing;
    boolean along = layer % 2 == 1;
    add(
        role,
        length,
        section,
        speeds().of(role),
        (speed, acceleration) -> lines.time(along, spacing, joint, corner, speed, acceleration));
    fillTravels += pieces;
    if (profile.retraction().onlyCrossing() && profile.infill().density() > 0) {
      insideTravels += pieces;
    }
  }

  /** A line's connection to the next along a boundary of any direction: mean of 1/|cos|, capped. */
  private static final double JOINT = 4 / Math.PI;

  /**
   * Share of a sparse region's boundary that connections of the infill's lines run along. The
   * slicer joins neighbouring ends, nearest first, but closes no ring. Measured as one mean over
   * all parts of the corpus under profile A; below a half, since the shorter of two gaps is taken.
   */
  private static final double ANCHORED = 0.4;

  /** The same where the ends of a single set of lines follow each other: every other gap. */
  private static final double ANCHORED_EVENLY = 0.5;

  /** The same where every third of these gaps is too wide to be crossed: lines that zigzag. */
  private static final double ANCHORED_LOOSELY = ANCHORED_EVENLY * 2 / 3;

  /**
   * A chain of joined lines must not close; so many more chains for each line. Measured as one mean
   * over all parts of the corpus under profile A.
   */
  private static final double OPEN_CHAINS = 0.03;

  /** A region filled sparsely; {@code lines} are those of its inside, half a line narrower. */
  void sparse(FillLines lines, double lengthByExtent) {
    if (lines.isEmpty() || profile.infill().density() == 0) {
      return;
    }
    double spacing = Widths.spacing(profile.widths().sparse(), profile.layers().height());
    // Combined layers are printed at once, as high as the nozzle allows.
    int combined =
        (int)
            Math.clamp(profile.nozzleDiameter() / height + 1e-6, 1, profile.infill().everyLayers());
    double section =
        Widths.crossSection(Math.max(widths().sparse(), combined * height), combined * height);
    SparsePattern pattern = SparsePattern.at(profile.infill(), spacing, middle + height / 2);
    boolean odd = layer % 2 == 1;
    double along = pattern.shareAlong(odd);
    double gap = 1 / pattern.density;
    double straight = lines.area * pattern.density / combined;
    double boundary = lines.boundary(lengthByExtent);
    double allEnds = 2 / Math.PI * pattern.density * boundary;
    double anchors = anchors(pattern, boundary, allEnds) / combined;
    double ends = allEnds / combined;
    double arc = ends > 0 ? anchors / ends * 2 : 0;
    add(
        PrintRole.SPARSE_INFILL,
        straight + anchors,
        section,
        speeds().sparse(),
        (speed, acceleration) -> {
          double inside =
              pattern.isBent()
                  ? straight
                      * loops.timePerMillimetre(
                          pattern.xs, pattern.ys, REPEATS, speed, acceleration)
                  : (along * lines.time(true, gap, 0, corner, speed, acceleration)
                          + (1 - along) * lines.time(false, gap, 0, corner, speed, acceleration))
                      / combined;
          return inside
              + (arc > 0
                  ? ends / 2 * Kinematics.time(arc, corner, corner, speed, acceleration)
                  : 0);
        });
    if (pattern.joined) {
      double chains = lines.chains(gap * 2, pattern.zigzag ? 0 : OPEN_CHAINS) / combined;
      fillTravels += chains;
      if (profile.retraction().onlyCrossing()) {
        insideTravels += chains;
      }
    } else if (ends > 0) {
      // From a line's end to the nearest end of another: what would be joined is hopped over.
      hops = ends / 2;
      hopLength = ANCHORED * boundary / allEnds;
      fillTravels += 1;
    }
  }

  /** A bent path is timed over so many of its pieces. */
  private static final int REPEATS = 4;

  /**
   * Length of the connections that run along the boundary. Between two ends the infill's lines
   * follow the boundary if it is short enough; else each end is only anchored.
   */
  private double anchors(SparsePattern pattern, double boundary, double ends) {
    if (!pattern.joined || ends == 0) {
      return 0;
    }
    if (pattern.zigzag) {
      boolean loose = profile.infill().pattern() == InfillPattern.LINE;
      return (loose ? ANCHORED_LOOSELY : ANCHORED_EVENLY) * boundary;
    }
    double mean = boundary / ends;
    double tooLong = Math.exp(-profile.infill().anchorMax() / mean);
    double hook = Math.min(profile.infill().anchor(), mean / 2);
    return (1 - tooLong) * (pattern.isBent() ? ANCHORED_EVENLY : ANCHORED) * boundary
        + tooLong * ends * hook;
  }

  /**
   * Supports of one layer.
   *
   * @param base the columns
   * @param parts connected parts of the columns
   * @param own height of the columns' own layers, mm
   */
  void support(FillLines base, int parts, double own, double lengthByExtent) {
    if (base.isEmpty()) {
      return;
    }
    PrintProfile.Supports supports = profile.supports();
    boolean first = layer == 0;
    double section = Widths.crossSection(widths().support(), first ? height : own);
    double layers = first ? 1 : height / own;
    double gap =
        first
            ? Widths.spacing(widths().support(), height)
                / Math.max(0.1, supports.raftFirstDensity())
            : SupportColumns.spacing(profile, supports.spacing());
    double boundary = base.boundary(lengthByExtent);
    boolean sheath = supports.sheath() || first;
    double around = sheath ? boundary : 0;
    // Lines end beside the sheath, and are joined along it.
    double inset = sheath ? 1.25 * widths().support() : widths().support() / 2;
    double straight = Math.max(0, base.area - inset * boundary) / gap;
    double joints = straight > 0 ? boundary / 2 : 0;
    double lines = base.linesAlong(gap) / 2 + base.linesAcross(gap) / 2;
    double joint = lines > 0 ? joints / lines / 2 : 0;
    add(
        PrintRole.SUPPORT,
        (straight + around + joints) * layers,
        section,
        speeds().support(),
        (speed, acceleration) ->
            layers
                * (straight
                        * gap
                        / base.area
                        / 2
                        * (base.time(true, gap, 0, corner, speed, acceleration)
                            + base.time(false, gap, 0, corner, speed, acceleration))
                    + lines * Kinematics.time(joint, corner, corner, speed, acceleration)
                    + around / speed));
    supportTravels += parts * layers;
  }

  /** Dense layers of supports. */
  void supportInterface(FillLines dense, int parts) {
    if (dense.isEmpty()) {
      return;
    }
    double section = Widths.crossSection(widths().supportInterface(), height);
    double gap = SupportColumns.spacing(profile, profile.supports().interfaceSpacing());
    double joint = Math.min(gap, JOINT * gap);
    add(
        PrintRole.SUPPORT_INTERFACE,
        dense.area / gap,
        section,
        speeds().supportInterface(),
        (speed, acceleration) ->
            dense.time(true, gap, joint, corner, speed, acceleration) / 2
                + dense.time(false, gap, joint, corner, speed, acceleration) / 2);
    supportTravels += parts;
  }

  /**
   * Times what was collected and adds it up.
   *
   * @param extent area in mm² over which the layer's lines are spread
   */
  Totals finish(double extent) {
    Retraction retraction = profile.retraction();
    // A layer of a single line begins where the last one ended.
    double moves = travels + fillTravels + supportTravels;
    double all = moves <= 1 ? 0 : moves;
    double travelled =
        (all == 0 ? 0 : NEAREST_NEIGHBOUR)
            * (Math.sqrt(extent * travels)
                + Math.sqrt(extent * fillTravels)
                + Math.sqrt(extent * supportTravels));
    double distance = all > 0 ? travelled / all : 0;
    double lift = retraction.liftAt(middle);
    double retractions =
        distance < retraction.beforeTravel() ? 0 : Math.max(0, all - insideTravels);
    // Hops are spread like the gaps between random ends; the long ones need a retraction.
    double longHops =
        hops == 0 || retraction.onlyCrossing()
            ? 0
            : hops * Math.exp(-retraction.beforeTravel() / hopLength);
    retractions += longHops;
    if (retraction.onLayerChange()) {
      retractions = Math.max(retractions, 1);
    }
    Speeds asked = speeds();
    double drawn = retraction.byFirmware() ? 0 : retraction.length();
    boolean lifts = retraction.length() > 0 || retraction.byFirmware();
    double fixed =
        (travelled + hops * hopLength) / asked.travel()
            + height / asked.travelZ()
            + retractions
                * (drawn / retraction.speed()
                    + drawn / retraction.restartSpeed()
                    + (lifts ? 2 * lift / asked.travelZ() : 0));
    double ceiling = CoolingRule.ceiling(profile.cooling(), coolable(fixed));
    Totals totals = new Totals();
    for (int i = 0; i < groups; i++) {
      double speed = roles[i].isBridge() ? speeds[i] : Math.min(speeds[i], ceiling);
      double acceleration = profile.accelerations().of(roles[i], layer == 0);
      totals.add(roles[i], volumes[i], lengths[i], timings[i].seconds(speed, acceleration));
    }
    double acceleration = profile.accelerations().travel();
    totals.travels = all + hops;
    totals.travelSeconds =
        all * kinematics.travelTime(distance, asked.travel(), acceleration)
            + hops * kinematics.travelTime(hopLength, asked.travel(), acceleration)
            + shortTravels
                * kinematics.travelTime(profile.nozzleDiameter(), asked.travel(), acceleration)
            + kinematics.liftTime(height, asked.travelZ(), acceleration)
            + retractions
                * (drawingBack(drawn, asked.travel())
                    + kinematics.extruderTime(drawn, retraction.restartSpeed())
                    + (lifts ? 2 * kinematics.liftTime(lift, asked.travelZ(), acceleration) : 0));
    return totals;
  }

  /** Time to draw filament back, while wiping along the last line if the profile says so. */
  private double drawingBack(double length, double travelSpeed) {
    Retraction retraction = profile.retraction();
    double still = kinematics.extruderTime(length, retraction.speed());
    if (!retraction.wipe() || length == 0) {
      return still;
    }
    double speed = WIPE_SPEED * travelSpeed;
    double wiped = length / retraction.speed() * speed;
    return Math.max(
        still, kinematics.travelTime(wiped, speed, profile.accelerations().perimeter()));
  }

  /** Wipes are so much slower than travels: PrusaSlicer. */
  private static final double WIPE_SPEED = 0.8;

  private CoolingRule.Lines coolable(double fixed) {
    double kept = fixed;
    int count = 0;
    for (int i = 0; i < groups; i++) {
      if (roles[i].isBridge()) {
        kept += lengths[i] / speeds[i];
      } else {
        coolable[count] = lengths[i];
        coolableSpeeds[count++] = speeds[i];
      }
    }
    return new CoolingRule.Lines(coolable, coolableSpeeds, count, kept);
  }

  /**
   * Length of a nearest-neighbour tour per point, as a ratio to the root of the area per point: the
   * constant of the shortest tour (Beardwood, Halton and Hammersley 1959; 0.7124 by Johnson and
   * McGeoch 1996) and a quarter more (the same, for the greedy nearest neighbour).
   */
  private static final double NEAREST_NEIGHBOUR = 0.7124 * 1.25;
}
