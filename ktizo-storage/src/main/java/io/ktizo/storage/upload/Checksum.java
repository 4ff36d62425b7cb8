package io.ktizo.storage.upload;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * What the bytes of one request must hash to. Against errors of the way, not against attackers:
 * SHA-1 and MD5 are among the algorithms because clients know them.
 */
public final class Checksum {
  /** How to compute it. */
  public enum Algorithm {
    /** SHA-1, which the tus protocol requires. */
    SHA1("SHA-1", 20),
    /** MD5. */
    MD5("MD5", 16),
    /** SHA-256. */
    SHA256("SHA-256", 32);

    private final String javaName;
    private final int length;

    Algorithm(String javaName, int length) {
      this.javaName = javaName;
      this.length = length;
    }
  }

  private final Algorithm algorithm;
  private final byte[] expected;

  /**
   * A checksum.
   *
   * @throws IllegalArgumentException if it has not as many bytes as the algorithm gives
   */
  public Checksum(Algorithm algorithm, byte[] expected) {
    if (expected.length != algorithm.length) {
      throw new IllegalArgumentException(
          algorithm + " has " + algorithm.length + " bytes, not " + expected.length);
    }
    this.algorithm = algorithm;
    this.expected = expected.clone();
  }

  MessageDigest digest() {
    try {
      return MessageDigest.getInstance(algorithm.javaName);
    } catch (NoSuchAlgorithmException e) {
      // Every Java platform has all three, by the specification of MessageDigest.
      throw new IllegalStateException(e);
    }
  }

  boolean matches(MessageDigest digest) {
    return Arrays.equals(expected, digest.digest());
  }
}
