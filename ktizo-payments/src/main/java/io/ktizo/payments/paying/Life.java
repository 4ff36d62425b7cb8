package io.ktizo.payments.paying;

import io.ktizo.core.money.LargestRemainder;
import io.ktizo.payments.Allocation;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.DisputeCase;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ProviderObject.DisputeState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * What has become of one payable, derived from its operations: nothing of it is stored on its own.
 * Operations whose outcome is open count as if they had succeeded wherever that is the careful
 * side.
 *
 * @param payable what is paid
 * @param operations all of its operations, in the order in which they were kept
 * @param disputes all disputes of it, as last seen
 */
record Life(Payable payable, List<Operation> operations, List<DisputeCase> disputes) {

  /** The newest attempt for a purpose. */
  Optional<Operation> latest(String purpose) {
    Operation latest = null;
    for (Operation operation : operations) {
      if (operation.purpose().equals(purpose)) {
        latest = operation;
      }
    }
    return Optional.ofNullable(latest);
  }

  /** The provider's payment, once it was started. */
  Optional<String> paymentReference() {
    return succeeded(Kind.START).map(Operation::reference);
  }

  /** The capture that was done. */
  Optional<Operation> captured() {
    return succeeded(Kind.CAPTURE);
  }

  private Optional<Operation> succeeded(Kind kind) {
    return operations.stream()
        .filter(operation -> operation.kind() == kind && operation.state() == State.SUCCESS)
        .findFirst();
  }

  /** Whether an operation of this kind succeeded or still may. */
  boolean mayHave(Kind kind) {
    return operations.stream()
        .anyMatch(operation -> operation.kind() == kind && operation.state() != State.FAILED);
  }

  /** Whether the customer's money is held, as far as was seen. */
  boolean authorised() {
    return operations.stream()
        .anyMatch(
            operation -> operation.kind() == Kind.AUTHORISE && operation.state() == State.SUCCESS);
  }

  /** Where the captured money belongs before anything was given back. */
  Allocation allocationOfCapture(@Nullable String lines) {
    Allocation whole = Allocation.of(payable);
    if (lines == null) {
      return whole;
    }
    List<String> captured = List.of(lines.split(",", -1));
    return new Allocation(
        whole.shares().stream().filter(share -> captured.contains(share.lineId())).toList());
  }

  /** What is left of the captured money after refunds and lost disputes. */
  Allocation remaining() {
    Allocation whole = allocationOfCapture(captured().map(Operation::detail).orElse(null));
    Allocation remaining = whole;
    for (Operation operation : operations) {
      if (operation.kind() == Kind.REFUND && operation.state() != State.FAILED) {
        remaining = remaining.minus(Parts.read(operation.detail(), whole));
      }
    }
    for (DisputeCase one : disputes) {
      if (one.loss() != null) {
        remaining = remaining.minus(Parts.read(one.loss(), whole));
      }
    }
    return remaining;
  }

  /** Whether a bank is deciding about the money. */
  boolean disputed() {
    return disputes.stream()
        .map(one -> one.dispute().state())
        .anyMatch(
            state -> state == DisputeState.NEEDS_RESPONSE || state == DisputeState.UNDER_REVIEW);
  }

  /** A sum taken from all lines, in proportion to what is left of each. */
  static List<Portion> spread(Allocation remaining, Money amount) {
    Money most = remaining.total().isLessThan(amount) ? remaining.total() : amount;
    List<Allocation.Share> shares =
        remaining.shares().stream().filter(share -> !share.total().isZero()).toList();
    List<Money> parts =
        LargestRemainder.split(most, shares.stream().map(Allocation.Share::total).toList());
    List<Portion> portions = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).isPositive()) {
        portions.add(new Portion(shares.get(i).lineId(), parts.get(i)));
      }
    }
    return portions;
  }

  /** What was moved to a payee and has not come back; open operations count as they came out. */
  Money transferred(PayeeId payee) {
    Money transferred = Money.zero(payable.currency());
    for (Operation operation : operations) {
      Money amount = operation.amount();
      if (amount == null || operation.state() == State.FAILED) {
        continue;
      }
      if (operation.purpose().equals(Purposes.transfer(payee))) {
        transferred = transferred.plus(amount);
      } else if (operation.kind() == Kind.REVERSE
          && operation.purpose().endsWith(Purposes.of(payee))) {
        transferred = transferred.minus(amount);
      }
    }
    return transferred;
  }

  /**
   * What came back from a payee for refunds that then came to nothing, and has not been passed on
   * to him again.
   */
  Money takenBackInVain(PayeeId payee) {
    Money vain = Money.zero(payable.currency());
    boolean first = true;
    for (Operation operation : operations) {
      Money amount = operation.amount();
      if (amount == null || operation.state() == State.FAILED) {
        continue;
      }
      if (operation.purpose().equals(Purposes.transfer(payee))) {
        vain = first ? vain : vain.minus(amount);
        first = false;
      } else if (operation.kind() == Kind.REVERSE
          && operation.purpose().endsWith(Purposes.of(payee))
          && latest(Purposes.causeOf(operation.purpose(), payee))
              .filter(refund -> refund.state() == State.FAILED)
              .isPresent()) {
        vain = vain.plus(amount);
      }
    }
    return vain;
  }

  /** Transfers to a payee that succeeded, the newest first. */
  List<Operation> transfersTo(PayeeId payee) {
    return operations.stream()
        .filter(one -> one.purpose().equals(Purposes.transfer(payee)))
        .filter(one -> one.state() == State.SUCCESS)
        .toList()
        .reversed();
  }

  /** What of one transfer has not come back; open reversals count as if they had. */
  Money left(Operation transfer) {
    Money left = Objects.requireNonNull(transfer.amount(), "a transfer has an amount");
    for (Operation operation : operations) {
      Money amount = operation.amount();
      if (amount != null
          && operation.kind() == Kind.REVERSE
          && operation.state() != State.FAILED
          && Objects.equals(operation.target(), transfer.reference())) {
        left = left.minus(amount);
      }
    }
    return left;
  }
}
