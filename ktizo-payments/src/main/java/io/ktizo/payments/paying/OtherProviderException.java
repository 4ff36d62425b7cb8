package io.ktizo.payments.paying;

import io.ktizo.payments.PaymentsException;

/**
 * The books were begun with another provider, or with test money where real money is expected.
 * Nothing was asked: this provider does not know what the other one made.
 */
public final class OtherProviderException extends PaymentsException {
  private static final long serialVersionUID = 1L;

  private final String kept;
  private final String configured;

  OtherProviderException(String kept, String configured) {
    super(
        "these books hold references of "
            + kept
            + " and the configured provider is "
            + configured
            + ": give it books of its own");
    this.kept = kept;
    this.configured = configured;
  }

  /** Whose references the books hold. */
  public String kept() {
    return kept;
  }

  /** Who is configured. */
  public String configured() {
    return configured;
  }
}
