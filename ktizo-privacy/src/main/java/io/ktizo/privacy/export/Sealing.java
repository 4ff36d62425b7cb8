package io.ktizo.privacy.export;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How a file lies on disk until it is fetched: a head, then chunks, each encrypted and
 * authenticated with AES-256-GCM (NIST SP 800-38D).
 *
 * <p>Head: {@code KTIZOSE1}, 8 bytes that tell which of the host's keys was used, 32 random bytes
 * of salt. The file's own key is HKDF-SHA-256 (RFC 5869) of the host's key and the salt. Chunk: 4
 * bytes of length with the top bit set in the last one, 12 random bytes of nonce, ciphertext, 16
 * bytes of tag. A chunk's place and whether it is the last are authenticated with it, so chunks
 * cannot be dropped, repeated, reordered or cut off unnoticed. Nonces are random, not counted:
 * after a kill a chunk may be written again with other contents, and a counter would then use one
 * nonce twice. A file holds far fewer than the 2^32 chunks that random nonces allow.
 */
final class Sealing {
  static final int CHUNK = 64 * 1024;
  static final int HEAD = 48;
  static final int NONCE = 12;
  static final int TAG = 16;
  static final int LAST = 0x80000000;

  private static final byte[] MAGIC = "KTIZOSE1".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FILE_KEY = "ktizo export file".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NAME = "ktizo export key name".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_SALT = new byte[32];

  private Sealing() {}

  static byte[] head(SecretKey key, byte[] salt) {
    return ByteBuffer.allocate(HEAD).put(MAGIC).put(name(key)).put(salt).array();
  }

  /**
   * The file's own key.
   *
   * @param keys the host's keys, of which one must have sealed the file
   * @throws UnreadableArchiveException if the head is none, or no key fits
   */
  static SecretKey fileKey(byte[] head, List<SecretKey> keys) {
    if (!Arrays.equals(MAGIC, Arrays.copyOf(head, MAGIC.length))) {
      throw new UnreadableArchiveException("the file is no sealed archive");
    }
    byte[] name = Arrays.copyOfRange(head, MAGIC.length, MAGIC.length + 8);
    byte[] salt = Arrays.copyOfRange(head, HEAD - 32, HEAD);
    for (SecretKey key : keys) {
      if (Arrays.equals(name(key), name)) {
        return new SecretKeySpec(derived(key, salt, FILE_KEY), "AES");
      }
    }
    throw new UnreadableArchiveException("none of the given keys sealed this archive");
  }

  static Cipher cipher(int mode, SecretKey key, byte[] nonce, long place, boolean last) {
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
      cipher.updateAAD(ByteBuffer.allocate(9).putLong(place).put((byte) (last ? 1 : 0)).array());
      return cipher;
    } catch (GeneralSecurityException e) {
      // Every JDK has AES-GCM; what is left is a key of the wrong length.
      throw new IllegalArgumentException("an archive key is an AES key of 256 bits", e);
    }
  }

  private static byte[] name(SecretKey key) {
    return Arrays.copyOf(derived(key, NO_SALT, NAME), 8);
  }

  private static byte[] derived(SecretKey key, byte[] salt, byte[] info) {
    byte[] material = key.getEncoded();
    if (material == null || material.length != 32) {
      throw new IllegalArgumentException("an archive key has 32 bytes");
    }
    byte[] extracted = hmac(salt, material);
    return hmac(extracted, ByteBuffer.allocate(info.length + 1).put(info).put((byte) 1).array());
  }

  private static byte[] hmac(byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
