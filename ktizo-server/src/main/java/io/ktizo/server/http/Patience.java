package io.ktizo.server.http;

import java.time.Duration;

/**
 * How long clients are waited for. Bodies have a pace of their own, see {@link PacedBody}.
 *
 * @param silence without a single byte while something is expected
 * @param head from the first line of a request to the end of its header
 * @param idle between two requests, or until the first line is there
 * @param answer until an answer is taken, beside the time for its length at {@link
 *     PacedBody#LEAST_BYTES_PER_SECOND}
 */
public record Patience(Duration silence, Duration head, Duration idle, Duration answer) {
  /** 30 s of silence, 20 s for a head, 45 s idle, 45 s for an answer. */
  public static final Patience DEFAULT =
      new Patience(
          Duration.ofSeconds(30),
          Duration.ofSeconds(20),
          Duration.ofSeconds(45),
          Duration.ofSeconds(45));

  /** How often it is looked whether one of them is over. */
  Duration look() {
    Duration shortest = head.compareTo(answer) < 0 ? head : answer;
    return shortest.dividedBy(4).compareTo(Duration.ofSeconds(5)) < 0
        ? shortest.dividedBy(4)
        : Duration.ofSeconds(5);
  }
}
