package io.ktizo.core.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.Receiver;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.shop.ShopId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Writes a message for each webhook that wants to know of an event. An event concerns a Shop if it
 * is about one, or has the fact {@code shop}.
 *
 * <p>A message is {@code {"id": "event_…", "type": …, "created": …, "about": …, "data": {…}}}, the
 * data being the event's facts. An event that comes twice writes nothing more.
 */
public final class WebhookFanOut implements Receiver {
  private static final JsonMapper JSON = new JsonMapper();

  private final Webhooks webhooks;
  private final IdGenerator ids;
  private final InstantSource clock;

  /** Writing to these webhooks. */
  public WebhookFanOut(Webhooks webhooks, IdGenerator ids, InstantSource clock) {
    this.webhooks = webhooks;
    this.ids = ids;
    this.clock = clock;
  }

  @Override
  public void receive(Event event) {
    Optional<ShopId> shop = shopOf(event);
    if (shop.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    String body = body(event);
    List<WebhookDelivery> messages =
        webhooks.of(shop.get()).stream()
            .filter(webhook -> webhook.wants(event.type()))
            .map(
                webhook ->
                    new WebhookDelivery(
                        WebhookDeliveryId.FORM.next(ids),
                        webhook.id(),
                        event.id(),
                        0,
                        event.type(),
                        body,
                        WebhookDelivery.State.PENDING,
                        0,
                        now,
                        "",
                        null,
                        now))
            .toList();
    if (!messages.isEmpty()) {
      // Those of an event that comes twice are there already.
      var unused = webhooks.write(messages);
    }
  }

  private static Optional<ShopId> shopOf(Event event) {
    String text = event.facts().getOrDefault("shop", event.about());
    try {
      return Optional.of(ShopId.FORM.parse(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  static String body(Event event) {
    ObjectNode message = JSON.createObjectNode();
    message.put("id", event.id().toString());
    message.put("type", event.type());
    message.put("created", event.at().toString());
    message.put("about", event.about());
    ObjectNode data = message.putObject("data");
    event.facts().forEach(data::put);
    try {
      return JSON.writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }
}
