package io.ktizo.payments;

/** Something that the rules of payments do not allow; the provider was not asked. */
public final class PaymentRefusedException extends PaymentsException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** There is no such payable. */
    UNKNOWN_PAYABLE,
    /** There is no such payee, or he has no account at the provider yet. */
    UNKNOWN_PAYEE,
    /** Another payable of this id is kept already. */
    PAYABLE_DIFFERS,
    /** The same operation was asked for before with other arguments. */
    OPERATION_DIFFERS,
    /** Nothing was started, or nothing is held. */
    NOT_AUTHORISED,
    /** Nothing was captured. */
    NOT_CAPTURED,
    /** The payment was captured or voided already. */
    ALREADY_SETTLED,
    /** Nothing is owed, or less than is worth sending. */
    NOTHING_OWED,
    /** A dispute is open: money does not move until it is decided. */
    DISPUTED,
    /** So much is owed, but the provider cannot send any of it yet. */
    NOT_AVAILABLE_YET,
    /** An account is not closed while its owner is owed something, owes, or is being paid. */
    MONEY_LEFT,
    /** Whoever asked for something may not also approve it. */
    SAME_PERSON,
    /** There is no such request, or it was decided already. */
    NOT_REQUESTED
  }

  private final Reason reason;

  public PaymentRefusedException(Reason reason, Object subject) {
    super(subject + ": " + reason);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
