package io.ktizo.payments;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A message from the provider that something happened. A hint, never a fact: whoever acts on it
 * looks the object up.
 *
 * @param id the provider's name for the message; the same for every repetition
 * @param type the provider's name for what happened
 * @param kind what it is about
 * @param reference the object's name at the provider
 * @param account the payee's account that it comes from; {@code null} for the platform's own
 * @param live whether it speaks of real money
 * @param createdAt when it happened
 * @param apiVersion the version that the message was written in; {@code null} if the provider has
 *     none
 */
public record WebhookEvent(
    String id,
    String type,
    Kind kind,
    @Nullable String reference,
    @Nullable String account,
    boolean live,
    Instant createdAt,
    @Nullable String apiVersion) {

  /** What a message can be about. */
  public enum Kind {
    /** A payment, or a charge of one. */
    PAYMENT,
    /** A refund. */
    REFUND,
    /** A transfer or a reversal of one. */
    TRANSFER,
    /** A payout. */
    PAYOUT,
    /** A dispute. */
    DISPUTE,
    /** A payee's account. */
    PAYEE,
    /** Nothing that matters here; stored and left alone. */
    OTHER
  }
}
