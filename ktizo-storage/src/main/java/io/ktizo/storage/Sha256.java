package io.ktizo.storage;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The SHA-256 of a content (FIPS 180-4).
 *
 * @param hex 64 digits in lower case
 */
public record Sha256(String hex) {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  /** The digits as they are. */
  public Sha256 {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("64 hexadecimal digits in lower case");
    }
  }

  /** A new computation. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      // Every Java platform has it, by the specification of MessageDigest.
      throw new IllegalStateException(e);
    }
  }

  /** What a computation has come to; it begins anew afterwards. */
  public static Sha256 of(MessageDigest digest) {
    return new Sha256(HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public String toString() {
    return hex;
  }
}
