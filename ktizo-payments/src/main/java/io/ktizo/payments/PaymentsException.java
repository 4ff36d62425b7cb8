package io.ktizo.payments;

/** Something that payments could not do; each kind that a caller may handle has a subclass. */
public abstract class PaymentsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected PaymentsException(String message) {
    super(message);
  }

  protected PaymentsException(String message, Throwable cause) {
    super(message, cause);
  }
}
