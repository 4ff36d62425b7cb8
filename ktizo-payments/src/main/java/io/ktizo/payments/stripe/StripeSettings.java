package io.ktizo.payments.stripe;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * What a {@link StripeGateway} needs to know.
 *
 * @param apiKey secret or restricted key of the platform's account
 * @param webhookSecrets secrets of the webhook endpoints, at least one: Stripe signs messages of
 *     the platform and of connected accounts with different ones, and while a secret is rotated the
 *     old and the new are valid together
 * @param apiBase where the API is; {@link #LIVE_API} but in tests
 * @param returnTo where a customer comes back to whose bank wanted to see him
 * @param connectTimeout at most this long for a connection
 * @param readTimeout at most this long for a whole answer, however it drips
 * @param retries how often the client repeats a call by itself, under the same key; 0 to 5
 */
public record StripeSettings(
    String apiKey,
    List<String> webhookSecrets,
    URI apiBase,
    URI returnTo,
    Duration connectTimeout,
    Duration readTimeout,
    int retries) {

  /** Stripe's own address. */
  public static final URI LIVE_API = URI.create("https://api.stripe.com");

  public StripeSettings {
    webhookSecrets = List.copyOf(webhookSecrets);
    if (apiKey.isBlank() || webhookSecrets.isEmpty()) {
      throw new IllegalArgumentException("an API key and a webhook secret are needed");
    }
    if (retries < 0 || retries > 5) {
      throw new IllegalArgumentException("retries must be from 0 to 5: " + retries);
    }
    for (Duration limit : List.of(connectTimeout, readTimeout)) {
      if (limit.compareTo(Duration.ofMillis(1)) < 0 || limit.compareTo(Duration.ofMinutes(5)) > 0) {
        throw new IllegalArgumentException("a time-out is from 1 ms to 5 min: " + limit);
      }
    }
  }

  /** Stripe itself: 5 s to connect, 20 s to answer, two retries. */
  public static StripeSettings of(String apiKey, List<String> webhookSecrets, URI returnTo) {
    return new StripeSettings(
        apiKey,
        webhookSecrets,
        LIVE_API,
        returnTo,
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        2);
  }

  /** Without keys and secrets. */
  @Override
  public String toString() {
    return "StripeSettings[" + apiBase + ", retries " + retries + "]";
  }
}
