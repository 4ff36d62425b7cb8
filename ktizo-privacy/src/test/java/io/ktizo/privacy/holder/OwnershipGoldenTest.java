package io.ktizo.privacy.holder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.Progress;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.DataMapBuilder;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.store.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The cases of K9db with the results that its authors published: read from where they lie, turned
 * into a data map by the rules of reference, and asked the same questions.
 */
class OwnershipGoldenTest {
  private static final Pattern TABLE =
      Pattern.compile(
          "CREATE (DATA_SUBJECT )?TABLE (\\w+)\\s*(?:/\\*.*?\\*/)?\\s*\\((.*)\\);?\\s*$");
  private static final Pattern LINK =
      Pattern.compile("(OWNED_BY|ACCESSED_BY|OWNS|ACCESSES|REFERENCES)\\s+(\\w+)\\s*\\((\\w+)\\)");
  private static final Link.OnErasure PLAIN =
      new Link.OnErasure(new Link.DeleteRow(), new Link.Leave());

  @ParameterizedTest
  @CsvSource({
    "delf_ecommerce, queries",
    "delf_medical_retain, queries",
    "varacc, access",
    "varacc, forget",
    "websubmit, whole_tables gdpr_get gdpr_forget"
  })
  void every_published_result_is_reproduced_on_h2(String folder, String scripts)
      throws IOException, SQLException {
    Path root = Path.of(System.getProperty("ktizo.root", ".."));
    Path corpus = root.resolve("../shared/corpus/privacy/k9db").resolve(folder).normalize();
    assumeTrue(Files.isDirectory(corpus), "the K9db cases are not at ../shared/corpus");

    Case one = new Case(corpus);
    for (String script : scripts.split(" ", -1)) {
      List<List<String>> expected = results(corpus.resolve(script + ".txt"));
      List<String> questions = statements(corpus.resolve(script + ".sql"));
      assertThat(questions).hasSameSizeAs(expected);
      for (int i = 0; i < questions.size(); i++) {
        assertThat(one.answer(questions.get(i)))
            .as("%s, %s: %s", folder, script, questions.get(i))
            .containsExactlyInAnyOrderElementsOf(expected.get(i));
      }
    }
    one.keepAlive.close();
  }

  /** One database with its map. */
  private static final class Case {
    final Connection keepAlive;
    final DataSource source;
    final CompiledMap map;

    Case(Path corpus) throws IOException, SQLException {
      source =
          Databases.at(
              "jdbc:h2:mem:"
                  + UUID.randomUUID()
                  + ";MODE=MySQL;DATABASE_TO_LOWER=TRUE;NON_KEYWORDS=USER");
      keepAlive = source.getConnection();
      List<Table> tables = new ArrayList<>();
      for (String statement : statements(corpus.resolve("schema.sql"))) {
        tables.add(Table.of(statement));
      }
      try (Statement statement = keepAlive.createStatement()) {
        for (Table table : tables) {
          statement.execute(table.ddl);
        }
        for (String row : statements(corpus.resolve("inserts.sql"))) {
          statement.execute(row);
        }
        if (Files.exists(corpus.resolve("views.sql"))) {
          for (String view : statements(corpus.resolve("views.sql"))) {
            statement.execute(view.replace("'\"", "").replace("\"'", ""));
          }
        }
      }
      map = CompiledMap.of(map(tables), keepAlive);
    }

    List<String> answer(String question) throws SQLException {
      String[] words = question.replace(";", "").trim().split("\\s+", -1);
      if (!words[0].equals("GDPR")) {
        return select(question);
      }
      Subject who = new Subject(words[2], words[3].replace("'", ""));
      try (Session session = Session.open(source);
          Ownership ownership = Ownership.of(map, session, who)) {
        if (words[1].equals("GET")) {
          return get(ownership, session);
        }
        long gone =
            new TableErasure(ownership, Instant.EPOCH, null)
                .run(Progress.SILENT).stream().mapToLong(TableErasure.Effect::deleted).sum();
        session.commit();
        return List.of("update # = " + gone);
      }
    }

    private static List<String> get(Ownership ownership, Session session) {
      List<String> found = new ArrayList<>();
      for (DataSet set : ownership.dataSets()) {
        Ownership.View view = ownership.view(set);
        session.each(
            "look",
            set.name(),
            row -> found.add(text(row, view.fields().size())),
            view.sql(),
            view.parameters().toArray());
      }
      return found;
    }

    private List<String> select(String question) throws SQLException {
      List<String> found = new ArrayList<>();
      try (Statement statement = keepAlive.createStatement();
          ResultSet rows = statement.executeQuery(question)) {
        while (rows.next()) {
          found.add(text(rows, rows.getMetaData().getColumnCount()));
        }
      }
      return found;
    }
  }

  /** K9db prints moments to the second, and averages of integers as integers. */
  private static String text(ResultSet row, int columns) throws SQLException {
    List<String> values = new ArrayList<>();
    for (int i = 1; i <= columns; i++) {
      Object value = row.getObject(i);
      values.add(
          value instanceof Double number
              ? String.valueOf(number.longValue())
              : String.valueOf(row.getString(i)).replaceFirst("(:\\d\\d)\\.0+$", "$1"));
    }
    return String.join("|", values);
  }

  private record Table(
      String name,
      boolean people,
      List<String> columns,
      String key,
      List<String[]> links,
      String ddl) {

    static Table of(String statement) {
      Matcher parts = TABLE.matcher(statement);
      assertThat(parts.matches()).as(statement).isTrue();
      List<String> columns = new ArrayList<>();
      List<String> kept = new ArrayList<>();
      List<String[]> links = new ArrayList<>();
      String key = "";
      for (String piece : parts.group(3).split(",(?![^(]*\\))", -1)) {
        String line = piece.trim();
        Matcher link = LINK.matcher(line);
        boolean linked = link.find();
        boolean constraint = line.matches("(?i)(PRIMARY KEY|FOREIGN KEY|UNIQUE)\\b.*");
        String column =
            line.startsWith("FOREIGN KEY")
                ? line.replaceFirst(".*?\\((\\w+)\\).*", "$1")
                : line.split("\\s+", -1)[0];
        if (linked) {
          links.add(new String[] {column, link.group(1), link.group(2), link.group(3)});
        }
        if (!constraint) {
          columns.add(column);
        }
        if (line.toUpperCase(Locale.ROOT).contains("PRIMARY KEY")) {
          key = constraint ? line.replaceFirst(".*\\((\\w+)\\).*", "$1") : column;
        }
        // K9db holds nobody to a reference once its rules have taken the person away.
        if (!line.startsWith("FOREIGN KEY")) {
          kept.add(linked ? line.substring(0, link.start()).trim() : line);
        }
      }
      return new Table(
          parts.group(2),
          parts.group(1) != null,
          columns,
          key,
          links,
          "CREATE TABLE " + parts.group(2) + " (" + String.join(", ", kept) + ")");
    }
  }

  /** The words of K9db as a map; a plain reference to people owns if nothing else does. */
  private static DataMap map(List<Table> tables) {
    DataMapBuilder builder = DataMap.builder("k9db");
    Map<String, List<String[]>> links = new LinkedHashMap<>();
    java.util.Set<String> owned =
        tables.stream().filter(Table::people).map(Table::name).collect(Collectors.toSet());
    for (boolean grew = true; grew; ) {
      grew = false;
      for (Table table : tables) {
        boolean explicit = table.links.stream().anyMatch(link -> link[1].equals("OWNED_BY"));
        for (String[] link : table.links) {
          boolean owns = link[1].equals("OWNED_BY") && owned.contains(link[2]);
          boolean implied = link[1].equals("REFERENCES") && !explicit && owned.contains(link[2]);
          grew |= (owns || implied) && owned.add(table.name);
          grew |= link[1].equals("OWNS") && owned.contains(table.name) && owned.add(link[2]);
        }
      }
    }
    for (Table table : tables) {
      boolean explicit = table.links.stream().anyMatch(link -> link[1].equals("OWNED_BY"));
      links.put(table.name, new ArrayList<>());
      for (String[] link : table.links) {
        if (!link[1].equals("REFERENCES")) {
          links.get(table.name).add(link);
        } else if (!explicit && owned.contains(link[2])) {
          links.get(table.name).add(new String[] {link[0], "OWNED_BY", link[2], link[3]});
        }
      }
    }
    for (Table table : tables) {
      if (table.people) {
        builder.subject(table.name, table.name, table.key);
      }
      builder.dataSet(
          table.name,
          table.name,
          "",
          set -> {
            for (String[] link : links.getOrDefault(table.name, List.of())) {
              set.link(
                  Link.Relation.valueOf(link[1]),
                  link[2],
                  PLAIN,
                  new Link.ShowAll(),
                  link[0],
                  link[3]);
            }
            table.columns.forEach(column -> set.field(column, Category.NOT_PERSONAL, f -> f));
            return set;
          });
    }
    DataMap map = builder.build();
    assertThat(map.dataSets())
        .allSatisfy(set -> assertThat(set.fields()).allMatch(Field::exported));
    return map;
  }

  /** Statements end at a line's end without a backslash, as the cases' own runner reads them. */
  private static List<String> statements(Path file) throws IOException {
    List<String> found = new ArrayList<>();
    StringBuilder open = new StringBuilder();
    for (String line : Files.readAllLines(file)) {
      String text = line.stripTrailing();
      if (open.isEmpty() && (text.isBlank() || text.startsWith("--") || text.startsWith("#"))) {
        continue;
      }
      if (text.endsWith("\\")) {
        open.append(text, 0, text.length() - 1).append(' ');
      } else {
        found.add(open.append(text).toString());
        open.setLength(0);
      }
    }
    return found;
  }

  private static List<List<String>> results(Path file) throws IOException {
    List<List<String>> found = new ArrayList<>();
    List<String> open = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.equals(";")) {
        found.add(open);
        open = new ArrayList<>();
      } else if (!line.isBlank()) {
        open.add(line);
      }
    }
    return found;
  }
}
