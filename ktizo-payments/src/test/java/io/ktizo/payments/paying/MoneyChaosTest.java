package io.ktizo.payments.paying;

import static io.ktizo.payments.paying.Market.ALPHA;
import static io.ktizo.payments.paying.Market.BETA;
import static io.ktizo.payments.paying.Market.eur;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.payments.Allocation;
import io.ktizo.payments.Answer;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PayoutSchedule;
import io.ktizo.payments.PayoutTerms;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.RefundRefusedException;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.store.JdbcPayments;
import io.ktizo.payments.store.MemoryPayments;
import io.ktizo.payments.store.PaymentsStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

/**
 * Many orders in a world where everything fails: the process dies at any statement of the store,
 * answers of the provider are lost before or after he acted, messages are lost, repeated and
 * reordered. In the end every cent is where it belongs.
 *
 * <p>10^5 orders; 10^6 with {@code -Dktizo.long=true}.
 */
class MoneyChaosTest {
  private static final int ORDERS = Boolean.getBoolean("ktizo.long") ? 1_000_000 : 100_000;

  /** Orders that are under way together; between such waves everything is found out. */
  private static final int WAVE = 500;

  private static final double CRASH = 0.004;
  private static final double LOST_BEFORE = 0.02;
  private static final double LOST_AFTER = 0.03;

  /** The process died here. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("the process died", null, false, false);
    }
  }

  private final Random dice = new Random(26_11_25);
  private boolean calm;
  private long crashes;
  private long lost;

  private Market market = new Market();

  @Test
  void every_cent_is_where_it_belongs_whatever_fails() {
    liveThrough(new MemoryPayments(), ORDERS);
  }

  @Test
  void nor_is_one_lost_in_a_database() {
    try (TestDatabase database =
        TestDatabase.create(Dialect.H2).migrated(JdbcPayments.MIGRATIONS)) {
      liveThrough(new JdbcPayments(database.database()), Math.max(WAVE, ORDERS / 200));
    }
  }

  private void liveThrough(PaymentsStore store, int orders) {
    market = new Market(new Crashing(store), this::losing);
    calm = true;
    market.withShops();
    market.listen();
    PassingOn passingOn =
        new PassingOn(
            market.store,
            market.paying,
            () -> market.now,
            ZoneOffset.UTC,
            currency ->
                new PayoutTerms(
                    new PayoutSchedule.Daily(), Duration.ZERO, Money.ofMajor(currency, 20)));
    Money givenBack = eur("0.00");
    for (int first = 0; first < orders; first += WAVE) {
      calm = false;
      List<PayableId> wave = new ArrayList<>();
      for (int order = first; order < first + WAVE; order++) {
        wave.add(new PayableId("order_" + order));
      }
      for (int pass = 0; pass < 2; pass++) {
        Collections.shuffle(wave, dice);
        // Everybody once, and some come back and do everything again.
        wave.subList(0, pass == 0 ? WAVE : WAVE / 4).forEach(this::live);
        disturbMessages();
        market.later(Duration.ofMinutes(2));
        surviving(() -> market.inbox.work(WAVE));
        surviving(() -> market.paying.resolve(Duration.ofMinutes(1), WAVE));
        for (PayableId order : wave.subList(0, WAVE / 10)) {
          surviving(() -> passingOn.delivered(order, BETA, market.now));
        }
        surviving(() -> passingOn.passOn(WAVE));
        surviving(passingOn::payOut);
      }
      calm = true;
      quiet();
      givenBack = givenBack.plus(check(wave));
    }

    assertThat(crashes).as("crashes").isGreaterThan(orders / 50);
    assertThat(lost).as("lost answers").isGreaterThan(orders / 50);
    assertThat(givenBack.isPositive()).isTrue();
    assertThat(market.trialBalance().values()).allMatch(Money::isZero);
    assertThat(market.reconciled().differences()).isEmpty();
    nobodyWasChargedOrPaidTwice();
  }

  /** What people do with an order, each step perhaps interrupted, perhaps done twice. */
  private void live(PayableId id) {
    Payable order = Market.order(id.value());
    Random choices = new Random(id.value().hashCode());
    surviving(() -> market.paying.open(order));
    surviving(() -> market.paying.start(id, Capture.LATER));
    surviving(() -> market.paying.authorise(id, card(choices)));
    if (choices.nextInt(20) == 0) {
      surviving(() -> market.paying.voidPayment(id));
      return;
    }
    List<String> lines =
        choices.nextInt(4) == 0 ? List.of("gear") : List.of("part", "post", "gear");
    surviving(() -> market.paying.capture(id, lines));
    if (choices.nextInt(3) == 0) {
      surviving(() -> market.paying.transfer(id, BETA));
    }
    if (choices.nextInt(2) == 0) {
      surviving(() -> market.paying.transfer(id, ALPHA));
    }
    for (int refund = choices.nextInt(3); refund > 0; refund--) {
      String name = "r" + refund;
      String amount = choices.nextInt(2) == 0 ? "20.01" : "7.77";
      surviving(() -> market.paying.refund(id, name, Market.portion("gear", amount)));
    }
    if (choices.nextInt(10) == 0) {
      surviving(() -> market.paying.payout(choices.nextBoolean() ? ALPHA : BETA, eur("50.00")));
    }
  }

  private static String card(Random choices) {
    return switch (choices.nextInt(12)) {
      case 0 -> SandboxCard.DECLINED.token();
      case 1 -> SandboxCard.REFUND_FAILS.token();
      case 2 -> SandboxCard.SLOW.token();
      default -> SandboxCard.APPROVED.token();
    };
  }

  private void surviving(Runnable step) {
    try {
      step.run();
    } catch (Crash e) {
      crashes++;
    } catch (PaymentRefusedException | RefundRefusedException e) {
      // A step that came too early or too late: people try that too.
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /** Messages are lost, come twice and in any order. */
  private void disturbMessages() {
    List<Market.Message> waiting = new ArrayList<>(market.messages);
    market.messages.clear();
    Collections.shuffle(waiting, dice);
    for (Market.Message message : waiting) {
      int times = dice.nextInt(10) == 0 ? 0 : dice.nextInt(10) == 1 ? 2 : 1;
      for (int i = 0; i < times; i++) {
        surviving(() -> market.inbox.receive(message.body().copy(), message.signature()));
      }
    }
  }

  /** Nothing fails any more: what is open is found out. Lost messages stay lost. */
  private void quiet() {
    for (int round = 0; round < 3; round++) {
      market.messages.forEach(
          message -> market.inbox.receive(message.body().copy(), message.signature()));
      market.messages.clear();
      market.later(Duration.ofHours(1));
      market.inbox.work(Integer.MAX_VALUE);
      market.paying.resolve(Duration.ofMinutes(1), Integer.MAX_VALUE);
    }
    market.paying.lookAgain(Duration.ofHours(4), Integer.MAX_VALUE);
  }

  /** Nothing is in doubt, and the provider agrees order by order; answers what was given back. */
  private Money check(List<PayableId> wave) {
    Money givenBack = eur("0.00");
    for (PayableId order : wave) {
      List<Operation> operations = market.paying.operations(order);
      if (operations.isEmpty()) {
        // Died while it was opened, twice: nobody has paid anything.
        continue;
      }
      for (Operation operation : operations) {
        if (operation.state().unresolved() || operation.state() == Operation.State.PENDING) {
          throw new AssertionError("still open: " + operation);
        }
      }
      Money refunded =
          operations.stream()
              .filter(one -> one.kind() == Operation.Kind.REFUND)
              .filter(one -> one.state() == Operation.State.SUCCESS)
              .map(one -> Objects.requireNonNull(one.amount()))
              .reduce(eur("0.00"), Money::plus);
      Money captured =
          market.paying.remaining(order).map(Allocation::total).orElse(eur("0.00")).plus(refunded);
      var payments = ((Answer.Done<List<Payment>>) market.provider.paymentsOf(order)).object();
      if (payments.size() > 1
          || (payments.size() == 1
              && (!payments.getFirst().captured().equals(captured)
                  || !payments.getFirst().refunded().equals(refunded)))) {
        throw new AssertionError(order + ": " + payments + " <> " + captured + ", " + refunded);
      }
      givenBack = givenBack.plus(refunded);
    }
    return givenBack;
  }

  private void nobodyWasChargedOrPaidTwice() {
    Map<String, Integer> charges = new HashMap<>();
    for (BalanceChange line : market.lines(null)) {
      if (line.kind() == BalanceChange.Kind.CHARGE) {
        charges.merge(String.valueOf(line.source()), 1, Integer::sum);
      }
    }
    assertThat(charges.values()).allMatch(times -> times == 1);
    for (PayeeId shop : List.of(ALPHA, BETA)) {
      String account = market.paying.payee(shop).orElseThrow().account();
      Money paidOut =
          market.lines(account).stream()
              .filter(line -> line.kind() == BalanceChange.Kind.PAYOUT)
              .map(line -> line.amount().negated())
              .reduce(eur("0.00"), Money::plus);
      Money kept =
          market
              .store
              .inTransaction(tables -> tables.operations(Operation.Subject.of(shop)))
              .stream()
              .filter(one -> one.kind() == Operation.Kind.PAYOUT)
              .filter(one -> one.state() == Operation.State.SUCCESS)
              .map(one -> Objects.requireNonNull(one.amount()))
              .reduce(eur("0.00"), Money::plus);
      assertThat(paidOut).isEqualTo(kept);
    }
  }

  /** Between us and the provider: answers get lost, before he has acted or after. */
  private Gateway losing(Gateway real) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          boolean changes =
              arguments != null && arguments.length > 0 && arguments[0] instanceof IdempotencyKey;
          double roll = calm || !changes ? 1 : dice.nextDouble();
          if (roll < LOST_BEFORE) {
            lost++;
            return new Answer.InDoubt<Object>(Answer.Doubt.CONNECTION_LOST);
          }
          try {
            Object answer = method.invoke(real, arguments);
            if (roll < LOST_BEFORE + LOST_AFTER) {
              lost++;
              return new Answer.InDoubt<Object>(Answer.Doubt.TIME_OUT);
            }
            return answer;
          } catch (InvocationTargetException e) {
            throw e.getTargetException();
          }
        };
    return (Gateway)
        Proxy.newProxyInstance(
            Gateway.class.getClassLoader(), new Class<?>[] {Gateway.class}, handler);
  }

  /** A store whose process dies at any statement, before a commit or right after it. */
  private final class Crashing implements PaymentsStore {
    private final PaymentsStore real;

    Crashing(PaymentsStore real) {
      this.real = real;
    }

    @Override
    public <T> T inTransaction(Function<Tables, T> work) {
      T answer = real.inTransaction(tables -> work.apply(dying(tables)));
      maybeDie();
      return answer;
    }

    private Tables dying(Tables tables) {
      return (Tables)
          Proxy.newProxyInstance(
              Tables.class.getClassLoader(),
              new Class<?>[] {Tables.class},
              (proxy, method, arguments) -> {
                maybeDie();
                try {
                  return method.invoke(tables, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getTargetException();
                }
              });
    }

    private void maybeDie() {
      if (!calm && dice.nextDouble() < CRASH) {
        throw new Crash();
      }
    }
  }
}
