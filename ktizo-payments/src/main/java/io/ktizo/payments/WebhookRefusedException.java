package io.ktizo.payments;

/** A webhook message that is not the provider's, or not now; nothing was stored. */
public final class WebhookRefusedException extends PaymentsException {
  private static final long serialVersionUID = 1L;

  /** Why. */
  public enum Reason {
    /** No signature, or one that cannot be read. */
    MALFORMED_SIGNATURE,
    /** Signed by none of the secrets. */
    WRONG_SIGNATURE,
    /** Signed too long ago, or in the future. */
    OUT_OF_TIME,
    /** Signed well, and not a message. */
    MALFORMED_BODY
  }

  private final Reason reason;

  public WebhookRefusedException(Reason reason) {
    super("the webhook message was refused: " + reason);
    this.reason = reason;
  }

  /** Why. */
  public Reason reason() {
    return reason;
  }
}
