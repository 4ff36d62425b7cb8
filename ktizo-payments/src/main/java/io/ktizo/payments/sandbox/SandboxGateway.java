package io.ktizo.payments.sandbox;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Answer.Doubt;
import io.ktizo.payments.Answer.Reason;
import io.ktizo.payments.BalanceChange;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.Dispute;
import io.ktizo.payments.ProviderObject.PayeeAccount;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.Payout;
import io.ktizo.payments.ProviderObject.Refund;
import io.ktizo.payments.ProviderObject.Reversal;
import io.ktizo.payments.ProviderObject.Transfer;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.WebhookRefusedException;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * The provider in the process. Deterministic: the same calls at the same times give the same
 * answers. Everything is forgotten with the object.
 *
 * <p>It moves no money, so it must not be where money is expected: a host that runs in production
 * mode does not make one ({@link #requireNotProduction}).
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

  private record Kept(List<Object> arguments, Answer<?> answer) {}

  private final Object lock = new Object();
  private final SandboxProvider provider;
  private final SandboxWebhooks messages;
  private final Webhooks webhooks;
  private final Map<IdempotencyKey, Kept> kept = new HashMap<>();

  /**
   * A provider with empty books.
   *
   * @param secret signs messages; at least 16 bytes
   * @param webhooks where messages go
   */
  public SandboxGateway(InstantSource clock, byte[] secret, Webhooks webhooks) {
    this.provider = new SandboxProvider(clock);
    this.messages = new SandboxWebhooks(clock, secret);
    this.webhooks = webhooks;
  }

  /**
   * The guard that a host asks before it makes one.
   *
   * @throws IllegalStateException in production mode
   */
  public static void requireNotProduction(boolean production) {
    if (production) {
      throw new IllegalStateException(
          "the sandbox moves no money and does not run in production mode: configure a provider");
    }
  }

  @Override
  public String name() {
    return "sandbox";
  }

  @Override
  public boolean can(Capability capability) {
    return switch (capability) {
      case MANUAL_CAPTURE, TRANSFERS, PAYOUTS, EVIDENCE -> true;
      case REDACTION -> false;
    };
  }

  @Override
  public Answer<Payment> start(IdempotencyKey key, NewPayment payment) {
    return once(key, List.of("start", payment), () -> provider.start(payment));
  }

  @Override
  public Answer<Payment> authorise(IdempotencyKey key, String payment, String method) {
    List<Object> arguments = List.of("authorise", payment, method);
    boolean first;
    synchronized (lock) {
      first = !kept.containsKey(key);
    }
    Answer<Payment> answer = once(key, arguments, () -> provider.authorise(payment, method));
    boolean lost = method.equals(SandboxCard.ANSWER_LOST.token());
    return first && lost && answer instanceof Answer.Done
        ? new Answer.InDoubt<>(Doubt.TIME_OUT)
        : answer;
  }

  @Override
  public Answer<Payment> capture(IdempotencyKey key, String payment, Money amount) {
    return once(key, List.of("capture", payment, amount), () -> provider.capture(payment, amount));
  }

  @Override
  public Answer<Payment> voidPayment(IdempotencyKey key, String payment) {
    return once(key, List.of("void", payment), () -> provider.voidPayment(payment));
  }

  @Override
  public Answer<Refund> refund(IdempotencyKey key, String payment, Money amount) {
    return once(key, List.of("refund", payment, amount), () -> provider.refund(payment, amount));
  }

  @Override
  public Answer<Transfer> transfer(IdempotencyKey key, NewTransfer transfer) {
    return once(key, List.of("transfer", transfer), () -> provider.transfer(transfer));
  }

  @Override
  public Answer<Reversal> reverse(IdempotencyKey key, String transfer, Money amount) {
    return once(
        key, List.of("reverse", transfer, amount), () -> provider.reverse(transfer, amount));
  }

  @Override
  public Answer<Payout> payout(IdempotencyKey key, String account, Money amount) {
    return once(key, List.of("payout", account, amount), () -> provider.payout(account, amount));
  }

  @Override
  public Answer<PayeeAccount> onboard(IdempotencyKey key, NewPayee payee) {
    return once(key, List.of("onboard", payee), () -> provider.onboard(payee.payee()));
  }

  /** {@inheritDoc} The page is the return address itself: asking for it completes the account. */
  @Override
  public Answer<URI> onboardingPage(String account, URI returnTo, URI again) {
    Answer<PayeeAccount> completed = doing(() -> provider.complete(account));
    return switch (completed) {
      case Answer.Done<PayeeAccount> done -> new Answer.Done<>(returnTo);
      case Answer.Refused<PayeeAccount> refused ->
          new Answer.Refused<>(refused.code(), refused.reason());
      case Answer.InDoubt<PayeeAccount> doubt -> new Answer.InDoubt<>(doubt.cause());
    };
  }

  /** {@inheritDoc} Any evidence wins, none loses. */
  @Override
  public Answer<Dispute> contest(IdempotencyKey key, String dispute, List<Evidence> evidence) {
    return once(
        key,
        List.of("contest", dispute, List.copyOf(evidence)),
        () -> provider.contest(dispute, !evidence.isEmpty()));
  }

  @Override
  public Answer<ProviderObject> lookUp(
      ObjectKind kind, String reference, @Nullable String account) {
    return doing(
        () ->
            provider
                .lookUp(kind, reference)
                .<Answer<ProviderObject>>map(Answer.Done::new)
                .orElseGet(() -> new Answer.Refused<>("no_such_object", Reason.UNKNOWN_OBJECT)));
  }

  @Override
  public Answer<List<Payment>> paymentsOf(PayableId payable) {
    synchronized (lock) {
      return new Answer.Done<>(provider.paymentsOf(payable));
    }
  }

  @Override
  public Answer<Money> available(CurrencyUnit currency, @Nullable String account) {
    synchronized (lock) {
      return new Answer.Done<>(provider.available(currency, account));
    }
  }

  @Override
  public Answer<BalancePage> balanceChanges(
      @Nullable String account, Instant since, @Nullable String after) {
    synchronized (lock) {
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
  @SuppressWarnings("unchecked") // a key's arguments begin with the verb, which fixes the type
  private <T> Answer<T> once(IdempotencyKey key, List<Object> arguments, Supplier<Answer<T>> call) {
    return doing(
        () -> {
          Kept before = kept.get(key);
          if (before == null) {
            Answer<T> answer = call.get();
            kept.put(key, new Kept(arguments, answer));
            return answer;
          }
          return before.arguments().equals(arguments)
              ? (Answer<T>) before.answer()
              : new Answer.Refused<>("idempotency_key_in_use", Reason.INVALID_CALL);
        });
  }

  private <T> Answer<T> doing(Supplier<Answer<T>> call) {
    Answer<T> answer;
    List<WebhookEvent> happened;
    synchronized (lock) {
      answer = call.get();
      happened = provider.drainEvents();
    }
    happened.forEach(event -> messages.send(event, webhooks));
    return answer;
  }
}
