package io.ktizo.core.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that is under way: valid inside the {@link Work} it was handed to, on that thread,
 * and nowhere else.
 */
public final class Transaction {
  private static final int BATCH = 1_000;

  private final Session session;
  private final Statements statements;
  private final boolean readOnly;
  private boolean ended;

  Transaction(Session session, Statements statements, boolean readOnly) {
    this.session = session;
    this.statements = statements;
    this.readOnly = readOnly;
  }

  /** Which database this is, for the few statements that differ. */
  public Dialect dialect() {
    return session.dialect();
  }

  /**
   * A statement with named parameters ({@code :name}). Strings, quoted names, comments and casts
   * ({@code ::}) are left alone. Values never become part of the text.
   *
   * @throws IllegalArgumentException if a quote or comment does not end, or there is a question
   *     mark
   */
  public Sql sql(String text) {
    return new Sql(this::execute, statements.parsed(text));
  }

  /**
   * Executes a statement once for each item, in few round trips.
   *
   * @param binding gives the values of one item
   * @return how many rows were changed in all
   * @throws IllegalStateException in a read-only transaction
   */
  public <T> int batch(String text, Collection<T> items, BiConsumer<Parameters, T> binding) {
    int sum = 0;
    for (int changed : batchEach(text, items, binding)) {
      sum += changed;
    }
    return sum;
  }

  /**
   * The same, telling one from another.
   *
   * @return for each item, in order, how many rows were changed
   * @throws IllegalStateException in a read-only transaction
   */
  public <T> List<Integer> batchEach(
      String text, Collection<T> items, BiConsumer<Parameters, T> binding) {
    ParsedSql sql = statements.parsed(text);
    if (items.isEmpty()) {
      return List.of();
    }
    return execute(
        open -> {
          List<Integer> changed = new ArrayList<>(items.size());
          int waiting = 0;
          try (PreparedStatement statement = open.prepare(sql)) {
            for (T item : items) {
              Parameters parameters = new Parameters(sql);
              binding.accept(parameters, item);
              parameters.checkComplete();
              parameters.bindTo(statement, open.dialect());
              statement.addBatch();
              waiting++;
              if (waiting == BATCH) {
                count(statement.executeBatch(), changed);
                waiting = 0;
              }
            }
            if (waiting > 0) {
              count(statement.executeBatch(), changed);
            }
            return changed;
          }
        },
        text,
        Sql.Kind.WRITE);
  }

  private static void count(int[] counts, List<Integer> changed) {
    for (int count : counts) {
      // SUCCESS_NO_INFO comes from drivers that rewrite batches; one row is the least it can be.
      changed.add(count == java.sql.Statement.SUCCESS_NO_INFO ? 1 : count);
    }
  }

  /**
   * Does something that may fail without spoiling the rest: whatever is thrown undoes it alone, up
   * to a savepoint, and reaches the caller.
   */
  public <T extends @Nullable Object> T nested(Work<T> work) {
    Savepoint savepoint =
        execute(open -> open.connection().setSavepoint(), "SAVEPOINT", Sql.Kind.READ);
    T answer;
    try {
      answer = work.in(this);
    } catch (RuntimeException | Error e) {
      try {
        session.connection().rollback(savepoint);
      } catch (SQLException failed) {
        e.addSuppressed(session.dialect().translate("ROLLBACK TO SAVEPOINT", failed));
      }
      throw e;
    }
    execute(
        open -> {
          open.connection().releaseSavepoint(savepoint);
          return true;
        },
        "RELEASE SAVEPOINT",
        Sql.Kind.READ);
    return answer;
  }

  void end() {
    ended = true;
  }

  <T extends @Nullable Object> T execute(Sql.Execution<T> execution, String task, Sql.Kind kind) {
    if (ended) {
      throw new IllegalStateException("the transaction is over");
    }
    if (readOnly && kind == Sql.Kind.WRITE) {
      throw new IllegalStateException("a change in a read-only transaction: " + task);
    }
    try {
      return execution.on(session);
    } catch (SQLException e) {
      throw session.dialect().translate(task, e);
    }
  }
}
