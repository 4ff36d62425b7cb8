package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PrinterPresetTest {

  @ParameterizedTest
  @EnumSource(PrinterPreset.class)
  void every_preset_has_a_profile_for_every_material(PrinterPreset preset) {
    for (FilamentMaterial material : PrinterPreset.materials()) {
      PrintProfile profile = preset.profile(material);

      assertThat(profile.filament().density()).isEqualTo(material.density());
      assertThat(profile.filament().material()).isEqualTo(material.name());
      assertThat(profile.filament().maxVolumetricSpeed()).isPositive();
      assertThat(profile.supports().enabled()).isTrue();
      assertThat(profile.limits().usage()).isEqualTo(MachineLimits.Usage.TIME_ESTIMATE_ONLY);
      assertThat(profile.name()).contains(preset.label()).contains(material.name());
    }
  }

  /** Plates and heights as the makers state them on their product pages. */
  @ParameterizedTest
  @CsvSource({
    "PRUSA_MK3S, 250, 210, 210",
    "PRUSA_MK4, 250, 210, 220",
    "PRUSA_MINI, 180, 180, 180",
    "CREALITY_ENDER_3, 220, 220, 250",
    "VORON_2_4, 300, 300, 280",
  })
  void a_build_volume_is_the_one_that_the_maker_states(
      PrinterPreset preset, double x, double y, double z) {
    assertThat(preset.buildVolume()).isEqualTo(new BuildVolume.Box(x, y, z));
  }

  @ParameterizedTest
  @EnumSource(PrinterPreset.class)
  void the_settings_are_all_known_and_can_be_written_and_read_again(PrinterPreset preset) {
    PrintProfile profile = preset.profile(FilamentMaterial.PLA);

    ProfileReading again =
        PrusaSlicerProfile.read(profile.name(), PrusaSlicerProfile.write(profile));

    assertThat(again)
        .isInstanceOfSatisfying(
            ProfileReading.Accepted.class,
            accepted -> {
              assertThat(accepted.profile()).isEqualTo(profile);
              assertThat(accepted.unknownKeys()).isEmpty();
            });
  }

  @Test
  void faster_machines_move_faster() {
    PrintProfile ender = PrinterPreset.CREALITY_ENDER_3.profile(FilamentMaterial.PLA);
    PrintProfile mk4 = PrinterPreset.PRUSA_MK4.profile(FilamentMaterial.PLA);
    PrintProfile bambu = PrinterPreset.BAMBU_X1C.profile(FilamentMaterial.PLA);

    assertThat(ender.accelerations().perimeter()).isEqualTo(500);
    assertThat(mk4.accelerations().perimeter()).isEqualTo(4000);
    assertThat(bambu.accelerations().externalPerimeter()).isEqualTo(5000);
    assertThat(bambu.speeds().perimeter()).isEqualTo(300);
  }

  @Test
  void flow_is_limited_by_the_material() {
    PrinterPreset preset = PrinterPreset.PRUSA_MK3S;
    assertThat(preset.profile(FilamentMaterial.PETG).filament().maxVolumetricSpeed()).isEqualTo(8);
    assertThat(preset.profile(FilamentMaterial.TPU).filament().maxVolumetricSpeed())
        .isCloseTo(1.2, within(1e-12));
    assertThat(preset.profile(FilamentMaterial.TPU).cooling().slowDown()).isFalse();
  }

  @Test
  void a_material_without_a_preset_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PrinterPreset.PRUSA_MK4.profile(FilamentMaterial.PVA));
  }
}
