package io.ktizo.storage.upload;

import io.ktizo.storage.FileName;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Upload;

/**
 * An upload that somebody wants to begin.
 *
 * @param owner whose it is
 * @param name what he calls it
 * @param length how many bytes it has, 0 or more
 * @param kind {@link Upload.Kind#WHOLE}, or {@link Upload.Kind#PART} to be joined with others later
 */
public record Intake(Owner owner, FileName name, long length, Upload.Kind kind) {
  /** Refuses what only joining makes. */
  public Intake {
    if (length < 0) {
      throw new IllegalArgumentException("length must be >= 0: " + length);
    }
    if (kind == Upload.Kind.JOINED) {
      throw new IllegalArgumentException("joined uploads receive nothing; see join");
    }
  }

  /** A whole file. */
  public static Intake of(Owner owner, String name, long length) {
    return new Intake(owner, FileName.of(name), length, Upload.Kind.WHOLE);
  }
}
