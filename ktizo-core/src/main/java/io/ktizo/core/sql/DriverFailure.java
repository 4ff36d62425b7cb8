package io.ktizo.core.sql;

import java.sql.SQLException;

/** Where in the driver it failed, without what the driver said. */
final class DriverFailure extends Exception {
  private static final long serialVersionUID = 1L;

  DriverFailure(SQLException driver) {
    super(driver.getClass().getName() + " (message withheld)");
    setStackTrace(driver.getStackTrace());
  }
}
