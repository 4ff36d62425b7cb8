package io.ktizo.core.quote;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.print.PrintEstimate;
import io.ktizo.core.quote.PriceList.Charge;
import io.ktizo.core.quote.PriceList.CustomerTerms;
import io.ktizo.core.quote.PriceList.Display;
import io.ktizo.core.quote.PriceList.InstantLimits;
import io.ktizo.core.quote.PriceList.LeadTime;
import io.ktizo.core.quote.PriceList.Material;
import io.ktizo.core.quote.PriceList.Minimums;
import io.ktizo.core.quote.PriceList.PostProcessing;
import io.ktizo.core.quote.PriceList.Power;
import io.ktizo.core.quote.PriceList.QuantityBreak;
import io.ktizo.core.quote.PriceList.Risk;
import io.ktizo.core.quote.PriceList.Rounding;
import io.ktizo.core.quote.PriceList.Setting;
import io.ktizo.core.quote.PriceList.Tax;
import io.ktizo.core.quote.PriceList.TaxRate;
import io.ktizo.core.quote.PriceList.Work;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.joda.money.CurrencyUnit;

/** Quotes of Shops that differ in everything a price list can say. The same for the same seed. */
final class RandomQuotes {
  /** Of no, two and three decimal places. */
  private static final List<CurrencyUnit> CURRENCIES =
      List.of(CurrencyUnit.EUR, CurrencyUnit.USD, CurrencyUnit.JPY, CurrencyUnit.of("KWD"));

  private static final List<RoundingMode> MODES =
      List.of(
          RoundingMode.HALF_UP,
          RoundingMode.HALF_EVEN,
          RoundingMode.HALF_DOWN,
          RoundingMode.UP,
          RoundingMode.DOWN,
          RoundingMode.CEILING,
          RoundingMode.FLOOR);

  private final Random random;

  RandomQuotes(long seed) {
    this.random = new Random(seed);
  }

  /** So many quotes. */
  List<Quote> take(int count) {
    List<Quote> quotes = new ArrayList<>();
    while (quotes.size() < count) {
      PriceList list = list();
      Instant now = QuoteFixtures.NOON.plusSeconds(random.nextInt(400_000_000));
      Quoting quoting = Quoting.with(QuoteFixtures.always(estimate()), InstantSource.fixed(now));
      for (Offer offer : quoting.quote(model(), List.of(list), request(list))) {
        if (offer instanceof Offer.Priced priced && quotes.size() < count) {
          quotes.add(priced.quote());
        }
      }
    }
    return quotes;
  }

  private AssessedModel model() {
    double x = 5 + 195 * random.nextDouble();
    double y = 5 + 195 * random.nextDouble();
    double z = 5 + 195 * random.nextDouble();
    double solid = 0.1 + 0.9 * random.nextDouble();
    return QuoteFixtures.with(
        new ModelFacts(
            QuoteFixtures.FILE,
            x * y * z * solid,
            2 * (x * y + y * z + z * x),
            x,
            y,
            z,
            LengthUnit.MILLIMETRE,
            1,
            List.of()));
  }

  private PrintEstimate estimate() {
    Duration time = Duration.ofMillis(60_000 + random.nextInt(200_000_000));
    return new PrintEstimate(
        200_000 * random.nextDouble(),
        100_000 * random.nextDouble(),
        100_000 * random.nextDouble(),
        random.nextBoolean() ? 0 : 50_000 * random.nextDouble(),
        1 + random.nextInt(1_000),
        time,
        time.multipliedBy(100 + random.nextInt(40)).dividedBy(100),
        1.24,
        1.75);
  }

  private PriceList list() {
    CurrencyUnit currency = pick(CURRENCIES);
    int places = currency.getDecimalPlaces();
    BigDecimal unit = BigDecimal.ONE.movePointLeft(places);
    PriceList.Builder list =
        PriceList.of("shop-" + random.nextInt(1_000), "list-" + random.nextInt(10), currency)
            .version(1 + random.nextInt(500))
            .offerValidity(Duration.ofHours(1 + random.nextInt(1_000)))
            .rounding(
                new Rounding(
                    pick(MODES), unit.multiply(BigDecimal.valueOf(pick(List.of(1, 1, 5, 10, 25))))))
            .materials(material("PLA"), material("PETG"))
            .printers(printer())
            .work(
                new Work(
                    decimal(20, places),
                    decimal(5, places),
                    decimal(60, places),
                    Duration.ofSeconds(random.nextInt(4_000)),
                    Duration.ofSeconds(random.nextInt(1_000))))
            .risk(risk())
            .tax(tax())
            .leadTimes(
                new LeadTime("standard", "Standard", random.nextInt(20), BigDecimal.ONE),
                new LeadTime("express", "Express", 1, one().add(decimal(1, 3))))
            .instantLimits(
                new InstantLimits(
                    QuoteRequest.MOST_COPIES,
                    BigDecimal.valueOf(5_000),
                    Duration.ofHours(100),
                    one(),
                    decimal(1, 2)));
    if (random.nextBoolean()) {
      list.minimums(new Minimums(decimal(30, places), decimal(100, places), decimal(400, places)));
    }
    if (random.nextBoolean()) {
      list.quantityBreaks(
          new QuantityBreak(2 + random.nextInt(8), decimal(1, 3).movePointLeft(1)),
          new QuantityBreak(
              10 + random.nextInt(100), new BigDecimal("0.1").add(decimal(1, 3).movePointLeft(1))));
    }
    if (random.nextBoolean()) {
      list.customerTerms(new CustomerTerms("partner", decimal(1, 4).movePointLeft(1)));
    }
    List<PostProcessing> finishes = new ArrayList<>();
    for (Charge charge :
        List.of(
            new Charge.PerOrder(decimal(50, places)),
            new Charge.PerPart(decimal(8, places)),
            new Charge.PerSquareCentimetre(decimal(1, 3)),
            new Charge.PerGram(decimal(1, 3)),
            new Charge.PerHour(decimal(60, places), Duration.ofSeconds(random.nextInt(5_000))))) {
      if (random.nextInt(3) == 0) {
        String id = "finish-" + finishes.size();
        finishes.add(new PostProcessing(id, "Finish", charge, random.nextInt(5), List.of()));
      }
    }
    return list.postProcessing(finishes.toArray(PostProcessing[]::new)).build();
  }

  private QuoteRequest request(PriceList list) {
    QuoteRequest request =
        QuoteRequest.of(1 + random.nextInt(pick(List.of(1, 10, 200, 5_000))))
            .finishedBy(
                list.postProcessing().stream()
                    .map(PostProcessing::id)
                    .filter(id -> random.nextBoolean())
                    .toArray(String[]::new));
    if (random.nextBoolean()) {
      request = request.within("express");
    }
    if (!list.customerTerms().isEmpty() && random.nextBoolean()) {
      request = request.under(Map.of(list.shop(), "partner"));
    }
    return request;
  }

  private Material material(String id) {
    return new Material(
        id,
        id,
        decimal(120, 2),
        one().add(decimal(1, 3)),
        decimal(1, 3),
        random.nextBoolean() ? BigDecimal.ZERO : decimal(10, 1));
  }

  private PriceList.Printer printer() {
    PriceList.Printer plain =
        QuoteFixtures.aPrinter(
            decimal(9, 3).toPlainString(),
            new Setting("PLA", "standard", QuoteFixtures.PROFILE),
            new Setting("PETG", "standard", QuoteFixtures.PROFILE));
    return new PriceList.Printer(
        plain.id(),
        plain.name(),
        plain.process(),
        plain.buildVolume(),
        plain.hourlyRate(),
        random.nextBoolean() ? Power.NONE : new Power(decimal(1, 3), decimal(1, 4)),
        one().add(decimal(23, 2)),
        plain.settings());
  }

  private Risk risk() {
    return switch (random.nextInt(3)) {
      case 0 -> new Risk.None();
      case 1 -> new Risk.Share(decimal(1, 3));
      default -> new Risk.PerHour(decimal(1, 4).movePointLeft(1), decimal(1, 2));
    };
  }

  private Tax tax() {
    Display display = pick(List.of(Display.values()));
    return switch (random.nextInt(4)) {
      case 0 -> Tax.none();
      case 1 -> new Tax(List.of(new TaxRate("VAT", new BigDecimal("0.19"))), display);
      case 2 -> new Tax(List.of(new TaxRate("VAT", decimal(1, 4))), display);
      default ->
          new Tax(
              List.of(
                  new TaxRate("GST", new BigDecimal("0.05")),
                  new TaxRate("QST", new BigDecimal("0.09975"))),
              display);
    };
  }

  /** From 0 to below {@code limit}, with so many places. */
  private BigDecimal decimal(int limit, int places) {
    return BigDecimal.valueOf(random.nextInt(limit * (int) Math.pow(10, places)), places);
  }

  private static BigDecimal one() {
    return BigDecimal.ONE;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
