package io.ktizo.server.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Marks of a place in a list, and tokens bound to a session: short texts that come back from
 * clients and are believed because of the tag on them (HMAC-SHA-256, its first 16 bytes).
 */
final class Cursors {
  private static final int TAG = 16;

  private final SecretKeySpec key;

  /**
   * With a key.
   *
   * @param key 32 bytes, used for nothing else
   */
  Cursors(byte[] key) {
    this.key = new SecretKeySpec(key, "HmacSHA256");
  }

  /**
   * The opaque form of a place.
   *
   * @param context where alone it is good, for instance the route
   */
  String seal(String context, String place) {
    byte[] text = place.getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(tag(context, text), TAG + text.length);
    System.arraycopy(text, 0, whole, TAG, text.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
  }

  /** The place behind what {@link #seal} made in the same context; nothing for anything else. */
  Optional<String> open(String context, String mark) {
    byte[] whole;
    try {
      whole = mark.length() > 1_000 ? new byte[0] : Base64.getUrlDecoder().decode(mark);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (whole.length < TAG) {
      return Optional.empty();
    }
    byte[] text = Arrays.copyOfRange(whole, TAG, whole.length);
    return MessageDigest.isEqual(tag(context, text), Arrays.copyOf(whole, TAG))
        ? Optional.of(new String(text, StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private byte[] tag(String context, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update(context.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return Arrays.copyOf(mac.doFinal(text), TAG);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has HmacSHA256", e);
    }
  }
}
