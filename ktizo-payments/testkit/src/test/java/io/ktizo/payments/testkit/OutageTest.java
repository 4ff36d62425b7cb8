package io.ktizo.payments.testkit;

import static io.ktizo.payments.testkit.StripeMarket.ALPHA;
import static io.ktizo.payments.testkit.StripeMarket.BETA;
import static io.ktizo.payments.testkit.StripeMarket.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.CircuitBreaker;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.InvalidPayableException;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Payable;
import io.ktizo.payments.Payable.Line;
import io.ktizo.payments.Payable.TaxCollector;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PaymentsException;
import io.ktizo.payments.RefundRefusedException;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.paying.Standing;
import io.ktizo.payments.testkit.StripeSimulator.Outage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.joda.money.Money;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the provider or the caller does: a typed answer in bounded time, nothing half done. */
class OutageTest {
  private static final Duration LIMIT = Duration.ofMillis(400);

  @AutoClose private final StripeMarket market = new StripeMarket().withShops();
  private final Paying hurried =
      new Paying(market.store, market.gateway(LIMIT, 0), market.now::get, false);

  private List<JournalEntry> books() {
    return market.store.inTransaction(
        tables -> tables.journal().entries(null, Instant.MIN, Instant.MAX, 0, 10_000));
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void a_provider_that_is_down_leaves_doubts_which_end_when_he_is_back(Outage outage) {
    PayableId order = market.captured("order_1");
    List<JournalEntry> before = books();
    market.paying.open(StripeMarket.order("order_2"));
    market.stripe.suffers(outage);
    long began = System.nanoTime();

    List<Operation> asked = new ArrayList<>();
    asked.add(hurried.start(new PayableId("order_2"), Capture.LATER));
    asked.add(hurried.transfer(order, ALPHA));

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LIMIT.multipliedBy(8));
    assertThat(asked).extracting(Operation::state).containsOnly(State.IN_DOUBT);
    assertThat(books()).isEqualTo(before);
    assertThat(market.paying.standing(order).open()).isTrue();

    market.stripe.suffers(Outage.NONE);
    market.later(Duration.ofMinutes(2));
    assertThat(market.paying.resolve(Duration.ofMinutes(1), 10)).isEqualTo(2);
    assertThat(market.stripe.count("payment_intent")).isEqualTo(2);
    assertThat(market.stripe.count("transfer")).isEqualTo(1);
    assertThat(market.reconciled().differences()).isEmpty();
  }

  @Test
  void a_refund_that_nobody_answered_is_owed_once_and_made_once() {
    PayableId order = market.captured("order_1");
    market.stripe.suffers(Outage.UNAVAILABLE);
    List<Portion> part = List.of(new Portion("part", eur("40.00")));

    assertThat(hurried.refund(order, "r1", part).state()).isEqualTo(State.IN_DOUBT);
    assertThat(hurried.refund(order, "r1", part).state()).isEqualTo(State.IN_DOUBT);
    assertThat(market.paying.standing(order).status()).isEqualTo(Standing.Status.PARTLY_REFUNDED);

    market.stripe.suffers(Outage.NONE);
    assertThat(hurried.refund(order, "r1", part).state()).isEqualTo(State.SUCCESS);
    assertThat(market.stripe.count("refund")).isEqualTo(1);
    assertThat(market.trialBalance().values()).allMatch(Money::isZero);
  }

  @Test
  void retries_are_bounded_and_under_one_key() {
    market.paying.open(StripeMarket.order("order_1"));
    market.stripe.suffers(Outage.UNAVAILABLE);
    int before = market.stripe.calls().size();
    Paying patient =
        new Paying(market.store, market.gateway(Duration.ofSeconds(2), 2), market.now::get, false);

    assertThat(patient.start(new PayableId("order_1"), Capture.LATER).state())
        .isEqualTo(State.IN_DOUBT);

    List<StripeSimulator.Call> tries =
        market.stripe.calls().subList(before, market.stripe.calls().size());
    assertThat(tries).hasSize(3);
    assertThat(tries).extracting(StripeSimulator.Call::idempotencyKey).doesNotContainNull();
    assertThat(tries.stream().map(StripeSimulator.Call::idempotencyKey).distinct()).hasSize(1);
  }

  @Test
  void a_provider_that_does_not_answer_is_left_alone_and_asked_again_later() {
    CircuitBreaker breaker =
        new CircuitBreaker(
            market.gateway(LIMIT, 0),
            market.now::get,
            new Random(1),
            new CircuitBreaker.Settings(3, Duration.ofSeconds(10), Duration.ofSeconds(40)));
    Paying guarded = new Paying(market.store, breaker, market.now::get, false);
    market.stripe.suffers(Outage.UNAVAILABLE);
    int before = market.stripe.calls().size();
    for (int i = 0; i < 10; i++) {
      market.paying.open(StripeMarket.order("order_" + i));
      assertThat(guarded.start(new PayableId("order_" + i), Capture.LATER).state())
          .isEqualTo(State.IN_DOUBT);
    }
    assertThat(market.stripe.calls()).hasSize(before + 3);
    assertThat(breaker.isOpen()).isTrue();

    // One try after the pause, and a longer pause after it.
    market.later(Duration.ofSeconds(11));
    guarded.resolve(Duration.ZERO, 100);
    assertThat(market.stripe.calls()).hasSize(before + 4);

    market.stripe.suffers(Outage.NONE);
    market.later(Duration.ofSeconds(41));
    assertThat(guarded.resolve(Duration.ZERO, 100)).isEqualTo(10);
    assertThat(breaker.isOpen()).isFalse();
    assertThat(market.stripe.count("payment_intent")).isEqualTo(10);
  }

  interface Attempt {
    void on(Paying paying, PayableId order);
  }

  static Stream<Arguments> wrong_input() {
    return Map.<String, Map.Entry<Class<? extends PaymentsException>, Attempt>>ofEntries(
            wrong(
                "refund in another currency",
                RefundRefusedException.class,
                (p, o) -> p.refund(o, "r1", List.of(new Portion("part", Money.parse("USD 1.00"))))),
            wrong(
                "negative refund",
                RefundRefusedException.class,
                (p, o) -> p.refund(o, "r1", List.of(new Portion("part", eur("-1.00"))))),
            wrong(
                "refund of nothing",
                RefundRefusedException.class,
                (p, o) -> p.refund(o, "r1", List.of())),
            wrong(
                "refund of more than there is",
                RefundRefusedException.class,
                (p, o) -> p.refund(o, "r1", List.of(new Portion("part", eur("100.01"))))),
            wrong(
                "refund beyond every amount",
                RefundRefusedException.class,
                (p, o) ->
                    p.refund(
                        o,
                        "r1",
                        List.of(new Portion("part", Money.parse("EUR 92233720368547758.07"))))),
            wrong(
                "unknown line",
                RefundRefusedException.class,
                (p, o) -> p.refund(o, "r1", List.of(new Portion("none", eur("1.00"))))),
            wrong(
                "unknown payable",
                PaymentRefusedException.class,
                (p, o) -> p.capture(new PayableId("none"))),
            wrong(
                "transfer to a stranger",
                PaymentRefusedException.class,
                (p, o) -> p.transfer(o, new PayeeId("stranger"))),
            wrong(
                "payout to a stranger",
                PaymentRefusedException.class,
                (p, o) -> p.payout(new PayeeId("stranger"), eur("1.00"))),
            wrong(
                "payout of what is not owed",
                PaymentRefusedException.class,
                (p, o) -> p.payout(BETA, Money.parse("USD 1.00"))),
            wrong(
                "capture of other lines",
                PaymentRefusedException.class,
                (p, o) -> p.capture(o, List.of("part"))),
            wrong(
                "another payable of the same id",
                PaymentRefusedException.class,
                (p, o) -> p.open(priced("order_1", "1.00"))),
            wrong(
                "negative price",
                InvalidPayableException.class,
                (p, o) -> p.open(priced("order_9", "-1.00"))),
            wrong(
                "price of nothing",
                InvalidPayableException.class,
                (p, o) -> p.open(priced("order_9", "0.00"))),
            wrong(
                "price of nine digits",
                InvalidPayableException.class,
                (p, o) -> p.open(priced("order_9", "1000000.00"))),
            wrong(
                "price beyond every amount",
                InvalidPayableException.class,
                (p, o) -> p.open(priced("order_9", "92233720368547758.07"))))
        .entrySet()
        .stream()
        .map(one -> Arguments.of(one.getKey(), one.getValue().getKey(), one.getValue().getValue()));
  }

  private static Map.Entry<String, Map.Entry<Class<? extends PaymentsException>, Attempt>> wrong(
      String name, Class<? extends PaymentsException> refusal, Attempt attempt) {
    return Map.entry(name, Map.entry(refusal, attempt));
  }

  private static Payable priced(String id, String amount) {
    return new Payable(
        new PayableId(id),
        List.of(new Line("a", ALPHA, eur(amount), eur("0.00"), TaxCollector.PAYEE)),
        List.of());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong_input")
  void wrong_input_is_refused_by_type_and_changes_nothing(
      String name, Class<? extends PaymentsException> refusal, Attempt attempt) {
    PayableId order = market.captured("order_1");
    List<JournalEntry> before = books();
    List<Operation> operations = market.paying.operations(order);
    long posts = posts();

    assertThatThrownBy(() -> attempt.on(market.paying, order)).isInstanceOf(refusal);

    assertThat(books()).isEqualTo(before);
    assertThat(market.paying.operations(order)).isEqualTo(operations);
    assertThat(posts()).isEqualTo(posts);
  }

  private long posts() {
    return market.stripe.calls().stream().filter(call -> call.method().equals("POST")).count();
  }
}
