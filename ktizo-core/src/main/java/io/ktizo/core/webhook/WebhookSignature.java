package io.ktizo.core.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of messages, in the form that Stripe uses ({@code t=…,v1=…}): seconds since 1970, and
 * the HMAC-SHA256 (RFC 2104, FIPS 198-1) of {@code t + "." + body} in hexadecimal digits, one
 * {@code v1} for each secret that is in use. The receiver checks one of them and the time.
 */
public final class WebhookSignature {
  /** The header that holds it. */
  public static final String HEADER = "Ktizo-Signature";

  /**
   * How far the sender's clock and the receiver's may be apart, with the time of a message's way.
   */
  public static final Duration TOLERANCE = Duration.ofMinutes(5);

  private WebhookSignature() {}

  /** The header's value. */
  public static String of(List<String> secrets, Instant at, byte[] body) {
    StringBuilder header = new StringBuilder("t=").append(at.getEpochSecond());
    for (String secret : secrets) {
      header
          .append(",v1=")
          .append(HexFormat.of().formatHex(mac(secret, at.getEpochSecond(), body)));
    }
    return header.toString();
  }

  /**
   * Checks a message, as a receiver does.
   *
   * @param header value of {@link #HEADER} as it came
   * @return whether it was signed with the secret, not longer ago than {@link #TOLERANCE}
   */
  public static boolean holds(String header, String secret, byte[] body, Instant now) {
    long at = Long.MIN_VALUE;
    List<byte[]> signatures = new ArrayList<>();
    for (String part : header.split(",", 20)) {
      try {
        if (part.startsWith("t=")) {
          at = Long.parseLong(part.substring(2));
        } else if (part.startsWith("v1=")) {
          signatures.add(HexFormat.of().parseHex(part.substring(3)));
        }
      } catch (IllegalArgumentException e) {
        return false;
      }
    }
    long apart = at == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(now.getEpochSecond() - at);
    if (apart > TOLERANCE.toSeconds()) {
      return false;
    }
    byte[] expected = mac(secret, at, body);
    return signatures.stream().anyMatch(signature -> MessageDigest.isEqual(signature, expected));
  }

  private static byte[] mac(String secret, long seconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has HmacSHA256", e);
    }
  }
}
