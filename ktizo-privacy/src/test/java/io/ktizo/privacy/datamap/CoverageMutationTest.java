package io.ktizo.privacy.datamap;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.Databases;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** 200 ways in which a schema drifts away from its map: each must be seen, and nothing else. */
class CoverageMutationTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 23);
  private static final int MUTATIONS = 200;

  private static final String[] SCHEMA = {
    "CREATE TABLE members (id INT PRIMARY KEY, email VARCHAR(200) NOT NULL, name VARCHAR(80),"
        + " born DATE, settings JSON)",
    "CREATE TABLE boats (id INT PRIMARY KEY, owner_id INT NOT NULL REFERENCES members(id),"
        + " label VARCHAR(60), berth VARCHAR(10))",
    "CREATE TABLE crew (boat_id INT REFERENCES boats(id), member_id INT REFERENCES members(id),"
        + " role VARCHAR(20), PRIMARY KEY (boat_id, member_id))",
    "CREATE TABLE letters (id INT PRIMARY KEY, from_id INT REFERENCES members(id),"
        + " to_id INT REFERENCES members(id), body VARCHAR(4000))",
    "CREATE TABLE invoices (id INT PRIMARY KEY, member_id INT REFERENCES members(id),"
        + " issued DATE NOT NULL, cents BIGINT NOT NULL, street VARCHAR(100))",
    "CREATE TABLE guests (id INT PRIMARY KEY, mail VARCHAR(200), seen TIMESTAMP)",
    "CREATE TABLE harbours (id INT PRIMARY KEY, town VARCHAR(80), depth NUMERIC(5,2))",
    "CREATE TABLE scratch (a INT, b VARCHAR(10))",
    "CREATE VIEW fleet AS SELECT label, berth FROM boats",
    "INSERT INTO members VALUES (1, 'ann@example.org', 'Ann', NULL," + " %s)",
    "INSERT INTO members VALUES (2, 'bo@example.org', 'Bo', NULL, NULL)"
  };

  private static final String DOCUMENT =
      "{\"theme\":\"dark\",\"crew\":[{\"nick\":\"Al\"}],\"phones\":{\"home\":\"1\",\"work\":\"2\"}}";

  private static final String MAP =
      """
      dataMap: 1
      name: harbour
      purposes:
        mooring: {description: Keeping your boat, basis: contract}
      retentions:
        member: {keep: P1Y, from: end-of-relation, ground: own rule}
        books: {keep: P8Y, from: end-of-year, ground: "DE § 147 AO", mandatory: true}
      subjects:
        member: {dataSet: members, key: id, identifiers: [email]}
        guest: {identifiers: [email]}
      dataSets:
        members:
          retention: member
          purposes: mooring
          fields:
            id: identifier.unique
            email: {category: contact.email, erase: {replace: email}}
            name: {category: contact.name, erase: set-null}
            born: {category: demographic.birth-date, erase: {generalise: year}}
            settings:
              category: behaviour.preference
              paths:
                $.theme: behaviour.preference
                $.crew[*].nick: contact.name
                $.phones.*: contact.phone
        boats:
          retention: member
          purposes: mooring
          links:
            - {to: members, on: {owner_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
          fields: {id: record.reference, owner_id: record.reference, label: behaviour.purchase, berth: none}
        crew:
          retention: member
          purposes: mooring
          links:
            - {to: members, on: {member_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
            - {to: boats, on: {boat_id: id}, relation: accessed-by, erase: {shared: leave}}
          fields: {boat_id: record.reference, member_id: record.reference, role: record.status}
        letters:
          retention: member
          purposes: mooring
          links:
            - to: members
              on: {from_id: id}
              relation: owned-by
              erase: {last: delete-row, shared: {anonymise: [from_id, body]}}
            - to: members
              on: {to_id: id}
              relation: owned-by
              erase: {last: delete-row, shared: {anonymise: [to_id]}}
          fields:
            id: record.reference
            from_id: {category: record.reference, erase: set-null}
            to_id: {category: record.reference, erase: set-null}
            body: {category: content.communication, freeText: true, erase: {constant: "(removed)"}}
        invoices:
          retention: books
          since: issued
          purposes: mooring
          links:
            - to: members
              on: {member_id: id}
              relation: owned-by
              erase: {last: {keep-until: books, anonymise: [street]}, shared: leave}
          fields:
            id: record.reference
            member_id: record.reference
            issued: record.timestamp
            cents: financial.transaction
            street: {category: contact.address.street, erase: set-null}
        guests:
          retention: member
          purposes: mooring
          links:
            - person: guest
              column: mail
              ignoreCase: true
              relation: owned-by
              erase: {last: delete-row, shared: leave}
          fields: {id: record.reference, mail: contact.email, seen: record.timestamp}
        harbours:
          fields: {id: none, town: none, depth: none}
      waivers:
        - {table: scratch, reason: emptied every night, until: 2027-06-30}
      """;

  /** A change to the schema or its rows, and the gap that must come of it. */
  private record Mutation(List<String> statements, Gap.Kind kind, String table, String column) {}

  @ParameterizedTest
  @EnumSource
  void the_original_raises_no_false_alarm(Databases database) throws SQLException {
    try (Connection connection = fresh(database)) {
      Coverage coverage = Coverage.of(DataMap.parse(MAP), connection, TODAY);

      assertThat(coverage.gaps()).isEmpty();
      assertThat(coverage.complete()).isTrue();
      assertThat(coverage.tables()).isEqualTo(9);
      assertThat(coverage.waived()).extracting(Gap::table).containsExactly("scratch");
    }
  }

  @ParameterizedTest
  @EnumSource
  void every_mutation_is_found_and_named(Databases database) throws SQLException {
    DataMap map = DataMap.parse(MAP);
    Random random = new Random(20_261_123);
    Map<Gap.Kind, Integer> found = new EnumMap<>(Gap.Kind.class);
    Connection shared = database == Databases.POSTGRESQL ? fresh(database) : null;
    try {
      for (int i = 0; i < MUTATIONS; i++) {
        Mutation mutation = mutation(random, i, database);
        // PostgreSQL takes a change of schema back; H2 starts a new database in no time.
        Connection connection = shared == null ? fresh(database) : shared;
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
          for (String sql : mutation.statements()) {
            statement.execute(sql);
          }
          List<Gap> gaps = Coverage.of(map, connection, TODAY).gaps();
          assertThat(gaps)
              .as("mutation %d: %s", i, mutation)
              .anyMatch(
                  gap ->
                      gap.kind() == mutation.kind()
                          && gap.table().equals(mutation.table())
                          && gap.column().equals(mutation.column()));
          found.merge(mutation.kind(), 1, Integer::sum);
        } finally {
          connection.rollback();
          if (shared == null) {
            connection.close();
          }
        }
      }
    } finally {
      if (shared != null) {
        shared.close();
      }
    }
    assertThat(found.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(MUTATIONS);
    assertThat(found.keySet())
        .contains(
            Gap.Kind.UNDECLARED_TABLE,
            Gap.Kind.UNDECLARED_COLUMN,
            Gap.Kind.UNDECLARED_PATH,
            Gap.Kind.MISSING_TABLE,
            Gap.Kind.MISSING_COLUMN,
            Gap.Kind.STRATEGY_IMPOSSIBLE,
            Gap.Kind.LINK_IMPOSSIBLE,
            Gap.Kind.REFERENCE_WITHOUT_LINK);
  }

  private static Connection fresh(Databases database) throws SQLException {
    Connection connection = database.open();
    String literal = database == Databases.H2 ? "JSON '%s'" : "'%s'";
    try (Statement statement = connection.createStatement()) {
      for (String sql : SCHEMA) {
        statement.execute(
            sql.contains("%s")
                ? String.format(Locale.ROOT, sql, String.format(Locale.ROOT, literal, DOCUMENT))
                : sql);
      }
    }
    return connection;
  }

  private static Mutation mutation(Random random, int number, Databases database) {
    String fresh = "n" + number;
    String[] tables = {"members", "boats", "crew", "letters", "invoices", "guests", "harbours"};
    String table = tables[random.nextInt(tables.length)];
    return switch (number % 10) {
      case 0 ->
          new Mutation(
              List.of(
                  "ALTER TABLE "
                      + table
                      + " ADD COLUMN "
                      + fresh
                      + " "
                      + pick(
                          random, "INT", "VARCHAR(30)", "DATE", "BOOLEAN", "NUMERIC(9,2)", "JSON")),
              Gap.Kind.UNDECLARED_COLUMN,
              table,
              fresh);
      case 1 ->
          new Mutation(
              List.of("CREATE TABLE " + fresh + " (id INT PRIMARY KEY, what VARCHAR(10))"),
              Gap.Kind.UNDECLARED_TABLE,
              fresh,
              "*");
      case 2 ->
          new Mutation(
              List.of(
                  "CREATE TABLE "
                      + fresh
                      + " (id INT PRIMARY KEY, parent INT REFERENCES "
                      + pick(random, "members", "boats", "letters", "invoices", "guests")
                      + "(id))"),
              Gap.Kind.UNDECLARED_TABLE,
              fresh,
              "*");
      case 3 -> {
        String[] place =
            pick(
                    random,
                    "members.email",
                    "members.born",
                    "boats.owner_id",
                    "crew.role",
                    "letters.body",
                    "invoices.cents",
                    "guests.mail",
                    "harbours.town")
                .split("\\.", 2);
        yield new Mutation(
            List.of("ALTER TABLE " + place[0] + rename(database, place[1], fresh)),
            Gap.Kind.MISSING_COLUMN,
            place[0],
            place[1]);
      }
      case 4 -> {
        String[] place =
            pick(
                    random,
                    "members.name",
                    "letters.body",
                    "invoices.street",
                    "guests.seen",
                    "harbours.depth")
                .split("\\.", 2);
        yield new Mutation(
            List.of("ALTER TABLE " + place[0] + " DROP COLUMN " + place[1]),
            Gap.Kind.MISSING_COLUMN,
            place[0],
            place[1]);
      }
      case 5 -> {
        String gone = pick(random, "crew", "letters", "invoices", "guests", "harbours");
        yield new Mutation(List.of("DROP TABLE " + gone), Gap.Kind.MISSING_TABLE, gone, "*");
      }
      case 6 -> {
        String path = pick(random, "deep", "list", "twin");
        String document =
            switch (path) {
              case "deep" -> "{\"crew\":[{\"nick\":\"Al\",\"" + fresh + "\":{\"x\":1}}]}";
              case "list" -> "{\"theme\":\"a\",\"" + fresh + "\":[true,false]}";
              default -> "{\"" + fresh + "\":\"value\"}";
            };
        String where =
            switch (path) {
              case "deep" -> "settings.crew[*]." + fresh + ".x";
              case "list" -> "settings." + fresh + "[*]";
              default -> "settings." + fresh;
            };
        String literal = (database == Databases.H2 ? "JSON " : "") + "'" + document + "'";
        yield new Mutation(
            List.of("UPDATE members SET settings = " + literal + " WHERE id = 2"),
            Gap.Kind.UNDECLARED_PATH,
            "members",
            where);
      }
      case 7 -> {
        // NULL is what the map promises to write into these.
        String[] place =
            pick(random, "letters.from_id", "letters.to_id", "invoices.street").split("\\.", 2);
        yield new Mutation(
            List.of("ALTER TABLE " + place[0] + " ALTER COLUMN " + place[1] + " SET NOT NULL"),
            Gap.Kind.STRATEGY_IMPOSSIBLE,
            place[0],
            place[1]);
      }
      case 8 -> {
        if (random.nextBoolean()) {
          yield new Mutation(
              List.of(
                  "ALTER TABLE letters DROP COLUMN body",
                  "ALTER TABLE letters ADD COLUMN body VARCHAR(" + (1 + random.nextInt(8)) + ")"),
              Gap.Kind.STRATEGY_IMPOSSIBLE,
              "letters",
              "body");
        }
        yield new Mutation(
            List.of(
                "ALTER TABLE invoices DROP COLUMN member_id",
                "ALTER TABLE invoices ADD COLUMN member_id "
                    + pick(random, "VARCHAR(36)", "DATE", "UUID")),
            Gap.Kind.LINK_IMPOSSIBLE,
            "invoices",
            "member_id");
      }
      default ->
          new Mutation(
              List.of(
                  "ALTER TABLE harbours ADD COLUMN master INT",
                  "ALTER TABLE harbours ADD CONSTRAINT "
                      + fresh
                      + " FOREIGN KEY (master) REFERENCES "
                      + pick(random, "members", "boats", "guests")
                      + "(id)"),
              Gap.Kind.REFERENCE_WITHOUT_LINK,
              "harbours",
              "master");
    };
  }

  private static String rename(Databases database, String from, String to) {
    return database == Databases.H2
        ? " ALTER COLUMN " + from + " RENAME TO " + to
        : " RENAME COLUMN " + from + " TO " + to;
  }

  private static String pick(Random random, String... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
