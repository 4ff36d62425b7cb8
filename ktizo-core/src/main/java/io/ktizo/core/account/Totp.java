package io.ktizo.core.account;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Codes of authenticator apps: TOTP (RFC 6238) with SHA-1, 6 digits and steps of 30 s, as all apps
 * know it. The step before and the one after are accepted, too, for clocks that are a little off.
 */
final class Totp {
  private static final int STEP_SECONDS = 30;
  private static final int SECRET = 20;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private Totp() {}

  static byte[] newSecret(RandomGenerator random) {
    byte[] secret = new byte[SECRET];
    random.nextBytes(secret);
    return secret;
  }

  /** The step of which this is the code, if it is later than the last one used. */
  static OptionalLong matchingStep(byte[] secret, String code, Instant now, long lastStep) {
    if (code.length() != 6 || !code.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return OptionalLong.empty();
    }
    long current = Math.floorDiv(now.getEpochSecond(), (long) STEP_SECONDS);
    OptionalLong found = OptionalLong.empty();
    for (long step = current - 1; step <= current + 1; step++) {
      boolean same =
          MessageDigest.isEqual(
              code(secret, step).getBytes(StandardCharsets.US_ASCII),
              code.getBytes(StandardCharsets.US_ASCII));
      if (same && step > lastStep) {
        found = OptionalLong.of(step);
      }
    }
    return found;
  }

  static String code(byte[] secret, long step) {
    return code(secret, step, 6);
  }

  /** RFC 4226 §5.3. */
  static String code(byte[] secret, long step, int digits) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(secret, "HmacSHA1"));
      byte[] hash = mac.doFinal(java.nio.ByteBuffer.allocate(8).putLong(step).array());
      int offset = hash[hash.length - 1] & 0xf;
      int binary = java.nio.ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffff;
      int modulus = 1;
      for (int digit = 0; digit < digits; digit++) {
        modulus *= 10;
      }
      return String.format(Locale.ROOT, "%0" + digits + "d", binary % modulus);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has HmacSHA1", e);
    }
  }

  /** RFC 4648 §6, without padding. */
  static String base32(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    int buffer = 0;
    int bits = 0;
    for (byte next : bytes) {
      buffer = buffer << 8 | (next & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        text.append(BASE32.charAt(buffer >>> bits & 31));
      }
    }
    if (bits > 0) {
      text.append(BASE32.charAt(buffer << (5 - bits) & 31));
    }
    return text.toString();
  }

  /** What a QR code for an app holds (Key Uri Format). */
  static String uri(String issuer, String label, byte[] secret) {
    return "otpauth://totp/"
        + encoded(issuer)
        + ":"
        + encoded(label)
        + "?secret="
        + base32(secret)
        + "&issuer="
        + encoded(issuer)
        + "&algorithm=SHA1&digits=6&period=30";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
