package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writing is the inverse of reading. */
class PrusaSlicerTextTest {
  private static final Path CORPUS =
      Path.of(System.getProperty("ktizo.root"), "..", "shared", "corpus", "mesh");
  private static final Path PROGRAM = Path.of("/usr/bin/prusa-slicer");

  @TempDir private Path workspace;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layer_height = 0.2",
        "spiral_vase = 1; perimeters = 3",
        "gcode_flavor = klipper; "
            + "machine_max_acceleration_travel = 5000; "
            + "travel_acceleration = 3000",
        "gcode_flavor = marlin2; default_acceleration = 0",
        "machine_limits_usage = ignore; travel_acceleration = 700",
        "first_layer_speed = 50%",
        "first_layer_speed = 30; first_layer_infill_speed = 80%",
        "first_layer_speed = 0",
        "first_layer_extrusion_width = 0; first_layer_height = 0.3; layer_height = 0.3",
        "external_perimeter_acceleration = 300; perimeter_acceleration = 500; "
            + "default_acceleration = 900; solid_infill_acceleration = 700",
        "support_material = 1; support_material_bottom_interface_layers = 0; raft_layers = 3",
        "brim_type = outer_and_inner; brim_width = 5; filament_type = PETG",
        "fill_density = 7%; fill_pattern = 3dhoneycomb; top_fill_pattern = monotoniclines",
      })
  void a_profile_that_was_read_is_the_same_when_written_and_read(String settings) {
    PrintProfile profile = read(settings.replace("; ", "\n"));
    assertThat(read(PrusaSlicerProfile.write(profile))).isEqualTo(profile);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void any_mixture_of_numbers_survives(long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder();
    List<String> keys =
        List.of(
            "perimeter_speed",
            "external_perimeter_speed",
            "infill_speed",
            "travel_speed",
            "bridge_speed",
            "gap_fill_speed",
            "retract_speed",
            "perimeter_acceleration",
            "default_acceleration",
            "infill_acceleration",
            "machine_max_acceleration_x",
            "machine_max_feedrate_x",
            "skirt_distance",
            "support_material_spacing",
            "fill_angle",
            "infill_anchor",
            "infill_anchor_max",
            "raft_expansion",
            "retract_lift_above");
    for (String key : keys) {
      text.append(key).append(" = ").append(1 + 99 * random.nextDouble()).append('\n');
    }
    text.append("fill_density = ").append(100 * random.nextDouble()).append("%\n");
    text.append("extrusion_width = ").append(0.4 + 0.3 * random.nextDouble()).append('\n');
    text.append("layer_height = ").append(0.05 + 0.2 * random.nextDouble()).append('\n');
    text.append("infill_overlap = ").append(40 * random.nextDouble()).append("%\n");
    PrintProfile profile = read(text.toString());
    PrintProfile again = read(PrusaSlicerProfile.write(profile));
    // A share goes through percent, which may cost the last bit.
    assertThat(again.infill().density()).isCloseTo(profile.infill().density(), within(1e-15));
    assertThat(again)
        .usingRecursiveComparison()
        .ignoringFields("infill.density")
        .isEqualTo(profile);
  }

  @Test
  void a_material_cannot_add_settings() {
    PrintProfile profile = read("layer_height = 0.2");
    PrintProfile.Filament filament = profile.filament();
    PrintProfile hostile =
        new PrintProfile(
            profile.name(),
            profile.nozzleDiameter(),
            profile.layers(),
            profile.walls(),
            profile.shells(),
            profile.infill(),
            profile.widths(),
            profile.firstLayerWidths(),
            profile.speeds(),
            profile.firstLayerSpeeds(),
            profile.accelerations(),
            profile.limits(),
            profile.retraction(),
            profile.cooling(),
            profile.adhesion(),
            profile.supports(),
            new PrintProfile.Filament(
                "PLA\npost_process = /bin/sh", filament.diameter(), filament.density(), 1, 0),
            profile.outline(),
            profile.calibration());
    assertThat(PrusaSlicerProfile.write(hostile)).doesNotContain("post_process");
  }

  /** The slicer's own answer to its own profile, against its answer to what we write. */
  @ParameterizedTest
  @CsvSource({"A", "B", "C"})
  void the_slicer_prints_the_same_from_what_is_written(String name) throws IOException {
    assumeTrue(Files.isDirectory(CORPUS), "the corpus of real parts is not beside this project");
    assumeTrue(Files.isExecutable(PROGRAM), "PrusaSlicer is not installed here");
    String part = "3d-printing__anti-z-wobble.obj";
    List<String> row =
        Files.readAllLines(CORPUS.resolve("slicer/prusaslicer-2.5.0_profile_" + name + ".tsv"))
            .stream()
            .filter(line -> line.contains("\t" + part + "\t"))
            .map(line -> Arrays.asList(line.split("\t", -1)))
            .findFirst()
            .orElseThrow();
    double seconds = Double.parseDouble(row.get(7));
    double filamentMm3 = Double.parseDouble(row.get(8)) * 2.405282;
    int layers = Integer.parseInt(row.get(11));
    PrintProfile profile =
        read(Files.readString(CORPUS.resolve("slicer/profile_" + name + ".ini")));
    Mesh mesh =
        switch (MeshReader.withLimits(MeshLimits.DEFAULT)
            .read(CORPUS.resolve("parts").resolve(part))) {
          case MeshReading.Accepted accepted -> accepted.model().mesh();
          case MeshReading.Refused refused -> throw new AssertionError(refused.toString());
        };

    PrintEstimate estimate =
        PrusaSlicerEstimator.running(PROGRAM, workspace, PrusaSlicerEstimator.Limits.DEFAULT)
            .estimate(mesh, profile);

    assertThat(estimate.layers()).isEqualTo(layers);
    assertThat(estimate.filamentMm3()).isCloseTo(filamentMm3, within(0.005 * filamentMm3));
    assertThat((double) estimate.time().toSeconds()).isCloseTo(seconds, within(0.01 * seconds));
  }

  private static PrintProfile read(String text) {
    return switch (PrusaSlicerProfile.read("shop", text)) {
      case ProfileReading.Accepted accepted -> accepted.profile();
      case ProfileReading.Refused refused -> throw new AssertionError(refused.toString());
    };
  }
}
