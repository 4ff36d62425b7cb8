package io.ktizo.payments.paying;

import static io.ktizo.payments.paying.Market.eur;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.ledger.Account.Kind;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.store.JdbcPayments;
import io.ktizo.payments.store.MemoryPayments;
import io.ktizo.payments.store.PaymentsStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** However often and from however many places a customer pays, he pays once. */
class PayOnceTest {
  private static final int TABS = 25;

  @AutoClose
  private static final TestDatabase H2 =
      TestDatabase.create(Dialect.H2).migrated(JdbcPayments.MIGRATIONS);

  @AutoClose
  private static final TestDatabase POSTGRES =
      TestDatabase.create(Dialect.POSTGRESQL).migrated(JdbcPayments.MIGRATIONS);

  private static final AtomicInteger ORDERS = new AtomicInteger();

  private final PayableId order = new PayableId("order_" + ORDERS.incrementAndGet());

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void parallel_pay_calls_on_a_database_charge_once(Dialect dialect) throws Exception {
    TestDatabase database = dialect == Dialect.H2 ? H2 : POSTGRES;

    chargesOnce(new Market(new JdbcPayments(database.database()), UnaryOperator.identity()));
  }

  @Test
  void parallel_pay_calls_in_memory_charge_once() throws Exception {
    chargesOnce(new Market());
  }

  private void chargesOnce(Market market) throws Exception {
    market.paying.open(Market.order(order.value()));
    market.paying.start(order, Capture.LATER);

    List<Operation> captures =
        together(
            () -> {
              market.paying.open(Market.order(order.value()));
              market.paying.start(order, Capture.LATER);
              market.paying.authorise(order, SandboxCard.APPROVED.token());
              return market.paying.capture(order);
            });

    assertThat(captures).extracting(Operation::state).containsOnly(State.SUCCESS);
    assertThat(captures).extracting(Operation::reference).containsOnly(charge(market));
    assertThat(market.lines(null))
        .filteredOn(line -> line.kind() == BalanceChange.Kind.CHARGE)
        .hasSize(1);
    assertThat(market.paying.remaining(order).orElseThrow().total()).isEqualTo(eur("169.00"));
  }

  private static String charge(Market market) {
    return String.valueOf(market.lines(null).getLast().source());
  }

  private static List<Operation> together(Callable<Operation> call) throws Exception {
    List<Operation> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Operation>> calls = new ArrayList<>();
      for (int i = 0; i < TABS; i++) {
        calls.add(threads.submit(call));
      }
      for (Future<Operation> one : calls) {
        answers.add(one.get());
      }
    }
    return answers;
  }

  @Test
  void two_tabs_with_two_cards_hold_the_money_once() {
    Market market = new Market();
    market.paying.open(Market.order(order.value()));
    market.paying.start(order, Capture.LATER);

    Operation first = market.paying.authorise(order, SandboxCard.APPROVED.token());
    Operation second = market.paying.authorise(order, SandboxCard.REFUND_FAILS.token());

    assertThat(second).isEqualTo(first);
  }

  @Test
  void a_process_that_dies_before_it_keeps_the_answer_does_not_charge_again() {
    Dying store = new Dying();
    Market market = new Market(store, UnaryOperator.identity());
    market.paying.open(Market.order(order.value()));
    market.paying.start(order, Capture.AT_ONCE);
    // The second transaction of a call keeps its answer.
    store.dieAtTransaction(2);
    assertThatThrownBy(() -> market.paying.authorise(order, SandboxCard.APPROVED.token()))
        .isInstanceOf(IllegalStateException.class);
    assertThat(market.balance(Kind.CUSTOMER_CASH)).isEqualTo(eur("0.00"));

    market.later(Duration.ofMinutes(5));
    market.paying.resolve(Duration.ofMinutes(1), 10);

    assertThat(market.balance(Kind.CUSTOMER_CASH)).isEqualTo(eur("169.00"));
    assertThat(market.lines(null))
        .filteredOn(line -> line.kind() == BalanceChange.Kind.CHARGE)
        .hasSize(1);
    assertThat(market.reconciled().differences()).isEmpty();
  }

  @Test
  void a_captured_payment_cannot_be_voided_and_a_voided_one_not_captured() {
    Market market = new Market();
    PayableId captured = market.captured(order.value());
    assertThatThrownBy(() -> market.paying.voidPayment(captured))
        .isInstanceOf(PaymentRefusedException.class);

    Payable other = Market.order(order.value() + "v");
    market.paying.open(other);
    market.paying.start(other.id(), Capture.LATER);
    market.paying.authorise(other.id(), SandboxCard.APPROVED.token());
    market.paying.voidPayment(other.id());
    assertThatThrownBy(() -> market.paying.capture(other.id()))
        .isInstanceOf(PaymentRefusedException.class);
  }

  /** A store whose process dies at the beginning of a chosen transaction. */
  private static final class Dying implements PaymentsStore {
    private final PaymentsStore real = new MemoryPayments();
    private int left = Integer.MAX_VALUE;

    void dieAtTransaction(int number) {
      left = number;
    }

    @Override
    public <T> T inTransaction(Function<Tables, T> work) {
      left--;
      if (left == 0) {
        throw new IllegalStateException("the process died");
      }
      return real.inTransaction(work);
    }
  }
}
