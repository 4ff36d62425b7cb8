package io.ktizo.storage.crypto;

import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * A key that only a master key opens. Immutable.
 *
 * @param masterVersion which one
 * @param bytes the key under it; copied on the way in and out
 */
@SuppressWarnings("ArrayRecordComponent") // Copied in and out, and compared by content.
public record WrappedKey(String masterVersion, byte[] bytes) {
  private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** Copies the bytes. */
  public WrappedKey {
    if (!VERSION.matcher(masterVersion).matches()) {
      throw new IllegalArgumentException("a version is 1 to 64 letters, digits, - and _");
    }
    bytes = bytes.clone();
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WrappedKey key
        && masterVersion.equals(key.masterVersion)
        && Arrays.equals(bytes, key.bytes);
  }

  @Override
  public int hashCode() {
    return 31 * masterVersion.hashCode() + Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "WrappedKey[" + masterVersion + ", " + bytes.length + " bytes]";
  }
}
