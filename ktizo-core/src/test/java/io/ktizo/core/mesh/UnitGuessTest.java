package io.ktizo.core.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ktizo.core.mesh.UnitGuess.Candidate;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class UnitGuessTest {

  @Test
  void a_bracket_of_whole_millimetres_is_certainly_in_millimetres() {
    UnitGuess guess = guess(bracket(60, 40, 5, 1));

    assertThat(guess.best().unit()).isEqualTo(LengthUnit.MILLIMETRE);
    assertThat(guess.certain()).isTrue();
  }

  @Test
  void the_same_bracket_exported_in_metres_is_recognised() {
    UnitGuess guess = guess(bracket(0.06, 0.04, 0.005, 0.001));

    assertThat(guess.best().unit()).isEqualTo(LengthUnit.METRE);
    assertThat(guess.certain()).isTrue();
  }

  @Test
  void a_bracket_of_sixteenths_is_in_inches() {
    UnitGuess guess = guess(bracket(3.5, 2.25, 0.1875, 0.0625));

    assertThat(guess.best().unit()).isEqualTo(LengthUnit.INCH);
    assertThat(guess.certain()).isTrue();
  }

  @Test
  void a_metric_bracket_exported_in_inches_is_recognised_by_its_half_millimetres() {
    double inch = 25.4;

    UnitGuess guess = guess(bracket(95.5 / inch, 62 / inch, 4.5 / inch, 0.5 / inch));

    assertThat(guess.best().unit()).isEqualTo(LengthUnit.INCH);
    assertThat(guess.best().sizeXMm()).isEqualTo(95.5, within(1e-4));
  }

  @Test
  void a_model_of_one_unit_is_a_question() {
    UnitGuess guess = guess(Solids.icosphere(0.5, 3));

    assertThat(guess.certain()).isFalse();
    assertThat(guess.probabilityOf(LengthUnit.MILLIMETRE)).isLessThan(0.5);
  }

  @Test
  void a_smooth_part_of_five_units_is_a_question() {
    // 5 mm and 127 mm are both quite possible, and there is no flat face to tell.
    UnitGuess guess = guess(Solids.icosphere(2.5, 3));

    assertThat(guess.certain()).isFalse();
    assertThat(guess.probabilityOf(LengthUnit.INCH)).isGreaterThan(0.05);
    assertThat(guess.probabilityOf(LengthUnit.MILLIMETRE)).isGreaterThan(0.05);
  }

  @Test
  void a_part_too_large_for_any_printer_is_still_in_millimetres() {
    assertThat(guess(Solids.box(900, 300, 20)).best().unit()).isEqualTo(LengthUnit.MILLIMETRE);
  }

  @Test
  void each_candidate_says_how_large_the_part_would_be() {
    UnitGuess guess = guess(Solids.box(1, 2, 4));

    assertThat(guess.candidates())
        .extracting(Candidate::unit)
        .containsExactlyInAnyOrder(
            LengthUnit.MILLIMETRE, LengthUnit.CENTIMETRE, LengthUnit.METRE, LengthUnit.INCH);
    Candidate inch =
        guess.candidates().stream()
            .filter(candidate -> candidate.unit() == LengthUnit.INCH)
            .findFirst()
            .orElseThrow();
    assertThat(inch.sizeXMm()).isEqualTo(25.4);
    assertThat(inch.sizeYMm()).isEqualTo(50.8);
    assertThat(inch.sizeZMm()).isEqualTo(101.6);
  }

  @Test
  void a_unit_that_is_not_considered_has_no_probability() {
    assertThat(guess(Solids.cube(20)).probabilityOf(LengthUnit.MICRON)).isZero();
  }

  @Test
  void a_flat_or_open_mesh_has_a_guess_too() {
    double[][] points = {{0, 0, 0}, {50, 0, 0}, {0, 30, 0}};

    UnitGuess guess = guess(Solids.mesh(points, new int[][] {{0, 1, 2}}));

    assertThat(guess.best().unit()).isEqualTo(LengthUnit.MILLIMETRE);
  }

  @Property(tries = 300)
  void probabilities_sum_to_one_and_fall_for_any_size(
      @ForAll @DoubleRange(min = -6, max = 6) double magnitude) {
    UnitGuess guess = guess(Solids.box(Math.pow(10, magnitude), 1, 1));

    assertThat(guess.candidates().stream().mapToDouble(Candidate::probability).sum())
        .isEqualTo(1, within(1e-12));
    assertThat(guess.candidates())
        .isSortedAccordingTo(
            (one, other) -> Double.compare(other.probability(), one.probability()));
  }

  @Property(tries = 100)
  void the_order_of_faces_and_vertices_does_not_matter(@ForAll long seed) {
    Mesh part = bracket(3.5, 2.25, 0.1875, 0.0625);

    UnitGuess shuffled = guess(Solids.shuffled(part, seed));

    assertThat(shuffled.best().unit()).isEqualTo(LengthUnit.INCH);
    assertThat(shuffled.best().probability())
        .isEqualTo(guess(part).best().probability(), within(1e-9));
  }

  private static UnitGuess guess(Mesh mesh) {
    return UnitGuess.of(mesh, MeshReport.of(mesh));
  }

  /** Two plates at a right angle, with a rib one step thicker: every face lies on the step. */
  private static Mesh bracket(double length, double height, double thickness, double step) {
    return Solids.together(
        Solids.box(length, height, thickness),
        Solids.moved(Solids.box(thickness, height, length / 2 - step), 0, 0, thickness),
        Solids.moved(
            Solids.box(thickness + step, thickness + step, thickness + step),
            thickness,
            height - thickness - step,
            thickness));
  }
}
