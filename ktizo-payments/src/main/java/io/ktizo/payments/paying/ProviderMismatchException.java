package io.ktizo.payments.paying;

import io.ktizo.payments.PaymentsException;

/**
 * What the provider says of an object contradicts what was asked of him. Nothing was booked; a
 * person must look.
 */
public final class ProviderMismatchException extends PaymentsException {
  private static final long serialVersionUID = 1L;

  /** What differs. */
  public enum Difference {
    /** Real money where test money was expected, or the other way. */
    LIVE_MODE,
    /** Another amount or currency. */
    AMOUNT,
    /** Another payable or payee. */
    OWNER,
    /** An object that was not made from here. */
    FOREIGN_OBJECT
  }

  private final Difference difference;
  private final String reference;

  ProviderMismatchException(Difference difference, String reference) {
    super("the provider's " + reference + " does not fit: " + difference);
    this.difference = difference;
    this.reference = reference;
  }

  /** What differs. */
  public Difference difference() {
    return difference;
  }

  /** The provider's object. */
  public String reference() {
    return reference;
  }
}
