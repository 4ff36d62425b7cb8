package io.ktizo.core.account;

import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Secret keys that are mixed into passwords before they are hashed (HMAC-SHA-256, RFC 2104), so
 * that a stolen table of hashes alone cannot be guessed at. They lie outside the database. Each
 * hash names its key by id; a hash with a former key, or with none, is renewed at the next sign-in,
 * so keys can be replaced. A key may be dropped when no hash names it any more: without it, its
 * passwords are lost and have to be reset.
 *
 * <p>Immutable; its text form shows the ids alone.
 */
public final class Pepper {
  /** Bytes that a key has at least. */
  public static final int KEY_BYTES = 32;

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,30}");

  private final String current;
  private final Map<String, SecretKeySpec> keys;

  private Pepper(String current, Map<String, SecretKeySpec> keys) {
    this.current = current;
    this.keys = Map.copyOf(keys);
  }

  /**
   * The key with which passwords are hashed from now on.
   *
   * @param id 1 to 31 letters, digits, dots, dashes and underscores; kept in each hash
   * @param key at least 32 bytes of chance
   * @throws IllegalArgumentException if either is otherwise
   */
  public static Pepper of(String id, byte[] key) {
    return new Pepper(id, Map.of(checked(id), keyOf(key)));
  }

  /**
   * The same, with a key that was in use before: passwords hashed with it are still known.
   *
   * @throws IllegalArgumentException if the id is taken, or id or key cannot be one
   */
  public Pepper withFormer(String id, byte[] key) {
    if (keys.containsKey(id)) {
      throw new IllegalArgumentException("two keys with the id " + id);
    }
    Map<String, SecretKeySpec> more = new LinkedHashMap<>(keys);
    more.put(checked(id), keyOf(key));
    return new Pepper(current, more);
  }

  private static String checked(String id) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException("an id has 1 to 31 letters, digits, dots and dashes");
    }
    return id;
  }

  private static SecretKeySpec keyOf(byte[] key) {
    if (key.length < KEY_BYTES) {
      throw new IllegalArgumentException("a key of at least 32 bytes, not " + key.length);
    }
    return new SecretKeySpec(key, "HmacSHA256");
  }

  /** Id of the key in use. */
  String current() {
    return current;
  }

  /** Mixes the key with this id in. */
  byte[] mix(String id, byte[] password) {
    @Nullable SecretKeySpec key = keys.get(id);
    if (key == null) {
      throw new IllegalStateException(
          "a password was hashed with the pepper " + id + ", which is not configured any more");
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return mac.doFinal(password);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "Pepper[" + current + " of " + keys.size() + "]";
  }
}
