package io.ktizo.core.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A database that the host lends.
 *
 * <p>A connection is borrowed for each piece of work and given back whatever happens, in the state
 * in which it came. There is one connection per piece of work and thread: beginning a second
 * transaction inside the first is refused, since it would wait for a connection while holding one,
 * and would not see what the first has done. Hand the {@link Transaction} on instead. A host that
 * has to add something to transactions which it does not begin itself has {@link #asOne}.
 *
 * <p>Any number of threads may share it.
 */
public final class Database {
  private static final System.Logger LOG = System.getLogger(Database.class.getName());

  private final Connections connections;
  private final Statements statements = new Statements();
  private final ThreadLocal<Boolean> busy = new ThreadLocal<>();

  /** Of this database, not of the process. */
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Joint> joint = new ThreadLocal<>();

  private volatile @Nullable Dialect dialect;

  private Database(Connections connections) {
    this.connections = connections;
  }

  /** The database behind a pool. Nothing is opened yet. */
  public static Database over(DataSource dataSource) {
    return new Database(dataSource::getConnection);
  }

  /** The database behind another lender of connections. Nothing is opened yet. */
  public static Database over(Connections connections) {
    return new Database(connections);
  }

  /**
   * Which database it is; asks it once.
   *
   * @throws IllegalArgumentException if it is one that this library does not know
   */
  public Dialect dialect() {
    Dialect known = dialect;
    if (known != null) {
      return known;
    }
    try (Connection connection = borrow()) {
      return dialectOf(connection);
    } catch (SQLException e) {
      throw new UnavailableException("asking which database it is", e);
    }
  }

  /**
   * Does some work in a transaction with the default options; see {@link
   * #inTransaction(TransactionOptions, Work)}.
   */
  public <T extends @Nullable Object> T inTransaction(Work<T> work) {
    return inTransaction(TransactionOptions.DEFAULT, work);
  }

  /** Does some work in a transaction with the default options and answers nothing. */
  public void run(Consumer<Transaction> work) {
    inTransaction(
        TransactionOptions.DEFAULT,
        transaction -> {
          work.accept(transaction);
          return Boolean.TRUE;
        });
  }

  /** Reads in a transaction that refuses changes. */
  public <T extends @Nullable Object> T reading(Work<T> work) {
    return inTransaction(TransactionOptions.READ_ONLY, work);
  }

  /**
   * Does some work in a transaction: commits when the function returns, rolls back when it throws.
   * When the database gave way to another transaction, everything is done again, as often as the
   * options say.
   *
   * @return what the work answered
   * @throws ConcurrencyException if another transaction was in the way in each attempt
   * @throws UnavailableException if there is no connection, or it broke before the commit
   * @throws CommitUnknownException if it broke during the commit
   * @throws IllegalStateException if this thread is in a transaction of this database already
   */
  public <T extends @Nullable Object> T inTransaction(TransactionOptions options, Work<T> work) {
    for (int failed = 0; ; ) {
      try {
        return once(options, work);
      } catch (ConcurrencyException e) {
        failed++;
        if (failed >= options.retries().attempts() || joint.get() != null) {
          throw e;
        }
        pause(options.retries().pauseAfter(failed), e);
      }
    }
  }

  /**
   * Makes one transaction of all that this thread does with this database within the function, for
   * a host that adds something of its own to a use case: both are there afterwards, or neither.
   *
   * <p>What would be a transaction of its own is a part: it is undone alone when it throws, up to a
   * savepoint. Nothing is tried again in parts; when another transaction was in the way, everything
   * is rolled back, also if the function went on. The connection is borrowed with the first part
   * and held until the end, so the function must not wait for anything else.
   *
   * @return what the function answered
   * @throws ConcurrencyException if another transaction was in the way
   * @throws CommitUnknownException if the connection broke during the commit
   * @throws IllegalStateException if this thread is in a transaction of this database already, or a
   *     part wants another isolation than read committed
   */
  public <T extends @Nullable Object, E extends Exception> T asOne(WorkAsOne<T, E> work) throws E {
    if (busy.get() != null || joint.get() != null) {
      throw inTransactionAlready();
    }
    try (Joint all = new Joint()) {
      joint.set(all);
      T answer = work.done();
      all.commit();
      return answer;
    } finally {
      joint.remove();
    }
  }

  /**
   * A single statement on its own: the shortest way for one read or one change, without the round
   * trip of a commit. See {@link Transaction#sql}.
   */
  public Sql sql(String text) {
    return new Sql(this::alone, statements.parsed(text));
  }

  private <T extends @Nullable Object> T once(TransactionOptions options, Work<T> work) {
    enter();
    Joint all = joint.get();
    if (all != null) {
      try {
        return all.part(options, work);
      } finally {
        busy.remove();
      }
    }
    try (Lease lease = new Lease(borrow())) {
      Session session = lease.begin(options);
      Transaction transaction = new Transaction(session, statements, options.readOnly());
      T answer;
      try {
        answer = work.in(transaction);
      } catch (RuntimeException | Error e) {
        lease.rollBack(e);
        throw e;
      } finally {
        transaction.end();
      }
      lease.commit();
      return answer;
    } finally {
      busy.remove();
    }
  }

  private <T extends @Nullable Object> T alone(
      Sql.Execution<T> execution, String task, Sql.Kind kind) {
    if (kind == Sql.Kind.STREAM || joint.get() != null) {
      return once(
          kind == Sql.Kind.WRITE ? TransactionOptions.DEFAULT : TransactionOptions.READ_ONLY,
          transaction -> transaction.execute(execution, task, kind));
    }
    enter();
    try (Lease lease = new Lease(borrow())) {
      Session session = lease.alone();
      try {
        return execution.on(session);
      } catch (SQLException e) {
        throw session.dialect().translate(task, e);
      }
    } finally {
      busy.remove();
    }
  }

  private void enter() {
    if (busy.get() != null) {
      throw inTransactionAlready();
    }
    busy.set(Boolean.TRUE);
  }

  private static IllegalStateException inTransactionAlready() {
    return new IllegalStateException(
        "this thread is in a transaction of this database already: hand the Transaction on");
  }

  private Connection borrow() {
    try {
      return connections.borrow();
    } catch (SQLException e) {
      throw new UnavailableException("borrowing a connection", e);
    }
  }

  private Dialect dialectOf(Connection connection) throws SQLException {
    Dialect known = dialect;
    if (known == null) {
      known = Dialect.of(connection);
      dialect = known;
    }
    return known;
  }

  private static void pause(Duration longest, ConcurrencyException reason) {
    long nanos = longest.toNanos();
    try {
      // Chance keeps two transactions from meeting again; nothing that anybody sees depends on it.
      Thread.sleep(
          Duration.ofNanos(
              nanos < 2 ? nanos : ThreadLocalRandom.current().nextLong(nanos / 2, nanos)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }

  /** A transaction of several parts, see {@link #asOne}. */
  private final class Joint implements AutoCloseable {
    private @Nullable Lease lease;
    private @Nullable Session session;
    private @Nullable ConcurrencyException inTheWay;
    private boolean committed;

    <T extends @Nullable Object> T part(TransactionOptions options, Work<T> work) {
      if (options.isolation() != Isolation.READ_COMMITTED) {
        throw new IllegalStateException("a part of a transaction cannot be " + options.isolation());
      }
      Session open = begun();
      Duration timeout = options.timeout();
      Transaction transaction =
          new Transaction(
              new Session(
                  open.connection(),
                  open.dialect(),
                  timeout == null ? 0 : Math.toIntExact(timeout.toSeconds())),
              statements,
              options.readOnly());
      try {
        return transaction.nested(work);
      } catch (ConcurrencyException e) {
        // H2 has rolled back everything, the parts before this one, too.
        inTheWay = e;
        throw e;
      } finally {
        transaction.end();
      }
    }

    private Session begun() {
      Session open = session;
      if (open == null) {
        Lease borrowed = new Lease(borrow());
        lease = borrowed;
        open = borrowed.begin(TransactionOptions.DEFAULT);
        session = open;
      }
      return open;
    }

    void commit() {
      ConcurrencyException reason = inTheWay;
      if (reason != null) {
        throw reason;
      }
      Lease borrowed = lease;
      if (borrowed != null) {
        borrowed.commit();
      }
      committed = true;
    }

    @Override
    public void close() {
      Lease borrowed = lease;
      if (borrowed == null) {
        return;
      }
      try (borrowed) {
        if (!committed && session != null) {
          borrowed.rollBack(new IllegalStateException("not committed"));
        }
      }
    }
  }

  /** A borrowed connection that goes back as it came. */
  private final class Lease implements AutoCloseable {
    private final Connection connection;
    private boolean switchedAutoCommit;
    private boolean switchedOnAutoCommit;
    private boolean switchedReadOnly;
    private boolean isolated;

    Lease(Connection connection) {
      this.connection = connection;
    }

    Session begin(TransactionOptions options) {
      try {
        Dialect known = dialectOf(connection);
        if (options.readOnly()) {
          connection.setReadOnly(true);
          switchedReadOnly = true;
        }
        if (connection.getAutoCommit()) {
          connection.setAutoCommit(false);
          switchedAutoCommit = true;
        }
        if (options.isolation() != Isolation.READ_COMMITTED) {
          isolated = true;
          known.isolate(connection, options.isolation());
        }
        Duration timeout = options.timeout();
        return new Session(
            connection, known, timeout == null ? 0 : Math.toIntExact(timeout.toSeconds()));
      } catch (SQLException e) {
        throw new UnavailableException("BEGIN", e);
      }
    }

    /** For one statement that is its own transaction. */
    Session alone() {
      try {
        Dialect known = dialectOf(connection);
        if (!connection.getAutoCommit()) {
          connection.setAutoCommit(true);
          switchedOnAutoCommit = true;
        }
        return new Session(connection, known, 0);
      } catch (SQLException e) {
        throw new UnavailableException("BEGIN", e);
      }
    }

    void commit() {
      try {
        connection.commit();
      } catch (SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        DatabaseException typed =
            Dialect.isBroken(e, state)
                ? new CommitUnknownException(e)
                : dialect().translate("COMMIT", e);
        rollBack(typed);
        throw typed;
      }
    }

    void rollBack(Throwable reason) {
      try {
        connection.rollback();
      } catch (SQLException e) {
        // The connection is closed next; what is left of the transaction ends with it.
        reason.addSuppressed(new UnavailableException("ROLLBACK", e));
      }
    }

    /**
     * A failure here changes nothing about the outcome, which is known; the pool gets rid of it.
     */
    @Override
    public void close() {
      try (Connection closing = connection) {
        if (isolated) {
          dialect().endIsolation(closing);
        }
        if (switchedAutoCommit) {
          closing.setAutoCommit(true);
        }
        if (switchedOnAutoCommit) {
          closing.setAutoCommit(false);
        }
        if (switchedReadOnly) {
          closing.setReadOnly(false);
        }
      } catch (SQLException e) {
        LOG.log(
            System.Logger.Level.DEBUG,
            "a connection could not be given back in order, SQLState {0}",
            e.getSQLState());
      }
    }
  }
}
