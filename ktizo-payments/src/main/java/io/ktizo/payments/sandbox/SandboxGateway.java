package io.ktizo.payments.sandbox;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Answer.Doubt;
import io.ktizo.payments.Answer.Reason;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.ClosedAccount;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.PayeeAccount;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.Payout;
import io.ktizo.payments.ProviderObject.Refund;
import io.ktizo.payments.ProviderObject.Reversal;
import io.ktizo.payments.ProviderObject.Transfer;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.sandbox.SandboxCall.Verb;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * The provider in the process. Deterministic: the same calls at the same times give the same
 * answers. So it comes back as it was from the calls that its {@link SandboxMemory} kept, and
 * several processes that share a memory have the same books: whatever is asked of one is done by
 * all, in one order.
 *
 * <p>It moves no money, so it must not be where money is expected: whoever makes one says what his
 * process is for, and in production there is none.
 *
 * <p>Safe for use by many threads. Messages to the host are handed over after each call, outside
 * any lock, in the thread of the call.
 */
public final class SandboxGateway implements Gateway {
  /** How many lines a page of a balance has. */
  private static final int PAGE = 100;

  /** Takes messages as the host's webhook endpoint would. */
  @FunctionalInterface
  public interface Webhooks {
    /** Nobody listens. */
    Webhooks NONE = (body, signature) -> {};

    /** A message: the bytes, and the header that signs them. */
    void deliver(byte[] body, String signature);
  }

  private record Kept(Verb verb, List<String> arguments, Answer<?> answer) {}

  /** What the process is for that a sandbox is made in. */
  public enum Mode {
    /** Trials and tests: no money is expected. */
    TRIAL,
    /** Customers pay and Shops want their money: a sandbox is refused. */
    PRODUCTION
  }

  private final Object lock = new Object();
  private final SandboxProvider provider;
  private final SandboxWebhooks messages;
  private final Webhooks webhooks;
  private final SandboxMemory memory;
  private final AtomicReference<Instant> moment = new AtomicReference<>(Instant.EPOCH);
  private final InstantSource clock;
  private final Map<IdempotencyKey, Kept> kept = new HashMap<>();

  /** The last place of the memory that was done. */
  private long place;

  /**
   * A provider that forgets everything with the process; its books are empty.
   *
   * @param mode what the process is for
   * @param secret signs messages; at least 16 bytes
   * @param webhooks where messages go
   * @throws IllegalStateException in production
   */
  public SandboxGateway(Mode mode, InstantSource clock, byte[] secret, Webhooks webhooks) {
    this(mode, clock, secret, webhooks, SandboxMemory.NONE);
  }

  /**
   * A provider whose books are those that its memory leads to.
   *
   * @param mode what the process is for
   * @param secret signs messages; at least 16 bytes
   * @param webhooks where messages go
   * @param memory keeps every call
   * @throws IllegalStateException in production, or if the memory holds what no sandbox wrote
   */
  public SandboxGateway(
      Mode mode, InstantSource clock, byte[] secret, Webhooks webhooks, SandboxMemory memory) {
    if (mode == Mode.PRODUCTION) {
      throw new IllegalStateException(
          "the sandbox moves no money and does not run in production: configure a provider");
    }
    this.clock = clock;
    this.provider = new SandboxProvider(moment::get);
    this.messages = new SandboxWebhooks(clock, secret);
    this.webhooks = webhooks;
    this.memory = memory;
    synchronized (lock) {
      catchUp();
    }
  }

  /** Does what other processes were asked meanwhile; they hand over what happened. */
  private void catchUp() {
    memory.after(place).forEach(this::perform);
    provider.drainEvents();
  }

  private Answer<?> perform(SandboxMemory.Kept one) {
    SandboxCall call = SandboxCall.read(one.call(), one.place());
    moment.set(call.at());
    Answer<?> answer = perform(call);
    place = one.place();
    return answer;
  }

  @Override
  public String name() {
    return "sandbox";
  }

  @Override
  public boolean can(Capability capability) {
    return switch (capability) {
      case MANUAL_CAPTURE, TRANSFERS, PAYOUTS, EVIDENCE, CLOSING -> true;
      case REDACTION -> false;
    };
  }

  @Override
  public Answer<Payment> start(IdempotencyKey key, NewPayment payment) {
    return once(
        key,
        Verb.START,
        payment.payable().value(),
        SandboxCall.text(payment.amount()),
        payment.capture().name());
  }

  @Override
  public Answer<Payment> authorise(IdempotencyKey key, String payment, String method) {
    if (SandboxCard.of(method).isEmpty()) {
      // Whatever a browser sent; it is not written down.
      return new Answer.Refused<>("no_such_card", Reason.INVALID_CALL);
    }
    boolean first;
    synchronized (lock) {
      catchUp();
      first = !kept.containsKey(key);
    }
    Answer<Payment> answer = once(key, Verb.AUTHORISE, payment, method);
    boolean lost = method.equals(SandboxCard.ANSWER_LOST.token());
    return first && lost && answer instanceof Answer.Done
        ? new Answer.InDoubt<>(Doubt.TIME_OUT)
        : answer;
  }

  @Override
  public Answer<Payment> capture(IdempotencyKey key, String payment, Money amount) {
    return once(key, Verb.CAPTURE, payment, SandboxCall.text(amount));
  }

  @Override
  public Answer<Payment> voidPayment(IdempotencyKey key, String payment) {
    return once(key, Verb.VOID, payment);
  }

  @Override
  public Answer<Refund> refund(IdempotencyKey key, String payment, Money amount) {
    return once(key, Verb.REFUND, payment, SandboxCall.text(amount));
  }

  @Override
  public Answer<Transfer> transfer(IdempotencyKey key, NewTransfer transfer) {
    String charge = transfer.charge();
    return once(
        key,
        Verb.TRANSFER,
        transfer.payable().value(),
        transfer.account(),
        SandboxCall.text(transfer.amount()),
        charge == null ? "" : charge);
  }

  @Override
  public Answer<Reversal> reverse(IdempotencyKey key, String transfer, Money amount) {
    return once(key, Verb.REVERSE, transfer, SandboxCall.text(amount));
  }

  @Override
  public Answer<Payout> payout(IdempotencyKey key, String account, Money amount) {
    return once(key, Verb.PAYOUT, account, SandboxCall.text(amount));
  }

  @Override
  public Answer<PayeeAccount> onboard(IdempotencyKey key, NewPayee payee) {
    return once(key, Verb.ONBOARD, payee.payee().value(), payee.country());
  }

  /** {@inheritDoc} The page is the return address itself: asking for it completes the account. */
  @Override
  public Answer<URI> onboardingPage(String account, URI returnTo, URI again) {
    Answer<PayeeAccount> completed = doing(null, Verb.COMPLETE, account);
    return switch (completed) {
      case Answer.Done<PayeeAccount> done -> new Answer.Done<>(returnTo);
      case Answer.Refused<PayeeAccount> refused ->
          new Answer.Refused<>(refused.code(), refused.reason());
      case Answer.InDoubt<PayeeAccount> doubt -> new Answer.InDoubt<>(doubt.cause());
    };
  }

  @Override
  public Answer<ClosedAccount> close(IdempotencyKey key, String account) {
    return once(key, Verb.CLOSE, account);
  }

  /** {@inheritDoc} Any evidence wins, none loses. */
  @Override
  public Answer<Dispute> contest(IdempotencyKey key, String dispute, List<Evidence> evidence) {
    return once(key, Verb.CONTEST, dispute, Boolean.toString(!evidence.isEmpty()));
  }

  @Override
  public Answer<ProviderObject> lookUp(
      ObjectKind kind, String reference, @Nullable String account) {
    boolean changes;
    synchronized (lock) {
      catchUp();
      changes = kind == ObjectKind.PAYMENT && provider.isUnderWay(reference);
    }
    if (changes) {
      // A slow bank decides while it is looked at: that belongs to what was asked.
      Answer<Payment> seen = doing(null, Verb.LOOK, reference);
      return switch (seen) {
        case Answer.Done<Payment>(Payment payment) -> new Answer.Done<>(payment);
        case Answer.Refused<Payment>(String code, Reason reason) ->
            new Answer.Refused<>(code, reason);
        case Answer.InDoubt<Payment>(Doubt doubt) -> new Answer.InDoubt<>(doubt);
      };
    }
    synchronized (lock) {
      return provider
          .lookUp(kind, reference)
          .<Answer<ProviderObject>>map(Answer.Done::new)
          .orElseGet(() -> new Answer.Refused<>("no_such_object", Reason.UNKNOWN_OBJECT));
    }
  }

  @Override
  public Answer<List<Payment>> paymentsOf(PayableId payable) {
    synchronized (lock) {
      catchUp();
      return new Answer.Done<>(provider.paymentsOf(payable));
    }
  }

  @Override
  public Answer<Money> available(CurrencyUnit currency, @Nullable String account) {
    synchronized (lock) {
      catchUp();
      return new Answer.Done<>(provider.available(currency, account));
    }
  }

  @Override
  public Answer<BalancePage> balanceChanges(
      @Nullable String account, Instant since, @Nullable String after) {
    synchronized (lock) {
      catchUp();
      List<BalanceChange> newestFirst = provider.changes(account).reversed();
      int from = 0;
      if (after != null) {
        from = newestFirst.size() - provider.positionOf(account, after);
      }
      List<BalanceChange> page = new ArrayList<>();
      while (from < newestFirst.size()
          && page.size() < PAGE
          && !newestFirst.get(from).at().isBefore(since)) {
        page.add(newestFirst.get(from));
        from++;
      }
      boolean more = from < newestFirst.size() && !newestFirst.get(from).at().isBefore(since);
      return new Answer.Done<>(new BalancePage(page, more));
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws WebhookRefusedException if it was not signed with this sandbox's secret within five
   *     minutes
   */
  @Override
  public WebhookEvent readWebhook(byte[] body, @Nullable String signature) {
    return messages.read(body, signature);
  }

  /** Does a call once for its key; the same key with other arguments is refused. */
  private <T> Answer<T> once(IdempotencyKey key, Verb verb, String... arguments) {
    return doing(key, verb, arguments);
  }

  /** Keeps the call, does it, and hands over what happened. */
  @SuppressWarnings("unchecked") // a verb fixes the type of its answer
  private <T> Answer<T> doing(@Nullable IdempotencyKey key, Verb verb, String... arguments) {
    Answer<T> answer;
    List<WebhookEvent> happened;
    synchronized (lock) {
      SandboxCall call = new SandboxCall(clock.instant(), key, verb, List.of(arguments));
      catchUp();
      boolean again = key != null && kept.containsKey(key);
      answer = (Answer<T>) (again ? perform(call) : kept(call));
      happened = provider.drainEvents();
    }
    happened.forEach(event -> messages.send(event, webhooks));
    return answer;
  }

  /** Done in its place behind what others kept; the answer is the last one's. */
  private Answer<?> kept(SandboxCall call) {
    List<SandboxMemory.Kept> behind = memory.append(call.toString(), place);
    for (SandboxMemory.Kept one : behind.subList(0, behind.size() - 1)) {
      perform(one);
    }
    // Theirs to hand over.
    provider.drainEvents();
    return perform(behind.getLast());
  }

  private Answer<?> perform(SandboxCall call) {
    IdempotencyKey key = call.key();
    if (key == null) {
      return provider.perform(call);
    }
    Kept before = kept.get(key);
    if (before == null) {
      Answer<?> answer = provider.perform(call);
      kept.put(key, new Kept(call.verb(), call.arguments(), answer));
      return answer;
    }
    return before.verb() == call.verb() && before.arguments().equals(call.arguments())
        ? before.answer()
        : new Answer.Refused<>("idempotency_key_in_use", Reason.INVALID_CALL);
  }
}
