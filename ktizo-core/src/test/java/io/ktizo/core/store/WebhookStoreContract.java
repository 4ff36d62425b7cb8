package io.ktizo.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.EventId;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.event.Outbox;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.webhook.DeliveringWebhooks;
import io.ktizo.core.webhook.Sealed;
import io.ktizo.core.webhook.Webhook;
import io.ktizo.core.webhook.WebhookDelivery;
import io.ktizo.core.webhook.WebhookDeliveryId;
import io.ktizo.core.webhook.WebhookId;
import io.ktizo.core.webhook.Webhooks;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store of webhooks and their messages promises, wherever it keeps them. */
public abstract class WebhookStoreContract {
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00.123456Z");
  private static final Instant LEASE = NOON.plusSeconds(60);

  /** For the ids of a test. */
  protected static final IdGenerator IDS =
      new TimeOrderedIds(InstantSource.system(), new Random(31));

  private Stores stores = inMemory();

  /**
   * A store for one test.
   *
   * @param outbox where its events go
   * @param shop one that is there and has no webhook
   */
  protected record Stores(Webhooks webhooks, Outbox outbox, ShopId shop) {}

  /** New stores without any webhook or event. */
  protected abstract Stores stores();

  /** In memory. */
  static Stores inMemory() {
    MemoryOutbox outbox = new MemoryOutbox();
    return new Stores(new MemoryWebhooks(outbox), outbox, ShopId.FORM.next(IDS));
  }

  @BeforeEach
  void open() {
    stores = stores();
  }

  private Webhooks webhooks() {
    return stores.webhooks();
  }

  private Webhook webhook(Webhook.State state, int failures, @Nullable Instant pausedUntil) {
    return new Webhook(
        WebhookId.FORM.next(IDS),
        stores.shop(),
        1,
        URI.create("https://shop.example.org/hook?key=%2F1"),
        Set.of("shop-closed", "shop-approved"),
        state,
        new Sealed(new byte[] {1, 0, -1}),
        null,
        null,
        failures,
        failures == 0 ? null : NOON.minusSeconds(5),
        pausedUntil,
        NOON);
  }

  private Webhook added() {
    Webhook webhook = webhook(Webhook.State.ACTIVE, 0, null);
    webhooks().add(webhook);
    return webhook;
  }

  private static WebhookDelivery message(Webhook webhook, EventId event, int replay, Instant due) {
    return new WebhookDelivery(
        WebhookDeliveryId.FORM.next(IDS),
        webhook.id(),
        event,
        replay,
        "shop-approved",
        "{\"text\":\"🙂\"}",
        WebhookDelivery.State.PENDING,
        0,
        due,
        "",
        null,
        NOON);
  }

  private WebhookDelivery written(Webhook webhook, Instant due) {
    WebhookDelivery message = message(webhook, EventId.FORM.next(IDS), 0, due);
    assertThat(webhooks().write(List.of(message))).isEqualTo(1);
    return message;
  }

  private WebhookDelivery claimed() {
    List<WebhookDelivery> claimed = webhooks().claim(NOON, LEASE, 1);
    assertThat(claimed).hasSize(1);
    return claimed.getFirst();
  }

  private static Webhooks.Result failed(Instant at, @Nullable Instant next, boolean disable) {
    return new Webhooks.Result("TIMED_OUT", false, at, next, disable);
  }

  private Event event() {
    return Event.of(
        IDS, InstantSource.fixed(NOON), DeliveringWebhooks.DISABLED, stores.shop(), Map.of());
  }

  private Webhook read(Webhook webhook) {
    return webhooks().find(webhook.id()).orElseThrow();
  }

  @Test
  void a_webhook_comes_back_as_it_was_and_its_shop_sees_its_own_the_oldest_first() {
    Webhook first = added();
    Webhook second = webhook(Webhook.State.PAUSED, 3, NOON.plusSeconds(9));
    webhooks().add(second);
    assertThat(read(first)).isEqualTo(first);
    assertThat(read(second)).isEqualTo(second);
    assertThat(webhooks().of(stores.shop())).containsExactly(first, second);
    assertThat(webhooks().of(ShopId.FORM.next(IDS))).isEmpty();
    assertThat(webhooks().find(WebhookId.FORM.next(IDS))).isEmpty();
  }

  @Test
  void a_change_takes_the_next_version_and_comes_too_late_for_any_other() {
    Webhook read = added();
    Webhook changed =
        new Webhook(
            read.id(),
            read.shop(),
            read.version(),
            URI.create("https://other.example.org"),
            Set.of(),
            Webhook.State.PAUSED,
            new Sealed(new byte[] {2}),
            read.secret(),
            NOON.plusSeconds(60),
            7,
            NOON,
            LEASE,
            read.createdAt());
    assertThat(webhooks().save(changed)).isEqualTo(changed.atVersion(2));
    assertThat(read(read)).isEqualTo(changed.atVersion(2));
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> webhooks().save(changed));
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> webhooks().remove(read));
    webhooks().remove(read(read));
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> webhooks().save(changed.atVersion(2)));
  }

  @Test
  void a_webhook_goes_with_its_messages_and_leaves_those_of_others() {
    Webhook first = added();
    Webhook second = added();
    WebhookDelivery gone = written(first, NOON);
    WebhookDelivery stays = written(second, NOON);
    webhooks().remove(first);
    assertThat(webhooks().find(first.id())).isEmpty();
    assertThat(webhooks().delivery(gone.id())).isEmpty();
    assertThat(webhooks().delivery(stays.id())).contains(stays);
  }

  @Test
  void a_shop_has_no_more_than_it_may_however_many_ask_at_the_same_moment() throws Exception {
    for (int i = 0; i < Webhooks.MOST_PER_SHOP - 3; i++) {
      added();
    }
    int accepted = 0;
    try (ExecutorService many = Executors.newFixedThreadPool(8)) {
      List<Callable<Boolean>> wishes = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Webhook webhook = webhook(Webhook.State.ACTIVE, 0, null);
        wishes.add(
            () -> {
              try {
                webhooks().add(webhook);
                return true;
              } catch (TooManyException full) {
                assertThat(full.most()).isEqualTo(Webhooks.MOST_PER_SHOP);
                return false;
              }
            });
      }
      for (Future<Boolean> wish : many.invokeAll(wishes)) {
        accepted += wish.get() ? 1 : 0;
      }
    }
    assertThat(accepted).isEqualTo(3);
    assertThat(webhooks().of(stores.shop())).hasSize(Webhooks.MOST_PER_SHOP);
  }

  @Test
  void a_message_about_an_event_is_written_once_for_each_replay() {
    Webhook webhook = added();
    EventId event = EventId.FORM.next(IDS);
    WebhookDelivery first = message(webhook, event, 0, NOON);
    WebhookDelivery again = message(webhook, event, 1, NOON);
    assertThat(webhooks().write(List.of(first))).isEqualTo(1);
    assertThat(webhooks().write(List.of(message(webhook, event, 0, NOON), again))).isEqualTo(1);
    assertThat(webhooks().deliveries(webhook.id(), null, 10)).containsExactly(again, first);
    assertThat(webhooks().replays(first)).isEqualTo(1);
    assertThat(webhooks().delivery(first.id())).contains(first);
    assertThat(webhooks().write(List.of())).isZero();
  }

  @Test
  void the_log_is_read_piece_by_piece_from_the_newest() {
    Webhook webhook = added();
    List<WebhookDelivery> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.addFirst(written(webhook, NOON));
    }
    written(added(), NOON);
    assertThat(webhooks().deliveries(webhook.id(), null, 2)).isEqualTo(all.subList(0, 2));
    assertThat(webhooks().deliveries(webhook.id(), all.get(1).id(), 2))
        .isEqualTo(all.subList(2, 4));
    assertThat(webhooks().deliveries(webhook.id(), all.get(4).id(), 2)).isEmpty();
  }

  @Test
  void what_is_due_is_taken_once_the_longest_due_first_until_its_lease_ends() {
    Webhook webhook = added();
    WebhookDelivery later = written(webhook, NOON);
    WebhookDelivery sooner = written(webhook, NOON.minusSeconds(1));
    written(webhook, NOON.plusMillis(1));
    assertThat(webhooks().claim(NOON, LEASE, 10))
        .extracting(WebhookDelivery::id)
        .containsExactly(sooner.id(), later.id());
    assertThat(webhooks().claim(NOON, LEASE, 10)).isEmpty();
    assertThat(webhooks().claim(LEASE, LEASE.plusSeconds(60), 10)).hasSize(3);
  }

  @Test
  void who_rests_or_wants_nothing_is_not_asked_and_who_fails_one_message_at_a_time() {
    Webhook paused = webhook(Webhook.State.PAUSED, 0, null);
    Webhook disabled = webhook(Webhook.State.DISABLED, 0, null);
    Webhook resting = webhook(Webhook.State.ACTIVE, 5, NOON.plusMillis(1));
    Webhook failing = webhook(Webhook.State.ACTIVE, 1, NOON);
    for (Webhook webhook : List.of(paused, disabled, resting, failing)) {
      webhooks().add(webhook);
      written(webhook, NOON);
      written(webhook, NOON);
    }
    assertThat(webhooks().claim(NOON, LEASE, 10))
        .extracting(WebhookDelivery::webhook)
        .containsExactly(failing.id());
  }

  @Test
  void a_failure_counts_and_a_success_makes_it_forgotten() {
    Webhook webhook = added();
    WebhookDelivery message = written(webhook, NOON);
    Instant next = NOON.plusSeconds(10);
    assertThat(webhooks().record(claimed(), failed(NOON, next, false), List.of())).isTrue();
    WebhookDelivery waiting = webhooks().delivery(message.id()).orElseThrow();
    assertThat(waiting.state()).isEqualTo(WebhookDelivery.State.PENDING);
    assertThat(waiting.attempts()).isEqualTo(1);
    assertThat(waiting.dueAt()).isEqualTo(next);
    assertThat(waiting.lastResult()).isEqualTo("TIMED_OUT");
    assertThat(waiting.lastAt()).isEqualTo(NOON);
    assertThat(read(webhook).failures()).isEqualTo(1);
    assertThat(read(webhook).failingSince()).isEqualTo(NOON);
    assertThat(read(webhook).version()).isEqualTo(1);

    WebhookDelivery again = webhooks().claim(next, next.plusSeconds(60), 1).getFirst();
    Webhooks.Result taken = new Webhooks.Result("204", true, next, null, false);
    assertThat(webhooks().record(again, taken, List.of())).isTrue();
    assertThat(read(webhook)).isEqualTo(webhook);
    WebhookDelivery settled = webhooks().delivery(message.id()).orElseThrow();
    assertThat(settled.state()).isEqualTo(WebhookDelivery.State.DELIVERED);
    assertThat(settled.attempts()).isEqualTo(2);
    assertThat(webhooks().claim(next.plus(Duration.ofDays(9)), LEASE, 1)).isEmpty();
  }

  @Test
  void several_failures_in_a_row_bring_a_rest() {
    Webhook webhook = added();
    Instant at = NOON;
    for (int failure = 1; failure <= 6; failure++) {
      written(webhook, at);
      WebhookDelivery claimed = webhooks().claim(at, at.plusSeconds(60), 1).getFirst();
      assertThat(webhooks().record(claimed, failed(at, null, false), List.of())).isTrue();
      assertThat(read(webhook).failures()).isEqualTo(failure);
      assertThat(read(webhook).failingSince()).isEqualTo(NOON);
      Instant rest = at.plus(DeliveringWebhooks.restAfter(failure));
      assertThat(read(webhook).pausedUntil()).isEqualTo(rest);
      at = rest;
    }
  }

  @Test
  void who_lost_his_lease_records_nothing() {
    Webhook webhook = added();
    written(webhook, NOON);
    WebhookDelivery slow = claimed();
    WebhookDelivery other = webhooks().claim(LEASE, LEASE.plusSeconds(60), 1).getFirst();
    assertThat(webhooks().record(slow, failed(LEASE, null, true), List.of(event()))).isFalse();
    assertThat(read(webhook)).isEqualTo(webhook);
    assertThat(stores.outbox().backlog().events()).isZero();
    assertThat(webhooks().record(other, failed(LEASE, null, false), List.of())).isTrue();
    assertThat(webhooks().record(other, failed(LEASE, null, false), List.of())).isFalse();
    assertThat(read(webhook).failures()).isEqualTo(1);
  }

  @Test
  void it_is_disabled_and_told_once() {
    Webhook webhook = added();
    written(webhook, NOON);
    written(webhook, NOON);
    List<WebhookDelivery> both = webhooks().claim(NOON, LEASE, 2);
    for (WebhookDelivery claimed : both) {
      assertThat(webhooks().record(claimed, failed(NOON, LEASE, true), List.of(event()))).isTrue();
    }
    assertThat(read(webhook).state()).isEqualTo(Webhook.State.DISABLED);
    assertThat(read(webhook).version()).isEqualTo(2);
    assertThat(stores.outbox().backlog().events()).isEqualTo(1);
    // A change that rests on what was before must not make it active again by accident.
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> webhooks().save(webhook));
  }

  @Test
  void settled_messages_are_forgotten_after_their_time_and_pending_ones_are_not() {
    Webhook webhook = added();
    WebhookDelivery settled = written(webhook, NOON);
    assertThat(webhooks().record(claimed(), failed(NOON, null, false), List.of())).isTrue();
    WebhookDelivery pending = written(webhook, NOON);
    assertThat(webhooks().forget(NOON)).isZero();
    assertThat(webhooks().forget(NOON.plusMillis(1))).isEqualTo(1);
    assertThat(webhooks().delivery(settled.id())).isEmpty();
    assertThat(webhooks().delivery(pending.id())).isPresent();
  }
}
