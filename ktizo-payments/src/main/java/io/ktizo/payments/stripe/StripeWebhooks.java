package io.ktizo.payments.stripe;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.WebhookEvent.Kind;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.WebhookRefusedException.Reason;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stripe's webhook messages: verified as raw bytes, read only as far as is needed to look their
 * objects up. So a message in another API version than this library's is as good as any.
 */
final class StripeWebhooks {
  /** Stripe's own advice, here in both directions. */
  private static final Duration TOLERANCE = Duration.ofMinutes(5);

  /** The last second of the year 9999: databases know it. */
  private static final BigDecimal LATEST = new BigDecimal("253402300799");

  private static final Pattern TIMESTAMP = Pattern.compile("(?:^|,)t=([0-9]{1,12})(?:,|$)");
  private static final Pattern SCHEME_1 = Pattern.compile("(?:^|,)v1=[0-9a-f]{64}(?:,|$)");

  private final List<String> secrets;
  private final InstantSource clock;

  StripeWebhooks(List<String> secrets, InstantSource clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  WebhookEvent read(byte[] body, @Nullable String header) {
    String signature = header == null ? "" : header;
    Matcher timestamp = TIMESTAMP.matcher(signature);
    if (!timestamp.find() || !SCHEME_1.matcher(signature).find()) {
      throw new WebhookRefusedException(Reason.MALFORMED_SIGNATURE);
    }
    String payload = text(body);
    if (secrets.stream().noneMatch(secret -> signed(payload, signature, secret))) {
      throw new WebhookRefusedException(Reason.WRONG_SIGNATURE);
    }
    Instant signedAt = Instant.ofEpochSecond(Long.parseLong(timestamp.group(1)));
    if (Duration.between(signedAt, clock.instant()).abs().compareTo(TOLERANCE) > 0) {
      throw new WebhookRefusedException(Reason.OUT_OF_TIME);
    }
    return event(payload);
  }

  /** The age is checked afterwards, against the clock that was handed in and in both directions. */
  private static boolean signed(String payload, String signature, String secret) {
    try {
      return Webhook.Signature.verifyHeader(payload, signature, secret, 0);
    } catch (SignatureVerificationException e) {
      return false;
    }
  }

  /** The bytes that were signed, and no others: what is not UTF-8 has no text that signs alike. */
  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(body))
          .toString();
    } catch (CharacterCodingException e) {
      throw new WebhookRefusedException(Reason.MALFORMED_BODY);
    }
  }

  /**
   * Every way in which a document can lack what an event has is looked for, none is stumbled on.
   */
  private static WebhookEvent event(String payload) {
    JsonObject event = object(parsed(payload));
    String type = text(event, "type");
    JsonObject object = object(object(event.get("data")).get("object"));
    Kind kind = kind(type);
    return new WebhookEvent(
        text(event, "id"),
        type,
        kind,
        reference(kind, object),
        optional(event, "account"),
        live(event),
        created(event),
        optional(event, "api_version"));
  }

  private static JsonElement parsed(String payload) {
    try {
      return JsonParser.parseString(payload);
    } catch (JsonParseException e) {
      throw malformed();
    }
  }

  private static JsonObject object(@Nullable JsonElement element) {
    if (element == null || !element.isJsonObject()) {
      throw malformed();
    }
    return element.getAsJsonObject();
  }

  private static String text(JsonObject object, String name) {
    String text = optional(object, name);
    if (text == null) {
      throw malformed();
    }
    return text;
  }

  private static boolean live(JsonObject event) {
    if (event.get("livemode") instanceof JsonPrimitive live && live.isBoolean()) {
      return live.getAsBoolean();
    }
    throw malformed();
  }

  private static Instant created(JsonObject event) {
    if (event.get("created") instanceof JsonPrimitive second && second.isNumber()) {
      BigDecimal seconds = second.getAsBigDecimal();
      if (seconds.signum() >= 0 && seconds.compareTo(LATEST) <= 0) {
        return Instant.ofEpochSecond(seconds.longValue());
      }
    }
    throw malformed();
  }

  private static WebhookRefusedException malformed() {
    return new WebhookRefusedException(Reason.MALFORMED_BODY);
  }

  private static Kind kind(String type) {
    if (type.startsWith("charge.dispute.")) {
      return Kind.DISPUTE;
    }
    if (type.startsWith("charge.refund.") || type.startsWith("refund.")) {
      return Kind.REFUND;
    }
    if (type.startsWith("payment_intent.") || type.startsWith("charge.")) {
      return Kind.PAYMENT;
    }
    if (type.startsWith("transfer.")) {
      return Kind.TRANSFER;
    }
    if (type.startsWith("payout.")) {
      return Kind.PAYOUT;
    }
    return type.startsWith("account.") || type.startsWith("capability.") ? Kind.PAYEE : Kind.OTHER;
  }

  private static @Nullable String reference(Kind kind, JsonObject object) {
    return switch (kind) {
      // A charge's message speaks of its payment.
      case PAYMENT ->
          object.has("payment_intent")
              ? optional(object, "payment_intent")
              : optional(object, "id");
      // A capability's message speaks of its account.
      case PAYEE -> object.has("account") ? optional(object, "account") : optional(object, "id");
      case REFUND, TRANSFER, PAYOUT, DISPUTE, OTHER -> optional(object, "id");
    };
  }

  /** A text; {@code null} if there is none, or something else stands there. */
  private static @Nullable String optional(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive text && text.isString()
        ? text.getAsString()
        : null;
  }
}
