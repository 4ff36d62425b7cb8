package io.ktizo.core.event;

import java.time.Duration;

/**
 * How events are delivered.
 *
 * @param lease how long an instance may take for one event before another takes over; longer than
 *     the slowest receiver, 1 s to 1 h
 * @param attempts after so many failures an event is parked; 1 to 100
 * @param firstPause before the second attempt; doubles with each further one
 * @param longestPause between two attempts
 * @param poll how long to wait before looking again when there was nothing to do
 * @param parallel how many things are delivered at the same time by one instance; 1 to 256
 */
public record DeliveryRules(
    Duration lease,
    int attempts,
    Duration firstPause,
    Duration longestPause,
    Duration poll,
    int parallel) {

  /** One minute, 10 attempts from 1 s to 10 min apart (about half an hour), a look each second. */
  public static final DeliveryRules DEFAULT =
      new DeliveryRules(
          Duration.ofMinutes(1),
          10,
          Duration.ofSeconds(1),
          Duration.ofMinutes(10),
          Duration.ofSeconds(1),
          8);

  public DeliveryRules {
    if (lease.compareTo(Duration.ofSeconds(1)) < 0 || lease.compareTo(Duration.ofHours(1)) > 0) {
      throw new IllegalArgumentException("a lease of 1 s to 1 h, not " + lease);
    }
    if (attempts < 1 || attempts > 100 || parallel < 1 || parallel > 256) {
      throw new IllegalArgumentException("1 to 100 attempts and 1 to 256 things at a time");
    }
    if (!firstPause.isPositive() || longestPause.compareTo(firstPause) < 0 || !poll.isPositive()) {
      throw new IllegalArgumentException("pauses are positive and do not shrink");
    }
  }

  /** The pause after that many failures. */
  Duration pauseAfter(int failures) {
    int doublings = Math.min(failures - 1, 30);
    Duration pause = firstPause.multipliedBy(1L << doublings);
    return pause.compareTo(longestPause) > 0 ? longestPause : pause;
  }
}
