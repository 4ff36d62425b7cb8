package io.ktizo.server.desk;

import java.time.Duration;

/** So much work waits already that more would only wait in vain. Nothing was done. */
public final class BusyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration retryAfter;

  BusyException(Duration retryAfter) {
    super("too much work is waiting");
    this.retryAfter = retryAfter;
  }

  /** When it is worth trying again. */
  public Duration retryAfter() {
    return retryAfter;
  }
}
