package io.ktizo.server.desk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** The embedded H2 database of the desk, with its schema. */
public final class Database implements AutoCloseable {
  private static final int CONNECTIONS = 8;

  private final JdbcConnectionPool pool;

  private Database(JdbcConnectionPool pool) {
    this.pool = pool;
  }

  /**
   * Opens or makes the database in a folder. {@code WRITE_DELAY=0}: by default H2 acknowledges a
   * commit up to half a second before it writes it.
   *
   * @throws DeskException if another process holds it, or the folder cannot be written
   */
  public static Database in(Path folder) {
    String file = folder.toAbsolutePath().resolve("ktizo").toString();
    if (file.indexOf(';') >= 0) {
      // A semicolon would begin an option of the driver, and some of those run scripts.
      throw new IllegalArgumentException("the data folder's path must not contain a semicolon");
    }
    return open("jdbc:h2:file:" + file + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
  }

  /** A database that is gone when it is closed. */
  public static Database inMemory() {
    return open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE");
  }

  private static Database open(String url) {
    JdbcConnectionPool pool = JdbcConnectionPool.create(url, "ktizo", "");
    pool.setMaxConnections(CONNECTIONS);
    pool.setLoginTimeout(5);
    Database database = new Database(pool);
    try {
      try (Connection connection = pool.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(schema());
      }
    } catch (SQLException e) {
      pool.dispose();
      throw new DeskException(
          "the database could not be opened; is another server using the folder?", e);
    }
    return database;
  }

  private static String schema() {
    try (InputStream in = Database.class.getResourceAsStream("schema.sql")) {
      if (in == null) {
        throw new IllegalStateException("schema.sql is not beside its class");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where connections come from; they must be closed. */
  public DataSource dataSource() {
    return pool;
  }

  /** Closes the database, so that another process can open it. */
  @Override
  public void close() {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN");
    } catch (SQLException e) {
      throw new DeskException("the database did not close cleanly", e);
    } finally {
      pool.dispose();
    }
  }
}
