package io.ktizo.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.H2Address;
import io.ktizo.core.store.CoreTables;
import io.ktizo.payments.store.JdbcPayments;
import io.ktizo.server.store.ServerTables;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * What all rooms of the server stand on: the database with everybody's tables, ids, time, chance,
 * and the outbox of events.
 */
public final class Foundation implements AutoCloseable {
  private static final int CONNECTIONS = 10;

  /** A request that finds no free connection is refused after this long. */
  private static final long PATIENCE_MILLIS = 2_000;

  private final HikariDataSource pool;
  private final boolean embedded;
  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private final IdGenerator ids;
  private final JdbcOutbox outbox;

  /** Where the database is. */
  public sealed interface Place {
    /** In memory, gone when it is closed. */
    record Memory() implements Place {}

    /** H2 in a folder, which one process owns. */
    record Folder(Path folder) implements Place {}

    /**
     * PostgreSQL, shared with any number of other instances.
     *
     * @param url of JDBC, without user and password
     * @param user with the right to make tables
     * @param password of the user
     */
    record Postgres(String url, String user, String password) implements Place {
      public Postgres {
        if (!url.startsWith("jdbc:postgresql:")) {
          throw new IllegalArgumentException("an address of PostgreSQL begins jdbc:postgresql:");
        }
      }

      /** Without the password. */
      @Override
      public String toString() {
        return "Postgres[" + user + "]";
      }
    }
  }

  private Foundation(HikariDataSource pool, boolean embedded, InstantSource clock) {
    this.pool = pool;
    this.embedded = embedded;
    this.database = Database.over(pool);
    this.clock = clock;
    this.ids = new TimeOrderedIds(clock, random);
    this.outbox = new JdbcOutbox(database);
  }

  /**
   * Opens the database and brings its tables to the newest state.
   *
   * @throws IllegalStateException if it cannot be opened, for instance because another process
   *     holds the folder
   * @throws io.ktizo.core.sql.MigrationFailedException if a newer server has been here
   */
  public static Foundation open(Place place, InstantSource clock) {
    return open(place, CONNECTIONS, clock);
  }

  /**
   * The same with another number of connections.
   *
   * @param connections most at once, at least 2: migrations hold one and work on another
   */
  public static Foundation open(Place place, int connections, InstantSource clock) {
    return switch (place) {
      case Place.Memory memory ->
          open(
              H2Address.memory("ktizo-" + UUID.randomUUID()),
              "ktizo",
              "",
              true,
              connections,
              clock);
      case Place.Folder in -> {
        Foundation foundation =
            open(
                H2Address.file(in.folder().resolve("ktizo.data")),
                "ktizo",
                "",
                true,
                connections,
                clock);
        try {
          EarlierDesk.carryOver(in.folder(), foundation.pool);
        } catch (RuntimeException e) {
          foundation.close();
          throw e;
        }
        yield foundation;
      }
      case Place.Postgres at -> open(at.url(), at.user(), at.password(), false, connections, clock);
    };
  }

  private static Foundation open(
      String address,
      String user,
      String password,
      boolean embedded,
      int connections,
      InstantSource clock) {
    // H2's own hook would close the database while requests are still being finished.
    String url = embedded ? address + ";DB_CLOSE_ON_EXIT=FALSE" : address;
    Properties login = new Properties();
    login.setProperty("user", user);
    login.setProperty("password", password);
    // Asked before the pool does: a pool retries, and writes down what the driver says.
    try (Connection first = DriverManager.getConnection(url, login)) {
      if (!first.isValid(5)) {
        throw new IllegalStateException("the database does not answer");
      }
      HikariDataSource pool =
          new HikariDataSource(configuration(url, user, password, embedded, connections));
      try {
        CoreTables.migrations().apply(pool);
        JdbcPayments.MIGRATIONS.apply(pool);
        ServerTables.migrations().apply(pool);
        return new Foundation(pool, embedded, clock);
      } catch (RuntimeException e) {
        pool.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(
          embedded
              ? "the database could not be opened; is another server using the folder?"
              : "the database could not be reached, or it refused the user",
          e);
    }
  }

  private static HikariConfig configuration(
      String url, String user, String password, boolean embedded, int connections) {
    HikariConfig configuration = new HikariConfig();
    configuration.setPoolName("ktizo");
    configuration.setJdbcUrl(url);
    configuration.setUsername(user);
    configuration.setPassword(password);
    configuration.setMaximumPoolSize(connections);
    configuration.setConnectionTimeout(PATIENCE_MILLIS);
    if (!embedded) {
      // Without them a connection that died silently would hold its request for ever.
      configuration.addDataSourceProperty("socketTimeout", "60");
      configuration.addDataSourceProperty("connectTimeout", "5");
      configuration.addDataSourceProperty("tcpKeepAlive", "true");
      configuration.addDataSourceProperty("ApplicationName", "ktizo");
    }
    return configuration;
  }

  /** Where connections come from; they must be closed. */
  public DataSource dataSource() {
    return pool;
  }

  /** The same, as the libraries' stores want it. */
  public Database database() {
    return database;
  }

  /** Whether the database answers now. */
  boolean answers() {
    try (Connection connection = pool.getConnection()) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  /** How many connections are in use. */
  int busyConnections() {
    return pool.getHikariPoolMXBean().getActiveConnections();
  }

  /** For new things. */
  public IdGenerator ids() {
    return ids;
  }

  /** What time it is. */
  public InstantSource clock() {
    return clock;
  }

  /** Chance that cannot be guessed. */
  public SecureRandom random() {
    return random;
  }

  /** Where stores put their events. */
  public JdbcOutbox outbox() {
    return outbox;
  }

  /** Closes the database, so that another process can open it. */
  @Override
  public void close() {
    // H2 closes a database with its last connection, one in memory only if it is told to.
    try (pool) {
      if (embedded) {
        database.sql("SET DB_CLOSE_DELAY 0").update();
      }
    }
  }
}
