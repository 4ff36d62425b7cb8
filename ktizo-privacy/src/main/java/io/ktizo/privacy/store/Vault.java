package io.ktizo.privacy.store;

import io.ktizo.privacy.KeySource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.NamedParameterSpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the engine does with the host's secrets. One key is derived for each use (HKDF-Expand of RFC
 * 5869 with HMAC-SHA-256, one block), so that no two uses share one. For use by several threads.
 */
public final class Vault {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final int SECRET = 32;

  private final KeySource keys;
  private final SecureRandom random = new SecureRandom();

  /**
   * Borrows the host's secrets.
   *
   * @throws IllegalArgumentException if there is none, or one is shorter than 32 bytes
   */
  public Vault(KeySource keys) {
    if (keys.ids().isEmpty()) {
      throw new IllegalArgumentException("the engine needs at least one secret");
    }
    for (String id : keys.ids()) {
      if (keys.secret(id).length < SECRET) {
        throw new IllegalArgumentException("secret " + id + " is shorter than 32 bytes");
      }
    }
    this.keys = keys;
  }

  /** The id of the secret for new work. */
  public String currentId() {
    return keys.ids().getFirst();
  }

  /** The ids of all secrets, the one for new work first. */
  public List<String> ids() {
    return List.copyOf(keys.ids());
  }

  /** A key of 32 bytes for one use. */
  public byte[] derive(String id, String use) {
    return hmac(
        keys.secret(id), ("ktizo-privacy/" + use + "\u0001").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Encrypts with AES-256-GCM (NIST SP 800-38D) under the current secret and a fresh nonce.
   *
   * @param use what it is; only the same use reads it
   * @param bound what it belongs to, authenticated with it: the id of a run, for instance
   */
  public byte[] seal(String use, String bound, byte[] plain) {
    String id = currentId();
    byte[] name = id.getBytes(StandardCharsets.UTF_8);
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    byte[] sealed = cipher(Cipher.ENCRYPT_MODE, id, use, bound, nonce, plain);
    return ByteBuffer.allocate(2 + name.length + NONCE + sealed.length)
        .putShort((short) name.length)
        .put(name)
        .put(nonce)
        .put(sealed)
        .array();
  }

  /**
   * Reads what {@link #seal} made.
   *
   * @throws IllegalArgumentException if its secret is gone, or if it was made for another use, is
   *     bound to something else, or was changed
   */
  public byte[] open(String use, String bound, byte[] sealed) {
    ByteBuffer in = ByteBuffer.wrap(sealed);
    byte[] name = new byte[in.getShort()];
    in.get(name);
    byte[] nonce = new byte[NONCE];
    in.get(nonce);
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return cipher(
        Cipher.DECRYPT_MODE, new String(name, StandardCharsets.UTF_8), use, bound, nonce, rest);
  }

  private byte[] cipher(
      int mode, String id, String use, String bound, byte[] nonce, byte[] content) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(
          mode,
          new SecretKeySpec(derive(id, "seal/" + use), "AES"),
          new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(bound.getBytes(StandardCharsets.UTF_8));
      return cipher.doFinal(content);
    } catch (GeneralSecurityException refused) {
      throw new IllegalArgumentException("what was sealed for " + use + " cannot be read", refused);
    }
  }

  /**
   * A keyed hash in 64 hex digits: equal texts have equal hashes, and without the secret nobody can
   * try texts out.
   */
  public String hash(String id, String use, String text) {
    return HexFormat.of()
        .formatHex(hmac(derive(id, "hash/" + use), text.getBytes(StandardCharsets.UTF_8)));
  }

  /** The text that stands for an identifier when people are compared: trimmed and lower case. */
  public static String normal(String identifier) {
    return identifier.strip().toLowerCase(Locale.ROOT);
  }

  /** The pair of Ed25519 keys (RFC 8032) that belongs to a secret. */
  public KeyPair signing(String id) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
      generator.initialize(NamedParameterSpec.ED25519, new Fixed(derive(id, "sign")));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK has no Ed25519", impossible);
    }
  }

  private static byte[] hmac(byte[] key, byte[] text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK has no HmacSHA256", impossible);
    }
  }

  /** Gives one value once: a private key of Ed25519 is 32 bytes of any choice. */
  private static final class Fixed extends SecureRandom {
    private static final long serialVersionUID = 1L;
    private final byte[] value;

    Fixed(byte[] value) {
      this.value = value.clone();
    }

    @Override
    public void nextBytes(byte[] bytes) {
      if (bytes.length != value.length) {
        throw new IllegalStateException("asked for " + bytes.length + " bytes");
      }
      System.arraycopy(value, 0, bytes, 0, bytes.length);
    }
  }
}
