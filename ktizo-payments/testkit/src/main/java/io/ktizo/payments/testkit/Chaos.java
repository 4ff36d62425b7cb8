package io.ktizo.payments.testkit;

/**
 * What goes wrong, as shares of calls or messages from 0 to 1, decided by a seed: the same calls in
 * the same order meet the same faults.
 *
 * @param seed of the decisions
 * @param refuseFirst calls answered with 409, 429 or a 5xx before anything was done
 * @param loseAnswer calls whose connection is cut after they were done
 * @param garbleAnswer calls that were done and are answered with something unreadable
 * @param loseEvent messages that are never sent
 * @param repeatEvent messages that are sent twice
 * @param reorderEvents whether messages are sent in random order when they are flushed
 */
public record Chaos(
    long seed,
    double refuseFirst,
    double loseAnswer,
    double garbleAnswer,
    double loseEvent,
    double repeatEvent,
    boolean reorderEvents) {

  /** Nothing goes wrong. */
  public static final Chaos NONE = new Chaos(0, 0, 0, 0, 0, 0, false);

  public Chaos {
    for (double share :
        new double[] {refuseFirst, loseAnswer, garbleAnswer, loseEvent, repeatEvent}) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("a share is from 0 to 1: " + share);
      }
    }
  }
}
