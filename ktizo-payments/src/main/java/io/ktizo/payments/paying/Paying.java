package io.ktizo.payments.paying;

import io.ktizo.payments.Allocation;
import io.ktizo.payments.Allocation.Portion;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.NewPayee;
import io.ktizo.payments.Gateway.NewPayment;
import io.ktizo.payments.Gateway.NewTransfer;
import io.ktizo.payments.Operation;
import io.ktizo.payments.Operation.Kind;
import io.ktizo.payments.Operation.State;
import io.ktizo.payments.Operation.Subject;
import io.ktizo.payments.Payable;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.Payee;
import io.ktizo.payments.PayeeId;
import io.ktizo.payments.PaymentRefusedException;
import io.ktizo.payments.PaymentRefusedException.Reason;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.PayeeStanding;
import io.ktizo.payments.RefundRefusedException;
import io.ktizo.payments.Release;
import io.ktizo.payments.ledger.Account;
import io.ktizo.payments.ledger.Bookings;
import io.ktizo.payments.store.PaymentsStore;
import io.ktizo.payments.store.PaymentsStore.Tables;
import io.ktizo.payments.tax.TaxRecords;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Takes money, gives it back, and passes it on.
 *
 * <p>Promises: asking twice is asking once, by two threads, two processes, or after a crash. An
 * operation's outcome is what the provider said, never what was hoped: where nobody knows it stands
 * {@link State#IN_DOUBT} until {@link #resolve} finds out. The books change in the same transaction
 * as the operation. The provider is never asked while a transaction is open. Books that were begun
 * with one provider are refused to every other ({@link OtherProviderException}), by every method
 * that asks or notes anything.
 *
 * <p>Safe for use by many threads.
 */
public final class Paying {
  private final PaymentsStore store;
  private final Gateway gateway;
  private final InstantSource clock;
  private final TaxReturns taxReturns;
  private final Settling settling;
  private final String provider;
  private volatile boolean ownBooks;

  /**
   * Pays through one gateway.
   *
   * @param live whether real money is expected; what the provider says otherwise is not booked
   */
  public Paying(PaymentsStore store, Gateway gateway, InstantSource clock, boolean live) {
    this(store, gateway, clock, live, null);
  }

  /**
   * Pays through one gateway, and has sales and refunds written down for the tax return.
   *
   * @param records where the sales of payables are written down that name a calculation; by {@link
   *     #resolve}, after the payment. {@code null} for nowhere
   */
  public Paying(
      PaymentsStore store,
      Gateway gateway,
      InstantSource clock,
      boolean live,
      @Nullable TaxRecords records) {
    this.store = store;
    this.gateway = gateway;
    this.clock = clock;
    this.taxReturns = new TaxReturns(records, clock);
    this.settling = new Settling(new Bookings(clock), taxReturns, clock, live);
    this.provider = gateway.name() + (live ? " live" : " test");
  }

  /**
   * Finds out at the start what every operation would find out.
   *
   * @throws OtherProviderException if the books were begun with another provider
   */
  public void requireBooksOfThisProvider() {
    Optional<String> kept = store.inTransaction(Tables::provider);
    if (kept.isPresent() && !kept.get().equals(provider)) {
      throw new OtherProviderException(kept.get(), provider);
    }
  }

  /**
   * Another provider would not know these books' references, or take them for its own. Said once,
   * never taken back, so it is looked up once.
   */
  private void requireOwnBooks() {
    if (!ownBooks) {
      String kept = store.inTransaction(tables -> tables.provider(provider));
      if (!kept.equals(provider)) {
        throw new OtherProviderException(kept, provider);
      }
      ownBooks = true;
    }
  }

  /**
   * Keeps what is to be paid. Again with an equal payable changes nothing.
   *
   * @throws PaymentRefusedException if another payable of this id is kept
   */
  public void open(Payable payable) {
    store.inTransaction(
        tables -> {
          if (!tables.insert(payable)
              && !tables.payable(payable.id()).equals(Optional.of(payable))) {
            throw new PaymentRefusedException(Reason.PAYABLE_DIFFERS, payable.id());
          }
          return payable;
        });
  }

  /**
   * Starts the payment at the provider. What the customer's browser needs to go on is asked for by
   * {@link #payment}: it is kept nowhere.
   *
   * @throws PaymentRefusedException if the payable is unknown, or was started with another capture
   */
  public Operation start(PayableId payable, Capture capture) {
    return perform(
        Subject.of(payable),
        tables -> {
          Life life = life(tables, payable);
          Optional<Operation> before = life.latest(Purposes.START);
          if (before.isPresent() && before.get().state() != State.FAILED) {
            if (!capture.name().equals(before.get().detail())) {
              throw new PaymentRefusedException(Reason.OPERATION_DIFFERS, payable);
            }
            return before.get();
          }
          return keep(
              tables,
              life.payable().id(),
              Kind.START,
              Purposes.START,
              before,
              life.payable().total(),
              null,
              capture.name());
        });
  }

  /** The payment as the provider has it now; empty before it was started. */
  public Optional<Answer<ProviderObject>> payment(PayableId payable) {
    Optional<String> reference =
        store.inTransaction(tables -> life(tables, payable).paymentReference());
    return reference.map(known -> gateway.lookUp(Gateway.ObjectKind.PAYMENT, known, null));
  }

  /**
   * Agrees to the payment with a means that the provider knows by a token; after a decline, with
   * another one.
   *
   * @throws PaymentRefusedException if nothing was started, or it was captured or voided
   */
  public Operation authorise(PayableId payable, String method) {
    return perform(
        Subject.of(payable),
        tables -> {
          Life life = life(tables, payable);
          String reference =
              life.paymentReference()
                  .orElseThrow(() -> new PaymentRefusedException(Reason.NOT_AUTHORISED, payable));
          Optional<Operation> before = life.latest(Purposes.AUTHORISE);
          if (before.isPresent() && before.get().state() != State.FAILED) {
            return before.get();
          }
          requireOpen(life);
          return keep(
              tables, payable, Kind.AUTHORISE, Purposes.AUTHORISE, before, null, reference, method);
        });
  }

  /**
   * Takes the money that is held for some lines; what is held for the others is released.
   *
   * @param lines ids of the lines to take, at least one; all of them to take everything
   * @throws PaymentRefusedException if nothing is held, it was captured with other lines, or the
   *     payable has no such lines
   */
  public Operation capture(PayableId payable, List<String> lines) {
    return perform(
        Subject.of(payable),
        tables -> {
          Life life = life(tables, payable);
          String detail = detail(life.payable(), lines);
          Optional<Operation> before = life.latest(Purposes.CAPTURE);
          if (before.isPresent() && before.get().state() != State.FAILED) {
            if (!detail.equals(before.get().detail())) {
              throw new PaymentRefusedException(Reason.OPERATION_DIFFERS, payable);
            }
            return before.get();
          }
          requireOpen(life);
          if (!life.authorised()) {
            throw new PaymentRefusedException(Reason.NOT_AUTHORISED, payable);
          }
          return keep(
              tables,
              payable,
              Kind.CAPTURE,
              Purposes.CAPTURE,
              before,
              life.allocationOfCapture(detail).total(),
              life.paymentReference().orElseThrow(),
              detail);
        });
  }

  /** Takes everything that is held. */
  public Operation capture(PayableId payable) {
    Payable whole =
        store.inTransaction(
            tables ->
                tables
                    .payable(payable)
                    .orElseThrow(
                        () -> new PaymentRefusedException(Reason.UNKNOWN_PAYABLE, payable)));
    return capture(payable, whole.lines().stream().map(Payable.Line::id).toList());
  }

  private static String detail(Payable payable, List<String> lines) {
    List<String> inOrder =
        payable.lines().stream().map(Payable.Line::id).filter(lines::contains).toList();
    if (inOrder.isEmpty() || inOrder.size() != lines.size()) {
      throw new PaymentRefusedException(Reason.OPERATION_DIFFERS, payable.id());
    }
    return String.join(",", inOrder);
  }

  /**
   * Gives up a payment that was not captured.
   *
   * @throws PaymentRefusedException if nothing was started, or it was captured
   */
  public Operation voidPayment(PayableId payable) {
    return perform(
        Subject.of(payable),
        tables -> {
          Life life = life(tables, payable);
          Optional<Operation> before = life.latest(Purposes.VOID);
          if (before.isPresent() && before.get().state() != State.FAILED) {
            return before.get();
          }
          String reference =
              life.paymentReference()
                  .orElseThrow(() -> new PaymentRefusedException(Reason.NOT_AUTHORISED, payable));
          requireOpen(life);
          return keep(tables, payable, Kind.VOID, Purposes.VOID, before, null, reference, null);
        });
  }

  private static void requireOpen(Life life) {
    if (life.mayHave(Kind.CAPTURE) || life.mayHave(Kind.VOID)) {
      throw new PaymentRefusedException(Reason.ALREADY_SETTLED, life.payable().id());
    }
  }

  /**
   * Gives money back, and takes back from payees what of it had been passed on to them. What they
   * cannot give stays as a debt that their next earnings pay.
   *
   * @param refundId the host's name for the refund, 1 to 64 characters of {@code A-Z a-z 0-9 _ -};
   *     the same again is the same refund
   * @throws PaymentRefusedException if nothing was captured, a dispute is open, or this refund was
   *     asked for with other portions
   * @throws RefundRefusedException if a portion is more than is left, or not of a line
   */
  public Operation refund(PayableId payable, String refundId, List<Portion> portions) {
    return refund(payable, refundId, tables -> portions);
  }

  /** The same, decided about in the transaction that keeps the refund. */
  Operation refund(PayableId payable, String refundId, Function<Tables, List<Portion>> decided) {
    String purpose = Purposes.refund(new PayableId(refundId).value());
    Operation refund =
        perform(
            Subject.of(payable),
            tables -> {
              Life life = life(tables, payable);
              List<Portion> portions = decided.apply(tables);
              Optional<Operation> before = life.latest(purpose);
              if (before.isPresent() && before.get().state() != State.FAILED) {
                Allocation asked = Parts.read(before.get().detail(), Allocation.of(life.payable()));
                if (!Parts.fits(asked, portions)) {
                  throw new PaymentRefusedException(Reason.OPERATION_DIFFERS, payable);
                }
                return before.get();
              }
              if (life.captured().isEmpty()) {
                throw new PaymentRefusedException(Reason.NOT_CAPTURED, payable);
              }
              if (life.disputed()) {
                throw new PaymentRefusedException(Reason.DISPUTED, payable);
              }
              Allocation refunded = life.remaining().refund(portions).refunded();
              Operation kept =
                  keep(
                      tables,
                      payable,
                      Kind.REFUND,
                      purpose,
                      before,
                      refunded.total(),
                      life.paymentReference().orElseThrow(),
                      Parts.write(refunded));
              settling.refundAsked(tables, kept, refunded);
              return kept;
            });
    // Settling a refund leaves the taking back behind as operations of their own.
    finish(Subject.of(payable), Kind.REVERSE);
    return refund;
  }

  /**
   * Passes on to a payee what he is owed of a payable. Debts that he has from elsewhere are kept
   * back. What he had to give back for a refund that then came to nothing is passed on again.
   *
   * @throws PaymentRefusedException if nothing was captured, nothing is owed, a dispute is open, or
   *     he has no account
   */
  public Operation transfer(PayableId payable, PayeeId payee) {
    String purpose = Purposes.transfer(payee);
    return perform(
        Subject.of(payable),
        tables -> {
          Life life = life(tables, payable);
          Optional<Operation> before = life.latest(purpose);
          Optional<Operation> done = before.filter(one -> one.state() != State.FAILED);
          Money again = life.takenBackInVain(payee);
          if (done.isPresent() && (done.get().state() != State.SUCCESS || !again.isPositive())) {
            return done.get();
          }
          Operation capture =
              life.captured()
                  .orElseThrow(() -> new PaymentRefusedException(Reason.NOT_CAPTURED, payable));
          if (life.disputed() || frozen(tables, payable, payee)) {
            throw new PaymentRefusedException(Reason.DISPUTED, payable);
          }
          Payee paid =
              tables
                  .payee(payee)
                  .orElseThrow(() -> new PaymentRefusedException(Reason.UNKNOWN_PAYEE, payee));
          CurrencyUnit currency = life.payable().currency();
          Money owed = life.remaining().to(payee).minus(life.transferred(payee));
          Money unmoved =
              earned(tables, paid, currency, payable)
                  .minus(
                      tables
                          .journal()
                          .balance(Account.of(Account.Kind.PAYEE_CASH, payee, currency)));
          Money most = owed.isLessThan(unmoved) ? owed : unmoved;
          Money amount = done.isPresent() && again.isLessThan(most) ? again : most;
          if (!amount.isPositive()) {
            if (done.isPresent()) {
              return done.get();
            }
            throw new PaymentRefusedException(Reason.NOTHING_OWED, payee);
          }
          return keep(
              tables,
              payable,
              Kind.TRANSFER,
              purpose,
              before,
              amount,
              paid.account(),
              capture.reference());
        });
  }

  private static boolean frozen(Tables tables, PayableId payable, PayeeId payee) {
    return tables
        .release(payable, payee)
        .filter(release -> release.state() == Release.State.FROZEN)
        .isPresent();
  }

  /**
   * What a payee is owed in all, below zero what he owes. Who has debts cannot pay them with what
   * other customers may still want back: it is not counted until it is passed on.
   *
   * @param passedOn what is being passed on, which counts
   */
  private static Money earned(
      Tables tables, Payee payee, CurrencyUnit currency, @Nullable PayableId passedOn) {
    Money owed =
        tables.journal().balance(Account.of(Account.Kind.PAYEE_PAYABLE, payee.id(), currency));
    return tables.mayOwe(payee.id()) ? owed.minus(tables.held(payee, currency, passedOn)) : owed;
  }

  /**
   * Sends a payee's balance to his bank: what he is owed, as far as it lies in his balance. Where
   * the provider cannot send so much yet, the oldest earnings that fit. While a payout is under
   * way, asking again answers that one.
   *
   * @param least less than this is not worth sending
   * @throws PaymentRefusedException if there is less, nothing of it can be sent yet, or he has no
   *     account
   */
  public Operation payout(PayeeId payee, Money least) {
    CurrencyUnit currency = least.getCurrencyUnit();
    Payee known =
        payee(payee).orElseThrow(() -> new PaymentRefusedException(Reason.UNKNOWN_PAYEE, payee));
    // Whoever cannot tell sets no limit: the provider still refuses what is too much.
    Optional<Money> sendable =
        gateway.available(currency, known.account()) instanceof Answer.Done<Money>(Money money)
            ? Optional.of(money)
            : Optional.empty();
    return perform(
        Subject.of(payee),
        tables -> {
          List<Operation> payouts = payouts(tables, payee, currency);
          Optional<Operation> open =
              payouts.stream()
                  .filter(one -> one.state().unresolved() || one.state() == State.PENDING)
                  .findFirst();
          if (open.isPresent()) {
            return open.get();
          }
          Account cash = Account.of(Account.Kind.PAYEE_CASH, payee, currency);
          Money owed = earned(tables, known, currency, null);
          Money lies = tables.journal().balance(cash);
          Money amount = owed.isLessThan(lies) ? owed : lies;
          if (!amount.isPositive() || amount.isLessThan(least)) {
            throw new PaymentRefusedException(Reason.NOTHING_OWED, payee);
          }
          if (sendable.isPresent() && sendable.get().isLessThan(amount)) {
            amount =
                Earnings.of(cash, tables.journal(), clock.instant()).oldestThatFit(sendable.get());
            if (!amount.isPositive() || amount.isLessThan(least)) {
              throw new PaymentRefusedException(Reason.NOT_AVAILABLE_YET, payee);
            }
          }
          return keep(
              tables,
              Subject.of(payee),
              Kind.PAYOUT,
              Purposes.payout(payouts.size() + 1, currency.getCode()),
              Optional.empty(),
              amount,
              known.account(),
              null);
        });
  }

  private static List<Operation> payouts(Tables tables, PayeeId payee, CurrencyUnit currency) {
    return tables.operations(Subject.of(payee)).stream()
        .filter(one -> one.kind() == Kind.PAYOUT)
        .filter(one -> currencyOf(one).equals(currency))
        .toList();
  }

  /** A payee's payouts in a currency, in the order in which they were asked for. */
  public List<Operation> payouts(PayeeId payee, CurrencyUnit currency) {
    return store.inTransaction(tables -> payouts(tables, payee, currency));
  }

  private static CurrencyUnit currencyOf(Operation operation) {
    return Objects.requireNonNull(operation.amount(), "a payout has an amount").getCurrencyUnit();
  }

  /** Opens an account for a payee at the provider. */
  public Operation onboard(PayeeId payee, String country) {
    return perform(
        Subject.of(payee),
        tables -> {
          Optional<Operation> before =
              tables.operations(Subject.of(payee)).stream()
                  .filter(one -> one.kind() == Kind.ONBOARD)
                  .reduce((first, second) -> second);
          if (before.isPresent() && before.get().state() != State.FAILED) {
            return before.get();
          }
          return keep(
              tables,
              Subject.of(payee),
              Kind.ONBOARD,
              Purposes.ONBOARD,
              before,
              null,
              null,
              new NewPayee(payee, country).country());
        });
  }

  /**
   * The provider's page where a payee gives what is asked of him.
   *
   * @throws PaymentRefusedException if he has no account yet
   */
  public Answer<URI> onboardingPage(PayeeId payee, URI returnTo, URI again) {
    Payee known =
        payee(payee).orElseThrow(() -> new PaymentRefusedException(Reason.UNKNOWN_PAYEE, payee));
    return gateway.onboardingPage(known.account(), returnTo, again);
  }

  /** Whether the provider closes accounts of payees. */
  public boolean canClose() {
    return gateway.can(Gateway.Capability.CLOSING);
  }

  /**
   * Closes a payee's account at the provider for good, as when he is to be forgotten. Again answers
   * the same; after a refusal of the provider's it is asked for anew.
   *
   * @throws PaymentRefusedException if he has no account, is owed something, owes something, or is
   *     being paid
   * @throws UnsupportedOperationException if the provider closes none
   */
  public Operation close(PayeeId payee) {
    if (!canClose()) {
      throw new UnsupportedOperationException(gateway.name() + " closes no accounts");
    }
    return perform(
        Subject.of(payee),
        tables -> {
          Payee known =
              tables
                  .payee(payee)
                  .orElseThrow(() -> new PaymentRefusedException(Reason.UNKNOWN_PAYEE, payee));
          List<Operation> his = tables.operations(Subject.of(payee));
          Optional<Operation> before =
              his.stream()
                  .filter(one -> one.kind() == Kind.CLOSE)
                  .reduce((first, second) -> second);
          if (before.isPresent() && before.get().state() != State.FAILED) {
            return before.get();
          }
          boolean underWay =
              his.stream()
                  .anyMatch(one -> one.state().unresolved() || one.state() == State.PENDING);
          boolean money =
              tables.journal().accounts().stream()
                  .filter(account -> account.owner().equals(Optional.of(payee)))
                  .anyMatch(account -> !tables.journal().balance(account).isZero());
          if (underWay || money) {
            throw new PaymentRefusedException(Reason.MONEY_LEFT, payee);
          }
          return keep(
              tables,
              Subject.of(payee),
              Kind.CLOSE,
              Purposes.CLOSE,
              before,
              null,
              known.account(),
              null);
        });
  }

  /** Whether an account is one that was closed: nothing is found out about it any more. */
  boolean isClosed(String account) {
    return store.inTransaction(
        tables ->
            tables
                .payeeOf(account)
                .filter(payee -> payee.standing() == PayeeStanding.CLOSED)
                .isPresent());
  }

  /** A payee as he was last seen. */
  public Optional<Payee> payee(PayeeId payee) {
    return store.inTransaction(tables -> tables.payee(payee));
  }

  /** A payable's operations, in the order in which they were asked for. */
  public List<Operation> operations(PayableId payable) {
    return store.inTransaction(tables -> tables.operations(Subject.of(payable)));
  }

  /**
   * How a payable stands: derived from its operations and disputes at the moment of asking.
   *
   * @throws PaymentRefusedException if the payable is unknown
   */
  public Standing standing(PayableId payable) {
    return store.inTransaction(tables -> Standing.of(life(tables, payable)));
  }

  /** What is left of a payable's captured money, and where it belongs; empty before the capture. */
  public Optional<Allocation> remaining(PayableId payable) {
    return store.inTransaction(
        tables -> {
          Life life = life(tables, payable);
          return life.captured().isEmpty() ? Optional.empty() : Optional.of(life.remaining());
        });
  }

  /**
   * Finds out about operations whose outcome is open and that nobody has touched for a while: by
   * the same key, or by looking the object up. Run by a schedule and after a crash, by any number
   * of instances.
   *
   * @param untouched how long, longer than a call may take
   * @param most how many at a time
   * @return how many are known now
   */
  public int resolve(Duration untouched, int most) {
    requireOwnBooks();
    Instant before = clock.instant().minus(untouched);
    List<Operation> open = store.inTransaction(tables -> tables.unresolvedSince(before, most));
    int known = 0;
    for (Operation operation : open) {
      Operation settled = ask(operation);
      known += settled.state().unresolved() ? 0 : 1;
      finish(operation.subject(), Kind.REVERSE);
    }
    List<Operation> pending = store.inTransaction(tables -> tables.pendingSince(before, most));
    for (Operation operation : pending) {
      known += lookUp(operation) ? 1 : 0;
    }
    return known;
  }

  private boolean lookUp(Operation operation) {
    Gateway.ObjectKind kind =
        switch (operation.kind()) {
          case START, AUTHORISE, CAPTURE, VOID -> Gateway.ObjectKind.PAYMENT;
          case REFUND -> Gateway.ObjectKind.REFUND;
          case TRANSFER, REVERSE -> Gateway.ObjectKind.TRANSFER;
          case PAYOUT -> Gateway.ObjectKind.PAYOUT;
          case ONBOARD -> Gateway.ObjectKind.PAYEE;
          case CLOSE, TAX, TAX_REVERSE ->
              throw new IllegalStateException(operation.kind() + " is never pending");
        };
    String reference = operation.reference();
    if (reference == null) {
      return false;
    }
    String account = operation.kind() == Kind.PAYOUT ? operation.target() : null;
    Answer<ProviderObject> seen = gateway.lookUp(kind, reference, account);
    return seen instanceof Answer.Done<ProviderObject>(ProviderObject object) && see(object);
  }

  /**
   * Looks up again what may have gone on without a message reaching us: payments that customers
   * were deciding about, and refunds and payouts that banks may have sent back. Run once an hour.
   *
   * @param within how long ago an operation may have changed; banks send money back within days
   * @param most how many at a time, of each sort
   * @return how many had news
   */
  public int lookAgain(Duration within, int most) {
    Instant since = clock.instant().minus(within);
    List<Operation> recent = new ArrayList<>();
    recent.addAll(store.inTransaction(tables -> tables.unsettledSince(since, most)));
    recent.addAll(store.inTransaction(tables -> tables.movedSince(since, most)));
    int news = 0;
    for (Operation operation : recent) {
      news += lookUp(operation) ? 1 : 0;
    }
    return news;
  }

  /**
   * Takes note of an object as the provider has it: whatever happened there without us.
   *
   * @return whether anything was new
   * @throws ProviderMismatchException if it contradicts what was asked
   */
  boolean see(ProviderObject object) {
    requireOwnBooks();
    boolean news = store.inTransaction(tables -> settling.see(tables, object));
    settling.subjectOf(store, object).ifPresent(subject -> finish(subject, Kind.REVERSE));
    return news;
  }

  // ---- keep, ask, settle

  private Operation perform(Subject subject, Function<Tables, Operation> claim) {
    requireOwnBooks();
    Operation operation =
        store.inTransaction(
            tables -> {
              tables.lock(subject);
              return claim.apply(tables);
            });
    return operation.state().unresolved() ? ask(operation) : operation;
  }

  /** Asks for operations that settling another one has left behind. */
  private void finish(Subject subject, Kind kind) {
    List<Operation> left =
        store.inTransaction(
            tables ->
                tables.operations(subject).stream()
                    .filter(one -> one.kind() == kind && one.state() == State.INIT)
                    .toList());
    left.forEach(this::ask);
  }

  private Operation keep(
      Tables tables,
      PayableId payable,
      Kind kind,
      String purpose,
      Optional<Operation> before,
      @Nullable Money amount,
      @Nullable String target,
      @Nullable String detail) {
    return keep(tables, Subject.of(payable), kind, purpose, before, amount, target, detail);
  }

  private Operation keep(
      Tables tables,
      Subject subject,
      Kind kind,
      String purpose,
      Optional<Operation> before,
      @Nullable Money amount,
      @Nullable String target,
      @Nullable String detail) {
    Instant now = clock.instant();
    Operation operation =
        new Operation(
            subject,
            kind,
            purpose,
            before.map(Operation::attempt).orElse(0) + 1,
            State.INIT,
            amount,
            target,
            detail,
            null,
            null,
            now,
            now);
    if (!tables.insert(operation)) {
      throw new IllegalStateException("a locked subject gained " + operation.key());
    }
    return operation;
  }

  private Operation ask(Operation operation) {
    Answer<? extends ProviderObject> answer = call(operation);
    return store.inTransaction(tables -> settling.settle(tables, operation, answer));
  }

  private Answer<? extends ProviderObject> call(Operation operation) {
    return switch (operation.kind()) {
      case START ->
          gateway.start(
              operation.key(),
              new NewPayment(
                  new PayableId(operation.subject().id()),
                  amount(operation),
                  Capture.valueOf(detail(operation))));
      case AUTHORISE -> gateway.authorise(operation.key(), target(operation), detail(operation));
      case CAPTURE -> gateway.capture(operation.key(), target(operation), amount(operation));
      case VOID -> gateway.voidPayment(operation.key(), target(operation));
      case REFUND -> gateway.refund(operation.key(), target(operation), amount(operation));
      case TRANSFER ->
          gateway.transfer(
              operation.key(),
              new NewTransfer(
                  new PayableId(operation.subject().id()),
                  target(operation),
                  amount(operation),
                  operation.detail()));
      case REVERSE -> gateway.reverse(operation.key(), target(operation), amount(operation));
      case PAYOUT -> gateway.payout(operation.key(), target(operation), amount(operation));
      case ONBOARD ->
          gateway.onboard(
              operation.key(),
              new NewPayee(new PayeeId(operation.subject().id()), detail(operation)));
      case CLOSE -> gateway.close(operation.key(), target(operation));
      case TAX, TAX_REVERSE ->
          taxReturns.ask(
              operation,
              store.inTransaction(tables -> life(tables, new PayableId(operation.subject().id()))));
    };
  }

  private static Money amount(Operation operation) {
    return Objects.requireNonNull(operation.amount(), "kept without an amount");
  }

  private static String target(Operation operation) {
    return Objects.requireNonNull(operation.target(), "kept without a target");
  }

  private static String detail(Operation operation) {
    return Objects.requireNonNull(operation.detail(), "kept without a detail");
  }

  private static Life life(Tables tables, PayableId payable) {
    return Settling.life(tables, payable)
        .orElseThrow(() -> new PaymentRefusedException(Reason.UNKNOWN_PAYABLE, payable));
  }
}
