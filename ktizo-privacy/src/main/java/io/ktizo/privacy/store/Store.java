package io.ktizo.privacy.store;

import io.ktizo.privacy.StepFailedException;
import java.util.List;
import javax.sql.DataSource;

/**
 * The engine's own tables, in a schema of their own so that they never meet the application's. They
 * are made, and brought up to date, the first time that they are needed; any number of instances
 * may do so at once.
 */
public final class Store {
  /** The schema of the engine's tables. */
  public static final String SCHEMA = "\"ktizo_privacy\"";

  private static final String STEP = "make the engine's tables";

  /** Numbered from 1; what was released is never changed, only followed. */
  private static final List<List<String>> MIGRATIONS = List.of();

  private final DataSource source;
  private volatile boolean ready;

  /** Nothing is touched before {@link #open()}. */
  public Store(DataSource source) {
    this.source = source;
  }

  /**
   * A session in which the tables exist.
   *
   * @throws StepFailedException if there is no connection, or if they may not be made
   */
  public Session open() {
    Session session = Session.open(source);
    try {
      if (!ready) {
        migrate(session);
        ready = true;
      }
      return session;
    } catch (RuntimeException refused) {
      session.close();
      throw refused;
    }
  }

  private static void migrate(Session session) {
    if (session.dialect() == Dialect.POSTGRESQL) {
      // IF NOT EXISTS is no lock there: two instances would meet in the catalogue.
      session.query(STEP, null, row -> true, "SELECT pg_advisory_xact_lock(5419208837164)");
    }
    session.define(STEP, null, "CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
    session.define(
        STEP,
        null,
        "CREATE TABLE IF NOT EXISTS "
            + SCHEMA
            + ".schema_version (version INTEGER NOT NULL PRIMARY KEY)");
    long version =
        session.count(
            STEP, null, "SELECT COALESCE(MAX(version), 0) FROM " + SCHEMA + ".schema_version");
    if (version > MIGRATIONS.size()) {
      throw new StepFailedException(
          STEP,
          null,
          null,
          "the tables are of version " + version + ", newer than this library knows");
    }
    for (int next = (int) version; next < MIGRATIONS.size(); next++) {
      for (String statement : MIGRATIONS.get(next)) {
        session.define(STEP, null, statement);
      }
      session.update(
          STEP, null, "INSERT INTO " + SCHEMA + ".schema_version (version) VALUES (?)", next + 1);
    }
    session.commit();
  }
}
