package io.ktizo.payments.ledger;

import io.ktizo.payments.PaymentsException;

/** Two different events claim one cause. The books keep the first; somebody must look. */
public final class CauseConflictException extends PaymentsException {
  private static final long serialVersionUID = 1L;
  private final String cause;

  public CauseConflictException(String cause) {
    super("the books hold another entry for " + cause);
    this.cause = cause;
  }

  /** The cause that is claimed twice. */
  public String claimed() {
    return cause;
  }
}
