package io.ktizo.core.account;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Counts attempts per account, so that guessing takes ever longer whatever address it comes from.
 * The key is made from the address that was typed, so it exists for accounts that do not.
 *
 * <p>An attempt is counted before it is looked at: of a hundred parallel guesses one goes through.
 */
public interface SignInAttempts {
  /** The pause after the first failure. */
  Duration FIRST = Duration.ofSeconds(1);

  /** The longest pause. */
  Duration LONGEST = Duration.ofMinutes(15);

  /** After so long without an attempt the count begins anew. */
  Duration FORGET = Duration.ofHours(24);

  /**
   * Counts an attempt if one is allowed now, and forbids the next until its pause is over.
   *
   * @return how long to wait if none is allowed
   */
  Optional<Duration> begin(Token.Hash key, Instant now);

  /** The attempt was right: the count begins anew. */
  void succeeded(Token.Hash key);

  /** Removes counts that are forgotten; for a job. */
  int removeForgotten(Instant now);

  /** The pause after that many attempts in a row: 1 s, 2 s, 4 s, … 15 min. */
  static Duration pauseAfter(int attempts) {
    Duration pause = FIRST.multipliedBy(1L << Math.min(attempts - 1, 20));
    return pause.compareTo(LONGEST) > 0 ? LONGEST : pause;
  }
}
