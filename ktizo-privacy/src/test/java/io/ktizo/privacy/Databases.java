package io.ktizo.privacy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.logging.Logger;
import javax.sql.DataSource;

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

  /**
   * The same for PostgreSQL with connections that are used again, as applications have it; an H2 in
   * this process opens them in no time.
   */
  public static DataSource pooled(String url) {
    DataSource opening = at(url);
    if (url.startsWith("jdbc:h2:")) {
      return opening;
    }
    Deque<Connection> idle = new ConcurrentLinkedDeque<>();
    return (DataSource)
        Proxy.newProxyInstance(
            Databases.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              if (!method.getName().equals("getConnection")) {
                throw new UnsupportedOperationException(method.getName());
              }
              Connection free = idle.poll();
              while (free != null && free.isClosed()) {
                free = idle.poll();
              }
              return lent(free == null ? opening.getConnection() : free, idle);
            });
  }

  private static Connection lent(Connection connection, Deque<Connection> idle) {
    boolean[] given = new boolean[1];
    return (Connection)
        Proxy.newProxyInstance(
            Databases.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (!given[0]) {
                  given[0] = true;
                  if (!connection.isClosed()) {
                    if (!connection.getAutoCommit()) {
                      connection.rollback();
                      connection.setAutoCommit(true);
                    }
                    idle.push(connection);
                  }
                }
                return null;
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException refused) {
                throw refused.getCause();
              }
            });
  }

  /** A source of connections to an address, each opened when it is asked for. */
  public static DataSource at(String url) {
    return new DataSource() {
      @Override
      public Connection getConnection() throws SQLException {
        return DriverManager.getConnection(url);
      }

      @Override
      public Connection getConnection(String user, String password) throws SQLException {
        return DriverManager.getConnection(url, user, password);
      }

      @Override
      public PrintWriter getLogWriter() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
      }

      @Override
      public int getLoginTimeout() {
        return 0;
      }

      @Override
      public Logger getParentLogger() {
        return Logger.getGlobal();
      }

      @Override
      public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("wraps nothing");
      }

      @Override
      public boolean isWrapperFor(Class<?> type) {
        return false;
      }
    };
  }

  private static final class Server {
    static final EmbeddedPostgres RUNNING = start();

    private static EmbeddedPostgres start() {
      try {
        // The machine does not lose its power here: what a killed client leaves behind is the same
        // with and without waiting for the disk.
        EmbeddedPostgres server =
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("synchronous_commit", "off")
                .setServerConfig("full_page_writes", "off")
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
