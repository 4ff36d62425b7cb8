package io.ktizo.core.quote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.mesh.MeshFormat;
import io.ktizo.core.mesh.Model;
import io.ktizo.core.mesh.Solids;
import io.ktizo.core.mesh.UnitGuess;
import java.util.List;
import org.junit.jupiter.api.Test;

class AssessingTest {
  private static final Assessing ASSESSING = Assessing.standard();
  private static final PriceList LIST = QuoteFixtures.aListAt("10").build();

  // --- units ---

  @Test
  void a_unit_that_the_file_declares_is_taken_without_a_guess() {
    Assessment assessment = assess(declared(Solids.box(20, 30, 40)));

    assertThat(assessment.unit()).isEqualTo(new UnitDecision.Declared(LengthUnit.MILLIMETRE));
    assertThat(assessment.model().facts().unitProbability()).isEqualTo(1);
    assertThat(assessment.report().volume()).isCloseTo(24_000, within(1e-6));
  }

  @Test
  void a_unit_that_the_customer_states_scales_bare_numbers() {
    Assessment assessment =
        ASSESSING.assess(bare(Solids.box(1, 2, 3)), QuoteFixtures.FILE, LengthUnit.INCH);

    assertThat(assessment.unit()).isEqualTo(new UnitDecision.Stated(LengthUnit.INCH));
    ModelFacts facts = assessment.model().facts();
    assertThat(facts.sizeX()).isCloseTo(25.4, within(1e-5));
    assertThat(facts.sizeZ()).isCloseTo(76.2, within(1e-5));
    assertThat(facts.volumeMm3()).isCloseTo(6 * 25.4 * 25.4 * 25.4, within(1e-2));
    assertThat(facts.unit()).isEqualTo(LengthUnit.INCH);
    assertThat(facts.unitProbability()).isEqualTo(1);
    assertThat(assessment.report().bounds().sizeY()).isCloseTo(50.8, within(1e-5));
  }

  @Test
  void a_unit_that_the_customer_states_goes_before_the_one_declared() {
    // Declared as centimetres and so ten times as large in the mesh; stated as millimetres.
    Model model =
        new Model(
            MeshFormat.THREE_MF,
            LengthUnit.CENTIMETRE,
            Solids.cube(200),
            List.of(new Model.Body(0, 12, 1)),
            List.of());

    Assessment assessment = ASSESSING.assess(model, QuoteFixtures.FILE, LengthUnit.MILLIMETRE);

    assertThat(assessment.model().facts().sizeX()).isCloseTo(20, within(1e-5));
    assertThat(assessment.unit()).isEqualTo(new UnitDecision.Stated(LengthUnit.MILLIMETRE));
  }

  @Test
  void a_guess_comes_with_its_probability_and_every_shops_limit_meets_it() {
    // A cube of 20 is 20 mm or 20 inches; nobody prints half a metre, and many print 20 mm.
    Assessment sure = assess(bare(Solids.cube(20)));
    assertThat(sure.unit()).isInstanceOf(UnitDecision.Guessed.class);
    assertThat(sure.unit().unit()).isEqualTo(LengthUnit.MILLIMETRE);
    assertThat(sure.model().facts().unitProbability())
        .isEqualTo(sure.unit().probability())
        .isGreaterThan(UnitGuess.CERTAIN);

    Assessment unsure = assess(bare(Solids.cube(1)));
    double probability = unsure.unit().probability();
    assertThat(probability).isLessThan(0.9);
    assertThat(reasons(unsure))
        .contains(
            new ReviewReason.UnsureOfUnits(
                unsure.unit().unit(), probability, LIST.instantLimits().unitProbability()));
  }

  @Test
  void a_guessed_unit_is_applied_to_mesh_report_and_facts_alike() {
    Assessment assessment = assess(bare(Solids.cube(1)));

    double side = assessment.unit().unit().millimetres();
    assertThat(assessment.model().facts().sizeX()).isCloseTo(side, within(1e-4 * side));
    assertThat(assessment.report().bounds().sizeX()).isCloseTo(side, within(1e-4 * side));
    assertThat(assessment.model().mesh().x(1))
        .isCloseTo((float) side, within((float) (1e-4 * side)));
  }

  @Test
  void numbers_that_no_scale_fits_are_left_alone_and_reserved() {
    Assessment assessment =
        ASSESSING.assess(bare(Solids.cube(1e37)), QuoteFixtures.FILE, LengthUnit.METRE);

    assertThat(reasons(assessment)).contains(new ReviewReason.Unsupported("model.size"));
  }

  // --- reservations ---

  @Test
  void a_sound_part_that_fits_is_priced_at_once() {
    Assessment assessment = assess(declared(Solids.cube(20)));

    assertThat(assessment.model().facts().reservations()).isEmpty();
    List<Offer> offers =
        QuoteFixtures.quoting().quote(assessment.model(), List.of(LIST), QuoteRequest.of(1));
    assertThat(offers).singleElement().isInstanceOf(Offer.Priced.class);
  }

  @Test
  void an_open_mesh_is_looked_at_with_its_counts() {
    // Without one triangle its three edges are open.
    assertThat(reasons(assess(declared(Solids.withoutFace(Solids.cube(20), 5)))))
        .containsExactly(new ReviewReason.NotClosed(3, 0, 0));
  }

  @Test
  void a_mesh_with_a_face_turned_over_is_looked_at() {
    assertThat(reasons(assess(declared(Solids.withFaceTurned(Solids.cube(20), 5)))))
        .containsExactly(new ReviewReason.NotClosed(0, 0, 3));
  }

  @Test
  void a_mesh_inside_out_has_no_volume() {
    assertThat(reasons(assess(declared(Solids.insideOut(Solids.cube(20))))))
        .singleElement()
        .isInstanceOfSatisfying(
            ReviewReason.NoVolume.class,
            reason -> assertThat(reason.volumeMm3()).isCloseTo(-8000, within(1e-6)));
  }

  @Test
  void bodies_that_touch_along_an_edge_are_priced() {
    Mesh touching =
        Solids.welded(Solids.together(Solids.cube(10), Solids.moved(Solids.cube(10), 10, 10, 0)));

    assertThat(assess(declared(touching)).model().facts().reservations()).isEmpty();
  }

  @Test
  void several_plates_are_looked_at() {
    Mesh mesh = Solids.together(Solids.cube(10), Solids.moved(Solids.cube(10), 300, 0, 0));
    Model model =
        new Model(
            MeshFormat.THREE_MF,
            LengthUnit.MILLIMETRE,
            mesh,
            List.of(new Model.Body(0, 12, 1), new Model.Body(12, 12, 2)),
            List.of());

    assertThat(assess(model).model().facts().reservations())
        .containsExactly(new ReviewReason.Unsupported("model.several-plates"));
  }

  // --- what depends on the printer ---

  @Test
  void a_part_that_fits_only_lying_says_so() {
    List<ReviewReason> reasons = reasons(assess(declared(Solids.box(20, 20, 240))));

    assertThat(reasons)
        .singleElement()
        .isInstanceOfSatisfying(
            ReviewReason.DoesNotFit.class,
            reason -> {
              assertThat(reason.fitsTurned()).isTrue();
              assertThat(reason.sizeZ()).isEqualTo(240);
            });
  }

  @Test
  void a_part_larger_than_the_printer_does_not_fit() {
    assertThat(reasons(assess(declared(Solids.cube(300)))))
        .singleElement()
        .isInstanceOfSatisfying(
            ReviewReason.DoesNotFit.class, reason -> assertThat(reason.fitsTurned()).isFalse());
  }

  @Test
  void a_part_that_fits_across_the_plate_is_priced() {
    // 250 x 210: 280 long and 10 wide lies across it, as 280 cos 35° + 10 sin 35° = 235 and
    // 280 sin 35° + 10 cos 35° = 169.
    assertThat(reasons(assess(declared(Solids.box(280, 10, 10))))).isEmpty();
  }

  @Test
  void walls_thinner_than_the_nozzle_are_looked_at() {
    assertThat(reasons(assess(declared(Solids.box(0.3, 30, 20)))))
        .singleElement()
        .isInstanceOfSatisfying(
            ReviewReason.TooThin.class,
            reason -> {
              assertThat(reason.thinnestMm()).isCloseTo(0.3, within(1e-6));
              assertThat(reason.leastMm()).isEqualTo(0.4);
              // Both sides of 30 x 20 in all of the surface.
              assertThat(reason.areaShare()).isCloseTo(1200 / (1200 + 2 * 0.3 * 50), within(1e-6));
            });
  }

  @Test
  void a_file_hash_must_be_one() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ASSESSING.assess(bare(Solids.cube(20)), "abc", null));
  }

  @Test
  void assessing_twice_gives_the_same() {
    Assessment first = assess(bare(Solids.cube(20)));
    Assessment second = assess(bare(Solids.cube(20)));

    assertThat(second.model().facts()).isEqualTo(first.model().facts());
    assertThat(second.report()).isEqualTo(first.report());
    assertThat(second.unit()).isEqualTo(first.unit());
  }

  private static Assessment assess(Model model) {
    return ASSESSING.assess(model, QuoteFixtures.FILE, null);
  }

  private static Model declared(Mesh mesh) {
    return new Model(
        MeshFormat.THREE_MF,
        LengthUnit.MILLIMETRE,
        mesh,
        List.of(new Model.Body(0, mesh.triangleCount(), 1)),
        List.of());
  }

  /** As from STL. */
  private static Model bare(Mesh mesh) {
    return new Model(
        MeshFormat.STL_BINARY,
        null,
        mesh,
        List.of(new Model.Body(0, mesh.triangleCount(), 1)),
        List.of());
  }

  /** Why the one Shop looks; empty if it has a price. */
  private static List<ReviewReason> reasons(Assessment assessment) {
    List<Offer> offers =
        QuoteFixtures.quoting().quote(assessment.model(), List.of(LIST), QuoteRequest.of(1));
    return switch (offers.getFirst()) {
      case Offer.Priced priced -> List.of();
      case Offer.WillLook look -> look.reasons();
    };
  }
}
