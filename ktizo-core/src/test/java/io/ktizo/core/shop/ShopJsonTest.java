package io.ktizo.core.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

import io.ktizo.core.quote.PriceList;
import io.ktizo.core.quote.PrintProcess;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.joda.money.CurrencyUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Price lists to JSON and back. */
class ShopJsonTest {
  private static PriceList everything() {
    PriceList simple = ShopFixtures.setupOnly("1.50");
    PriceList.Setting setting = simple.printers().getFirst().settings().getFirst();
    return PriceList.of("schichtwerk", "main", CurrencyUnit.of("KWD"))
        .version(7)
        .inForce(
            Instant.parse("2026-01-01T00:00:00.000001Z"), Instant.parse("2027-01-01T00:00:00Z"))
        .tax(PriceList.Tax.of("VAT", "0.190", PriceList.Display.GROSS))
        .rounding(new PriceList.Rounding(RoundingMode.CEILING, new BigDecimal("0.005")))
        .offerValidity(Duration.ofHours(36))
        .printers(
            new PriceList.Printer(
                "delta",
                "Delta “1” \\ \"x\" 🙂",
                PrintProcess.MATERIAL_EXTRUSION,
                new PriceList.BuildVolume(
                    new BigDecimal("180"),
                    new BigDecimal("180.0"),
                    new BigDecimal("300"),
                    new PriceList.Plate.Disc()),
                new BigDecimal("1.123456789012"),
                new PriceList.Power(new BigDecimal("0.1"), new BigDecimal("1E+1")),
                new BigDecimal("20"),
                List.of(setting)))
        .materials(
            new PriceList.Material(
                "PLA",
                "PLA",
                new BigDecimal("38.00"),
                new BigDecimal("1.24"),
                new BigDecimal("0.05"),
                new BigDecimal("1.5")))
        .work(
            new PriceList.Work(
                new BigDecimal("2.5"),
                BigDecimal.ONE,
                BigDecimal.TEN,
                Duration.ofMinutes(6),
                Duration.ofSeconds(90)))
        .risk(new PriceList.Risk.PerHour(new BigDecimal("0.004"), new BigDecimal("0.12")))
        .minimums(new PriceList.Minimums(BigDecimal.ONE, BigDecimal.ZERO, new BigDecimal("6.5")))
        .quantityBreaks(
            new PriceList.QuantityBreak(5, new BigDecimal("0.05")),
            new PriceList.QuantityBreak(20, new BigDecimal("0.12")))
        .leadTimes(
            PriceList.LeadTime.STANDARD,
            new PriceList.LeadTime("express", "Express", 1, new BigDecimal("1.40")))
        .postProcessing(
            new PriceList.PostProcessing(
                "a", "A", new PriceList.Charge.PerOrder(BigDecimal.ONE), 1, List.of("PLA")),
            new PriceList.PostProcessing(
                "b", "B", new PriceList.Charge.PerPart(BigDecimal.ONE), 0, List.of()),
            new PriceList.PostProcessing(
                "c", "C", new PriceList.Charge.PerSquareCentimetre(BigDecimal.ONE), 0, List.of()),
            new PriceList.PostProcessing(
                "d", "D", new PriceList.Charge.PerGram(BigDecimal.ONE), 0, List.of()),
            new PriceList.PostProcessing(
                "e",
                "E",
                new PriceList.Charge.PerHour(BigDecimal.ONE, Duration.ofMinutes(5)),
                0,
                List.of()))
        .customerTerms(new PriceList.CustomerTerms("school", new BigDecimal("0.1")))
        .build();
  }

  @Test
  void a_price_list_comes_back_as_it_was() {
    PriceList list = everything();
    assertThat(ShopJson.read(ShopJson.write(list), PriceList.class)).isEqualTo(list);
    PriceList simple = ShopFixtures.setupOnly("1.50");
    assertThat(ShopJson.read(ShopJson.write(simple), PriceList.class)).isEqualTo(simple);
  }

  @Test
  void decimals_keep_every_digit_and_are_texts() {
    String json = ShopJson.write(everything());
    assertThat(json).contains("\"1.123456789012\"").contains("\"0.190\"");
    assertThat(ShopJson.read(json.replace("\"0.12\"", "0.12"), PriceList.class))
        .isEqualTo(everything());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\":7 | \"version\":\"7\" | /version",
        "\"version\":7 | \"version\":7,\"version\":8 | ",
        "\"version\":7 | \"version\":7,\"secret\":1 | /secret",
        "\"version\":7 | \"versionn\":7 | /version",
        "\"version\":7 | \"version\":7.5 | /version",
        "\"currency\":\"KWD\" | \"currency\":\"XYZ\" | /currency",
        "\"currency\":\"KWD\" | \"currency\":null | ",
        "\"mode\":\"CEILING\" | \"mode\":0 | /rounding/mode",
        "\"mode\":\"CEILING\" | \"mode\":\"SOMEHOW\" | /rounding/mode",
        "\"by\":\"hour\",\"probability\" | \"by\":\"magic\",\"probability\" | /risk",
        "\"offerValidity\":\"PT36H\" | \"offerValidity\":\"soon\" | /offerValidity",
        "\"1.123456789012\" | \"1E+999999999\" | /printers/0/hourlyRate",
        "\"1.123456789012\" | \"-1\" | /printers/0/hourlyRate",
        "\"1.123456789012\" | true | /printers/0/hourlyRate",
        "\"id\":\"delta\" | \"id\":7 | /printers/0/id",
        "\"id\":\"delta\" | \"id\":true | /printers/0/id",
        "\"id\":\"delta\" | \"id\":\"-\" | /printers/0/id",
        "\"id\":\"b\" | \"id\":\"a\" | /postProcessing/1/id"
      })
  void what_is_wrong_is_refused_with_its_place(String right, String wrong, String path) {
    String json = ShopJson.write(everything());
    assertThat(json).contains(right);
    String broken =
        json.replaceFirst(java.util.regex.Pattern.quote(right), wrong.replace("\\", ""));
    assertThatExceptionOfType(InvalidJsonException.class)
        .isThrownBy(() -> ShopJson.read(broken, PriceList.class))
        .asInstanceOf(throwable(InvalidJsonException.class))
        .satisfies(
            refused -> {
              if (path != null) {
                assertThat(refused.faults()).first().extracting("path").isEqualTo(path);
              }
              assertThat(refused.getMessage()).doesNotContain("soon", "SOMEHOW", "XYZ");
            });
  }

  @Test
  void what_is_no_json_is_refused() {
    for (String text :
        List.of("", "{", "null", "[]", "{}", "{} {}", "[".repeat(100_000), "\"".repeat(3))) {
      assertThatExceptionOfType(InvalidJsonException.class)
          .isThrownBy(() -> ShopJson.read(text, PriceList.class));
    }
  }
}
