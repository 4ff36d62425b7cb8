package io.ktizo.core.sql;

import java.time.Duration;

/**
 * How often a transaction is begun anew after the database refused it for the sake of another one
 * (serialization failure, deadlock, lock not had in time).
 *
 * @param attempts how often it is tried in all, 1 to 100
 * @param firstPause the longest pause before the second attempt; it doubles with each further one,
 *     and the actual pause is drawn between half of it and all of it. At most one second
 */
public record Retries(int attempts, Duration firstPause) {
  private static final Duration LONGEST = Duration.ofSeconds(1);

  /** Five attempts, at first 5 ms apart. */
  public static final Retries DEFAULT = new Retries(5, Duration.ofMillis(5));

  /** One attempt. */
  public static final Retries NONE = new Retries(1, Duration.ZERO);

  public Retries {
    if (attempts < 1 || attempts > 100) {
      throw new IllegalArgumentException("1 to 100 attempts, not " + attempts);
    }
    if (firstPause.isNegative() || firstPause.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a pause of 0 to 1 s, not " + firstPause);
    }
  }

  /** The longest pause after that many failed attempts. */
  Duration pauseAfter(int failed) {
    Duration pause = firstPause.multipliedBy(1L << Math.min(failed - 1, 20));
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }
}
