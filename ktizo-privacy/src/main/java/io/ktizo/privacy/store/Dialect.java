package io.ktizo.privacy.store;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** The databases that the engine is proven on, and what they say differently. */
public enum Dialect {
  /** H2 2.x, embedded or served. */
  H2 {
    @Override
    public String bytes() {
      return "BINARY LARGE OBJECT";
    }

    @Override
    public String temporaryTable(String name, String select) {
      return "CREATE LOCAL TEMPORARY TABLE " + name + " AS " + select + " WITH NO DATA";
    }

    @Override
    public boolean needsHelpToSort() {
      return true;
    }

    @Override
    public String alongPrimaryKey(Session session, Table table) {
      List<String> index =
          session.query(
              "read the schema",
              table.name(),
              row -> row.getString(1),
              "SELECT INDEX_NAME FROM INFORMATION_SCHEMA.INDEXES WHERE INDEX_TYPE_NAME = 'PRIMARY"
                  + " KEY' AND TABLE_SCHEMA = ? AND TABLE_NAME = ?",
              table.schema(),
              table.name());
      return index.isEmpty() ? "" : " USE INDEX (" + quote(index.getFirst()) + ")";
    }
  },
  /** PostgreSQL 14 or newer. */
  POSTGRESQL {
    @Override
    public String bytes() {
      return "BYTEA";
    }

    @Override
    public String temporaryTable(String name, String select) {
      return "CREATE TEMPORARY TABLE " + name + " AS " + select + " WITH NO DATA";
    }
  };

  /**
   * The dialect of a connection.
   *
   * @throws StepFailedException if the engine does not know the database
   * @throws SQLException if the connection does not answer
   */
  public static Dialect of(Connection connection) throws SQLException {
    String product = connection.getMetaData().getDatabaseProductName();
    return switch (product.toLowerCase(Locale.ROOT)) {
      case "h2" -> H2;
      case "postgresql" -> POSTGRESQL;
      default ->
          throw new StepFailedException(
              "connect", null, null, "the engine speaks to H2 and PostgreSQL, not to " + product);
    };
  }

  /** The type of a column of bytes of any length. */
  public abstract String bytes();

  /** A table of this session alone with the columns of a query and none of its rows. */
  public abstract String temporaryTable(String name, String select);

  /**
   * Whether the database sorts a large result by writing all of it to disk first, and does not see
   * by itself that walking an index would spare it that.
   */
  public boolean needsHelpToSort() {
    return false;
  }

  /**
   * What to say behind a table in FROM so that its rows come in the order of the primary key; empty
   * where the database sees it by itself, or if the table has no key.
   */
  public String alongPrimaryKey(Session session, Table table) {
    return "";
  }

  /** A name as SQL that means exactly this name (ISO/IEC 9075-2, delimited identifier). */
  public String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
