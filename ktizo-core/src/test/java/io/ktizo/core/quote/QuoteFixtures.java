package io.ktizo.core.quote;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.mesh.Mesh;
import io.ktizo.core.print.PrintEstimate;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.print.ProfileReading;
import io.ktizo.core.print.PrusaSlicerProfile;
import io.ktizo.core.quote.PriceList.BuildVolume;
import io.ktizo.core.quote.PriceList.Material;
import io.ktizo.core.quote.PriceList.Power;
import io.ktizo.core.quote.PriceList.Printer;
import io.ktizo.core.quote.PriceList.Setting;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.joda.money.CurrencyUnit;

/** Shops, models and estimates to begin a test with. */
final class QuoteFixtures {
  static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOON);
  static final String FILE = "0123456789abcdef".repeat(4);
  static final CurrencyUnit EUR = CurrencyUnit.EUR;

  /** Defaults of the slicer at this layer height. */
  static final PrintProfile PROFILE = aProfile("0.2");

  private QuoteFixtures() {}

  static BigDecimal decimal(String text) {
    return new BigDecimal(text);
  }

  static PrintProfile aProfile(String layerHeight) {
    return switch (PrusaSlicerProfile.read("shop", "layer_height = " + layerHeight)) {
      case ProfileReading.Accepted accepted -> accepted.profile();
      case ProfileReading.Refused refused -> throw new AssertionError(refused.toString());
    };
  }

  /** An estimate of so much wall, and nothing else. */
  static PrintEstimate anEstimate(double mm3, Duration time, Duration timeP90) {
    return new PrintEstimate(mm3, 0, 0, 0, 100, time, timeP90, 1.24, 1.75);
  }

  /** Answers the same to everything. */
  static PrintEstimator always(PrintEstimate estimate) {
    return (mesh, profile) -> estimate;
  }

  /** A cube of this side. */
  static AssessedModel aCubeOf(double side) {
    return aBoxOf(side, side, side);
  }

  static AssessedModel aBoxOf(double x, double y, double z) {
    ModelFacts facts =
        new ModelFacts(
            FILE,
            x * y * z,
            2 * (x * y + y * z + z * x),
            x,
            y,
            z,
            LengthUnit.MILLIMETRE,
            1,
            List.of());
    return new AssessedModel(aTetrahedron(), facts, Suitability.byBoundingBox(facts));
  }

  static AssessedModel with(ModelFacts facts) {
    return new AssessedModel(aTetrahedron(), facts, Suitability.byBoundingBox(facts));
  }

  private static Mesh aTetrahedron() {
    return Mesh.of(
        new float[] {0, 0, 0, 10, 0, 0, 0, 10, 0, 0, 0, 10},
        new int[] {0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3});
  }

  /** A material that costs nothing. */
  static Material freePla() {
    return new Material(
        "PLA", "PLA", BigDecimal.ZERO, decimal("1.24"), BigDecimal.ZERO, BigDecimal.ZERO);
  }

  static Printer aPrinter(String hourlyRate, Setting... settings) {
    return new Printer(
        "mk4",
        "Original Prusa MK4",
        PrintProcess.MATERIAL_EXTRUSION,
        BuildVolume.of(250, 210, 220),
        decimal(hourlyRate),
        Power.NONE,
        decimal("24"),
        List.of(settings));
  }

  /** A list of which only handling costs anything, so that prices are plain. */
  static PriceList.Builder aListAt(String handlingPerPart) {
    return aListAt(handlingPerPart, EUR);
  }

  static PriceList.Builder aListAt(String handlingPerPart, CurrencyUnit currency) {
    return PriceList.of("shop-1", "list-1", currency)
        .materials(freePla())
        .printers(aPrinter("0", new Setting("PLA", "standard", PROFILE)))
        .work(
            new PriceList.Work(
                BigDecimal.ZERO,
                decimal(handlingPerPart),
                BigDecimal.ZERO,
                Duration.ZERO,
                Duration.ZERO));
  }

  static Quoting quoting() {
    return Quoting.with(
        always(anEstimate(50_000, Duration.ofHours(2), Duration.ofHours(3))), CLOCK);
  }

  /** The one price of a list with one setting. */
  static Quote priced(PriceList list, QuoteRequest request) {
    return priced(quoting().quote(aCubeOf(40), List.of(list), request));
  }

  static Quote priced(List<Offer> offers) {
    if (offers.size() == 1 && offers.getFirst() instanceof Offer.Priced offer) {
      return offer.quote();
    }
    throw new AssertionError("not one price: " + offers);
  }

  /** The reasons of a list with one setting. */
  static List<ReviewReason> reasons(List<Offer> offers) {
    if (offers.size() == 1 && offers.getFirst() instanceof Offer.WillLook look) {
      return look.reasons();
    }
    throw new AssertionError("not one look: " + offers);
  }
}
