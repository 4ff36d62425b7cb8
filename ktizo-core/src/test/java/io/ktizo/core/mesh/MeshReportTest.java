package io.ktizo.core.mesh;

import static io.ktizo.core.mesh.Solids.box;
import static io.ktizo.core.mesh.Solids.cube;
import static io.ktizo.core.mesh.Solids.icosphere;
import static io.ktizo.core.mesh.Solids.insideOut;
import static io.ktizo.core.mesh.Solids.moebiusStrip;
import static io.ktizo.core.mesh.Solids.moved;
import static io.ktizo.core.mesh.Solids.tetrahedron;
import static io.ktizo.core.mesh.Solids.together;
import static io.ktizo.core.mesh.Solids.torus;
import static io.ktizo.core.mesh.Solids.welded;
import static io.ktizo.core.mesh.Solids.withFace;
import static io.ktizo.core.mesh.Solids.withFaceTurned;
import static io.ktizo.core.mesh.Solids.withoutFace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.ktizo.core.mesh.MeshReport.Flaw;
import io.ktizo.core.mesh.MeshReport.Role;
import io.ktizo.core.mesh.MeshReport.Shell;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MeshReportTest {
  private static final Offset<Double> ROUNDING = within(1e-9);

  @Test
  void a_cube_is_perfect() {
    MeshReport report = MeshReport.of(cube(20));

    assertThat(report.faces()).isEqualTo(12);
    assertThat(report.edges()).isEqualTo(18);
    assertThat(report.volume()).isEqualTo(8000, ROUNDING);
    assertThat(report.area()).isEqualTo(2400, ROUNDING);
    assertThat(report.bounds()).isEqualTo(new BoundingBox(0, 0, 0, 20, 20, 20));
    assertThat(report.quotable()).isTrue();
    assertThat(report.orientable()).isTrue();
    assertThat(report.flaws()).isEmpty();
    assertThat(report.shellCount()).isOne();
    assertThat(report.shells())
        .containsExactly(
            new Shell(0, 12, report.volume(), report.area(), report.bounds(), true, 0, Role.BODY));
  }

  @Test
  void a_tetrahedron_has_a_sixth_of_its_cube() {
    MeshReport report = MeshReport.of(tetrahedron(6));

    assertThat(report.volume()).isEqualTo(36, ROUNDING);
    assertThat(report.area()).isEqualTo(3 * 18 + 18 * Math.sqrt(3), ROUNDING);
    assertThat(report.edges()).isEqualTo(6);
  }

  @Test
  void finer_spheres_come_closer_to_the_sphere_by_four_each_time() {
    double sphere = 4.0 / 3 * Math.PI * 1000;
    double surface = 4 * Math.PI * 100;
    MeshReport coarse = MeshReport.of(icosphere(10, 3));
    MeshReport fine = MeshReport.of(icosphere(10, 4));

    assertThat((sphere - coarse.volume()) / (sphere - fine.volume())).isEqualTo(4, within(0.05));
    assertThat((surface - coarse.area()) / (surface - fine.area())).isEqualTo(4, within(0.05));
    assertThat(fine.volume()).isEqualTo(sphere, within(0.003 * sphere));
    assertThat(icosphere(10, 4).vertexCount() - fine.edges() + fine.faces()).isEqualTo(2);
  }

  @Test
  void a_torus_comes_close_to_its_closed_form() {
    MeshReport report = MeshReport.of(torus(20, 5, 400, 200));

    assertThat(report.volume()).isEqualTo(2 * Math.PI * Math.PI * 20 * 25, within(3.0));
    assertThat(report.area()).isEqualTo(4 * Math.PI * Math.PI * 20 * 5, within(1.0));
    // Euler characteristic of a torus: vertices - edges + faces = 0.
    assertThat(400 * 200 - report.edges() + report.faces()).isZero();
    assertThat(report.quotable()).isTrue();
  }

  @Test
  void measures_do_not_suffer_far_from_the_origin() {
    MeshReport report = MeshReport.of(moved(cube(16), 1_048_576, -1_048_576, 1_048_576));

    assertThat(report.volume()).isEqualTo(4096, ROUNDING);
    assertThat(report.area()).isEqualTo(1536, ROUNDING);
  }

  @Test
  void a_missing_face_leaves_three_open_edges_around_it() {
    MeshReport report = MeshReport.of(withoutFace(cube(20), 3));

    assertThat(report.closed()).isFalse();
    assertThat(report.oriented()).isTrue();
    assertThat(report.openEdges().count()).isEqualTo(3);
    assertThat(report.openEdges().faces()).hasSize(3);
    assertThat(report.quotable()).isFalse();
    assertThat(report.flaws()).containsExactly(Flaw.NOT_CLOSED);
    assertThat(report.shells().getFirst().role()).isEqualTo(Role.OPEN);
  }

  @Test
  void a_turned_face_is_found_and_named() {
    MeshReport report = MeshReport.of(withFaceTurned(cube(20), 7));

    assertThat(report.closed()).isTrue();
    assertThat(report.oriented()).isFalse();
    assertThat(report.orientable()).isTrue();
    assertThat(report.flippedEdges().count()).isEqualTo(3);
    assertThat(report.flippedEdges().faces()).hasSize(4).contains(7);
    assertThat(report.reversedFaces().count()).isOne();
    assertThat(report.reversedFaces().faces()).containsExactly(7);
    assertThat(report.flaws()).containsExactly(Flaw.NOT_ORIENTED);
  }

  @Test
  void turning_the_reversed_faces_makes_any_body_oriented() {
    Mesh mesh = together(icosphere(5, 2), moved(torus(20, 5, 30, 20), 50, 0, 0));
    for (int face : new int[] {0, 1, 7, 50, 51, 52, 319, 320, 333, 900}) {
      mesh = withFaceTurned(mesh, face);
    }

    MeshReport report = MeshReport.of(mesh);
    assertThat(report.oriented()).isFalse();
    assertThat(report.reversedFaces().count()).isEqualTo(10);
    for (int face : report.reversedFaces().faces()) {
      mesh = withFaceTurned(mesh, face);
    }
    assertThat(MeshReport.of(mesh).quotable()).isTrue();
  }

  @Test
  void a_moebius_strip_cannot_be_oriented() {
    MeshReport report = MeshReport.of(moebiusStrip(24));

    assertThat(report.orientable()).isFalse();
    assertThat(report.oriented()).isFalse();
    assertThat(report.closed()).isFalse();
    assertThat(report.openEdges().count()).isEqualTo(48);
    assertThat(report.reversedFaces().isEmpty()).isTrue();
    assertThat(report.shellCount()).isOne();
  }

  @Test
  void a_cube_turned_inside_out_has_negative_volume() {
    MeshReport report = MeshReport.of(insideOut(cube(20)));

    assertThat(report.volume()).isEqualTo(-8000, ROUNDING);
    assertThat(report.watertight()).isTrue();
    assertThat(report.quotable()).isFalse();
    assertThat(report.shells().getFirst().role()).isEqualTo(Role.INVERTED);
    assertThat(report.flaws()).containsExactly(Flaw.NO_VOLUME, Flaw.INVERTED_SHELLS);
  }

  @Test
  void a_cavity_subtracts_and_is_no_flaw() {
    Mesh hollow = together(cube(20), insideOut(moved(cube(10), 5, 5, 5)));

    MeshReport report = MeshReport.of(hollow);

    assertThat(report.volume()).isEqualTo(7000, ROUNDING);
    assertThat(report.area()).isEqualTo(3000, ROUNDING);
    assertThat(report.flaws()).isEmpty();
    assertThat(report.shells()).extracting(Shell::role).containsExactly(Role.BODY, Role.CAVITY);
    assertThat(report.shells()).extracting(Shell::enclosedBy).containsExactly(0, 1);
    assertThat(report.shells()).extracting(Shell::volume).containsExactly(8000.0, -1000.0);
  }

  @Test
  void a_loose_ball_in_a_cavity_is_a_body_and_a_cavity_in_it_a_cavity() {
    Mesh shells =
        together(
            moved(cube(40), -20, -20, -20),
            insideOut(icosphere(15, 2)),
            icosphere(10, 2),
            insideOut(icosphere(5, 2)));

    MeshReport report = MeshReport.of(shells);

    assertThat(report.shells())
        .extracting(Shell::role)
        .containsExactly(Role.BODY, Role.CAVITY, Role.BODY, Role.CAVITY);
    assertThat(report.shells()).extracting(Shell::enclosedBy).containsExactly(0, 1, 2, 3);
  }

  @Test
  void a_body_in_the_material_of_another_is_embedded() {
    MeshReport report = MeshReport.of(together(cube(20), moved(cube(10), 5, 5, 5)));

    assertThat(report.volume()).isEqualTo(9000, ROUNDING);
    assertThat(report.quotable()).isTrue();
    assertThat(report.flaws()).containsExactly(Flaw.EMBEDDED_SHELLS);
  }

  @Test
  void a_box_in_the_hollow_of_a_ring_is_not_enclosed_by_it() {
    Mesh mesh = together(torus(20, 5, 64, 32), moved(cube(4), -2, -2, -2));

    assertThat(MeshReport.of(mesh).shells())
        .extracting(Shell::role)
        .containsExactly(Role.BODY, Role.BODY);
  }

  @Test
  void an_inverted_body_beside_a_sound_one_is_noticed() {
    MeshReport report = MeshReport.of(together(cube(20), insideOut(moved(cube(10), 30, 0, 0))));

    assertThat(report.quotable()).isTrue();
    assertThat(report.flaws()).containsExactly(Flaw.INVERTED_SHELLS);
    assertThat(report.shells().get(1).role()).isEqualTo(Role.INVERTED);
  }

  @Test
  void two_cubes_that_touch_along_an_edge_are_two_shells_and_printable() {
    Mesh touching = welded(together(cube(10), moved(cube(10), 10, 10, 0)));

    MeshReport report = MeshReport.of(touching);

    assertThat(touching.vertexCount()).isEqualTo(14);
    assertThat(report.nonManifoldEdges().count()).isOne();
    assertThat(report.touchingEdges()).isOne();
    assertThat(report.shellCount()).isEqualTo(2);
    assertThat(report.quotable()).isTrue();
    assertThat(report.flaws()).containsExactly(Flaw.TOUCHING_EDGES);
    assertThat(report.volume()).isEqualTo(2000, ROUNDING);
    assertThat(report.shells()).extracting(Shell::role).containsOnly(Role.BODY);
  }

  @Test
  void two_cubes_that_touch_with_a_face_are_two_shells_with_that_face_twice() {
    // The second cube is mirrored, so that the diagonals of the common square are the same.
    Mesh second = Solids.mirrored(moved(cube(10), -20, 0, 0));
    Mesh touching = welded(together(cube(10), second));

    MeshReport report = MeshReport.of(touching);

    assertThat(report.shellCount()).isEqualTo(2);
    assertThat(report.duplicateFaces().count()).isEqualTo(2);
    // Four sides and the diagonal.
    assertThat(report.touchingEdges()).isEqualTo(5);
    assertThat(report.shells()).extracting(Shell::volume).containsExactly(1000.0, 1000.0);
  }

  @Test
  void cubes_that_touch_in_a_vertex_only_are_two_shells_without_a_flaw() {
    MeshReport report = MeshReport.of(welded(together(cube(10), moved(cube(10), 10, 10, 10))));

    assertThat(report.shellCount()).isEqualTo(2);
    assertThat(report.flaws()).isEmpty();
  }

  @Test
  void a_fin_on_a_cube_makes_it_open() {
    Mesh finned = together(cube(10), Solids.mesh(new double[][] {{5, 5, 30}}, new int[0][]));
    finned = withFace(finned, 4, 5, 8);

    MeshReport report = MeshReport.of(finned);

    assertThat(report.closed()).isFalse();
    assertThat(report.nonManifoldEdges().count()).isOne();
    assertThat(report.touchingEdges()).isZero();
    assertThat(report.openEdges().count()).isEqualTo(2);
    assertThat(report.openEdges().faces()).containsExactly(12);
    assertThat(report.shellCount()).isOne();
  }

  @Test
  void a_face_that_names_a_vertex_twice_is_degenerate_and_opens_nothing() {
    MeshReport report = MeshReport.of(withFace(withFace(cube(10), 4, 4, 6), 2, 2, 2));

    assertThat(report.degenerateFaces().count()).isEqualTo(2);
    assertThat(report.degenerateFaces().faces()).containsExactly(12, 13);
    assertThat(report.openEdges().isEmpty()).isTrue();
    assertThat(report.quotable()).isTrue();
    assertThat(report.shells()).extracting(Shell::faces).containsExactly(12);
    assertThat(report.flaws()).containsExactly(Flaw.DEGENERATE_FACES);
  }

  @Test
  void a_flat_face_that_fills_a_gap_is_degenerate_and_keeps_the_cube_closed() {
    // The edge from 4 to 5 gets a vertex in its middle on the top side only; a flat face fills in.
    Mesh cube = together(cube(10), Solids.mesh(new double[][] {{5, 0, 10}}, new int[0][]));
    Mesh split = withoutFace(cube, 2);
    split = withFace(withFace(split, 4, 8, 6), 8, 5, 6);
    assertThat(MeshReport.of(split).closed()).isFalse();

    MeshReport report = MeshReport.of(withFace(split, 4, 5, 8));

    assertThat(report.quotable()).isTrue();
    assertThat(report.degenerateFaces().faces()).containsExactly(13);
    assertThat(report.shells()).extracting(Shell::faces).containsExactly(14);
  }

  @Test
  void a_flat_face_that_is_merely_superfluous_opens_nothing() {
    Mesh cube = together(cube(10), Solids.mesh(new double[][] {{5, 0, 10}}, new int[0][]));

    MeshReport report = MeshReport.of(withFace(cube, 4, 5, 8));

    assertThat(report.quotable()).isTrue();
    assertThat(report.degenerateFaces().faces()).containsExactly(12);
    assertThat(report.openEdges().isEmpty()).isTrue();
  }

  @Test
  void a_sliver_below_the_resolution_of_its_coordinates_is_degenerate_and_a_thin_one_is_not() {
    double[][] points = {{1000, 0, 0}, {1010, 0, 0}, {1005, 0.00001, 0}, {1005, 0.01, 0}};

    MeshReport report = MeshReport.of(Solids.mesh(points, new int[][] {{0, 1, 2}, {0, 1, 3}}));

    assertThat(report.degenerateFaces().faces()).containsExactly(0);
  }

  @Test
  void a_face_that_is_there_twice_is_found_whichever_way_round() {
    Mesh cube = cube(10);

    MeshReport same = MeshReport.of(withFace(cube, 5, 6, 4));
    MeshReport opposite = MeshReport.of(withFace(cube, 5, 4, 6));

    assertThat(same.duplicateFaces().faces()).containsExactly(12);
    assertThat(opposite.duplicateFaces().faces()).containsExactly(12);
    assertThat(same.closed()).isFalse();
  }

  @Test
  void two_opposite_faces_alone_are_closed_but_no_solid() {
    double[][] points = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};

    MeshReport report = MeshReport.of(Solids.mesh(points, new int[][] {{0, 1, 2}, {0, 2, 1}}));

    assertThat(report.watertight()).isTrue();
    assertThat(report.quotable()).isFalse();
    assertThat(report.duplicateFaces().faces()).containsExactly(1);
    assertThat(report.shells()).extracting(Shell::role).containsExactly(Role.FLAT);
    assertThat(report.flaws()).containsExactly(Flaw.NO_VOLUME, Flaw.DUPLICATE_FACES);
  }

  @Test
  void a_mesh_of_collapsed_faces_only_has_no_shell() {
    MeshReport report =
        MeshReport.of(Solids.mesh(new double[][] {{1, 2, 3}, {4, 5, 6}}, new int[][] {{0, 1, 1}}));

    assertThat(report.shells()).isEmpty();
    assertThat(report.edges()).isZero();
    assertThat(report.quotable()).isFalse();
    assertThat(report.bounds()).isEqualTo(new BoundingBox(1, 2, 3, 4, 5, 6));
  }

  @Test
  void a_vertex_that_no_face_uses_is_not_in_the_box() {
    Mesh mesh = together(Solids.mesh(new double[][] {{-9, 99, 9}}, new int[0][]), cube(1));

    assertThat(MeshReport.of(mesh).bounds()).isEqualTo(new BoundingBox(0, 0, 0, 1, 1, 1));
  }

  @Test
  void a_hundred_thousand_faces_at_one_edge_are_no_trouble() {
    // A book whose pages come in pairs, so that the balance is right at the spine.
    int pages = 100_000;
    double[][] points = new double[pages + 2][];
    int[][] faces = new int[pages][];
    points[0] = new double[] {0, 0, 0};
    points[1] = new double[] {0, 0, 1};
    for (int page = 0; page < pages; page++) {
      double angle = 2 * Math.PI * page / pages;
      points[page + 2] = new double[] {Math.cos(angle), Math.sin(angle), 0};
      faces[page] = page % 2 == 0 ? new int[] {0, 1, page + 2} : new int[] {1, 0, page + 2};
    }

    MeshReport report = MeshReport.of(Solids.mesh(points, faces));

    assertThat(report.nonManifoldEdges().count()).isOne();
    assertThat(report.nonManifoldEdges().faces()).hasSize(MeshReport.LISTED).startsWith(0, 1, 2);
    assertThat(report.openEdges().count()).isEqualTo(2 * pages);
    assertThat(report.shellCount()).isEqualTo(pages / 2);
    assertThat(report.shells()).hasSize(MeshReport.LISTED);
  }

  @Test
  void lists_are_bounded_and_counts_are_exact() {
    Mesh[] tetrahedra =
        IntStream.range(0, 1500)
            .mapToObj(i -> withoutFace(moved(tetrahedron(1), 2 * i, 0, 0), 0))
            .toArray(Mesh[]::new);

    MeshReport report = MeshReport.of(together(tetrahedra));

    assertThat(report.openEdges().count()).isEqualTo(4500);
    assertThat(report.openEdges().faces()).hasSize(MeshReport.LISTED).isSorted();
    assertThat(report.shellCount()).isEqualTo(1500);
    assertThat(report.shells()).hasSize(MeshReport.LISTED);
  }

  @Test
  void the_largest_shell_comes_first() {
    MeshReport report =
        MeshReport.of(together(cube(1), moved(cube(9), 20, 0, 0), moved(cube(5), 40, 0, 0)));

    assertThat(report.shells()).extracting(Shell::firstFace).containsExactly(12, 24, 0);
  }

  @Test
  void a_plane_of_many_bodies_is_nested_without_trouble() {
    Mesh[] bodies = new Mesh[1200];
    bodies[0] = moved(box(1000, 1000, 30), -10, -10, -10);
    for (int i = 1; i < bodies.length; i++) {
      Mesh bubble = moved(tetrahedron(5 + i * 0.001), i % 35 * 20, i / 35 * 20, 0);
      bodies[i] = insideOut(bubble);
    }

    MeshReport report = MeshReport.of(together(bodies));

    assertThat(report.shells().getFirst().role()).isEqualTo(Role.BODY);
    assertThat(report.shells().subList(1, MeshReport.LISTED))
        .extracting(Shell::role)
        .containsOnly(Role.CAVITY);
  }

  @Test
  void an_empty_mesh_has_no_report() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MeshReport.of(Mesh.of(new float[0], new int[0])));
  }

  @Test
  void a_big_mesh_is_measured_right() {
    // 400,000 faces in random order; a sphere that is rough outwards by at most a thousandth.
    MeshReport report = MeshReport.of(Solids.shuffled(Solids.roughSphere(50, 400, 500, 1), 2));
    double sphere = 4.0 / 3 * Math.PI * 125_000;

    assertThat(report.faces()).isEqualTo(400_000);
    assertThat(report.edges()).isEqualTo(600_000);
    assertThat(report.volume()).isBetween(0.999 * sphere, 1.003 * sphere);
    assertThat(report.flaws()).isEmpty();
  }
}
