package io.ktizo.core.sql;

import io.ktizo.core.CoreException;
import java.sql.SQLException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a module could not be brought to the newest state. Where a statement failed, the
 * message names script, line and SQLState; what the driver said is withheld, since a script may run
 * over rows of people.
 */
public final class MigrationFailedException extends CoreException {
  private static final long serialVersionUID = 1L;
  private static final Pattern PLACE = Pattern.compile("(?m)^(?:Location|Line)\\s*: .*$");

  MigrationFailedException(String module, RuntimeException cause) {
    this(module, cause, driverFailure(cause));
  }

  private MigrationFailedException(
      String module, RuntimeException cause, @Nullable SQLException driver) {
    super(
        "the tables of " + module + " could not be migrated" + place(cause, driver),
        driver == null ? cause : new DriverFailure(driver));
  }

  private static String place(RuntimeException cause, @Nullable SQLException driver) {
    if (driver == null) {
      return "";
    }
    String places =
        PLACE
            .matcher(String.valueOf(cause.getMessage()))
            .results()
            .map(line -> line.group().replaceAll("\\s+", " "))
            .collect(Collectors.joining(", "));
    return " (SQLState " + driver.getSQLState() + "): " + places;
  }

  private static @Nullable SQLException driverFailure(Throwable cause) {
    for (Throwable next = cause; next != null; next = next.getCause()) {
      if (next instanceof SQLException driver) {
        return driver;
      }
    }
    return null;
  }
}
