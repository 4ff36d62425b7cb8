package io.ktizo.core.sql;

import java.sql.SQLException;

/**
 * The connection broke while the commit was on its way: nobody here knows whether it happened. Look
 * before doing it again, or do it in a way that is harmless twice.
 */
public final class CommitUnknownException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  CommitUnknownException(SQLException driver) {
    super("the connection broke during the commit", "COMMIT", driver);
  }
}
