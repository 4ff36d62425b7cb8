package io.ktizo.core.account;

import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** By which an authenticator knows a passkey: 1 to 1023 bytes (WebAuthn §4). Not a secret. */
public final class CredentialId {
  private final byte[] bytes;

  /**
   * An id as an authenticator gave it.
   *
   * @throws IllegalArgumentException if it has no bytes or more than 1023
   */
  public CredentialId(byte[] bytes) {
    if (bytes.length < 1 || bytes.length > 1_023) {
      throw new IllegalArgumentException("1 to 1023 bytes, not " + bytes.length);
    }
    this.bytes = bytes.clone();
  }

  /** All of them. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CredentialId id && Arrays.equals(bytes, id.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The beginning alone. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes, 0, Math.min(4, bytes.length)) + "…";
  }
}
