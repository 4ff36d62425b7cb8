package io.ktizo.core.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** Time that stands until a test moves it. Any number of threads may read it. */
public final class SettableClock implements InstantSource {
  private final AtomicReference<Instant> now;

  /** A clock that shows this moment. */
  public SettableClock(Instant start) {
    this.now = new AtomicReference<>(start);
  }

  /** A clock that shows noon of 1 December 2026, UTC. */
  public static SettableClock atNoon() {
    return new SettableClock(Instant.parse("2026-12-01T12:00:00Z"));
  }

  @Override
  public Instant instant() {
    return now.get();
  }

  /** Moves it on. */
  public void advance(Duration duration) {
    now.updateAndGet(moment -> moment.plus(duration));
  }

  /** Sets it. */
  public void set(Instant moment) {
    now.set(moment);
  }
}
