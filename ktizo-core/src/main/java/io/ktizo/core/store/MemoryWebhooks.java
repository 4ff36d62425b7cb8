package io.ktizo.core.store;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.webhook.DeliveringWebhooks;
import io.ktizo.core.webhook.Webhook;
import io.ktizo.core.webhook.WebhookDelivery;
import io.ktizo.core.webhook.WebhookDeliveryId;
import io.ktizo.core.webhook.WebhookId;
import io.ktizo.core.webhook.Webhooks;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Webhooks and their messages in memory, for tests and trials. */
public final class MemoryWebhooks implements Webhooks {
  /** As databases compare UUIDs: their text does, UUID's own comparison does not. */
  private static final Comparator<WebhookDelivery> BY_AGE =
      Comparator.comparing(delivery -> delivery.id().toString());

  private final MemoryOutbox outbox;
  private final Map<WebhookId, Webhook> webhooks = new HashMap<>();
  private final Map<WebhookDeliveryId, WebhookDelivery> deliveries = new HashMap<>();

  /** Webhooks whose events go to this outbox. */
  public MemoryWebhooks(MemoryOutbox outbox) {
    this.outbox = outbox;
  }

  @Override
  public synchronized void add(Webhook webhook) {
    if (of(webhook.shop()).size() >= MOST_PER_SHOP) {
      throw new TooManyException(webhook.shop(), MOST_PER_SHOP);
    }
    webhooks.put(webhook.id(), webhook);
  }

  @Override
  public synchronized Optional<Webhook> find(WebhookId id) {
    return Optional.ofNullable(webhooks.get(id));
  }

  @Override
  public synchronized List<Webhook> of(ShopId shop) {
    return webhooks.values().stream()
        .filter(webhook -> webhook.shop().equals(shop))
        .sorted(Comparator.comparing(webhook -> webhook.id().toString()))
        .toList();
  }

  @Override
  public synchronized Webhook save(Webhook changed) {
    requirePresent(changed);
    Webhook next = changed.atVersion(changed.version() + 1);
    webhooks.put(next.id(), next);
    return next;
  }

  private void requirePresent(Webhook read) {
    Webhook kept = webhooks.get(read.id());
    if (kept == null || kept.version() != read.version()) {
      throw new StaleVersionException(read.id(), read.version());
    }
  }

  @Override
  public synchronized void remove(Webhook webhook) {
    requirePresent(webhook);
    webhooks.remove(webhook.id());
    deliveries.values().removeIf(delivery -> delivery.webhook().equals(webhook.id()));
  }

  @Override
  public synchronized int write(List<WebhookDelivery> messages) {
    int written = 0;
    for (WebhookDelivery message : messages) {
      if (!webhooks.containsKey(message.webhook())) {
        throw new IllegalArgumentException("a message to a webhook that is not there");
      }
      if (deliveries.values().stream().noneMatch(known -> isSame(known, message))) {
        deliveries.put(message.id(), message);
        written++;
      }
    }
    return written;
  }

  private static boolean isSame(WebhookDelivery one, WebhookDelivery other) {
    return one.webhook().equals(other.webhook())
        && one.event().equals(other.event())
        && one.replay() == other.replay();
  }

  @Override
  public synchronized List<WebhookDelivery> claim(Instant now, Instant leaseEnd, int most) {
    List<WebhookDelivery> due =
        deliveries.values().stream()
            .filter(delivery -> delivery.state() == WebhookDelivery.State.PENDING)
            .filter(delivery -> !delivery.dueAt().isAfter(now))
            .filter(delivery -> mayBeAsked(webhooks.get(delivery.webhook()), now))
            .sorted(Comparator.comparing(WebhookDelivery::dueAt).thenComparing(BY_AGE))
            .limit(most)
            .toList();
    Set<WebhookId> tried = new HashSet<>();
    List<WebhookDelivery> claimed = new ArrayList<>();
    for (WebhookDelivery delivery : due) {
      Webhook webhook = webhooks.get(delivery.webhook());
      if (webhook != null && (webhook.failures() == 0 || tried.add(webhook.id()))) {
        WebhookDelivery leased =
            with(
                delivery,
                delivery.state(),
                delivery.attempts(),
                leaseEnd,
                delivery.lastResult(),
                delivery.lastAt());
        deliveries.put(leased.id(), leased);
        claimed.add(leased);
      }
    }
    return List.copyOf(claimed);
  }

  private static boolean mayBeAsked(@Nullable Webhook webhook, Instant now) {
    if (webhook == null || webhook.state() != Webhook.State.ACTIVE) {
      return false;
    }
    Instant rest = webhook.pausedUntil();
    return rest == null || !rest.isAfter(now);
  }

  private static WebhookDelivery with(
      WebhookDelivery delivery,
      WebhookDelivery.State state,
      int attempts,
      Instant dueAt,
      String lastResult,
      @Nullable Instant lastAt) {
    return new WebhookDelivery(
        delivery.id(),
        delivery.webhook(),
        delivery.event(),
        delivery.replay(),
        delivery.type(),
        delivery.body(),
        state,
        attempts,
        dueAt,
        lastResult,
        lastAt,
        delivery.createdAt());
  }

  @Override
  public synchronized boolean record(WebhookDelivery claimed, Result result, List<Event> events) {
    WebhookDelivery kept = deliveries.get(claimed.id());
    if (kept == null
        || kept.state() != WebhookDelivery.State.PENDING
        || kept.attempts() != claimed.attempts()
        || !kept.dueAt().equals(claimed.dueAt())) {
      return false;
    }
    Instant next = result.nextAt();
    WebhookDelivery.State state =
        result.delivered()
            ? WebhookDelivery.State.DELIVERED
            : next == null ? WebhookDelivery.State.FAILED : WebhookDelivery.State.PENDING;
    deliveries.put(
        kept.id(),
        with(
            kept,
            state,
            kept.attempts() + 1,
            next == null ? result.at() : next,
            result.outcome(),
            result.at()));
    Webhook webhook = webhooks.get(kept.webhook());
    if (webhook != null) {
      boolean disables = result.disable() && webhook.state() == Webhook.State.ACTIVE;
      webhooks.put(webhook.id(), after(webhook, result, disables));
      if (disables || !result.disable()) {
        outbox.append(events);
      }
    }
    return true;
  }

  private static Webhook after(Webhook webhook, Result result, boolean disables) {
    int failures = result.delivered() ? 0 : webhook.failures() + 1;
    Instant since = webhook.failingSince() == null ? result.at() : webhook.failingSince();
    return new Webhook(
        webhook.id(),
        webhook.shop(),
        disables ? webhook.version() + 1 : webhook.version(),
        webhook.url(),
        webhook.types(),
        disables ? Webhook.State.DISABLED : webhook.state(),
        webhook.secret(),
        webhook.oldSecret(),
        webhook.oldSecretUntil(),
        failures,
        result.delivered() ? null : since,
        result.delivered() ? null : result.at().plus(DeliveringWebhooks.restAfter(failures)),
        webhook.createdAt());
  }

  @Override
  public synchronized Optional<WebhookDelivery> delivery(WebhookDeliveryId id) {
    return Optional.ofNullable(deliveries.get(id));
  }

  @Override
  public synchronized List<WebhookDelivery> deliveries(
      WebhookId webhook, @Nullable WebhookDeliveryId before, int most) {
    return deliveries.values().stream()
        .filter(delivery -> delivery.webhook().equals(webhook))
        .filter(
            delivery -> before == null || delivery.id().toString().compareTo(before.toString()) < 0)
        .sorted(BY_AGE.reversed())
        .limit(most)
        .toList();
  }

  @Override
  public synchronized int replays(WebhookDelivery delivery) {
    return deliveries.values().stream()
        .filter(
            other ->
                other.webhook().equals(delivery.webhook())
                    && other.event().equals(delivery.event()))
        .mapToInt(WebhookDelivery::replay)
        .max()
        .orElse(0);
  }

  @Override
  public synchronized int forget(Instant olderThan) {
    int before = deliveries.size();
    deliveries
        .values()
        .removeIf(
            delivery ->
                delivery.state() != WebhookDelivery.State.PENDING
                    && delivery.createdAt().isBefore(olderThan));
    return before - deliveries.size();
  }
}
