package io.ktizo.payments.paying;

import static io.ktizo.payments.paying.Market.ALPHA;
import static io.ktizo.payments.paying.Market.BETA;
import static io.ktizo.payments.paying.Market.eur;
import static io.ktizo.payments.paying.Market.portion;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.Evidence;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Payable;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.ledger.Account.Kind;
import io.ktizo.payments.paying.Market.Message;
import io.ktizo.payments.sandbox.SandboxCard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

/** Messages in any order, repeated, late or lost lead to the state that the provider is in. */
class WebhookPermutationTest {
  private static final int SEQUENCES = 10_000;

  /** What the books say in the end, whatever came in which order. */
  private record End(
      Money cash, Money alpha, Money beta, Money reserve, Money refunds, Money fees) {
    static End of(Market market) {
      return new End(
          market.balance(Kind.CUSTOMER_CASH),
          market.balance(Kind.PAYEE_PAYABLE, ALPHA),
          market.balance(Kind.PAYEE_PAYABLE, BETA),
          market.balance(Kind.DISPUTE_RESERVE),
          market.balance(Kind.REFUNDS),
          market.balance(Kind.PLATFORM_FEE));
    }
  }

  /** By hand: all of it is still there, nothing is reserved, the refund came back. */
  private static final End PAID =
      new End(eur("169.00"), eur("107.10"), eur("37.82"), eur("0.00"), eur("0.00"), eur("13.53"));

  /** By hand: the bank has taken everything, and it belongs to whom it belonged. */
  private static final End DISPUTED =
      new End(eur("0.00"), eur("107.10"), eur("37.82"), eur("169.00"), eur("0.00"), eur("13.53"));

  /** Started, taken, given back, and the refund came back from the bank: five messages. */
  private static Market refundThatFails() {
    Market market = new Market();
    Payable order = Market.order("order_1");
    market.paying.open(order);
    market.paying.start(order.id(), Capture.AT_ONCE);
    market.paying.authorise(order.id(), SandboxCard.REFUND_FAILS.token());
    market.paying.refund(order.id(), "r1", portion("gear", "50.00"));
    return market;
  }

  /** Started here, agreed to in a browser, disputed, and perhaps won: we have seen nothing yet. */
  private static Market disputeInABrowser(boolean won) {
    Market market = new Market();
    Payable order = Market.order("order_1");
    market.paying.open(order);
    Operation start = market.paying.start(order.id(), Capture.AT_ONCE);
    market.provider.authorise(
        IdempotencyKey.of("browser", "confirm", 1),
        Objects.requireNonNull(start.reference()),
        SandboxCard.DISPUTED.token());
    if (won) {
      String dispute =
          market.messages.stream()
              .map(message -> event(market, message))
              .filter(event -> event.kind() == WebhookEvent.Kind.DISPUTE)
              .map(WebhookEvent::reference)
              .findFirst()
              .orElseThrow();
      market.provider.contest(
          IdempotencyKey.of("clerk", "contest", 1),
          Objects.requireNonNull(dispute),
          List.of(new Evidence(Evidence.Field.UNCATEGORIZED_TEXT, "it arrived")));
    }
    return market;
  }

  private static WebhookEvent event(Market market, Message message) {
    return market.provider.readWebhook(message.body().copy(), message.signature());
  }

  @Test
  void all_orders_of_the_five_messages_lead_to_one_state() {
    List<List<Integer>> orders = permutations(5);
    assertThat(orders).hasSize(120);
    for (List<Integer> order : orders) {
      Market market = refundThatFails();
      List<Message> messages = new ArrayList<>(market.messages);
      assertThat(messages).hasSize(5);

      order.forEach(index -> deliver(market, messages.get(index)));
      settle(market);

      assertThat(End.of(market)).as("order %s", order).isEqualTo(PAID);
      assertThat(market.reconciled().differences()).isEmpty();
    }
  }

  @Test
  void all_orders_of_a_dispute_s_messages_lead_to_one_state() {
    for (List<Integer> order : permutations(4)) {
      Market market = disputeInABrowser(true);
      List<Message> messages = new ArrayList<>(market.messages);
      assertThat(messages).hasSize(4);

      order.forEach(index -> deliver(market, messages.get(index)));
      settle(market);

      assertThat(End.of(market)).as("order %s", order).isEqualTo(PAID);
    }
  }

  @Test
  void random_sequences_with_loss_repetition_and_delay_lead_to_the_provider_s_state() {
    Random random = new Random(125);
    for (int sequence = 0; sequence < SEQUENCES; sequence++) {
      boolean won = random.nextBoolean();
      boolean dispute = random.nextBoolean();
      Market market = dispute ? disputeInABrowser(won) : refundThatFails();
      List<Message> sent = new ArrayList<>();
      for (Message message : market.messages) {
        for (int copies = random.nextInt(3); copies > 0; copies--) {
          sent.add(message);
        }
      }
      Collections.shuffle(sent, random);
      for (Message message : sent) {
        deliver(market, message);
        market.later(Duration.ofSeconds(random.nextInt(15)));
      }
      settle(market);
      market.reconciled();

      End end = End.of(market);
      End expected = dispute && !won ? DISPUTED : PAID;
      // The provider's fee is booked by the comparison: 2.79 of 169.00.
      End withFee =
          new End(
              expected.cash().minus(eur("2.79")),
              expected.alpha(),
              expected.beta(),
              expected.reserve(),
              expected.refunds(),
              expected.fees());
      if (!end.equals(withFee)) {
        assertThat(end).as("sequence %d of %d messages", sequence, sent.size()).isEqualTo(withFee);
      }
      if (!market.reconciled().differences().isEmpty()) {
        assertThat(market.reconciled().differences()).as("sequence %d", sequence).isEmpty();
      }
    }
  }

  private static void deliver(Market market, Message message) {
    market.inbox.receive(message.body().copy(), message.signature());
    market.inbox.work(10);
  }

  /** Time passes: what was put off is due again, and what was lost is looked for. */
  private static void settle(Market market) {
    for (int i = 0; i < 3; i++) {
      market.later(Duration.ofHours(1));
      market.inbox.work(100);
    }
    market.paying.lookAgain(Duration.ofDays(2), 100);
  }

  private static List<List<Integer>> permutations(int count) {
    if (count == 0) {
      return List.of(List.of());
    }
    List<List<Integer>> all = new ArrayList<>();
    for (List<Integer> shorter : permutations(count - 1)) {
      for (int at = 0; at <= shorter.size(); at++) {
        List<Integer> longer = new ArrayList<>(shorter);
        longer.add(at, count - 1);
        all.add(longer);
      }
    }
    return all;
  }
}
