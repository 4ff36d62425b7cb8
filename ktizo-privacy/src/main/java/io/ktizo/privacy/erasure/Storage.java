package io.ktizo.privacy.erasure;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.CompiledMap;
import io.ktizo.privacy.store.Dialect;
import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Has the database rewrite its files, so that what was deleted is not in them any more, and looks
 * whether it did. A DELETE only marks rows; an UPDATE leaves the row as it was beside the new one.
 */
final class Storage {
  private static final String STEP = "rewrite the storage";

  /** Tenths of a second. */
  private static final int WAITS = 50;

  /** How many hold the horizon back, and how many cannot be asked. */
  private static final String OLDER =
      """
      SELECT
        (SELECT COUNT(*) FROM pg_stat_activity
          WHERE pid <> pg_backend_pid()
            AND (age(backend_xmin) > age(CAST(CAST({now} % 4294967296 AS VARCHAR) AS xid))
              OR age(backend_xid) > age(CAST(CAST({now} % 4294967296 AS VARCHAR) AS xid))))
        + (SELECT COUNT(*) FROM pg_prepared_xacts)
        + (SELECT COUNT(*) FROM pg_replication_slots
            WHERE age(xmin) > age(CAST(CAST({now} % 4294967296 AS VARCHAR) AS xid))),
        (SELECT COUNT(*) FROM pg_stat_activity WHERE query = '<insufficient privilege>')
      """;

  private final Application application;

  Storage(Application application) {
    this.application = application;
  }

  /** What was reached, and how that is known. */
  record Report(boolean storage, String storageStatement, boolean log, String logStatement) {}

  /** Rewrites; the lease is let go and taken again where the database has to be closed. */
  byte[] rewrite(List<ResidueScan.Identifier> identifiers, Lease lease) {
    Dialect dialect;
    try (Session session = application.store().open()) {
      dialect = session.dialect();
    }
    return Json.write(
        switch (dialect) {
          case H2 -> compact(identifiers, lease);
          case POSTGRESQL -> vacuum(lease);
        });
  }

  String logStatement(Session session) {
    return switch (session.dialect()) {
      case H2 -> "H2 keeps its log in the same file: it goes when the storage is rewritten";
      case POSTGRESQL ->
          "the write-ahead log up to "
              + session
                  .query(
                      STEP,
                      null,
                      row -> row.getString(1),
                      "SELECT CAST(pg_current_wal_insert_lsn() AS VARCHAR)")
                  .getFirst()
              + " holds the rows as they were, until its segments are recycled and no archive or"
              + " replica keeps them";
    };
  }

  // ---- PostgreSQL ----

  /**
   * Rewrites every described table. VACUUM copies rows that are deleted as long as some transaction
   * began before they were, so the lease's own is let go, and the others are asked about.
   */
  private Report vacuum(Lease lease) {
    lease.close();
    try {
      return rewritten();
    } finally {
      lease.take();
    }
  }

  private Report rewritten() {
    String log;
    try (Session session = application.store().open()) {
      log = logStatement(session);
    }
    Optional<String> old = oldTransactions();
    if (old.isPresent()) {
      return new Report(false, old.get(), false, log);
    }
    List<String> tables = new ArrayList<>();
    try (Session session = application.store().open()) {
      CompiledMap map = application.compiled(session);
      for (Table table : map.schema().tables()) {
        if (!table.view()) {
          tables.add(
              session.dialect().quote(table.schema())
                  + "."
                  + session.dialect().quote(table.name()));
        }
      }
    }
    for (String own : List.of("erasure_run", "erasure_step")) {
      tables.add(Store.SCHEMA + "." + own);
    }
    List<String> untouched = new ArrayList<>();
    try (Connection connection = application.source().getConnection();
        Statement statement = connection.createStatement()) {
      boolean autoCommit = connection.getAutoCommit();
      // VACUUM runs in no transaction.
      connection.setAutoCommit(true);
      try {
        for (String table : tables) {
          Map<String, Long> before = files(connection, table);
          statement.execute("VACUUM (FULL) " + table);
          Map<String, Long> after = files(connection, table);
          if (before.values().stream().anyMatch(after.values()::contains)) {
            untouched.add(table);
          }
        }
      } finally {
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException refused) {
      throw StepFailedException.of(STEP, null, refused);
    }
    return new Report(
        untouched.isEmpty(),
        untouched.isEmpty()
            ? "VACUUM FULL wrote "
                + tables.size()
                + " tables into new files, which their file numbers confirm"
            : "VACUUM FULL did not write new files for " + String.join(", ", untouched),
        false,
        log);
  }

  /** Whether anybody may still see rows as they were before now; he is waited for a little. */
  private Optional<String> oldTransactions() {
    try (Connection connection = application.source().getConnection();
        Statement statement = connection.createStatement()) {
      boolean autoCommit = connection.getAutoCommit();
      connection.setAutoCommit(true);
      try {
        String now;
        try (ResultSet row = statement.executeQuery("SELECT CAST(txid_current() AS VARCHAR)")) {
          row.next();
          now = row.getString(1);
        }
        for (int i = 0; i < WAITS; i++) {
          try (ResultSet row = statement.executeQuery(OLDER.replace("{now}", now))) {
            row.next();
            if (row.getLong(2) > 0) {
              return Optional.of(
                  "this user may not see the transactions of others (role pg_monitor), of which one"
                      + " may still need the deleted rows");
            }
            if (row.getLong(1) == 0) {
              return Optional.empty();
            }
          }
          statement.execute("SELECT pg_sleep(0.1)");
        }
        return Optional.of(
            "another transaction, prepared transaction or replication slot is older than the"
                + " erasure and may still need the deleted rows: end it and erase again");
      } finally {
        connection.setAutoCommit(autoCommit);
      }
    } catch (SQLException refused) {
      throw StepFailedException.of(STEP, null, refused);
    }
  }

  /** The numbers of the files of a table or of its partitions. */
  private static Map<String, Long> files(Connection connection, String table) throws SQLException {
    Map<String, Long> found = new LinkedHashMap<>();
    try (var statement =
        connection.prepareStatement(
            "SELECT CAST(relid AS VARCHAR), pg_relation_filenode(relid) FROM"
                + " pg_partition_tree(CAST(? AS regclass)) WHERE isleaf")) {
      statement.setString(1, table);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.put(rows.getString(1), rows.getLong(2));
        }
      }
    }
    return found;
  }

  // ---- H2 ----

  private Report compact(List<ResidueScan.Identifier> identifiers, Lease lease) {
    Optional<Path> file;
    String mark;
    try (Session session = application.store().open()) {
      file =
          session
              .query(
                  STEP,
                  null,
                  row -> Optional.ofNullable(row.getString(1)),
                  "SELECT DATABASE_PATH()")
              .getFirst()
              .map(path -> Path.of(path + ".mv.db"));
      mark = application.compiled(session).schema().tables().getFirst().name();
    }
    if (file.isEmpty()) {
      String nothing = "the database keeps nothing on disk";
      return new Report(true, nothing, true, nothing);
    }
    lease.close();
    try (Connection connection = application.source().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("SHUTDOWN COMPACT");
    } catch (SQLException refused) {
      throw StepFailedException.of(STEP, null, refused);
    }
    Report report = read(file.get(), identifiers, mark);
    lease.take();
    return report;
  }

  private static Report read(Path file, List<ResidueScan.Identifier> identifiers, String mark) {
    String log = "H2 keeps its log in the same file";
    @Nullable String problem = null;
    if (!Files.exists(file)) {
      problem = "the file is on another machine: nobody looked into it";
    } else {
      List<ResidueScan.Identifier> wanted = new ArrayList<>(identifiers);
      // Something that must be in the file: if it is not found, not finding the rest says nothing.
      wanted.add(new ResidueScan.Identifier("CONTROL", true, false, List.of(mark + "\"")));
      try (InputStream bytes = Files.newInputStream(file)) {
        Set<String> found = ResidueScan.of(wanted).in(bytes);
        boolean control = found.removeIf(one -> one.startsWith("CONTROL "));
        if (!found.isEmpty()) {
          problem = "after SHUTDOWN COMPACT its bytes still hold " + String.join(", ", found);
        } else if (!control && (mark + "\"").length() >= Encodings.SHORTEST) {
          problem = "its bytes cannot be read: they are compressed or encrypted";
        }
      } catch (IOException broken) {
        problem = "its bytes cannot be read: " + broken.getClass().getSimpleName();
      }
    }
    return problem == null
        ? new Report(
            true,
            "after SHUTDOWN COMPACT every byte of the file was searched and held nothing",
            true,
            log)
        : new Report(false, problem, false, log + "; " + problem);
  }
}
