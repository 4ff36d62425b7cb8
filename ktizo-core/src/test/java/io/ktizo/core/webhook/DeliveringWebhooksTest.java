package io.ktizo.core.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.AesSecretBox;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.event.Outbox;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.store.JdbcWebhooks;
import io.ktizo.core.store.MemoryWebhooks;
import io.ktizo.core.store.ShopStores;
import io.ktizo.core.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Messages to Shops from an event to the log, in memory and on both databases. */
class DeliveringWebhooksTest {
  private static final IdGenerator IDS = new TimeOrderedIds(InstantSource.system(), new Random(21));
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");

  @Nested
  class OnH2 extends Contract {
    @AutoClose
    private static final TestDatabase TEST =
        TestDatabase.create(Dialect.H2).migrated(CoreTables.migrations());

    @Override
    Stores stores() {
      return Stores.in(TEST);
    }
  }

  @Nested
  class InMemory extends Contract {
    @Override
    Stores stores() {
      MemoryOutbox outbox = new MemoryOutbox();
      return new Stores(new MemoryWebhooks(outbox), outbox, ShopId.FORM.next(IDS));
    }
  }

  @Nested
  class OnPostgres extends Contract {
    @AutoClose
    private static final TestDatabase TEST =
        TestDatabase.create(Dialect.POSTGRESQL).migrated(CoreTables.migrations());

    @Override
    Stores stores() {
      return Stores.in(TEST);
    }
  }

  /** Where a test keeps its webhooks, with a Shop that has none. */
  record Stores(Webhooks webhooks, Outbox outbox, ShopId shop) {
    static Stores in(TestDatabase test) {
      test.empty("webhooks", "events", "event_streams");
      JdbcOutbox outbox = new JdbcOutbox(test.database());
      return new Stores(
          new JdbcWebhooks(test.database(), outbox),
          outbox,
          ShopStores.in(test.database(), IDS).anApprovedShop(IDS, NOON));
    }
  }

  private record Sent(Map<String, String> headers, String body) {}

  abstract static class Contract {
    private final ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
    private final AesSecretBox box = new AesSecretBox(new byte[32], new Random(22));
    private Instant now = NOON;
    private WebhookTransport.Answer answer = new WebhookTransport.Answer.Status(204);
    private final Stores stores = stores();
    private final ShopId shop = stores.shop();
    private final Webhooks webhooks = stores.webhooks();
    private final ManagingWebhooks managing =
        new ManagingWebhooks(webhooks, AddressGuard.strict(), box, IDS, () -> now, new Random(23));

    abstract Stores stores();

    private DeliveringWebhooks delivering() {
      return new DeliveringWebhooks(
          webhooks,
          (url, headers, body) -> {
            sent.add(new Sent(headers, new String(body, StandardCharsets.UTF_8)));
            return answer;
          },
          box,
          IDS,
          () -> now,
          16);
    }

    private Event event() {
      return Event.of(IDS, () -> now, "shop-approved", shop, Map.of("to", "APPROVED"));
    }

    private void happened(Event event) {
      new WebhookFanOut(webhooks, IDS, () -> now).receive(event);
    }

    private ManagingWebhooks.Shown aWebhook(String... types) {
      return managing.add(shop, "https://shop.example.org/hook?key=1", Set.of(types));
    }

    private List<WebhookDelivery> log(ManagingWebhooks.Shown webhook) {
      return webhooks.deliveries(webhook.webhook().id(), null, 100);
    }

    private Webhook read(ManagingWebhooks.Shown webhook) {
      return webhooks.find(webhook.webhook().id()).orElseThrow();
    }

    @Test
    void an_event_is_told_once_signed_and_logged() {
      ManagingWebhooks.Shown webhook = aWebhook("shop-approved");
      Event event = event();
      happened(event);
      happened(event);
      assertThat(delivering().deliverDue()).isEqualTo(1);
      assertThat(delivering().deliverDue()).isZero();
      Sent message = sent.remove();
      assertThat(sent).isEmpty();
      assertThat(message.body())
          .isEqualTo(
              "{\"id\":\""
                  + event.id()
                  + "\",\"type\":\"shop-approved\",\"created\":\"2026-12-01T12:00:00Z\",\"about\":\""
                  + shop
                  + "\",\"data\":{\"to\":\"APPROVED\"}}");
      byte[] body = message.body().getBytes(StandardCharsets.UTF_8);
      String signature = message.headers().getOrDefault(WebhookSignature.HEADER, "");
      assertThat(WebhookSignature.holds(signature, webhook.secret(), body, now)).isTrue();
      assertThat(WebhookSignature.holds(signature, "whsec_other", body, now)).isFalse();
      assertThat(
              WebhookSignature.holds(
                  signature, webhook.secret(), body, now.plus(Duration.ofSeconds(301))))
          .isFalse();
      assertThat(log(webhook))
          .singleElement()
          .satisfies(
              delivery -> {
                assertThat(delivery.state()).isEqualTo(WebhookDelivery.State.DELIVERED);
                assertThat(delivery.lastResult()).isEqualTo("204");
                assertThat(delivery.attempts()).isEqualTo(1);
              });
    }

    @Test
    void only_what_a_webhook_wants_and_only_of_its_shop_is_told() {
      aWebhook("shop-closed");
      happened(event());
      happened(Event.of(IDS, () -> now, "shop-closed", ShopId.FORM.next(IDS), Map.of()));
      assertThat(delivering().deliverDue()).isZero();
      happened(
          Event.of(
              IDS,
              () -> now,
              "shop-closed",
              AccountId.FORM.next(IDS),
              Map.of("shop", shop.toString())));
      assertThat(delivering().deliverDue()).isEqualTo(1);
    }

    @Test
    void a_message_that_fails_comes_again_later_and_later_and_is_given_up() {
      ManagingWebhooks.Shown webhook = aWebhook();
      happened(event());
      answer = new WebhookTransport.Answer.Failed(WebhookTransport.Failure.TIMED_OUT);
      int attempts = 0;
      while (log(webhook).getFirst().state() == WebhookDelivery.State.PENDING) {
        assertThat(attempts).isLessThan(20);
        assertThat(delivering().deliverDue()).isZero();
        attempts++;
        assertThat(log(webhook).getFirst().attempts()).isEqualTo(attempts);
        assertThat(log(webhook).getFirst().lastResult()).isEqualTo("TIMED_OUT");
        Instant rest = read(webhook).pausedUntil();
        Instant due = log(webhook).getFirst().dueAt();
        now = rest != null && rest.isAfter(due) ? rest : due;
      }
      assertThat(attempts).isEqualTo(1 + DeliveringWebhooks.PAUSES.size());
      assertThat(sent).hasSize(attempts);
      assertThat(log(webhook).getFirst().state()).isEqualTo(WebhookDelivery.State.FAILED);
      assertThat(DeliveringWebhooks.PAUSES.stream().reduce(Duration.ZERO, Duration::plus).toHours())
          .isBetween(70L, 75L);
    }

    @Test
    void a_webhook_that_fails_for_days_is_disabled_and_its_shop_told() {
      ManagingWebhooks.Shown webhook = aWebhook();
      answer = new WebhookTransport.Answer.Status(500);
      Instant begun = now;
      while (read(webhook).state() == Webhook.State.ACTIVE) {
        assertThat(Duration.between(begun, now)).isLessThan(Duration.ofDays(6));
        happened(event());
        delivering().deliverDue();
        now = now.plus(Duration.ofHours(10));
      }
      assertThat(Duration.between(begun, now))
          .isBetween(DeliveringWebhooks.LONGEST_FAILURE, Duration.ofDays(6));
      assertThat(stores.outbox().backlog().events()).isEqualTo(1);
      int before = sent.size();
      now = now.plus(Duration.ofDays(1));
      delivering().deliverDue();
      assertThat(sent).hasSize(before);
    }

    @Test
    void nothing_is_sent_before_it_is_due() {
      aWebhook();
      happened(event());
      answer = new WebhookTransport.Answer.Status(500);
      delivering().deliverDue();
      now = now.plus(DeliveringWebhooks.PAUSES.getFirst()).minusMillis(1);
      delivering().deliverDue();
      assertThat(sent).hasSize(1);
      now = now.plusMillis(1);
      delivering().deliverDue();
      assertThat(sent).hasSize(2);
    }

    @Test
    void an_address_that_fails_is_asked_one_message_at_a_time_and_then_given_rests() {
      ManagingWebhooks.Shown webhook = aWebhook();
      for (int i = 0; i < 20; i++) {
        happened(event());
      }
      answer = new WebhookTransport.Answer.Status(503);
      delivering().deliverDue();
      int first = sent.size();
      for (int i = 0; i < 10; i++) {
        delivering().deliverDue();
      }
      // The breaker: after the fifth failure in a row nothing more goes out for a while.
      assertThat(sent).hasSize(first);
      assertThat(read(webhook).pausedUntil()).isAfter(now);
      answer = new WebhookTransport.Answer.Status(200);
      now = now.plus(Duration.ofHours(1));
      assertThat(delivering().deliverDue()).isEqualTo(1);
      assertThat(read(webhook).failures()).isZero();
      assertThat(delivering().deliverDue()).isGreaterThan(1);
    }

    @Test
    void who_says_that_it_is_gone_is_asked_no_more() {
      ManagingWebhooks.Shown webhook = aWebhook();
      happened(event());
      answer = new WebhookTransport.Answer.Status(410);
      delivering().deliverDue();
      assertThat(read(webhook).state()).isEqualTo(Webhook.State.DISABLED);
      Webhook again =
          managing.change(
              read(webhook), "https://shop.example.org/new", Set.of(), Webhook.State.ACTIVE);
      assertThat(again.failures()).isZero();
    }

    private WebhookDelivery again(ManagingWebhooks.Shown webhook, WebhookDelivery delivery) {
      return written(managing.replay(read(webhook), delivery));
    }

    private static WebhookDelivery written(ManagingWebhooks.Sending sending) {
      assertThat(sending).isInstanceOf(ManagingWebhooks.Sending.Written.class);
      return ((ManagingWebhooks.Sending.Written) sending).delivery();
    }

    @Test
    void a_test_message_goes_to_its_webhook_alone_whatever_that_wants() {
      ManagingWebhooks.Shown webhook = aWebhook("shop-closed");
      aWebhook();
      WebhookDelivery message = written(managing.test(read(webhook)));
      assertThat(delivering().deliverDue()).isEqualTo(1);
      assertThat(sent.remove().body())
          .isEqualTo(
              "{\"id\":\""
                  + message.event()
                  + "\",\"type\":\"webhook-test\",\"created\":\"2026-12-01T12:00:00Z\",\"about\":\""
                  + shop
                  + "\",\"data\":{\"webhook\":\""
                  + webhook.webhook().id()
                  + "\"}}");
      assertThat(log(webhook).getFirst().state()).isEqualTo(WebhookDelivery.State.DELIVERED);
    }

    @Test
    void by_hand_no_address_is_flooded_and_none_that_wants_nothing_is_asked() {
      ManagingWebhooks.Shown webhook = aWebhook();
      happened(event());
      WebhookDelivery first = log(webhook).getFirst();
      for (int i = 0; i < ManagingWebhooks.BY_HAND; i++) {
        written(i % 2 == 0 ? managing.test(read(webhook)) : managing.replay(read(webhook), first));
      }
      assertThat(managing.test(read(webhook))).isEqualTo(new ManagingWebhooks.Sending.TooOften());
      assertThat(managing.replay(read(webhook), first))
          .isEqualTo(new ManagingWebhooks.Sending.TooOften());
      now = now.plus(ManagingWebhooks.BY_HAND_IN);
      written(managing.test(read(webhook)));
      Webhook paused =
          managing.change(
              read(webhook), "https://shop.example.org", Set.of(), Webhook.State.PAUSED);
      assertThat(managing.test(paused))
          .isEqualTo(new ManagingWebhooks.Sending.NotActive(Webhook.State.PAUSED));
      assertThat(managing.replay(paused, first))
          .isEqualTo(new ManagingWebhooks.Sending.NotActive(Webhook.State.PAUSED));
    }

    @Test
    void only_types_that_there_are_can_be_wanted() {
      assertThatIllegalArgumentException().isThrownBy(() -> aWebhook("shop-approved", "no-such"));
      ManagingWebhooks.Shown webhook = aWebhook(ManagingWebhooks.TYPES.toArray(String[]::new));
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  managing.change(
                      webhook.webhook(),
                      "https://shop.example.org",
                      Set.of("no-such"),
                      Webhook.State.ACTIVE));
    }

    @Test
    void a_message_can_be_sent_again_as_a_new_one() {
      ManagingWebhooks.Shown webhook = aWebhook();
      happened(event());
      delivering().deliverDue();
      WebhookDelivery first = log(webhook).getFirst();
      again(webhook, first);
      again(webhook, first);
      assertThat(delivering().deliverDue()).isEqualTo(2);
      assertThat(log(webhook)).extracting(WebhookDelivery::replay).containsExactly(2, 1, 0);
      assertThat(sent).extracting(Sent::body).containsOnly(first.body());
      assertThat(webhooks.forget(now)).isZero();
      assertThat(webhooks.forget(now.plusMillis(1))).isEqualTo(3);
    }

    @Test
    void the_old_secret_signs_for_a_day_and_none_is_kept_in_clear() {
      ManagingWebhooks.Shown first = aWebhook();
      ManagingWebhooks.Shown second = managing.renew(first.webhook());
      assertThat(second.secret()).isNotEqualTo(first.secret()).startsWith("whsec_");
      assertThat(new String(read(first).secret().bytes(), StandardCharsets.ISO_8859_1))
          .doesNotContain(second.secret());
      for (int day = 0; day < 2; day++) {
        happened(event());
        delivering().deliverDue();
        Sent message = sent.remove();
        byte[] body = message.body().getBytes(StandardCharsets.UTF_8);
        String signature = message.headers().getOrDefault(WebhookSignature.HEADER, "");
        assertThat(WebhookSignature.holds(signature, second.secret(), body, now)).isTrue();
        assertThat(WebhookSignature.holds(signature, first.secret(), body, now))
            .isEqualTo(day == 0);
        now = now.plus(ManagingWebhooks.OLD_SECRET);
      }
    }

    @Test
    void changes_are_guarded_by_versions() {
      ManagingWebhooks.Shown webhook = aWebhook();
      managing.change(
          webhook.webhook(), "https://shop.example.org", Set.of(), Webhook.State.PAUSED);
      assertThatExceptionOfType(StaleVersionException.class)
          .isThrownBy(() -> managing.renew(webhook.webhook()));
      assertThatExceptionOfType(StaleVersionException.class)
          .isThrownBy(() -> webhooks.remove(webhook.webhook()));
      happened(event());
      assertThat(delivering().deliverDue()).isZero();
      webhooks.remove(read(webhook));
      assertThat(webhooks.of(shop)).isEmpty();
    }

    @Test
    void several_instances_send_each_message_once() throws Exception {
      aWebhook();
      for (int i = 0; i < 60; i++) {
        happened(event());
      }
      try (ExecutorService instances = Executors.newFixedThreadPool(4)) {
        for (int instance = 0; instance < 4; instance++) {
          var unused =
              instances.submit(
                  () -> {
                    while (delivering().deliverDue() > 0) {
                      // Until nothing is due.
                    }
                  });
        }
      }
      while (delivering().deliverDue() > 0) {
        // What an instance left when another one was faster.
      }
      assertThat(sent).hasSize(60);
      assertThat(sent).extracting(Sent::body).doesNotHaveDuplicates();
    }
  }

  /** RFC 4231 has no vector of this form; this one was computed with openssl dgst -sha256 -hmac. */
  @Test
  void a_signature_is_the_hmac_of_time_and_body() {
    assertThat(
            WebhookSignature.of(
                List.of("whsec_test"),
                Instant.ofEpochSecond(1_700_000_000),
                "{\"a\":1}".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(
            "t=1700000000,v1=38877139021993b830af32feea6e18a8da83eb2f6e49ee50bd9e4cf4ca4d3789");
    for (String broken : List.of("", "t=1", "v1=00", "t=x,v1=00", "t=1700000000,v1=zz", "t=,,,")) {
      assertThat(
              WebhookSignature.holds(
                  broken, "whsec_test", new byte[0], Instant.ofEpochSecond(1_700_000_000)))
          .isFalse();
    }
  }
}
