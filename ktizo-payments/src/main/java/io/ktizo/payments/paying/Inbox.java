package io.ktizo.payments.paying;

import io.ktizo.core.sql.ConstraintException;
import io.ktizo.core.sql.StatementFailedException;
import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.ObjectKind;
import io.ktizo.payments.PaymentsException;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.store.PaymentsStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Messages from the provider: verified and kept before they are acknowledged, worked later.
 *
 * <p>A message says that something happened to an object; what, is looked up. So any order, any
 * repetition and any gap leads to the same state, and a message in a version that nobody knows is
 * as good as any. A message that cannot be worked comes again after a growing pause, and is parked
 * for a person after some days.
 *
 * <p>Safe for use by many threads and instances.
 */
public final class Inbox {
  private static final System.Logger LOG = System.getLogger(Inbox.class.getName());
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(30);

  /** 30 s doubled twelve times is 34 h: with what came before, about three days. */
  private static final int MOST_FAILURES = 13;

  /** A message may be faster than the answer that it tells of; one that still fails is odd. */
  private static final int SEVERAL_FAILURES = 4;

  private static final Duration PARKED = Duration.ofDays(365_000);

  /** The provider waits for an answer about as long. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int MOST_WAITING = 2_000;

  private final PaymentsStore store;
  private final Gateway gateway;
  private final Paying paying;
  private final InstantSource clock;
  private final GroupCommit<WebhookEvent, Boolean> intake;

  /** Works the messages of a gateway. */
  public Inbox(PaymentsStore store, Gateway gateway, Paying paying, InstantSource clock) {
    this.store = store;
    this.gateway = gateway;
    this.paying = paying;
    this.clock = clock;
    this.intake =
        new GroupCommit<>(
            events -> store.inTransaction(tables -> tables.receive(events, clock.instant())),
            failure ->
                failure instanceof ConstraintException
                    || failure instanceof StatementFailedException,
            MOST_WAITING,
            PATIENCE);
  }

  /**
   * Verifies a message and keeps it. Once this has returned, the message may be acknowledged.
   * Messages that come at the same time share a commit.
   *
   * @param body the bytes as they came
   * @param signature the header that signs them, or {@code null}
   * @return whether it was new
   * @throws WebhookRefusedException if it is not the provider's; nothing was kept
   * @throws InboxBusyException if more come than can be kept
   */
  public boolean receive(byte[] body, @Nullable String signature) {
    WebhookEvent event = gateway.readWebhook(body, signature);
    return intake.submit(event);
  }

  /**
   * Works messages that are due, oldest first.
   *
   * @param most how many at a time
   * @return how many were worked to the end
   */
  public int work(int most) {
    List<WebhookEvent> due = store.inTransaction(tables -> tables.unworked(clock.instant(), most));
    int worked = 0;
    for (WebhookEvent event : due) {
      worked += work(event) ? 1 : 0;
    }
    return worked;
  }

  /**
   * Forgets messages that were worked, some time after they came. Longer than the provider repeats
   * a message, or it would be taken for a new one: which would do no harm but work.
   *
   * @return how many
   */
  public int forget(Duration age) {
    Instant before = clock.instant().minus(age);
    return store.inTransaction(tables -> tables.forgetWorked(before));
  }

  /**
   * Messages that cannot be worked: somebody should look.
   *
   * @param most how many at a time, oldest first
   */
  public List<WebhookEvent> failing(int most) {
    return store.inTransaction(tables -> tables.failing(SEVERAL_FAILURES, most));
  }

  private boolean work(WebhookEvent event) {
    try {
      if (look(event)) {
        store.inTransaction(
            tables -> {
              tables.worked(event.id());
              return event;
            });
        return true;
      }
    } catch (PaymentsException e) {
      // Names and codes only: what a provider writes may repeat what people wrote.
      LOG.log(System.Logger.Level.WARNING, "message {0}: {1}", event.id(), e.getMessage());
    }
    putOff(event);
    return false;
  }

  /** Whether the object could be looked up and noted. */
  private boolean look(WebhookEvent event) {
    Optional<ObjectKind> kind = kind(event.kind());
    String reference = event.reference();
    if (kind.isEmpty() || reference == null) {
      return true;
    }
    Answer<ProviderObject> seen = gateway.lookUp(kind.get(), reference, event.account());
    return switch (seen) {
      case Answer.Done<ProviderObject> done -> {
        paying.see(done.object());
        yield true;
      }
      // The last messages of an account that was closed meanwhile have nothing to tell.
      case Answer.Refused<ProviderObject> refused ->
          event.kind() == WebhookEvent.Kind.PAYEE && paying.isClosed(reference);
      case Answer.InDoubt<ProviderObject> doubt -> false;
    };
  }

  private static Optional<ObjectKind> kind(WebhookEvent.Kind kind) {
    return switch (kind) {
      case PAYMENT -> Optional.of(ObjectKind.PAYMENT);
      case REFUND -> Optional.of(ObjectKind.REFUND);
      case PAYOUT -> Optional.of(ObjectKind.PAYOUT);
      case DISPUTE -> Optional.of(ObjectKind.DISPUTE);
      case PAYEE -> Optional.of(ObjectKind.PAYEE);
      // Transfers are finished when they are answered.
      case TRANSFER, OTHER -> Optional.empty();
    };
  }

  private void putOff(WebhookEvent event) {
    store.inTransaction(
        tables -> {
          int failures = tables.failures(event.id());
          Instant now = clock.instant();
          boolean parked = failures + 1 >= MOST_FAILURES;
          Duration pause = parked ? PARKED : FIRST_PAUSE.multipliedBy(1L << failures);
          tables.putOff(event.id(), now.plus(pause));
          if (parked) {
            LOG.log(System.Logger.Level.ERROR, "message {0} is parked", event.id());
          }
          return event;
        });
  }
}
