package io.ktizo.storage.access;

import io.ktizo.storage.FileId;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Short tokens for the addresses of downloads. A token is good for one file, one session, and some
 * minutes; it opens nothing that the session's holder may not see anyway. So an address that was
 * copied, logged or sent on is worth nothing.
 *
 * <p>HMAC-SHA-256 (RFC 2104) over everything that it is good for. Any number of threads may share
 * it.
 */
public final class DownloadLinks {
  /** The longest that a token may be good for. */
  public static final Duration LONGEST = Duration.ofMinutes(15);

  private static final int KEY_BYTES = 32;

  private final SecretKeySpec key;
  private final InstantSource clock;

  /**
   * Links under a key.
   *
   * @param key at least 32 secret random bytes, the same for all instances
   */
  public DownloadLinks(byte[] key, InstantSource clock) {
    if (key.length < KEY_BYTES) {
      throw new IllegalArgumentException("a key has at least 32 bytes");
    }
    this.key = new SecretKeySpec(key, "HmacSHA256");
    this.clock = clock;
  }

  /**
   * A token: letters, digits, dots, dashes and underscores.
   *
   * @param kind of what is derived from the file; empty for the file itself
   * @param session the id of the session that it is bound to; not contained in the token
   * @param validity at most {@link #LONGEST}
   */
  public String sign(FileId file, String kind, String session, Duration validity) {
    if (validity.isNegative() || validity.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("at most " + LONGEST + ": " + validity);
    }
    long expires = clock.instant().plus(validity).getEpochSecond();
    return expires + "." + mac(file, kind, session, expires);
  }

  /** When a token ends; nothing if it is not good for this, or is over. */
  public Optional<Instant> verify(String token, FileId file, String kind, String session) {
    int dot = token.indexOf('.');
    if (dot < 1 || dot > 11 || !token.substring(0, dot).matches("[0-9]+")) {
      return Optional.empty();
    }
    long expires = Long.parseLong(token.substring(0, dot));
    byte[] expected = mac(file, kind, session, expires).getBytes(StandardCharsets.US_ASCII);
    byte[] given = token.substring(dot + 1).getBytes(StandardCharsets.UTF_8);
    Instant end = Instant.ofEpochSecond(expires);
    return MessageDigest.isEqual(expected, given) && clock.instant().isBefore(end)
        ? Optional.of(end)
        : Optional.empty();
  }

  private String mac(FileId file, String kind, String session, long expires) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      // The session comes last, since it may hold any character.
      String text = "ktizo download 1|" + file + "|" + kind + "|" + expires + "|" + session;
      byte[] code = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(code);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      // Every Java platform has it, by the specification of Mac.
      throw new IllegalStateException(e);
    }
  }
}
