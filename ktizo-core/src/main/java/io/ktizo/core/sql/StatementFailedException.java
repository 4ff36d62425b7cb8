package io.ktizo.core.sql;

import java.sql.SQLException;

/** Any other failure: the statement is wrong, or a value does not fit its column. */
public final class StatementFailedException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  StatementFailedException(String task, SQLException driver) {
    super("the statement failed", task, driver);
  }
}
