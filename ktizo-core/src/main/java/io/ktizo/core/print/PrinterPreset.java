package io.ktizo.core.print;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Common printers as their makers set them up: a place to begin for a Shop that does not bring its
 * own profile.
 *
 * <p>Numbers are those of the makers' own slicer profiles for everyday quality; the source stands
 * with each constant. Supports are switched on, as nobody has looked at a part before it is quoted.
 * A Shop's own profile ({@link PrusaSlicerProfile}) and its own measurements ({@link
 * PrintProfile.Calibration}) go before.
 */
public enum PrinterPreset {
  /**
   * Original Prusa i3 MK3S and MK3S+, nozzle 0.4 mm, layers 0.2 mm.
   *
   * <p>Source: PrusaSlicer's profiles for Prusa Research 1.5.1 (2022), "0.20mm QUALITY @MK3".
   */
  PRUSA_MK3S(
      "Original Prusa i3 MK3S+, 0.20 mm",
      250,
      210,
      210,
      15,
      Source.MK3S_MACHINE
          + Source.PRUSA_SHELLS
          + """
          nozzle_diameter = 0.4
          layer_height = 0.2
          first_layer_height = 0.2
          top_solid_layers = 6
          bottom_solid_layers = 4
          top_solid_min_thickness = 0.7
          bottom_solid_min_thickness = 0.5
          bridge_flow_ratio = 0.95
          extrusion_width = 0.45
          first_layer_extrusion_width = 0.42
          top_infill_extrusion_width = 0.4
          support_material_extrusion_width = 0.35
          external_perimeter_speed = 25
          perimeter_speed = 45
          small_perimeter_speed = 25
          infill_speed = 80
          solid_infill_speed = 80
          top_solid_infill_speed = 40
          bridge_speed = 25
          gap_fill_speed = 40
          """),
  /**
   * The same with a nozzle of 0.6 mm and layers of 0.3 mm.
   *
   * <p>Source: PrusaSlicer's profiles for Prusa Research 2.4.0 (2025), "0.30mm QUALITY @0.6 nozzle
   * MK3".
   */
  PRUSA_MK3S_06(
      "Original Prusa i3 MK3S+, 0.6 nozzle, 0.30 mm",
      250,
      210,
      210,
      15,
      Source.MK3S_MACHINE
          + Source.PRUSA_SHELLS
          + """
          nozzle_diameter = 0.6
          layer_height = 0.3
          first_layer_height = 0.2
          top_solid_layers = 4
          bottom_solid_layers = 4
          top_solid_min_thickness = 0.9
          bottom_solid_min_thickness = 0.6
          infill_anchor_max = 15
          bridge_flow_ratio = 1
          extrusion_width = 0.65
          first_layer_extrusion_width = 0.65
          top_infill_extrusion_width = 0.6
          support_material_extrusion_width = 0.55
          external_perimeter_speed = 35
          perimeter_speed = 45
          small_perimeter_speed = 25
          infill_speed = 70
          solid_infill_speed = 70
          top_solid_infill_speed = 45
          bridge_speed = 25
          gap_fill_speed = 40
          deretract_speed = 25
          """),
  /**
   * Original Prusa MK4 with input shaper, nozzle 0.4 mm, layers 0.2 mm.
   *
   * <p>Source: PrusaSlicer's profiles for Prusa Research 2.4.0 (2025), "0.20mm SPEED @MK4IS 0.4".
   */
  PRUSA_MK4(
      "Original Prusa MK4 Input Shaper, 0.20 mm",
      250,
      210,
      220,
      15,
      """
      gcode_flavor = marlin
      nozzle_diameter = 0.4
      layer_height = 0.2
      first_layer_height = 0.2
      perimeters = 2
      top_solid_layers = 5
      bottom_solid_layers = 3
      top_solid_min_thickness = 0.7
      bottom_solid_min_thickness = 0.5
      ensure_vertical_shell_thickness = 0
      fill_pattern = grid
      infill_anchor = 2
      infill_anchor_max = 12
      infill_overlap = 15%
      bridge_flow_ratio = 1
      extrusion_width = 0.45
      first_layer_extrusion_width = 0.5
      top_infill_extrusion_width = 0.42
      support_material_extrusion_width = 0.4
      external_perimeter_speed = 170
      perimeter_speed = 170
      small_perimeter_speed = 170
      infill_speed = 200
      solid_infill_speed = 200
      top_solid_infill_speed = 100
      bridge_speed = 50
      gap_fill_speed = 120
      support_material_speed = 120
      support_material_interface_speed = 50%
      travel_speed = 300
      travel_speed_z = 12
      first_layer_speed = 40
      first_layer_infill_speed = 100
      default_acceleration = 4000
      perimeter_acceleration = 4000
      infill_acceleration = 4000
      bridge_acceleration = 1500
      top_solid_infill_acceleration = 1500
      first_layer_acceleration = 500
      machine_max_feedrate_x = 300
      machine_max_feedrate_y = 300
      machine_max_feedrate_z = 40
      machine_max_feedrate_e = 100
      machine_max_acceleration_x = 4000
      machine_max_acceleration_y = 4000
      machine_max_acceleration_z = 200
      machine_max_acceleration_e = 2500
      machine_max_acceleration_extruding = 4000
      machine_max_acceleration_retracting = 2500
      machine_max_acceleration_travel = 4000
      machine_max_jerk_x = 8
      machine_max_jerk_y = 8
      machine_max_jerk_z = 2
      machine_max_jerk_e = 10
      retract_length = 0.7
      retract_speed = 35
      deretract_speed = 25
      retract_lift = 0.2
      retract_lift_below = 219
      retract_before_travel = 1.5
      retract_layer_change = 1
      elefant_foot_compensation = 0.2
      gcode_resolution = 0.008
      support_material_threshold = 40
      skirts = 0
      """),
  /**
   * Original Prusa MINI and MINI+, nozzle 0.4 mm, layers 0.2 mm.
   *
   * <p>Source: PrusaSlicer's profiles for Prusa Research 2.4.0 (2025), "0.20mm QUALITY @MINI".
   */
  PRUSA_MINI(
      "Original Prusa MINI+, 0.20 mm",
      180,
      180,
      180,
      15,
      Source.PRUSA_SHELLS
          + """
          gcode_flavor = marlin2
          nozzle_diameter = 0.4
          layer_height = 0.2
          first_layer_height = 0.2
          top_solid_layers = 5
          bottom_solid_layers = 4
          top_solid_min_thickness = 0.7
          bottom_solid_min_thickness = 0.5
          infill_overlap = 15%
          bridge_flow_ratio = 0.95
          extrusion_width = 0.45
          first_layer_extrusion_width = 0.42
          top_infill_extrusion_width = 0.4
          support_material_extrusion_width = 0.35
          external_perimeter_speed = 30
          perimeter_speed = 40
          small_perimeter_speed = 25
          infill_speed = 80
          solid_infill_speed = 80
          top_solid_infill_speed = 40
          bridge_speed = 25
          gap_fill_speed = 40
          support_material_speed = 40
          support_material_interface_speed = 80%
          travel_speed = 150
          travel_speed_z = 12
          first_layer_speed = 20
          default_acceleration = 1000
          perimeter_acceleration = 900
          external_perimeter_acceleration = 800
          infill_acceleration = 1500
          top_solid_infill_acceleration = 800
          bridge_acceleration = 1000
          first_layer_acceleration = 600
          machine_max_feedrate_x = 180
          machine_max_feedrate_y = 180
          machine_max_feedrate_z = 12
          machine_max_feedrate_e = 80
          machine_max_acceleration_x = 2500
          machine_max_acceleration_y = 2500
          machine_max_acceleration_z = 400
          machine_max_acceleration_e = 5000
          machine_max_acceleration_extruding = 2000
          machine_max_acceleration_retracting = 1250
          machine_max_acceleration_travel = 2500
          machine_max_jerk_x = 8
          machine_max_jerk_y = 8
          machine_max_jerk_z = 2
          machine_max_jerk_e = 10
          retract_length = 3.2
          retract_speed = 70
          deretract_speed = 40
          retract_lift = 0.2
          retract_lift_below = 179
          retract_before_travel = 1.5
          retract_layer_change = 1
          wipe = 1
          """),
  /**
   * Creality Ender-3, nozzle 0.4 mm, layers 0.2 mm.
   *
   * <p>Source: PrusaSlicer's profiles for Creality 0.2.1 (2022), "0.20 mm NORMAL (0.4 mm nozzle)".
   */
  CREALITY_ENDER_3(
      "Creality Ender-3, 0.20 mm",
      220,
      220,
      250,
      15,
      """
      gcode_flavor = marlin
      nozzle_diameter = 0.4
      layer_height = 0.2
      first_layer_height = 0.2
      perimeters = 3
      extra_perimeters = 0
      overhangs = 0
      top_solid_layers = 5
      bottom_solid_layers = 4
      fill_pattern = grid
      bridge_flow_ratio = 0.95
      thick_bridges = 1
      extrusion_width = 0.44
      external_perimeter_extrusion_width = 0.42
      first_layer_extrusion_width = 0.42
      top_infill_extrusion_width = 0.4
      support_material_extrusion_width = 0.36
      external_perimeter_speed = 25
      perimeter_speed = 40
      small_perimeter_speed = 25
      infill_speed = 50
      solid_infill_speed = 40
      top_solid_infill_speed = 30
      bridge_speed = 25
      gap_fill_speed = 30
      support_material_speed = 40
      support_material_interface_speed = 100%
      travel_speed = 150
      first_layer_speed = 20
      default_acceleration = 500
      perimeter_acceleration = 500
      infill_acceleration = 500
      bridge_acceleration = 250
      first_layer_acceleration = 0
      machine_max_feedrate_x = 500
      machine_max_feedrate_y = 500
      machine_max_feedrate_z = 10
      machine_max_feedrate_e = 60
      machine_max_acceleration_x = 500
      machine_max_acceleration_y = 500
      machine_max_acceleration_z = 100
      machine_max_acceleration_e = 5000
      machine_max_acceleration_extruding = 500
      machine_max_acceleration_retracting = 1000
      machine_max_acceleration_travel = 500
      machine_max_jerk_x = 8
      machine_max_jerk_y = 8
      machine_max_jerk_z = 0.4
      machine_max_jerk_e = 5
      retract_length = 5
      retract_speed = 60
      deretract_speed = 40
      retract_before_travel = 2
      retract_layer_change = 1
      wipe = 1
      elefant_foot_compensation = 0.1
      support_material_threshold = 40
      skirts = 1
      skirt_distance = 3
      skirt_height = 2
      min_skirt_length = 4
      """),
  /**
   * Bambu Lab X1 Carbon, P1P and P1S, nozzle 0.4 mm, layers 0.2 mm.
   *
   * <p>Source: the profiles of Bambu Studio (2025), machine "fdm_bbl_3dp_001_common", process
   * "0.20mm Standard @BBL X1C" with what they inherit, flow of "Bambu PLA Basic @BBL X1C".
   */
  BAMBU_X1C(
      "Bambu Lab X1 Carbon, P1S, 0.20 mm",
      256,
      256,
      250,
      21,
      """
      gcode_flavor = marlin2
      nozzle_diameter = 0.4
      layer_height = 0.2
      first_layer_height = 0.2
      perimeters = 2
      perimeter_generator = classic
      extra_perimeters = 0
      top_solid_layers = 5
      bottom_solid_layers = 3
      top_solid_min_thickness = 1
      solid_infill_below_area = 15
      fill_pattern = grid
      infill_overlap = 15%
      bridge_flow_ratio = 1
      extrusion_width = 0.42
      external_perimeter_extrusion_width = 0.42
      perimeter_extrusion_width = 0.45
      infill_extrusion_width = 0.45
      first_layer_extrusion_width = 0.5
      external_perimeter_speed = 200
      perimeter_speed = 300
      small_perimeter_speed = 100
      infill_speed = 270
      solid_infill_speed = 250
      top_solid_infill_speed = 200
      bridge_speed = 50
      gap_fill_speed = 250
      support_material_speed = 150
      support_material_interface_speed = 80
      travel_speed = 500
      first_layer_speed = 50
      first_layer_infill_speed = 105
      default_acceleration = 10000
      perimeter_acceleration = 10000
      external_perimeter_acceleration = 5000
      infill_acceleration = 10000
      top_solid_infill_acceleration = 2000
      bridge_acceleration = 10000
      first_layer_acceleration = 500
      machine_max_feedrate_x = 500
      machine_max_feedrate_y = 500
      machine_max_feedrate_z = 12
      machine_max_feedrate_e = 25
      machine_max_acceleration_x = 10000
      machine_max_acceleration_y = 10000
      machine_max_acceleration_z = 500
      machine_max_acceleration_e = 5000
      machine_max_acceleration_extruding = 10000
      machine_max_acceleration_retracting = 5000
      machine_max_acceleration_travel = 9000
      machine_max_jerk_x = 9
      machine_max_jerk_y = 9
      machine_max_jerk_z = 0.2
      machine_max_jerk_e = 2.5
      retract_length = 0.8
      retract_speed = 30
      retract_lift = 0.4
      retract_before_travel = 1
      retract_layer_change = 1
      wipe = 1
      elefant_foot_compensation = 0.15
      support_material_threshold = 30
      skirts = 0
      """),
  /**
   * Voron 2.4 with a plate of 300 mm, nozzle 0.4 mm, layers 0.2 mm.
   *
   * <p>Source: PrusaSlicer's profiles for Voron 2.1.0 (2025), "0.2mm 0.4nozzle V2". Most owners
   * print faster; this is where they begin.
   */
  VORON_2_4(
      "Voron 2.4, 300 mm, 0.20 mm",
      300,
      300,
      280,
      15,
      """
      gcode_flavor = marlin
      nozzle_diameter = 0.4
      layer_height = 0.2
      first_layer_height = 0.2
      perimeters = 3
      top_solid_layers = 6
      bottom_solid_layers = 5
      infill_anchor = 0
      infill_overlap = 20%
      bridge_flow_ratio = 0.8
      thick_bridges = 1
      extrusion_width = 0.44
      external_perimeter_extrusion_width = 0.42
      first_layer_extrusion_width = 0.56
      external_perimeter_speed = 40
      perimeter_speed = 100
      small_perimeter_speed = 40
      infill_speed = 125
      solid_infill_speed = 120
      top_solid_infill_speed = 50
      bridge_speed = 60
      gap_fill_speed = 40
      support_material_speed = 90
      support_material_interface_speed = 70
      travel_speed = 300
      first_layer_speed = 30
      default_acceleration = 1500
      perimeter_acceleration = 1500
      infill_acceleration = 1500
      bridge_acceleration = 1500
      first_layer_acceleration = 1000
      machine_max_feedrate_x = 500
      machine_max_feedrate_y = 500
      machine_max_feedrate_z = 12
      machine_max_feedrate_e = 120
      machine_max_acceleration_x = 9000
      machine_max_acceleration_y = 9000
      machine_max_acceleration_z = 500
      machine_max_acceleration_e = 10000
      machine_max_acceleration_extruding = 1500
      machine_max_acceleration_retracting = 1500
      machine_max_acceleration_travel = 1500
      machine_max_jerk_x = 10
      machine_max_jerk_y = 10
      machine_max_jerk_z = 0.2
      machine_max_jerk_e = 2.5
      retract_length = 0.75
      retract_speed = 50
      deretract_speed = 30
      retract_lift = 0.4
      retract_lift_above = 0.2
      retract_before_travel = 3
      only_retract_when_crossing_perimeters = 1
      elefant_foot_compensation = 0.1
      support_material_threshold = 30
      skirts = 3
      skirt_distance = 3
      min_skirt_length = 20
      """);

  /** What every preset is printed in. */
  private static final Set<FilamentMaterial> MATERIALS =
      Collections.unmodifiableSet(
          EnumSet.of(
              FilamentMaterial.PLA,
              FilamentMaterial.PETG,
              FilamentMaterial.ABS,
              FilamentMaterial.ASA,
              FilamentMaterial.TPU));

  private final String label;
  private final double width;
  private final double depth;
  private final double height;
  private final double plaFlow;
  private final String settings;

  PrinterPreset(
      String label, double width, double depth, double height, double plaFlow, String settings) {
    this.label = label;
    this.width = width;
    this.depth = depth;
    this.height = height;
    this.plaFlow = plaFlow;
    this.settings = settings;
  }

  /** For people: printer, nozzle where it is unusual, layer height. */
  public String label() {
    return label;
  }

  /** What it prints in. */
  public BuildVolume.Box buildVolume() {
    return new BuildVolume.Box(width, depth, height);
  }

  /** The materials that there are presets for. */
  public static Set<FilamentMaterial> materials() {
    return MATERIALS;
  }

  /**
   * The printer's profile for a material: 15 % infill, supports where needed.
   *
   * @throws IllegalArgumentException if the material is none of {@link #materials()}
   */
  public PrintProfile profile(FilamentMaterial material) {
    if (!MATERIALS.contains(material)) {
      throw new IllegalArgumentException("no preset for " + material);
    }
    String text = Source.COMMON + settings + filament(material);
    return switch (PrusaSlicerProfile.read(label + ", " + material, text)) {
      case ProfileReading.Accepted accepted -> accepted.profile();
      case ProfileReading.Refused refused ->
          throw new IllegalStateException("the preset itself is wrong: " + refused.faults());
    };
  }

  /**
   * Flow and cooling of Prusa Research's generic filaments: profiles for Prusa Research 2.4.0
   * (2025), "Generic PLA", "Generic PETG", "Generic ABS" (for ASA too) and "Generic FLEX".
   */
  private String filament(FilamentMaterial material) {
    String specific =
        switch (material) {
          case PLA ->
              "filament_max_volumetric_speed = " + plaFlow + "\nslowdown_below_layer_time = 12\n";
          case PETG -> "filament_max_volumetric_speed = 8\nslowdown_below_layer_time = 15\n";
          case ABS, ASA -> "filament_max_volumetric_speed = 11\nslowdown_below_layer_time = 20\n";
          case TPU ->
              "filament_max_volumetric_speed = 1.2\ncooling = 0\nextrusion_multiplier = 1.15\n";
          case PA, PC, PP, HIPS, PVA -> "";
        };
    return specific
        + "filament_type = "
        + material
        + "\n"
        + "filament_density = "
        + material.density()
        + "\n";
  }

  /** Settings that several presets have in common. */
  private static final class Source {
    static final String COMMON =
        """
        printer_technology = FFF
        filament_diameter = 1.75
        perimeter_generator = arachne
        extra_perimeters = 0
        thin_walls = 0
        ensure_vertical_shell_thickness = 1
        solid_infill_below_area = 0
        top_fill_pattern = monotonic
        bottom_fill_pattern = monotonic
        fill_density = 15%
        fill_pattern = gyroid
        thick_bridges = 0
        machine_limits_usage = time_estimate_only
        cooling = 1
        min_print_speed = 15
        max_print_speed = 500
        support_material = 1
        support_material_auto = 1
        support_material_spacing = 2
        support_material_interface_layers = 2
        support_material_interface_spacing = 0.2
        support_material_with_sheath = 0
        support_material_xy_spacing = 60%
        brim_width = 0
        """;

    static final String PRUSA_SHELLS =
        """
        perimeters = 2
        infill_anchor = 2.5
        infill_anchor_max = 12
        elefant_foot_compensation = 0.2
        support_material_threshold = 50
        skirts = 1
        skirt_distance = 2
        skirt_height = 3
        min_skirt_length = 4
        """;

    static final String MK3S_MACHINE =
        """
        gcode_flavor = marlin
        support_material_speed = 50
        support_material_interface_speed = 80%
        travel_speed = 180
        travel_speed_z = 12
        first_layer_speed = 20
        default_acceleration = 1000
        perimeter_acceleration = 800
        infill_acceleration = 1000
        bridge_acceleration = 1000
        first_layer_acceleration = 800
        machine_max_feedrate_x = 200
        machine_max_feedrate_y = 200
        machine_max_feedrate_z = 12
        machine_max_feedrate_e = 120
        machine_max_acceleration_x = 1000
        machine_max_acceleration_y = 1000
        machine_max_acceleration_z = 200
        machine_max_acceleration_e = 5000
        machine_max_acceleration_extruding = 1250
        machine_max_acceleration_retracting = 1250
        machine_max_acceleration_travel = 1250
        machine_max_jerk_x = 8
        machine_max_jerk_y = 8
        machine_max_jerk_z = 0.4
        machine_max_jerk_e = 4.5
        retract_length = 0.8
        retract_speed = 35
        retract_lift = 0.4
        retract_lift_below = 209
        retract_before_travel = 1
        retract_layer_change = 1
        wipe = 1
        """;

    private Source() {}
  }
}
