package io.ktizo.server.desk;

import java.time.Duration;

/**
 * How much is kept of models that nobody ordered, so that strangers cannot fill the disk. When any
 * limit is passed, the oldest go first, with their quotes.
 *
 * @param age how long a model is kept at most
 * @param models how many are kept at most
 * @param bytes how many bytes their files may have together
 */
public record Retention(Duration age, int models, long bytes) {
  /** A day, 1,000 models, 4 GiB. */
  public static final Retention DEMO = new Retention(Duration.ofDays(1), 1_000, 4L << 30);

  public Retention {
    if (age.isNegative() || age.isZero() || models < 1 || bytes < 1) {
      throw new IllegalArgumentException("every limit must be positive");
    }
  }
}
