package io.ktizo.storage.upload;

import io.ktizo.storage.FileName;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Upload;
import java.util.OptionalLong;

/**
 * An upload that somebody wants to begin.
 *
 * @param owner whose it is
 * @param name what he calls it
 * @param length how many bytes it has, 0 or more; empty if nobody knows yet
 * @param kind {@link Upload.Kind#WHOLE}, or {@link Upload.Kind#PART} to be joined with others later
 */
public record Intake(Owner owner, FileName name, OptionalLong length, Upload.Kind kind) {
  /** Refuses what only joining makes. */
  public Intake {
    if (length.isPresent() && length.getAsLong() < 0) {
      throw new IllegalArgumentException("length must be >= 0: " + length.getAsLong());
    }
    if (kind == Upload.Kind.JOINED) {
      throw new IllegalArgumentException("joined uploads receive nothing; see join");
    }
  }

  /** A whole file. */
  public static Intake of(Owner owner, String name, long length) {
    return new Intake(owner, FileName.of(name), OptionalLong.of(length), Upload.Kind.WHOLE);
  }

  /** A whole file that is as long as what will come. */
  public static Intake ofUnknownLength(Owner owner, String name) {
    return new Intake(owner, FileName.of(name), OptionalLong.empty(), Upload.Kind.WHOLE);
  }
}
