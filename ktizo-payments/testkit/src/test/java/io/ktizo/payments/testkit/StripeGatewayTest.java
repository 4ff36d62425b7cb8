package io.ktizo.payments.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Answer.Doubt;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.NewPayment;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.stripe.StripeGateway;
import io.ktizo.payments.stripe.StripeSettings;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.joda.money.Money;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The Stripe gateway over a provider that answers like Stripe. */
class StripeGatewayTest extends GatewayContract {
  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-25T12:00:00Z"));

  /** Few: the client waits before it repeats a call. */
  private static final int ORDERS = 6;

  private static final String SECRET = "whsec_simulator";

  private final StripeSimulator simulator = StripeSimulator.start(NOON, SECRET);

  @AfterEach
  void close() {
    simulator.close();
  }

  private StripeGateway gateway(int retries) {
    return new StripeGateway(
        new StripeSettings(
            StripeSimulator.API_KEY,
            List.of("whsec_of_another_endpoint", SECRET),
            simulator.base(),
            URI.create("https://market.example/paid"),
            Duration.ofSeconds(5),
            Duration.ofSeconds(5),
            retries),
        NOON);
  }

  @Override
  protected Provider provider() {
    StripeGateway gateway = gateway(0);
    List<Delivered> delivered = new ArrayList<>();
    return new Provider() {
      @Override
      public Gateway gateway() {
        return gateway;
      }

      @Override
      public String token(Means means) {
        return switch (means) {
          case APPROVED -> "pm_card_visa";
          case DECLINED -> "pm_card_chargeDeclined";
          case INSUFFICIENT_FUNDS -> "pm_card_visa_chargeDeclinedInsufficientFunds";
          case NEEDS_CONFIRMATION -> "pm_card_authenticationRequired";
          case DISPUTED -> "pm_card_createDispute";
        };
      }

      @Override
      public List<Delivered> delivered() {
        simulator.flushEvents((body, signature) -> delivered.add(new Delivered(body, signature)));
        return delivered;
      }

      @Override
      public void completeOnboarding(String account) {
        simulator.completeOnboarding(account);
      }
    };
  }

  @Test
  void an_answer_lost_after_success_is_a_doubt_and_the_same_key_dispels_it() {
    simulator.meets(new Chaos(1, 0, 1, 0, 0, 0, false));
    Answer<Payment> lost = start(gateway(0));

    simulator.meets(Chaos.NONE);
    Answer<Payment> again = start(gateway(0));

    assertThat(lost).isEqualTo(new Answer.InDoubt<Payment>(Doubt.CONNECTION_LOST));
    assertThat(again).isInstanceOf(Answer.Done.class);
    assertThat(simulator.count("payment_intent")).isEqualTo(1);
  }

  @Test
  void an_unreadable_answer_is_a_doubt_not_a_refusal() {
    simulator.meets(new Chaos(1, 0, 0, 1, 0, 0, false));

    assertThat(start(gateway(0))).isEqualTo(new Answer.InDoubt<Payment>(Doubt.PROVIDER_FAULT));
    assertThat(simulator.count("payment_intent")).isEqualTo(1);
  }

  @Test
  void faults_are_retried_under_the_same_key_and_happen_once() {
    simulator.meets(new Chaos(7, 0.2, 0.2, 0.1, 0, 0, false));
    for (int order = 0; order < ORDERS; order++) {
      Answer<Payment> answer;
      int tries = 0;
      do {
        answer =
            gateway(2)
                .start(
                    IdempotencyKey.of("order_" + order, "start", 1),
                    new NewPayment(
                        new PayableId("order_" + order), Money.parse("EUR 5"), Capture.LATER));
        tries++;
      } while (!(answer instanceof Answer.Done) && tries < 50);
      assertThat(answer).isInstanceOf(Answer.Done.class);
    }

    assertThat(simulator.count("payment_intent")).isEqualTo(ORDERS);
    assertThat(simulator.calls())
        .extracting(StripeSimulator.Call::idempotencyKey)
        .doesNotContainNull();
  }

  @Test
  void a_wrong_key_is_refused_as_a_fault_of_configuration() {
    StripeGateway stranger =
        new StripeGateway(
            new StripeSettings(
                "sk_test_wrong",
                List.of(SECRET),
                simulator.base(),
                URI.create("https://market.example/paid"),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                0),
            NOON);

    assertThat(start(stranger))
        .isInstanceOfSatisfying(
            Answer.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Answer.Reason.INVALID_CALL));
  }

  @Test
  void settings_do_not_tell_their_secrets() {
    assertThat(
            StripeSettings.of(
                    "sk_live_1", List.of("whsec_1"), URI.create("https://market.example/paid"))
                .toString())
        .doesNotContain("sk_live_1")
        .doesNotContain("whsec_1");
  }

  private static Answer<Payment> start(StripeGateway gateway) {
    return gateway.start(
        IdempotencyKey.of("order_1", "start", 1),
        new NewPayment(new PayableId("order_1"), Money.parse("EUR 124.95"), Capture.LATER));
  }
}
