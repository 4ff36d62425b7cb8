package io.ktizo.core.testkit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.sql.H2Address;
import io.ktizo.core.sql.Migrations;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * A new, empty database behind a pool of its own, for one test class:
 *
 * <pre>{@code
 * class H2ShopsTest extends ShopsContract {
 *   @AutoClose
 *   private static final TestDatabase DATABASE =
 *       TestDatabase.create(Dialect.H2).migrated(CORE_MIGRATIONS);
 * }
 * }</pre>
 *
 * <p>The PostgreSQL server behind it is embedded and started once for all tests of a JVM, without
 * waiting for the disk; it is stopped with the JVM.
 */
public final class TestDatabase implements AutoCloseable {
  /** Small on purpose: a leaked connection is noticed soon. */
  private static final int POOL = 8;

  private final Dialect dialect;
  private final String url;
  private final String user;
  private final HikariDataSource pool;

  private TestDatabase(Dialect dialect, String url, String user) {
    this.dialect = dialect;
    this.url = url;
    this.user = user;
    this.pool = pool(url, user);
  }

  /** An empty database. */
  public static TestDatabase create(Dialect dialect) {
    String name = "db_" + UUID.randomUUID().toString().replace('-', '_');
    return switch (dialect) {
      case H2 -> new TestDatabase(dialect, H2Address.memory(name), "sa");
      case POSTGRESQL -> {
        Server.execute("CREATE DATABASE " + name);
        yield new TestDatabase(dialect, Server.RUNNING.getJdbcUrl("postgres", name), "postgres");
      }
    };
  }

  /** The same database with the tables of a module. */
  public TestDatabase migrated(Migrations migrations) {
    migrations.apply(pool);
    return this;
  }

  /** Which kind it is. */
  public Dialect dialect() {
    return dialect;
  }

  /** The pool: 8 connections, 2 s until a borrower gives up. */
  public DataSource dataSource() {
    return pool;
  }

  /** The database over the pool. Each call gives another instance. */
  public Database database() {
    return Database.over(pool);
  }

  /** Where it is, for pools and processes that a test makes itself. */
  public String url() {
    return url;
  }

  /** Who signs in; there is no password. */
  public String user() {
    return user;
  }

  /** How many connections are borrowed at the moment. */
  public int borrowed() {
    return pool.getHikariPoolMXBean().getActiveConnections();
  }

  /** Empties the given tables, in this order. */
  public void empty(String... tables) {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : tables) {
        statement.execute("DELETE FROM " + table);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Closes the pool; a database in memory goes with the JVM. */
  @Override
  public void close() {
    pool.close();
  }

  private static HikariDataSource pool(String url, String user) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setMaximumPoolSize(POOL);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(2_000);
    return new HikariDataSource(config);
  }

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private Server() {}

    static void execute(String sql) {
      try (Connection admin = RUNNING.getPostgresDatabase().getConnection();
          Statement statement = admin.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "300")
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
        return server;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void close(EmbeddedPostgres server) {
      try {
        server.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
