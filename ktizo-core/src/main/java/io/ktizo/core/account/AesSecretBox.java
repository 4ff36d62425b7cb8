package io.ktizo.core.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-256-GCM of the JDK (NIST SP 800-38D) with one key: 12 random bytes, the ciphertext, the tag.
 * Up to 2³² secrets may be sealed with a key. Threads may share it if they may share the random
 * source.
 */
public final class AesSecretBox implements SecretBox {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final RandomGenerator random;

  /**
   * A box with a key.
   *
   * @param key 32 bytes
   * @param random a {@link java.security.SecureRandom} in production
   */
  public AesSecretBox(byte[] key, RandomGenerator random) {
    if (key.length != 32) {
      throw new IllegalArgumentException("a key of 32 bytes, not " + key.length);
    }
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  @Override
  public byte[] seal(byte[] plain, String context) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
      byte[] whole = Arrays.copyOf(nonce, NONCE + sealed.length);
      System.arraycopy(sealed, 0, whole, NONCE, sealed.length);
      return whole;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("each JDK has AES-GCM", e);
    }
  }

  @Override
  public byte[] open(byte[] sealed, String context) {
    if (sealed.length < NONCE + TAG_BITS / 8) {
      throw new IllegalArgumentException("too short to have been sealed");
    }
    try {
      return cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE), context)
          .doFinal(sealed, NONCE, sealed.length - NONCE);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("sealed with another key or context, or changed", e);
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
