package io.ktizo.core.print;

import java.util.Map;
import java.util.Set;

/**
 * PrusaSlicer's settings, versions 2.5 to 2.9, by what they mean to an estimate. What is in none of
 * these sets is unknown.
 */
final class PrusaSlicerKeys {
  private PrusaSlicerKeys() {}

  /** Settings that an estimate is made of. */
  static final Set<String> READ =
      Set.of(
          """
          bottom_fill_pattern bottom_solid_layers bottom_solid_min_thickness
          bridge_acceleration bridge_flow_ratio bridge_speed brim_separation brim_type
          brim_width cooling default_acceleration default_filament_profile
          default_print_profile deretract_speed dont_support_bridges
          elefant_foot_compensation ensure_vertical_shell_thickness
          external_perimeter_acceleration external_perimeter_extrusion_width
          external_perimeter_speed external_perimeters_first extra_perimeters
          extrusion_multiplier extrusion_width filament_density filament_deretract_speed
          filament_diameter filament_max_volumetric_speed filament_retract_before_travel
          filament_retract_layer_change filament_retract_length filament_retract_lift
          filament_retract_restart_extra filament_retract_speed filament_type filament_wipe
          fill_angle fill_density fill_pattern first_layer_acceleration
          first_layer_extrusion_width first_layer_height first_layer_infill_speed
          first_layer_speed gap_fill_enabled gap_fill_speed gcode_flavor gcode_resolution
          infill_acceleration infill_anchor infill_anchor_max infill_every_layers
          infill_extrusion_width infill_first infill_overlap infill_speed layer_height
          machine_limits_usage machine_max_acceleration_ machine_max_acceleration_e
          machine_max_acceleration_extruding machine_max_acceleration_retracting
          machine_max_acceleration_travel machine_max_acceleration_x
          machine_max_acceleration_y machine_max_acceleration_z machine_max_feedrate_
          machine_max_feedrate_e machine_max_feedrate_x machine_max_feedrate_y
          machine_max_feedrate_z machine_max_jerk_ machine_max_jerk_e machine_max_jerk_x
          machine_max_jerk_y machine_max_jerk_z machine_min_extruding_rate
          machine_min_travel_rate max_print_speed max_volumetric_speed min_print_speed
          min_skirt_length nozzle_diameter only_retract_when_crossing_perimeters overhangs
          perimeter_acceleration perimeter_extrusion_width perimeter_generator
          perimeter_speed perimeters printer_technology raft_contact_distance raft_expansion
          raft_first_layer_density raft_first_layer_expansion raft_layers resolution
          retract_before_travel retract_layer_change retract_length retract_lift
          retract_lift_above retract_lift_below retract_restart_extra retract_speed
          skirt_distance skirt_height skirts slice_closing_radius slowdown_below_layer_time
          small_perimeter_speed solid_infill_acceleration solid_infill_below_area
          solid_infill_every_layers solid_infill_extrusion_width solid_infill_speed
          spiral_vase support_material support_material_angle support_material_auto
          support_material_bottom_contact_distance support_material_bottom_interface_layers
          support_material_buildplate_only support_material_contact_distance
          support_material_enforce_layers support_material_extrusion_width
          support_material_interface_layers support_material_interface_spacing
          support_material_interface_speed support_material_pattern support_material_spacing
          support_material_speed support_material_style support_material_threshold
          support_material_with_sheath support_material_xy_spacing thick_bridges thin_walls
          top_fill_pattern top_infill_extrusion_width top_solid_infill_acceleration
          top_solid_infill_speed top_solid_layers top_solid_min_thickness
          travel_acceleration travel_speed travel_speed_z use_firmware_retraction wipe
          xy_size_compensation
          """
              .strip()
              .split("\\s+"));

  /** Settings that change a print, left out of the estimate; with the values that mean "off". */
  static final Map<String, Set<String>> NOT_MODELLED =
      Map.ofEntries(
          Map.entry("arc_fitting", Set.of("", "disabled")),
          Map.entry("automatic_extrusion_widths", Set.of("", "0", "0%")),
          Map.entry("automatic_infill_combination", Set.of("", "0", "0%")),
          Map.entry("avoid_crossing_curled_overhangs", Set.of("", "0", "0%")),
          Map.entry("avoid_crossing_perimeters", Set.of("", "0", "0%")),
          Map.entry("complete_objects", Set.of("", "0", "0%")),
          Map.entry("cooling_slowdown_logic", Set.of("", "uniform_cooling")),
          Map.entry("draft_shield", Set.of("", "0", "disabled")),
          Map.entry("enable_dynamic_overhang_speeds", Set.of("", "0", "0%")),
          Map.entry("extra_perimeters_on_overhangs", Set.of("", "0", "0%")),
          Map.entry("filament_infill_max_crossing_speed", Set.of("", "0", "0%")),
          Map.entry("filament_infill_max_speed", Set.of("", "0", "0%")),
          Map.entry("filament_shrinkage_compensation_xy", Set.of("", "0", "0%")),
          Map.entry("filament_shrinkage_compensation_z", Set.of("", "0", "0%")),
          Map.entry("filament_travel_ramping_lift", Set.of("", "0", "0%")),
          Map.entry("fuzzy_skin", Set.of("", "none")),
          Map.entry("infill_only_where_needed", Set.of("", "0", "0%")),
          Map.entry("interface_shells", Set.of("", "0", "0%")),
          Map.entry("ironing", Set.of("", "0", "0%")),
          Map.entry("machine_max_junction_deviation", Set.of("", "0", "0%")),
          Map.entry("max_volumetric_extrusion_rate_slope_negative", Set.of("", "0", "0%")),
          Map.entry("max_volumetric_extrusion_rate_slope_positive", Set.of("", "0", "0%")),
          Map.entry("min_bead_width", Set.of("", "85", "85%")),
          Map.entry("min_feature_size", Set.of("", "25", "25%")),
          Map.entry("mmu_segmented_region_max_width", Set.of("", "0", "0%")),
          Map.entry("only_one_perimeter_first_layer", Set.of("", "0", "0%")),
          Map.entry("over_bridge_speed", Set.of("", "0", "0%")),
          Map.entry("post_process", Set.of("")),
          Map.entry("scarf_seam_placement", Set.of("", "nowhere")),
          Map.entry("slicing_mode", Set.of("", "regular")),
          Map.entry("staggered_inner_seams", Set.of("", "0", "0%")),
          Map.entry("support_material_closing_radius", Set.of("", "2")),
          Map.entry("support_material_interface_contact_loops", Set.of("", "0", "0%")),
          Map.entry("support_material_interface_pattern", Set.of("", "auto", "rectilinear")),
          Map.entry("support_material_synchronize_layers", Set.of("", "0", "0%")),
          Map.entry("top_one_perimeter_type", Set.of("", "none")),
          Map.entry("travel_ramping_lift", Set.of("", "0", "0%")),
          Map.entry("travel_short_distance_acceleration", Set.of("", "0", "0%")),
          Map.entry("wall_distribution_count", Set.of("", "1")),
          Map.entry("wall_transition_angle", Set.of("", "10")),
          Map.entry("wall_transition_filter_deviation", Set.of("", "25", "25%")),
          Map.entry("wall_transition_length", Set.of("", "100", "100%")),
          Map.entry("wipe_tower", Set.of("", "0", "0%")));

  /** Settings that change neither filament nor time as estimated: heat, fans, names, looks. */
  static final Set<String> WITHOUT_EFFECT =
      Set.of(
          """
          autoemit_temperature_commands automatic_infill_combination_max_layer_height
          avoid_crossing_perimeters_max_detour bed_custom_model bed_custom_texture bed_model
          bed_shape bed_temperature bed_temperature_extruder bed_texture bed_with_grid
          before_layer_gcode between_objects_gcode binary_gcode bridge_angle
          bridge_fan_speed brim_inside_holes chamber_minimal_temperature chamber_temperature
          changelog_url clip_multipart_objects color_change_gcode colorprint_heights
          compatible_printers compatible_printers_condition
          compatible_printers_condition_cummulative compatible_prints
          compatible_prints_condition compatible_prints_condition_cummulative
          config_compatibility config_update_url config_version
          cooling_perimeter_transition_distance cooling_tube_length cooling_tube_retraction
          custom_parameters_filament custom_parameters_print custom_parameters_printer
          default_materials default_sla_material_profile default_sla_print_profile
          disable_fan_first_layers duplicate_distance dynamic_overhang_speeds
          elefant_foot_min_width enable_dynamic_fan_speeds end_filament_gcode end_gcode
          external_fill_pattern extra_loading_move extra_perimeters_overhangs extruder
          extruder_clearance_height extruder_clearance_radius extruder_colour
          extruder_offset extrusion_axis family fan_always_on fan_below_layer_time
          filament_abrasive filament_colour filament_cooling_final_speed
          filament_cooling_initial_speed filament_cooling_moves filament_cost
          filament_extruder_id filament_load_time filament_loading_speed
          filament_loading_speed_start filament_minimal_purge_on_wipe_tower
          filament_multitool_ramming filament_multitool_ramming_flow
          filament_multitool_ramming_volume filament_notes filament_preset
          filament_purge_multiplier filament_ramming_parameters filament_retract_before_wipe
          filament_retract_length_toolchange filament_settings_id filament_soluble
          filament_spool_weight filament_stamping_distance filament_stamping_loading_speed
          filament_toolchange_delay filament_travel_max_lift filament_travel_slope
          filament_unload_time filament_unloading_speed filament_unloading_speed_start
          filament_vendor first_layer_acceleration_over_raft first_layer_bed_temperature
          first_layer_speed_over_raft first_layer_temperature full_fan_speed_layer
          fuzzy_skin_point_dist fuzzy_skin_thickness gcode_comments gcode_label_objects
          gcode_substitutions high_current_on_filament_swap host_type idle_temperature
          infill_extruder inherits inherits_cummulative ironing_flowrate ironing_spacing
          ironing_speed ironing_type label_printed_objects layer_gcode max_fan_speed
          max_layer_height max_print_height min_fan_speed min_layer_height
          mmu_segmented_region_interlocking_depth multimaterial_purging name notes
          nozzle_high_flow octoprint_apikey octoprint_host only_one_perimeter_top
          ooze_prevention output_filename_format overhang_fan_speed_0 overhang_fan_speed_1
          overhang_fan_speed_2 overhang_fan_speed_3 overhang_speed_0 overhang_speed_1
          overhang_speed_2 overhang_speed_3 parking_pos_retraction pause_print_gcode
          perimeter_extruder physical_printer_preset physical_printer_settings_id
          prefer_clockwise_movements preset_name preset_names print_host print_settings_id
          printer_model printer_notes printer_settings_id printer_variant printer_vendor
          printhost_apikey printhost_authorization_type printhost_cafile printhost_password
          printhost_port printhost_ssl_ignore_revoke printhost_user profile_vendor
          profile_version remaining_times renamed_from repo_id retract_before_wipe
          retract_length_toolchange retract_restart_extra_toolchange scarf_seam_entire_loop
          scarf_seam_length scarf_seam_max_segment_length scarf_seam_on_inner_perimeters
          scarf_seam_only_on_smooth scarf_seam_start_height seam_gap_distance seam_position
          seam_preferred_direction seam_preferred_direction_jitter serial_port serial_speed
          silent_mode single_extruder_multi_material single_extruder_multi_material_priming
          solid_infill_extruder solid_layers solid_min_thickness standby_temperature_delta
          start_filament_gcode start_gcode support_material_extruder
          support_material_interface_extruder support_material_solid_first_layer
          support_tree_angle support_tree_angle_slow support_tree_branch_diameter
          support_tree_branch_diameter_angle support_tree_branch_diameter_double_wall
          support_tree_branch_distance support_tree_tip_diameter support_tree_top_rate
          support_tree_type technology temperature template_custom_gcode thin_perimeters
          threads thumbnail thumbnails thumbnails_format toolchange_gcode top_fan_speed
          travel_lift_before_obstacle travel_max_lift travel_slope use_relative_e_distances
          use_volumetric_e variable_layer_height variants wipe_into_infill wipe_into_objects
          wipe_tower_acceleration wipe_tower_bridging wipe_tower_brim_width
          wipe_tower_cone_angle wipe_tower_extra_flow wipe_tower_extra_spacing
          wipe_tower_extruder wipe_tower_no_sparse_layers wipe_tower_rotation_angle
          wipe_tower_width wipe_tower_x wipe_tower_y wiping_volumes_extruders
          wiping_volumes_matrix wiping_volumes_use_custom_matrix z_offset
          """
              .strip()
              .split("\\s+"));

  static boolean isKnown(String key) {
    return READ.contains(key) || WITHOUT_EFFECT.contains(key) || NOT_MODELLED.containsKey(key);
  }
}
