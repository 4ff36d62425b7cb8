package io.ktizo.storage.store;

import io.ktizo.storage.Denial;
import io.ktizo.storage.Quota;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fast uploads begin, by the generic cell rate algorithm (ITU-T I.371 Annex A): one moment for
 * each owner says it all, so it can be decided in the row that is locked for the quota anyway,
 * whichever instance asks.
 *
 * @param next the moment to keep if the upload is admitted
 * @param denial the reason against it
 */
record Pace(Instant next, Optional<Denial> denial) {

  static Pace of(@Nullable Instant theoretical, Quota quota, Instant now) {
    Instant arrival = theoretical == null || theoretical.isBefore(now) ? now : theoretical;
    Duration tolerance = quota.interval().multipliedBy(quota.burst() - 1L);
    Instant earliest = arrival.minus(tolerance);
    return new Pace(
        arrival.plus(quota.interval()),
        earliest.isAfter(now)
            ? Optional.of(new Denial.TooFrequent(Duration.between(now, earliest)))
            : Optional.empty());
  }
}
