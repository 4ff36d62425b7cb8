package io.ktizo.core.sql;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * The tables of one module, made and changed by numbered scripts that lie in its jar.
 *
 * <p>Each module has a history table of its own, {@code <name>_history}, so several can share a
 * schema with each other and with the tables of the host. Several processes may call {@link #apply}
 * at once: one does the work, the others wait. On PostgreSQL a script that fails leaves nothing
 * behind; H2 commits each statement that changes the schema, so there a killed migration may need a
 * look.
 *
 * <p>Scripts are named {@code V1__accounts.sql}. They are the same for both databases as far as
 * possible; {@code ${text}} and {@code ${bytes}} stand for the types of long text (up to a million
 * characters) and of bytes, {@code ${document}} for text of any length.
 *
 * <p>Needs the optional library Flyway, and {@code flyway-database-postgresql} for PostgreSQL.
 */
public final class Migrations {
  private final String name;
  private final String folder;

  private Migrations(String name, String folder) {
    this.name = name;
    this.folder = folder;
  }

  /**
   * The scripts of a module.
   *
   * @param name of the module, small letters and underscores, for instance {@code ktizo_core}
   * @param folder on the class path, for instance {@code io/ktizo/core/store/migration}
   * @throws IllegalArgumentException if the name has other characters
   */
  public static Migrations of(String name, String folder) {
    if (!name.matches("[a-z][a-z0-9_]{0,40}")) {
      throw new IllegalArgumentException("small letters and underscores, not " + name);
    }
    return new Migrations(name, folder);
  }

  /**
   * Brings the tables to the newest state. Does nothing if they are.
   *
   * @return how many scripts were run
   * @throws MigrationFailedException if a script failed, was changed since it ran, or is unknown
   *     because a newer version of the module has been here
   */
  public int apply(DataSource dataSource) {
    Dialect dialect = Database.over(dataSource).dialect();
    try {
      MigrateResult result =
          Flyway.configure(Migrations.class.getClassLoader())
              .dataSource(dataSource)
              .locations("classpath:" + folder)
              .failOnMissingLocations(true)
              .table(name + "_history")
              // Other modules' tables may be there already; this module begins at zero all the
              // same.
              .baselineOnMigrate(true)
              .baselineVersion(MigrationVersion.fromVersion("0"))
              .ignoreMigrationPatterns(new String[0])
              .cleanDisabled(true)
              .placeholders(placeholders(dialect))
              .load()
              .migrate();
      return result.migrationsExecuted;
    } catch (FlywayException e) {
      throw new MigrationFailedException(name, e);
    }
  }

  private static Map<String, String> placeholders(Dialect dialect) {
    return switch (dialect) {
      case H2 ->
          Map.of(
              "text", "CHARACTER VARYING",
              "bytes", "BINARY VARYING",
              "document", "CHARACTER LARGE OBJECT");
      case POSTGRESQL -> Map.of("text", "TEXT", "bytes", "BYTEA", "document", "TEXT");
    };
  }
}
