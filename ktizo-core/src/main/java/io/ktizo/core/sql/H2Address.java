package io.ktizo.core.sql;

import java.nio.file.Path;

/**
 * JDBC addresses of H2 databases with the options that this library relies on: PostgreSQL mode,
 * names in lower case, and for files a write delay of 0. With H2's default delay of half a second a
 * killed process loses commits that were already acknowledged.
 *
 * <p>The parts are checked, so that nothing can add an option (an H2 address may hold {@code
 * INIT=}, which runs SQL).
 */
public final class H2Address {
  private static final String OPTIONS = ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE";

  private H2Address() {}

  /**
   * A database in a file.
   *
   * @param file without the ending {@code .mv.db}; made if absent
   * @throws IllegalArgumentException if the path contains a semicolon or backslash
   */
  public static String file(Path file) {
    String path = file.toAbsolutePath().toString();
    if (path.indexOf(';') >= 0 || path.indexOf('\\') >= 0) {
      throw new IllegalArgumentException("an H2 path without semicolons and backslashes");
    }
    return "jdbc:h2:file:" + path + OPTIONS + ";WRITE_DELAY=0";
  }

  /**
   * A database in memory that lives as long as the process.
   *
   * @param name letters, digits, dashes and underscores
   * @throws IllegalArgumentException if the name has other characters
   */
  public static String memory(String name) {
    if (!name.matches("[A-Za-z0-9_-]{1,100}")) {
      throw new IllegalArgumentException("letters, digits, dashes and underscores: " + name);
    }
    return "jdbc:h2:mem:" + name + OPTIONS + ";DB_CLOSE_DELAY=-1";
  }
}
