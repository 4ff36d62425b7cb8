package io.ktizo.core.id;

import com.github.f4b6a3.uuid.factory.standard.TimeOrderedEpochFactory;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * UUIDs of version 7 (RFC 9562 §5.7) by the library uuid-creator: 48 bits of milliseconds since
 * 1970, then random bits that count upwards within a millisecond (§6.2, method 2).
 *
 * <p>The values of one instance rise strictly, also while the clock stands or goes back a little.
 * Any number of threads may share it.
 */
public final class TimeOrderedIds implements IdGenerator {
  private final TimeOrderedEpochFactory factory;

  /**
   * Ids of the given time and chance.
   *
   * @param random used under a lock, so it need not be safe for threads; for production a {@link
   *     java.security.SecureRandom}, since ids that can be guessed invite guessing
   */
  public TimeOrderedIds(InstantSource clock, RandomGenerator random) {
    this.factory = new TimeOrderedEpochFactory(random::nextLong, clock.withZone(ZoneOffset.UTC));
  }

  @Override
  public UUID next() {
    return factory.create();
  }
}
