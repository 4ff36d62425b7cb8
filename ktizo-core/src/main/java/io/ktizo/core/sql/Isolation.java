package io.ktizo.core.sql;

import java.sql.Connection;

/** How much of what others do a transaction sees. */
public enum Isolation {
  /** Each statement sees what was committed when it began: the default of both databases. */
  READ_COMMITTED(Connection.TRANSACTION_READ_COMMITTED),
  /** All statements see the state at the first one: for reports that must agree with themselves. */
  REPEATABLE_READ(Connection.TRANSACTION_REPEATABLE_READ),
  /**
   * As if transactions ran one after the other. PostgreSQL keeps the promise by failing some, which
   * are tried again; H2 does not prevent write skew (its serializable is a snapshot), so rules that
   * span rows need a lock or a guarded update whichever database is used.
   */
  SERIALIZABLE(Connection.TRANSACTION_SERIALIZABLE);

  private final int level;

  Isolation(int level) {
    this.level = level;
  }

  int level() {
    return level;
  }
}
