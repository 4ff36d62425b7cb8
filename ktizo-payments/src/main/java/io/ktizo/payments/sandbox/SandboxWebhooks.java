package io.ktizo.payments.sandbox;

import io.ktizo.payments.WebhookEvent;
import io.ktizo.payments.WebhookRefusedException;
import io.ktizo.payments.WebhookRefusedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Messages of the sandbox and their signatures: HMAC-SHA256 (RFC 2104) over the second of signing
 * and the bytes, in a header {@code t=<epoch second>,v1=<hexadecimal>}.
 */
final class SandboxWebhooks {
  private static final Duration TOLERANCE = Duration.ofMinutes(5);
  private static final Pattern HEADER = Pattern.compile("t=([0-9]{1,12}),v1=([0-9a-f]{64})");
  private static final int LEAST_SECRET = 16;

  private final InstantSource clock;
  private final SecretKeySpec secret;

  SandboxWebhooks(InstantSource clock, byte[] secret) {
    if (secret.length < LEAST_SECRET) {
      throw new IllegalArgumentException("a secret has at least " + LEAST_SECRET + " bytes");
    }
    this.clock = clock;
    this.secret = new SecretKeySpec(secret, "HmacSHA256");
  }

  /** Signs a message of now and hands it over. */
  void send(WebhookEvent event, SandboxGateway.Webhooks to) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(event.id());
      out.writeUTF(event.type());
      out.writeUTF(event.kind().name());
      out.writeUTF(orEmpty(event.reference()));
      out.writeUTF(orEmpty(event.account()));
      out.writeLong(event.createdAt().toEpochMilli());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] body = bytes.toByteArray();
    long second = clock.instant().getEpochSecond();
    to.deliver(body, "t=" + second + ",v1=" + HexFormat.of().formatHex(sign(second, body)));
  }

  WebhookEvent read(byte[] body, @Nullable String header) {
    Matcher signature = HEADER.matcher(orEmpty(header));
    if (!signature.matches()) {
      throw new WebhookRefusedException(Reason.MALFORMED_SIGNATURE);
    }
    long second = Long.parseLong(signature.group(1));
    // The signature first: whoever cannot sign learns nothing about the clock.
    if (!MessageDigest.isEqual(HexFormat.of().parseHex(signature.group(2)), sign(second, body))) {
      throw new WebhookRefusedException(Reason.WRONG_SIGNATURE);
    }
    Duration age = Duration.between(Instant.ofEpochSecond(second), clock.instant()).abs();
    if (age.compareTo(TOLERANCE) > 0) {
      throw new WebhookRefusedException(Reason.OUT_OF_TIME);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(body))) {
      return new WebhookEvent(
          in.readUTF(),
          in.readUTF(),
          WebhookEvent.Kind.valueOf(in.readUTF()),
          orNull(in.readUTF()),
          orNull(in.readUTF()),
          false,
          Instant.ofEpochMilli(in.readLong()),
          null);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new WebhookRefusedException(Reason.MALFORMED_BODY);
    }
  }

  private byte[] sign(long second, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret);
      mac.update(ByteBuffer.allocate(Long.BYTES).putLong(second).array());
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
