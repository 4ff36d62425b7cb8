package io.ktizo.payments;

import java.time.Instant;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * One thing asked of the provider, kept before it is asked. Immutable.
 *
 * @param subject what is acted on
 * @param kind which verb
 * @param purpose what tells it from other operations of the subject, for instance {@code
 *     refund:r_17}; no personal data
 * @param attempt from 1; another attempt only after one that failed
 * @param state where it stands
 * @param amount how much; {@code null} for verbs without an amount
 * @param target the provider's object that the verb works on; {@code null} if it makes the first
 * @param detail the verb's further arguments, as {@code paying} writes them; {@code null} if none
 * @param reference the provider's object that came of it; {@code null} until it is known
 * @param code why it failed, the provider's code; {@code null} if it did not
 * @param createdAt when it was kept
 * @param changedAt when its state changed last
 */
public record Operation(
    Subject subject,
    Kind kind,
    String purpose,
    int attempt,
    State state,
    @Nullable Money amount,
    @Nullable String target,
    @Nullable String detail,
    @Nullable String reference,
    @Nullable String code,
    Instant createdAt,
    Instant changedAt) {

  /**
   * No purpose is longer: the taking back of a refund names the refund and the payee, each with up
   * to 64 characters, and a key of it has room in 255.
   */
  public static final int LONGEST_PURPOSE = 170;

  public Operation {
    if (purpose.isBlank() || purpose.length() > LONGEST_PURPOSE || attempt < 1) {
      throw new IllegalArgumentException("not an operation: " + purpose + ", " + attempt);
    }
  }

  /** What an operation acts on: a payable or a payee. */
  public record Subject(Type type, String id) {
    /** Sorts of subjects. */
    public enum Type {
      /** A payable. */
      PAYABLE,
      /** A payee. */
      PAYEE
    }

    public Subject {
      ForeignId.require("subject", id);
    }

    /** A payable as a subject. */
    public static Subject of(PayableId payable) {
      return new Subject(Type.PAYABLE, payable.value());
    }

    /** A payee as a subject. */
    public static Subject of(PayeeId payee) {
      return new Subject(Type.PAYEE, payee.value());
    }

    @Override
    public String toString() {
      return switch (type) {
        case PAYABLE -> "payable/" + id;
        case PAYEE -> "payee/" + id;
      };
    }
  }

  /** The verbs. */
  public enum Kind {
    START,
    AUTHORISE,
    CAPTURE,
    VOID,
    REFUND,
    TRANSFER,
    REVERSE,
    PAYOUT,
    ONBOARD,
    CLOSE,
    /** A sale is written down for the tax return; moves no money. */
    TAX,
    /** What was given back of it is written down. */
    TAX_REVERSE;

    /** Whether it concerns a tax service's records alone. */
    public boolean isForTheTaxReturn() {
      return this == TAX || this == TAX_REVERSE;
    }
  }

  /** Where an operation stands. */
  public enum State {
    /** Kept, and perhaps asked for: whoever finds it asks again with the same key. */
    INIT,
    /** Accepted by the provider and not finished. */
    PENDING,
    /** Done. */
    SUCCESS,
    /** Refused, and nothing was done. */
    FAILED,
    /** Nobody knows; only a look-up or the same key can tell. */
    IN_DOUBT;

    /** Whether the outcome is still open on our side. */
    public boolean unresolved() {
      return this == INIT || this == IN_DOUBT;
    }
  }

  /** The key of its call: the same for as long as the operation lives. */
  public IdempotencyKey key() {
    return IdempotencyKey.of(subject.toString(), purpose, attempt);
  }

  /** Whether both are the same attempt, in whatever state. */
  public boolean isSameAttemptAs(Operation other) {
    return attempt == other.attempt
        && purpose.equals(other.purpose)
        && subject.equals(other.subject);
  }

  /** The same operation with an outcome. */
  public Operation became(
      State now, @Nullable String itsReference, @Nullable String itsCode, Instant at) {
    return new Operation(
        subject,
        kind,
        purpose,
        attempt,
        now,
        amount,
        target,
        detail,
        itsReference == null ? reference : itsReference,
        itsCode,
        createdAt,
        at);
  }
}
