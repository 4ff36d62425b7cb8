package io.ktizo.payments.testkit;

import static io.ktizo.payments.testkit.StripeMarket.ALPHA;
import static io.ktizo.payments.testkit.StripeMarket.BETA;
import static io.ktizo.payments.testkit.StripeMarket.eur;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.RefundRefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.joda.money.Money;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/**
 * Orders over a provider that answers like Stripe and fails like a network: answers refused before
 * anything was done, lost and garbled after it, messages lost, repeated and reordered. The large
 * numbers are those of {@code MoneyChaosTest}; here the wire is the point.
 */
class StripeMoneyChaosTest {
  private static final int ORDERS = Boolean.getBoolean("ktizo.long") ? 5_000 : 250;

  @AutoClose private final StripeMarket market = new StripeMarket().withShops();
  private final Random dice = new Random(26_11_25);

  @Test
  void the_simulator_and_the_journal_agree_whatever_was_lost_on_the_way() {
    List<PayableId> orders = new ArrayList<>();
    for (int i = 0; i < ORDERS; i++) {
      orders.add(new PayableId("order_" + i));
    }
    market.stripe.meets(new Chaos(7, 0.05, 0.05, 0.02, 0.1, 0.1, true));
    for (int pass = 0; pass < 2; pass++) {
      Collections.shuffle(orders, dice);
      for (PayableId order : orders.subList(0, pass == 0 ? ORDERS : ORDERS / 4)) {
        live(order);
        if (dice.nextInt(20) == 0) {
          market.stripe.flushEvents(market.inbox::receive);
          market.later(Duration.ofMinutes(1));
          market.inbox.work(50);
          market.passingOn.passOn(50);
          market.passingOn.payOut();
        }
      }
    }
    market.stripe.meets(Chaos.NONE);
    for (int round = 0; round < 3; round++) {
      market.stripe.flushEvents(market.inbox::receive);
      market.later(Duration.ofHours(1));
      market.inbox.work(Integer.MAX_VALUE);
      market.paying.resolve(Duration.ofMinutes(1), Integer.MAX_VALUE);
    }
    market.paying.lookAgain(Duration.ofDays(1), Integer.MAX_VALUE);

    for (PayableId order : orders) {
      for (Operation operation : market.paying.operations(order)) {
        assertThat(operation.state()).as(operation::toString).isIn(State.SUCCESS, State.FAILED);
      }
    }
    assertThat(market.trialBalance().values()).allMatch(Money::isZero);
    assertThat(market.reconciled().differences()).isEmpty();
    assertThat(market.stripe.count("charge")).isGreaterThan(ORDERS / 2);
    assertThat(market.stripe.count("payout")).isPositive();
    nobodyWasChargedTwice();
  }

  private void live(PayableId order) {
    Random choices = new Random(order.value().hashCode());
    trying(() -> market.paying.open(StripeMarket.order(order.value())));
    trying(() -> market.paying.start(order, Capture.LATER));
    String card = choices.nextInt(8) == 0 ? "pm_card_refundFail" : "pm_card_visa";
    trying(() -> market.paying.authorise(order, card));
    trying(() -> market.paying.capture(order));
    if (choices.nextInt(3) == 0) {
      trying(() -> market.passingOn.accepted(order, ALPHA));
    }
    if (choices.nextInt(3) == 0) {
      trying(() -> market.paying.refund(order, "r1", List.of(new Portion("gear", eur("12.34")))));
    }
    if (choices.nextInt(3) == 0) {
      trying(() -> market.passingOn.accepted(order, BETA));
    }
  }

  private static void trying(Runnable step) {
    try {
      step.run();
    } catch (PaymentRefusedException | RefundRefusedException e) {
      // A step that came too early: what it waits for is in doubt.
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private void nobodyWasChargedTwice() {
    Set<String> paid = new HashSet<>();
    for (String text : market.stripe.objects("payment_intent")) {
      var intent = JsonParser.parseString(text).getAsJsonObject();
      String order = intent.getAsJsonObject("metadata").get("payable").getAsString();
      assertThat(paid.add(order)).as(order).isTrue();
    }
  }
}
