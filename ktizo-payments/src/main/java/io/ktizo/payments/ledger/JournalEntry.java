package io.ktizo.payments.ledger;

import io.ktizo.payments.PayableId;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * One event in the books. Immutable; its postings add up to zero in every currency.
 *
 * @param cause the name of the event, unique in the journal: an event is booked once however often
 *     it is reported. No personal data.
 * @param kind what happened
 * @param bookedAt when it was booked
 * @param payable what was being paid, or {@code null} where the event concerns none in particular,
 *     as a payout does
 * @param providerReference the provider's balance transaction that the entry mirrors; {@code null}
 *     for entries that move no money at the provider
 * @param postings at least two
 */
public record JournalEntry(
    String cause,
    Kind kind,
    Instant bookedAt,
    @Nullable PayableId payable,
    @Nullable String providerReference,
    List<Posting> postings) {

  /** What happened. */
  public enum Kind {
    /** A customer's money was taken. */
    CAPTURE,
    /** The provider charged for its work. */
    PROVIDER_FEE,
    /** Money went from the platform's balance to a payee's. */
    TRANSFER,
    /** Money came back from a payee's balance. */
    TRANSFER_REVERSAL,
    /** Money left a payee's balance for his bank. */
    PAYOUT,
    /** A payout came back from the bank. */
    PAYOUT_FAILURE,
    /** A refund was asked for. */
    REFUND,
    /** A refund left for the customer. */
    REFUND_PAID,
    /** A refund came back or was given up. */
    REFUND_FAILURE,
    /** A bank took back a payment until a dispute is decided. */
    DISPUTE_OPENED,
    /** A dispute was decided for the platform. */
    DISPUTE_WON,
    /** A dispute was decided for the customer. */
    DISPUTE_LOST
  }

  /** No cause is longer. */
  public static final int LONGEST_CAUSE = 200;

  public JournalEntry {
    postings = List.copyOf(postings);
    if (cause.isBlank() || cause.length() > LONGEST_CAUSE) {
      throw new IllegalArgumentException("a cause has 1 to " + LONGEST_CAUSE + " characters");
    }
    if (postings.size() < 2) {
      throw new IllegalArgumentException("an entry has at least two postings: " + cause);
    }
    Map<CurrencyUnit, Money> sums = new HashMap<>();
    postings.forEach(
        posting -> sums.merge(posting.amount().getCurrencyUnit(), posting.amount(), Money::plus));
    sums.values()
        .forEach(
            sum -> {
              if (!sum.isZero()) {
                throw new IllegalArgumentException(cause + " does not add up to zero: " + sum);
              }
            });
  }

  /** Whether both tell of one event: they may differ in the moment of booking alone. */
  public boolean tellsTheSameAs(JournalEntry other) {
    return cause.equals(other.cause)
        && kind == other.kind
        && Objects.equals(payable, other.payable)
        && Objects.equals(providerReference, other.providerReference)
        && postings.equals(other.postings);
  }

  /** What was being paid, if it is one thing. */
  public Optional<PayableId> concerns() {
    return Optional.ofNullable(payable);
  }
}
