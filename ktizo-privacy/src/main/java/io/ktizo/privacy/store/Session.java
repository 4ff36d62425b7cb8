package io.ktizo.privacy.store;

import io.ktizo.privacy.StepFailedException;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the host's, borrowed for a stretch of work. It sees one snapshot per
 * transaction (REPEATABLE READ); closing it rolls back what was not committed and gives the
 * connection back as it was. Not for use by several threads.
 */
public final class Session implements AutoCloseable {
  /** No right to read: PostgreSQL's SQLState, and H2's. */
  private static final Set<String> NOT_ALLOWED = Set.of("42501", "90096");

  private final Connection connection;
  private final boolean autoCommit;
  private final int isolation;
  private final Dialect dialect;

  private Session(Connection connection) throws SQLException {
    this.connection = connection;
    this.autoCommit = connection.getAutoCommit();
    this.isolation = connection.getTransactionIsolation();
    this.dialect = Dialect.of(connection);
    connection.setAutoCommit(false);
    connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
  }

  /**
   * Borrows a connection.
   *
   * @throws StepFailedException if there is none, or if it is of a database that the engine does
   *     not know
   */
  public static Session open(DataSource source) {
    try {
      Connection connection = source.getConnection();
      try {
        return new Session(connection);
      } catch (SQLException | RuntimeException refused) {
        connection.close();
        throw refused;
      }
    } catch (SQLException refused) {
      throw StepFailedException.of("connect", null, refused);
    }
  }

  /** The borrowed connection; it must not be closed. */
  public Connection connection() {
    return connection;
  }

  /** The database's way of speaking. */
  public Dialect dialect() {
    return dialect;
  }

  /** Reads one row at a time. */
  @FunctionalInterface
  public interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** Takes rows one at a time and keeps none. */
  @FunctionalInterface
  public interface Taker {
    void take(ResultSet row) throws SQLException;
  }

  /**
   * Runs one statement that changes something.
   *
   * @param step what it is for, named if it fails
   * @param dataSet whose rows, or {@code null}
   * @return how many rows it changed
   */
  public long update(
      String step, @Nullable String dataSet, String sql, @Nullable Object... parameters) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      return statement.executeLargeUpdate();
    } catch (SQLException refused) {
      throw StepFailedException.of(step, dataSet, refused);
    }
  }

  /** Runs one statement of the catalogue, which takes no parameters. */
  public void define(String step, @Nullable String dataSet, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException refused) {
      throw StepFailedException.of(step, dataSet, refused);
    }
  }

  /** Reads all rows of a query; for answers known to be small. */
  public <T> List<T> query(
      String step,
      @Nullable String dataSet,
      Reader<T> reader,
      String sql,
      @Nullable Object... parameters) {
    List<T> found = new ArrayList<>();
    each(step, dataSet, row -> found.add(reader.read(row)), sql, parameters);
    return found;
  }

  /** Hands over the rows of a query, fetched in portions. */
  public void each(
      String step,
      @Nullable String dataSet,
      Taker taker,
      String sql,
      @Nullable Object... parameters) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(1000);
      bind(statement, parameters);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          taker.take(rows);
        }
      }
    } catch (SQLException refused) {
      throw StepFailedException.of(step, dataSet, refused);
    }
  }

  /**
   * Does something that this user may lack the right for.
   *
   * @return whether he has it; if not, the transaction goes on as if nothing had been tried
   */
  public boolean ifAllowed(Runnable reading) {
    // PostgreSQL gives a whole transaction up after an error, but for what began at a savepoint.
    Optional<Savepoint> before =
        dialect == Dialect.POSTGRESQL ? Optional.of(savepoint()) : Optional.empty();
    try {
      reading.run();
      return true;
    } catch (StepFailedException refused) {
      if (refused.sqlState().filter(NOT_ALLOWED::contains).isEmpty()) {
        throw refused;
      }
      before.ifPresent(this::back);
      return false;
    }
  }

  private Savepoint savepoint() {
    try {
      return connection.setSavepoint();
    } catch (SQLException refused) {
      throw StepFailedException.of("set a savepoint", null, refused);
    }
  }

  private void back(Savepoint savepoint) {
    try {
      connection.rollback(savepoint);
    } catch (SQLException refused) {
      throw StepFailedException.of("roll back", null, refused);
    }
  }

  /** Reads one number. */
  public long count(
      String step, @Nullable String dataSet, String sql, @Nullable Object... parameters) {
    return query(step, dataSet, row -> row.getLong(1), sql, parameters).getFirst();
  }

  /** Texts as one parameter. */
  public Array texts(Collection<String> texts) {
    try {
      return connection.createArrayOf(
          dialect == Dialect.POSTGRESQL ? "text" : "VARCHAR", texts.toArray());
    } catch (SQLException refused) {
      throw StepFailedException.of("bind parameters", null, refused);
    }
  }

  /** Makes everything since the last commit permanent. */
  public void commit() {
    try {
      connection.commit();
    } catch (SQLException refused) {
      throw StepFailedException.of("commit", null, refused);
    }
  }

  /** Takes back everything since the last commit. */
  public void rollback() {
    try {
      connection.rollback();
    } catch (SQLException refused) {
      throw StepFailedException.of("roll back", null, refused);
    }
  }

  @Override
  public void close() {
    try (connection) {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setTransactionIsolation(isolation);
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException refused) {
      throw StepFailedException.of("give the connection back", null, refused);
    }
  }

  private static void bind(PreparedStatement statement, @Nullable Object... parameters)
      throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      Object value = parameters[i];
      if (value instanceof Instant moment) {
        statement.setObject(i + 1, moment.atOffset(ZoneOffset.UTC));
      } else {
        statement.setObject(i + 1, value);
      }
    }
  }
}
