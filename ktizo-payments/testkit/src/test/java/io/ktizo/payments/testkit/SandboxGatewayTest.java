package io.ktizo.payments.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.payments.Answer;
import io.ktizo.payments.Gateway;
import io.ktizo.payments.Gateway.Capture;
import io.ktizo.payments.Gateway.NewPayment;
import io.ktizo.payments.IdempotencyKey;
import io.ktizo.payments.PayableId;
import io.ktizo.payments.ProviderObject;
import io.ktizo.payments.ProviderObject.Payment;
import io.ktizo.payments.ProviderObject.PaymentState;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.sandbox.SandboxCard;
import io.ktizo.payments.sandbox.SandboxGateway;
import io.ktizo.payments.sandbox.SandboxMemory;
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
          SandboxGateway.Mode.TRIAL,
          now::get,
          SECRET,
          (body, signature) -> delivered.add(new Delivered(body, signature)));

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
            SandboxGateway.Mode.TRIAL,
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
  void no_sandbox_is_made_in_production() {
    assertThatThrownBy(
            () ->
                new SandboxGateway(
                    SandboxGateway.Mode.PRODUCTION, now::get, SECRET, SandboxGateway.Webhooks.NONE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("production");
  }

  /** Calls in a list, as a host's database has them in a table. */
  private static final class Remembering implements SandboxMemory {
    private final List<Kept> calls = new ArrayList<>();

    @Override
    public synchronized List<Kept> append(String call, long after) {
      calls.add(new Kept(calls.size() + 1, call));
      return after(after);
    }

    @Override
    public synchronized List<Kept> after(long place) {
      return List.copyOf(calls.subList((int) place, calls.size()));
    }
  }

  @Test
  void processes_that_share_a_memory_have_the_same_books() {
    Remembering memory = new Remembering();
    List<String> heardByTheOther = new ArrayList<>();
    SandboxGateway one = remembering(memory);
    SandboxGateway other =
        new SandboxGateway(
            SandboxGateway.Mode.TRIAL,
            now::get,
            SECRET,
            (body, signature) -> heardByTheOther.add(signature),
            memory);
    NewPayment wanted =
        new NewPayment(new PayableId("order_1"), Money.parse("EUR 10.00"), Capture.LATER);
    IdempotencyKey key = IdempotencyKey.of("order_1", "start", 1);

    Payment started = done(one.start(key, wanted));

    // The same key at the other one is the same payment, and it goes on with it.
    assertThat(done(other.start(key, wanted)).reference()).isEqualTo(started.reference());
    other.authorise(
        IdempotencyKey.of("order_1", "authorise", 1),
        started.reference(),
        SandboxCard.APPROVED.token());
    other.capture(
        IdempotencyKey.of("order_1", "capture", 1), started.reference(), Money.parse("EUR 10.00"));
    assertThat(one.lookUp(Gateway.ObjectKind.PAYMENT, started.reference(), null))
        .isEqualTo(other.lookUp(Gateway.ObjectKind.PAYMENT, started.reference(), null));
    assertThat(one.balanceChanges(null, Instant.EPOCH, null))
        .isEqualTo(other.balanceChanges(null, Instant.EPOCH, null));
    int heard = heardByTheOther.size();
    one.refund(
        IdempotencyKey.of("order_1", "refund:r1", 1), started.reference(), Money.parse("EUR 4.00"));
    assertThat(
            other.refund(
                IdempotencyKey.of("order_1", "refund:r2", 1),
                started.reference(),
                Money.parse("EUR 6.01")))
        .isInstanceOf(Answer.Refused.class);
    // What happened at one process is told by it alone.
    assertThat(heardByTheOther).hasSize(heard);
  }

  @Test
  void after_a_restart_the_books_are_the_same_and_no_name_is_given_twice() {
    Remembering memory = new Remembering();
    SandboxGateway before = remembering(memory);
    PayableId order = new PayableId("order_1");
    NewPayment wanted = new NewPayment(order, Money.parse("EUR 10.00"), Capture.LATER);
    IdempotencyKey startKey = IdempotencyKey.of("order_1", "start", 1);
    Payment payment = done(before.start(startKey, wanted));
    before.authorise(
        IdempotencyKey.of("order_1", "authorise", 1),
        payment.reference(),
        SandboxCard.SLOW.token());
    before.lookUp(Gateway.ObjectKind.PAYMENT, payment.reference(), null);
    before.lookUp(Gateway.ObjectKind.PAYMENT, payment.reference(), null);
    before.capture(
        IdempotencyKey.of("order_1", "capture", 1), payment.reference(), Money.parse("EUR 7.00"));
    now.set(NOON.plus(Duration.ofDays(1)));

    SandboxGateway after = remembering(memory);

    assertThat(after.lookUp(Gateway.ObjectKind.PAYMENT, payment.reference(), null))
        .isEqualTo(before.lookUp(Gateway.ObjectKind.PAYMENT, payment.reference(), null));
    assertThat(after.balanceChanges(null, Instant.EPOCH, null))
        .isEqualTo(before.balanceChanges(null, Instant.EPOCH, null));
    assertThat(done(after.start(startKey, wanted)).reference()).isEqualTo(payment.reference());
    Payment second =
        done(
            after.start(
                IdempotencyKey.of("order_2", "start", 1),
                new NewPayment(new PayableId("order_2"), Money.parse("EUR 1.00"), Capture.LATER)));
    assertThat(second.reference()).isNotEqualTo(payment.reference());
    // What was refunded after the restart is there after the next one.
    after.refund(
        IdempotencyKey.of("order_1", "refund:r1", 1), payment.reference(), Money.parse("EUR 2.00"));
    assertThat(
            ((Payment)
                    ((Answer.Done<ProviderObject>)
                            remembering(memory)
                                .lookUp(Gateway.ObjectKind.PAYMENT, payment.reference(), null))
                        .object())
                .refunded())
        .isEqualTo(Money.parse("EUR 2.00"));
  }

  @Test
  void a_memory_that_no_sandbox_wrote_is_refused_with_its_place() {
    Remembering memory = new Remembering();
    remembering(memory)
        .start(
            IdempotencyKey.of("order_1", "start", 1),
            new NewPayment(new PayableId("order_1"), Money.parse("EUR 10.00"), Capture.LATER));
    memory.append("something else", 1);

    assertThatThrownBy(() -> remembering(memory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call 2");
  }

  @Test
  void a_means_with_a_line_break_is_refused_like_any_other_unknown_one() {
    assertThat(
            gateway.authorise(
                IdempotencyKey.of("order_1", "authorise", 1), started().reference(), "a\tb\nc"))
        .isEqualTo(new Answer.Refused<Payment>("no_such_card", Answer.Reason.INVALID_CALL));
  }

  private SandboxGateway remembering(SandboxMemory memory) {
    return new SandboxGateway(
        SandboxGateway.Mode.TRIAL, now::get, SECRET, SandboxGateway.Webhooks.NONE, memory);
  }

  private static Payment done(Answer<Payment> answer) {
    return ((Answer.Done<Payment>) answer).object();
  }

  private Payment started() {
    Answer<Payment> started =
        gateway.start(
            IdempotencyKey.of("order_1", "start", 1),
            new NewPayment(new PayableId("order_1"), Money.parse("EUR 10.00"), Capture.LATER));
    return ((Answer.Done<Payment>) started).object();
  }
}
