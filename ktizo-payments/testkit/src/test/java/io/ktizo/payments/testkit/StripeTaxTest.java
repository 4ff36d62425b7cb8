package io.ktizo.payments.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.payments.Answer;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject.TaxRecord;
import io.ktizo.payments.stripe.StripeSettings;
import io.ktizo.payments.stripe.StripeTax;
import io.ktizo.payments.tax.TaxAnswer;
import io.ktizo.payments.tax.TaxAnswer.Taxed;
import io.ktizo.payments.tax.TaxCalculation;
import io.ktizo.payments.tax.TaxQuestion;
import io.ktizo.payments.tax.TaxQuestion.Buyer;
import io.ktizo.payments.tax.TaxQuestion.Prices;
import io.ktizo.payments.tax.TaxRecords.Part;
import io.ktizo.payments.testkit.StripeSimulator.Call;
import io.ktizo.payments.testkit.StripeSimulator.Outage;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.joda.money.Money;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StripeTaxTest extends TaxCalculationContract {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-25T09:00:00Z"));
  private static final IdempotencyKey SALE = new IdempotencyKey("payable/order_1/tax/1");
  private static final PayableId ORDER = new PayableId("order_1");

  @AutoClose private final StripeSimulator stripe = StripeSimulator.start(CLOCK, "whsec_simulator");

  private final StripeTax tax = tax(Duration.ofSeconds(5), 0);

  private StripeTax tax(Duration answer, int retries) {
    return new StripeTax(
        new StripeSettings(
            StripeSimulator.API_KEY,
            List.of("whsec_simulator"),
            stripe.base(),
            URI.create("https://market.example/paid"),
            Duration.ofSeconds(2),
            answer,
            retries),
        "DE",
        new Random(7));
  }

  @Override
  protected TaxCalculation port() {
    return tax;
  }

  private static TaxQuestion sale() {
    return goods(new Buyer("DE", false), Prices.INCLUSIVE, "EUR 119.00", "EUR 11.90");
  }

  private String calculated() {
    return String.valueOf(taxed(sale()).calculation());
  }

  private static TaxRecord done(Answer<TaxRecord> answer) {
    assertThat(answer).isInstanceOf(Answer.Done.class);
    return ((Answer.Done<TaxRecord>) answer).object();
  }

  @Test
  void where_parts_of_a_country_tax_differently_the_place_is_asked_for() {
    assertThat(tax.calculate(goods(new Buyer("US", false), Prices.EXCLUSIVE, "USD 14.99")))
        .isEqualTo(new TaxAnswer.UnknownPlace("US"));
    assertThat(stripe.calls()).isEmpty();

    Taxed answer = taxed(goods(new Buyer("US", false, "94080"), Prices.EXCLUSIVE, "USD 14.99"));

    // Stripe's own example: 9.875 % of 14.99 is 1.48.
    assertThat(answer.tax()).isEqualTo(Money.parse("USD 1.48"));
  }

  @Test
  void a_country_that_stripe_does_not_know_is_named() {
    assertThat(tax.calculate(goods(new Buyer("ZZ", false), Prices.EXCLUSIVE, "EUR 1.00")))
        .isEqualTo(new TaxAnswer.UnknownCountry("ZZ"));
  }

  @Test
  void a_currency_that_stripe_does_not_take_is_named() {
    assertThat(tax.calculate(goods(new Buyer("DE", false), Prices.EXCLUSIVE, "KPW 100.00")))
        .isEqualTo(new TaxAnswer.UnknownCurrency("KPW"));
    // Stripe's last of three decimals is zero.
    assertThat(tax.calculate(goods(new Buyer("DE", false), Prices.EXCLUSIVE, "KWD 1.001")))
        .isEqualTo(new TaxAnswer.UnknownCurrency("KWD"));
  }

  @Test
  void another_no_of_stripe_s_is_told_by_its_code() {
    TaxQuestion longAgo =
        new TaxQuestion(
            sale().seller(), sale().buyer(), Prices.INCLUSIVE, DAY.minusDays(9), sale().items());

    assertThat(tax.calculate(longAgo)).isEqualTo(new TaxAnswer.Refused("tax_date_invalid"));
  }

  @Test
  void where_the_platform_is_not_registered_nothing_is_collected_and_no_rate_is_claimed() {
    Taxed answer = taxed(goods(new Buyer("NO", false), Prices.EXCLUSIVE, "EUR 40.00"));

    assertThat(answer.tax().isZero()).isTrue();
    assertThat(answer.items().getFirst().reason()).isEqualTo(TaxAnswer.Reason.OTHER);
  }

  @Test
  void of_a_buyer_stripe_learns_the_country_and_no_more() {
    taxed(goods(new Buyer("FR", true, "75001"), Prices.EXCLUSIVE, "EUR 40.00"));

    assertThat(stripe.calls().getFirst().parameters())
        .filteredOn(name -> name.startsWith("customer"))
        .containsExactlyInAnyOrder(
            "customer_details[address][country]",
            "customer_details[address_source]",
            "customer_details[taxability_override]");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void a_service_that_is_down_gives_no_untaxed_sale_and_keeps_nobody_waiting(Outage outage) {
    stripe.suffers(outage);
    long began = System.nanoTime();

    assertThat(tax(Duration.ofMillis(300), 0).calculate(sale()))
        .isEqualTo(new TaxAnswer.Unavailable());
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(3));
  }

  @Test
  void retries_are_bounded_and_under_one_key() {
    stripe.suffers(Outage.UNAVAILABLE);

    tax(Duration.ofSeconds(2), 2).calculate(sale());

    assertThat(stripe.calls()).hasSize(3);
    assertThat(stripe.calls().stream().map(Call::idempotencyKey).distinct()).hasSize(1);
  }

  @Test
  void two_equal_sales_are_two_calculations() {
    assertThat(calculated()).isNotEqualTo(calculated());
  }

  @Test
  void a_sale_is_written_down_once_however_often_it_is_asked_for() {
    String calculation = calculated();

    TaxRecord first = done(tax.record(SALE, calculation, ORDER));

    assertThat(done(tax.record(SALE, calculation, ORDER))).isEqualTo(first);
    assertThat(first.live()).isFalse();
    assertThat(stripe.count("tax.transaction")).isEqualTo(1);
  }

  @Test
  void an_answer_that_was_lost_is_a_doubt_and_the_same_key_finds_out() {
    String calculation = calculated();
    stripe.meets(new Chaos(1, 0, 1, 0, 0, 0, false));

    assertThat(tax.record(SALE, calculation, ORDER)).isInstanceOf(Answer.InDoubt.class);

    stripe.meets(Chaos.NONE);
    done(tax.record(SALE, calculation, ORDER));
    assertThat(stripe.count("tax.transaction")).isEqualTo(1);
  }

  @Test
  void a_calculation_that_is_gone_is_refused() {
    Answer<TaxRecord> answer = tax.record(SALE, "taxcalc_none", ORDER);

    assertThat(answer)
        .isEqualTo(new Answer.Refused<>("resource_missing", Answer.Reason.UNKNOWN_OBJECT));
  }

  @Test
  void parts_go_back_until_nothing_is_left() {
    TaxRecord sale = done(tax.record(SALE, calculated(), ORDER));
    Part half = new Part("line_0", Money.parse("EUR 59.50"), Money.parse("EUR 9.50"));

    done(tax.reverse(new IdempotencyKey("r1"), sale.reference(), "order_1/r1", List.of(half)));
    done(tax.reverse(new IdempotencyKey("r2"), sale.reference(), "order_1/r2", List.of(half)));

    assertThat(tax.reverse(new IdempotencyKey("r3"), sale.reference(), "order_1/r3", List.of(half)))
        .isInstanceOf(Answer.Refused.class);
    assertThat(
            tax.reverse(
                new IdempotencyKey("r4"),
                sale.reference(),
                "order_1/r4",
                List.of(new Part("none", Money.parse("EUR 1.00"), Money.parse("EUR 0.00")))))
        .isEqualTo(new Answer.Refused<>("line_unknown", Answer.Reason.UNKNOWN_OBJECT));
    assertThat(stripe.count("tax.transaction")).isEqualTo(3);
  }

  @Test
  void lines_beyond_the_first_page_go_back_as_well() {
    String[] amounts = new String[120];
    java.util.Arrays.fill(amounts, "EUR 1.19");
    String calculation =
        taxed(goods(new Buyer("DE", false), Prices.INCLUSIVE, amounts)).calculation();
    TaxRecord sale = done(tax.record(SALE, String.valueOf(calculation), ORDER));
    Part last = new Part("line_119", Money.parse("EUR 1.19"), Money.parse("EUR 0.19"));

    done(tax.reverse(new IdempotencyKey("r1"), sale.reference(), "order_1/r1", List.of(last)));
  }
}
