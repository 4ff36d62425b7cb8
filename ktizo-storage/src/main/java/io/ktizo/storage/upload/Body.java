package io.ktizo.storage.upload;

import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Bytes on their way in.
 *
 * @param stream where they come from
 * @param length how many were announced; empty if that is not known
 * @param checksum what they must be, all together; without the right one none are kept
 */
public record Body(InputStream stream, OptionalLong length, Optional<Checksum> checksum) {
  /** Bytes of an unknown number. */
  public static Body of(InputStream stream) {
    return new Body(stream, OptionalLong.empty(), Optional.empty());
  }

  /** So many bytes. */
  public static Body of(InputStream stream, long length) {
    return new Body(stream, OptionalLong.of(length), Optional.empty());
  }
}
