package io.ktizo.core.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AES-256-GCM of the JDK (NIST SP 800-38D): 12 random bytes, the ciphertext, the tag. Sealed is
 * with the key in use; opened, too, what was sealed with former ones, so that keys can be replaced.
 * Up to 2³² secrets may be sealed with a key. Threads may share it if they may share the random
 * source.
 */
public final class AesSecretBox implements SecretBox {
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;

  private final SecretKey key;
  private final List<SecretKey> all;
  private final RandomGenerator random;

  /**
   * A box with a key.
   *
   * @param key 32 bytes
   * @param random a {@link java.security.SecureRandom} in production
   */
  public AesSecretBox(byte[] key, RandomGenerator random) {
    this(List.of(keyOf(key)), random);
  }

  private AesSecretBox(List<SecretKey> all, RandomGenerator random) {
    this.key = all.getFirst();
    this.all = List.copyOf(all);
    this.random = random;
  }

  private static SecretKey keyOf(byte[] key) {
    if (key.length != 32) {
      throw new IllegalArgumentException("a key of 32 bytes, not " + key.length);
    }
    return new SecretKeySpec(key, "AES");
  }

  /** The same box, which also opens what was sealed with a key that was in use before. */
  public AesSecretBox withFormer(byte[] former) {
    List<SecretKey> more = new ArrayList<>(all);
    more.add(keyOf(former));
    return new AesSecretBox(more, random);
  }

  @Override
  public byte[] seal(byte[] plain, String context) {
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(plain);
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
    byte[] nonce = Arrays.copyOf(sealed, NONCE);
    @Nullable GeneralSecurityException failure = null;
    for (SecretKey each : all) {
      try {
        return cipher(Cipher.DECRYPT_MODE, each, nonce, context)
            .doFinal(sealed, NONCE, sealed.length - NONCE);
      } catch (GeneralSecurityException e) {
        // The tag tells a wrong key from the right one: forging it for one of n keys is n in 2¹²⁸.
        failure = e;
      }
    }
    throw new IllegalArgumentException("sealed with another key or context, or changed", failure);
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String context)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}
