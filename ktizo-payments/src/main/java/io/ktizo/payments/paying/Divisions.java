package io.ktizo.payments.paying;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.DisputeCase;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.store.PaymentsStore.Tables;
import java.util.Objects;
import java.util.Optional;

/**
 * How the money of an entry was divided, line by line: what the entry's postings are the sums of.
 */
public final class Divisions {
  private Divisions() {}

  /**
   * The division of an entry that says to whom money belongs.
   *
   * @return empty for entries that move money without changing whom it belongs to
   */
  public static Optional<Allocation> of(Tables tables, JournalEntry entry) {
    PayableId payable = entry.payable();
    if (payable == null) {
      return Optional.empty();
    }
    return switch (entry.kind()) {
      case CAPTURE ->
          life(tables, payable)
              .flatMap(life -> life.captured().map(one -> life.allocationOfCapture(one.detail())));
      case REFUND, REFUND_FAILURE ->
          life(tables, payable).flatMap(life -> refunded(life, entry.cause()));
      case DISPUTE_LOST -> life(tables, payable).flatMap(life -> lost(life, entry.cause()));
      case PROVIDER_FEE,
          TRANSFER,
          TRANSFER_REVERSAL,
          PAYOUT,
          PAYOUT_FAILURE,
          REFUND_PAID,
          DISPUTE_OPENED,
          DISPUTE_WON ->
          Optional.empty();
    };
  }

  private static Optional<Life> life(Tables tables, PayableId payable) {
    return tables
        .payable(payable)
        .map(
            known ->
                new Life(known, tables.operations(Subject.of(payable)), tables.disputes(payable)));
  }

  /** The cause names the refund by its key, or by the provider's reference if it came back. */
  private static Optional<Allocation> refunded(Life life, String cause) {
    String name = cause.substring(cause.indexOf(':') + 1);
    return life.operations().stream()
        .filter(one -> one.kind() == Kind.REFUND)
        .filter(one -> name.equals(one.key().value()) || name.equals(one.reference()))
        .findFirst()
        .map(Operation::detail)
        .map(detail -> Parts.read(detail, Allocation.of(life.payable())));
  }

  private static Optional<Allocation> lost(Life life, String cause) {
    String reference = cause.substring(cause.indexOf(':') + 1);
    return life.disputes().stream()
        .filter(one -> one.dispute().reference().equals(reference))
        .findFirst()
        .map(DisputeCase::loss)
        .map(loss -> Parts.read(Objects.requireNonNull(loss), Allocation.of(life.payable())));
  }
}
