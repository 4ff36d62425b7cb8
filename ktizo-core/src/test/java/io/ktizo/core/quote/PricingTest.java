package io.ktizo.core.quote;

import static io.ktizo.core.quote.QuoteFixtures.CLOCK;
import static io.ktizo.core.quote.QuoteFixtures.EUR;
import static io.ktizo.core.quote.QuoteFixtures.FILE;
import static io.ktizo.core.quote.QuoteFixtures.NOON;
import static io.ktizo.core.quote.QuoteFixtures.PROFILE;
import static io.ktizo.core.quote.QuoteFixtures.aCubeOf;
import static io.ktizo.core.quote.QuoteFixtures.aListAt;
import static io.ktizo.core.quote.QuoteFixtures.aPrinter;
import static io.ktizo.core.quote.QuoteFixtures.always;
import static io.ktizo.core.quote.QuoteFixtures.anEstimate;
import static io.ktizo.core.quote.QuoteFixtures.decimal;
import static io.ktizo.core.quote.QuoteFixtures.priced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ktizo.core.print.PrintProfile;
import io.ktizo.core.quote.PriceList.Charge;
import io.ktizo.core.quote.PriceList.CustomerTerms;
import io.ktizo.core.quote.PriceList.Display;
import io.ktizo.core.quote.PriceList.LeadTime;
import io.ktizo.core.quote.PriceList.Material;
import io.ktizo.core.quote.PriceList.Minimums;
import io.ktizo.core.quote.PriceList.PostProcessing;
import io.ktizo.core.quote.PriceList.Power;
import io.ktizo.core.quote.PriceList.Printer;
import io.ktizo.core.quote.PriceList.QuantityBreak;
import io.ktizo.core.quote.PriceList.Risk;
import io.ktizo.core.quote.PriceList.Rounding;
import io.ktizo.core.quote.PriceList.Setting;
import io.ktizo.core.quote.PriceList.Tax;
import io.ktizo.core.quote.PriceList.TaxRate;
import io.ktizo.core.quote.PriceList.Work;
import io.ktizo.core.quote.Quote.Line;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

/** Every expected number was computed by hand; the arithmetic stands beside it. */
class PricingTest {

  @Test
  void tax_comes_after_the_reduction() {
    PriceList list =
        aListAt("52")
            .tax(Tax.of("VAT", "0.20", Display.NET))
            .customerTerms(new CustomerTerms("partner", decimal("0.15")))
            .build();

    Quote quote = priced(list, QuoteRequest.of(3).under(Map.of("shop-1", "partner")));

    // 52 · 3 = 156; · 0.85 = 132.60; · 1.20 = 159.12, the example of 3YOURMIND's documentation
    assertThat(quote.unitPrice()).isEqualTo(eur("52.00"));
    assertThat(quote.net()).isEqualTo(eur("132.60"));
    assertThat(quote.tax()).isEqualTo(eur("26.52"));
    assertThat(quote.gross()).isEqualTo(eur("159.12"));
    assertThat(quote.lines())
        .extracting(Line::kind, Line::item, Line::net)
        .containsExactly(
            tuple(Line.Kind.PARTS, "PLA", eur("156.00")),
            tuple(Line.Kind.REDUCTION, "partner", eur("-23.40")));
  }

  @Test
  void prices_shown_with_tax_end_at_the_same_total() {
    PriceList list =
        aListAt("52")
            .tax(Tax.of("VAT", "0.20", Display.GROSS))
            .customerTerms(new CustomerTerms("partner", decimal("0.15")))
            .build();

    Quote quote = priced(list, QuoteRequest.of(3).under(Map.of("shop-1", "partner")));

    // 52 · 1.20 = 62.40; · 3 = 187.20; · 0.85 = 159.12; / 1.20 = 132.60
    assertThat(quote.unitPrice()).isEqualTo(eur("62.40"));
    assertThat(quote.net()).isEqualTo(eur("132.60"));
    assertThat(quote.gross()).isEqualTo(eur("159.12"));
  }

  @Test
  void material_machine_work_and_risk_add_up_to_the_unit_price() {
    Quote quote = priced(aFullList(Display.NET), QuoteRequest.of(4));

    // filament 50,000 mm³ · 1.24 g/cm³ = 62 g, with purge 70 g
    assertThat(step(quote, "grams")).isEqualByComparingTo("62");
    assertThat(step(quote, "grams.used")).isEqualByComparingTo("70");
    // 0.070 kg · 25.40 · 1.05
    assertThat(step(quote, "material")).isEqualByComparingTo("1.8669");
    // 2 h · (1.50 + 0.1 kW · 0.2166)
    assertThat(step(quote, "machine")).isEqualByComparingTo("3.04332");
    // 30.00 · 0.1 h
    assertThat(step(quote, "labour.part")).isEqualByComparingTo("3");
    // 5 % · (1.8669 + 3.04332)
    assertThat(step(quote, "risk")).isEqualByComparingTo("0.245511");
    // 1.8669 + 3.04332 + 0.50 + 3 + 0.245511
    assertThat(step(quote, "unit-cost")).isEqualByComparingTo("8.655731");
    assertThat(quote.unitPrice()).isEqualTo(eur("8.66"));
    // 4 · 8.66 + 5.00 = 39.64; 19 % = 7.5316
    assertThat(quote.net()).isEqualTo(eur("39.64"));
    assertThat(quote.tax()).isEqualTo(eur("7.53"));
    assertThat(quote.gross()).isEqualTo(eur("47.17"));
  }

  @Test
  void prices_shown_with_tax_are_rounded_with_tax() {
    Quote quote = priced(aFullList(Display.GROSS), QuoteRequest.of(4));

    // 8.655731 · 1.19 = 10.30031989; 4 · 10.30 + 5.95 = 47.15; / 1.19 = 39.6218…
    assertThat(quote.unitPrice()).isEqualTo(eur("10.30"));
    assertThat(quote.gross()).isEqualTo(eur("47.15"));
    assertThat(quote.net()).isEqualTo(eur("39.62"));
    assertThat(quote.tax()).isEqualTo(eur("7.53"));
    // 41.20 / 47.15 of 39.62 = 34.620…, 5.95 / 47.15 of 39.62 = 4.9997…: the cent goes to set-up
    assertThat(quote.lines())
        .extracting(Line::kind, Line::net, Line::tax, Line::gross)
        .containsExactly(
            tuple(Line.Kind.PARTS, eur("34.62"), eur("6.58"), eur("41.20")),
            tuple(Line.Kind.SETUP, eur("5.00"), eur("0.95"), eur("5.95")));
  }

  @Test
  void calibration_multiplies_time_and_filament() {
    PrintProfile measured = PROFILE.calibrated(new PrintProfile.Calibration(1.25, 1.1));
    PriceList list =
        aListAt("0")
            .materials(material("10"))
            .printers(aPrinter("2", new Setting("PLA", "standard", measured)))
            .build();

    Quote quote = priced(list, QuoteRequest.of(1));

    // 62 g · 1.1 = 68.2 g → 0.682; 2 h · 1.25 · 2 = 5; 5.682
    assertThat(quote.gramsPerPart()).isEqualByComparingTo("68.2");
    assertThat(quote.timePerPart()).isEqualTo(Duration.ofMinutes(150));
    assertThat(quote.net()).isEqualTo(eur("5.68"));
  }

  @Test
  void risk_grows_with_time_up_to_its_limit() {
    PriceList.Builder list =
        aListAt("0").printers(aPrinter("10", new Setting("PLA", "standard", PROFILE)));

    // 2 h at 3 % = 6 % of 20.00; 2 h at 8 % = 16 %, at most 10 % of 20.00
    assertThat(priced(list.risk(perHour("0.03", "0.10")).build(), QuoteRequest.of(1)).net())
        .isEqualTo(eur("21.20"));
    assertThat(priced(list.risk(perHour("0.08", "0.10")).build(), QuoteRequest.of(1)).net())
        .isEqualTo(eur("22.00"));
  }

  @Test
  void a_quantity_break_lowers_each_copy_but_never_the_total() {
    PriceList list =
        aListAt("10")
            .quantityBreaks(
                new QuantityBreak(10, decimal("0.20")), new QuantityBreak(100, decimal("0.25")))
            .build();

    // 9 · 10 = 90; 10 · 8 = 80, raised to 90; 12 · 8 = 96; 99 · 8 = 792; 100 · 7.50 = 750 → 792
    assertThat(priced(list, QuoteRequest.of(9)).net()).isEqualTo(eur("90.00"));
    assertThat(priced(list, QuoteRequest.of(10)).net()).isEqualTo(eur("90.00"));
    assertThat(priced(list, QuoteRequest.of(12)).net()).isEqualTo(eur("96.00"));
    assertThat(priced(list, QuoteRequest.of(99)).net()).isEqualTo(eur("792.00"));
    Quote hundred = priced(list, QuoteRequest.of(100));
    assertThat(hundred.unitPrice()).isEqualTo(eur("7.50"));
    assertThat(hundred.lines())
        .extracting(Line::kind, Line::net)
        .containsExactly(
            tuple(Line.Kind.PARTS, eur("750.00")), tuple(Line.Kind.QUANTITY_FLOOR, eur("42.00")));
  }

  @Test
  void minimums_raise_part_line_and_order() {
    PriceList list =
        aListAt("1")
            .minimums(new Minimums(decimal("2.50"), decimal("6"), decimal("20")))
            .work(work("3", "1"))
            .build();

    Quote two = priced(list, QuoteRequest.of(2));

    // 2 · 2.50 = 5, raised to 6; with set-up 9, raised to 20
    assertThat(two.lines())
        .extracting(Line::kind, Line::net)
        .containsExactly(
            tuple(Line.Kind.PARTS, eur("5.00")),
            tuple(Line.Kind.LINE_MINIMUM, eur("1.00")),
            tuple(Line.Kind.SETUP, eur("3.00")),
            tuple(Line.Kind.ORDER_MINIMUM, eur("11.00")));
    assertThat(two.net()).isEqualTo(eur("20.00"));
    // 10 · 2.50 + 3: every minimum but the first is exceeded
    assertThat(priced(list, QuoteRequest.of(10)).net()).isEqualTo(eur("28.00"));
  }

  @Test
  void sooner_costs_the_factor_of_the_whole_order() {
    PriceList list =
        aListAt("10.01")
            .leadTimes(LeadTime.STANDARD, new LeadTime("express", "Express", 1, decimal("1.5")))
            .build();

    Quote express = priced(list, QuoteRequest.of(3).within("express"));

    // 30.03 · 1.5 = 45.045, half up
    assertThat(express.net()).isEqualTo(eur("45.05"));
    assertThat(express.lines().getLast().kind()).isEqualTo(Line.Kind.LEAD_TIME);
    assertThat(express.lines().getLast().net()).isEqualTo(eur("15.02"));
  }

  @Test
  void each_way_of_charging_post_processing() {
    PriceList.Builder list =
        aListAt("1")
            .postProcessing(
                finish("photo", new Charge.PerOrder(decimal("4"))),
                finish("bag", new Charge.PerPart(decimal("0.25"))),
                finish("paint", new Charge.PerSquareCentimetre(decimal("0.05"))),
                finish("anneal", new Charge.PerGram(decimal("0.02"))),
                finish("sand", new Charge.PerHour(decimal("36"), Duration.ofMinutes(10))));
    PriceList built = list.build();

    // 3 copies at 1.00; the cube of 40 mm has 96 cm², the estimate 62 g
    assertThat(priced(built, QuoteRequest.of(3).finishedBy("photo")).net()).isEqualTo(eur("7.00"));
    assertThat(priced(built, QuoteRequest.of(3).finishedBy("bag")).net()).isEqualTo(eur("3.75"));
    // 1 + 96 · 0.05 = 5.80
    assertThat(priced(built, QuoteRequest.of(3).finishedBy("paint")).net()).isEqualTo(eur("17.40"));
    // 1 + 62 · 0.02 = 2.24
    assertThat(priced(built, QuoteRequest.of(3).finishedBy("anneal")).net()).isEqualTo(eur("6.72"));
    // 1 + 36 / 6 = 7
    assertThat(priced(built, QuoteRequest.of(3).finishedBy("sand")).net()).isEqualTo(eur("21.00"));
  }

  @Test
  void several_taxes_are_each_rounded() {
    PriceList list =
        aListAt("100")
            .tax(
                new Tax(
                    List.of(
                        new TaxRate("GST", decimal("0.05")),
                        new TaxRate("QST", decimal("0.09975"))),
                    Display.NET))
            .build();

    Quote quote = priced(list, QuoteRequest.of(1));

    // 5.00 and 9.975, half up
    assertThat(quote.taxes())
        .extracting(Quote.TaxAmount::name, Quote.TaxAmount::amount)
        .containsExactly(tuple("GST", eur("5.00")), tuple("QST", eur("9.98")));
    assertThat(quote.gross()).isEqualTo(eur("114.98"));
  }

  @Test
  void currencies_without_and_with_three_decimals_keep_their_own_smallest_unit() {
    PriceList yen =
        aListAt("1234.5", CurrencyUnit.JPY).tax(Tax.of("CT", "0.10", Display.NET)).build();
    PriceList dinar =
        aListAt("1.2345", CurrencyUnit.of("KWD")).tax(Tax.of("T", "0.05", Display.NET)).build();

    // 1,235 · 3 = 3,705; 10 % = 370.5 → 371
    assertThat(priced(yen, QuoteRequest.of(3)).gross()).isEqualTo(Money.parse("JPY 4076"));
    // 1.235 · 3 = 3.705; 5 % = 0.18525 → 0.185
    assertThat(priced(dinar, QuoteRequest.of(3)).gross()).isEqualTo(Money.parse("KWD 3.890"));
  }

  @Test
  void prices_follow_the_rounding_rule_of_the_list() {
    CurrencyUnit francs = CurrencyUnit.CHF;
    PriceList.Builder list = aListAt("10.975", francs);

    assertThat(
            priced(
                    list.rounding(new Rounding(RoundingMode.HALF_UP, decimal("0.05"))).build(),
                    QuoteRequest.of(1))
                .net())
        .isEqualTo(Money.parse("CHF 11.00"));
    assertThat(
            priced(
                    list.rounding(new Rounding(RoundingMode.DOWN, decimal("0.05"))).build(),
                    QuoteRequest.of(1))
                .net())
        .isEqualTo(Money.parse("CHF 10.95"));
    assertThat(
            priced(
                    list.rounding(new Rounding(RoundingMode.UP, decimal("1"))).build(),
                    QuoteRequest.of(2))
                .net())
        .isEqualTo(Money.parse("CHF 22.00"));
  }

  @Test
  void the_promise_rests_on_the_time_that_nine_of_ten_prints_keep() {
    PriceList list =
        aListAt("1")
            .printers(
                new Printer(
                    "mk4",
                    "MK4",
                    PrintProcess.MATERIAL_EXTRUSION,
                    PriceList.BuildVolume.of(250, 210, 220),
                    decimal("0"),
                    Power.NONE,
                    decimal("8"),
                    List.of(new Setting("PLA", "standard", PROFILE))))
            .leadTimes(new LeadTime("standard", "Standard", 2, decimal("1")))
            .postProcessing(
                new PostProcessing(
                    "paint", "Paint", new Charge.PerPart(decimal("1")), 1, List.of()))
            .build();

    Quote quote = priced(list, QuoteRequest.of(6).finishedBy("paint"));

    // 6 · 3 h (P90) at 8 h a day is 2.25, so 3 days; 2 before, 1 for paint
    assertThat(quote.promised()).isEqualTo(NOON.plus(Duration.ofDays(6)));
  }

  @Test
  void a_quote_names_what_it_was_made_from_and_ends() {
    Quote quote =
        priced(
            aListAt("1").version(7).offerValidity(Duration.ofDays(14)).build(), QuoteRequest.of(2));

    assertThat(quote.fileSha256()).isEqualTo(FILE);
    assertThat(quote.profileSha256()).matches("[0-9a-f]{64}");
    assertThat(quote.priceList()).isEqualTo("list-1");
    assertThat(quote.priceListVersion()).isEqualTo(7);
    assertThat(quote.currency()).isEqualTo(EUR);
    assertThat(quote.validAt(NOON)).isTrue();
    assertThat(quote.validAt(NOON.plus(Duration.ofDays(14)).minusNanos(1))).isTrue();
    assertThat(quote.validAt(NOON.plus(Duration.ofDays(14)))).isFalse();
    assertThat(quote.validAt(NOON.minusNanos(1))).isFalse();
  }

  @Test
  void the_profile_is_known_again_by_its_fingerprint() {
    PriceList other =
        aListAt("1")
            .printers(aPrinter("0", new Setting("PLA", "standard", QuoteFixtures.aProfile("0.15"))))
            .build();

    String fingerprint = priced(aListAt("1").build(), QuoteRequest.of(1)).profileSha256();

    assertThat(priced(aListAt("9").build(), QuoteRequest.of(5)).profileSha256())
        .isEqualTo(fingerprint);
    assertThat(priced(other, QuoteRequest.of(1)).profileSha256()).isNotEqualTo(fingerprint);
  }

  @Test
  void the_same_question_gives_the_same_document() {
    PriceList list = aFullList(Display.GROSS);
    Quoting quoting =
        Quoting.with(always(anEstimate(50_000, Duration.ofHours(2), Duration.ofHours(3))), CLOCK);

    Quote first = priced(quoting.quote(aCubeOf(40), List.of(list), QuoteRequest.of(4)));
    Quote second = priced(quoting.quote(aCubeOf(40), List.of(list), QuoteRequest.of(4)));

    assertThat(second).isEqualTo(first).hasSameHashCodeAs(first);
    assertThat(second.derivation().document()).isEqualTo(first.derivation().document());
    assertThat(first.derivation().document())
        .contains("\"sha256\":\"" + first.derivation().fingerprint() + "\"");
  }

  private static PriceList aFullList(Display display) {
    return aListAt("0")
        .tax(Tax.of("VAT", "0.19", display))
        .materials(
            new Material(
                "PLA", "PLA", decimal("25.40"), decimal("1.24"), decimal("0.05"), decimal("8")))
        .printers(
            new Printer(
                "mk4",
                "MK4",
                PrintProcess.MATERIAL_EXTRUSION,
                PriceList.BuildVolume.of(250, 210, 220),
                decimal("1.50"),
                new Power(decimal("0.1"), decimal("0.2166")),
                decimal("24"),
                List.of(new Setting("PLA", "standard", PROFILE))))
        .work(
            new Work(
                decimal("5"), decimal("0.50"), decimal("30"), Duration.ZERO, Duration.ofMinutes(6)))
        .risk(new Risk.Share(decimal("0.05")))
        .build();
  }

  private static Material material(String pricePerKilogram) {
    return new Material(
        "PLA", "PLA", decimal(pricePerKilogram), decimal("1.24"), decimal("0"), decimal("0"));
  }

  private static Risk perHour(String probability, String atMost) {
    return new Risk.PerHour(decimal(probability), decimal(atMost));
  }

  private static Work work(String setup, String handling) {
    return new Work(decimal(setup), decimal(handling), decimal("0"), Duration.ZERO, Duration.ZERO);
  }

  private static PostProcessing finish(String id, Charge charge) {
    return new PostProcessing(id, id, charge, 0, List.of());
  }

  private static BigDecimal step(Quote quote, String id) {
    return quote.derivation().step(id).orElseThrow().value();
  }

  private static Money eur(String amount) {
    return Money.of(EUR, decimal(amount));
  }
}
