package io.ktizo.core.webhook;

import io.ktizo.core.event.Event;
import io.ktizo.core.shop.ShopId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where webhooks and their messages are kept. Each method is one transaction; any number of threads
 * and instances may call it.
 */
public interface Webhooks {
  /** No Shop has more. */
  int MOST_PER_SHOP = 20;

  /**
   * Keeps a new webhook.
   *
   * @throws io.ktizo.core.shop.TooManyException if the Shop has {@link #MOST_PER_SHOP}
   */
  void add(Webhook webhook);

  /** The webhook with this id. */
  Optional<Webhook> find(WebhookId id);

  /** Those of a Shop, the oldest first. */
  List<Webhook> of(ShopId shop);

  /**
   * Keeps a changed webhook under the next version.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed or removed it
   *     meanwhile
   */
  Webhook save(Webhook changed);

  /**
   * Removes a webhook with its messages.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed or removed it
   *     meanwhile
   */
  void remove(Webhook webhook);

  /**
   * Writes messages; those whose webhook has one of the same event and replay are there already and
   * are let alone.
   *
   * @return how many were written
   */
  int write(List<WebhookDelivery> deliveries);

  /**
   * Takes messages that are due, whose webhooks are active and not paused, the longest due first.
   * Nobody else gets them before the lease ends. Of one webhook that is failing, one at most.
   *
   * @param most at most so many
   */
  List<WebhookDelivery> claim(Instant now, Instant leaseEnd, int most);

  /**
   * Records what became of an attempt, and what it means for the webhook: a failure more, and a
   * rest of {@link DeliveringWebhooks#restAfter}, or none any more. A message whose lease has ended
   * and was taken by another instance is left to that one.
   *
   * @param claimed as it was claimed
   * @param result what became of it
   * @param events to be told if it was recorded
   * @return whether it was recorded
   */
  boolean record(WebhookDelivery claimed, Result result, List<Event> events);

  /**
   * What became of an attempt.
   *
   * @param outcome for instance {@code 204} or {@code TIMED_OUT}, at most 40 characters
   * @param delivered whether the other side has it
   * @param at when
   * @param nextAt when to try again; {@code null} if not
   * @param disable whether the webhook is not to be asked any more
   */
  record Result(
      String outcome, boolean delivered, Instant at, @Nullable Instant nextAt, boolean disable) {}

  /** The message with this id. */
  Optional<WebhookDelivery> delivery(WebhookDeliveryId id);

  /**
   * Messages of a webhook, the newest first.
   *
   * @param before those before this one; {@code null} for the newest
   */
  List<WebhookDelivery> deliveries(WebhookId webhook, @Nullable WebhookDeliveryId before, int most);

  /** How often a message was asked for again. */
  int replays(WebhookDelivery delivery);

  /**
   * Removes messages that are settled and older.
   *
   * @return how many
   */
  int forget(Instant olderThan);
}
