package io.ktizo.payments.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.NewPayment;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.PaymentState;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.sandbox.SandboxGateway;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;

class SandboxGatewayTest extends GatewayContract {
  private static final byte[] SECRET = "a secret of the sandbox".getBytes(StandardCharsets.UTF_8);
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
  private final List<Delivered> delivered = new CopyOnWriteArrayList<>();
  private final SandboxGateway gateway =
      new SandboxGateway(
          now::get, SECRET, (body, signature) -> delivered.add(new Delivered(body, signature)));

  @Override
  protected Provider provider() {
    return new Provider() {
      @Override
      public Gateway gateway() {
        return gateway;
      }

      @Override
      public String token(Means means) {
        return switch (means) {
          case APPROVED -> SandboxCard.APPROVED.token();
          case DECLINED -> SandboxCard.DECLINED.token();
          case INSUFFICIENT_FUNDS -> SandboxCard.INSUFFICIENT_FUNDS.token();
          case NEEDS_CONFIRMATION -> SandboxCard.NEEDS_CONFIRMATION.token();
          case DISPUTED -> SandboxCard.DISPUTED.token();
        };
      }

      @Override
      public List<Delivered> delivered() {
        return delivered;
      }

      @Override
      public void completeOnboarding(String account) {
        // Asking for the page was enough.
      }
    };
  }

  @Test
  void a_lost_answer_is_found_under_the_same_key() {
    Payment started = started();
    IdempotencyKey key = IdempotencyKey.of("order_1", "authorise", 1);

    Answer<Payment> lost =
        gateway.authorise(key, started.reference(), SandboxCard.ANSWER_LOST.token());
    Answer<Payment> again =
        gateway.authorise(key, started.reference(), SandboxCard.ANSWER_LOST.token());

    assertThat(lost).isInstanceOf(Answer.InDoubt.class);
    assertThat(again)
        .isInstanceOfSatisfying(
            Answer.Done.class,
            done ->
                assertThat(((Payment) done.object()).state()).isEqualTo(PaymentState.AUTHORISED));
  }

  @Test
  void a_message_is_refused_once_it_is_older_than_five_minutes() {
    List<byte[]> bodies = new ArrayList<>();
    List<String> signatures = new ArrayList<>();
    SandboxGateway listened =
        new SandboxGateway(
            now::get,
            SECRET,
            (body, signature) -> {
              bodies.add(body);
              signatures.add(signature);
            });
    listened.start(
        IdempotencyKey.of("order_1", "start", 1),
        new NewPayment(new PayableId("order_1"), Money.parse("EUR 1.00"), Capture.LATER));

    now.set(NOON.plus(Duration.ofMinutes(5)));
    assertThat(listened.readWebhook(bodies.getFirst(), signatures.getFirst()).type())
        .isEqualTo("payment.created");
    for (Duration off : List.of(Duration.ofSeconds(301), Duration.ofSeconds(-301))) {
      now.set(NOON.plus(off));
      assertThatThrownBy(() -> listened.readWebhook(bodies.getFirst(), signatures.getFirst()))
          .isInstanceOfSatisfying(
              WebhookRefusedException.class,
              refused ->
                  assertThat(refused.reason())
                      .isEqualTo(WebhookRefusedException.Reason.OUT_OF_TIME));
    }
  }

  @Test
  void production_mode_is_refused() {
    assertThatThrownBy(() -> SandboxGateway.requireNotProduction(true))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("production");
    SandboxGateway.requireNotProduction(false);
  }

  private Payment started() {
    Answer<Payment> started =
        gateway.start(
            IdempotencyKey.of("order_1", "start", 1),
            new NewPayment(new PayableId("order_1"), Money.parse("EUR 10.00"), Capture.LATER));
    return ((Answer.Done<Payment>) started).object();
  }
}
