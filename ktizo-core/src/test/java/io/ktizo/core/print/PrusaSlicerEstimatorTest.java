package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.core.mesh.Mesh;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrusaSlicerEstimatorTest {
  private static final Path PROGRAM = Path.of("/usr/bin/prusa-slicer");

  private static final String PROFILE =
      """
      gcode_flavor = marlin
      nozzle_diameter = 0.4
      layer_height = 0.2
      first_layer_height = 0.2
      extrusion_width = 0.45
      first_layer_extrusion_width = 0.45
      perimeters = 2
      fill_density = 100%
      fill_pattern = rectilinear
      infill_overlap = 10%
      top_solid_layers = 4
      bottom_solid_layers = 4
      skirts = 0
      brim_width = 0
      elefant_foot_compensation = 0
      filament_density = 1.24
      """;

  @TempDir private Path workspace;

  // --- with the program ---

  @Test
  void a_solid_cube_takes_its_volume_and_its_layers() throws IOException {
    PrintEstimate estimate = slicer().estimate(Shapes.box(20, 20, 10), profile(PROFILE));

    // 10 mm in layers of 0.2 mm; a part printed solid holds its own volume, but for rounded
    // corners.
    assertThat(estimate.layers()).isEqualTo(50);
    assertThat(estimate.filamentMm3()).isCloseTo(20 * 20 * 10, within(0.03 * 4000));
    assertThat(estimate.supportMm3()).isZero();
    assertThat(estimate.sparseMm3()).isLessThan(4000);
    // Two loops of about 79 and 77 mm, a line of 0.45 x 0.2 with round sides each, on 50 layers.
    double line = PrintProfile.Widths.crossSection(0.45, 0.2);
    assertThat(estimate.wallsMm3()).isCloseTo((78.2 + 74.7) * line * 50, within(0.03 * 650));
    assertThat(estimate.time())
        .isGreaterThan(Duration.ofMinutes(5))
        .isLessThan(Duration.ofHours(2));
    assertThat(estimate.timeP90()).isEqualTo(estimate.time());
    assertNothingLeft();
  }

  @Test
  void where_the_part_lies_does_not_matter() {
    Mesh box = Shapes.box(20, 20, 4);
    PrintEstimate here = slicer().estimate(box, profile(PROFILE));
    PrintEstimate far = slicer().estimate(Shapes.moved(box, -500, 80, -3), profile(PROFILE));

    assertThat(far.filamentMm3()).isCloseTo(here.filamentMm3(), within(1e-3 * here.filamentMm3()));
    assertThat(far.layers()).isEqualTo(here.layers());
  }

  @Test
  void supports_are_told_apart() {
    Mesh table =
        Shapes.together(
            Shapes.moved(Shapes.box(8, 8, 10), 10, 10, 0),
            Shapes.moved(Shapes.box(28, 28, 2), 0, 0, 10));
    PrintEstimate estimate =
        slicer()
            .estimate(
                table,
                profile(PROFILE + "support_material = 1\nsupport_material_threshold = 45\n"));

    assertThat(estimate.supportMm3()).isPositive();
  }

  @Test
  void a_calibration_counts() {
    PrintProfile profile = profile(PROFILE);
    Mesh box = Shapes.box(20, 20, 2);
    PrintEstimate plain = slicer().estimate(box, profile);
    PrintEstimate measured =
        slicer().estimate(box, profile.calibrated(new PrintProfile.Calibration(1.5, 1.1)));

    assertThat(measured.filamentMm3())
        .isCloseTo(1.1 * plain.filamentMm3(), within(1e-9 * plain.filamentMm3()));
    assertThat(measured.time().toMillis()).isEqualTo(plain.time().toMillis() * 3 / 2);
  }

  @Test
  void a_part_without_a_layer_is_no_estimate() {
    Mesh sheet = Shapes.box(20, 20, 0.01);
    assertThatThrownBy(() -> slicer().estimate(sheet, profile(PROFILE)))
        .isInstanceOf(EstimationFailedException.class);
    assertNothingLeft();
  }

  // --- with any program in its place ---

  @Test
  void a_program_that_hangs_is_killed_with_all_that_it_started() throws IOException {
    Path pids = workspace.resolve("pids");
    Path program = script("sleep 300 & echo $! >> '%1$s'; echo $$ >> '%1$s'; wait".formatted(pids));
    PrusaSlicerEstimator estimator =
        PrusaSlicerEstimator.running(
            program,
            workspace,
            new PrusaSlicerEstimator.Limits(Duration.ofMillis(1500), 1_000_000, 4_000_000_000L));

    assertThatThrownBy(() -> estimator.estimate(Shapes.box(9, 9, 9), profile(PROFILE)))
        .isInstanceOf(EstimationFailedException.class)
        .hasMessageContaining("too long");

    assertThat(Files.readAllLines(pids)).hasSize(2);
    for (String pid : Files.readAllLines(pids)) {
      assertEnds(Long.parseLong(pid));
    }
    assertNothingLeft();
  }

  @Test
  void a_program_that_writes_without_end_is_stopped() throws IOException {
    Path program = script("yes > part.gcode");
    PrusaSlicerEstimator estimator =
        PrusaSlicerEstimator.running(
            program,
            workspace,
            new PrusaSlicerEstimator.Limits(Duration.ofSeconds(30), 5_000_000, 4_000_000_000L));

    assertThatThrownBy(() -> estimator.estimate(Shapes.box(9, 9, 9), profile(PROFILE)))
        .isInstanceOf(EstimationFailedException.class);
    assertNothingLeft();
  }

  @Test
  void a_program_that_fails_or_is_missing_is_no_estimate() throws IOException {
    for (Path program : new Path[] {script("exit 3"), workspace.resolve("missing")}) {
      PrusaSlicerEstimator estimator =
          PrusaSlicerEstimator.running(program, workspace, PrusaSlicerEstimator.Limits.DEFAULT);
      assertThatThrownBy(() -> estimator.estimate(Shapes.box(9, 9, 9), profile(PROFILE)))
          .isInstanceOf(EstimationFailedException.class)
          .hasMessageNotContaining(workspace.toString());
      assertNothingLeft();
    }
  }

  @Test
  void arguments_and_environment_are_fixed() throws IOException {
    Path seen = workspace.resolve("seen");
    Path program =
        script("echo \"$@\" > '%1$s'; env | cut -d= -f1 | sort >> '%1$s'".formatted(seen));
    PrusaSlicerEstimator estimator =
        PrusaSlicerEstimator.running(program, workspace, PrusaSlicerEstimator.Limits.DEFAULT);

    assertThatThrownBy(() -> estimator.estimate(Shapes.box(9, 9, 9), profile(PROFILE)))
        .isInstanceOf(EstimationFailedException.class);

    assertThat(Files.readAllLines(seen))
        .first()
        .isEqualTo("--export-gcode --datadir data --load profile.ini --output part.gcode part.stl");
    assertThat(Files.readAllLines(seen)).contains("HOME", "LC_ALL").doesNotContain("USER");
  }

  // --- the text it writes ---

  @Test
  void gcode_is_counted_by_role() throws IOException {
    GcodeStatistics statistics =
        GcodeStatistics.of(
            new BufferedReader(
                new StringReader(
                    """
                    M82
                    G92 E0
                    ;TYPE:Custom
                    G1 X5 E5 ; purge
                    G92 E0
                    ;LAYER_CHANGE
                    ;TYPE:External perimeter
                    G1 X10 Y0 E2 F1200
                    G1 E1.2 F2100
                    G1 X50 Y50
                    G1 E2
                    ;TYPE:Internal infill
                    G1 X10 Y5 E2.5
                    ;LAYER_CHANGE
                    ;TYPE:Solid infill
                    M83
                    G1 X3 E.25
                    G1 X4 E-.8 ; wipe
                    ;TYPE:Support material
                    G1 Y3 E1.75
                    ; estimated printing time (normal mode) = 1d 2h 3m 4s
                    ; estimated printing time (silent mode) = 9d 2h 3m 4s
                    """)));

    assertThat(statistics.walls()).isCloseTo(2, within(1e-12));
    assertThat(statistics.sparse()).isCloseTo(0.5, within(1e-12));
    assertThat(statistics.solid()).isCloseTo(0.25, within(1e-12));
    assertThat(statistics.support()).isCloseTo(1.75, within(1e-12));
    assertThat(statistics.layers()).isEqualTo(2);
    assertThat(statistics.time()).isEqualTo(Duration.parse("P1DT2H3M4S"));
  }

  private PrusaSlicerEstimator slicer() {
    assumeTrue(Files.isExecutable(PROGRAM), "PrusaSlicer is not installed here");
    return PrusaSlicerEstimator.running(PROGRAM, workspace, PrusaSlicerEstimator.Limits.DEFAULT);
  }

  private static PrintProfile profile(String text) {
    return switch (PrusaSlicerProfile.read("shop", text)) {
      case ProfileReading.Accepted accepted -> accepted.profile();
      case ProfileReading.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  private Path script(String body) throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell here to play a slicer");
    Path file = Files.createTempFile(workspace, "program", ".sh");
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** A process that was killed may stay in the table until its parent asks, but runs no program. */
  private static void assertEnds(long pid) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (runs(pid) && System.nanoTime() - deadline < 0) {
      Thread.onSpinWait();
    }
    assertThat(runs(pid)).as("process still runs").isFalse();
  }

  private static boolean runs(long pid) {
    return ProcessHandle.of(pid).flatMap(handle -> handle.info().command()).isPresent();
  }

  private void assertNothingLeft() {
    try (Stream<Path> files = Files.list(workspace)) {
      assertThat(files.filter(Files::isDirectory)).isEmpty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
