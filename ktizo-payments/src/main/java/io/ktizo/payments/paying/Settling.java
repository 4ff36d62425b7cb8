package io.ktizo.payments.paying;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.Answer;
import io.ktizo.payments.DisputeCase;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.ClosedAccount;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.DisputeState;
import io.ktizo.payments.ProviderObject.MoveState;
import io.ktizo.payments.ProviderObject.PayeeAccount;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.PaymentState;
import io.ktizo.payments.ProviderObject.Payout;
import io.ktizo.payments.ProviderObject.Refund;
import io.ktizo.payments.ProviderObject.Reversal;
import io.ktizo.payments.ProviderObject.TaxRecord;
import io.ktizo.payments.ProviderObject.Transfer;
import io.ktizo.payments.Release;
import io.ktizo.payments.ledger.Bookings;
import io.ktizo.payments.ledger.JournalEntry;
import io.ktizo.payments.paying.ProviderMismatchException.Difference;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.payments.store.PaymentsStore.Tables;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * What follows from an answer or from an object seen at the provider, in the transaction that keeps
 * it. States only go forward: whatever arrives late, twice or out of order leads to the same end.
 */
final class Settling {
  private static final System.Logger LOG = System.getLogger(Settling.class.getName());

  private final Bookings bookings;
  private final TaxReturns taxReturns;
  private final InstantSource clock;
  private final boolean live;

  Settling(Bookings bookings, TaxReturns taxReturns, InstantSource clock, boolean live) {
    this.bookings = bookings;
    this.taxReturns = taxReturns;
    this.clock = clock;
    this.live = live;
  }

  static Optional<Life> life(Tables tables, PayableId payable) {
    return tables
        .payable(payable)
        .map(
            known ->
                new Life(known, tables.operations(Subject.of(payable)), tables.disputes(payable)));
  }

  /** A refund is owed to the customer from the moment that it is asked for. */
  void refundAsked(Tables tables, Operation refund, Allocation refunded) {
    tables.journal().append(bookings.refunded(payable(refund), refund.key().value(), refunded));
  }

  /** Keeps what the provider answered to an operation. */
  Operation settle(Tables tables, Operation asked, Answer<? extends ProviderObject> answer) {
    tables.lock(asked.subject());
    Operation current =
        tables.operations(asked.subject()).stream()
            .filter(one -> one.isSameAttemptAs(asked))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("gone: " + asked.key()));
    if (!current.state().unresolved()) {
      // Somebody else got the answer first; both asked under one key, so it was the same.
      return current;
    }
    Instant now = clock.instant();
    return switch (answer) {
      case Answer.InDoubt<? extends ProviderObject> doubt ->
          change(tables, current.became(State.IN_DOUBT, null, null, now));
      case Answer.Refused<? extends ProviderObject> refused -> {
        Operation failed = change(tables, current.became(State.FAILED, null, refused.code(), now));
        if (failed.kind() == Kind.REFUND) {
          takeBackRefund(tables, failed, null);
        } else if (failed.kind().isForTheTaxReturn()) {
          LOG.log(
              System.Logger.Level.ERROR,
              "{0} is not written down for the tax return: {1}",
              failed.key(),
              refused.code());
        }
        yield failed;
      }
      case Answer.Done<? extends ProviderObject> done -> done(tables, current, done.object());
    };
  }

  private Operation done(Tables tables, Operation operation, ProviderObject object) {
    requireLive(object);
    return switch (object) {
      case Payment payment -> paymentDone(tables, operation, payment);
      case Refund refund -> moved(tables, operation, refund.reference(), refund.state(), null);
      case Transfer transfer -> {
        tables
            .journal()
            .append(
                bookings.transferred(
                    payable(operation),
                    payee(tables, transfer.account()),
                    transfer.reference(),
                    transfer.reference(),
                    transfer.amount()));
        yield succeeded(tables, operation, transfer.reference());
      }
      case Reversal reversal -> {
        tables
            .journal()
            .append(
                bookings.reversed(
                    payable(operation),
                    payeeOf(operation),
                    reversal.reference(),
                    reversal.reference(),
                    reversal.amount()));
        yield succeeded(tables, operation, reversal.reference());
      }
      case Payout payout ->
          moved(tables, operation, payout.reference(), payout.state(), payout.failureCode());
      case PayeeAccount account -> {
        tables.put(
            new Payee(
                new PayeeId(operation.subject().id()),
                account.reference(),
                account.standing(),
                account.requirements()));
        yield succeeded(tables, operation, account.reference());
      }
      case TaxRecord tax -> succeeded(tables, operation, tax.reference());
      case ClosedAccount closed -> {
        PayeeId payee = new PayeeId(operation.subject().id());
        tables.put(new Payee(payee, closed.reference(), PayeeStanding.CLOSED, List.of()));
        yield succeeded(tables, operation, closed.reference());
      }
      case Dispute dispute ->
          throw new IllegalStateException("no operation makes a " + dispute.reference());
    };
  }

  private Operation paymentDone(Tables tables, Operation operation, Payment payment) {
    Payable payable =
        tables
            .payable(payable(operation))
            .orElseThrow(() -> new IllegalStateException("gone: " + operation.subject()));
    requireSame(payable, payment);
    return switch (operation.kind()) {
      case START, VOID -> succeeded(tables, operation, payment.reference());
      case AUTHORISE -> {
        Operation now =
            switch (payment.state()) {
              case AUTHORISED, CAPTURED -> succeeded(tables, operation, payment.reference());
              case NEEDS_METHOD, VOIDED ->
                  change(
                      tables,
                      operation.became(
                          State.FAILED,
                          payment.reference(),
                          payment.failureCode(),
                          clock.instant()));
              case NEEDS_ACTION, PROCESSING ->
                  change(
                      tables,
                      operation.became(State.PENDING, payment.reference(), null, clock.instant()));
            };
        if (payment.state() == PaymentState.CAPTURED) {
          captured(tables, payable, payment);
        }
        yield now;
      }
      case CAPTURE -> {
        captured(tables, payable, payment);
        yield newest(tables, operation);
      }
      case REFUND, TRANSFER, REVERSE, PAYOUT, ONBOARD, CLOSE, TAX, TAX_REVERSE ->
          throw new IllegalStateException(operation.kind() + " does not answer a payment");
    };
  }

  /** Money was taken: by our capture, or by the provider as soon as the customer had agreed. */
  private void captured(Tables tables, Payable payable, Payment payment) {
    String charge = Objects.requireNonNull(payment.charge(), "captured without a charge");
    Instant now = clock.instant();
    List<Operation> operations = tables.operations(Subject.of(payable.id()));
    Life life = new Life(payable, operations, tables.disputes(payable.id()));
    Operation capture =
        life.latest(Purposes.CAPTURE)
            .filter(one -> one.state() != State.FAILED)
            .orElseGet(() -> seenCapture(tables, life, payment, now));
    Allocation allocation = life.allocationOfCapture(capture.detail());
    if (!allocation.total().equals(payment.captured())) {
      throw new ProviderMismatchException(Difference.AMOUNT, payment.reference());
    }
    if (capture.state() != State.SUCCESS) {
      change(tables, capture.became(State.SUCCESS, charge, null, now));
    }
    tables.journal().append(bookings.captured(payable.id(), charge, charge, allocation));
    taxReturns.sold(tables, life, allocation);
  }

  /** A capture that was not asked for from here is kept like one that was: all lines. */
  private static Operation seenCapture(Tables tables, Life life, Payment payment, Instant now) {
    Operation seen =
        new Operation(
            Subject.of(life.payable().id()),
            Kind.CAPTURE,
            Purposes.CAPTURE,
            life.latest(Purposes.CAPTURE).map(Operation::attempt).orElse(0) + 1,
            State.PENDING,
            life.payable().total(),
            payment.reference(),
            String.join(",", life.payable().lines().stream().map(Payable.Line::id).toList()),
            null,
            null,
            now,
            now);
    tables.insert(seen);
    return seen;
  }

  private Operation moved(
      Tables tables,
      Operation operation,
      String reference,
      MoveState state,
      @Nullable String failureCode) {
    return switch (state) {
      case PENDING ->
          change(tables, operation.became(State.PENDING, reference, null, clock.instant()));
      case SUCCEEDED -> moveSucceeded(tables, operation, reference);
      case FAILED -> moveFailed(tables, operation, reference, failureCode);
    };
  }

  private Operation moveSucceeded(Tables tables, Operation operation, String reference) {
    Operation done = succeeded(tables, operation, reference);
    Money amount = Objects.requireNonNull(done.amount(), "moved without an amount");
    if (done.kind() == Kind.REFUND) {
      tables.journal().append(bookings.refundPaid(payable(done), reference, reference, amount));
      takeBackFromPayees(tables, done);
    } else {
      tables
          .journal()
          .append(bookings.paidOut(new PayeeId(done.subject().id()), reference, reference, amount));
    }
    return done;
  }

  private Operation moveFailed(
      Tables tables, Operation operation, String reference, @Nullable String failureCode) {
    boolean hadSucceeded = operation.state() == State.SUCCESS;
    Operation failed =
        change(
            tables,
            operation.became(
                State.FAILED,
                reference,
                failureCode == null ? "failed" : failureCode,
                clock.instant()));
    if (failed.kind() == Kind.REFUND) {
      takeBackRefund(tables, failed, hadSucceeded ? reference : null);
      if (hadSucceeded && taxReturns.toldOf(tables, failed)) {
        LOG.log(
            System.Logger.Level.ERROR,
            "{0} came back from the bank after it was written down for the tax return",
            failed.key());
      }
    } else if (hadSucceeded) {
      tables
          .journal()
          .append(
              bookings.payoutFailed(
                  new PayeeId(failed.subject().id()),
                  reference,
                  reference,
                  Objects.requireNonNull(failed.amount(), "moved without an amount")));
    }
    return failed;
  }

  /** The refund came to nothing: what had been booked away belongs to its owners again. */
  private void takeBackRefund(Tables tables, Operation refund, @Nullable String reference) {
    String asked = refund.key().value();
    JournalEntry booked =
        tables
            .journal()
            .entry("refund:" + asked)
            .orElseThrow(() -> new IllegalStateException("not booked: " + refund.key()));
    tables
        .journal()
        .append(bookings.refundFailed(booked, reference == null ? asked : reference, reference));
    passOnAgain(tables, refund);
  }

  /** What payees had to give back for nothing is due to them at once. */
  private void passOnAgain(Tables tables, Operation refund) {
    Life life = life(tables, payable(refund)).orElseThrow();
    for (PayeeId payee : Parts.read(refund.detail(), Allocation.of(life.payable())).payees()) {
      if (life.takenBackInVain(payee).isPositive()) {
        tables
            .release(life.payable().id(), payee)
            .filter(release -> release.state() == Release.State.PASSED_ON)
            .ifPresent(release -> tables.put(release.in(Release.State.WAITING, clock.instant())));
      }
    }
  }

  /** What was passed on of the money that goes back is asked back, payee by payee. */
  private void takeBackFromPayees(Tables tables, Operation refund) {
    Life life = life(tables, payable(refund)).orElseThrow();
    Allocation refunded = Parts.read(refund.detail(), Allocation.of(life.payable()));
    for (PayeeId payee : refunded.payees()) {
      takeBack(tables, life, refund.purpose(), payee, refunded.to(payee));
    }
    taxReturns.gaveBack(tables, life, refund, refunded);
  }

  /** From the newest transfer first; more than one only where a refund had failed between them. */
  private void takeBack(
      Tables tables, Life life, String cause, PayeeId payee, Money belongedToHim) {
    Money rest = belongedToHim;
    int part = 0;
    for (Operation transfer : life.transfersTo(payee)) {
      Money left = life.left(transfer);
      Money amount = rest.isLessThan(left) ? rest : left;
      if (!amount.isPositive()) {
        continue;
      }
      rest = rest.minus(amount);
      part++;
      Instant now = clock.instant();
      tables.insert(
          new Operation(
              Subject.of(life.payable().id()),
              Kind.REVERSE,
              Purposes.reverse(cause, part, payee),
              1,
              State.INIT,
              amount,
              transfer.reference(),
              payee.value(),
              null,
              null,
              now,
              now));
    }
  }

  // ---- what is seen at the provider without having asked

  /** Takes note of an object; answers whether anything was new. */
  boolean see(Tables tables, ProviderObject object) {
    requireLive(object);
    return switch (object) {
      case Payment payment -> seePayment(tables, payment);
      case Refund refund ->
          seeMove(tables, Kind.REFUND, refund.reference(), refund.state(), refund.amount(), null);
      case Payout payout ->
          seeMove(
              tables,
              Kind.PAYOUT,
              payout.reference(),
              payout.state(),
              payout.amount(),
              payout.failureCode());
      case Dispute dispute -> seeDispute(tables, dispute);
      case PayeeAccount account -> seePayee(tables, account);
      // Transfers and reversals are finished when they are answered; nothing follows later.
      case Transfer transfer -> false;
      case Reversal reversal -> false;
      case TaxRecord tax -> false;
      case ClosedAccount closed -> false;
    };
  }

  private boolean seePayment(Tables tables, Payment payment) {
    Payable payable =
        tables
            .payable(payment.payable())
            .orElseThrow(
                () ->
                    new ProviderMismatchException(Difference.FOREIGN_OBJECT, payment.reference()));
    tables.lock(Subject.of(payable.id()));
    requireSame(payable, payment);
    Life life = life(tables, payable.id()).orElseThrow();
    if (!life.paymentReference().equals(Optional.of(payment.reference()))) {
      return seeStart(tables, life, payment);
    }
    return switch (payment.state()) {
      case AUTHORISED -> seeAgreement(tables, life, payment);
      case CAPTURED -> {
        boolean news = seeAgreement(tables, life, payment);
        boolean before = life.captured().isPresent();
        captured(tables, payable, payment);
        yield news || !before;
      }
      case VOIDED -> seeVoid(tables, life, payment);
      // The customer is still deciding.
      case NEEDS_METHOD, NEEDS_ACTION, PROCESSING -> false;
    };
  }

  /** A message may be faster than the answer that it tells of. */
  private boolean seeStart(Tables tables, Life life, Payment payment) {
    Operation start =
        life.latest(Purposes.START)
            .filter(one -> one.state().unresolved())
            .orElseThrow(
                () ->
                    new ProviderMismatchException(Difference.FOREIGN_OBJECT, payment.reference()));
    succeeded(tables, start, payment.reference());
    seePayment(tables, payment);
    return true;
  }

  /** Customers agree in their browsers: what they did is kept like what was asked from here. */
  private boolean seeAgreement(Tables tables, Life life, Payment payment) {
    if (life.authorised()) {
      return false;
    }
    Optional<Operation> asked =
        life.latest(Purposes.AUTHORISE).filter(one -> one.state() != State.FAILED);
    if (asked.isPresent()) {
      succeeded(tables, asked.get(), payment.reference());
      return true;
    }
    Instant now = clock.instant();
    tables.insert(
        new Operation(
            Subject.of(life.payable().id()),
            Kind.AUTHORISE,
            Purposes.AUTHORISE,
            life.latest(Purposes.AUTHORISE).map(Operation::attempt).orElse(0) + 1,
            State.SUCCESS,
            null,
            payment.reference(),
            null,
            payment.reference(),
            null,
            now,
            now));
    return true;
  }

  /** Holds expire at the provider without anybody asking. */
  private boolean seeVoid(Tables tables, Life life, Payment payment) {
    Optional<Operation> asked =
        life.latest(Purposes.VOID).filter(one -> one.state() != State.FAILED);
    if (asked.isPresent()) {
      if (asked.get().state() == State.SUCCESS) {
        return false;
      }
      succeeded(tables, asked.get(), payment.reference());
      return true;
    }
    Instant now = clock.instant();
    tables.insert(
        new Operation(
            Subject.of(life.payable().id()),
            Kind.VOID,
            Purposes.VOID,
            life.latest(Purposes.VOID).map(Operation::attempt).orElse(0) + 1,
            State.SUCCESS,
            null,
            payment.reference(),
            null,
            payment.reference(),
            null,
            now,
            now));
    return true;
  }

  private boolean seeMove(
      Tables tables,
      Kind kind,
      String reference,
      MoveState state,
      Money amount,
      @Nullable String failureCode) {
    // Without an operation the answer is still on its way, or somebody acted at the provider's own
    // page: in both cases the message comes again, and after some time a person looks.
    Operation found =
        tables
            .operationOf(kind, reference)
            .orElseThrow(() -> new ProviderMismatchException(Difference.FOREIGN_OBJECT, reference));
    tables.lock(found.subject());
    Operation current = newest(tables, found);
    if (!amount.equals(current.amount())) {
      throw new ProviderMismatchException(Difference.AMOUNT, reference);
    }
    boolean further =
        switch (state) {
          case PENDING -> false;
          case SUCCEEDED -> current.state() == State.PENDING;
          case FAILED -> current.state() == State.PENDING || current.state() == State.SUCCESS;
        };
    if (further) {
      moved(tables, current, reference, state, failureCode);
    }
    return further;
  }

  private boolean seeDispute(Tables tables, Dispute dispute) {
    PayableId payable =
        tables
            .operationOf(Kind.START, dispute.payment())
            .map(Settling::payable)
            .orElseThrow(
                () ->
                    new ProviderMismatchException(Difference.FOREIGN_OBJECT, dispute.reference()));
    tables.lock(Subject.of(payable));
    Life life = life(tables, payable).orElseThrow();
    Optional<DisputeCase> before =
        life.disputes().stream()
            .filter(one -> one.dispute().reference().equals(dispute.reference()))
            .findFirst();
    if (before.isPresent() && !later(before.get().dispute().state(), dispute.state())) {
      return false;
    }
    String reference = dispute.reference();
    boolean tookMoney =
        dispute.state() != DisputeState.INQUIRY && dispute.state() != DisputeState.CLOSED;
    if (tookMoney) {
      tables
          .journal()
          .append(bookings.disputeOpened(payable, reference, reference, dispute.amount()));
    }
    String loss = null;
    if (dispute.state() == DisputeState.WON) {
      tables.journal().append(bookings.disputeWon(payable, reference, reference, dispute.amount()));
    } else if (dispute.state() == DisputeState.LOST) {
      Allocation remaining = life.remaining();
      if (remaining.total().isLessThan(dispute.amount())) {
        // More was taken than is left after refunds: somebody must contest that.
        throw new ProviderMismatchException(Difference.AMOUNT, reference);
      }
      Allocation lost = remaining.refund(Life.spread(remaining, dispute.amount())).refunded();
      loss = Parts.write(lost);
      tables.journal().append(bookings.disputeLost(payable, reference, lost));
      for (PayeeId payee : lost.payees()) {
        takeBack(tables, life, "dispute:" + reference, payee, lost.to(payee));
      }
    }
    tables.put(new DisputeCase(payable, dispute, loss));
    return true;
  }

  /** Disputes go forward only: what is decided stays decided. */
  private static boolean later(DisputeState before, DisputeState now) {
    return rank(now) > rank(before);
  }

  private static int rank(DisputeState state) {
    return switch (state) {
      case INQUIRY -> 0;
      case NEEDS_RESPONSE -> 1;
      case UNDER_REVIEW -> 2;
      case WON, LOST, CLOSED -> 3;
    };
  }

  private static boolean seePayee(Tables tables, PayeeAccount account) {
    Payee known =
        tables
            .payeeOf(account.reference())
            .orElseThrow(
                () ->
                    new ProviderMismatchException(Difference.FOREIGN_OBJECT, account.reference()));
    if (!known.id().equals(account.payee())) {
      throw new ProviderMismatchException(Difference.OWNER, account.reference());
    }
    Payee now = new Payee(known.id(), known.account(), account.standing(), account.requirements());
    tables.put(now);
    return !now.equals(known);
  }

  /** The subject whose operations an object may have left something to do for. */
  Optional<Subject> subjectOf(PaymentsStore store, ProviderObject object) {
    return switch (object) {
      case Payment payment -> Optional.of(Subject.of(payment.payable()));
      case Refund refund -> subjectOf(store, Kind.REFUND, refund.reference());
      case Dispute dispute -> subjectOf(store, Kind.START, dispute.payment());
      case Payout payout -> Optional.empty();
      case PayeeAccount account -> Optional.empty();
      case Transfer transfer -> Optional.empty();
      case Reversal reversal -> Optional.empty();
      case TaxRecord tax -> Optional.empty();
      case ClosedAccount closed -> Optional.empty();
    };
  }

  private static Optional<Subject> subjectOf(PaymentsStore store, Kind kind, String reference) {
    return store.inTransaction(
        tables -> tables.operationOf(kind, reference).map(Operation::subject));
  }

  // ---- checks and small things

  private void requireLive(ProviderObject object) {
    if (object.live() != live) {
      throw new ProviderMismatchException(Difference.LIVE_MODE, object.reference());
    }
  }

  private static void requireSame(Payable payable, Payment payment) {
    if (!payment.payable().equals(payable.id())) {
      throw new ProviderMismatchException(Difference.OWNER, payment.reference());
    }
    if (!payment.amount().equals(payable.total())) {
      throw new ProviderMismatchException(Difference.AMOUNT, payment.reference());
    }
  }

  private Operation succeeded(Tables tables, Operation operation, String reference) {
    return change(tables, operation.became(State.SUCCESS, reference, null, clock.instant()));
  }

  private static Operation change(Tables tables, Operation operation) {
    tables.update(operation);
    return operation;
  }

  private static Operation newest(Tables tables, Operation operation) {
    return tables.operations(operation.subject()).stream()
        .filter(one -> one.isSameAttemptAs(operation))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("gone: " + operation.key()));
  }

  private static PayableId payable(Operation operation) {
    return new PayableId(operation.subject().id());
  }

  private static PayeeId payee(Tables tables, String account) {
    return tables
        .payeeOf(account)
        .map(Payee::id)
        .orElseThrow(() -> new ProviderMismatchException(Difference.OWNER, account));
  }

  private static PayeeId payeeOf(Operation reversal) {
    return new PayeeId(Objects.requireNonNull(reversal.detail(), "kept without its payee"));
  }
}
