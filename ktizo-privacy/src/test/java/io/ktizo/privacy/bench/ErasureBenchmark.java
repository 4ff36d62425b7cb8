package io.ktizo.privacy.bench;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.Progress;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.DataMapBuilder;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.datamap.Strategy;
import io.ktizo.privacy.holder.CompiledMap;
import io.ktizo.privacy.holder.Ownership;
import io.ktizo.privacy.holder.TableErasure;
import io.ktizo.privacy.store.Session;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.Period;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.sql.DataSource;

/**
 * Erases people with 10,000 rows in 30 tables each: by the engine, by SQL written by hand for this
 * very schema, and by one statement a row. Prints medians and ratios of one run, the ways taken in
 * turn so that a slow moment meets all of them.
 *
 * <p>Of the 30 tables 20 refer to the person, 9 to rows of one of these; 5 tables are anonymised
 * and 24 deleted.
 */
public final class ErasureBenchmark {
  private static final int CHILDREN = 20;
  private static final int GRANDCHILDREN = 9;
  private static final int ROWS = 10_000 / (CHILDREN + GRANDCHILDREN);
  private static final int ANONYMISED = 5;
  private static final int PEOPLE_EACH = 7;
  private static final Link.OnErasure GOES =
      new Link.OnErasure(new Link.DeleteRow(), new Link.Leave());
  private static final Link.OnErasure STAYS =
      new Link.OnErasure(new Link.Anonymise(List.of("ref", "note")), new Link.Leave());

  private ErasureBenchmark() {}

  /** Takes the databases' names; both by default. */
  public static void main(String[] arguments) throws SQLException {
    List<Databases> databases =
        arguments.length == 0
            ? List.of(Databases.values())
            : Arrays.stream(arguments).map(Databases::valueOf).toList();
    for (Databases database : databases) {
      measure(database);
    }
  }

  private static void measure(Databases database) throws SQLException {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      int people = 3 * PEOPLE_EACH;
      create(keep, people);
      CompiledMap map = CompiledMap.of(map(), keep);
      List<Long> engine = new ArrayList<>();
      List<Long> byHand = new ArrayList<>();
      List<Long> byRow = new ArrayList<>();
      int person = 0;
      for (int i = 0; i < PEOPLE_EACH; i++) {
        int first = person++;
        engine.add(nanos(() -> engine(source, map, first)));
        int second = person++;
        byHand.add(nanos(() -> byHand(source, second)));
        int third = person++;
        byRow.add(nanos(() -> byRow(source, third)));
      }
      check(keep, people);
      System.out.printf(
          "%s: engine %.1f ms, by hand %.1f ms, row by row %.1f ms; engine/by hand %.2f, row by"
              + " row/engine %.1f%n",
          database,
          median(engine) / 1e6,
          median(byHand) / 1e6,
          median(byRow) / 1e6,
          median(engine) / median(byHand),
          median(byRow) / median(engine));
    }
  }

  private interface Work {
    void run() throws SQLException;
  }

  private static long nanos(Work work) throws SQLException {
    long begun = System.nanoTime();
    work.run();
    return System.nanoTime() - begun;
  }

  private static double median(List<Long> times) {
    // The first is the warming up.
    List<Long> sorted = times.subList(1, times.size()).stream().sorted().toList();
    return (sorted.get(sorted.size() / 2) + sorted.get((sorted.size() - 1) / 2)) / 2.0;
  }

  private static void engine(DataSource source, CompiledMap map, int person) {
    try (Session session = Session.open(source);
        Ownership ownership =
            Ownership.of(map, session, new Subject("person", Integer.toString(person)))) {
      TableErasure erasure = new TableErasure(ownership, Instant.EPOCH, null);
      if (!erasure.obstacles().isEmpty()) {
        throw new IllegalStateException("obstacles");
      }
      erasure.run(Progress.SILENT);
      session.commit();
    }
  }

  private static void byHand(DataSource source, int person) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < GRANDCHILDREN; i++) {
        run(
            connection,
            "DELETE FROM g" + i + " WHERE ref IN (SELECT id FROM c" + i + " WHERE ref = ?)",
            person);
      }
      for (int i = 0; i < CHILDREN; i++) {
        run(
            connection,
            i >= CHILDREN - ANONYMISED
                ? "UPDATE c" + i + " SET ref = NULL, note = NULL WHERE ref = ?"
                : "DELETE FROM c" + i + " WHERE ref = ?",
            person);
      }
      run(connection, "DELETE FROM person WHERE id = ?", person);
      connection.commit();
    }
  }

  private static void byRow(DataSource source, int person) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < GRANDCHILDREN; i++) {
        for (int id :
            ids(
                connection,
                "SELECT id FROM g" + i + " WHERE ref IN (SELECT id FROM c" + i + " WHERE ref = ?)",
                person)) {
          run(connection, "DELETE FROM g" + i + " WHERE id = ?", id);
        }
      }
      for (int i = 0; i < CHILDREN; i++) {
        for (int id : ids(connection, "SELECT id FROM c" + i + " WHERE ref = ?", person)) {
          run(
              connection,
              i >= CHILDREN - ANONYMISED
                  ? "UPDATE c" + i + " SET ref = NULL, note = NULL WHERE id = ?"
                  : "DELETE FROM c" + i + " WHERE id = ?",
              id);
        }
      }
      run(connection, "DELETE FROM person WHERE id = ?", person);
      connection.commit();
    }
  }

  private static void run(Connection connection, String sql, int parameter) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, parameter);
      statement.executeUpdate();
    }
  }

  private static List<Integer> ids(Connection connection, String sql, int parameter)
      throws SQLException {
    List<Integer> found = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, parameter);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found.add(rows.getInt(1));
        }
      }
    }
    return found;
  }

  private static void create(Connection connection, int people) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE person (id INT PRIMARY KEY, mail VARCHAR(60))");
      // One more stays, so that no table is ever empty.
      for (int person = 0; person <= people; person++) {
        statement.execute(
            "INSERT INTO person VALUES (" + person + ", 'p" + person + "@mail.example')");
      }
      for (int i = 0; i < CHILDREN + GRANDCHILDREN; i++) {
        boolean child = i < CHILDREN;
        String table = child ? "c" + i : "g" + (i - CHILDREN);
        String target = child ? "person" : "c" + (i - CHILDREN);
        statement.execute(
            "CREATE TABLE "
                + table
                + " (id INT PRIMARY KEY, ref INT REFERENCES "
                + target
                + " (id), note VARCHAR(80))");
        statement.execute("CREATE INDEX i" + table + " ON " + table + " (ref)");
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?)")) {
          for (int n = 0; n < (people + 1) * ROWS; n++) {
            insert.setInt(1, n);
            insert.setInt(2, child ? n % (people + 1) : n);
            insert.setString(3, "note " + n + " of somebody about something");
            insert.addBatch();
          }
          insert.executeBatch();
        }
      }
      statement.execute("ANALYZE");
    }
  }

  private static DataMap map() {
    DataMapBuilder map =
        DataMap.builder("benchmark")
            .purpose("p", LegalBasis.CONTRACT, "why")
            .retention("r", Period.ofDays(1), Retention.From.END_OF_RELATION, "own rule")
            .subject("person", "person", "id")
            .dataSet(
                "person",
                "person",
                "",
                set ->
                    set.retention("r")
                        .field("id", Category.UNIQUE_ID, "p")
                        .field("mail", Category.EMAIL, "p"));
    for (int i = 0; i < CHILDREN + GRANDCHILDREN; i++) {
      boolean child = i < CHILDREN;
      String table = child ? "c" + i : "g" + (i - CHILDREN);
      String target = child ? "person" : "c" + (i - CHILDREN);
      Link.OnErasure rule = child && i >= CHILDREN - ANONYMISED ? STAYS : GOES;
      map.dataSet(
          table,
          table,
          "",
          set ->
              set.retention("r")
                  .link(Link.Relation.OWNED_BY, target, rule, new Link.ShowAll(), "ref", "id")
                  .field("id", Category.NOT_PERSONAL, field -> field)
                  .field(
                      "ref",
                      Category.REFERENCE,
                      field -> field.purposes("p").erase(new Strategy.SetNull()))
                  .field(
                      "note",
                      Category.FREE_TEXT,
                      field -> field.purposes("p").erase(new Strategy.SetNull())));
    }
    return map.build();
  }

  private static void check(Connection connection, int people) throws SQLException {
    for (int i = 0; i < CHILDREN; i++) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT COUNT(*), COUNT(ref) FROM c" + i)) {
        row.next();
        long stay = i >= CHILDREN - ANONYMISED ? (long) (people + 1) * ROWS : ROWS;
        if (row.getLong(1) != stay || row.getLong(2) != ROWS) {
          throw new IllegalStateException("c" + i + " holds " + row.getLong(1) + " rows");
        }
      }
    }
  }
}
