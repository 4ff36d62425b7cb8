package io.ktizo.payments.paying;

import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PaymentRefusedException.Reason;
import io.ktizo.payments.RefundRefusedException;
import io.ktizo.payments.RefundRequest;
import io.ktizo.payments.RefundRequest.State;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.payments.store.PaymentsStore.Tables;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;

/**
 * Refunds that take two: one person asks, and above a limit another one must approve (OWASP ASVS
 * 5.0, 2.3.5). Who the persons are, and what they may do, is the host's to know.
 *
 * <p>Safe for use by many threads and instances: of two who decide at the same time one does.
 */
public final class RefundApproval {
  private final PaymentsStore store;
  private final Paying paying;
  private final InstantSource clock;
  private final Function<CurrencyUnit, Money> limit;

  /**
   * Guards the refunds of a host.
   *
   * @param limit up to this, all refunds of a payable that nobody else approved taken together, one
   *     person is enough; {@link RefundLimits} for fixed ones
   */
  public RefundApproval(
      PaymentsStore store,
      Paying paying,
      InstantSource clock,
      Function<CurrencyUnit, Money> limit) {
    this.store = store;
    this.paying = paying;
    this.clock = clock;
    this.limit = limit;
  }

  /**
   * Asks for a refund. A small one is asked of the provider at once; a large one waits for another
   * person. Asking again with the same arguments answers the same request.
   *
   * @param by who asks, by the host's id, 1 to 64 characters of {@code A-Z a-z 0-9 _ -}
   * @throws PaymentRefusedException if the payable is unknown or not captured, or this refund was
   *     asked for with other portions
   * @throws RefundRefusedException if a portion is more than is left, or not of a line
   */
  public RefundRequest request(
      PayableId payable, String refundId, List<Portion> portions, String by) {
    Optional<RefundRequest> known =
        store.inTransaction(
            tables -> {
              tables.lock(Subject.of(payable));
              Optional<RefundRequest> before = before(tables, payable, refundId, portions);
              RefundRequest asked = asked(payable, refundId, portions, by);
              if (before.isEmpty() && !isSmall(tables, asked)) {
                tables.put(asked);
                return Optional.of(asked);
              }
              return before;
            });
    if (known.isPresent()) {
      return known.get();
    }
    try {
      // One transaction keeps both, the permission and the refund.
      paying.refund(payable, refundId, tables -> allowed(tables, payable, refundId, portions, by));
    } catch (NoLongerSmallException e) {
      return request(payable, refundId, portions, by);
    }
    return store.inTransaction(tables -> tables.refundRequest(payable, refundId).orElseThrow());
  }

  private List<Portion> allowed(
      Tables tables, PayableId payable, String refundId, List<Portion> portions, String by) {
    if (before(tables, payable, refundId, portions).isEmpty()) {
      RefundRequest asked = asked(payable, refundId, portions, by);
      if (!isSmall(tables, asked)) {
        throw new NoLongerSmallException();
      }
      tables.put(asked.decided(State.APPROVED, by, clock.instant()));
    }
    return portions;
  }

  /** Somebody refunded more at the same moment. */
  private static final class NoLongerSmallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoLongerSmallException() {
      super(null, null, false, false);
    }
  }

  private RefundRequest asked(
      PayableId payable, String refundId, List<Portion> portions, String by) {
    return new RefundRequest(
        payable, refundId, portions, State.REQUESTED, by, clock.instant(), null, null);
  }

  private static Optional<RefundRequest> before(
      Tables tables, PayableId payable, String refundId, List<Portion> portions) {
    Optional<RefundRequest> before = tables.refundRequest(payable, refundId);
    if (before.filter(one -> !one.portions().equals(portions)).isPresent()) {
      throw new PaymentRefusedException(Reason.OPERATION_DIFFERS, payable);
    }
    return before;
  }

  /** Small together with what one person alone has refunded before: no cutting into slices. */
  private boolean isSmall(Tables tables, RefundRequest asked) {
    Life life =
        Settling.life(tables, asked.payable())
            .orElseThrow(
                () -> new PaymentRefusedException(Reason.UNKNOWN_PAYABLE, asked.payable()));
    if (life.captured().isEmpty()) {
      throw new PaymentRefusedException(Reason.NOT_CAPTURED, asked.payable());
    }
    // Refused before anybody is asked to approve what cannot be done.
    Money alone = life.remaining().refund(asked.portions()).refunded().total();
    for (Operation operation : life.operations()) {
      Money amount = operation.amount();
      if (amount != null
          && operation.kind() == Operation.Kind.REFUND
          && operation.state() != Operation.State.FAILED
          && tables
              .refundRequest(asked.payable(), Purposes.refundId(operation.purpose()))
              .filter(one -> one.requestedBy().equals(one.decidedBy()))
              .isPresent()) {
        alone = alone.plus(amount);
      }
    }
    return !alone.isGreaterThan(limit.apply(alone.getCurrencyUnit()));
  }

  /**
   * Approves what another person asked for, and asks the provider for the refund.
   *
   * @throws PaymentRefusedException if there is no such request, it was rejected, or the same
   *     person asked for it
   * @throws RefundRefusedException if less is left of a line by now; the request waits on
   */
  public RefundRequest approve(PayableId payable, String refundId, String by) {
    paying.refund(
        payable,
        refundId,
        tables -> decide(tables, payable, refundId, State.APPROVED, by).portions());
    return store.inTransaction(tables -> tables.refundRequest(payable, refundId).orElseThrow());
  }

  /**
   * Rejects what was asked for. Whoever asked may take his own request back so.
   *
   * @throws PaymentRefusedException if there is no such request, or it was approved
   */
  public RefundRequest reject(PayableId payable, String refundId, String by) {
    return store.inTransaction(
        tables -> {
          tables.lock(Subject.of(payable));
          return decide(tables, payable, refundId, State.REJECTED, by);
        });
  }

  private RefundRequest decide(
      Tables tables, PayableId payable, String refundId, State decision, String by) {
    RefundRequest request =
        tables
            .refundRequest(payable, refundId)
            .orElseThrow(() -> new PaymentRefusedException(Reason.NOT_REQUESTED, payable));
    if (request.state() == decision) {
      return request;
    }
    if (request.state() != State.REQUESTED) {
      throw new PaymentRefusedException(Reason.NOT_REQUESTED, payable);
    }
    if (decision == State.APPROVED && request.requestedBy().equals(by)) {
      throw new PaymentRefusedException(Reason.SAME_PERSON, payable);
    }
    RefundRequest decided = request.decided(decision, by, clock.instant());
    tables.put(decided);
    return decided;
  }

  /** Requests that wait for another person, the oldest first. */
  public List<RefundRequest> waiting(int most) {
    return store.inTransaction(tables -> tables.undecidedRefunds(most));
  }
}
