package io.ktizo.storage;

import java.time.Duration;

/**
 * How much one owner may keep and send.
 *
 * @param bytes of all his files and running uploads together; the same content counts once
 * @param files and running uploads, together
 * @param fileBytes of one file
 * @param burst how many uploads he may begin at once
 * @param period in which so many become free again, evenly: a burst of 60 in an hour is one upload
 *     a minute after the first 60
 */
public record Quota(long bytes, int files, long fileBytes, int burst, Duration period) {
  /** 5 GiB in 1,000 files of at most 500 MiB; 120 uploads at once, then 120 an hour. */
  public static final Quota DEFAULT =
      new Quota(5L << 30, 1_000, 500L << 20, 120, Duration.ofHours(1));

  /** All positive. */
  public Quota {
    if (bytes < 1 || files < 1 || fileBytes < 1 || burst < 1) {
      throw new IllegalArgumentException("quotas are positive");
    }
    if (period.isNegative() || period.isZero()) {
      throw new IllegalArgumentException("the period is positive: " + period);
    }
  }

  /** The time in which one more upload becomes free. */
  public Duration interval() {
    return period.dividedBy(burst);
  }
}
