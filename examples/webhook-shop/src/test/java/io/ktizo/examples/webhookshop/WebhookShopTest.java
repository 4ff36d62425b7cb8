package io.ktizo.examples.webhookshop;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.paying.Paying;
import io.ktizo.payments.paying.Standing;
import io.ktizo.payments.store.MemoryPayments;
import io.ktizo.payments.stripe.StripeGateway;
import io.ktizo.payments.stripe.StripeSettings;
import io.ktizo.payments.testkit.StripeSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The shop and a customer, with a provider that answers like Stripe. */
class WebhookShopTest {
  private static final String SECRET = "whsec_mugs";

  @Test
  void a_mug_is_paid_and_the_potter_gets_his_money() throws Exception {
    InstantSource clock = InstantSource.system();
    try (StripeSimulator stripe = StripeSimulator.start(clock, SECRET);
        HttpClient browser = HttpClient.newHttpClient()) {
      MemoryPayments books = new MemoryPayments();
      StripeGateway gateway =
          new StripeGateway(
              new StripeSettings(
                  StripeSimulator.API_KEY,
                  List.of(SECRET),
                  stripe.base(),
                  URI.create("https://mugs.example/paid"),
                  Duration.ofSeconds(5),
                  Duration.ofSeconds(5),
                  0),
              clock);
      try (WebhookShop shop = new WebhookShop(gateway, books, clock)) {
        stripe.completeOnboarding(shop.takeInPotter());
        tell(stripe, shop, browser);

        HttpResponse<String> form = send(browser, shop, "pay/order_1", "", null);
        assertThat(form.body()).contains("_secret_");
        // The customer pays in the provider's form, and the provider tells.
        HttpRequest confirm =
            HttpRequest.newBuilder(
                    stripe.base().resolve("/v1/payment_intents/" + intent(stripe) + "/confirm"))
                .header("Authorization", "Bearer " + StripeSimulator.API_KEY)
                .POST(BodyPublishers.ofString("payment_method=pm_card_visa"))
                .build();
        assertThat(browser.send(confirm, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
        tell(stripe, shop, browser);
        Paying paying = new Paying(books, gateway, clock, false);
        assertThat(paying.standing(new PayableId("order_1")).status())
            .isEqualTo(Standing.Status.PAID);

        assertThat(send(browser, shop, "delivered/order_1", "", null).body()).isEqualTo("1 payout");
        assertThat(stripe.count("payout")).isEqualTo(1);
        assertThat(send(browser, shop, "webhook", "{}", "t=1,v1=00").statusCode()).isEqualTo(400);
      }
    }
  }

  private static String intent(StripeSimulator stripe) {
    return JsonParser.parseString(stripe.objects("payment_intent").getFirst())
        .getAsJsonObject()
        .get("id")
        .getAsString();
  }

  private static void tell(StripeSimulator stripe, WebhookShop shop, HttpClient browser) {
    stripe.flushEvents(
        (body, signature) ->
            assertThat(
                    send(
                            browser,
                            shop,
                            "webhook",
                            new String(body, StandardCharsets.UTF_8),
                            signature)
                        .statusCode())
                .isEqualTo(200));
  }

  private static HttpResponse<String> send(
      HttpClient browser, WebhookShop shop, String path, String body, @Nullable String signature) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(shop.address().resolve(path)).POST(BodyPublishers.ofString(body));
    if (signature != null) {
      request.header("Stripe-Signature", signature);
    }
    try {
      return browser.send(request.build(), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
