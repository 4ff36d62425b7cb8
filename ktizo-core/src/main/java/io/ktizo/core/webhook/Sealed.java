package io.ktizo.core.webhook;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Encrypted bytes. */
public final class Sealed {
  private final byte[] bytes;

  /** These bytes. */
  public Sealed(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** A copy of them. */
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Sealed sealed && Arrays.equals(bytes, sealed.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "Sealed[…]";
  }
}
