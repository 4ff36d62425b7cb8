package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.event.EventId;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.Shops;
import io.ktizo.core.webhook.ManagingWebhooks;
import io.ktizo.core.webhook.Webhook;
import io.ktizo.core.webhook.WebhookDelivery;
import io.ktizo.core.webhook.WebhookDeliveryId;
import io.ktizo.core.webhook.WebhookId;
import io.ktizo.core.webhook.Webhooks;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a Shop wants to be told what happens, and what became of each message. */
public final class WebhookEndpoints {
  private static final String WEBHOOKS = "/api/v1/shops/{shop}/webhooks";
  private static final String WEBHOOK = WEBHOOKS + "/{webhook}";
  private static final String DELIVERIES = WEBHOOK + "/deliveries";
  private static final String DELIVERY = DELIVERIES + "/{delivery}";

  private final ShopDoor door;
  private final Webhooks webhooks;
  private final ManagingWebhooks managing;

  /** Over these use cases. */
  public WebhookEndpoints(Shops shops, Webhooks webhooks, ManagingWebhooks managing) {
    this.door = new ShopDoor(shops);
    this.webhooks = webhooks;
    this.managing = managing;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get(WEBHOOKS, Access.to(Action.SEE_WEBHOOKS), this::list),
        Route.post(WEBHOOKS, Access.to(Action.CHANGE_WEBHOOKS), this::add).asOne(),
        Route.get(WEBHOOK, Access.to(Action.SEE_WEBHOOKS), this::read),
        Route.put(WEBHOOK, Access.to(Action.CHANGE_WEBHOOKS), this::change),
        Route.delete(WEBHOOK, Access.to(Action.CHANGE_WEBHOOKS), this::remove),
        Route.post(WEBHOOK + "/secrets", Access.to(Action.CHANGE_WEBHOOKS), this::renew).asOne(),
        Route.post(WEBHOOK + "/test-messages", Access.to(Action.CHANGE_WEBHOOKS), this::test),
        Route.get(DELIVERIES, Access.to(Action.SEE_WEBHOOKS), this::log),
        Route.get(DELIVERY, Access.to(Action.SEE_WEBHOOKS), this::message),
        Route.post(DELIVERY + "/replays", Access.to(Action.CHANGE_WEBHOOKS), this::replay));
  }

  /**
   * A webhook.
   *
   * @param types of events that it wants; empty for all
   * @param failures in a row
   * @param restsUntil until then it is asked nothing, since it failed too often
   * @param oldSecretUntil until then messages are signed with the former secret, too
   * @param secret shown when it is made, this once
   */
  record Shown(
      WebhookId id,
      String url,
      List<String> types,
      Webhook.State state,
      int failures,
      @Nullable Instant failingSince,
      @Nullable Instant restsUntil,
      @Nullable Instant oldSecretUntil,
      Instant createdAt,
      @Nullable String secret) {
    static Shown of(Webhook webhook, @Nullable String secret, Instant now) {
      return new Shown(
          webhook.id(),
          webhook.url().toString(),
          List.copyOf(webhook.types()),
          webhook.state(),
          webhook.failures(),
          webhook.failingSince(),
          future(webhook.pausedUntil(), now),
          future(webhook.oldSecretUntil(), now),
          webhook.createdAt(),
          secret);
    }

    private static @Nullable Instant future(@Nullable Instant moment, Instant now) {
      return moment != null && moment.isAfter(now) ? moment : null;
    }
  }

  private static Answer shown(Call call, int status, Webhook webhook, @Nullable String secret) {
    return Answer.json(status, Shown.of(webhook, secret, call.now())).version(webhook.version());
  }

  private static String place(Webhook webhook) {
    return "/api/v1/shops/" + webhook.shop() + "/webhooks/" + webhook.id();
  }

  private Answer list(Call call) {
    Shop shop = door.shop(call, Action.SEE_WEBHOOKS);
    return Answer.json(
        200,
        call.page()
            .slice(
                webhooks.of(shop.id()),
                webhook -> webhook.id().toString(),
                webhook -> Shown.of(webhook, null, call.now()),
                call.seal()));
  }

  /** A webhook that is wanted; without types, of all events. */
  record Wanted(
      @Size(min = 1, max = 1_000) String url,
      @Nullable @Size(max = 50) List<@Size(max = 100) String> types) {}

  private Answer add(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_WEBHOOKS);
    Wanted wanted = call.body(Wanted.class);
    Set<String> types = checked(wanted.url(), wanted.types() == null ? List.of() : wanted.types());
    ManagingWebhooks.Shown made = managing.add(shop.id(), wanted.url(), types);
    return shown(call, 201, made.webhook(), made.secret()).with("Location", place(made.webhook()));
  }

  private Set<String> checked(String url, List<String> types) {
    List<Problem.Field> faults = new ArrayList<>();
    managing
        .fault(url)
        .ifPresent(
            fault -> faults.add(new Problem.Field("/url", "bad-format", "This " + fault + ".")));
    Set<String> wanted = new LinkedHashSet<>();
    for (int i = 0; i < types.size(); i++) {
      if (!ManagingWebhooks.TYPES.contains(types.get(i))) {
        faults.add(
            new Problem.Field("/types/" + i, "unknown-value", "There is no such type of events."));
      } else if (!wanted.add(types.get(i))) {
        faults.add(new Problem.Field("/types/" + i, "repeated", "This stands here already."));
      }
    }
    if (!faults.isEmpty()) {
      throw new ProblemException(Problem.invalid(faults));
    }
    return wanted;
  }

  /** The webhook in the path, if it is the Shop's. */
  private Webhook webhook(Call call, Shop shop) {
    return webhooks
        .find(call.id("webhook", WebhookId.FORM))
        .filter(webhook -> webhook.shop().equals(shop.id()))
        .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  private Answer read(Call call) {
    return shown(call, 200, webhook(call, door.shop(call, Action.SEE_WEBHOOKS)), null);
  }

  /** The webhook to be changed, as the caller has read it. */
  private Webhook asRead(Call call, Shop shop) {
    Webhook webhook = webhook(call, shop);
    call.requireVersion(webhook.version());
    return webhook;
  }

  /** Whether it is told anything; disabling is the platform's. */
  enum OnOff {
    ACTIVE,
    PAUSED
  }

  /** What it is to be. */
  record Change(
      @Size(min = 1, max = 1_000) String url,
      @Size(max = 50) List<@Size(max = 100) String> types,
      OnOff state) {}

  private Answer change(Call call) throws IOException {
    Webhook webhook = asRead(call, door.openShop(call, Action.CHANGE_WEBHOOKS));
    Change wanted = call.body(Change.class);
    Set<String> types = checked(wanted.url(), wanted.types());
    Webhook.State state =
        switch (wanted.state()) {
          case ACTIVE -> Webhook.State.ACTIVE;
          case PAUSED -> Webhook.State.PAUSED;
        };
    return shown(call, 200, managing.change(webhook, wanted.url(), types, state), null);
  }

  private Answer remove(Call call) {
    webhooks.remove(asRead(call, door.shop(call, Action.CHANGE_WEBHOOKS)));
    return Answer.nothing(204);
  }

  private Answer renew(Call call) {
    Webhook webhook = asRead(call, door.openShop(call, Action.CHANGE_WEBHOOKS));
    ManagingWebhooks.Shown renewed = managing.renew(webhook);
    return shown(call, 201, renewed.webhook(), renewed.secret());
  }

  private Answer test(Call call) {
    Webhook webhook = webhook(call, door.openShop(call, Action.CHANGE_WEBHOOKS));
    return written(webhook, managing.test(webhook));
  }

  private static Answer written(Webhook webhook, ManagingWebhooks.Sending sending) {
    return switch (sending) {
      case ManagingWebhooks.Sending.Written message ->
          Answer.json(201, Message.of(message.delivery(), true))
              .with("Location", place(webhook) + "/deliveries/" + message.delivery().id());
      case ManagingWebhooks.Sending.NotActive other ->
          throw new ProblemException(
              Problem.conflict(
                  "webhook.not-active",
                  "The webhook is told nothing at present.",
                  "It is " + other.state() + "; make it ACTIVE first."));
      case ManagingWebhooks.Sending.TooOften often ->
          throw new ProblemException(Problem.tooMany(ManagingWebhooks.BY_HAND_IN.toSeconds()));
    };
  }

  /**
   * A message.
   *
   * @param dueAt when it will be sent next; {@code null} if not
   * @param lastResult of the newest attempt, a status of HTTP or a word; empty before the first
   * @param body what is sent; {@code null} in lists
   */
  record Message(
      WebhookDeliveryId id,
      EventId event,
      String type,
      int replay,
      WebhookDelivery.State state,
      int attempts,
      @Nullable Instant dueAt,
      String lastResult,
      @Nullable Instant lastAt,
      Instant createdAt,
      @Nullable String body) {
    static Message of(WebhookDelivery delivery, boolean whole) {
      return new Message(
          delivery.id(),
          delivery.event(),
          delivery.type(),
          delivery.replay(),
          delivery.state(),
          delivery.attempts(),
          delivery.state() == WebhookDelivery.State.PENDING ? delivery.dueAt() : null,
          delivery.lastResult(),
          delivery.lastAt(),
          delivery.createdAt(),
          whole ? delivery.body() : null);
    }
  }

  private Answer log(Call call) {
    Webhook webhook = webhook(call, door.shop(call, Action.SEE_WEBHOOKS));
    Page page = call.page();
    WebhookDeliveryId before = page.after().map(WebhookDeliveryId.FORM::parse).orElse(null);
    return Answer.json(
        200,
        page.of(
            webhooks.deliveries(webhook.id(), before, page.fetch()),
            delivery -> delivery.id().toString(),
            delivery -> Message.of(delivery, false),
            call.seal()));
  }

  private WebhookDelivery delivery(Call call, Webhook webhook) {
    return webhooks
        .delivery(call.id("delivery", WebhookDeliveryId.FORM))
        .filter(delivery -> delivery.webhook().equals(webhook.id()))
        .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  private Answer message(Call call) {
    Webhook webhook = webhook(call, door.shop(call, Action.SEE_WEBHOOKS));
    return Answer.json(200, Message.of(delivery(call, webhook), true));
  }

  private Answer replay(Call call) {
    Webhook webhook = webhook(call, door.openShop(call, Action.CHANGE_WEBHOOKS));
    return written(webhook, managing.replay(webhook, delivery(call, webhook)));
  }
}
