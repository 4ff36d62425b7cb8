package io.ktizo.payments.tax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.tax.TaxAnswer.Reason;
import io.ktizo.payments.tax.TaxAnswer.TaxedItem;
import io.ktizo.payments.tax.TaxQuestion.Buyer;
import io.ktizo.payments.tax.TaxQuestion.Item;
import io.ktizo.payments.tax.TaxQuestion.Prices;
import io.ktizo.payments.tax.TaxQuestion.Seller;
import io.ktizo.payments.tax.TaxQuestion.Supply;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaxTableTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 25);

  private final TaxTable table = TaxTable.european();

  private TaxedItem taxed(
      String seller, String buyer, boolean business, Supply supply, String amount, Prices prices) {
    TaxAnswer answer =
        table.calculate(
            new TaxQuestion(
                new Seller(seller, true, true),
                new Buyer(buyer, business),
                prices,
                DAY,
                List.of(new Item("a", supply, Money.parse(amount)))));
    assertThat(answer).isInstanceOf(TaxAnswer.Taxed.class);
    return ((TaxAnswer.Taxed) answer).items().getFirst();
  }

  /** Expected by the articles of Directive 2006/112/EC that each reason names. */
  @ParameterizedTest
  @CsvSource({
    "DE, DE, false, GOODS,   0.19,  STANDARD,        DE",
    "DE, DE, true,  GOODS,   0.19,  STANDARD,        DE",
    "DE, HU, false, GOODS,   0.27,  STANDARD,        HU",
    "DE, HU, true,  GOODS,   0,     INTRA_COMMUNITY, HU",
    "DE, HU, true,  SERVICE, 0,     REVERSE_CHARGE,  HU",
    "DE, HU, false, SERVICE, 0.19,  STANDARD,        DE",
    "DE, US, false, GOODS,   0,     EXPORT,          DE",
    "DE, CH, true,  SERVICE, 0,     EXPORT,          DE",
    "DE, GB, false, SERVICE, 0.19,  STANDARD,        DE",
    "CH, CH, false, GOODS,   0.081, STANDARD,        CH",
    "FI, FI, false, GOODS,   0.255, STANDARD,        FI",
    "FI, EE, false, GOODS,   0.24,  STANDARD,        EE",
  })
  void the_place_of_supply_decides(
      String seller,
      String buyer,
      boolean business,
      Supply supply,
      BigDecimal rate,
      Reason reason,
      String country) {
    TaxedItem item = taxed(seller, buyer, business, supply, "EUR 100.00", Prices.EXCLUSIVE);

    assertThat(item.rate()).isEqualByComparingTo(rate);
    assertThat(item.reason()).isEqualTo(reason);
    assertThat(item.country()).isEqualTo(country);
    assertThat(item.tax().getAmount()).isEqualByComparingTo(rate.movePointRight(2));
  }

  @ParameterizedTest
  @CsvSource({
    "EUR 119.00, INCLUSIVE, 100.00, 19.00",
    "EUR 0.01,   INCLUSIVE, 0.01,   0.00",
    "EUR 0.03,   EXCLUSIVE, 0.03,   0.01",
    "EUR 132.60, EXCLUSIVE, 132.60, 25.19",
    "JPY 119,    INCLUSIVE, 100,    19",
    "KWD 1.190,  INCLUSIVE, 1.000,  0.190",
  })
  void inclusive_and_exclusive_prices_are_rounded_half_up_to_the_currencys_digits(
      String amount, Prices prices, BigDecimal net, BigDecimal tax) {
    TaxedItem item = taxed("DE", "DE", false, Supply.GOODS, amount, prices);

    assertThat(item.net().getAmount()).isEqualByComparingTo(net);
    assertThat(item.tax().getAmount()).isEqualByComparingTo(tax);
  }

  @Test
  void inclusive_prices_stay_what_they_are_and_their_tax_is_the_nearest_there_is() {
    Random random = new Random(26_11_25);
    for (int i = 0; i < 10_000; i++) {
      Money gross = Money.ofMinor(CurrencyUnit.EUR, random.nextInt(10_000_000));
      TaxedItem item = taxed("HU", "HU", false, Supply.GOODS, gross.toString(), Prices.INCLUSIVE);

      assertThat(item.gross()).isEqualTo(gross);
      // |tax · 1.27 - gross · 0.27| is at most half a cent times 1.27.
      BigDecimal off =
          item.tax()
              .getAmount()
              .multiply(new BigDecimal("1.27"))
              .subtract(gross.getAmount().multiply(new BigDecimal("0.27")))
              .abs();
      assertThat(off).isLessThanOrEqualTo(new BigDecimal("0.00635"));
    }
  }

  @Test
  void rates_are_those_of_the_day() {
    Item item = new Item("a", Supply.GOODS, Money.parse("EUR 100.00"));
    for (String[] day :
        List.of(new String[] {"2025-06-30", "0.22"}, new String[] {"2025-07-01", "0.24"})) {
      TaxAnswer answer =
          table.calculate(
              new TaxQuestion(
                  new Seller("EE", true, false),
                  new Buyer("EE", false),
                  Prices.EXCLUSIVE,
                  LocalDate.parse(day[0]),
                  List.of(item)));
      assertThat(((TaxAnswer.Taxed) answer).items().getFirst().rate()).isEqualByComparingTo(day[1]);
    }
  }

  @Test
  void small_sellers_charge_none_and_below_the_threshold_the_sellers_rate_applies() {
    Item item = new Item("a", Supply.GOODS, Money.parse("EUR 100.00"));
    TaxAnswer small =
        table.calculate(
            new TaxQuestion(
                new Seller("DE", false, false),
                new Buyer("DE", false),
                Prices.EXCLUSIVE,
                DAY,
                List.of(item)));
    TaxAnswer below =
        table.calculate(
            new TaxQuestion(
                new Seller("DE", true, false),
                new Buyer("HU", false),
                Prices.EXCLUSIVE,
                DAY,
                List.of(item)));

    assertThat(((TaxAnswer.Taxed) small).items().getFirst().reason())
        .isEqualTo(Reason.SMALL_ENTERPRISE);
    assertThat(((TaxAnswer.Taxed) below).tax()).isEqualTo(Money.parse("EUR 19.00"));
  }

  @Test
  void a_country_that_nobody_knows_is_not_taxed_at_zero() {
    Item item = new Item("a", Supply.GOODS, Money.parse("EUR 100.00"));

    assertThat(
            table.calculate(
                new TaxQuestion(
                    new Seller("ZZ", true, false),
                    new Buyer("DE", false),
                    Prices.EXCLUSIVE,
                    DAY,
                    List.of(item))))
        .isEqualTo(new TaxAnswer.UnknownCountry("ZZ"));
  }

  @Test
  void all_member_states_have_a_rate_of_at_least_fifteen_per_cent() {
    // Art. 97 of the Directive.
    List<String> members =
        List.of(
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU",
            "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK");
    assertThat(members).hasSize(27);
    for (String member : members) {
      assertThat(taxed(member, member, false, Supply.GOODS, "EUR 100.00", Prices.EXCLUSIVE).tax())
          .isGreaterThanOrEqualTo(Money.parse("EUR 15.00"));
    }
  }

  @Test
  void a_wrong_line_of_a_table_is_named() {
    for (String wrong :
        List.of(
            "DE,EU,2024-01-01", "D,EU,2024-01-01,19", "DE,EU,never,19", "DE,EU,2024-01-01,119")) {
      assertThatThrownBy(() -> TaxTable.parse(List.of("# rates", wrong)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("line 2");
    }
  }
}
