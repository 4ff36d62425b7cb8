package io.ktizo.privacy.erasure;

import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import org.jspecify.annotations.Nullable;

/**
 * The right to work on a run: a row lock on a connection of its own. A database gives it up when
 * the connection ends, so a dead process needs no time-out before another can go on.
 */
final class Lease implements AutoCloseable {
  private final Store store;
  private final String run;
  private @Nullable Session guard;

  /**
   * Takes the lock.
   *
   * @throws ErasureUnderWayException if somebody else has it
   */
  Lease(Store store, String run) {
    this.store = store;
    this.run = run;
    take();
  }

  void take() {
    Session session = store.open();
    boolean free = false;
    try {
      free = Journal.lease(session, run);
    } finally {
      if (!free) {
        session.close();
      }
    }
    if (!free) {
      throw new ErasureUnderWayException();
    }
    this.guard = session;
  }

  @Override
  public void close() {
    Session session = guard;
    guard = null;
    if (session != null) {
      session.close();
    }
  }
}
