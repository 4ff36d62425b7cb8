package io.ktizo.server;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * The database of servers before accounts, {@code ktizo.mv.db}: it writes its names in capitals, so
 * the libraries' tables cannot stand beside its own. Its rows are carried over once, then it goes.
 */
final class EarlierDesk {
  private static final Logger LOG = System.getLogger(EarlierDesk.class.getName());

  private EarlierDesk() {}

  /**
   * Carries the rows over if there are any. One transaction, then the old file is deleted: broken
   * off in between, it is done again and changes nothing more.
   *
   * @throws IllegalStateException if the old database is held by another process, or cannot be read
   */
  static void carryOver(Path folder, DataSource target) {
    Path old = folder.resolve("ktizo.mv.db");
    if (!Files.isRegularFile(old)) {
      return;
    }
    String url =
        "jdbc:h2:file:"
            + folder.toAbsolutePath().resolve("ktizo")
            + ";IFEXISTS=TRUE;DB_CLOSE_ON_EXIT=FALSE";
    try (Connection from = DriverManager.getConnection(url, "ktizo", "");
        Connection to = target.getConnection()) {
      to.setAutoCommit(false);
      int models =
          copy(
              from,
              to,
              "SELECT id, name, file_sha256, file_bytes, received, report FROM uploaded_model",
              """
              INSERT INTO uploaded_model (id, name, file_sha256, file_bytes, received, report)
              VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
              """,
              6);
      copy(
          from,
          to,
          "SELECT id, model_id, issued, document FROM issued_quote",
          """
          INSERT INTO issued_quote (id, model_id, issued, document)
          VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING
          """,
          4);
      to.commit();
      to.setAutoCommit(true);
      try (Statement statement = from.createStatement()) {
        statement.execute("SHUTDOWN");
      }
      Files.delete(old);
      Files.deleteIfExists(folder.resolve("ktizo.trace.db"));
      LOG.log(Level.INFO, "carried {0} models over from the earlier database", models);
    } catch (SQLException e) {
      throw new IllegalStateException(
          "the earlier database could not be read; is another server using the folder?", e);
    } catch (IOException e) {
      throw new IllegalStateException("the earlier database could not be removed", e);
    }
  }

  private static int copy(Connection from, Connection to, String select, String insert, int columns)
      throws SQLException {
    int rows = 0;
    try (Statement reading = from.createStatement();
        ResultSet row = reading.executeQuery(select);
        PreparedStatement writing = to.prepareStatement(insert)) {
      while (row.next()) {
        for (int column = 1; column <= columns; column++) {
          Object value = row.getObject(column);
          // A locator of the old database means nothing to the new one.
          writing.setObject(column, value instanceof java.sql.Clob ? row.getString(column) : value);
        }
        writing.executeUpdate();
        rows++;
      }
    }
    return rows;
  }
}
