package io.ktizo.payments.paying;

import static io.ktizo.payments.paying.Market.ALPHA;
import static io.ktizo.payments.paying.Market.BETA;
import static io.ktizo.payments.paying.Market.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.Gateway.Evidence;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Commission;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PaymentRefusedException.Reason;
import io.ktizo.payments.PayoutSchedule;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.Release;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.sandbox.SandboxCard;
import java.net.URI;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassingOnTest {
  private final Market market = new Market().withShops();
  private final PassingOn passingOn =
      new PassingOn(
          market.store,
          market.paying,
          () -> market.now,
          ZoneOffset.UTC,
          currency ->
              new PayoutTerms(
                  new PayoutSchedule.Weekly(DayOfWeek.FRIDAY),
                  Duration.ofDays(14),
                  Money.ofMajor(currency, 20)));

  PassingOnTest() {
    // The Shops' accounts may be paid: the provider has told so.
    market.listen();
  }

  @Test
  void a_part_is_passed_on_when_the_time_for_complaints_is_over_and_not_before() {
    PayableId order = market.captured("order_1");
    passingOn.delivered(order, ALPHA, market.now);

    market.later(Duration.ofDays(14).minusSeconds(1));
    assertThat(passingOn.passOn(10)).isZero();
    market.later(Duration.ofSeconds(1));
    assertThat(passingOn.passOn(10)).isEqualTo(1);

    // 119.00 less 10.00 commission and 1.90 tax on it.
    assertThat(market.balance(Account.Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("107.10"));
    assertThat(market.balance(Account.Kind.PAYEE_CASH, BETA)).isEqualTo(eur("0.00"));
    assertThat(passingOn.passOn(10)).isZero();
    assertThat(passingOn.release(order, ALPHA).map(Release::state))
        .contains(Release.State.PASSED_ON);
    assertThat(passingOn.release(order, BETA)).isEmpty();
  }

  @Test
  void delivery_told_again_does_not_begin_the_time_anew() {
    PayableId order = market.captured("order_1");
    Release first = passingOn.delivered(order, ALPHA, market.now);
    market.later(Duration.ofDays(3));

    assertThat(passingOn.delivered(order, ALPHA, market.now)).isEqualTo(first);
  }

  @Test
  void a_customer_who_is_content_ends_the_time() {
    PayableId order = market.captured("order_1");
    passingOn.delivered(order, ALPHA, market.now);
    market.later(Duration.ofDays(1));
    passingOn.accepted(order, ALPHA);

    assertThat(passingOn.passOn(10)).isEqualTo(1);
  }

  @Test
  void a_complaint_stops_the_part_also_for_who_asks_directly() {
    PayableId order = market.captured("order_1");
    passingOn.delivered(order, ALPHA, market.now);
    passingOn.freeze(order, ALPHA);
    market.later(Duration.ofDays(60));

    assertThat(passingOn.passOn(10)).isZero();
    assertThatThrownBy(() -> market.paying.transfer(order, ALPHA))
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.DISPUTED));

    passingOn.accepted(order, ALPHA);
    assertThat(passingOn.passOn(10)).isEqualTo(1);
    assertThatThrownBy(() -> passingOn.freeze(order, ALPHA))
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.ALREADY_SETTLED));
  }

  @Test
  void a_bank_that_is_deciding_stops_the_part_and_it_goes_on_when_the_bank_has_decided() {
    PayableId order = market.captured(Market.order("order_1"), SandboxCard.DISPUTED);
    market.listen();
    passingOn.accepted(order, ALPHA);

    assertThat(passingOn.passOn(10)).isZero();
    String dispute =
        market.store.inTransaction(t -> t.disputes(order)).getFirst().dispute().reference();
    market.provider.contest(
        IdempotencyKey.of("order_1", "contest", 1),
        dispute,
        List.of(new Evidence(Evidence.Field.UNCATEGORIZED_TEXT, "it was delivered")));
    market.listen();
    market.later(Duration.ofHours(6));

    assertThat(passingOn.passOn(10)).isEqualTo(1);
  }

  @Test
  void what_was_taken_back_for_a_refund_that_failed_is_passed_on_again() {
    PayableId order = market.captured(Market.order("order_1"), SandboxCard.REFUND_FAILS);
    passingOn.accepted(order, BETA);
    passingOn.passOn(10);
    Money before = market.balance(Account.Kind.PAYEE_CASH, BETA);

    market.paying.refund(order, "r1", Market.portion("gear", "25.00"));
    assertThat(market.balance(Account.Kind.PAYEE_CASH, BETA)).isLessThan(before);
    market.listen();

    assertThat(passingOn.passOn(10)).isEqualTo(1);
    assertThat(market.balance(Account.Kind.PAYEE_CASH, BETA)).isEqualTo(before);
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, BETA)).isEqualTo(before);

    // And a refund after that is taken from both transfers.
    market.paying.refund(order, "r2", Market.portion("gear", "50.00"));
    market.listen();
    assertThat(passingOn.passOn(10)).isEqualTo(1);
    assertThat(market.balance(Account.Kind.PAYEE_CASH, BETA)).isEqualTo(before);
    assertThat(market.reconciled().differences()).isEmpty();
  }

  @Test
  void balances_go_to_the_bank_on_the_day_of_the_schedule_once() {
    PayableId order = market.captured("order_1");
    passingOn.accepted(order, ALPHA);
    passingOn.passOn(10);

    // 2026-11-25 is a Wednesday: the Friday before began without a payout.
    assertThat(passingOn.payOut()).extracting(Operation::amount).containsExactly(eur("107.10"));
    PayableId second = market.captured("order_2");
    passingOn.accepted(second, ALPHA);
    passingOn.passOn(10);

    market.now = Instant.parse("2026-11-26T23:59:59Z");
    assertThat(passingOn.payOut()).isEmpty();
    market.now = Instant.parse("2026-11-27T00:00:00Z");
    assertThat(passingOn.payOut()).hasSize(1);
    assertThat(passingOn.payOut()).isEmpty();
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("0.00"));
  }

  @Test
  void less_than_the_least_waits_for_more() {
    passingOn.agree(BETA, new PayoutTerms(new PayoutSchedule.Daily(), Duration.ZERO, eur("50.00")));
    PayableId first = market.captured("order_1");
    passingOn.delivered(first, BETA, market.now);
    passingOn.passOn(10);
    assertThat(passingOn.payOut()).isEmpty();

    PayableId second = market.captured("order_2");
    passingOn.delivered(second, BETA, market.now);
    passingOn.passOn(10);

    // 50.00 less 7.98 tax, 3.53 commission and 0.67 tax on it, twice.
    assertThat(passingOn.payOut()).extracting(Operation::amount).containsExactly(eur("75.64"));
  }

  @Test
  void a_debt_is_paid_by_the_next_earning() {
    PayableId first = market.captured("order_1");
    passingOn.accepted(first, BETA);
    passingOn.passOn(10);
    passingOn.payOut();
    market.paying.refund(first, "r1", Market.portion("gear", "50.00"));
    // Nothing lies in the balance any more: 50.00 - 7.98 - 4.20 is owed back.
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, BETA)).isEqualTo(eur("-37.82"));

    PayableId second = market.captured("order_2");
    passingOn.accepted(second, BETA);
    assertThat(passingOn.passOn(10)).isEqualTo(1);

    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, BETA)).isEqualTo(eur("0.00"));
    assertThat(market.balance(Account.Kind.PAYEE_CASH, BETA)).isEqualTo(eur("0.00"));
    market.later(Duration.ofDays(7));
    assertThat(passingOn.payOut()).isEmpty();
  }

  @Test
  void a_payee_whose_account_may_not_be_paid_keeps_his_money_and_gets_it_later() {
    PayeeId shop = new PayeeId("shop_new");
    market.paying.onboard(shop, "DE");
    PayableId order =
        market.captured(
            new Payable(
                new PayableId("order_1"),
                List.of(new Line("part", shop, eur("30.00"), eur("0.00"), TaxCollector.PAYEE)),
                List.of(new Commission(shop, eur("3.00"), eur("0.00")))),
            SandboxCard.APPROVED);
    passingOn.accepted(order, shop);
    assertThat(passingOn.passOn(10)).isZero();

    URI here = URI.create("https://market.example/payouts");
    market.paying.onboardingPage(shop, here, here);
    market.listen();
    market.later(Duration.ofHours(6));

    assertThat(passingOn.passOn(10)).isEqualTo(1);
    assertThat(passingOn.payOut()).hasSize(1);
  }

  @Test
  void ids_may_be_as_long_as_they_are_allowed_to_be() {
    // The platform's own balance, from which refunds go before anything comes back from payees.
    market.captured("order_1");
    PayeeId shop = new PayeeId("s".repeat(64));
    market.paying.onboard(shop, "DE");
    URI here = URI.create("https://market.example/payouts");
    market.paying.onboardingPage(shop, here, here);
    PayableId order =
        market.captured(
            new Payable(
                new PayableId("o".repeat(64)),
                List.of(
                    new Line("l".repeat(64), shop, eur("30.00"), eur("0.00"), TaxCollector.PAYEE)),
                List.of(new Commission(shop, eur("3.00"), eur("0.00")))),
            SandboxCard.APPROVED);
    passingOn.accepted(order, shop);
    passingOn.passOn(10);

    Operation refund =
        market.paying.refund(order, "r".repeat(64), Market.portion("l".repeat(64), "10.00"));

    assertThat(refund.state()).isEqualTo(State.SUCCESS);
    assertThat(market.balance(Account.Kind.PAYEE_CASH, shop)).isEqualTo(eur("18.00"));
  }

  @Test
  void nobody_has_a_part_of_what_he_does_not_deliver() {
    PayableId order = market.captured("order_1");

    assertThatThrownBy(() -> passingOn.delivered(order, new PayeeId("stranger"), market.now))
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_PAYEE));
    assertThatThrownBy(() -> passingOn.delivered(new PayableId("none"), ALPHA, market.now))
        .isInstanceOfSatisfying(
            PaymentRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.UNKNOWN_PAYABLE));
  }

  @ParameterizedTest
  @CsvSource({
    "daily,          2026-02-28, 2026-02-28",
    "weekly:MONDAY,  2026-11-25, 2026-11-23",
    "weekly:WEDNESDAY, 2026-11-25, 2026-11-25",
    "monthly:28,     2026-03-01, 2026-02-28",
    "monthly:1,      2026-03-01, 2026-03-01",
    "monthly:15,     2026-01-14, 2025-12-15",
  })
  void a_schedule_knows_its_latest_day(String schedule, LocalDate today, LocalDate latest) {
    PayoutSchedule parsed = PayoutSchedule.parse(schedule);

    assertThat(parsed.latest(today)).contains(latest);
    assertThat(parsed).hasToString(schedule);
  }

  @Test
  void days_begin_at_midnight_of_the_zone_and_manual_payouts_on_no_day() {
    Instant last = Instant.parse("2026-11-25T22:30:00Z");
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    PayoutSchedule daily = new PayoutSchedule.Daily();

    assertThat(daily.isDue(Optional.of(last), Instant.parse("2026-11-25T22:59:59Z"), berlin))
        .isFalse();
    assertThat(daily.isDue(Optional.of(last), Instant.parse("2026-11-25T23:00:00Z"), berlin))
        .isTrue();
    assertThat(new PayoutSchedule.Manual().isDue(Optional.empty(), last, berlin)).isFalse();
    assertThatThrownBy(() -> PayoutSchedule.parse("monthly:31"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(passingOn.terms(ALPHA, CurrencyUnit.JPY).least())
        .isEqualTo(Money.ofMajor(CurrencyUnit.JPY, 20));
  }

  /** Passed on, paid out, and then 100.00 of it given back: 90.00 of that had been Alpha's. */
  private void aDebtOf90() {
    // The platform's own balance, from which the customer gets his money back.
    market.captured(
        new Payable(
            new PayableId("order_0"),
            List.of(new Line("gear", BETA, eur("500.00"), eur("0.00"), TaxCollector.PAYEE)),
            List.of()),
        SandboxCard.APPROVED);
    PayableId order = market.captured("order_1");
    passingOn.accepted(order, ALPHA);
    assertThat(passingOn.passOn(10)).isEqualTo(1);
    market.paying.payout(ALPHA, eur("0.01"));
    market.paying.refund(order, "r1", Market.portion("part", "100.00"));
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("-90.00"));
  }

  @Test
  void a_debt_does_not_hide_behind_orders_that_are_not_delivered() {
    aDebtOf90();
    PayableId undelivered = market.captured("order_2");
    PayableId delivered = market.captured("order_3");
    passingOn.accepted(delivered, ALPHA);

    assertThat(passingOn.passOn(10)).isEqualTo(1);

    // 107.10 of the delivered one less the debt; the other's 107.10 may still go back.
    assertThat(market.balance(Account.Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("17.10"));
    market.paying.payout(ALPHA, eur("0.01"));
    market.paying.refund(
        undelivered,
        "r2",
        List.of(
            new Allocation.Portion("part", eur("100.00")),
            new Allocation.Portion("post", eur("19.00"))));
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("0.00"));
  }

  @Test
  void a_debt_is_paid_once_by_whatever_is_passed_on_first() {
    aDebtOf90();
    for (String order : List.of("order_2", "order_3", "order_4")) {
      market.captured(order);
    }
    // 107.10 less 90.00, then whole ones, in whatever order they are delivered.
    for (String order : List.of("order_4", "order_2", "order_3")) {
      passingOn.accepted(new PayableId(order), ALPHA);
      assertThat(passingOn.passOn(10)).isEqualTo(1);
    }

    assertThat(market.balance(Account.Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("231.30"));
    assertThat(market.balance(Account.Kind.PAYEE_PAYABLE, ALPHA)).isEqualTo(eur("231.30"));
  }

  @Test
  void a_debt_that_takes_a_whole_part_goes_on_with_the_next_one() {
    aDebtOf90();
    PayableId small =
        market.captured(
            new Payable(
                new PayableId("order_2"),
                List.of(new Line("pin", ALPHA, eur("50.00"), eur("7.98"), TaxCollector.PAYEE)),
                List.of()),
            SandboxCard.APPROVED);
    passingOn.accepted(small, ALPHA);
    passingOn.passOn(10);
    assertThat(market.balance(Account.Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("0.00"));

    market.captured("order_3");
    passingOn.accepted(market.captured("order_4"), ALPHA);
    passingOn.passOn(10);

    // 107.10 less the 40.00 that were left of the debt.
    assertThat(market.balance(Account.Kind.PAYEE_CASH, ALPHA)).isEqualTo(eur("67.10"));
  }
}
