package io.ktizo.payments;

import java.time.Instant;

/**
 * A payee's part of a payable, from delivery to the moment that it is passed on to him. Before the
 * delivery there is none: what was not delivered is not passed on.
 *
 * @param payable what was paid for
 * @param payee whose part
 * @param state where it stands
 * @param deliveredAt when it was delivered, as the host says
 * @param dueAt when it is passed on, or tried again
 */
public record Release(
    PayableId payable, PayeeId payee, State state, Instant deliveredAt, Instant dueAt) {

  /** Where a release stands. */
  public enum State {
    /** Passed on when its time has come. */
    WAITING,
    /** Somebody complained: not passed on until that is decided. */
    FROZEN,
    /** Passed on, or nothing was left to pass on. */
    PASSED_ON
  }

  /** The same in another state, due at a moment. */
  public Release in(State now, Instant due) {
    return new Release(payable, payee, now, deliveredAt, due);
  }
}
