package io.ktizo.payments.paying;

import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.PayableId;
import org.joda.money.Money;

/**
 * How a payable stands, derived when it is asked for: no state of it is stored that could
 * contradict its operations.
 *
 * @param payable which one
 * @param status in one word
 * @param total what the customer was to pay
 * @param captured what was taken; zero until then
 * @param left what is left of it after refunds, those on their way included, and lost disputes
 * @param disputed whether a bank is deciding about the money
 * @param open whether the outcome of an operation is not known yet
 */
public record Standing(
    PayableId payable,
    Status status,
    Money total,
    Money captured,
    Money left,
    boolean disputed,
    boolean open) {

  /** In one word. */
  public enum Status {
    /** Nothing was taken or held. */
    UNPAID,
    /** The money is held. */
    AUTHORISED,
    /** Given up. */
    VOIDED,
    /** Taken. */
    PAID,
    /** Taken, and given back in part. */
    PARTLY_REFUNDED,
    /** Taken, and nothing is left of it. */
    REFUNDED
  }

  static Standing of(Life life) {
    Money nothing = Money.zero(life.payable().currency());
    boolean taken = life.captured().isPresent();
    Money captured =
        life.captured()
            .map(capture -> life.allocationOfCapture(capture.detail()).total())
            .orElse(nothing);
    Money left = taken ? life.remaining().total() : nothing;
    return new Standing(
        life.payable().id(),
        status(life, taken, captured, left),
        life.payable().total(),
        captured,
        left,
        life.disputed(),
        life.operations().stream()
            .filter(one -> !one.kind().isForTheTaxReturn())
            .anyMatch(one -> one.state().unresolved()));
  }

  private static Status status(Life life, boolean taken, Money captured, Money left) {
    if (taken) {
      if (left.isZero()) {
        return Status.REFUNDED;
      }
      return left.equals(captured) ? Status.PAID : Status.PARTLY_REFUNDED;
    }
    boolean voided =
        life.operations().stream()
            .anyMatch(one -> one.kind() == Kind.VOID && one.state() == Operation.State.SUCCESS);
    if (voided) {
      return Status.VOIDED;
    }
    return life.authorised() ? Status.AUTHORISED : Status.UNPAID;
  }
}
