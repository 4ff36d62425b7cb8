package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.Accelerations;
import io.ktizo.core.print.PrintProfile.Adhesion;
import io.ktizo.core.print.PrintProfile.Speeds;
import io.ktizo.core.print.PrintProfile.SupportPattern;
import io.ktizo.core.print.PrintProfile.SupportStyle;
import io.ktizo.core.print.PrintProfile.WallGenerator;
import io.ktizo.core.print.PrintProfile.Widths;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * Writes a {@link PrintProfile} as PrusaSlicer's configuration. Settings of versions after 2.5 are
 * written only where the profile cannot be said without them.
 */
final class PrusaSlicerText {
  private final StringBuilder text = new StringBuilder(4096);

  private PrusaSlicerText() {}

  static String of(PrintProfile profile) {
    PrusaSlicerText writer = new PrusaSlicerText();
    writer.write(profile);
    return writer.text.toString();
  }

  private void write(PrintProfile profile) {
    word("printer_technology", "FFF");
    number("nozzle_diameter", profile.nozzleDiameter());
    number("layer_height", profile.layers().height());
    number("first_layer_height", profile.layers().firstHeight());
    walls(profile.walls());
    shells(profile.shells());
    infill(profile.infill());
    widths(profile);
    speeds(profile.speeds());
    firstLayerSpeeds(profile.speeds(), profile.firstLayerSpeeds());
    limits(profile.limits());
    accelerations(profile.accelerations(), profile.limits());
    retraction(profile.retraction());
    flag("cooling", profile.cooling().slowDown());
    number("slowdown_below_layer_time", profile.cooling().layerTime());
    number("min_print_speed", profile.cooling().minSpeed());
    adhesion(profile.adhesion());
    supports(profile.supports());
    filament(profile.filament());
    outline(profile.outline());
  }

  private void walls(PrintProfile.Walls walls) {
    number("perimeters", walls.perimeters());
    word(
        "perimeter_generator",
        switch (walls.generator()) {
          case CLASSIC -> lower(WallGenerator.CLASSIC);
          case ARACHNE -> lower(WallGenerator.ARACHNE);
        });
    flag("thin_walls", walls.thinWalls());
    flag("gap_fill_enabled", walls.gapFill());
    flag("external_perimeters_first", walls.externalFirst());
    flag("extra_perimeters", walls.extraOnSlopes());
    flag("overhangs", walls.overhangs());
  }

  private void shells(PrintProfile.Shells shells) {
    number("top_solid_layers", shells.topLayers());
    number("bottom_solid_layers", shells.bottomLayers());
    number("top_solid_min_thickness", shells.topMinThickness());
    number("bottom_solid_min_thickness", shells.bottomMinThickness());
    word("top_fill_pattern", pattern(shells.topPattern()));
    word("bottom_fill_pattern", pattern(shells.bottomPattern()));
    flag("ensure_vertical_shell_thickness", shells.ensureVertical());
    number("solid_infill_every_layers", shells.sparseEvery());
    number("solid_infill_below_area", shells.solidBelowArea());
  }

  private void infill(PrintProfile.Infill infill) {
    share("fill_density", infill.density());
    word("fill_pattern", pattern(infill.pattern()));
    number("fill_angle", infill.angle());
    number("infill_anchor", infill.anchor());
    number("infill_anchor_max", infill.anchorMax());
    number("infill_overlap", infill.overlap());
    number("infill_every_layers", infill.everyLayers());
    number("bridge_flow_ratio", infill.bridgeFlow());
    flag("thick_bridges", infill.thickBridges());
    flag("infill_first", infill.first());
  }

  private void widths(PrintProfile profile) {
    Widths widths = profile.widths();
    number("extrusion_width", widths.perimeter());
    number("external_perimeter_extrusion_width", widths.externalPerimeter());
    number("perimeter_extrusion_width", widths.perimeter());
    number("infill_extrusion_width", widths.sparse());
    number("solid_infill_extrusion_width", widths.solid());
    number("top_infill_extrusion_width", widths.top());
    number("support_material_extrusion_width", widths.support());
    // The slicer knows one width for the first layer, or the same widths as above.
    Widths first = profile.firstLayerWidths();
    number("first_layer_extrusion_width", first.equals(widths) ? 0 : first.externalPerimeter());
  }

  private void speeds(Speeds speeds) {
    number("perimeter_speed", speeds.perimeter());
    number("external_perimeter_speed", speeds.externalPerimeter());
    number("small_perimeter_speed", speeds.smallPerimeter());
    number("infill_speed", speeds.sparse());
    number("solid_infill_speed", speeds.solid());
    number("top_solid_infill_speed", speeds.top());
    number("bridge_speed", speeds.bridge());
    number("gap_fill_speed", speeds.gapFill());
    number("support_material_speed", speeds.support());
    number("support_material_interface_speed", speeds.supportInterface());
    number("travel_speed", speeds.travel());
    number("travel_speed_z", speeds.travelZ());
  }

  private void firstLayerSpeeds(Speeds speeds, Speeds first) {
    setting(
        "first_layer_speed", slowed(speeds, first, Speeds::externalPerimeter, Speeds::perimeter));
    setting("first_layer_infill_speed", slowed(speeds, first, Speeds::sparse, Speeds::solid));
  }

  /** One speed for all roles, or the same share of each role's speed: two roles tell which. */
  private static String slowed(
      Speeds speeds, Speeds first, ToDoubleFunction<Speeds> one, ToDoubleFunction<Speeds> other) {
    double speed = one.applyAsDouble(first);
    double share = speed / one.applyAsDouble(speeds);
    if (share == other.applyAsDouble(first) / other.applyAsDouble(speeds)
        && (share == 1 || speed != other.applyAsDouble(first))) {
      return percent(share);
    }
    return plain(speed);
  }

  private void limits(MachineLimits limits) {
    word(
        "machine_limits_usage",
        switch (limits.usage()) {
          case EMIT_TO_GCODE -> lower(MachineLimits.Usage.EMIT_TO_GCODE);
          case TIME_ESTIMATE_ONLY -> lower(MachineLimits.Usage.TIME_ESTIMATE_ONLY);
          case IGNORE -> lower(MachineLimits.Usage.IGNORE);
        });
    axis("x", limits.x());
    axis("y", limits.y());
    axis("z", limits.z());
    axis("e", limits.e());
    number("machine_max_acceleration_extruding", limits.extruding());
    number("machine_max_acceleration_retracting", limits.retracting());
    number("machine_max_acceleration_travel", limits.travelling());
    number("machine_min_extruding_rate", limits.minExtrudingRate());
    number("machine_min_travel_rate", limits.minTravelRate());
  }

  private void axis(String name, MachineLimits.Axis axis) {
    number("machine_max_feedrate_" + name, axis.maxFeedrate());
    number("machine_max_acceleration_" + name, axis.maxAcceleration());
    number("machine_max_jerk_" + name, axis.jerk());
  }

  private void accelerations(Accelerations accelerations, MachineLimits limits) {
    // Old Marlin has one acceleration for printing and travelling; that needs no newer setting.
    boolean alike =
        accelerations.travel() == accelerations.other()
            && (limits.usage() == MachineLimits.Usage.IGNORE
                || limits.travelling() == limits.extruding());
    word("gcode_flavor", alike ? "marlin" : "marlin2");
    if (!alike && accelerations.travel() != limits.travelling()) {
      number("travel_acceleration", accelerations.travel());
    }
    number("default_acceleration", accelerations.other());
    number("perimeter_acceleration", accelerations.perimeter());
    number("infill_acceleration", accelerations.sparse());
    number("bridge_acceleration", accelerations.bridge());
    number("first_layer_acceleration", accelerations.firstLayer());
    if (accelerations.externalPerimeter() != accelerations.perimeter()) {
      number("external_perimeter_acceleration", accelerations.externalPerimeter());
    }
    if (accelerations.solid() != accelerations.sparse()) {
      number("solid_infill_acceleration", accelerations.solid());
    }
    if (accelerations.top() != accelerations.solid()) {
      number("top_solid_infill_acceleration", accelerations.top());
    }
  }

  private void retraction(PrintProfile.Retraction retraction) {
    number("retract_length", retraction.length());
    number("retract_speed", retraction.speed());
    number("deretract_speed", retraction.restartSpeed());
    number("retract_restart_extra", retraction.restartExtra());
    number("retract_lift", retraction.lift());
    number("retract_lift_above", retraction.liftAbove());
    number("retract_lift_below", retraction.liftBelow());
    number("retract_before_travel", retraction.beforeTravel());
    flag("retract_layer_change", retraction.onLayerChange());
    flag("wipe", retraction.wipe());
    flag("only_retract_when_crossing_perimeters", retraction.onlyCrossing());
    flag("use_firmware_retraction", retraction.byFirmware());
  }

  private void adhesion(Adhesion adhesion) {
    number("skirts", adhesion.skirtLoops());
    number("skirt_distance", adhesion.skirtDistance());
    number("skirt_height", adhesion.skirtLayers());
    number("min_skirt_length", adhesion.skirtMinLength());
    word(
        "brim_type",
        switch (adhesion.brim()) {
          case NONE -> "no_brim";
          case OUTER -> "outer_only";
          case INNER -> "inner_only";
          case OUTER_AND_INNER -> "outer_and_inner";
        });
    number("brim_width", adhesion.brimWidth());
    number("brim_separation", adhesion.brimGap());
  }

  private void supports(PrintProfile.Supports supports) {
    flag("support_material", supports.enabled());
    flag("support_material_auto", supports.automatic());
    number("support_material_threshold", supports.threshold());
    word(
        "support_material_style",
        switch (supports.style()) {
          case GRID -> lower(SupportStyle.GRID);
          case SNUG -> lower(SupportStyle.SNUG);
          case ORGANIC -> lower(SupportStyle.ORGANIC);
        });
    word(
        "support_material_pattern",
        switch (supports.pattern()) {
          case RECTILINEAR -> lower(SupportPattern.RECTILINEAR);
          case RECTILINEAR_GRID -> "rectilinear-grid";
          case HONEYCOMB -> lower(SupportPattern.HONEYCOMB);
        });
    number("support_material_spacing", supports.spacing());
    number("support_material_angle", supports.angle());
    flag("support_material_with_sheath", supports.sheath());
    number("support_material_contact_distance", supports.topContact());
    number("support_material_bottom_contact_distance", supports.bottomContact());
    number("support_material_interface_layers", supports.topInterfaceLayers());
    number("support_material_bottom_interface_layers", supports.bottomInterfaceLayers());
    number("support_material_interface_spacing", supports.interfaceSpacing());
    flag("support_material_buildplate_only", supports.onlyFromPlate());
    number("support_material_xy_spacing", supports.xyGap());
    flag("dont_support_bridges", supports.keepBridgesFree());
    number("support_material_enforce_layers", supports.enforcedLayers());
    number("raft_layers", supports.raftLayers());
    number("raft_expansion", supports.raftExpansion());
    number("raft_contact_distance", supports.raftContact());
    share("raft_first_layer_density", supports.raftFirstDensity());
    number("raft_first_layer_expansion", supports.raftFirstExpansion());
  }

  private void filament(PrintProfile.Filament filament) {
    if (filament.material().matches(PrusaSlicerProfile.MATERIAL)) {
      word("filament_type", filament.material());
    }
    number("filament_diameter", filament.diameter());
    number("filament_density", filament.density());
    number("extrusion_multiplier", filament.extrusionMultiplier());
    number("filament_max_volumetric_speed", filament.maxVolumetricSpeed());
  }

  private void outline(PrintProfile.Outline outline) {
    number("xy_size_compensation", outline.xyCompensation());
    number("elefant_foot_compensation", outline.elephantFoot());
    number("slice_closing_radius", outline.closingRadius());
    number("resolution", outline.resolution());
    number("gcode_resolution", outline.gcodeResolution());
    flag("spiral_vase", outline.spiralVase());
  }

  private static String pattern(InfillPattern pattern) {
    return switch (pattern) {
      case ALIGNED_RECTILINEAR -> "alignedrectilinear";
      case MONOTONIC_LINES -> "monotoniclines";
      case ADAPTIVE_CUBIC -> "adaptivecubic";
      case SUPPORT_CUBIC -> "supportcubic";
      case HONEYCOMB_3D -> "3dhoneycomb";
      case HILBERT_CURVE -> "hilbertcurve";
      case ARCHIMEDEAN_CHORDS -> "archimedeanchords";
      case OCTAGRAM_SPIRAL -> "octagramspiral";
      case RECTILINEAR,
          MONOTONIC,
          GRID,
          TRIANGLES,
          STARS,
          CUBIC,
          LINE,
          CONCENTRIC,
          HONEYCOMB,
          GYROID,
          LIGHTNING ->
          lower(pattern);
    };
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private void setting(String key, String value) {
    text.append(key).append(" = ").append(value).append('\n');
  }

  private void word(String key, String value) {
    setting(key, value);
  }

  private void flag(String key, boolean value) {
    setting(key, value ? "1" : "0");
  }

  private void number(String key, double value) {
    setting(key, plain(value));
  }

  private void share(String key, double share) {
    setting(key, percent(share));
  }

  private static String percent(double share) {
    return plain(BigDecimal.valueOf(share).movePointRight(2).doubleValue()) + "%";
  }

  /** Most decimals that a number in a profile may have. */
  private static final int MOST_DECIMALS = 18;

  /** Whole numbers without a point: some settings take no other. */
  private static String plain(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return Long.toString((long) value);
    }
    BigDecimal decimal = BigDecimal.valueOf(value);
    return decimal.scale() > MOST_DECIMALS
        ? decimal.unscaledValue() + "E" + -decimal.scale()
        : Double.toString(value);
  }
}
