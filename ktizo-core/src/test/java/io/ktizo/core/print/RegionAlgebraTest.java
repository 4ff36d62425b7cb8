package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ktizo.core.mesh.Mesh;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Areas of cuts, grown and shrunk shapes against their closed forms. */
class RegionAlgebraTest {
  private final RegionAlgebra algebra = new RegionAlgebra(200);

  @Test
  void a_cut_of_a_sphere_is_its_circle() {
    for (double z : new double[] {1.1, 4.3, 10.05, 17.7}) {
      Contours cut = cut(Shapes.sphere(10, 256), 0, z);
      double area = Math.PI * (100 - (z - 10) * (z - 10));

      assertThat(cut.loops()).isEqualTo(1);
      assertThat(cut.area() / 1e6).isEqualTo(area, within(0.003 * area));
      assertThat(algebra.area(algebra.inside(cut))).isEqualTo(area, within(0.004 * area));
    }
  }

  @Test
  void a_cut_of_a_tube_is_a_ring_and_nothing_lies_above_or_below() {
    Mesh tube = Shapes.tube(20, 12, 10, 200);
    Contours cut = cut(tube, 17, 5);

    assertThat(cut.loops()).isEqualTo(2);
    assertThat(cut.area() / 1e6).isEqualTo(Math.PI * (100 - 36), within(0.3));
    assertThat(cut(tube, 17, 10.5).isEmpty()).isTrue();
  }

  @Test
  void overlapping_bodies_count_once() {
    Mesh two = Shapes.together(Shapes.box(10, 10, 5), Shapes.moved(Shapes.box(10, 10, 5), 5, 0, 0));

    assertThat(algebra.area(algebra.inside(cut(two, 30, 2.5)))).isEqualTo(150, within(1.0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 7, 33, 50, 71})
  void a_shrunk_square_is_smaller_by_twice_the_distance(double degrees) {
    Region square = algebra.inside(cut(Shapes.box(30, 30, 5), degrees, 2.5));
    double distance = 0.84;

    double area = algebra.area(algebra.shrunk(square, algebra.disc(distance * 1000)));

    double side = 30 - 2 * distance;
    assertThat(area).isEqualTo(side * side, within(0.01 * side * side));
  }

  @Test
  void a_grown_circle_is_a_wider_circle() {
    Region circle = algebra.inside(cut(Shapes.cylinder(20, 4, 200), 0, 2));

    assertThat(algebra.area(algebra.grown(circle, algebra.disc(1000))))
        .isEqualTo(Math.PI * 121, within(0.01 * Math.PI * 121));
    assertThat(algebra.area(algebra.grownFar(circle, 3000)))
        .isEqualTo(Math.PI * 169, within(0.02 * Math.PI * 169));
  }

  @Test
  void opening_removes_what_is_narrow_and_keeps_the_rest() {
    Mesh cross =
        Shapes.together(Shapes.box(20, 20, 2), Shapes.moved(Shapes.box(60, 0.6, 2), -20, 10, 0));
    Region region = algebra.inside(cut(cross, 20, 1));
    int[] disc = algebra.disc(600);

    assertThat(algebra.area(region)).isEqualTo(400 + 40 * 0.6, within(2.0));
    assertThat(algebra.area(algebra.opened(region, disc, disc))).isEqualTo(400, within(4.0));
  }

  @Test
  void boolean_operations_keep_the_sums_of_areas() {
    Region a =
        algebra.inside(cut(Shapes.together(Shapes.box(60, 60, 2), Shapes.box(1, 1, 9)), 25, 1));
    Region b =
        algebra.inside(
            cut(
                Shapes.together(
                    Shapes.moved(Shapes.cylinder(50, 2, 90), 45, 30, 0),
                    Shapes.box(1, 1, 9),
                    Shapes.moved(Shapes.box(1, 1, 9), 70, 60, 0)),
                25,
                1));
    double union = algebra.area(algebra.union(a, b));
    double both = algebra.area(algebra.intersection(a, b));
    double onlyA = algebra.area(algebra.difference(a, b));
    double onlyB = algebra.area(algebra.difference(b, a));

    assertThat(union).isEqualTo(onlyA + both + onlyB, within(1e-6));
    assertThat(onlyA + both).isEqualTo(algebra.area(a), within(1e-6));
    assertThat(algebra.union(a, a)).isSameAs(a);
    assertThat(algebra.difference(a, a).isEmpty()).isTrue();
    assertThat(algebra.intersection(a, Region.EMPTY).isEmpty()).isTrue();
  }

  @Test
  void lines_are_counted_along_and_across() {
    Region square = algebra.inside(cut(Shapes.box(20, 10, 2), 0, 1));
    FillLines lines = FillLines.of(square, algebra);

    assertThat(lines.linesAlong(0.5)).isEqualTo(20, within(0.5));
    assertThat(lines.linesAcross(0.5)).isEqualTo(40, within(0.5));
    assertThat(lines.pieces).isEqualTo(1);
    // Each of the 20 lines: 20 mm at 50 from rest to rest, 20 / 50 + 50 / 1000 s.
    double seconds = lines.time(true, 0.5, 0, 0, 50, 1000);
    assertThat(seconds).isEqualTo(20 * 0.45, within(0.3));
  }

  @Test
  void a_ring_is_filled_in_two_pieces_and_is_one_part() {
    Region ring = algebra.inside(cut(Shapes.tube(30, 20, 2, 120), 0, 1));

    assertThat(FillLines.of(ring, algebra).pieces).isEqualTo(2);
    assertThat(new Connected(ring).count()).isEqualTo(1);
  }

  @Test
  void a_gyroids_wave_has_the_length_of_its_level_set() {
    PrintProfile.Infill infill =
        new PrintProfile.Infill(0.1, InfillPattern.GYROID, 45, 0, 0, 0, 1, 1, true, false);
    // Where cos z = 1 the level set is y = -atan(sin x): its length by the trapezoid rule.
    double length = 0;
    int steps = 100_000;
    for (int i = 0; i < steps; i++) {
      double x = 2 * Math.PI * (i + 0.5) / steps;
      double slope = Math.cos(x) / (1 + Math.sin(x) * Math.sin(x));
      length += Math.sqrt(1 + slope * slope) * 2 * Math.PI / steps;
    }
    double unit = 0.4 / (0.1 * 2.44);
    double expected = length / (2 * Math.PI) / (Math.PI * unit);

    assertThat(SparsePattern.at(infill, 0.4, 0).density)
        .isEqualTo(expected, within(0.01 * expected));
  }

  private static Contours cut(Mesh mesh, double degrees, double z) {
    Contours contours = new Contours();
    new MeshSlicer(mesh, degrees).walk().cut(z, 1, contours);
    return contours;
  }
}
