package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.ktizo.core.mesh.Mesh;
import java.util.Arrays;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against closed forms, and against what must hold whatever the numbers are. */
class LayerEstimatorTest {
  private static final double HEIGHT = 0.2;
  private static final double WIDTH = 0.45;
  private static final double SPACING = WIDTH - HEIGHT * (1 - Math.PI / 4);

  /** A line's rounded side leaves this much of the outline free. */
  private static final double SLIVER = (WIDTH - SPACING) / 2;

  private final LayerEstimator estimator = new LayerEstimator();

  @Test
  void a_solid_cube_takes_its_volume() {
    PrintEstimate estimate =
        estimate(Shapes.box(20, 20, 20), "fill_density = 100%", "infill_overlap = 0%");

    double printed = square(20 - 2 * SLIVER) * 20;
    assertThat(estimate.filamentMm3()).isEqualTo(printed, within(0.005 * printed));
    assertThat(estimate.layers()).isEqualTo(100);
    assertThat(estimate.supportMm3()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void walls_alone_are_a_frame_of_as_many_lines(int perimeters) {
    PrintEstimate estimate =
        estimate(
            Shapes.box(30, 20, 10),
            "perimeters = " + perimeters,
            "fill_density = 0%",
            "top_solid_layers = 0",
            "bottom_solid_layers = 0");

    double depth = SLIVER + perimeters * SPACING;
    double frame =
        ((30 - 2 * SLIVER) * (20 - 2 * SLIVER) - (30 - 2 * depth) * (20 - 2 * depth)) * 10;
    assertThat(estimate.wallsMm3()).isEqualTo(frame, within(0.01 * frame));
    assertThat(estimate.solidMm3() + estimate.sparseMm3()).isZero();
  }

  @Test
  void a_round_wall_is_a_ring() {
    PrintEstimate estimate =
        estimate(
            Shapes.cylinder(40, 10, 180),
            "perimeters = 2",
            "fill_density = 0%",
            "top_solid_layers = 0",
            "bottom_solid_layers = 0");

    double depth = SLIVER + 2 * SPACING;
    double ring = Math.PI * (square(20 - SLIVER) - square(20 - depth)) * 10;
    assertThat(estimate.wallsMm3()).isEqualTo(ring, within(0.01 * ring));
  }

  @Test
  void tops_and_bottoms_are_as_many_layers_as_asked_for() {
    String[] hollow = {"fill_density = 10%", "infill_overlap = 0%"};
    PrintEstimate few =
        estimate(
            Shapes.box(40, 40, 10),
            with(hollow, "top_solid_layers = 2", "bottom_solid_layers = 2"));
    PrintEstimate many =
        estimate(
            Shapes.box(40, 40, 10),
            with(hollow, "top_solid_layers = 5", "bottom_solid_layers = 4"));

    // One of the solid layers bridges the sparse infill below; the others are flat.
    double inside = square(40 - 2 * (SLIVER + 2 * SPACING)) * HEIGHT;
    assertThat(many.solidMm3() - few.solidMm3()).isEqualTo(5 * inside, within(0.05 * 5 * inside));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rectilinear", "grid", "triangles", "stars", "cubic", "gyroid", "honeycomb"})
  void sparse_infill_takes_its_share_of_the_inside(String pattern) {
    PrintEstimate estimate =
        estimate(
            Shapes.box(100, 100, 40),
            "fill_density = 20%",
            "fill_pattern = " + pattern,
            "infill_anchor_max = 0",
            "top_solid_layers = 0",
            "bottom_solid_layers = 0");

    double share = 0.2 * square(100 - 2 * (SLIVER + 2 * SPACING)) * 40;
    assertThat(estimate.sparseMm3()).isEqualTo(share, within(0.06 * share));
  }

  @Test
  void a_layer_of_one_loop_takes_what_its_corners_allow() {
    PrintEstimate estimate =
        estimate(
            Shapes.box(40.45, 40.45, 20),
            "perimeters = 1",
            "fill_density = 0%",
            "top_solid_layers = 0",
            "bottom_solid_layers = 0",
            "external_perimeter_speed = 40",
            "first_layer_speed = 40",
            "cooling = 0",
            "default_acceleration = 1000",
            "perimeter_acceleration = 1000",
            "retract_length = 0",
            "machine_max_acceleration_extruding = 1000",
            "machine_max_acceleration_x = 1000",
            "machine_max_acceleration_y = 1000",
            "machine_max_jerk_x = 8",
            "machine_max_jerk_y = 8",
            "gcode_flavor = marlin");

    // Four sides of 40 mm, each from 8 to 40 and back to 8 mm/s: that is what 90 degrees allow.
    double ramps = 2 * (40 - 8) / 1000.0;
    double rampLength = (40.0 * 40 - 8 * 8) / 1000;
    double side = ramps + (40 - rampLength) / 40;
    double seconds = estimate.time().toMillis() / 1000.0;
    assertThat(seconds / 100).isEqualTo(4 * side, within(0.03 * 4 * side));
  }

  @Test
  void small_layers_take_the_least_layer_time() {
    String[] slow = {"cooling = 1", "slowdown_below_layer_time = 20", "min_print_speed = 1"};
    PrintEstimate estimate = estimate(Shapes.box(10, 10, 20), slow);

    double seconds = estimate.time().toMillis() / 1000.0;
    assertThat(seconds).isBetween(100 * 20.0, 100 * 20.0 * 1.25);
  }

  @Test
  void any_number_of_threads_gives_the_same_to_the_last_bit() {
    Mesh mesh = Shapes.turned(Shapes.sphere(15, 48), 10, 20, 30);
    PrintProfile profile = profile("support_material = 1", "fill_pattern = gyroid");
    PrintEstimate alone = estimator.estimate(mesh, profile);
    try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
      for (int threads : new int[] {1, 2, 3, 4, 7}) {
        assertThat(LayerEstimator.sharing(executor, threads).estimate(mesh, profile))
            .isEqualTo(alone);
      }
    }
  }

  @Test
  void an_executor_that_refuses_makes_no_difference() {
    Mesh mesh = Shapes.sphere(10, 24);
    LayerEstimator refused =
        LayerEstimator.sharing(
            task -> {
              throw new RejectedExecutionException();
            },
            4);

    assertThat(refused.estimate(mesh, profile())).isEqualTo(estimator.estimate(mesh, profile()));
  }

  @Test
  void an_executor_that_never_begins_does_not_stop_the_caller() {
    LayerEstimator ignored = LayerEstimator.sharing(task -> {}, 4);
    Mesh mesh = Shapes.sphere(10, 24);

    assertThat(ignored.estimate(mesh, profile())).isEqualTo(estimator.estimate(mesh, profile()));
  }

  @Test
  void where_the_mesh_stands_does_not_matter() {
    Mesh mesh = Shapes.cup(30, 24, 20, 2, 60);

    PrintEstimate here = estimator.estimate(mesh, profile());
    PrintEstimate there = estimator.estimate(Shapes.moved(mesh, 64, -32, 8), profile());

    assertThat(there.filamentMm3())
        .isEqualTo(here.filamentMm3(), within(0.002 * here.filamentMm3()));
    assertThat(there.layers()).isEqualTo(here.layers());
  }

  @ParameterizedTest
  @ValueSource(doubles = {13, 45, 77, 90, 180})
  void turning_it_on_the_plate_hardly_matters(double degrees) {
    Mesh mesh = Shapes.cup(40, 30, 15, 3, 90);
    Mesh block = Shapes.box(35, 25, 12);

    for (Mesh part : new Mesh[] {mesh, block}) {
      PrintEstimate straight = estimator.estimate(part, profile());
      PrintEstimate turned = estimator.estimate(Shapes.turned(part, 0, 0, degrees), profile());
      assertThat(turned.filamentMm3())
          .isEqualTo(straight.filamentMm3(), within(0.02 * straight.filamentMm3()));
      assertThat(turned.time().toMillis())
          .isCloseTo(straight.time().toMillis(), within(straight.time().toMillis() / 20));
    }
  }

  @Test
  void more_is_never_less() {
    Mesh mesh =
        Shapes.together(Shapes.box(40, 30, 12), Shapes.moved(Shapes.sphere(9, 32), 20, 15, 16));
    PrintEstimate before = null;
    for (String density : new String[] {"5%", "15%", "40%", "80%"}) {
      PrintEstimate estimate = estimate(mesh, "fill_density = " + density);
      if (before != null) {
        assertThat(estimate.filamentMm3()).isGreaterThan(before.filamentMm3());
        assertThat(estimate.time()).isGreaterThan(before.time());
      }
      before = estimate;
    }
    PrintEstimate fewer = null;
    for (int walls = 1; walls <= 5; walls++) {
      PrintEstimate estimate = estimate(mesh, "perimeters = " + walls);
      if (fewer != null) {
        assertThat(estimate.filamentMm3()).isGreaterThan(fewer.filamentMm3());
      }
      fewer = estimate;
    }
    PrintEstimate faster = null;
    for (int speed : new int[] {120, 60, 30, 15}) {
      PrintEstimate estimate =
          estimate(
              mesh,
              "perimeter_speed = " + speed,
              "external_perimeter_speed = " + speed,
              "small_perimeter_speed = " + speed,
              "infill_speed = " + speed,
              "solid_infill_speed = " + speed,
              "top_solid_infill_speed = " + speed,
              "max_print_speed = 200");
      if (faster != null) {
        assertThat(estimate.time()).isGreaterThan(faster.time());
        assertThat(estimate.filamentMm3()).isEqualTo(faster.filamentMm3());
      }
      faster = estimate;
    }
  }

  @Test
  void a_bigger_part_takes_more() {
    PrintEstimate before = null;
    for (double size = 10; size < 60; size *= 1.5) {
      PrintEstimate estimate = estimator.estimate(Shapes.box(size, size, size), profile());
      if (before != null) {
        assertThat(estimate.filamentMm3()).isGreaterThan(before.filamentMm3());
        assertThat(estimate.time()).isGreaterThan(before.time());
      }
      before = estimate;
    }
  }

  @Test
  void overhangs_get_supports_and_upright_walls_none() {
    String[] supports = {"support_material = 1", "support_material_threshold = 45"};
    Mesh table =
        Shapes.together(Shapes.box(10, 10, 20), Shapes.moved(Shapes.box(40, 40, 3), -15, -15, 20));

    assertThat(estimate(Shapes.box(20, 20, 20), supports).supportMm3()).isZero();
    assertThat(estimate(Shapes.cone(30, 30, 60), supports).supportMm3()).isZero();
    double under = estimate(table, supports).supportMm3();
    // Columns under the free edge of the plate, 20 mm high, are not solid and not nothing.
    assertThat(under).isBetween(0.05 * 1500 * 20, 0.5 * 1500 * 20);
    assertThat(estimate(table).supportMm3()).isZero();
    assertThat(estimate(table, supports).time()).isGreaterThan(estimate(table).time());
  }

  @Test
  void supports_that_may_only_stand_on_the_plate_leave_out_the_part() {
    String[] supports = {"support_material = 1", "dont_support_bridges = 0"};
    Mesh shelf =
        Shapes.together(
            Shapes.box(40, 20, 3),
            Shapes.box(5, 20, 30),
            Shapes.moved(Shapes.box(40, 20, 3), 0, 0, 27));

    double anywhere = estimate(shelf, supports).supportMm3();
    double plate =
        estimate(shelf, with(supports, "support_material_buildplate_only = 1")).supportMm3();

    assertThat(anywhere).isGreaterThan(500);
    assertThat(plate).isLessThan(0.2 * anywhere);
  }

  @Test
  void skirt_brim_and_raft_come_on_top() {
    Mesh part = Shapes.cylinder(20, 6, 90);
    double plain = estimate(part).filamentMm3();

    double skirt = estimate(part, "skirts = 2", "skirt_distance = 4").supportMm3();
    double spacing = 0.45 - 0.2 * (1 - Math.PI / 4);
    double loops = 2 * Math.PI * (10 + 4 + spacing / 2) + 2 * Math.PI * (10 + 4 + 1.5 * spacing);
    double expected = loops * 0.2 * spacing;
    assertThat(skirt).isEqualTo(expected, within(0.02 * expected));

    double brim = estimate(part, "brim_width = 5", "brim_type = outer_only").supportMm3();
    double ring = Math.PI * (square(10 + Math.floor(5 / spacing) * spacing) - square(10)) * 0.2;
    assertThat(brim).isEqualTo(ring, within(0.05 * ring));

    PrintEstimate raft = estimate(part, "raft_layers = 2");
    assertThat(raft.filamentMm3()).isGreaterThan(plain + 100);
    assertThat(raft.layers()).isEqualTo(estimate(part).layers() + 2);
  }

  @Test
  void a_shops_calibration_scales_the_answer() {
    PrintProfile profile = profile();
    PrintEstimate plain = estimator.estimate(Shapes.box(20, 20, 5), profile);
    PrintEstimate calibrated =
        estimator.estimate(
            Shapes.box(20, 20, 5), profile.calibrated(new PrintProfile.Calibration(1.5, 1.1)));

    assertThat(calibrated.filamentMm3())
        .isEqualTo(1.1 * plain.filamentMm3(), within(1e-6 * plain.filamentMm3()));
    assertThat(calibrated.time().toMillis())
        .isCloseTo(Math.round(1.5 * plain.time().toMillis()), within(2L));
  }

  @Test
  void nine_of_ten_keep_a_time_that_is_not_shorter_than_the_median() {
    PrintEstimate estimate = estimate(Shapes.sphere(12, 40), "support_material = 1");

    assertThat(estimate.timeP90()).isGreaterThan(estimate.time());
    assertThat(estimate.timeP90().toMillis()).isLessThan(2 * estimate.time().toMillis());
  }

  @Test
  void what_has_no_volume_is_refused() {
    Mesh flat = Mesh.of(new float[] {0, 0, 0, 1, 0, 0, 0, 1, 0}, new int[] {0, 1, 2});
    Mesh sheet = Mesh.of(new float[] {0, 0, 0, 9, 0, 0, 0, 0, 9}, new int[] {0, 1, 2});
    Mesh nothing = Mesh.of(new float[0], new int[0]);
    Mesh insideOut = Shapes.box(0.01, 0.01, 0.01);

    for (Mesh mesh : new Mesh[] {flat, sheet, nothing, insideOut}) {
      assertThatThrownBy(() -> estimator.estimate(mesh, profile()))
          .isInstanceOf(EstimationFailedException.class);
    }
  }

  @Test
  void what_no_printer_could_hold_is_refused() {
    Mesh huge = Shapes.box(1e6, 10, 10);
    Mesh tower = Shapes.box(10, 10, 90_000);

    for (Mesh mesh : new Mesh[] {huge, tower}) {
      assertThatThrownBy(() -> estimator.estimate(mesh, profile()))
          .isInstanceOf(EstimationFailedException.class);
    }
  }

  private PrintEstimate estimate(Mesh mesh, String... settings) {
    return estimator.estimate(mesh, profile(settings));
  }

  private static double square(double x) {
    return x * x;
  }

  private static String[] with(String[] settings, String... more) {
    String[] all = Arrays.copyOf(settings, settings.length + more.length);
    System.arraycopy(more, 0, all, settings.length, more.length);
    return all;
  }

  private static PrintProfile profile(String... settings) {
    String text =
        """
        layer_height = 0.2
        first_layer_height = 0.2
        nozzle_diameter = 0.4
        extrusion_width = 0.45
        first_layer_extrusion_width = 0.45
        support_material_extrusion_width = 0.35
        perimeters = 2
        skirts = 0
        solid_infill_below_area = 0
        fill_density = 20%
        fill_pattern = grid
        """;
    ProfileReading reading = PrusaSlicerProfile.read("test", text + String.join("\n", settings));
    assertThat(reading).isInstanceOf(ProfileReading.Accepted.class);
    return ((ProfileReading.Accepted) reading).profile();
  }
}
