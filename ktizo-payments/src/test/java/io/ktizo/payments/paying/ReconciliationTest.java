package io.ktizo.payments.paying;

import static io.ktizo.payments.paying.Market.ALPHA;
import static io.ktizo.payments.paying.Market.BETA;
import static io.ktizo.payments.paying.Market.eur;
import static io.ktizo.payments.paying.Market.portion;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ktizo.payments.Answer;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.BalancePage;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Account.Kind;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.ledger.Posting;
import io.ktizo.payments.paying.Reconciliation.Cause;
import io.ktizo.payments.paying.Reconciliation.Difference;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

/** The provider's books and ours agree line by line, or the difference is named. */
class ReconciliationTest {
  /** Each order moves money five times: 20,000 orders are 10^5 transactions. */
  private static final int ORDERS = 20_000;

  @Test
  void a_hundred_thousand_transactions_agree_and_injected_differences_are_found() {
    Market market = new Market().withShops();
    for (int i = 0; i < ORDERS; i++) {
      PayableId order = market.captured("order_" + i);
      market.paying.transfer(order, ALPHA);
      market.paying.transfer(order, BETA);
      market.paying.refund(order, "r1", portion("part", "10.00"));
    }
    Reconciliation clean = market.reconciled();
    assertThat(clean.compared()).isGreaterThanOrEqualTo(100_000);
    assertThat(clean.differences()).isEmpty();

    BalanceChange amountDiffers = kind(market, BalanceChange.Kind.REFUND, 17);
    BalanceChange missing = kind(market, BalanceChange.Kind.TRANSFER, 4_711);
    Reconciliation injected =
        compare(
            market,
            line -> {
              if (line.equals(amountDiffers)) {
                return with(line, line.kind(), line.amount().minusMinor(1));
              }
              // A line that nobody has heard of stands where a known one stood.
              return line.equals(missing)
                  ? new BalanceChange(
                      "chg_other",
                      null,
                      BalanceChange.Kind.OTHER,
                      "x",
                      eur("-3.00"),
                      eur("0.00"),
                      line.at())
                  : line;
            });

    assertThat(injected.differences())
        .extracting(Difference::cause, Difference::name)
        .containsExactlyInAnyOrder(
            tuple(Cause.AMOUNT_DIFFERS, "refund-paid:" + amountDiffers.source()),
            tuple(Cause.MISSING_AT_PROVIDER, "transfer:" + missing.source()),
            tuple(Cause.UNKNOWN_KIND, "chg_other"));
  }

  @Test
  void money_that_we_have_not_booked_is_found() {
    Market market = new Market().withShops();
    market.captured("order_1");
    Market empty = new Market();
    Answer<Reconciliation> unbooked =
        new Reconciling(empty.store, market.provider, empty.paying, () -> market.now)
            .compare(List.of(), Instant.EPOCH, Instant.MAX);
    assertThat(((Answer.Done<Reconciliation>) unbooked).object().differences())
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.cause()).isEqualTo(Cause.MISSING_IN_JOURNAL);
              assertThat(difference.atProvider()).isEqualTo(eur("169.00"));
            });
  }

  @Test
  void money_that_the_provider_has_not_moved_is_found() {
    Market market = new Market().withShops();
    market.store.inTransaction(
        tables ->
            tables
                .journal()
                .append(
                    new JournalEntry(
                        "transfer:tra_never",
                        JournalEntry.Kind.TRANSFER,
                        Market.NOON,
                        null,
                        "tra_never",
                        List.of(
                            new Posting(
                                Account.of(Kind.PAYEE_CASH, ALPHA, CurrencyUnit.EUR), eur("1.00")),
                            new Posting(
                                Account.of(Kind.CUSTOMER_CASH, CurrencyUnit.EUR), eur("-1.00"))))));

    assertThat(market.reconciled().differences())
        .extracting(Difference::cause, Difference::name)
        .containsExactly(tuple(Cause.MISSING_AT_PROVIDER, "transfer:tra_never"));
  }

  @Test
  void a_provider_that_cannot_be_asked_is_a_doubt_not_an_agreement() {
    Market market = new Market().withShops();
    Gateway silent =
        between(market.provider, answer -> new Answer.InDoubt<BalancePage>(Answer.Doubt.TIME_OUT));

    assertThat(
            new Reconciling(market.store, silent, market.paying, () -> market.now)
                .compare(List.of(), Instant.EPOCH, Instant.MAX))
        .isEqualTo(new Answer.InDoubt<Reconciliation>(Answer.Doubt.TIME_OUT));
  }

  private static BalanceChange kind(Market market, BalanceChange.Kind kind, int index) {
    return market.lines(null).stream()
        .filter(line -> line.kind() == kind)
        .skip(index)
        .findFirst()
        .orElseThrow();
  }

  private static BalanceChange with(BalanceChange line, BalanceChange.Kind kind, Money amount) {
    return new BalanceChange(
        line.reference(), line.account(), kind, line.source(), amount, line.fee(), line.at());
  }

  private static Reconciliation compare(Market market, UnaryOperator<BalanceChange> injection) {
    Gateway injected =
        between(
            market.provider,
            answer ->
                answer instanceof Answer.Done<BalancePage>(BalancePage page)
                    ? new Answer.Done<>(
                        new BalancePage(
                            page.changes().stream().map(injection).toList(), page.more()))
                    : answer);
    Answer<Reconciliation> compared =
        new Reconciling(market.store, injected, market.paying, () -> market.now)
            .compare(List.of(ALPHA, BETA), Instant.EPOCH, Instant.MAX);
    return ((Answer.Done<Reconciliation>) compared).object();
  }

  private static Gateway between(Gateway real, UnaryOperator<Answer<BalancePage>> change) {
    return (Gateway)
        Proxy.newProxyInstance(
            Gateway.class.getClassLoader(),
            new Class<?>[] {Gateway.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("balanceChanges")) {
                return change.apply(
                    real.balanceChanges(
                        (String) arguments[0], (Instant) arguments[1], (String) arguments[2]));
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }
}
