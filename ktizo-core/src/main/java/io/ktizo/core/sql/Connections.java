package io.ktizo.core.sql;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Where connections come from. Each call lends another one, in the state in which a pool hands them
 * out; the borrower closes it, whatever happened. May be called by any number of threads.
 *
 * <p>A {@link javax.sql.DataSource} is one by {@code dataSource::getConnection}.
 */
@FunctionalInterface
public interface Connections {
  /**
   * Borrows a connection.
   *
   * @throws SQLException if there is none, or none in time
   */
  Connection borrow() throws SQLException;

  /** The same connections as a data source, for {@link Migrations#apply} and for jobs. */
  default DataSource asDataSource() {
    return new LentDataSource(this);
  }
}
