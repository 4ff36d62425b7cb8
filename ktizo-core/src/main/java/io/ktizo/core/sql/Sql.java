package io.ktizo.core.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its values, to be executed by one of the last methods.
 *
 * <pre>{@code
 * Optional<Printer> printer =
 *     transaction
 *         .sql("SELECT id, name FROM printers WHERE id = :id")
 *         .bind("id", id)
 *         .optional(row -> new Printer(row.id("id", PrinterId.FORM), row.text("name")));
 * }</pre>
 *
 * <p>For one thread, and for one execution after another.
 */
public final class Sql {
  private final Executor executor;
  private final ParsedSql sql;
  private final Parameters parameters;

  /** Lends a connection for one execution. */
  interface Executor {
    <T extends @Nullable Object> T execute(Execution<T> execution, String task, Kind kind);
  }

  /** What an execution needs. */
  enum Kind {
    READ,
    WRITE,
    /** Reads many rows: needs a transaction, since PostgreSQL streams in nothing else. */
    STREAM
  }

  @FunctionalInterface
  interface Execution<T extends @Nullable Object> {
    T on(Session session) throws SQLException;
  }

  Sql(Executor executor, ParsedSql sql) {
    this.executor = executor;
    this.sql = sql;
    this.parameters = new Parameters(sql);
  }

  /**
   * Gives a value to a parameter; see {@link Parameters} for what a value may be.
   *
   * @throws IllegalArgumentException if the statement has no such parameter, or no column can hold
   *     the value
   */
  public Sql bind(String name, @Nullable Object value) {
    parameters.bind(name, value);
    return this;
  }

  /** All rows. For answers of bounded length; see {@link #each} for the others. */
  public <T> List<T> list(RowMapper<T> mapper) {
    return query(
        Kind.READ,
        0,
        (rows, row) -> {
          List<T> answers = new ArrayList<>();
          while (rows.next()) {
            answers.add(mapper.map(row));
          }
          return List.copyOf(answers);
        });
  }

  /**
   * The one row, or nothing.
   *
   * @throws UnexpectedResultException if there are several
   */
  public <T> Optional<T> optional(RowMapper<T> mapper) {
    return query(
        Kind.READ,
        0,
        (rows, row) -> {
          if (!rows.next()) {
            return Optional.empty();
          }
          T answer = mapper.map(row);
          if (rows.next()) {
            throw new UnexpectedResultException("more than one row", sql.text());
          }
          return Optional.of(answer);
        });
  }

  /**
   * The one row.
   *
   * @throws UnexpectedResultException if there is none, or several
   */
  public <T> T one(RowMapper<T> mapper) {
    return optional(mapper).orElseThrow(() -> new UnexpectedResultException("no row", sql.text()));
  }

  /**
   * Hands over row after row, holding {@code fetchSize} of them in memory, however many there are.
   *
   * @return how many there were
   * @throws IllegalArgumentException if the fetch size is not positive
   */
  public <T> long each(int fetchSize, RowMapper<T> mapper, Consumer<? super T> consumer) {
    if (fetchSize < 1) {
      throw new IllegalArgumentException("a fetch size of at least 1, not " + fetchSize);
    }
    return query(
        Kind.STREAM,
        fetchSize,
        (rows, row) -> {
          long count = 0;
          while (rows.next()) {
            consumer.accept(mapper.map(row));
            count++;
          }
          return count;
        });
  }

  /** Changes rows, or the schema; answers how many rows were changed. */
  public int update() {
    parameters.checkComplete();
    return executor.execute(
        session -> {
          try (PreparedStatement statement = session.prepare(sql)) {
            parameters.bindTo(statement, session.dialect());
            return statement.executeUpdate();
          }
        },
        sql.text(),
        Kind.WRITE);
  }

  private interface Reading<T> {
    T of(ResultSet rows, Row row) throws SQLException;
  }

  private <T> T query(Kind kind, int fetchSize, Reading<T> reading) {
    parameters.checkComplete();
    return executor.execute(
        session -> {
          try (PreparedStatement statement = session.prepare(sql)) {
            statement.setFetchSize(fetchSize);
            parameters.bindTo(statement, session.dialect());
            try (ResultSet rows = statement.executeQuery()) {
              return reading.of(rows, new Row(rows, session.dialect(), sql.text()));
            }
          }
        },
        sql.text(),
        kind);
  }
}
