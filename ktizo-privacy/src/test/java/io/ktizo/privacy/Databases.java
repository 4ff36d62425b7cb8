package io.ktizo.privacy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** Fresh databases of both kinds; the PostgreSQL server is started once for all tests. */
public enum Databases {
  H2 {
    @Override
    public String url() {
      return "jdbc:h2:mem:"
          + UUID.randomUUID()
          + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;NON_KEYWORDS=YEAR,MONTH,USER;DB_CLOSE_DELAY=-1";
    }
  },
  POSTGRESQL {
    @Override
    public String url() throws SQLException {
      String name = "db_" + UUID.randomUUID().toString().replace('-', '_');
      EmbeddedPostgres server = Server.RUNNING;
      try (Connection admin = server.getPostgresDatabase().getConnection();
          Statement statement = admin.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
      }
      return server.getJdbcUrl("postgres", name);
    }
  };

  /** A new, empty database's address. */
  public abstract String url() throws SQLException;

  /** A connection to a new, empty database. */
  public Connection open() throws SQLException {
    return DriverManager.getConnection(url());
  }

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        EmbeddedPostgres server = EmbeddedPostgres.builder().start();
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
