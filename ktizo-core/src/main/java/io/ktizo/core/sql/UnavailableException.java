package io.ktizo.core.sql;

import java.sql.SQLException;

/**
 * No connection could be had, or it broke. What was done in the transaction is lost; asking again
 * later may help.
 */
public final class UnavailableException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  UnavailableException(String task, SQLException driver) {
    super("the database cannot be reached", task, driver);
  }
}
