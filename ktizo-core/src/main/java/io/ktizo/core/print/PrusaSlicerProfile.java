package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.Accelerations;
import io.ktizo.core.print.PrintProfile.Adhesion;
import io.ktizo.core.print.PrintProfile.Calibration;
import io.ktizo.core.print.PrintProfile.Cooling;
import io.ktizo.core.print.PrintProfile.Filament;
import io.ktizo.core.print.PrintProfile.Infill;
import io.ktizo.core.print.PrintProfile.Layers;
import io.ktizo.core.print.PrintProfile.Outline;
import io.ktizo.core.print.PrintProfile.Retraction;
import io.ktizo.core.print.PrintProfile.Shells;
import io.ktizo.core.print.PrintProfile.Speeds;
import io.ktizo.core.print.PrintProfile.SupportPattern;
import io.ktizo.core.print.PrintProfile.SupportStyle;
import io.ktizo.core.print.PrintProfile.Supports;
import io.ktizo.core.print.PrintProfile.WallGenerator;
import io.ktizo.core.print.PrintProfile.Walls;
import io.ktizo.core.print.PrintProfile.Widths;
import io.ktizo.core.print.ProfileReading.Fault;
import io.ktizo.core.print.SettingsReader.Amount;
import io.ktizo.core.print.SlicerText.Setting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link PrintProfile} from what PrusaSlicer writes: an exported configuration ({@code
 * .ini}), a bundle of presets, or the comments at the end of its G-code. Settings that the text
 * leaves out have the defaults of PrusaSlicer 2.5; settings of later versions, to 2.9, are known.
 *
 * <p>Nothing the text holds makes these methods throw: every fault is named in the answer, and so
 * is every setting that is unknown or left out of the estimate. Stateless.
 */
public final class PrusaSlicerProfile {
  private static final Map<String, InfillPattern> PATTERNS =
      Map.ofEntries(
          Map.entry("rectilinear", InfillPattern.RECTILINEAR),
          Map.entry("zigzag", InfillPattern.RECTILINEAR),
          Map.entry("alignedrectilinear", InfillPattern.ALIGNED_RECTILINEAR),
          Map.entry("monotonic", InfillPattern.MONOTONIC),
          Map.entry("monotoniclines", InfillPattern.MONOTONIC_LINES),
          Map.entry("grid", InfillPattern.GRID),
          Map.entry("triangles", InfillPattern.TRIANGLES),
          Map.entry("stars", InfillPattern.STARS),
          Map.entry("cubic", InfillPattern.CUBIC),
          Map.entry("adaptivecubic", InfillPattern.ADAPTIVE_CUBIC),
          Map.entry("supportcubic", InfillPattern.SUPPORT_CUBIC),
          Map.entry("line", InfillPattern.LINE),
          Map.entry("concentric", InfillPattern.CONCENTRIC),
          Map.entry("honeycomb", InfillPattern.HONEYCOMB),
          Map.entry("3dhoneycomb", InfillPattern.HONEYCOMB_3D),
          Map.entry("gyroid", InfillPattern.GYROID),
          Map.entry("hilbertcurve", InfillPattern.HILBERT_CURVE),
          Map.entry("archimedeanchords", InfillPattern.ARCHIMEDEAN_CHORDS),
          Map.entry("octagramspiral", InfillPattern.OCTAGRAM_SPIRAL),
          Map.entry("lightning", InfillPattern.LIGHTNING));

  private static final Map<String, WallGenerator> GENERATORS =
      Map.of("classic", WallGenerator.CLASSIC, "arachne", WallGenerator.ARACHNE);

  private static final Map<String, Adhesion.Brim> BRIMS =
      Map.of(
          "no_brim", Adhesion.Brim.NONE,
          "outer_only", Adhesion.Brim.OUTER,
          "inner_only", Adhesion.Brim.INNER,
          "outer_and_inner", Adhesion.Brim.OUTER_AND_INNER);

  private static final Map<String, SupportStyle> STYLES =
      Map.of(
          "grid", SupportStyle.GRID,
          "snug", SupportStyle.SNUG,
          "tree", SupportStyle.ORGANIC,
          "organic", SupportStyle.ORGANIC);

  private static final Map<String, SupportPattern> SUPPORT_PATTERNS =
      Map.of(
          "rectilinear", SupportPattern.RECTILINEAR,
          "rectilinear-grid", SupportPattern.RECTILINEAR_GRID,
          "honeycomb", SupportPattern.HONEYCOMB);

  private static final Map<String, MachineLimits.Usage> USAGES =
      Map.of(
          "emit_to_gcode", MachineLimits.Usage.EMIT_TO_GCODE,
          "time_estimate_only", MachineLimits.Usage.TIME_ESTIMATE_ONLY,
          "ignore", MachineLimits.Usage.IGNORE);

  private static final Map<String, Boolean> VERTICAL_SHELLS =
      Map.of("0", false, "1", true, "disabled", false, "partial", true, "enabled", true);

  private static final Map<String, Boolean> TECHNOLOGIES = Map.of("fff", true, "sla", false);

  /** What a material may be called. */
  static final String MATERIAL = "[A-Za-z0-9+ _./-]{1,24}";

  private PrusaSlicerProfile() {}

  /**
   * Which presets of a bundle to take.
   *
   * @param print the name of the print preset; empty for the active or only one
   * @param filament the name of the filament preset; empty likewise
   * @param printer the name of the printer preset; empty likewise
   */
  public record Selection(String print, String filament, String printer) {
    /** The active ones, or the only ones, or those that the printer preset recommends. */
    public static final Selection ACTIVE = new Selection("", "", "");
  }

  /**
   * The presets that a bundle offers, in its order; empty lists for a text that is no bundle.
   *
   * @param prints names of print presets
   * @param filaments names of filament presets
   * @param printers names of printer presets
   */
  public record Offer(List<String> prints, List<String> filaments, List<String> printers) {
    public Offer {
      prints = List.copyOf(prints);
      filaments = List.copyOf(filaments);
      printers = List.copyOf(printers);
    }
  }

  /** The presets to choose from in a bundle. */
  public static Offer offerOf(String text) {
    if (text.length() > SlicerText.MAX_CHARACTERS) {
      return new Offer(List.of(), List.of(), List.of());
    }
    SlicerText parts = SlicerText.parse(text, new ArrayList<>());
    return new Offer(parts.names("print"), parts.names("filament"), parts.names("printer"));
  }

  /**
   * The profile as PrusaSlicer's configuration, for version 2.5 where that can say it. {@link
   * #read(String, String)} of it gives the same profile, but for what such a file cannot hold: the
   * name, the calibration, and first layers whose widths or speeds follow no rule of the slicer.
   */
  public static String write(PrintProfile profile) {
    return PrusaSlicerText.of(profile);
  }

  /** Reads a profile; of a bundle, its active or only presets. */
  public static ProfileReading read(String name, String text) {
    return read(name, text, Selection.ACTIVE);
  }

  /**
   * Reads a profile.
   *
   * @param name what the profile is to be called; not taken from the text, which may hold anything
   * @param text the whole text
   * @param selection which presets of a bundle; does not matter for other texts
   */
  public static ProfileReading read(String name, String text, Selection selection) {
    List<Fault> faults = new ArrayList<>();
    if (text.length() > SlicerText.MAX_CHARACTERS) {
      faults.add(new Fault(0, "", Fault.Code.TOO_LARGE, "This is longer than a profile is."));
      return new ProfileReading.Refused(faults);
    }
    SlicerText parts = SlicerText.parse(text, faults);
    Map<String, Setting> settings =
        parts.isBundle() ? select(parts, selection, faults) : parts.plain();
    if (faults.isEmpty() && settings.keySet().stream().noneMatch(PrusaSlicerKeys::isKnown)) {
      faults.add(
          new Fault(
              0, "", Fault.Code.NOT_A_PROFILE, "The text has none of the slicer's settings."));
    }
    if (settings.isEmpty() && !faults.isEmpty()) {
      return new ProfileReading.Refused(faults);
    }
    SettingsReader reader = new SettingsReader(settings, faults);
    PrintProfile profile = profile(name, reader);
    if (profile == null) {
      faults.sort(Comparator.comparingInt(Fault::line));
      return new ProfileReading.Refused(faults);
    }
    reader.remarkOnTheRest();
    return new ProfileReading.Accepted(profile, reader.remarks());
  }

  private static Map<String, Setting> select(
      SlicerText parts, Selection selection, List<Fault> faults) {
    Map<String, Setting> printer =
        preset(parts, "printer", List.of(selection.printer(), active(parts, "printer")), faults);
    Map<String, Setting> print =
        preset(
            parts,
            "print",
            List.of(
                selection.print(),
                active(parts, "print"),
                recommended(printer, "default_print_profile")),
            faults);
    Map<String, Setting> filament =
        preset(
            parts,
            "filament",
            List.of(
                selection.filament(),
                active(parts, "filament"),
                recommended(printer, "default_filament_profile")),
            faults);
    Map<String, Setting> all = new LinkedHashMap<>(parts.plain());
    all.putAll(print);
    all.putAll(filament);
    all.putAll(printer);
    return all;
  }

  private static String active(SlicerText parts, String kind) {
    String name = parts.active(kind);
    return name == null ? "" : name;
  }

  private static String recommended(Map<String, Setting> printer, String key) {
    Setting setting = printer.get(key);
    return setting == null ? "" : SlicerText.unquoted(setting.value());
  }

  private static Map<String, Setting> preset(
      SlicerText parts, String kind, List<String> candidates, List<Fault> faults) {
    List<String> names = parts.names(kind);
    for (String candidate : candidates) {
      if (!candidate.isEmpty()) {
        Map<String, Setting> preset = parts.resolve(kind, candidate, faults);
        return preset == null ? Map.of() : preset;
      }
    }
    if (names.size() == 1) {
      Map<String, Setting> preset = parts.resolve(kind, names.get(0), faults);
      return preset == null ? Map.of() : preset;
    }
    if (!names.isEmpty()) {
      faults.add(
          new Fault(
              0,
              "",
              Fault.Code.CHOICE_NEEDED,
              "The bundle has " + names.size() + " presets of kind " + kind + ": choose one."));
    }
    return Map.of();
  }

  private static @Nullable PrintProfile profile(String name, SettingsReader in) {
    if (!in.choice("printer_technology", "fff", TECHNOLOGIES)) {
      in.fault(
          "printer_technology",
          Fault.Code.WRONG_TECHNOLOGY,
          "Only printers that extrude filament can be estimated.");
    }
    if (in.tools("nozzle_diameter") > 1) {
      in.assumed("nozzle_diameter", "The printer has several tools; the first is taken for all.");
    }
    double nozzle = in.number("nozzle_diameter", 0.4, 0.05, 5);
    double height = in.number("layer_height", 0.3, 0.01, 5);
    Amount firstHeightSetting = in.amount("first_layer_height", new Amount(0.35, false), 0, 5);
    double firstHeight = firstHeightSetting.isZero() ? height : firstHeightSetting.of(height);
    if (height > nozzle || firstHeight > nozzle) {
      in.fault(
          height > nozzle ? "layer_height" : "first_layer_height",
          Fault.Code.CONTRADICTION,
          "A layer must not be higher than the nozzle is wide.");
    }
    boolean vase = in.flag("spiral_vase", false);
    Widths widths = widths(in, nozzle, height, false);
    Widths firstWidths = widths(in, nozzle, firstHeight, true);
    // What is beyond these bounds is a fault already, but the other faults are to be named as well.
    Layers layers = new Layers(height, Math.clamp(firstHeight, 0.01, 5));
    Walls walls = walls(in, vase);
    Shells shells = shells(in, vase);
    Infill infill = infill(in, layers, walls, widths, vase);
    Speeds speeds = speeds(in);
    Speeds firstSpeeds = firstLayerSpeeds(in, speeds);
    MachineLimits limits = limits(in);
    Accelerations accelerations = accelerations(in, limits);
    Retraction retraction = retraction(in, vase);
    Cooling cooling =
        new Cooling(
            in.flag("cooling", true),
            in.number("slowdown_below_layer_time", 5, 0, 100_000),
            in.number("min_print_speed", 10, 0, 10_000));
    Adhesion adhesion = adhesion(in);
    Supports supports = supports(in, widths, vase);
    Filament filament = filament(in);
    Outline outline =
        new Outline(
            in.number("xy_size_compensation", 0, -100, 100),
            in.number("elefant_foot_compensation", 0, 0, 100),
            in.number("slice_closing_radius", 0.049, 0, 100),
            in.number("resolution", 0, 0, 100),
            in.number("gcode_resolution", 0.0125, 0, 100),
            vase);
    checkWidths(in, widths, height);
    checkWidths(in, firstWidths, layers.firstHeight());
    if (in.hasFaults()) {
      return null;
    }
    return new PrintProfile(
        name,
        nozzle,
        layers,
        walls,
        shells,
        infill,
        widths,
        firstWidths,
        speeds,
        firstSpeeds,
        accelerations,
        limits,
        retraction,
        cooling,
        adhesion,
        supports,
        filament,
        outline,
        Calibration.NONE);
  }

  private static void checkWidths(SettingsReader in, Widths widths, double height) {
    for (PrintRole role : PrintRole.values()) {
      if (Widths.spacing(widths.of(role), height) <= 0) {
        in.fault(
            "extrusion_width",
            Fault.Code.CONTRADICTION,
            "An extrusion width is too small for the layer height.");
        return;
      }
    }
  }

  /**
   * A width of 0 falls back to {@code extrusion_width}; that of 0 to a width that suits the nozzle:
   * 1.125 times its diameter, and the diameter itself for tops and supports. Percentages are of the
   * layer height.
   */
  private static Widths widths(
      SettingsReader in, double nozzle, double height, boolean firstLayer) {
    Amount none = new Amount(0, false);
    Amount first = in.amount("first_layer_extrusion_width", new Amount(200, true), 0, 20);
    Amount general = in.amount("extrusion_width", none, 0, 20);
    Amount[] settings = {
      in.amount("external_perimeter_extrusion_width", none, 0, 20),
      in.amount("perimeter_extrusion_width", none, 0, 20),
      in.amount("infill_extrusion_width", none, 0, 20),
      in.amount("solid_infill_extrusion_width", none, 0, 20),
      in.amount("top_infill_extrusion_width", none, 0, 20),
      in.amount("support_material_extrusion_width", none, 0, 20),
    };
    double[] widths = new double[settings.length];
    for (int i = 0; i < settings.length; i++) {
      Amount setting = firstLayer && !first.isZero() ? first : settings[i];
      if (setting.isZero()) {
        setting = general;
      }
      double automatic = i >= 4 ? nozzle : 1.125 * nozzle;
      double width = setting.isZero() ? automatic : setting.of(height);
      if (!(width >= 0.01 && width <= 20)) {
        in.fault("extrusion_width", Fault.Code.OUT_OF_RANGE, "An extrusion width is out of range.");
        width = automatic;
      }
      widths[i] = width;
    }
    return new Widths(widths[0], widths[1], widths[2], widths[3], widths[4], widths[5], widths[5]);
  }

  private static Walls walls(SettingsReader in, boolean vase) {
    int perimeters = in.count("perimeters", 3, 0, 1000);
    return new Walls(
        vase ? 1 : perimeters,
        in.choice("perimeter_generator", "arachne", GENERATORS),
        in.flag("thin_walls", true),
        in.flag("gap_fill_enabled", true),
        in.flag("external_perimeters_first", false),
        in.flag("extra_perimeters", true),
        in.flag("overhangs", true));
  }

  private static Shells shells(SettingsReader in, boolean vase) {
    int top = in.count("top_solid_layers", 3, 0, 100_000);
    double area = in.number("solid_infill_below_area", 70, 0, 1e9);
    return new Shells(
        vase ? 0 : top,
        in.count("bottom_solid_layers", 3, 0, 100_000),
        in.number("top_solid_min_thickness", 0, 0, 10_000),
        in.number("bottom_solid_min_thickness", 0, 0, 10_000),
        in.choice("top_fill_pattern", "monotonic", PATTERNS),
        in.choice("bottom_fill_pattern", "monotonic", PATTERNS),
        in.choice("ensure_vertical_shell_thickness", "0", VERTICAL_SHELLS),
        in.count("solid_infill_every_layers", 0, 0, 100_000),
        area);
  }

  private static Infill infill(
      SettingsReader in, Layers layers, Walls walls, Widths widths, boolean vase) {
    double density = in.share("fill_density", 0.2, 0, 1);
    double perimeterSpacing =
        Widths.spacing(
            walls.perimeters() == 1 ? widths.externalPerimeter() : widths.perimeter(),
            layers.height());
    double solidSpacing = Widths.spacing(widths.solid(), layers.height());
    // Infill begins half a perimeter's and half an infill line's spacing beside the perimeter.
    double inset = (walls.perimeters() == 0 ? 0 : perimeterSpacing / 2) + solidSpacing / 2;
    double sparseSpacing = Widths.spacing(widths.sparse(), layers.height());
    double anchor = in.amount("infill_anchor", new Amount(600, true), 0, 10_000).of(sparseSpacing);
    double anchorMax =
        in.amount("infill_anchor_max", new Amount(50, false), 0, 10_000).of(sparseSpacing);
    return new Infill(
        vase ? 0 : density,
        in.choice("fill_pattern", "stars", PATTERNS),
        in.number("fill_angle", 45, -360, 360),
        Math.max(0, Math.min(anchor, anchorMax)),
        Math.max(0, anchorMax),
        in.amount("infill_overlap", new Amount(25, true), -100, 100).of(inset),
        in.count("infill_every_layers", 1, 1, 100_000),
        in.number("bridge_flow_ratio", 1, 0.01, 10),
        in.flag("thick_bridges", true),
        in.flag("infill_first", false));
  }

  private static Speeds speeds(SettingsReader in) {
    double fastest = in.number("max_print_speed", 80, 0.1, 10_000);
    double perimeter = speed(in, "perimeter_speed", new Amount(60, false), 0, fastest);
    double sparse = speed(in, "infill_speed", new Amount(80, false), 0, fastest);
    double solid = speed(in, "solid_infill_speed", new Amount(20, false), sparse, fastest);
    double support = speed(in, "support_material_speed", new Amount(60, false), 0, fastest);
    double travel = in.number("travel_speed", 130, 0.1, 10_000);
    double travelZ = in.number("travel_speed_z", 0, 0, 10_000);
    return new Speeds(
        speed(in, "external_perimeter_speed", new Amount(50, true), perimeter, fastest),
        perimeter,
        speed(in, "small_perimeter_speed", new Amount(15, false), perimeter, fastest),
        sparse,
        solid,
        speed(in, "top_solid_infill_speed", new Amount(15, false), solid, fastest),
        speed(in, "bridge_speed", new Amount(60, false), 0, fastest),
        speed(in, "gap_fill_speed", new Amount(20, false), perimeter, fastest),
        support,
        speed(in, "support_material_interface_speed", new Amount(100, true), support, fastest),
        travel,
        travelZ == 0 ? travel : Math.max(travelZ, 0.1));
  }

  /** A speed of 0 lets the slicer choose, which then takes the fastest that the flow allows. */
  private static double speed(
      SettingsReader in, String key, Amount otherwise, double whole, double fastest) {
    double speed = in.amount(key, otherwise, 0, 10_000).of(whole);
    if (speed == 0) {
      in.assumed(key, "The slicer chooses this speed; the fastest of the profile is taken.");
      return fastest;
    }
    return Math.clamp(speed, 0.1, 10_000);
  }

  private static Speeds firstLayerSpeeds(SettingsReader in, Speeds speeds) {
    Amount first = in.amount("first_layer_speed", new Amount(30, false), 0, 10_000);
    Amount infill = in.amount("first_layer_infill_speed", new Amount(0, false), 0, 10_000);
    Amount fill = infill.isZero() ? first : infill;
    return new Speeds(
        slowed(first, speeds.externalPerimeter()),
        slowed(first, speeds.perimeter()),
        slowed(first, speeds.smallPerimeter()),
        slowed(fill, speeds.sparse()),
        slowed(fill, speeds.solid()),
        slowed(fill, speeds.top()),
        slowed(fill, speeds.bridge()),
        slowed(first, speeds.gapFill()),
        slowed(first, speeds.support()),
        slowed(first, speeds.supportInterface()),
        speeds.travel(),
        speeds.travelZ());
  }

  private static double slowed(Amount first, double speed) {
    return first.isZero() ? speed : Math.clamp(first.of(speed), 0.1, 10_000);
  }

  private static MachineLimits limits(SettingsReader in) {
    MachineLimits.Usage usage = in.choice("machine_limits_usage", "time_estimate_only", USAGES);
    MachineLimits common = MachineLimits.COMMON;
    MachineLimits.Axis x = axis(in, "x", common.x());
    MachineLimits.Axis y = axis(in, "y", common.y());
    MachineLimits.Axis z = axis(in, "z", common.z());
    MachineLimits.Axis e = axis(in, "e", common.e());
    double extruding = positive(in, "machine_max_acceleration_extruding", common.extruding());
    double retracting = positive(in, "machine_max_acceleration_retracting", common.retracting());
    double travelling = positive(in, "machine_max_acceleration_travel", common.travelling());
    double minExtruding = in.number("machine_min_extruding_rate", 0, 0, 10_000);
    double minTravel = in.number("machine_min_travel_rate", 0, 0, 10_000);
    String flavor = in.word("gcode_flavor", "reprap");
    boolean legacy = flavor.equals("marlin");
    boolean takesLimits =
        legacy
            || flavor.equals("marlin2")
            || flavor.equals("reprapfirmware")
            || flavor.equals("klipper")
            || flavor.equals("rapid");
    if (usage == MachineLimits.Usage.IGNORE || !takesLimits) {
      if (usage != MachineLimits.Usage.IGNORE) {
        in.assumed(
            "gcode_flavor",
            "The slicer keeps no machine limits for this firmware; common ones are assumed.");
      }
      return new MachineLimits(
          MachineLimits.Usage.IGNORE,
          common.x(),
          common.y(),
          common.z(),
          common.e(),
          common.extruding(),
          common.retracting(),
          common.travelling(),
          common.minExtrudingRate(),
          common.minTravelRate());
    }
    return new MachineLimits(
        usage,
        x,
        y,
        z,
        e,
        extruding,
        retracting,
        // Old Marlin knows one acceleration for moves, whether they extrude or not.
        legacy ? extruding : travelling,
        minExtruding,
        minTravel);
  }

  private static MachineLimits.Axis axis(
      SettingsReader in, String axis, MachineLimits.Axis common) {
    return new MachineLimits.Axis(
        positive(in, "machine_max_feedrate_" + axis, common.maxFeedrate()),
        positive(in, "machine_max_acceleration_" + axis, common.maxAcceleration()),
        in.number("machine_max_jerk_" + axis, common.jerk(), 0, 10_000));
  }

  private static double positive(SettingsReader in, String key, double otherwise) {
    double value = in.number(key, otherwise, 0, 1e7);
    return value == 0 ? otherwise : value;
  }

  /**
   * A role's acceleration of 0 falls back to the more general one. A default of 0 switches all of
   * them off, and the machine's own acceleration holds.
   */
  private static Accelerations accelerations(SettingsReader in, MachineLimits limits) {
    double general = acceleration(in, "default_acceleration", 0);
    double perimeter = acceleration(in, "perimeter_acceleration", general);
    double external = acceleration(in, "external_perimeter_acceleration", perimeter);
    double infill = acceleration(in, "infill_acceleration", general);
    double solid = acceleration(in, "solid_infill_acceleration", infill);
    double top = acceleration(in, "top_solid_infill_acceleration", solid);
    double bridge = acceleration(in, "bridge_acceleration", infill);
    double travel = acceleration(in, "travel_acceleration", 0);
    double first = acceleration(in, "first_layer_acceleration", 0);
    boolean ownTravel = !in.word("gcode_flavor", "reprap").equals("marlin");
    if (travel == 0) {
      travel = ownTravel || general == 0 ? limits.travelling() : general;
    }
    travel = Math.min(travel, limits.travelling());
    if (general == 0) {
      double machine = limits.extruding();
      return new Accelerations(
          machine, machine, machine, machine, machine, machine, machine, travel, 0);
    }
    double most = limits.extruding();
    return new Accelerations(
        Math.min(external, most),
        Math.min(perimeter, most),
        Math.min(infill, most),
        Math.min(solid, most),
        Math.min(top, most),
        Math.min(bridge, most),
        Math.min(general, most),
        travel,
        Math.min(first, most));
  }

  private static double acceleration(SettingsReader in, String key, double otherwise) {
    double value = in.number(key, 0, 0, 1e7);
    return value == 0 ? otherwise : value;
  }

  private static Retraction retraction(SettingsReader in, boolean vase) {
    double speed = overridable(in, "retract_speed", 40, 0, 10_000);
    double restart = overridable(in, "deretract_speed", 0, 0, 10_000);
    if (speed == 0) {
      speed = 40;
      in.assumed("retract_speed", "A retraction at no speed is none; 40 mm/s is taken.");
    }
    boolean layerChange = overridable(in, "retract_layer_change", false);
    return new Retraction(
        overridable(in, "retract_length", 2, 0, 10_000),
        speed,
        restart == 0 ? speed : restart,
        overridable(in, "retract_restart_extra", 0, -10_000, 10_000),
        overridable(in, "retract_lift", 0, 0, 10_000),
        in.number("retract_lift_above", 0, 0, 100_000),
        in.number("retract_lift_below", 0, 0, 100_000),
        overridable(in, "retract_before_travel", 2, 0, 10_000),
        layerChange && !vase,
        overridable(in, "wipe", false),
        in.flag("only_retract_when_crossing_perimeters", false),
        in.flag("use_firmware_retraction", false));
  }

  /** A filament may override what the printer says. */
  private static double overridable(
      SettingsReader in, String key, double otherwise, double least, double most) {
    String override = "filament_" + key;
    double own = in.number(key, otherwise, least, most);
    return in.number(override, own, least, most);
  }

  private static boolean overridable(SettingsReader in, String key, boolean otherwise) {
    boolean own = in.flag(key, otherwise);
    return in.flag("filament_" + key, own);
  }

  private static Adhesion adhesion(SettingsReader in) {
    return new Adhesion(
        in.count("skirts", 1, 0, 10_000),
        in.number("skirt_distance", 6, 0, 10_000),
        in.count("skirt_height", 1, 0, 10_000_000),
        in.number("min_skirt_length", 0, 0, 1e7),
        in.choice("brim_type", "outer_only", BRIMS),
        in.number("brim_width", 0, 0, 10_000),
        in.number("brim_separation", 0, -100, 10_000));
  }

  private static Supports supports(SettingsReader in, Widths widths, boolean vase) {
    double topContact = in.number("support_material_contact_distance", 0.2, 0, 100);
    double bottomContact = in.number("support_material_bottom_contact_distance", 0, 0, 100);
    int topLayers = in.count("support_material_interface_layers", 3, 0, 100_000);
    int bottomLayers = in.count("support_material_bottom_interface_layers", -1, -1, 100_000);
    boolean enabled = in.flag("support_material", false);
    return new Supports(
        enabled && !vase,
        in.flag("support_material_auto", true),
        in.number("support_material_threshold", 0, 0, 90),
        in.choice("support_material_style", "grid", STYLES),
        in.choice("support_material_pattern", "rectilinear", SUPPORT_PATTERNS),
        in.number("support_material_spacing", 2.5, 0, 10_000),
        in.number("support_material_angle", 0, -360, 360),
        in.flag("support_material_with_sheath", true),
        topContact,
        bottomContact == 0 ? topContact : bottomContact,
        topLayers,
        bottomLayers < 0 ? topLayers : bottomLayers,
        in.number("support_material_interface_spacing", 0, 0, 10_000),
        in.flag("support_material_buildplate_only", false),
        Math.max(
            0,
            in.amount("support_material_xy_spacing", new Amount(50, true), 0, 100)
                .of(widths.externalPerimeter())),
        in.flag("dont_support_bridges", true),
        in.count("support_material_enforce_layers", 0, 0, 10_000_000),
        in.count("raft_layers", 0, 0, 10_000),
        in.number("raft_expansion", 1.5, 0, 1000),
        in.number("raft_contact_distance", 0.1, 0, 100),
        in.share("raft_first_layer_density", 0.9, 0, 1),
        in.number("raft_first_layer_expansion", 3, 0, 1000));
  }

  private static Filament filament(SettingsReader in) {
    String type = in.word("filament_type", "PLA");
    String material = type.matches(MATERIAL) ? type : "";
    double density = in.number("filament_density", 0, 0, 25);
    if (density < 0.01) {
      density = FilamentMaterial.named(material).orElse(FilamentMaterial.PLA).density();
      in.assumed(
          "filament_density",
          "The profile has no density; the usual one of the material is taken.");
    }
    double general = in.number("max_volumetric_speed", 0, 0, 1e6);
    double own = in.number("filament_max_volumetric_speed", 0, 0, 1e6);
    double flow = general == 0 ? own : own == 0 ? general : Math.min(general, own);
    return new Filament(
        material,
        in.number("filament_diameter", 1.75, 0.1, 10),
        density,
        in.number("extrusion_multiplier", 1, 0.01, 10),
        flow);
  }
}
