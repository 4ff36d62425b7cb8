package io.ktizo.payments;

import io.ktizo.payments.Allocation.Portion;
import java.time.Instant;
import java.util.List;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A refund that somebody asked for and that another one decides about.
 *
 * @param payable what was paid
 * @param refundId the host's name for the refund, unique for the payable
 * @param portions what to give back, at least one, of one currency
 * @param state where it stands
 * @param requestedBy who asked, by the host's id of him
 * @param requestedAt when
 * @param decidedBy who decided; {@code null} until then
 * @param decidedAt when; {@code null} until then
 */
public record RefundRequest(
    PayableId payable,
    String refundId,
    List<Portion> portions,
    State state,
    String requestedBy,
    Instant requestedAt,
    @Nullable String decidedBy,
    @Nullable Instant decidedAt) {

  /** Where a request stands. */
  public enum State {
    /** Waits for another person. */
    REQUESTED,
    /** Allowed: the refund is asked of the provider. */
    APPROVED,
    /** Not allowed. */
    REJECTED
  }

  public RefundRequest {
    portions = List.copyOf(portions);
    ForeignId.require("refund id", refundId);
    ForeignId.require("who asked", requestedBy);
    if (decidedBy != null) {
      ForeignId.require("who decided", decidedBy);
    }
    if (portions.isEmpty()) {
      throw new IllegalArgumentException("a refund has portions");
    }
  }

  /** What is to be given back in all. */
  public Money total() {
    return Money.total(portions.stream().map(Portion::amount).toList());
  }

  /** The same request, decided. */
  public RefundRequest decided(State decision, String by, Instant at) {
    return new RefundRequest(
        payable, refundId, portions, decision, requestedBy, requestedAt, by, at);
  }
}
