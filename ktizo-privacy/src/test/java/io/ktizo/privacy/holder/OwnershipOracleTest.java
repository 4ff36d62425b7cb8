package io.ktizo.privacy.holder;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.Progress;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.holder.Oracle.Row;
import io.ktizo.privacy.holder.Oracle.Way;
import io.ktizo.privacy.store.Session;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@NullUnmarked
@Execution(ExecutionMode.CONCURRENT)
class OwnershipOracleTest {
  private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

  private static String postgres;

  @Test
  void a_thousand_random_schemas_agree_with_brute_force_on_h2() throws SQLException {
    for (int seed = 0; seed < 1000; seed++) {
      agree(Databases.H2, seed);
    }
  }

  @Test
  void a_sample_of_them_agrees_on_postgresql() throws SQLException {
    for (int seed = 0; seed < 1000; seed += 25) {
      agree(Databases.POSTGRESQL, seed);
    }
  }

  private static void agree(Databases database, int seed) throws SQLException {
    RandomApplication application = new RandomApplication(seed, seed % 2 == 1);
    Oracle oracle = new Oracle(application.map, application.rows);
    List<Subject> people = application.people();
    String url =
        switch (database) {
          case H2 -> database.url();
          case POSTGRESQL -> schema(seed);
        };
    DataSource source = Databases.pooled(url);
    // Kept open, so that an H2 database in memory lives.
    try (Connection connection = source.getConnection()) {
      application.load(connection);
      CompiledMap map = CompiledMap.of(application.map, connection);
      Random random = new Random(seed);
      for (int i = 0; i < 2; i++) {
        Subject who = people.get(random.nextInt(people.size()));
        try (Session session = Session.open(source);
            Ownership ownership = Ownership.of(map, session, who)) {
          sees(ownership, oracle, who, database + " " + seed);
        }
      }
      Subject goes = people.get(random.nextInt(people.size()));
      try (Session session = Session.open(source);
          Ownership ownership = Ownership.of(map, session, goes)) {
        new TableErasure(ownership, NOW, null).run(Progress.SILENT);
        session.commit();
      }
      assertThat(application.contents(connection))
          .as("%s %s after %s %s", database, seed, goes.kind(), goes.key())
          .isEqualTo(after(oracle, goes));
    }
  }

  /** A schema of one database: making a database for each sample takes a second. */
  private static String schema(int seed) throws SQLException {
    if (postgres == null) {
      postgres = Databases.POSTGRESQL.url();
    }
    try (Connection connection = Databases.at(postgres).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA s" + seed);
    }
    return postgres + "&currentSchema=s" + seed;
  }

  private static void sees(Ownership ownership, Oracle oracle, Subject who, String where) {
    Map<Row, Integer> mine = oracle.reach(who);
    Map<Row, Integer> others = oracle.reachOfOthers(who);
    for (DataSet set : oracle.map.dataSets()) {
      List<Row> here = mine.keySet().stream().filter(row -> row.set().equals(set.name())).toList();
      String what = where + " " + who.kind() + ":" + who.key() + " " + set.name();
      assertThat(ownership.owned(set))
          .as(what)
          .isEqualTo(here.stream().filter(row -> mine.get(row) == 2).count());
      assertThat(ownership.accessed(set))
          .as(what)
          .isEqualTo(here.stream().filter(row -> mine.get(row) == 1).count());
      assertThat(ownership.shared(set))
          .as(what)
          .isEqualTo(
              here.stream()
                  .filter(row -> mine.get(row) == 2 && others.getOrDefault(row, 0) == 2)
                  .count());
      List<String> expected = new ArrayList<>();
      for (Row row : here) {
        shown(oracle, who, mine, set, row).ifPresent(values -> expected.add(values.toString()));
      }
      List<String> seen = new ArrayList<>();
      if (ownership.dataSets().contains(set)) {
        Ownership.View view = ownership.view(set);
        ownership
            .session()
            .each(
                "look",
                set.name(),
                row -> {
                  Map<String, Object> values = new LinkedHashMap<>();
                  for (int i = 0; i < view.fields().size(); i++) {
                    values.put(view.fields().get(i).name(), row.getObject(i + 1));
                  }
                  seen.add(values.toString());
                },
                view.sql(),
                view.parameters().toArray());
      }
      assertThat(seen).as(what).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  private static java.util.Optional<Map<String, Object>> shown(
      Oracle oracle, Subject who, Map<Row, Integer> mine, DataSet set, Row row) {
    Map<String, Object> values = new LinkedHashMap<>(row.values());
    for (Map.Entry<Link, Integer> way : ways(oracle, who, mine, row).entrySet()) {
      if (way.getValue() < mine.get(row)) {
        // He owns the row: what is hidden from readers is his own.
        continue;
      }
      switch (way.getKey().export()) {
        case Link.Omit omit -> {
          return java.util.Optional.empty();
        }
        case Link.Hide hide -> hide.columns().forEach(column -> values.put(column, null));
        case Link.ShowAll all -> {}
      }
    }
    assertThat(set.fields().stream().map(Field::name)).containsExactlyElementsOf(values.keySet());
    return java.util.Optional.of(values);
  }

  /** The links by which somebody comes to a row, each with the level at which he comes. */
  private static Map<Link, Integer> ways(
      Oracle oracle, Subject who, Map<Row, Integer> mine, Row row) {
    Map<Link, Integer> found = new HashMap<>();
    for (Way way : oracle.ways) {
      if (way.to().equals(row) && mine.containsKey(way.from())) {
        found.merge(
            way.link(), way.link().relation().owning() ? mine.get(way.from()) : 1, Math::max);
      }
    }
    for (Link link : oracle.map.dataSet(row.set()).orElseThrow().links()) {
      if (link.target() instanceof Link.ToPerson person
          && row.values().get(person.column()) instanceof String value
          && Oracle.is(who, person.kind(), value)) {
        found.put(link, link.relation().owning() ? 2 : 1);
      }
    }
    return found;
  }

  /** What is left of the data, by the rules as the map's Javadoc tells them. */
  private static Map<String, List<String>> after(Oracle oracle, Subject goes) {
    Map<Row, Integer> mine = oracle.reach(goes);
    Map<Row, Integer> others = oracle.reachOfOthers(goes);
    Map<String, List<String>> left = new HashMap<>();
    oracle.map.dataSets().forEach(set -> left.put(set.name(), new ArrayList<>()));
    for (Row row : oracle.rows) {
      Map<String, Object> values = new LinkedHashMap<>(row.values());
      if (!mine.containsKey(row) || stays(oracle, goes, mine, others, row, values)) {
        left.get(row.set()).add(values.toString());
      }
    }
    left.values().forEach(texts -> texts.sort(null));
    return left;
  }

  private static boolean stays(
      Oracle oracle,
      Subject goes,
      Map<Row, Integer> mine,
      Map<Row, Integer> others,
      Row row,
      Map<String, Object> values) {
    boolean last = mine.get(row) == 2 && others.getOrDefault(row, 0) < 2;
    Set<String> lost = new HashSet<>();
    boolean kept = false;
    boolean deleted = false;
    for (Map.Entry<Link, Integer> way : ways(oracle, goes, mine, row).entrySet()) {
      if (last && way.getValue() == 2) {
        switch (way.getKey().erasure().last()) {
          case Link.DeleteRow delete -> deleted = true;
          case Link.KeepUntil keep -> {
            kept = true;
            lost.addAll(keep.anonymise());
          }
          case Link.Anonymise some -> lost.addAll(some.columns());
        }
      } else {
        switch (way.getKey().erasure().shared()) {
          case Link.DeleteRow delete -> deleted = true;
          case Link.Leave leave -> {}
          case Link.Anonymise some -> lost.addAll(some.columns());
        }
      }
    }
    boolean ownRow =
        oracle
            .map
            .subject(goes.kind())
            .filter(kind -> Oracle.is(goes, kind, row) && row.set().equals(kind.dataSet()))
            .isPresent();
    deleted |= last && ownRow;
    if (lost.contains("note")) {
      values.put("note", null);
    }
    if (lost.contains("memo")) {
      values.put("memo", "gone");
    }
    return kept || !deleted;
  }
}
