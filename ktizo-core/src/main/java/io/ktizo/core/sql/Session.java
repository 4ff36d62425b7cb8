package io.ktizo.core.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** A borrowed connection and how to use it. */
record Session(Connection connection, Dialect dialect, int timeoutSeconds) {

  PreparedStatement prepare(ParsedSql sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql.jdbc());
    if (timeoutSeconds > 0) {
      try {
        statement.setQueryTimeout(timeoutSeconds);
      } catch (SQLException | RuntimeException e) {
        statement.close();
        throw e;
      }
    }
    return statement;
  }
}
