package io.ktizo.payments;

/**
 * The name of one call to the provider: the same key again is the same call and happens once.
 *
 * <p>Made of what is to be done, never of the call's content: two equal partial refunds are two
 * calls. No personal data.
 *
 * @param value at most 255 characters, which is what Stripe allows
 */
public record IdempotencyKey(String value) {
  private static final int LONGEST = 255;

  public IdempotencyKey {
    if (value.isBlank() || value.length() > LONGEST) {
      throw new IllegalArgumentException(
          "an idempotency key has 1 to " + LONGEST + " characters: " + value.length());
    }
  }

  /**
   * The key of an attempt.
   *
   * @param subject what is acted on: a payable, a payee
   * @param purpose what is done, with what tells it from other doings of its kind, for instance
   *     {@code refund:r_17}
   * @param attempt from 1; another attempt only after one that is known to have failed
   */
  public static IdempotencyKey of(String subject, String purpose, int attempt) {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempts are counted from 1: " + attempt);
    }
    return new IdempotencyKey(subject + "/" + purpose + "/" + attempt);
  }

  @Override
  public String toString() {
    return value;
  }
}
