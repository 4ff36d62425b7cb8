package io.ktizo.core.sql;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The databases that are known, and everything in which they differ. */
public enum Dialect {
  /** H2 in PostgreSQL mode, see {@link H2Address}. */
  H2(
      Pattern.compile(
          "\"[^\"]*?(?:\\.|: )?([A-Za-z0-9_]+)(?: INDEX [^\"]*| ON [^\"]*|: [^\"]*)?\"")) {
    @Override
    void bindList(PreparedStatement statement, int at, String elementType, List<?> elements)
        throws SQLException {
      Array array = statement.getConnection().createArrayOf(elementType, elements.toArray());
      try {
        statement.setArray(at, array);
      } finally {
        array.free();
      }
    }

    @Override
    void isolate(Connection connection, Isolation isolation) throws SQLException {
      connection.setTransactionIsolation(isolation.level());
    }

    @Override
    void endIsolation(Connection connection) throws SQLException {
      connection.setTransactionIsolation(Isolation.READ_COMMITTED.level());
    }
  },

  /** PostgreSQL, and what speaks its language and says so. */
  POSTGRESQL(Pattern.compile("constraint \"([A-Za-z0-9_]+)\"")) {
    @Override
    void bindList(PreparedStatement statement, int at, String elementType, List<?> elements)
        throws SQLException {
      if (elements.isEmpty()) {
        // Of no type in particular, so that the database takes it for the type that it needs.
        statement.setObject(at, "{}", Types.OTHER);
        return;
      }
      Array array = statement.getConnection().createArrayOf(elementType, elements.toArray());
      try {
        statement.setArray(at, array);
      } finally {
        array.free();
      }
    }

    @Override
    void isolate(Connection connection, Isolation isolation) throws SQLException {
      try (Statement statement = connection.createStatement()) {
        // Ends with the transaction, unlike JDBC's method, which changes the whole session.
        statement.execute("SET TRANSACTION ISOLATION LEVEL " + isolation.name().replace('_', ' '));
      }
    }

    @Override
    void endIsolation(Connection connection) {
      // It ended with the transaction.
    }
  };

  private final Pattern constraintName;

  Dialect(Pattern constraintName) {
    this.constraintName = constraintName;
  }

  static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return switch (product.toLowerCase(Locale.ROOT)) {
      case "h2" -> H2;
      case "postgresql" -> POSTGRESQL;
      default -> throw new IllegalArgumentException("neither H2 nor PostgreSQL, but " + product);
    };
  }

  abstract void bindList(PreparedStatement statement, int at, String elementType, List<?> elements)
      throws SQLException;

  /** Called after auto-commit was switched off and before the first statement. */
  abstract void isolate(Connection connection, Isolation isolation) throws SQLException;

  /** Called after commit or rollback. */
  abstract void endIsolation(Connection connection) throws SQLException;

  /** The typed error for what the driver reported; the classes are those of SQL and PostgreSQL. */
  DatabaseException translate(String task, SQLException driver) {
    String state = driver.getSQLState() == null ? "" : driver.getSQLState();
    return switch (state) {
      case "23505" -> constraint(ConstraintException.Rule.UNIQUE, task, driver);
      case "23503", "23506", "23001" ->
          constraint(ConstraintException.Rule.REFERENCE, task, driver);
      case "23502" -> constraint(ConstraintException.Rule.NOT_NULL, task, driver);
      case "23513", "23514", "23P01" -> constraint(ConstraintException.Rule.CHECK, task, driver);
      // 55P03 is PostgreSQL's lock_timeout, HYT00 H2's.
      case "40001", "40P01", "55P03" -> new ConcurrencyException(task, driver);
      case "HYT00" ->
          this == H2 ? new ConcurrencyException(task, driver) : new TimedOutException(task, driver);
      case "57014" -> new TimedOutException(task, driver);
      default ->
          isBroken(driver, state)
              ? new UnavailableException(task, driver)
              : new StatementFailedException(task, driver);
    };
  }

  /** Whether the connection itself is gone; of every transaction on it nothing remains. */
  static boolean isBroken(SQLException driver, String state) {
    return state.startsWith("08")
        || state.startsWith("57P0")
        || state.startsWith("53")
        || isClosedH2(state)
        || driver instanceof java.sql.SQLTransientConnectionException
        || driver instanceof java.sql.SQLNonTransientConnectionException
        || driver instanceof java.sql.SQLRecoverableException;
  }

  /** H2: object closed 90007, connection broken 90067, database closed 90098, 90121. */
  private static boolean isClosedH2(String state) {
    return state.equals("90007")
        || state.equals("90067")
        || state.equals("90098")
        || state.equals("90121");
  }

  private ConstraintException constraint(
      ConstraintException.Rule rule, String task, SQLException driver) {
    return new ConstraintException(rule, nameIn(driver.getMessage()), task, driver);
  }

  /** A constraint's name is no secret; the rest of the message may be, and is dropped. */
  private @Nullable String nameIn(@Nullable String message) {
    if (message == null) {
      return null;
    }
    Matcher matcher = constraintName.matcher(message);
    return matcher.find() ? matcher.group(1).toLowerCase(Locale.ROOT) : null;
  }
}
