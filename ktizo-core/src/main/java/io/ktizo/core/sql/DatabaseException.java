package io.ktizo.core.sql;

import io.ktizo.core.CoreException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The database could not do what it was asked. The subclasses say which kind of failure it was.
 *
 * <p>The message holds the SQL as it was written, with its parameters' names, and the SQLState.
 * What the driver said is not kept, neither here nor in the {@linkplain #getCause() cause}, which
 * has the driver's stack trace alone: drivers quote values.
 */
public abstract class DatabaseException extends CoreException {
  private static final long serialVersionUID = 1L;

  private final String sqlState;
  private final int vendorCode;

  DatabaseException(String what, String task, @Nullable SQLException driver) {
    super(message(what, task, driver), driver == null ? null : new DriverFailure(driver));
    this.sqlState = driver == null || driver.getSQLState() == null ? "" : driver.getSQLState();
    this.vendorCode = driver == null ? 0 : driver.getErrorCode();
  }

  private static String message(String what, String task, @Nullable SQLException driver) {
    String state = driver == null ? "" : " (SQLState " + driver.getSQLState() + ")";
    return what + state + ": " + task;
  }

  /** The five characters that SQL gives to each kind of failure; empty if no driver was asked. */
  public final String sqlState() {
    return sqlState;
  }

  /** The driver's own number, 0 if it has none. */
  public final int vendorCode() {
    return vendorCode;
  }
}
