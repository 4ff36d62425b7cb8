package io.ktizo.privacy.holder;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.DataMapBuilder;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.datamap.Strategy;
import io.ktizo.privacy.holder.Oracle.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Period;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullUnmarked;

/**
 * An application that chance made: tables with keys of all sorts and links of all sorts between
 * them, round in circles and to themselves too, and rows that meet often because values are few.
 */
@NullUnmarked
final class RandomApplication {
  private enum Key {
    NUMBER,
    WORD,
    PAIR,
    NONE
  }

  private static final List<Link.Relation> RELATIONS =
      List.of(
          Link.Relation.OWNED_BY,
          Link.Relation.ACCESSED_BY,
          Link.Relation.OWNS,
          Link.Relation.ACCESSES);
  private static final List<Key> KEYS = List.of(Key.NUMBER, Key.WORD, Key.PAIR, Key.NONE);

  /** What a table is made of. */
  private static final class Table {
    final int number;
    final Key key;
    final Map<String, String> columns = new LinkedHashMap<>();
    final List<Link> links = new ArrayList<>();

    Table(int number, Key key) {
      this.number = number;
      this.key = key;
      switch (key) {
        case NUMBER, NONE -> columns.put("id", "INT");
        case WORD -> columns.put("Code", "VARCHAR(20)");
        case PAIR -> {
          columns.put("a", "INT");
          columns.put("b B", "VARCHAR(20)");
        }
      }
      columns.put("tag", "VARCHAR(20)");
      columns.put("note", "VARCHAR(20)");
      columns.put("memo", "VARCHAR(20) DEFAULT 'x' NOT NULL");
    }

    String name() {
      return number % 3 == 0
          ? "T able" + number
          : number % 3 == 1 ? "Mixed" + number : "t" + number;
    }

    List<String> keyColumns() {
      return key == Key.PAIR ? List.of("a", "b B") : List.of(columns.keySet().iterator().next());
    }
  }

  final DataMap map;
  final List<Row> rows = new ArrayList<>();
  private final List<Table> tables = new ArrayList<>();
  private final Random random;
  private final boolean rules;

  RandomApplication(long seed, boolean rules) {
    this.random = new Random(seed);
    this.rules = rules;
    int count = 3 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      tables.add(new Table(i, KEYS.get(random.nextInt(KEYS.size()))));
    }
    int people = 1 + random.nextInt(2);
    boolean guests = random.nextBoolean();
    for (int i = people; i < count; i++) {
      Table mine = tables.get(i);
      Table other = tables.get(random.nextInt(i));
      if (random.nextInt(3) == 0) {
        join(other, mine, random.nextBoolean() ? Link.Relation.OWNS : Link.Relation.ACCESSES);
      } else {
        join(
            mine,
            other,
            random.nextInt(4) > 0 ? Link.Relation.OWNED_BY : Link.Relation.ACCESSED_BY);
      }
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      join(any(), any(), RELATIONS.get(random.nextInt(RELATIONS.size())));
    }
    if (guests) {
      for (int i = 1 + random.nextInt(2); i > 0; i--) {
        Table mine = any();
        String column = "mail" + mine.columns.size();
        mine.columns.put(column, "VARCHAR(20)");
        mine.links.add(
            new Link(
                new Link.ToPerson("guest", column, true),
                random.nextBoolean() ? Link.Relation.OWNED_BY : Link.Relation.ACCESSED_BY,
                onErasure(),
                onExport()));
      }
    }
    this.map = map(people, guests);
    for (Table table : tables) {
      fill(table);
    }
  }

  private Table any() {
    return tables.get(random.nextInt(tables.size()));
  }

  private void join(Table from, Table to, Link.Relation relation) {
    Map<String, String> columns = new LinkedHashMap<>();
    List<String> targets = random.nextInt(5) == 0 ? List.of("tag") : to.keyColumns();
    for (String target : targets) {
      String column = "to" + to.number + "_" + from.columns.size();
      from.columns.put(column, to.columns.get(target));
      columns.put(column, target);
    }
    from.links.add(
        new Link(new Link.ToRows("s" + to.number, columns), relation, onErasure(), onExport()));
  }

  private Link.OnErasure onErasure() {
    if (!rules) {
      return new Link.OnErasure(new Link.DeleteRow(), new Link.Leave());
    }
    Link.Last last =
        switch (random.nextInt(5)) {
          case 0 -> new Link.Anonymise(List.of(random.nextBoolean() ? "note" : "memo"));
          case 1 -> new Link.KeepUntil("year", random.nextBoolean() ? List.of() : List.of("note"));
          default -> new Link.DeleteRow();
        };
    Link.Shared shared =
        switch (random.nextInt(4)) {
          case 0 ->
              new Link.Anonymise(random.nextBoolean() ? List.of("note") : List.of("note", "memo"));
          case 1 -> new Link.DeleteRow();
          default -> new Link.Leave();
        };
    return new Link.OnErasure(last, shared);
  }

  private Link.OnExport onExport() {
    return switch (rules ? random.nextInt(6) : 5) {
      case 0 -> new Link.Omit();
      case 1 -> new Link.Hide(List.of("note"));
      case 2 -> new Link.Hide(List.of("note", "tag"));
      default -> new Link.ShowAll();
    };
  }

  private DataMap map(int people, boolean guests) {
    DataMapBuilder builder =
        DataMap.builder("random")
            .retention("year", Period.ofYears(1), Retention.From.END_OF_RELATION, "a law");
    for (int i = 0; i < people; i++) {
      builder.subject("kind" + i, "s" + i, tables.get(i).keyColumns().getFirst());
    }
    if (guests) {
      builder.subjectKnownBy("guest", "mail");
    }
    for (Table table : tables) {
      builder.dataSet(
          "s" + table.number,
          table.name(),
          "made by chance",
          set -> {
            table.links.forEach(link -> link(set, link));
            for (String column : table.columns.keySet()) {
              set.field(
                  column,
                  Category.NOT_PERSONAL,
                  field ->
                      switch (column) {
                        case "note" -> field.erase(new Strategy.SetNull());
                        case "memo" -> field.erase(new Strategy.Constant("gone"));
                        default -> field;
                      });
            }
            return set;
          });
    }
    return builder.build();
  }

  private static void link(DataMapBuilder.DataSetBuilder set, Link link) {
    switch (link.target()) {
      case Link.ToPerson person ->
          set.person(
              link.relation(),
              person.kind(),
              person.column(),
              person.ignoreCase(),
              link.erasure(),
              link.export());
      case Link.ToRows rows ->
          set.link(
              link.relation(),
              rows.dataSet(),
              link.erasure(),
              link.export(),
              rows.columns().entrySet().stream()
                  .flatMap(pair -> java.util.stream.Stream.of(pair.getKey(), pair.getValue()))
                  .toArray(String[]::new));
    }
  }

  private void fill(Table table) {
    TreeSet<String> keys = new TreeSet<>();
    for (int i = random.nextInt(7); i > 0; i--) {
      Map<String, Object> values = new LinkedHashMap<>();
      table.columns.forEach((column, type) -> values.put(column, value(table, column, type)));
      String key =
          table.keyColumns().stream().map(c -> "" + values.get(c)).collect(Collectors.joining("|"));
      if (table.key == Key.NONE || keys.add(key)) {
        rows.add(new Row("s" + table.number, rows.size(), values));
      }
    }
  }

  private Object value(Table table, String column, String type) {
    boolean key = table.keyColumns().contains(column) && table.key != Key.NONE;
    if (!key && !column.equals("memo") && random.nextInt(4) == 0) {
      return null;
    }
    if (column.startsWith("mail")) {
      return List.of("ann@x.org", "Ann@X.org", "bob@x.org", "").get(random.nextInt(4));
    }
    return type.equals("INT") ? (Object) random.nextInt(5) : "v" + random.nextInt(5);
  }

  /** Everybody who stands in the data, and one who does not. */
  List<Subject> people() {
    TreeSet<String> found = new TreeSet<>();
    map.subjects()
        .forEach(
            kind -> {
              if (kind.dataSet() == null) {
                found.add(kind.name() + ":ann@x.org");
              } else {
                rows.stream()
                    .filter(row -> row.set().equals(kind.dataSet()))
                    .map(row -> row.values().get(kind.key()))
                    .filter(key -> key != null)
                    .forEach(key -> found.add(kind.name() + ":" + key));
                found.add(kind.name() + ":77");
              }
            });
    return found.stream().map(Subject::parse).toList();
  }

  void load(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (Table table : tables) {
        String columns =
            table.columns.entrySet().stream()
                .map(column -> quote(column.getKey()) + " " + column.getValue())
                .collect(Collectors.joining(", "));
        String key =
            table.key == Key.NONE
                ? ""
                : ", PRIMARY KEY ("
                    + table.keyColumns().stream()
                        .map(RandomApplication::quote)
                        .collect(Collectors.joining(", "))
                    + ")";
        statement.execute("CREATE TABLE " + quote(table.name()) + " (" + columns + key + ")");
      }
    }
    for (Row row : rows) {
      Table table = tables.get(Integer.parseInt(row.set().substring(1)));
      String marks =
          table.columns.keySet().stream().map(c -> "?").collect(Collectors.joining(", "));
      try (PreparedStatement insert =
          connection.prepareStatement(
              "INSERT INTO " + quote(table.name()) + " VALUES (" + marks + ")")) {
        int i = 1;
        for (String column : table.columns.keySet()) {
          insert.setObject(i++, row.values().get(column));
        }
        insert.execute();
      }
    }
  }

  private static String quote(String name) {
    return '"' + name + '"';
  }

  /** Every row of every table, as text, sorted. */
  Map<String, List<String>> contents(Connection connection) throws SQLException {
    Map<String, List<String>> found = new HashMap<>();
    for (Table table : tables) {
      List<String> texts = new ArrayList<>();
      try (Statement statement = connection.createStatement();
          ResultSet here = statement.executeQuery("SELECT * FROM " + quote(table.name()))) {
        while (here.next()) {
          Map<String, Object> values = new LinkedHashMap<>();
          for (String column : table.columns.keySet()) {
            values.put(column, here.getObject(column));
          }
          texts.add(values.toString());
        }
      }
      texts.sort(null);
      found.put("s" + table.number, texts);
    }
    return found;
  }
}
