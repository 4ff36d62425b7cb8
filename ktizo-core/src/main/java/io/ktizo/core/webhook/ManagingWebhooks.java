package io.ktizo.core.webhook;

import io.ktizo.core.account.SecretBox;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.shop.ShopId;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A Shop's webhooks: making them, changing them, other secrets, sending again. */
public final class ManagingWebhooks {
  /** For how long the secret before the newest still signs. */
  public static final Duration OLD_SECRET = Duration.ofHours(24);

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
   * @throws IllegalArgumentException if {@link #fault} has something against the address
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
            types,
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
    return webhooks.save(webhook.with(checked(url), types, state));
  }

  /** Gives it another secret; the present one still signs for {@link #OLD_SECRET}. */
  public Shown renew(Webhook webhook) {
    String secret = newSecret();
    Webhook saved =
        webhooks.save(
            webhook.withSecret(sealed(webhook.id(), secret), clock.instant().plus(OLD_SECRET)));
    return new Shown(saved, secret);
  }

  /** Sends a message again, as a new one. */
  public WebhookDelivery replay(WebhookDelivery delivery) {
    Instant now = clock.instant();
    WebhookDelivery again =
        new WebhookDelivery(
            WebhookDeliveryId.FORM.next(ids),
            delivery.webhook(),
            delivery.event(),
            webhooks.replays(delivery) + 1,
            delivery.type(),
            delivery.body(),
            WebhookDelivery.State.PENDING,
            0,
            now,
            "",
            null,
            now);
    webhooks.write(List.of(again));
    return again;
  }
}
