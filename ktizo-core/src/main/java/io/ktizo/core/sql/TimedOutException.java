package io.ktizo.core.sql;

import java.sql.SQLException;

/** A statement took longer than it may, or was cancelled. The transaction was rolled back. */
public final class TimedOutException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  TimedOutException(String task, SQLException driver) {
    super("the statement took too long", task, driver);
  }
}
