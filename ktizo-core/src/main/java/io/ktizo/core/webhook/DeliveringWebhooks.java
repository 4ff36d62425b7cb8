package io.ktizo.core.webhook;

import io.ktizo.core.account.SecretBox;
import io.ktizo.core.event.Event;
import io.ktizo.core.id.IdGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends messages that are due. To be called every few seconds by any number of instances, which
 * share the work through the store.
 *
 * <p>A message that fails is sent again after {@link #PAUSES}, about three days in all. A webhook
 * whose attempts fail one after the other is asked less and less often, whatever the messages; one
 * that failed for {@link #LONGEST_FAILURE} is disabled, and its Shop is told by the event {@link
 * #DISABLED}.
 */
public final class DeliveringWebhooks {
  /** A webhook failed for too long; fact {@code webhook}. It is about the Shop. */
  public static final String DISABLED = "shop-webhook-disabled";

  /** Between the attempts for a message. */
  public static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(30),
          Duration.ofHours(2),
          Duration.ofHours(5),
          Duration.ofHours(10),
          Duration.ofHours(14),
          Duration.ofHours(18),
          Duration.ofHours(22));

  /** How long a webhook may fail. */
  public static final Duration LONGEST_FAILURE = Duration.ofDays(5);

  /** So many failures in a row are bad luck; after that the webhook is given a rest. */
  private static final int BAD_LUCK = 5;

  private static final Duration FIRST_REST = Duration.ofSeconds(30);
  private static final Duration LONGEST_REST = Duration.ofHours(1);

  /** Longer than any transport takes. */
  private static final Duration LEASE = Duration.ofMinutes(1);

  private final Webhooks webhooks;
  private final WebhookTransport transport;
  private final SecretBox box;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final int parallel;

  /**
   * Delivering with these parts.
   *
   * @param parallel how many messages are sent at the same time, from 1
   */
  public DeliveringWebhooks(
      Webhooks webhooks,
      WebhookTransport transport,
      SecretBox box,
      IdGenerator ids,
      InstantSource clock,
      int parallel) {
    this.webhooks = webhooks;
    this.transport = transport;
    this.box = box;
    this.ids = ids;
    this.clock = clock;
    this.parallel = parallel;
  }

  /**
   * Sends what is due, once each.
   *
   * @return how many messages the other sides have taken
   */
  public int deliverDue() {
    Instant now = clock.instant();
    List<WebhookDelivery> claimed = webhooks.claim(now, now.plus(LEASE), parallel);
    AtomicInteger delivered = new AtomicInteger();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> running = new ArrayList<>();
      for (WebhookDelivery delivery : claimed) {
        running.add(
            workers.submit(
                () -> {
                  if (deliver(delivery)) {
                    delivered.incrementAndGet();
                  }
                }));
      }
      for (Future<?> one : running) {
        await(one);
      }
    }
    return delivered.get();
  }

  private static void await(Future<?> running) {
    try {
      running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (java.util.concurrent.ExecutionException e) {
      // The store failed; the lease will end and the message be due again.
      System.getLogger(DeliveringWebhooks.class.getName())
          .log(
              System.Logger.Level.WARNING,
              "a webhook's message was broken off: {0}",
              String.valueOf(e.getCause() == null ? e : e.getCause().getClass().getName()));
    }
  }

  private boolean deliver(WebhookDelivery delivery) {
    Optional<Webhook> found = webhooks.find(delivery.webhook());
    if (found.isEmpty()) {
      return false;
    }
    Webhook webhook = found.get();
    byte[] body = delivery.body().getBytes(StandardCharsets.UTF_8);
    WebhookTransport.Answer answer =
        transport.post(
            webhook.url(),
            Map.of(
                "Content-Type",
                "application/json",
                "Ktizo-Event",
                delivery.event().toString(),
                "Ktizo-Delivery",
                delivery.id().toString(),
                WebhookSignature.HEADER,
                WebhookSignature.of(secrets(webhook), clock.instant(), body)),
            body);
    return record(webhook, delivery, answer);
  }

  private List<String> secrets(Webhook webhook) {
    List<String> secrets = new ArrayList<>();
    secrets.add(opened(webhook, webhook.secret()));
    Sealed old = webhook.oldSecret();
    Instant until = webhook.oldSecretUntil();
    if (old != null && until != null && until.isAfter(clock.instant())) {
      secrets.add(opened(webhook, old));
    }
    return secrets;
  }

  private String opened(Webhook webhook, Sealed secret) {
    return new String(
        box.open(secret.bytes(), ManagingWebhooks.context(webhook.id())), StandardCharsets.UTF_8);
  }

  private boolean record(
      Webhook webhook, WebhookDelivery delivery, WebhookTransport.Answer answer) {
    Instant now = clock.instant();
    String outcome =
        switch (answer) {
          case WebhookTransport.Answer.Status status -> Integer.toString(status.status());
          case WebhookTransport.Answer.Failed failed -> failed.failure().name();
        };
    if (answer instanceof WebhookTransport.Answer.Status status
        && status.status() >= 200
        && status.status() < 300) {
      return webhooks.record(
          delivery, new Webhooks.Result(outcome, true, now, null, false), List.of());
    }
    int attempts = delivery.attempts() + 1;
    Instant next = attempts > PAUSES.size() ? null : now.plus(PAUSES.get(attempts - 1));
    // 410 Gone: the other side wants no more of them.
    boolean gone =
        answer instanceof WebhookTransport.Answer.Status status && status.status() == 410;
    Instant since = webhook.failingSince();
    boolean disable = gone || (since != null && !since.plus(LONGEST_FAILURE).isAfter(now));
    List<Event> events =
        disable
            ? List.of(
                Event.of(
                    ids,
                    clock,
                    DISABLED,
                    webhook.shop(),
                    Map.of("webhook", webhook.id().toString())))
            : List.of();
    webhooks.record(delivery, new Webhooks.Result(outcome, false, now, next, disable), events);
    return false;
  }

  /** For how long a webhook is asked nothing after so many failures in a row; none at first. */
  public static Duration restAfter(int failures) {
    if (failures < BAD_LUCK) {
      return Duration.ZERO;
    }
    Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures - BAD_LUCK, 20));
    return rest.compareTo(LONGEST_REST) > 0 ? LONGEST_REST : rest;
  }
}
