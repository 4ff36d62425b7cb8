package io.ktizo.payments.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.payments.tax.TaxAnswer;
import io.ktizo.payments.tax.TaxAnswer.Reason;
import io.ktizo.payments.tax.TaxAnswer.Taxed;
import io.ktizo.payments.tax.TaxAnswer.TaxedItem;
import io.ktizo.payments.tax.TaxCalculation;
import io.ktizo.payments.tax.TaxQuestion;
import io.ktizo.payments.tax.TaxQuestion.Buyer;
import io.ktizo.payments.tax.TaxQuestion.Item;
import io.ktizo.payments.tax.TaxQuestion.Prices;
import io.ktizo.payments.tax.TaxQuestion.Seller;
import io.ktizo.payments.tax.TaxQuestion.Supply;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TaxCalculation} keeps. Whoever writes one extends this and hands in one that
 * knows sellers in Germany and buyers in Germany, France and Austria. Expected amounts follow from
 * the standard rates of 2026: Germany 19 % (§ 12 UStG), France 20 % (Art. 278 CGI), Austria 20 % (§
 * 10 UStG 1994).
 */
public abstract class TaxCalculationContract {
  /** Of the supply; a test's port takes it for today. */
  protected static final LocalDate DAY = LocalDate.of(2026, 11, 25);

  private static final Seller GERMAN = new Seller("DE", true, true);

  /** The port under test. */
  protected abstract TaxCalculation port();

  /** Goods from Germany to a buyer. */
  protected static TaxQuestion goods(Buyer buyer, Prices prices, String... amounts) {
    List<Item> items = new ArrayList<>();
    for (String amount : amounts) {
      items.add(new Item("line_" + items.size(), Supply.GOODS, Money.parse(amount)));
    }
    return new TaxQuestion(GERMAN, buyer, prices, DAY, items);
  }

  private static Buyer consumer(String country) {
    return new Buyer(country, false);
  }

  /** The answer, which must be one with items. */
  protected final Taxed taxed(TaxQuestion question) {
    TaxAnswer answer = port().calculate(question);
    assertThat(answer).isInstanceOf(Taxed.class);
    return (Taxed) answer;
  }

  @Test
  void tax_comes_on_top_of_exclusive_prices_and_is_rounded_line_by_line() {
    Taxed answer =
        taxed(goods(consumer("DE"), Prices.EXCLUSIVE, "EUR 100.00", "EUR 0.03", "EUR 33.33"));

    // 19.00; 0.0057 up to 0.01; 6.3327 down to 6.33.
    assertThat(answer.items())
        .extracting(TaxedItem::tax)
        .containsExactly(
            Money.parse("EUR 19.00"), Money.parse("EUR 0.01"), Money.parse("EUR 6.33"));
    assertThat(answer.gross()).isEqualTo(Money.parse("EUR 158.70"));
    assertThat(answer.items()).extracting(TaxedItem::reason).containsOnly(Reason.STANDARD);
    assertThat(answer.items()).extracting(TaxedItem::country).containsOnly("DE");
    assertThat(answer.items())
        .allSatisfy(item -> assertThat(item.rate()).isEqualByComparingTo(new BigDecimal("0.19")));
  }

  @Test
  void inclusive_prices_stay_what_the_buyer_pays() {
    Taxed answer = taxed(goods(consumer("DE"), Prices.INCLUSIVE, "EUR 119.00", "EUR 10.00"));

    // 119 · 19/119 = 19; 10 · 19/119 = 1.5966.
    assertThat(answer.items())
        .extracting(TaxedItem::tax)
        .containsExactly(Money.parse("EUR 19.00"), Money.parse("EUR 1.60"));
    assertThat(answer.gross()).isEqualTo(Money.parse("EUR 129.00"));
  }

  @Test
  void goods_to_a_consumer_elsewhere_in_the_union_bear_the_rate_of_his_country() {
    Taxed answer = taxed(goods(consumer("FR"), Prices.EXCLUSIVE, "EUR 50.00"));

    assertThat(answer.items().getFirst().tax()).isEqualTo(Money.parse("EUR 10.00"));
    assertThat(answer.items().getFirst().country()).isEqualTo("FR");
  }

  @Test
  void goods_to_a_business_elsewhere_in_the_union_bear_none_and_say_why() {
    Taxed answer = taxed(goods(new Buyer("AT", true), Prices.EXCLUSIVE, "EUR 50.00"));

    assertThat(answer.tax()).isEqualTo(Money.parse("EUR 0.00"));
    assertThat(answer.items().getFirst().reason()).isEqualTo(Reason.INTRA_COMMUNITY);
  }

  @Test
  void services_to_a_business_elsewhere_in_the_union_are_taxed_by_the_buyer() {
    TaxQuestion question =
        new TaxQuestion(
            GERMAN,
            new Buyer("FR", true),
            Prices.EXCLUSIVE,
            DAY,
            List.of(new Item("fee", Supply.SERVICE, Money.parse("EUR 20.00"))));

    assertThat(taxed(question).items().getFirst().reason()).isEqualTo(Reason.REVERSE_CHARGE);
    assertThat(taxed(question).tax().isZero()).isTrue();
  }

  @Test
  void a_business_at_home_pays_as_everybody_does() {
    assertThat(taxed(goods(new Buyer("DE", true), Prices.EXCLUSIVE, "EUR 10.00")).tax())
        .isEqualTo(Money.parse("EUR 1.90"));
  }

  @Test
  void a_seller_who_charges_no_tax_charges_none() {
    TaxQuestion question =
        new TaxQuestion(
            new Seller("DE", false, false),
            consumer("FR"),
            Prices.INCLUSIVE,
            DAY,
            List.of(new Item("part", Supply.GOODS, Money.parse("EUR 20.00"))));

    TaxedItem item = taxed(question).items().getFirst();
    assertThat(item.tax().isZero()).isTrue();
    assertThat(item.gross()).isEqualTo(Money.parse("EUR 20.00"));
    assertThat(item.reason()).isEqualTo(Reason.SMALL_ENTERPRISE);
  }

  @Test
  void currencies_keep_their_own_digits() {
    // 19 % of 105 yen is 19.95, and a yen has no parts.
    assertThat(taxed(goods(consumer("DE"), Prices.EXCLUSIVE, "JPY 105")).tax())
        .isEqualTo(Money.parse("JPY 20"));
  }

  @Test
  void what_costs_nothing_bears_nothing() {
    assertThat(taxed(goods(consumer("DE"), Prices.EXCLUSIVE, "EUR 0.00")).tax().isZero()).isTrue();
  }

  @Test
  void many_items_are_answered_in_their_order() {
    String[] amounts = new String[250];
    for (int i = 0; i < amounts.length; i++) {
      amounts[i] = "EUR " + (i + 1) + ".00";
    }
    Taxed answer = taxed(goods(consumer("DE"), Prices.EXCLUSIVE, amounts));

    assertThat(answer.items()).hasSize(250);
    for (int i = 0; i < amounts.length; i++) {
      assertThat(answer.items().get(i).id()).isEqualTo("line_" + i);
      assertThat(answer.items().get(i).net()).isEqualTo(Money.parse(amounts[i]));
    }
  }

  @Test
  void the_same_question_has_the_same_answer() {
    TaxQuestion question = goods(consumer("FR"), Prices.INCLUSIVE, "EUR 12.34", "EUR 0.01");

    assertThat(taxed(question).items()).isEqualTo(taxed(question).items());
  }

  @Test
  void a_seller_in_a_country_that_nobody_knows_is_no_untaxed_sale() {
    TaxQuestion question =
        new TaxQuestion(
            new Seller("ZZ", true, true),
            consumer("DE"),
            Prices.EXCLUSIVE,
            DAY,
            List.of(new Item("part", Supply.GOODS, Money.parse("EUR 20.00"))));

    assertThat(port().calculate(question)).isEqualTo(new TaxAnswer.UnknownCountry("ZZ"));
  }
}
