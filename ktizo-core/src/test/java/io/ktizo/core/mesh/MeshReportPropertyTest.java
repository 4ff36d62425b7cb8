package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ktizo.core.mesh.MeshReport.Shell;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;

/** What must not change a report, on sound and on broken meshes. */
class MeshReportPropertyTest {
  /** Relative, for what single precision does to coordinates. */
  private static final double TOLERANCE = 1e-5;

  @Property(tries = 200)
  void the_order_of_faces_vertices_and_corners_does_not_matter(
      @ForAll("meshes") Mesh mesh, @ForAll long seed) {
    MeshReport report = MeshReport.of(mesh);

    MeshReport shuffled = MeshReport.of(Solids.shuffled(mesh, seed));

    assertSameCounts(shuffled, report);
    assertSameMeasures(shuffled, report, 1e-9);
    assertThat(shuffled.bounds()).isEqualTo(report.bounds());
  }

  @Property(tries = 200)
  void a_mirror_image_has_the_same_report(@ForAll("meshes") Mesh mesh) {
    MeshReport report = MeshReport.of(mesh);

    MeshReport mirrored = MeshReport.of(Solids.mirrored(mesh));

    assertSameCounts(mirrored, report);
    assertSameMeasures(mirrored, report, 1e-9);
  }

  @Property(tries = 200)
  void turning_and_moving_does_not_matter(
      @ForAll("meshes") Mesh mesh,
      @ForAll @DoubleRange(min = -3.2, max = 3.2) double aroundX,
      @ForAll @DoubleRange(min = -3.2, max = 3.2) double aroundY,
      @ForAll @DoubleRange(min = -100, max = 100) double moveZ) {
    MeshReport report = MeshReport.of(mesh);

    Mesh placed = Solids.moved(Solids.rotated(mesh, aroundX, aroundY, 0), 7, -11, Math.rint(moveZ));

    assertSameCounts(MeshReport.of(placed), report);
    assertSameMeasures(MeshReport.of(placed), report, TOLERANCE);
  }

  @Property(tries = 200)
  void what_lies_in_what_does_not_depend_on_order_or_place(
      @ForAll("nestings") Mesh mesh,
      @ForAll long seed,
      @ForAll @DoubleRange(min = -3.2, max = 3.2) double aroundX,
      @ForAll @DoubleRange(min = -3.2, max = 3.2) double aroundY) {
    MeshReport report = MeshReport.of(mesh);

    assertSameRoles(MeshReport.of(Solids.shuffled(mesh, seed)), report);
    assertSameRoles(MeshReport.of(Solids.mirrored(mesh)), report);
    assertSameRoles(MeshReport.of(Solids.rotated(mesh, aroundX, aroundY, 0)), report);
  }

  @Property(tries = 100)
  void turned_inside_out_all_volumes_change_sign(@ForAll("meshes") Mesh mesh) {
    MeshReport report = MeshReport.of(mesh);

    MeshReport insideOut = MeshReport.of(Solids.insideOut(mesh));

    assertThat(insideOut.volume())
        .isEqualTo(-report.volume(), within(1e-9 * (1 + Math.abs(report.volume()))));
    assertThat(insideOut.closed()).isEqualTo(report.closed());
    assertThat(insideOut.oriented()).isEqualTo(report.oriented());
    if (report.nonManifoldEdges().isEmpty()) {
      assertThat(insideOut.shellCount()).isEqualTo(report.shellCount());
    }
  }

  @Property(tries = 100)
  void the_same_mesh_has_the_same_report_to_the_bit(@ForAll("meshes") Mesh mesh) {
    assertThat(MeshReport.of(mesh)).isEqualTo(MeshReport.of(mesh));
  }

  private static void assertSameCounts(MeshReport actual, MeshReport expected) {
    assertThat(counts(actual)).isEqualTo(counts(expected));
    assertThat(actual.closed()).isEqualTo(expected.closed());
    assertThat(actual.oriented()).isEqualTo(expected.oriented());
    assertThat(actual.orientable()).isEqualTo(expected.orientable());
    assertThat(actual.shells().stream().map(Shell::faces).sorted().toList())
        .isEqualTo(expected.shells().stream().map(Shell::faces).sorted().toList());
  }

  /** Only where no shell crosses another one is it clear which is inside which. */
  private static void assertSameRoles(MeshReport actual, MeshReport expected) {
    assertThat(actual.shells().stream().map(Shell::role).sorted().toList())
        .isEqualTo(expected.shells().stream().map(Shell::role).sorted().toList());
    assertThat(actual.shells().stream().map(Shell::enclosedBy).sorted().toList())
        .isEqualTo(expected.shells().stream().map(Shell::enclosedBy).sorted().toList());
  }

  private static List<Integer> counts(MeshReport report) {
    return List.of(
        report.faces(),
        report.edges(),
        report.openEdges().count(),
        report.nonManifoldEdges().count(),
        report.touchingEdges(),
        report.flippedEdges().count(),
        report.degenerateFaces().count(),
        report.duplicateFaces().count(),
        report.shellCount());
  }

  private static void assertSameMeasures(MeshReport actual, MeshReport expected, double relative) {
    assertThat(actual.area()).isEqualTo(expected.area(), within(relative * expected.area()));
    if (expected.watertight()) {
      double reach = expected.area() * expected.bounds().diagonal();
      assertThat(actual.volume()).isEqualTo(expected.volume(), within(relative * reach));
    }
  }

  /**
   * Some bodies, some of them inside out or in each other, some with holes, turned or extra faces.
   */
  @Provide
  Arbitrary<Mesh> meshes() {
    return Arbitraries.longs().map(MeshReportPropertyTest::someMesh);
  }

  private static Mesh someMesh(long seed) {
    Random random = new Random(seed);
    Mesh mesh = someBody(random);
    for (int more = random.nextInt(4); more > 0; more--) {
      Mesh body = someBody(random);
      if (random.nextInt(3) == 0) {
        body = Solids.insideOut(body);
      }
      // Whole millimetres, so that some touch.
      body = Solids.moved(body, random.nextInt(5) * 10, random.nextInt(3) * 10, 0);
      mesh = Solids.together(mesh, body);
    }
    mesh = Solids.welded(mesh);
    for (int damage = random.nextInt(4); damage > 0; damage--) {
      int face = random.nextInt(mesh.triangleCount());
      mesh =
          switch (random.nextInt(5)) {
            case 0 -> Solids.withoutFace(mesh, face);
            case 1 -> Solids.withFaceTurned(mesh, face);
            case 2 ->
                Solids.withFace(
                    mesh, mesh.vertex(face, 0), mesh.vertex(face, 1), mesh.vertex(face, 2));
            case 3 ->
                Solids.withFace(
                    mesh, mesh.vertex(face, 0), mesh.vertex(face, 0), mesh.vertex(face, 2));
            default ->
                Solids.withFace(
                    mesh,
                    mesh.vertex(face, 0),
                    mesh.vertex(face, 1),
                    random.nextInt(mesh.vertexCount()));
          };
    }
    return mesh;
  }

  /** Balls and cubes in each other in any number, any of them inside out, and some beside. */
  @Provide
  Arbitrary<Mesh> nestings() {
    return Arbitraries.longs().map(MeshReportPropertyTest::someNesting);
  }

  private static Mesh someNesting(long seed) {
    Random random = new Random(seed);
    Mesh mesh = Solids.moved(Solids.cube(5), 60, 0, 0);
    double radius = 40;
    for (int depth = random.nextInt(5); depth >= 0; depth--) {
      Mesh shell =
          random.nextBoolean()
              ? Solids.icosphere(radius, 1)
              : Solids.moved(Solids.cube(radius), -radius / 2, -radius / 2, -radius / 2);
      mesh = Solids.together(mesh, random.nextBoolean() ? shell : Solids.insideOut(shell));
      radius *= 0.4;
    }
    return mesh;
  }

  private static Mesh someBody(Random random) {
    return switch (random.nextInt(4)) {
      case 0 -> Solids.cube(10);
      case 1 -> Solids.box(30, 20, 10);
      case 2 -> Solids.icosphere(5, 1);
      default -> Solids.torus(12, 3, 12, 8);
    };
  }
}
