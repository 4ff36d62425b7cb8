package io.ktizo.server.http;

import io.ktizo.core.account.AddressThrottle;
import java.time.Duration;
import java.util.Optional;

/**
 * Slows down who asks for one thing after another that is not there, or not his: a person, or the
 * network of somebody who is not signed in. Who only reads what is there never notices, however
 * much he reads. Once too many were asked for in vain, nothing with an id in its address is
 * answered to him until time has passed, so that he does not learn from the refusals either.
 */
final class Guesses {
  private final AddressThrottle misses;

  /** With a throttle of its own, of which each miss takes one. */
  Guesses(AddressThrottle misses) {
    this.misses = misses;
  }

  /**
   * Refuses who has guessed too often.
   *
   * @throws ProblemException 429
   */
  void admit(Call call) {
    if (call.route().path().contains("{")) {
      Optional<Duration> pause = misses.pause(who(call));
      if (pause.isPresent()) {
        throw RegistrationEndpoints.tooMany(pause.get());
      }
    }
  }

  /** Is told of each problem that was answered. */
  void answered(Call call, Problem problem) {
    if (problem.status() == 404 && call.route().path().contains("{")) {
      var unused = misses.take(who(call));
    }
  }

  private static String who(Call call) {
    return call.isPersonal() ? call.account().toString() : call.clientAddress();
  }
}
