package io.ktizo.payments;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * A gateway that is left alone while its provider does not answer: after some doubts in a row calls
 * are not made but answered {@link Answer.Doubt#NOT_ASKED}, for a pause that doubles while it goes
 * on, with jitter so that instances do not come back together. Then one call tries; if it is
 * answered, all go on.
 *
 * <p>Nothing is lost by that: an operation in doubt is asked again under its key when the provider
 * is back. Safe for use by many threads if the random generator is.
 */
public final class CircuitBreaker implements Gateway {
  private static final System.Logger LOG = System.getLogger(CircuitBreaker.class.getName());

  private final Gateway gateway;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final Settings settings;
  private final Object lock = new Object();
  private int doubts;
  private int openings;
  private Instant openUntil = Instant.MIN;
  private boolean trying;

  /**
   * When it opens, and for how long.
   *
   * @param doubts how many in a row open it, at least 1
   * @param pause how long it stays open the first time
   * @param longest it never stays open longer, jitter included
   */
  public record Settings(int doubts, Duration pause, Duration longest) {
    /** Five doubts; one second to one minute. */
    public static final Settings USUAL =
        new Settings(5, Duration.ofSeconds(1), Duration.ofMinutes(1));

    public Settings {
      if (doubts < 1 || pause.isNegative() || pause.isZero() || longest.compareTo(pause) < 0) {
        throw new IllegalArgumentException("at least one doubt, and a pause up to the longest");
      }
    }
  }

  /** Guards a gateway. */
  public CircuitBreaker(
      Gateway gateway, InstantSource clock, RandomGenerator random, Settings settings) {
    this.gateway = gateway;
    this.clock = clock;
    this.random = random;
    this.settings = settings;
  }

  /** Whether calls are not made at the moment. */
  public boolean isOpen() {
    synchronized (lock) {
      return clock.instant().isBefore(openUntil);
    }
  }

  private <T> Answer<T> guarded(Supplier<Answer<T>> call) {
    synchronized (lock) {
      boolean opened = openings > 0;
      if (clock.instant().isBefore(openUntil) || (opened && trying)) {
        return new Answer.InDoubt<>(Answer.Doubt.NOT_ASKED);
      }
      trying = opened;
    }
    boolean ended = false;
    try {
      Answer<T> answer = call.get();
      note(answer instanceof Answer.InDoubt);
      ended = true;
      return answer;
    } finally {
      if (!ended) {
        note(true);
      }
    }
  }

  private void note(boolean doubt) {
    synchronized (lock) {
      boolean wasTrying = trying;
      trying = false;
      if (!doubt) {
        if (openings > 0) {
          LOG.log(System.Logger.Level.INFO, "{0} answers again", gateway.name());
        }
        doubts = 0;
        openings = 0;
        return;
      }
      doubts++;
      if (wasTrying || (openings == 0 && doubts >= settings.doubts())) {
        open();
      }
    }
  }

  private void open() {
    Duration pause = settings.pause();
    for (int i = 0; i < openings && pause.compareTo(settings.longest()) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    // Half of it for sure, the other half by chance.
    long half = pause.toMillis() / 2;
    Duration jittered = Duration.ofMillis(half + random.nextLong(half + 1));
    Duration kept = jittered.compareTo(settings.longest()) > 0 ? settings.longest() : jittered;
    openings++;
    openUntil = clock.instant().plus(kept);
    LOG.log(
        System.Logger.Level.WARNING,
        "{0} does not answer; not asked for {1} ms",
        gateway.name(),
        kept.toMillis());
  }

  @Override
  public String name() {
    return gateway.name();
  }

  @Override
  public boolean can(Capability capability) {
    return gateway.can(capability);
  }

  @Override
  public Answer<ProviderObject.Payment> start(IdempotencyKey key, NewPayment payment) {
    return guarded(() -> gateway.start(key, payment));
  }

  @Override
  public Answer<ProviderObject.Payment> authorise(
      IdempotencyKey key, String payment, String method) {
    return guarded(() -> gateway.authorise(key, payment, method));
  }

  @Override
  public Answer<ProviderObject.Payment> capture(IdempotencyKey key, String payment, Money amount) {
    return guarded(() -> gateway.capture(key, payment, amount));
  }

  @Override
  public Answer<ProviderObject.Payment> voidPayment(IdempotencyKey key, String payment) {
    return guarded(() -> gateway.voidPayment(key, payment));
  }

  @Override
  public Answer<ProviderObject.Refund> refund(IdempotencyKey key, String payment, Money amount) {
    return guarded(() -> gateway.refund(key, payment, amount));
  }

  @Override
  public Answer<ProviderObject.Transfer> transfer(IdempotencyKey key, NewTransfer transfer) {
    return guarded(() -> gateway.transfer(key, transfer));
  }

  @Override
  public Answer<ProviderObject.Reversal> reverse(
      IdempotencyKey key, String transfer, Money amount) {
    return guarded(() -> gateway.reverse(key, transfer, amount));
  }

  @Override
  public Answer<ProviderObject.Payout> payout(IdempotencyKey key, String account, Money amount) {
    return guarded(() -> gateway.payout(key, account, amount));
  }

  @Override
  public Answer<ProviderObject.PayeeAccount> onboard(IdempotencyKey key, NewPayee payee) {
    return guarded(() -> gateway.onboard(key, payee));
  }

  @Override
  public Answer<URI> onboardingPage(String account, URI returnTo, URI again) {
    return guarded(() -> gateway.onboardingPage(account, returnTo, again));
  }

  @Override
  public Answer<ProviderObject.ClosedAccount> close(IdempotencyKey key, String account) {
    return guarded(() -> gateway.close(key, account));
  }

  @Override
  public Answer<ProviderObject.Dispute> contest(
      IdempotencyKey key, String dispute, List<Evidence> evidence) {
    return guarded(() -> gateway.contest(key, dispute, evidence));
  }

  @Override
  public Answer<ProviderObject> lookUp(
      ObjectKind kind, String reference, @Nullable String account) {
    return guarded(() -> gateway.lookUp(kind, reference, account));
  }

  @Override
  public Answer<List<ProviderObject.Payment>> paymentsOf(PayableId payable) {
    return guarded(() -> gateway.paymentsOf(payable));
  }

  @Override
  public Answer<Money> available(CurrencyUnit currency, @Nullable String account) {
    return guarded(() -> gateway.available(currency, account));
  }

  @Override
  public Answer<BalancePage> balanceChanges(
      @Nullable String account, Instant since, @Nullable String after) {
    return guarded(() -> gateway.balanceChanges(account, since, after));
  }

  @Override
  public WebhookEvent readWebhook(byte[] body, @Nullable String signature) {
    return gateway.readWebhook(body, signature);
  }
}
