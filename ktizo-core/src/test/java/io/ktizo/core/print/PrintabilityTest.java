package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import io.ktizo.core.mesh.MeshReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expected numbers are closed forms of the shapes. */
class PrintabilityTest {
  private static final Path CORPUS =
      Path.of(System.getProperty("ktizo.root"), "..", "shared", "corpus", "mesh");

  private static final BuildVolume ROOMY = new BuildVolume.Box(1000, 1000, 1000);

  // --- fits ---

  @Test
  void a_part_as_large_as_the_build_volume_fits_as_it_stands() {
    assertThat(fit(Shapes.box(250, 210, 220), new BuildVolume.Box(250, 210, 220)))
        .isEqualTo(new Fit.Standing(Rotation.NONE));
  }

  @Test
  void a_part_that_fits_after_a_quarter_turn_stands() {
    Mesh mesh = Shapes.box(200, 240, 20);
    Fit fit = fit(mesh, new BuildVolume.Box(250, 210, 220));
    assertThat(fit).isInstanceOf(Fit.Standing.class);
    assertProven(mesh, fit, new BuildVolume.Box(250, 210, 220));
  }

  @Test
  void a_part_that_fits_only_across_the_plate_stands_turned_about_the_vertical() {
    // In a square of side s lies a rectangle of length l and width w at 45° if l + w <= s√2.
    BuildVolume plate = new BuildVolume.Box(200, 200, 50);
    Mesh just = Shapes.box(250, 200 * Math.sqrt(2) - 250 - 0.01, 10);
    Mesh notQuite = Shapes.box(250, 200 * Math.sqrt(2) - 250 + 0.05, 10);
    assertThat(fit(just, plate)).isInstanceOf(Fit.Standing.class);
    assertProven(just, fit(just, plate), plate);
    assertThat(fit(notQuite, plate)).isNotInstanceOf(Fit.Standing.class);
  }

  @Test
  void a_tall_part_fits_lying_down() {
    BuildVolume volume = new BuildVolume.Box(250, 210, 220);
    Mesh mesh = Shapes.box(20, 30, 240);
    Fit fit = fit(mesh, volume);
    assertThat(fit).isInstanceOf(Fit.Turned.class);
    assertProven(mesh, fit, volume);
  }

  @Test
  void a_rod_fits_along_the_space_diagonal_only() {
    // A cube of edge 100 has the space diagonal 173.2 and face diagonals of 141.4.
    BuildVolume cube = new BuildVolume.Box(100, 100, 100);
    Mesh rod = Shapes.cylinder(2, 165, 24);
    Fit fit = fit(rod, cube);
    assertThat(fit).isInstanceOf(Fit.Turned.class);
    assertProven(rod, fit, cube);
    assertThat(fit(Shapes.cylinder(2, 174, 24), cube)).isEqualTo(new Fit.None(true));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void a_box_turned_anyhow_finds_its_way_back(long seed) {
    Random random = new Random(seed);
    double x = 20 + 100 * random.nextDouble();
    double y = 20 + 100 * random.nextDouble();
    double z = 20 + 100 * random.nextDouble();
    Mesh turned =
        Shapes.turned(
            Shapes.box(x, y, z),
            360 * random.nextDouble(),
            360 * random.nextDouble(),
            360 * random.nextDouble());
    BuildVolume exact = new BuildVolume.Box(x + 0.01, y + 0.01, z + 0.01);
    Fit fit = fit(turned, exact);
    assertThat(fit).isNotInstanceOf(Fit.None.class);
    assertProven(turned, fit, exact);
    // Volume alone rules this one out, so any rotation found would be wrong.
    assertThat(fit(turned, new BuildVolume.Box(0.9 * x, y, z))).isInstanceOf(Fit.None.class);
  }

  @Test
  void a_ball_fits_by_its_diameter_and_a_smaller_room_is_proven_too_small() {
    Mesh ball = Shapes.sphere(50, 96);
    assertThat(fit(ball, new BuildVolume.Box(100, 100, 100))).isInstanceOf(Fit.Standing.class);
    assertThat(fit(ball, new BuildVolume.Box(300, 300, 92))).isEqualTo(new Fit.None(true));
  }

  @Test
  void a_flat_square_fits_a_round_plate_by_its_diagonal() {
    Mesh square = Shapes.box(100, 100, 5);
    double diagonal = 100 * Math.sqrt(2);
    assertThat(fit(square, new BuildVolume.Cylinder(diagonal + 0.01, 10)))
        .isInstanceOf(Fit.Standing.class);
    assertThat(fit(square, new BuildVolume.Cylinder(diagonal - 0.1, 10)))
        .isEqualTo(new Fit.None(true));
    Fit upright = fit(square, new BuildVolume.Cylinder(101, 120));
    assertThat(upright).isInstanceOf(Fit.Turned.class);
  }

  @Test
  void a_round_part_of_many_corners_fits_a_round_plate() {
    Mesh disc = Shapes.cylinder(50, 10, 10_000);
    assertThat(fit(disc, new BuildVolume.Cylinder(50.01, 30))).isInstanceOf(Fit.Standing.class);
    assertThat(fit(disc, new BuildVolume.Cylinder(49, 30))).isEqualTo(new Fit.None(true));
  }

  @Test
  void findings_name_a_part_that_does_not_fit() {
    BuildVolume volume = new BuildVolume.Box(100, 100, 30);
    List<Finding> findings =
        of(Shapes.box(20, 30, 40))
            .findings(new Demands(volume, 0.4, 0.2, 45, false, Demands.COMMON_BRIDGE));
    Finding.DoesNotFit found = only(findings, Finding.DoesNotFit.class).orElseThrow();
    assertThat(found.severity()).isEqualTo(Finding.Severity.WARNING);
    assertThat(found.sizeZ()).isEqualTo(40);
    assertThat(found.fit()).isInstanceOf(Fit.Turned.class);
  }

  // --- thin walls ---

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.25, 0.35})
  void an_upright_plate_is_as_thick_as_it_is(double thickness) {
    Finding.ThinWalls walls = walls(Shapes.box(thickness, 30, 20), 0.4).orElseThrow();
    assertThat(walls.severity()).isEqualTo(Finding.Severity.WARNING);
    assertThat(walls.thinnest()).isCloseTo(thickness, within(1e-6));
    assertThat(walls.least()).isEqualTo(0.4);
    // Both large sides; the rims are walls of 30 and 20 mm.
    assertThat(walls.areaMm2()).isCloseTo(2 * 30 * 20, within(1e-3));
    assertThat(walls.faces().count()).isEqualTo(4);
  }

  @Test
  void a_plate_of_the_limit_itself_is_not_too_thin() {
    assertThat(walls(Shapes.box(0.4, 30, 20), 0.4)).isEmpty();
    assertThat(walls(Shapes.turned(Shapes.box(0.4, 30, 20), 0, 0, 33), 0.4)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"0.3, 0.4", "0.79, 0.8", "1.9, 2.0", "4.5, 5"})
  void a_hollow_sphere_is_as_thick_as_the_difference_of_its_radii(double thickness, double least) {
    Mesh shell =
        Shapes.together(
            Shapes.sphere(10, 128), Shapes.inverted(Shapes.sphere(10 - thickness, 128)));
    List<Finding.ThinWalls> walls =
        of(shell).thinWalls(new Demands(ROOMY, least, 0.2, 45, false, 10));
    assertThat(walls).isNotEmpty();
    double thinnest = walls.stream().mapToDouble(Finding.ThinWalls::thinnest).min().orElseThrow();
    // A chord of 128 lies up to r(1 - cos(π/128)) inside the circle.
    assertThat(thinnest).isCloseTo(thickness, within(10 * (1 - Math.cos(Math.PI / 128))));
    assertThat(walls.stream().mapToDouble(Finding.ThinWalls::areaShare).sum())
        .isCloseTo(1, within(0.02));
  }

  @Test
  void a_flat_sheet_that_layers_can_make_is_a_notice() {
    Finding.ThinWalls sheet = walls(Shapes.box(30, 20, 0.3), 0.4).orElseThrow();
    assertThat(sheet.severity()).isEqualTo(Finding.Severity.NOTICE);
    assertThat(sheet.thinnest()).isCloseTo(0.3, within(1e-6));
    Finding.ThinWalls film = walls(Shapes.box(30, 20, 0.15), 0.4).orElseThrow();
    assertThat(film.severity()).isEqualTo(Finding.Severity.WARNING);
  }

  @Test
  void bodies_that_touch_or_overlap_are_one_wall() {
    Mesh touching =
        Shapes.together(Shapes.box(0.3, 30, 20), Shapes.moved(Shapes.box(0.3, 30, 20), 0.3, 0, 0));
    assertThat(walls(touching, 0.4)).isEmpty();
    Mesh overlapping =
        Shapes.together(Shapes.box(0.3, 30, 20), Shapes.moved(Shapes.box(0.3, 30, 20), 0.2, 0, 0));
    assertThat(walls(overlapping, 0.4)).isEmpty();
  }

  @Test
  void edges_and_corners_of_solid_parts_are_no_thin_walls() {
    assertThat(of(Shapes.box(20, 20, 20)).findings(demands())).isEmpty();
    assertThat(walls(Shapes.cylinder(20, 10, 64), 0.8)).isEmpty();
    assertThat(walls(Shapes.tetrahedron(20), 0.8)).isEmpty();
  }

  @Test
  void a_tiny_peg_is_a_tiny_feature_and_a_long_one_a_thin_wall() {
    Mesh base = Shapes.box(20, 20, 5);
    Mesh tiny = Shapes.moved(Shapes.cylinder(0.3, 1, 24), 10, 10, 5);
    Finding.TinyFeatures found =
        only(of(Shapes.together(base, tiny)).findings(demands()), Finding.TinyFeatures.class)
            .orElseThrow();
    assertThat(found.count()).isEqualTo(1);
    // Across flats: the diameter times cos(π/24).
    assertThat(found.thinnest()).isCloseTo(0.3 * Math.cos(Math.PI / 24), within(1e-3));
    Mesh peg = Shapes.moved(Shapes.cylinder(0.3, 15, 24), 10, 10, 5);
    assertThat(walls(Shapes.together(base, peg), 0.4)).isPresent();
  }

  // --- overhangs, bridges ---

  @ParameterizedTest
  @ValueSource(doubles = {10, 20, 30, 40, 45})
  void a_slope_up_to_the_threshold_hangs(double degrees) {
    Finding.Overhang found = overhang(roof(degrees), 45).orElseThrow();
    assertThat(found.flattestDegrees()).isCloseTo(degrees, within(1e-3));
    assertThat(found.areaMm2())
        .isCloseTo(10 * 10 / Math.cos(Math.toRadians(degrees)), within(0.05));
    assertThat(found.faces().count()).isEqualTo(2);
    // A wedge below the slope, from the plate up to 5 mm and then up to 5 + 10 tan.
    assertThat(found.supportVolumeMm3())
        .isCloseTo(10 * (10 * 5 + 50 * Math.tan(Math.toRadians(degrees))), within(2.0));
    assertThat(found.onPartShare()).isZero();
    assertThat(found.severity()).isEqualTo(Finding.Severity.WARNING);
  }

  @ParameterizedTest
  @ValueSource(doubles = {45.1, 50, 70})
  void a_slope_beyond_the_threshold_stands(double degrees) {
    assertThat(overhang(roof(degrees), 45)).isEmpty();
  }

  @Test
  void what_lies_on_the_plate_does_not_hang() {
    assertThat(overhang(Shapes.box(20, 20, 20), 45)).isEmpty();
    assertThat(overhang(Shapes.moved(Shapes.box(20, 20, 20), 5, 5, -73), 45)).isEmpty();
  }

  @Test
  void a_table_top_hangs_above_the_floor_around_its_leg() {
    // A mushroom: leg 10 x 10 x 20, top 30 x 30; the leg's end lies under the top and is carried.
    Mesh leg = Shapes.moved(Shapes.box(10, 10, 20), 10, 10, 0);
    Mesh top = Shapes.moved(Shapes.box(30, 30, 5), 0, 0, 20);
    Finding.Overhang found = overhang(Shapes.together(leg, top), 45).orElseThrow();
    assertThat(found.areaMm2()).isCloseTo(30 * 30 - 10 * 10, within(10.0));
    assertThat(found.supportVolumeMm3()).isCloseTo(20 * 800, within(200.0));
    assertThat(found.flattestDegrees()).isZero();
  }

  @Test
  void supports_within_a_part_stand_on_it() {
    // A square box with a lid that is a body of its own: 16 mm wide inside, floor at 2, lid at 12.
    Mesh box =
        Shapes.together(
            Shapes.box(20, 20, 2),
            Shapes.moved(Shapes.box(20, 2, 10), 0, 0, 2),
            Shapes.moved(Shapes.box(20, 2, 10), 0, 18, 2),
            Shapes.moved(Shapes.box(2, 16, 10), 0, 2, 2),
            Shapes.moved(Shapes.box(2, 16, 10), 18, 2, 2),
            Shapes.moved(Shapes.box(20, 20, 2), 0, 0, 12));
    Finding.Overhang found = overhang(box, 45).orElseThrow();
    assertThat(found.areaMm2()).isCloseTo(16 * 16, within(5.0));
    assertThat(found.onPartShare()).isEqualTo(1);
    assertThat(found.supportVolumeMm3()).isCloseTo(16 * 16 * 10, within(50.0));
  }

  @ParameterizedTest
  @CsvSource({"6, true", "9.9, true", "10.1, false", "25, false"})
  void a_doorway_is_bridged_as_far_as_bridges_go(double width, boolean bridged) {
    List<Finding> findings = of(doorway(width)).findings(demands());
    Optional<Finding.Bridges> bridges = only(findings, Finding.Bridges.class);
    assertThat(bridges.isPresent()).isEqualTo(bridged);
    assertThat(only(findings, Finding.Overhang.class).isPresent()).isEqualTo(!bridged);
    bridges.ifPresent(
        found -> {
          assertThat(found.longest()).isCloseTo(width, within(1e-4));
          assertThat(found.areaMm2()).isCloseTo(width * 20, within(1e-3));
          assertThat(found.count()).isEqualTo(1);
        });
  }

  @Test
  void a_balcony_is_no_bridge() {
    assertThat(only(of(roof(0)).findings(demands()), Finding.Bridges.class)).isEmpty();
    assertThat(overhang(roof(0), 45)).isPresent();
  }

  // --- trapped volumes ---

  @Test
  void a_cavity_is_a_trapped_volume() {
    Mesh hollow =
        Shapes.together(
            Shapes.box(30, 30, 30),
            Shapes.moved(Shapes.inverted(Shapes.box(10, 8, 5)), 5, 5, 5),
            Shapes.moved(Shapes.inverted(Shapes.box(4, 4, 4)), 20, 20, 20));
    Finding.TrappedVolumes found =
        only(of(hollow).findings(demands()), Finding.TrappedVolumes.class).orElseThrow();
    assertThat(found.count()).isEqualTo(2);
    assertThat(found.volumeMm3()).isCloseTo(10 * 8 * 5 + 64, within(1e-3));
    assertThat(found.faces().count()).isEqualTo(24);
    assertThat(found.faces().indices().min()).hasValue(12);
    assertThat(
            only(
                of(Shapes.cup(20, 16, 12, 2, 32)).findings(demands()),
                Finding.TrappedVolumes.class))
        .isEmpty();
  }

  // --- invariances, hostile meshes ---

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void moving_turning_about_the_vertical_and_reordering_change_nothing(long seed) {
    Random random = new Random(seed);
    Mesh mesh =
        Shapes.together(
            doorway(8),
            Shapes.moved(Shapes.box(0.3, 12, 15), 30, 0, 0),
            Shapes.moved(roof(30), 50, 0, 0));
    Mesh other =
        shuffled(
            Shapes.turned(
                Shapes.moved(mesh, 300 * random.nextDouble(), -70, 10),
                0,
                0,
                360 * random.nextDouble()),
            random);
    Printability before = of(mesh);
    Printability after = of(other);
    Finding.ThinWalls walls = before.thinWalls(demands()).getFirst();
    Finding.ThinWalls wallsAfter = after.thinWalls(demands()).getFirst();
    assertThat(wallsAfter.thinnest()).isCloseTo(walls.thinnest(), within(1e-4));
    assertThat(wallsAfter.areaMm2()).isCloseTo(walls.areaMm2(), within(1e-2));
    assertThat(wallsAfter.faces().count()).isEqualTo(walls.faces().count());
    Finding.Overhang overhang =
        only(before.findings(demands()), Finding.Overhang.class).orElseThrow();
    Finding.Overhang overhangAfter =
        only(after.findings(demands()), Finding.Overhang.class).orElseThrow();
    assertThat(overhangAfter.areaMm2()).isCloseTo(overhang.areaMm2(), within(0.1));
    assertThat(overhangAfter.supportVolumeMm3())
        .isCloseTo(overhang.supportVolumeMm3(), within(0.005 * overhang.supportVolumeMm3()));
    Finding.Bridges bridges = only(before.findings(demands()), Finding.Bridges.class).orElseThrow();
    Finding.Bridges bridgesAfter =
        only(after.findings(demands()), Finding.Bridges.class).orElseThrow();
    assertThat(bridgesAfter.longest()).isCloseTo(bridges.longest(), within(1e-3));
  }

  @Test
  void asking_twice_gives_the_same() {
    Printability printability = of(Shapes.together(doorway(8), Shapes.box(0.2, 5, 5)));
    assertThat(printability.findings(demands())).isEqualTo(printability.findings(demands()));
    assertThat(of(doorway(8)).findings(demands())).isEqualTo(of(doorway(8)).findings(demands()));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void soups_of_triangles_are_answered(long seed) {
    Random random = new Random(seed);
    float[] positions = new float[3 * 600];
    float scale = seed == 1 ? 1e30f : seed == 2 ? 1e-30f : 20;
    for (int i = 0; i < positions.length; i++) {
      positions[i] = scale * (random.nextFloat() - 0.5f);
    }
    int[] corners = new int[3 * 2000];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = random.nextInt(600);
    }
    Mesh soup = Mesh.of(positions, corners);
    List<Finding> findings = of(soup).findings(demands());
    assertThat(findings).allSatisfy(finding -> assertThat(finding.severity()).isNotNull());
  }

  @Test
  void points_lines_and_sheets_are_answered() {
    Mesh point = Mesh.of(new float[] {1, 2, 3}, new int[] {0, 0, 0});
    Mesh line = Mesh.of(new float[] {0, 0, 0, 1, 1, 1, 2, 2, 2}, new int[] {0, 1, 2});
    Mesh sheet = Mesh.of(new float[] {0, 0, 5, 9, 0, 5, 0, 9, 5}, new int[] {0, 2, 1});
    for (Mesh mesh : List.of(point, line, sheet)) {
      assertThat(fit(mesh, ROOMY)).isInstanceOf(Fit.Standing.class);
      assertThat(of(mesh).findings(demands())).isNotNull();
    }
    assertThat(fit(line, new BuildVolume.Box(1, 1, 1))).isEqualTo(new Fit.None(true));
    assertThat(fit(line, new BuildVolume.Cylinder(0.1, 4))).isInstanceOf(Fit.Turned.class);
  }

  @Test
  void work_on_a_mesh_made_to_hurt_is_cut_short_and_says_so() {
    // Large sheets within each other's reach: every ray meets them all.
    int sheets = 4000;
    Mesh[] stack = new Mesh[sheets];
    for (int i = 0; i < sheets; i++) {
      stack[i] =
          Shapes.turned(
              Mesh.of(
                  new float[] {-100, -100, 0, 100, -100, 0, 0, 100, 0},
                  i % 2 == 0 ? new int[] {0, 1, 2} : new int[] {0, 2, 1}),
              0.001 * i,
              0.0007 * i,
              0);
    }
    Mesh mesh = Shapes.together(stack);
    List<Finding> findings = of(mesh).findings(new Demands(ROOMY, 20, 0.2, 45, false, 10));
    Finding.Unfinished cut = only(findings, Finding.Unfinished.class).orElseThrow();
    assertThat(cut.examinedShare()).isBetween(0.0, 1.0).isLessThan(1);
  }

  @Test
  void a_profile_sets_the_demands() {
    ProfileReading reading =
        PrusaSlicerProfile.read(
            "shop",
            """
            nozzle_diameter = 0.6
            layer_height = 0.3
            external_perimeter_extrusion_width = 0.6
            support_material = 1
            """);
    PrintProfile profile = ((ProfileReading.Accepted) reading).profile();
    Demands demands = Demands.of(ROOMY, profile);
    assertThat(demands.leastWall()).isEqualTo(0.6);
    assertThat(demands.supports()).isTrue();
    // Half a line of 0.6 over a layer of 0.3.
    assertThat(demands.supportThreshold()).isCloseTo(45, within(1e-9));
  }

  // --- what is beside the project ---

  /** Real parts, and files that other programs choke on: answered, and rotations that hold. */
  @ParameterizedTest
  @ValueSource(strings = {"parts", "odd"})
  void files_of_the_corpus_are_answered(String folder) throws IOException {
    Path directory = CORPUS.resolve(folder);
    assumeTrue(Files.isDirectory(directory), "the corpus of real parts is not beside this project");
    List<Path> files;
    try (Stream<Path> listed = Files.list(directory)) {
      files = listed.filter(PrintabilityTest::isSmall).sorted().toList();
    }
    int answered = 0;
    for (int i = 0; i < files.size(); i += folder.equals("parts") ? 2 : 1) {
      if (!(MeshReader.withLimits(MeshLimits.DEFAULT).read(files.get(i))
          instanceof MeshReading.Accepted accepted)) {
        continue;
      }
      Mesh mesh = accepted.model().mesh();
      MeshReport report = MeshReport.of(mesh);
      Printability printability = Printability.of(mesh, report);
      double side = Math.max(1e-6, Math.min(1e6, 0.8 * report.bounds().longestSide()));
      BuildVolume tight = new BuildVolume.Box(side, side, side);
      if (printability.fit(tight) instanceof Fit.Turned turned) {
        assertProven(mesh, turned, tight);
      }
      for (Finding finding : printability.findings(demands())) {
        finding.faces().indices().forEach(face -> assertThat(face).isLessThan(report.faces()));
      }
      answered++;
    }
    assertThat(answered).isGreaterThan(10);
  }

  /** Large ones take long in a test and tell no more. */
  private static boolean isSmall(Path file) {
    return Files.isRegularFile(file) && file.toFile().length() < 200_000;
  }

  // --- fixtures ---

  private static Demands demands() {
    return new Demands(ROOMY, 0.4, 0.2, 45, false, Demands.COMMON_BRIDGE);
  }

  private static Printability of(Mesh mesh) {
    return Printability.of(mesh, MeshReport.of(mesh));
  }

  private static Fit fit(Mesh mesh, BuildVolume volume) {
    return of(mesh).fit(volume);
  }

  private static Optional<Finding.ThinWalls> walls(Mesh mesh, double least) {
    return of(mesh).thinWalls(new Demands(ROOMY, least, 0.2, 45, false, 10)).stream().findFirst();
  }

  private static Optional<Finding.Overhang> overhang(Mesh mesh, double threshold) {
    return only(
        of(mesh).findings(new Demands(ROOMY, 0.4, 0.2, threshold, false, 10)),
        Finding.Overhang.class);
  }

  private static <T extends Finding> Optional<T> only(List<Finding> findings, Class<T> type) {
    return findings.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /** Turns the mesh as the fit says, and measures. */
  private static void assertProven(Mesh mesh, Fit fit, BuildVolume volume) {
    Rotation rotation =
        switch (fit) {
          case Fit.Standing standing -> standing.rotation();
          case Fit.Turned turned -> turned.rotation();
          case Fit.None none -> throw new AssertionError(none.toString());
        };
    MeshReport turned = MeshReport.of(rotation.applyTo(mesh));
    BuildVolume.Box box = (BuildVolume.Box) volume;
    double rounding = 2e-3 + 1e-5 * turned.bounds().diagonal();
    assertThat(turned.bounds().sizeX()).isLessThanOrEqualTo(box.width() + rounding);
    assertThat(turned.bounds().sizeY()).isLessThanOrEqualTo(box.depth() + rounding);
    assertThat(turned.bounds().sizeZ()).isLessThanOrEqualTo(box.height() + rounding);
    assertThat(turned.area()).isCloseTo(MeshReport.of(mesh).area(), within(1e-3 * turned.area()));
  }

  /**
   * A post of 10 x 10 mm with a balcony of 10 x 10 mm whose underside begins 5 mm above the plate
   * and rises at an angle to the plate.
   */
  private static Mesh roof(double degrees) {
    double rise = 10 * Math.tan(Math.toRadians(degrees));
    double top = 5 + rise + 10;
    return prism(
        new double[][] {{0, 0}, {10, 0}, {10, 5}, {20, 5 + rise}, {20, top}, {0, top}}, 10);
  }

  /** A wall 20 mm deep with an opening of a width, 10 mm high. */
  private static Mesh doorway(double width) {
    return prism(
        new double[][] {
          {0, 0},
          {5, 0},
          {5, 10},
          {5 + width, 10},
          {5 + width, 0},
          {10 + width, 0},
          {10 + width, 15},
          {0, 15}
        },
        20);
  }

  /** A polygon of (x, z), counter-clockwise seen from the front, drawn out along y. */
  private static Mesh prism(double[][] outline, double depth) {
    int n = outline.length;
    float[] positions = new float[6 * n];
    for (int i = 0; i < n; i++) {
      for (int side = 0; side < 2; side++) {
        positions[3 * (2 * i + side)] = (float) outline[i][0];
        positions[3 * (2 * i + side) + 1] = (float) (side == 0 ? 0 : depth);
        positions[3 * (2 * i + side) + 2] = (float) outline[i][1];
      }
    }
    int[][] ears = ears(outline);
    int[] corners = new int[6 * n + 6 * ears.length];
    int at = 0;
    for (int i = 0; i < n; i++) {
      int a = 2 * i;
      int b = 2 * ((i + 1) % n);
      for (int corner : new int[] {a, b + 1, b, a, a + 1, b + 1}) {
        corners[at++] = corner;
      }
    }
    for (int[] ear : ears) {
      for (int corner : new int[] {2 * ear[0], 2 * ear[1], 2 * ear[2]}) {
        corners[at++] = corner;
      }
      for (int corner : new int[] {2 * ear[0] + 1, 2 * ear[2] + 1, 2 * ear[1] + 1}) {
        corners[at++] = corner;
      }
    }
    Mesh mesh = Mesh.of(positions, corners);
    if (!MeshReport.of(mesh).quotable()) {
      throw new AssertionError("fixture is no solid: " + MeshReport.of(mesh).flaws());
    }
    return mesh;
  }

  private static int[][] ears(double[][] outline) {
    List<Integer> left = new java.util.ArrayList<>();
    for (int i = 0; i < outline.length; i++) {
      left.add(i);
    }
    List<int[]> ears = new java.util.ArrayList<>();
    while (left.size() > 2) {
      for (int i = 0; i < left.size(); i++) {
        int a = left.get((i + left.size() - 1) % left.size());
        int b = left.get(i);
        int c = left.get((i + 1) % left.size());
        boolean ear =
            turn(outline[a], outline[b], outline[c]) > 0
                && left.stream()
                    .filter(p -> p != a && p != b && p != c)
                    .noneMatch(
                        p ->
                            turn(outline[a], outline[b], outline[p]) >= 0
                                && turn(outline[b], outline[c], outline[p]) >= 0
                                && turn(outline[c], outline[a], outline[p]) >= 0);
        if (ear) {
          ears.add(new int[] {a, b, c});
          left.remove(/* index */ i);
          break;
        }
      }
    }
    return ears.toArray(int[][]::new);
  }

  private static double turn(double[] a, double[] b, double[] c) {
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
  }

  private static Mesh shuffled(Mesh mesh, Random random) {
    int[] corners = mesh.corners();
    for (int i = mesh.triangleCount() - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      for (int k = 0; k < 3; k++) {
        int swap = corners[3 * i + k];
        corners[3 * i + k] = corners[3 * j + k];
        corners[3 * j + k] = swap;
      }
    }
    return Mesh.of(mesh.positions(), corners);
  }
}
