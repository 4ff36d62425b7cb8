package io.ktizo.core.webhook;

import io.ktizo.core.account.SecretBox;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.EventId;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.shop.ShopEvents;
import io.ktizo.core.shop.ShopId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** A Shop's webhooks: making them, changing them, other secrets, sending again. */
public final class ManagingWebhooks {
  /** For how long the secret before the newest still signs. */
  public static final Duration OLD_SECRET = Duration.ofHours(24);

  /** A message by which a Shop tries a webhook; fact {@code webhook}. It follows no event. */
  public static final String TEST = "webhook-test";

  /** The types of events of which webhooks can be told. */
  public static final List<String> TYPES =
      Stream.concat(ShopEvents.ALL.stream(), Stream.of(DeliveringWebhooks.DISABLED)).toList();

  /** So many messages of one webhook can be asked for by hand within {@link #BY_HAND_IN}. */
  public static final int BY_HAND = 10;

  /** See {@link #BY_HAND}. */
  public static final Duration BY_HAND_IN = Duration.ofMinutes(1);

  private static final int ATTEMPTS = 20;

  private final Webhooks webhooks;
  private final AddressGuard guard;
  private final SecretBox box;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final RandomGenerator random;

  /** Managing with these parts. */
  public ManagingWebhooks(
      Webhooks webhooks,
      AddressGuard guard,
      SecretBox box,
      IdGenerator ids,
      InstantSource clock,
      RandomGenerator random) {
    this.webhooks = webhooks;
    this.guard = guard;
    this.box = box;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
  }

  /**
   * A webhook with its secret, which is shown this once.
   *
   * @param secret {@code whsec_…}
   */
  public record Shown(Webhook webhook, String secret) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Shown[" + webhook.id() + "]";
    }
  }

  /** What is wrong with an address, if anything; see {@link AddressGuard#fault}. */
  public Optional<String> fault(String url) {
    return guard.fault(url);
  }

  /**
   * Makes a webhook.
   *
   * @param types of events; empty for all
   * @throws IllegalArgumentException if {@link #fault} has something against the address, or a type
   *     is none of {@link #TYPES}
   * @throws io.ktizo.core.shop.TooManyException if the Shop has too many
   */
  public Shown add(ShopId shop, String url, Set<String> types) {
    WebhookId id = WebhookId.FORM.next(ids);
    String secret = newSecret();
    Webhook webhook =
        new Webhook(
            id,
            shop,
            1,
            checked(url),
            known(types),
            Webhook.State.ACTIVE,
            sealed(id, secret),
            null,
            null,
            0,
            null,
            null,
            clock.instant());
    webhooks.add(webhook);
    return new Shown(webhook, secret);
  }

  private URI checked(String url) {
    guard
        .fault(url)
        .ifPresent(
            fault -> {
              throw new IllegalArgumentException(fault);
            });
    return URI.create(url);
  }

  private static Set<String> known(Set<String> types) {
    if (!TYPES.containsAll(types)) {
      throw new IllegalArgumentException("there is no such type of events");
    }
    return types;
  }

  private String newSecret() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return "whsec_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private Sealed sealed(WebhookId id, String secret) {
    return new Sealed(box.seal(secret.getBytes(StandardCharsets.UTF_8), context(id)));
  }

  static String context(WebhookId id) {
    return "webhooks.secret." + id;
  }

  /**
   * Changes address, types or state. A webhook that was disabled begins anew when it is made
   * active.
   *
   * @param webhook as it was read; its version guards the change
   */
  public Webhook change(Webhook webhook, String url, Set<String> types, Webhook.State state) {
    if (state == Webhook.State.DISABLED && webhook.state() != Webhook.State.DISABLED) {
      throw new IllegalArgumentException("nobody disables a webhook; pause it");
    }
    return webhooks.save(webhook.with(checked(url), known(types), state));
  }

  /** Gives it another secret; the present one still signs for {@link #OLD_SECRET}. */
  public Shown renew(Webhook webhook) {
    String secret = newSecret();
    Webhook saved =
        webhooks.save(
            webhook.withSecret(sealed(webhook.id(), secret), clock.instant().plus(OLD_SECRET)));
    return new Shown(saved, secret);
  }

  /** What became of a wish to send a message by hand. */
  public sealed interface Sending {
    /** It will be sent at once. */
    record Written(WebhookDelivery delivery) implements Sending {}

    /** The webhook is told nothing at present. */
    record NotActive(Webhook.State state) implements Sending {}

    /** There were {@link #BY_HAND} within {@link #BY_HAND_IN}: an address is not to be flooded. */
    record TooOften() implements Sending {}
  }

  /**
   * Sends a message again, as a new one.
   *
   * @param webhook to which it went
   */
  public Sending replay(Webhook webhook, WebhookDelivery delivery) {
    if (!delivery.webhook().equals(webhook.id())) {
      throw new IllegalArgumentException(delivery.id() + " went to another webhook");
    }
    Optional<Sending> refusal = refusal(webhook);
    for (int attempt = 0; refusal.isEmpty() && attempt < ATTEMPTS; attempt++) {
      WebhookDelivery again =
          message(
              webhook,
              delivery.event(),
              webhooks.replays(delivery) + 1,
              delivery.type(),
              delivery.body());
      if (webhooks.write(List.of(again)) == 1) {
        return new Sending.Written(again);
      }
      // Somebody else asked for it at the same moment and has the number.
    }
    return refusal.orElseGet(Sending.TooOften::new);
  }

  /** Sends a message of the type {@link #TEST}, whatever types the webhook wants. */
  public Sending test(Webhook webhook) {
    Optional<Sending> refusal = refusal(webhook);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Event event =
        Event.of(ids, clock, TEST, webhook.shop(), Map.of("webhook", webhook.id().toString()));
    WebhookDelivery message = message(webhook, event.id(), 0, TEST, WebhookFanOut.body(event));
    var unused = webhooks.write(List.of(message));
    return new Sending.Written(message);
  }

  private Optional<Sending> refusal(Webhook webhook) {
    if (webhook.state() != Webhook.State.ACTIVE) {
      return Optional.of(new Sending.NotActive(webhook.state()));
    }
    Instant since = clock.instant().minus(BY_HAND_IN);
    long byHand =
        webhooks.deliveries(webhook.id(), null, 10 * BY_HAND).stream()
            .filter(message -> message.replay() > 0 || message.type().equals(TEST))
            .filter(message -> message.createdAt().isAfter(since))
            .count();
    return byHand >= BY_HAND ? Optional.of(new Sending.TooOften()) : Optional.empty();
  }

  private WebhookDelivery message(
      Webhook webhook, EventId event, int replay, String type, String body) {
    Instant now = clock.instant();
    return new WebhookDelivery(
        WebhookDeliveryId.FORM.next(ids),
        webhook.id(),
        event,
        replay,
        type,
        body,
        WebhookDelivery.State.PENDING,
        0,
        now,
        "",
        null,
        now);
  }
}
