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
  private static final List<List<String>> MIGRATIONS =
      List.of(
          List.of(
              // Erasures under way and done. active_hash is the subject's while it is under way, so
              // that nobody can begin a second one, and NULL afterwards.
              """
              CREATE TABLE {schema}.erasure_run (
                id VARCHAR(36) NOT NULL PRIMARY KEY,
                kind VARCHAR(200) NOT NULL,
                key_id VARCHAR(200) NOT NULL,
                subject_hash VARCHAR(64) NOT NULL,
                active_hash VARCHAR(64) UNIQUE,
                state VARCHAR(20) NOT NULL,
                fence BIGINT NOT NULL,
                begun TIMESTAMP WITH TIME ZONE NOT NULL,
                finished TIMESTAMP WITH TIME ZONE,
                sealed {bytes},
                certificate {bytes})
              """,
              "CREATE INDEX erasure_run_subject ON {schema}.erasure_run (subject_hash)",
              // Locked for as long as somebody works on the run: the lock goes with its connection.
              """
              CREATE TABLE {schema}.erasure_lease (
                run_id VARCHAR(36) NOT NULL PRIMARY KEY)
              """,
              """
              CREATE TABLE {schema}.erasure_step (
                run_id VARCHAR(36) NOT NULL,
                number INTEGER NOT NULL,
                action VARCHAR(20) NOT NULL,
                about VARCHAR(200) NOT NULL,
                idempotency_key VARCHAR(300) NOT NULL,
                state VARCHAR(20) NOT NULL,
                attempts INTEGER NOT NULL,
                outcome {bytes},
                PRIMARY KEY (run_id, number))
              """,
              // Who was erased, by keyed hashes: so that nobody imports him again.
              """
              CREATE TABLE {schema}.suppression (
                hash VARCHAR(64) NOT NULL PRIMARY KEY,
                key_id VARCHAR(200) NOT NULL,
                since TIMESTAMP WITH TIME ZONE NOT NULL)
              """,
              // Entries of the ledger outside that this database has carried out.
              """
              CREATE TABLE {schema}.ledger_applied (
                ledger_id VARCHAR(36) NOT NULL,
                entry BIGINT NOT NULL,
                head VARCHAR(64) NOT NULL,
                PRIMARY KEY (ledger_id, entry))
              """),
          List.of(
              // Rows that a law keeps, by their primary keys, so that they can go when their day
              // comes; one note for each rule that keeps a row.
              """
              CREATE TABLE {schema}.erasure_kept (
                run_id VARCHAR(36) NOT NULL,
                data_set VARCHAR(500) NOT NULL,
                retention VARCHAR(200) NOT NULL,
                since DATE,
                k0 VARCHAR(1000) NOT NULL,
                k1 VARCHAR(1000),
                k2 VARCHAR(1000),
                k3 VARCHAR(1000))
              """,
              "CREATE INDEX erasure_kept_row ON {schema}.erasure_kept (data_set, k0)",
              "CREATE INDEX erasure_kept_run ON {schema}.erasure_kept (run_id)",
              // What was added to certificates when such rows went.
              """
              CREATE TABLE {schema}.erasure_supplement (
                id VARCHAR(36) NOT NULL PRIMARY KEY,
                run_id VARCHAR(36) NOT NULL,
                written TIMESTAMP WITH TIME ZONE NOT NULL,
                content {bytes} NOT NULL)
              """,
              "CREATE INDEX erasure_supplement_run ON {schema}.erasure_supplement (run_id)",
              // Who really got data of somebody, by keyed hash, until he is erased.
              """
              CREATE TABLE {schema}.disclosure (
                id VARCHAR(36) NOT NULL PRIMARY KEY,
                subject_hash VARCHAR(64) NOT NULL,
                at TIMESTAMP WITH TIME ZONE NOT NULL,
                sealed {bytes} NOT NULL)
              """,
              "CREATE INDEX disclosure_subject ON {schema}.disclosure (subject_hash)"));

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

  /** Whether the tables have been made; makes none. */
  public boolean present() {
    if (ready) {
      return true;
    }
    try (Session session = Session.open(source)) {
      return session.count(
              STEP,
              null,
              "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE LOWER(TABLE_SCHEMA) ="
                  + " 'ktizo_privacy' AND LOWER(TABLE_NAME) = 'ledger_applied'")
          > 0;
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
        session.define(
            STEP,
            null,
            statement.replace("{schema}", SCHEMA).replace("{bytes}", session.dialect().bytes()));
      }
      session.update(
          STEP, null, "INSERT INTO " + SCHEMA + ".schema_version (version) VALUES (?)", next + 1);
    }
    session.commit();
  }
}
