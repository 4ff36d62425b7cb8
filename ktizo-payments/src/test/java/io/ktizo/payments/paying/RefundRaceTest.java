package io.ktizo.payments.paying;

import static io.ktizo.payments.paying.Market.ALPHA;
import static io.ktizo.payments.paying.Market.eur;
import static io.ktizo.payments.paying.Market.portion;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.RefundRefusedException;
import io.ktizo.payments.ledger.Account.Kind;
import io.ktizo.payments.store.JdbcPayments;
import io.ktizo.payments.store.MemoryPayments;
import io.ktizo.payments.store.PaymentsStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.joda.money.Money;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Refunds at the same moment never give back more than was paid. */
class RefundRaceTest {
  private static final int CLERKS = 20;

  @AutoClose
  private static final TestDatabase H2 =
      TestDatabase.create(Dialect.H2).migrated(JdbcPayments.MIGRATIONS);

  @AutoClose
  private static final TestDatabase POSTGRES =
      TestDatabase.create(Dialect.POSTGRESQL).migrated(JdbcPayments.MIGRATIONS);

  @Test
  void different_refunds_of_one_line_stop_where_the_line_ends_in_memory() throws Exception {
    race(new MemoryPayments());
  }

  @Test
  void different_refunds_of_one_line_stop_where_the_line_ends_on_h2() throws Exception {
    race(new JdbcPayments(H2.database()));
  }

  @Test
  void different_refunds_of_one_line_stop_where_the_line_ends_on_postgresql() throws Exception {
    race(new JdbcPayments(POSTGRES.database()));
  }

  private static void race(PaymentsStore store) throws Exception {
    Market market = new Market(store, UnaryOperator.identity()).withShops();
    PayableId order = market.captured("order_1");
    market.paying.transfer(order, ALPHA);

    int refused = 0;
    try (ExecutorService clerks = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> refunds = new ArrayList<>();
      for (int i = 0; i < CLERKS; i++) {
        String name = "r" + i;
        refunds.add(
            clerks.submit(
                () -> {
                  try {
                    market.paying.refund(order, name, portion("post", "3.00"));
                    return true;
                  } catch (RefundRefusedException e) {
                    return false;
                  }
                }));
      }
      for (Future<Boolean> one : refunds) {
        refused += one.get() ? 0 : 1;
      }
    }

    // The line has 19.00: six refunds of 3.00 fit, fourteen do not.
    assertThat(refused).isEqualTo(14);
    assertThat(givenBack(market)).isEqualTo(eur("18.00"));
    assertThat(market.remaining(order).total()).isEqualTo(eur("151.00"));
    assertThat(market.balance(Kind.REFUNDS)).isEqualTo(eur("0.00"));
    assertThat(market.reconciled().differences()).isEmpty();
  }

  @Test
  void one_refund_asked_for_many_times_is_one_refund() throws Exception {
    Market market = new Market().withShops();
    PayableId order = market.captured("order_1");

    try (ExecutorService clerks = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> calls = new ArrayList<>();
      for (int i = 0; i < CLERKS; i++) {
        calls.add(clerks.submit(() -> market.paying.refund(order, "r1", portion("post", "3.00"))));
      }
      for (Future<?> call : calls) {
        call.get();
      }
    }

    assertThat(givenBack(market)).isEqualTo(eur("3.00"));
  }

  private static Money givenBack(Market market) {
    return market.lines(null).stream()
        .filter(line -> line.kind() == BalanceChange.Kind.REFUND)
        .map(line -> line.amount().negated())
        .reduce(eur("0.00"), Money::plus);
  }
}
