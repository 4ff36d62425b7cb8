package io.ktizo.core.store;

import io.ktizo.core.account.SignInAttempts;
import io.ktizo.core.account.Token;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Attempts in memory, for tests and trials: each instance counts on its own. */
public final class MemorySignInAttempts implements SignInAttempts {
  private record Count(int attempts, Instant allowedAt, Instant lastAt) {}

  private final Map<Token.Hash, Count> counts = new HashMap<>();

  @Override
  public synchronized Optional<Duration> begin(Token.Hash key, Instant now) {
    Count count = counts.get(key);
    if (count != null && count.allowedAt().isAfter(now)) {
      return Optional.of(Duration.between(now, count.allowedAt()));
    }
    boolean anew = count == null || !count.lastAt().plus(FORGET).isAfter(now);
    int attempts = anew || count == null ? 1 : count.attempts() + 1;
    counts.put(key, new Count(attempts, now.plus(SignInAttempts.pauseAfter(attempts)), now));
    return Optional.empty();
  }

  @Override
  public synchronized void succeeded(Token.Hash key) {
    counts.remove(key);
  }

  @Override
  public synchronized int removeForgotten(Instant now) {
    int before = counts.size();
    counts.values().removeIf(count -> !count.lastAt().plus(FORGET).isAfter(now));
    return before - counts.size();
  }
}
