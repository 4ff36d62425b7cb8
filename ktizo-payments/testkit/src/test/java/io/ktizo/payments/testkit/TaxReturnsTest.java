package io.ktizo.payments.testkit;

import static io.ktizo.payments.testkit.StripeMarket.ALPHA;
import static io.ktizo.payments.testkit.StripeMarket.eur;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.stripe.StripeSettings;
import io.ktizo.payments.stripe.StripeTax;
import io.ktizo.payments.tax.TaxAnswer.Taxed;
import io.ktizo.payments.tax.TaxAnswer.TaxedItem;
import io.ktizo.payments.tax.TaxQuestion;
import io.ktizo.payments.tax.TaxQuestion.Buyer;
import io.ktizo.payments.tax.TaxQuestion.Item;
import io.ktizo.payments.tax.TaxQuestion.Prices;
import io.ktizo.payments.tax.TaxQuestion.Seller;
import io.ktizo.payments.tax.TaxQuestion.Supply;
import io.ktizo.payments.testkit.StripeSimulator.Outage;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.joda.money.Money;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What is sold and given back stands in the tax service's records, once, whatever fails. */
class TaxReturnsTest {
  private static final PayableId ORDER = new PayableId("order_1");

  @AutoClose private final StripeMarket market = new StripeMarket().withShops();

  private final StripeTax tax =
      new StripeTax(
          new StripeSettings(
              StripeSimulator.API_KEY,
              List.of(StripeMarket.SECRET),
              market.stripe.base(),
              URI.create("https://market.example/paid"),
              Duration.ofSeconds(2),
              Duration.ofSeconds(2),
              0),
          "DE",
          new Random(3));

  private final Paying paying =
      new Paying(market.store, market.gateway, market.now::get, false, tax);

  /** 10.01 and 119.00 with the tax in them, from Germany to Germany, calculated and frozen. */
  private void open() {
    Taxed taxed =
        (Taxed)
            tax.calculate(
                new TaxQuestion(
                    new Seller("DE", true, true),
                    new Buyer("DE", false),
                    Prices.INCLUSIVE,
                    LocalDate.of(2026, 11, 25),
                    List.of(
                        new Item("gear", Supply.GOODS, eur("10.01")),
                        new Item("part", Supply.GOODS, eur("119.00")))));
    paying.open(
        new Payable(
            ORDER,
            taxed.items().stream().map(TaxReturnsTest::line).toList(),
            List.of(),
            taxed.calculation()));
    paying.start(ORDER, Capture.LATER);
    paying.authorise(ORDER, "pm_card_visa");
  }

  private static Line line(TaxedItem item) {
    return new Line(item.id(), ALPHA, item.gross(), item.tax(), TaxCollector.PAYEE);
  }

  private void work() {
    market.later(Duration.ofMinutes(5));
    paying.resolve(Duration.ofMinutes(3), 100);
  }

  private void refund(String name, String line, String amount) {
    assertThat(paying.refund(ORDER, name, List.of(new Portion(line, eur(amount)))).state())
        .isEqualTo(State.SUCCESS);
  }

  /** The sum of the recorded lines of a reference, reversals included: gross and tax in cents. */
  private List<Long> recorded(String line) {
    List<JsonObject> lines =
        market.stripe.objects("tax.transaction_line_item").stream()
            .map(text -> JsonParser.parseString(text).getAsJsonObject())
            .filter(one -> one.get("reference").getAsString().equals(line))
            .toList();
    return List.of(
        lines.stream().mapToLong(one -> one.get("amount").getAsLong()).sum(),
        lines.stream().mapToLong(one -> one.get("amount_tax").getAsLong()).sum());
  }

  private List<Operation> records() {
    return paying.operations(ORDER).stream().filter(one -> one.kind().isForTheTaxReturn()).toList();
  }

  @Test
  void a_sale_is_recorded_after_it_was_paid_and_not_before() {
    open();
    work();
    assertThat(market.stripe.count("tax.transaction")).isZero();

    paying.capture(ORDER);
    work();
    work();

    assertThat(market.stripe.count("tax.transaction")).isEqualTo(1);
    // 119 · 19/119 = 19; 10.01 · 19/119 = 1.598.
    assertThat(recorded("part")).containsExactly(11_900L, 1_900L);
    assertThat(recorded("gear")).containsExactly(1_001L, 160L);
  }

  @Test
  void what_was_held_and_not_taken_is_not_sold() {
    open();
    paying.capture(ORDER, List.of("gear"));
    work();

    assertThat(recorded("part")).containsExactly(0L, 0L);
    assertThat(recorded("gear")).containsExactly(1_001L, 160L);
    assertThat(records()).extracting(Operation::state).containsOnly(State.SUCCESS).hasSize(2);
  }

  @Test
  void refunds_in_parts_leave_no_cent_of_tax_behind() {
    open();
    paying.capture(ORDER);
    refund("r1", "gear", "3.33");
    work();
    refund("r2", "gear", "3.33");
    refund("r3", "gear", "3.35");
    refund("r4", "part", "59.50");
    work();

    assertThat(recorded("gear")).containsExactly(0L, 0L);
    assertThat(recorded("part")).containsExactly(5_950L, 950L);
  }

  @Test
  void a_tax_service_that_is_down_delays_no_payment_and_forgets_nothing() {
    open();
    paying.capture(ORDER);
    refund("r1", "part", "19.00");
    market.stripe.suffers(Outage.UNAVAILABLE);
    work();

    assertThat(records()).extracting(Operation::state).containsOnly(State.IN_DOUBT);
    assertThat(paying.standing(ORDER).open()).isFalse();

    market.stripe.suffers(Outage.NONE);
    work();

    assertThat(records()).extracting(Operation::state).containsOnly(State.SUCCESS);
    assertThat(market.stripe.count("tax.transaction")).isEqualTo(2);
  }

  @Test
  void lost_answers_record_nothing_twice() {
    open();
    paying.capture(ORDER);
    refund("r1", "part", "19.00");
    market.stripe.meets(new Chaos(5, 0.2, 0.5, 0.2, 0, 0, false));
    for (int i = 0; i < 40; i++) {
      work();
    }
    market.stripe.meets(Chaos.NONE);
    work();

    assertThat(records()).extracting(Operation::kind).containsExactly(Kind.TAX, Kind.TAX_REVERSE);
    assertThat(market.stripe.count("tax.transaction")).isEqualTo(2);
    assertThat(recorded("part").getFirst()).isEqualTo(10_000L);
  }

  @Test
  void a_sale_that_cannot_be_recorded_is_told_and_its_reversal_does_not_wait_for_ever() {
    paying.open(
        new Payable(
            ORDER,
            List.of(new Line("part", ALPHA, eur("119.00"), eur("19.00"), TaxCollector.PAYEE)),
            List.of(),
            "taxcalc_expired"));
    paying.start(ORDER, Capture.LATER);
    paying.authorise(ORDER, "pm_card_visa");
    paying.capture(ORDER);
    refund("r1", "part", "19.00");
    work();
    work();

    assertThat(records())
        .extracting(Operation::code)
        .containsExactly("resource_missing", "sale_not_recorded");
    assertThat(paying.standing(ORDER).left()).isEqualTo(Money.parse("EUR 100.00"));
  }

  @Test
  void payables_without_a_calculation_are_nobody_s_to_record() {
    paying.open(StripeMarket.order("order_2"));
    paying.start(new PayableId("order_2"), Capture.AT_ONCE);
    paying.authorise(new PayableId("order_2"), "pm_card_visa");
    work();

    assertThat(market.stripe.count("tax.transaction")).isZero();
  }
}
