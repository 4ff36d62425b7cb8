package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.print.BuildVolume.Corner;
import io.ktizo.core.print.BuildVolume.Polygon;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Blocks on plates with straight sides, against closed forms. */
class PolygonFitTest {
  private static final double MORE = 0.01;

  private static Polygon plate(double... corners) {
    List<Corner> list = new ArrayList<>();
    for (int i = 0; i < corners.length; i += 2) {
      list.add(new Corner(corners[i], corners[i + 1]));
    }
    return new Polygon(list, 100);
  }

  private static Polygon regular(int sides, double radius) {
    List<Corner> list = new ArrayList<>();
    for (int i = 0; i < sides; i++) {
      double angle = 2 * Math.PI * i / sides;
      list.add(new Corner(radius * Math.cos(angle), radius * Math.sin(angle)));
    }
    return new Polygon(list, 100);
  }

  /** As wide as the plate is at most, and not more. */
  private static void fitsUpTo(Polygon plate, double width, double depth) {
    assertThat(plate.holds(width, depth, 100)).isTrue();
    assertThat(plate.holds(depth, width, 100)).isTrue();
    double factor = 1 + MORE / Math.min(width, depth);
    assertThat(plate.holds(width * factor, depth * factor, 100)).isFalse();
    assertThat(plate.holds(width, depth, 100 + MORE)).isFalse();
  }

  @Test
  void a_rectangle_holds_itself_in_either_direction() {
    fitsUpTo(plate(0, 0, 200, 0, 200, 120, 0, 120), 200, 120);
    fitsUpTo(plate(-50, 7, -50, 127, 150, 127, 150, 7), 200, 120);
  }

  @Test
  void a_square_on_its_corner_holds_a_square_laid_along_its_sides() {
    fitsUpTo(plate(100, 0, 0, 100, -100, 0, 0, -100), 100 * Math.sqrt(2), 100 * Math.sqrt(2));
  }

  /** The largest square in an equilateral triangle of side a has the side a·√3 / (2 + √3). */
  @Test
  void an_equilateral_triangle_holds_the_square_that_geometry_gives() {
    double side = 100 * Math.sqrt(3) / (2 + Math.sqrt(3));
    fitsUpTo(plate(0, 0, 100, 0, 50, 50 * Math.sqrt(3)), side, side);
  }

  /**
   * The largest square in a right triangle with legs a and b, two sides on the legs: ab / (a+b).
   */
  @Test
  void a_right_triangle_holds_the_square_that_geometry_gives() {
    fitsUpTo(plate(0, 0, 300, 0, 0, 150), 100, 100);
  }

  /** A square in a regular octagon of circumradius R, on its diagonals: side R·√2. */
  @Test
  void a_regular_octagon_holds_the_square_between_every_other_corner() {
    fitsUpTo(regular(8, 100), 100 * Math.sqrt(2), 100 * Math.sqrt(2));
  }

  /** A rectangle 250 × 250 without 20 × 30 in a corner: what remains beside the notch. */
  @Test
  void a_notch_takes_away_what_reaches_into_it_and_nothing_else() {
    Polygon notched = plate(20, 0, 250, 0, 250, 250, 0, 250, 0, 30, 20, 30);
    assertThat(notched.holds(230, 250, 100)).isTrue();
    assertThat(notched.holds(250, 220, 100)).isTrue();
    assertThat(notched.holds(235, 235, 100)).isFalse();
    assertThat(notched.holds(250, 221, 100)).isTrue();
    assertThat(notched.holds(250, 231, 100)).isFalse();
  }

  /** A slot of no width to speak of cuts a plate in two. */
  @Test
  void a_slot_is_not_bridged() {
    Polygon slotted =
        plate(0, 0, 99.9, 0, 99.9, 190, 100.1, 190, 100.1, 0, 200, 0, 200, 200, 0, 200);
    assertThat(slotted.holds(99.8, 190, 100)).isTrue();
    assertThat(slotted.holds(150, 110, 100)).isFalse();
    assertThat(slotted.holds(199, 9, 100)).isTrue();
  }

  @Test
  void direction_start_and_place_of_the_corners_do_not_matter() {
    List<Corner> corners = new ArrayList<>(regular(7, 90).corners());
    double[] sizes = {100, 110, 115, 118, 120, 121, 125, 130};
    for (double size : sizes) {
      boolean expected = new Polygon(corners, 100).holds(size, size, 50);
      List<Corner> other = new ArrayList<>();
      corners.forEach(corner -> other.add(new Corner(corner.x() - 500, corner.y() + 33)));
      Collections.rotate(other, 3);
      Collections.reverse(other);
      assertThat(new Polygon(other, 100).holds(size, size, 50)).isEqualTo(expected);
    }
  }

  @Test
  void what_is_no_outline_is_refused() {
    assertThatIllegalArgumentException().isThrownBy(() -> plate(0, 0, 10, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> plate(0, 0, 10, 0, 20, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> plate(0, 0, 10, 10, 10, 0, 0, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> plate(0, 0, 10, 0, 10, 0, 10, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> plate(0, 0, 10, 0, 10, 10, 10, 5, 0, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> plate(0, 0, Double.NaN, 0, 0, 1));
  }
}
