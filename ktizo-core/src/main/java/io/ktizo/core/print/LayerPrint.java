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
  private double height;
  private double travels;
  private double fillTravels;
  private double supportTravels;
  private double shortTravels;
  private double travelLength;

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

  static double dbgS;
  static double dbgL, dbgP, dbgC, dbgN, dbgQ, dbgT;

  void begin(int number) {
    layer = number;
    height = profile.layers().heightOf(number);
    groups = 0;
    travels = 0;
    fillTravels = 0;
    supportTravels = 0;
    shortTravels = 0;
    travelLength = 0;
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

  /** All perimeters of a layer. */
  void perimeters(LayerShape shape) {
    Contours contours = shape.contours;
    int perimeters = profile.walls().perimeters();
    double outline = contours.length() / MeshSlicer.MICROMETRES;
    if (perimeters == 0 || outline == 0) {
      return;
    }
    double section = Widths.crossSection(widths().externalPerimeter(), height);
    double external = shape.externalNominal * height / section;
    double width = external > 0 ? shape.externalArea / shape.externalNominal : 1;
    loops(PrintRole.EXTERNAL_PERIMETER, contours, external / outline, 1, section * width);
    if (perimeters > 1) {
      double innerSection = Widths.crossSection(widths().perimeter(), height);
      double inner = shape.innerNominal * height / innerSection;
      double scale = inner / outline / (perimeters - 1);
      double innerWidth = inner > 0 ? shape.innerArea / shape.innerNominal : 1;
      loops(PrintRole.PERIMETER, contours, scale, perimeters - 1, innerSection * innerWidth);
    }
    dbgL += contours.loops();
    travels += contours.loops();
    shortTravels += (double) contours.loops() * perimeters;
  }

  private void loops(PrintRole role, Contours contours, double scale, int times, double section) {
    double small = 0;
    double large = 0;
    for (int loop = 0; loop < contours.loops(); loop++) {
      double length = contours.length(loop) / MeshSlicer.MICROMETRES * scale;
      if (length <= Speeds.SMALL_PERIMETER_LENGTH) {
        small += length;
      } else {
        large += length;
      }
    }
    Speeds speeds = speeds();
    add(
        role,
        large * times,
        section,
        speeds.of(role),
        (speed, acceleration) -> times * loopTime(contours, scale, speed, acceleration, false));
    add(
        role,
        small * times,
        section,
        speeds.smallPerimeter(),
        (speed, acceleration) -> times * loopTime(contours, scale, speed, acceleration, true));
  }

  private double loopTime(
      Contours contours, double scale, double speed, double acceleration, boolean small) {
    double sum = 0;
    for (int loop = 0; loop < contours.loops(); loop++) {
      double length = contours.length(loop) / MeshSlicer.MICROMETRES * scale;
      if (length <= Speeds.SMALL_PERIMETER_LENGTH == small) {
        sum += loops.time(contours, loop, scale, speed, acceleration);
      }
    }
    return sum;
  }

  /** A region filled solidly, with lines side by side. */
  void solid(PrintRole role, FillLines lines, int pieces) {
    double width = widths().of(role);
    double spacing = Widths.spacing(width, height);
    fill(role, lines, pieces, spacing, Widths.crossSection(width, height));
  }

  /** A region spanned by round lines. */
  void bridge(FillLines lines, int pieces) {
    double diameter = profile.nozzleDiameter() * Math.sqrt(profile.infill().bridgeFlow());
    fill(
        PrintRole.BRIDGE_INFILL,
        lines,
        pieces,
        diameter + Estimation.BRIDGE_EXTRA_SPACING,
        Math.PI / 4 * diameter * diameter);
  }

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
    dbgP += pieces;
    fillTravels += pieces;
  }

  /** A line's connection to the next along a boundary of any direction: mean of 1/|cos|, capped. */
  private static final double JOINT = 4 / Math.PI;

  /** Share of a sparse region's boundary that connections of the infill's lines run along. */
  static double anchorShare = Double.parseDouble(System.getProperty("as", "0.4"));

  static double chainShare = Double.parseDouble(System.getProperty("cs", "0.03"));

  void sparse(FillLines lines, double lengthByExtent, double z) {
    if (lines.isEmpty() || profile.infill().density() == 0) {
      return;
    }
    double spacing = Widths.spacing(profile.widths().sparse(), profile.layers().height());
    double section = Widths.crossSection(widths().sparse(), height);
    SparsePattern pattern = SparsePattern.at(profile.infill(), spacing, z);
    boolean odd = layer % 2 == 1;
    double along = pattern.shareAlong(odd);
    double gap = 1 / pattern.density;
    double straight = lines.area * pattern.density;
    double boundary = lines.boundary(lengthByExtent);
    double ends = 2 / Math.PI * pattern.density * boundary;
    double anchors = anchors(pattern, boundary, ends);
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
                  : along * lines.time(true, gap, 0, corner, speed, acceleration)
                      + (1 - along) * lines.time(false, gap, 0, corner, speed, acceleration);
          return inside
              + (arc > 0
                  ? ends / 2 * Kinematics.time(arc, corner, corner, speed, acceleration)
                  : 0);
        });
    double chains =
        pattern.joined
            ? lines.chains(gap * 2, pattern.zigzag ? 0 : chainShare)
            : along * lines.linesAlong(gap) + (1 - along) * lines.linesAcross(gap);
    dbgC += chains;
    dbgN += ends / 2;
    fillTravels += chains;
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
      return boundary / 2;
    }
    double mean = boundary / ends;
    double tooLong = Math.exp(-profile.infill().anchorMax() / mean);
    double hook = Math.min(profile.infill().anchor(), mean / 2);
    return (1 - tooLong) * anchorShare * boundary + tooLong * ends * hook;
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
    dbgS += parts * layers;
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
    dbgS += parts;
  }

  /** Times what was collected and adds it up. */
  void finish(Totals totals, double extent) {
    Retraction retraction = profile.retraction();
    travelLength =
        NEAREST_NEIGHBOUR
            * (Math.sqrt(extent * travels)
                + Math.sqrt(extent * fillTravels)
                + Math.sqrt(extent * supportTravels));
    travels += fillTravels + supportTravels;
    dbgT += travelLength;
    double distance = travels > 0 ? travelLength / travels : 0;
    double z = layer * profile.layers().height();
    double lift = retraction.liftAt(z);
    boolean retracts = retraction.length() > 0 && distance >= retraction.beforeTravel();
    Speeds asked = speeds();
    double fixed =
        travelLength / asked.travel()
            + height / asked.travelZ()
            + (retracts
                ? travels
                    * (retraction.length() / retraction.speed()
                        + retraction.length() / retraction.restartSpeed()
                        + 2 * lift / asked.travelZ())
                : 0);
    int count = 0;
    for (int i = 0; i < groups; i++) {
      if (roles[i].isBridge()) {
        fixed += lengths[i] / speeds[i];
      } else {
        coolable[count] = lengths[i];
        coolableSpeeds[count++] = speeds[i];
      }
    }
    double ceiling = CoolingRule.ceiling(profile.cooling(), coolable, coolableSpeeds, count, fixed);
    for (int i = 0; i < groups; i++) {
      double speed = roles[i].isBridge() ? speeds[i] : Math.min(speeds[i], ceiling);
      double acceleration = profile.accelerations().of(roles[i], layer == 0);
      totals.add(roles[i], volumes[i], lengths[i], timings[i].seconds(speed, acceleration));
    }
    double acceleration = profile.accelerations().travel();
    double seconds =
        travels * kinematics.travelTime(distance, asked.travel(), acceleration)
            + shortTravels
                * kinematics.travelTime(profile.nozzleDiameter(), asked.travel(), acceleration)
            + kinematics.liftTime(height, asked.travelZ(), acceleration);
    if (retracts) {
      seconds +=
          travels
              * (kinematics.extruderTime(retraction.length(), retraction.speed())
                  + kinematics.extruderTime(retraction.length(), retraction.restartSpeed())
                  + 2 * kinematics.liftTime(lift, asked.travelZ(), acceleration));
    }
    totals.travelSeconds += seconds;
  }

  /**
   * Length of a nearest-neighbour tour per point, as a ratio to the root of the area per point: the
   * constant of the shortest tour (Beardwood, Halton and Hammersley 1959; 0.7124 by Johnson and
   * McGeoch 1996) and a quarter more (the same, for the greedy nearest neighbour).
   */
  private static final double NEAREST_NEIGHBOUR = 0.7124 * 1.25;
}
