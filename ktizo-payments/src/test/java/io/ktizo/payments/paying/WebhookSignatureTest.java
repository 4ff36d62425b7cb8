package io.ktizo.payments.paying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.net.Webhook;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.WebhookRefusedException.Reason;
import io.ktizo.payments.store.MemoryPayments;
import io.ktizo.payments.stripe.StripeGateway;
import io.ktizo.payments.stripe.StripeSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Stripe's signatures, made here by Stripe's own library; cases P04, P06, P08, P09 and P11 of the
 * test programme.
 */
class WebhookSignatureTest {
  private static final String OLD = "whsec_of_yesterday";
  private static final String NEW = "whsec_of_today";
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
  private static final String BODY =
      """
      {"id": "evt_1", "object": "event", "type": "charge.refunded", "livemode": false,
       "created": 1795608000, "api_version": "2031-01-01.future",
       "data": {"object": {"id": "ch_1", "object": "charge", "payment_intent": "pi_1"}}}
      """;

  private Instant now = NOON;
  private final StripeGateway gateway = gateway(OLD, NEW);

  private StripeGateway gateway(String... secrets) {
    return new StripeGateway(
        StripeSettings.of("sk_test_1", List.of(secrets), URI.create("https://market.example/paid")),
        () -> now);
  }

  @Test
  void a_message_signed_by_either_secret_is_read_whatever_its_version() {
    for (String secret : List.of(OLD, NEW)) {
      WebhookEvent event = gateway.readWebhook(bytes(BODY), sign(BODY, secret, NOON));

      assertThat(event.id()).isEqualTo("evt_1");
      assertThat(event.kind()).isEqualTo(WebhookEvent.Kind.PAYMENT);
      assertThat(event.reference()).isEqualTo("pi_1");
      assertThat(event.apiVersion()).isEqualTo("2031-01-01.future");
    }
  }

  @Test
  void p08_a_secret_that_was_rotated_away_signs_nothing_any_more() {
    assertRefused(gateway(NEW), bytes(BODY), sign(BODY, OLD, NOON), Reason.WRONG_SIGNATURE);
  }

  @Test
  void p04_every_flipped_byte_is_noticed() {
    String signature = sign(BODY, NEW, NOON);
    byte[] body = bytes(BODY);
    for (int i = 0; i < body.length; i++) {
      byte[] tampered = body.clone();
      tampered[i] ^= 0x20;
      assertThatThrownBy(() -> gateway.readWebhook(tampered, signature))
          .isInstanceOf(WebhookRefusedException.class);
    }
  }

  @Test
  void p04_headers_that_are_none_are_told_from_wrong_ones() {
    String good = sign(BODY, NEW, NOON);
    String scheme0 = good.replace("v1=", "v0=");
    for (String header :
        List.of("", "t=", "t=1", "v1=abc", "t=x,v1=y", scheme0, "t=99999999999999999999,v1=00")) {
      assertRefused(gateway, bytes(BODY), header, Reason.MALFORMED_SIGNATURE);
    }
    assertRefused(gateway, bytes(BODY), null, Reason.MALFORMED_SIGNATURE);
    assertRefused(
        gateway, bytes(BODY), sign(BODY, "whsec_of_nobody", NOON), Reason.WRONG_SIGNATURE);
  }

  @Test
  void p06_the_window_of_time_has_two_sides() {
    String signature = sign(BODY, NEW, NOON);
    for (long seconds : List.of(-300L, 0L, 300L)) {
      now = NOON.plusSeconds(seconds);
      assertThat(gateway.readWebhook(bytes(BODY), signature).id()).isEqualTo("evt_1");
    }
    for (long seconds : List.of(-301L, 301L, 86_400L)) {
      now = NOON.plusSeconds(seconds);
      assertRefused(gateway, bytes(BODY), signature, Reason.OUT_OF_TIME);
    }
  }

  @Test
  void p09_only_the_bytes_that_were_signed_count() throws IOException {
    String signature = sign(BODY, NEW, NOON);
    assertRefused(gateway, bytes(BODY.replace(": ", ":")), signature, Reason.WRONG_SIGNATURE);
    assertRefused(gateway, bytes("\uFEFF" + BODY), signature, Reason.WRONG_SIGNATURE);
    assertRefused(gateway, new byte[] {(byte) 0xFF, (byte) 0xFE}, signature, Reason.MALFORMED_BODY);
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(zipped)) {
      zip.write(bytes(BODY));
    }
    assertThatThrownBy(() -> gateway.readWebhook(zipped.toByteArray(), signature))
        .isInstanceOf(WebhookRefusedException.class);
  }

  @Test
  void what_is_signed_well_and_is_no_message_is_refused() {
    for (String body : List.of("", "[]", "null", "{}", "{\"id\": 1}", "{\"type\": \"x\"}")) {
      assertRefused(gateway, bytes(body), sign(body, NEW, NOON), Reason.MALFORMED_BODY);
    }
  }

  @Test
  void p11_an_unknown_type_and_a_megabyte_are_kept_and_have_no_effect() {
    String large =
        BODY.replace("charge.refunded", "planet.discovered").replace("ch_1", "x".repeat(1 << 20));
    MemoryPayments store = new MemoryPayments();
    Paying paying = new Paying(store, gateway, () -> now, false);
    Inbox inbox = new Inbox(store, gateway, paying, () -> now);

    assertThat(inbox.receive(bytes(large), sign(large, NEW, NOON))).isTrue();
    assertThat(inbox.work(10)).isEqualTo(1);
  }

  @Test
  void a_message_is_kept_once_however_often_it_comes() {
    MemoryPayments store = new MemoryPayments();
    Paying paying = new Paying(store, gateway, () -> now, false);
    Inbox inbox = new Inbox(store, gateway, paying, () -> now);

    assertThat(inbox.receive(bytes(BODY), sign(BODY, NEW, NOON))).isTrue();
    now = NOON.plus(Duration.ofMinutes(1));
    assertThat(inbox.receive(bytes(BODY), sign(BODY, NEW, now))).isFalse();
  }

  private static void assertRefused(
      StripeGateway gateway, byte[] body, @Nullable String signature, Reason reason) {
    assertThatThrownBy(() -> gateway.readWebhook(body, signature))
        .isInstanceOfSatisfying(
            WebhookRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String sign(String body, String secret, Instant at) {
    try {
      return Webhook.Signature.generateSignatureHeader(body, secret, at.getEpochSecond());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
