package io.ktizo.core.account;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A secret that stands for a right: 256 random bits in 43 characters of base64url (RFC 4648 §5). It
 * is given out once; kept is its {@link Hash} alone. The text form hides it.
 *
 * @param secret the 43 characters; any other text is possible in a token that came from outside
 */
public record Token(String secret) {

  /** A new one. */
  public static Token random(RandomGenerator random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  /**
   * What is kept. SHA-256 is enough: 256 random bits cannot be guessed, so slow hashing would add
   * nothing.
   */
  public Hash hash() {
    return Hash.of(secret);
  }

  @Override
  public String toString() {
    return "Token[…]";
  }

  /** SHA-256 of a secret. */
  public static final class Hash {
    private final byte[] bytes;

    /**
     * A hash as it was kept.
     *
     * @throws IllegalArgumentException if it does not have 32 bytes
     */
    public Hash(byte[] bytes) {
      if (bytes.length != 32) {
        throw new IllegalArgumentException("32 bytes, not " + bytes.length);
      }
      this.bytes = bytes.clone();
    }

    static Hash of(String secret) {
      try {
        return new Hash(
            MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("each JDK has SHA-256", e);
      }
    }

    /** All 32 of them. */
    public byte[] bytes() {
      return bytes.clone();
    }

    /** Takes the same time however much is equal. */
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Hash hash && MessageDigest.isEqual(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    /** The beginning alone. */
    @Override
    public String toString() {
      return HexFormat.of().formatHex(bytes, 0, 4) + "…";
    }
  }
}
