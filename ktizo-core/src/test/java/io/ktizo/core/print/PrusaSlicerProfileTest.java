package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.core.print.ProfileReading.Accepted;
import io.ktizo.core.print.ProfileReading.Fault;
import io.ktizo.core.print.ProfileReading.Refused;
import io.ktizo.core.print.ProfileReading.Remark;
import io.ktizo.core.print.PrusaSlicerProfile.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PrusaSlicerProfileTest {

  @Test
  void settings_left_out_have_the_defaults_of_the_slicer() {
    PrintProfile profile = accepted("layer_height = 0.3").profile();

    assertThat(profile.layers()).isEqualTo(new PrintProfile.Layers(0.3, 0.35));
    assertThat(profile.walls().perimeters()).isEqualTo(3);
    assertThat(profile.infill().density()).isEqualTo(0.2);
    assertThat(profile.infill().pattern()).isEqualTo(InfillPattern.STARS);
    assertThat(profile.speeds().perimeter()).isEqualTo(60);
    assertThat(profile.speeds().travel()).isEqualTo(130);
    assertThat(profile.retraction().length()).isEqualTo(2);
    assertThat(profile.cooling()).isEqualTo(new PrintProfile.Cooling(true, 5, 10));
    assertThat(profile.filament().diameter()).isEqualTo(1.75);
    assertThat(profile.adhesion().skirtLoops()).isEqualTo(1);
    assertThat(profile.supports().enabled()).isFalse();
  }

  @Test
  void a_width_of_zero_suits_the_nozzle() {
    PrintProfile profile =
        accepted("nozzle_diameter = 0.6\nfirst_layer_extrusion_width = 0\n").profile();

    assertThat(profile.widths().perimeter()).isCloseTo(0.675, within(1e-12));
    assertThat(profile.widths().top()).isEqualTo(0.6);
    assertThat(profile.widths().support()).isEqualTo(0.6);
    assertThat(profile.firstLayerWidths()).isEqualTo(profile.widths());
  }

  @Test
  void a_width_in_percent_is_of_the_layer_height_and_a_missing_one_is_the_general_one() {
    PrintProfile profile =
        accepted(
                """
                layer_height = 0.2
                first_layer_height = 150%
                extrusion_width = 0.5
                infill_extrusion_width = 300%
                first_layer_extrusion_width = 200%
                """)
            .profile();

    assertThat(profile.layers().firstHeight()).isCloseTo(0.3, within(1e-12));
    assertThat(profile.widths().sparse()).isCloseTo(0.6, within(1e-12));
    assertThat(profile.widths().externalPerimeter()).isEqualTo(0.5);
    assertThat(profile.firstLayerWidths().sparse()).isCloseTo(0.6, within(1e-12));
    assertThat(profile.firstLayerWidths().top()).isCloseTo(0.6, within(1e-12));
  }

  @Test
  void speeds_in_percent_are_of_the_speed_that_they_belong_to() {
    PrintProfile profile =
        accepted(
                """
                perimeter_speed = 80
                external_perimeter_speed = 50%
                small_perimeter_speed = 25%
                infill_speed = 100
                solid_infill_speed = 90%
                top_solid_infill_speed = 50%
                support_material_speed = 60
                support_material_interface_speed = 75%
                first_layer_speed = 50%
                """)
            .profile();

    assertThat(profile.speeds().externalPerimeter()).isEqualTo(40);
    assertThat(profile.speeds().smallPerimeter()).isEqualTo(20);
    assertThat(profile.speeds().solid()).isEqualTo(90);
    assertThat(profile.speeds().top()).isEqualTo(45);
    assertThat(profile.speeds().supportInterface()).isEqualTo(45);
    assertThat(profile.firstLayerSpeeds().solid()).isEqualTo(45);
    assertThat(profile.firstLayerSpeeds().travel()).isEqualTo(profile.speeds().travel());
  }

  @Test
  void an_absolute_first_layer_speed_holds_for_every_role() {
    PrintProfile profile = accepted("first_layer_speed = 17\n").profile();

    assertThat(profile.firstLayerSpeeds().sparse()).isEqualTo(17);
    assertThat(profile.firstLayerSpeeds().externalPerimeter()).isEqualTo(17);
  }

  @Test
  void accelerations_fall_back_and_never_exceed_the_machine() {
    PrintProfile profile =
        accepted(
                """
                gcode_flavor = marlin
                default_acceleration = 1000
                perimeter_acceleration = 800
                infill_acceleration = 3000
                machine_max_acceleration_extruding = 1250,960
                """)
            .profile();

    assertThat(profile.accelerations().externalPerimeter()).isEqualTo(800);
    assertThat(profile.accelerations().sparse()).isEqualTo(1250);
    assertThat(profile.accelerations().travel()).isEqualTo(1000);
    assertThat(profile.accelerations().of(PrintRole.SUPPORT, false)).isEqualTo(1000);
  }

  @Test
  void without_a_default_acceleration_the_machine_accelerates_as_it_can() {
    PrintProfile profile =
        accepted(
                """
                gcode_flavor = marlin2
                perimeter_acceleration = 800
                machine_max_acceleration_extruding = 2000
                machine_max_acceleration_travel = 4000
                """)
            .profile();

    assertThat(profile.accelerations().perimeter()).isEqualTo(2000);
    assertThat(profile.accelerations().travel()).isEqualTo(4000);
  }

  @Test
  void limits_to_be_ignored_are_not_used() {
    PrintProfile profile =
        accepted(
                """
                gcode_flavor = marlin
                machine_limits_usage = ignore
                machine_max_feedrate_x = 7
                """)
            .profile();

    assertThat(profile.limits().x()).isEqualTo(MachineLimits.COMMON.x());
  }

  @Test
  void a_filament_overrides_the_printers_retraction() {
    PrintProfile profile =
        accepted(
                """
                retract_length = 0.8
                retract_lift = 0.6
                filament_retract_length = 3.2
                filament_retract_lift = nil
                """)
            .profile();

    assertThat(profile.retraction().length()).isEqualTo(3.2);
    assertThat(profile.retraction().lift()).isEqualTo(0.6);
  }

  @Test
  void the_lower_of_two_flow_limits_counts() {
    assertThat(
            accepted("max_volumetric_speed = 15\nfilament_max_volumetric_speed = 8\n")
                .profile()
                .filament()
                .maxVolumetricSpeed())
        .isEqualTo(8);
    assertThat(
            accepted("max_volumetric_speed = 0\nfilament_max_volumetric_speed = 8\n")
                .profile()
                .filament()
                .maxVolumetricSpeed())
        .isEqualTo(8);
  }

  @Test
  void a_spiral_vase_is_one_wall_without_inside_or_top() {
    PrintProfile profile =
        accepted("spiral_vase = 1\nperimeters = 3\nfill_density = 20%\nsupport_material = 1\n")
            .profile();

    assertThat(profile.walls().perimeters()).isEqualTo(1);
    assertThat(profile.infill().density()).isZero();
    assertThat(profile.shells().topLayers()).isZero();
    assertThat(profile.supports().enabled()).isFalse();
  }

  @Test
  void a_bundle_resolves_inheritance_with_the_later_parent_and_the_own_value_first() {
    String bundle =
        """
        [print:*common*]
        perimeters = 2
        layer_height = 0.3
        fill_density = 10%

        [print:*fine*]
        layer_height = 0.1
        first_layer_height = 0.1

        [print:0.10 mm strong]
        inherits = *common*; *fine*
        fill_density = 40%

        [filament:Some PETG]
        filament_type = PETG
        filament_density = 1.27

        [printer:Some printer]
        nozzle_diameter = 0.4
        """;

    PrintProfile profile = accepted(bundle).profile();

    assertThat(profile.walls().perimeters()).isEqualTo(2);
    assertThat(profile.layers().height()).isEqualTo(0.1);
    assertThat(profile.infill().density()).isEqualTo(0.4);
    assertThat(profile.filament().material()).isEqualTo("PETG");
    assertThat(PrusaSlicerProfile.offerOf(bundle).prints()).containsExactly("0.10 mm strong");
  }

  @Test
  void of_several_presets_the_chosen_one_counts() {
    String bundle =
        """
        [print:one]
        perimeters = 1

        [print:two]
        perimeters = 2

        [printer:any]
        nozzle_diameter = 0.4

        [presets]
        print = one
        """;

    assertThat(accepted(bundle).profile().walls().perimeters()).isEqualTo(1);
    Accepted second =
        (Accepted) PrusaSlicerProfile.read("second", bundle, new Selection("two", "", ""));
    assertThat(second.profile().walls().perimeters()).isEqualTo(2);
    Refused none =
        (Refused) PrusaSlicerProfile.read("none", bundle, new Selection("three", "", ""));
    assertThat(none.faults()).extracting(Fault::code).containsExactly(Fault.Code.NO_SUCH_PRESET);
  }

  @Test
  void several_presets_and_no_choice_are_refused() {
    Refused refused = refused("[print:one]\nperimeters = 1\n[print:two]\nperimeters = 2\n");

    assertThat(refused.faults()).extracting(Fault::code).containsExactly(Fault.Code.CHOICE_NEEDED);
  }

  @Test
  void a_preset_that_inherits_from_itself_is_refused() {
    Refused refused = refused("[print:*a*]\ninherits = b\n[print:b]\ninherits = *a*\n");

    assertThat(refused.faults())
        .extracting(Fault::code)
        .containsExactly(Fault.Code.CIRCULAR_INHERITANCE);
  }

  @Test
  void the_comments_of_gcode_are_a_profile() {
    PrintProfile profile =
        accepted(
                """
                G1 X10 Y10 E0.5
                ; perimeters = 7
                ; prusaslicer_config = begin
                ; perimeters = 4
                ; fill_density = 35%
                ; prusaslicer_config = end
                """)
            .profile();

    assertThat(profile.walls().perimeters()).isEqualTo(4);
    assertThat(profile.infill().density()).isEqualTo(0.35);
  }

  @Test
  void unknown_idle_and_unmodelled_settings_are_told_apart() {
    Accepted accepted =
        accepted(
            """
            perimeters = 2
            temperature = 215
            ironing = 1
            fuzzy_skin = none
            quantum_infill = 1
            """);

    assertThat(accepted.unknownKeys()).containsExactly("quantum_infill");
    assertThat(accepted.keysWithoutEffect()).containsExactly("temperature", "fuzzy_skin");
    assertThat(accepted.keysNotModelled()).containsExactly("ironing");
    assertThat(accepted.remarks())
        .filteredOn(remark -> remark.kind() == Remark.Kind.UNKNOWN_KEY)
        .extracting(Remark::line)
        .containsExactly(5);
  }

  @Test
  void all_faults_are_named_at_once_with_line_and_key() {
    Refused refused =
        refused(
            """
            # my profile
            layer_height = high
            perimeters = -1
            fill_pattern = spaghetti
            what is this
            cooling = maybe
            infill_speed = NaN
            """);

    assertThat(refused.faults())
        .extracting(Fault::line, Fault::key, Fault::code)
        .containsExactly(
            tuple(2, "layer_height", Fault.Code.NOT_A_NUMBER),
            tuple(3, "perimeters", Fault.Code.OUT_OF_RANGE),
            tuple(4, "fill_pattern", Fault.Code.UNKNOWN_CHOICE),
            tuple(5, "", Fault.Code.MALFORMED_LINE),
            tuple(6, "cooling", Fault.Code.UNKNOWN_CHOICE),
            tuple(7, "infill_speed", Fault.Code.NOT_A_NUMBER));
  }

  @Test
  void a_layer_higher_than_the_nozzle_is_wide_is_refused() {
    assertThat(refused("layer_height = 0.5\nnozzle_diameter = 0.4\n").faults())
        .extracting(Fault::code)
        .containsExactly(Fault.Code.CONTRADICTION);
  }

  @Test
  void a_printer_for_resin_is_refused() {
    assertThat(refused("printer_technology = SLA\n").faults())
        .extracting(Fault::code)
        .containsExactly(Fault.Code.WRONG_TECHNOLOGY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n\n", "once upon a time", "[section]\n", "key = value\n", "[", "=1"})
  void what_is_no_profile_is_refused(String text) {
    assertThat(refused(text).faults()).isNotEmpty();
  }

  @Test
  void a_text_far_too_long_is_refused_unread() {
    assertThat(refused("x = 1\n".repeat(2_000_000)).faults())
        .extracting(Fault::code)
        .containsExactly(Fault.Code.TOO_LARGE);
  }

  @Test
  void a_setting_nobody_knows_does_not_travel_into_messages_unless_it_is_a_plain_word() {
    Accepted accepted = accepted("perimeters = 2\njane@example.org = 1\n");

    assertThat(accepted.unknownKeys()).containsExactly("?");
  }

  @ParameterizedTest
  @CsvSource({"A, 2, 0.15, GRID, false", "B, 3, 0.4, GYROID, false", "C, 2, 0.15, GRID, true"})
  void the_reference_profiles_are_read_without_unknown_settings(
      String name, int perimeters, double density, InfillPattern pattern, boolean supports)
      throws IOException {
    Path file =
        Path.of(System.getProperty("ktizo.root", "."))
            .resolve(Path.of("..", "shared", "corpus", "mesh", "slicer"))
            .resolve("profile_" + name + ".ini");
    assumeTrue(Files.exists(file), "the reference profiles are not on this machine");

    Accepted accepted = accepted(Files.readString(file));

    assertThat(accepted.unknownKeys()).isEmpty();
    assertThat(accepted.keysNotModelled()).isEmpty();
    assertThat(accepted.profile().walls().perimeters()).isEqualTo(perimeters);
    assertThat(accepted.profile().infill().density()).isEqualTo(density);
    assertThat(accepted.profile().infill().pattern()).isEqualTo(pattern);
    assertThat(accepted.profile().supports().enabled()).isEqualTo(supports);
    assertThat(accepted.profile().limits().z()).isEqualTo(new MachineLimits.Axis(12, 200, 0.4));
  }

  private static Accepted accepted(String text) {
    ProfileReading reading = PrusaSlicerProfile.read("test", text);
    assertThat(reading).isInstanceOf(Accepted.class);
    return (Accepted) reading;
  }

  private static Refused refused(String text) {
    ProfileReading reading = PrusaSlicerProfile.read("test", text);
    assertThat(reading).isInstanceOf(Refused.class);
    return (Refused) reading;
  }
}
