package io.ktizo.core.sql;

import java.sql.SQLException;

/**
 * The database gave way to another transaction (serialization failure, deadlock, lock not had in
 * time), and did so in every attempt. Asking again later may help.
 */
public final class ConcurrencyException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  ConcurrencyException(String task, SQLException driver) {
    super("another transaction was in the way", task, driver);
  }
}
