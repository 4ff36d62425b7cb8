package io.ktizo.privacy.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Retention;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was exported here is imported there, into a database of the other kind. */
class ReimportTest {
  private static final List<String> FIELDS =
      List.of(
          "id", "small", "big", "num", "re", "yes", "d", "t", "ts", "tz", "u", "b", "l", "lb", "a",
          "j");
  private static final Subject ADA = new Subject("person", "1");

  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource
  void an_archive_imported_elsewhere_gives_the_same_archive_again(Databases database)
      throws Exception {
    Databases other = database == Databases.H2 ? Databases.POSTGRESQL : Databases.H2;
    DataSource there = Letters.create(other);
    run(there, "DELETE FROM people", "DELETE FROM letters", "DELETE FROM stamps");
    run(there, "DELETE FROM visits", "DELETE FROM settings", "DELETE FROM scores");

    Path first = export(Letters.create(database), Letters.map(), ADA);
    try (ExportArchive archive = ExportArchive.open(first);
        Connection connection = there.getConnection()) {
      for (String set : List.of("people", "letters", "stamps", "visits", "scores")) {
        archive.rows(set, row -> insert(connection, set, row.values()));
      }
    }
    Path second = export(there, Letters.map(), ADA);

    for (String set : List.of("people", "stamps", "visits", "scores")) {
      assertThat(rows(second, set)).as(set).isNotEmpty().isEqualTo(rows(first, set));
    }
  }

  @ParameterizedTest
  @EnumSource
  void values_of_all_types_come_out_exactly(Databases database) throws Exception {
    boolean h2 = database == Databases.H2;
    DataSource source = Letters.empty(database);
    String longText = "ä€😀\"\\\n".repeat(44_000);
    byte[] longBytes = new byte[270_000];
    for (int i = 0; i < longBytes.length; i++) {
      longBytes[i] = (byte) (i * 31);
    }
    run(
        source,
        "CREATE TABLE things (id VARCHAR(20) PRIMARY KEY, small SMALLINT, big BIGINT, num"
            + " NUMERIC(40,10), re REAL, yes BOOLEAN, d DATE, t TIME, ts TIMESTAMP, tz TIMESTAMP"
            + " WITH TIME ZONE, u UUID, "
            + (h2
                ? "b BINARY VARYING(50), l CHARACTER LARGE OBJECT, lb BINARY LARGE OBJECT, a"
                    + " INTEGER ARRAY, j JSON)"
                : "b BYTEA, l TEXT, lb BYTEA, a INTEGER[], j JSONB)"));
    try (Connection connection = source.getConnection();
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO things VALUES ('1', -7, 9223372036854775807,"
                    + " 12345678901234567890.0123456789, 0.5, TRUE, DATE '1999-12-31', TIME"
                    + " '23:59:58', TIMESTAMP '2024-02-29 00:00:00.000001', TIMESTAMP WITH TIME"
                    + " ZONE '2024-06-01 12:00:00+02', '00000000-0000-4000-8000-000000000001', ?,"
                    + " ?, ?, "
                    + (h2
                        ? "ARRAY[1, NULL, 3], JSON '{\"k\": [1.10, null, \"x\"]}')"
                        : "ARRAY[1, NULL, 3], '{\"k\": [1.10, null, \"x\"]}'::jsonb)"))) {
      insert.setBytes(1, new byte[] {0, -1, 127});
      insert.setString(2, longText);
      insert.setBytes(3, longBytes);
      insert.executeUpdate();
    }
    run(source, "INSERT INTO things (id) VALUES ('2')");
    DataMap map =
        DataMap.builder("things")
            .purpose("p", LegalBasis.CONTRACT, "p")
            .retention("r", Period.ofDays(1), Retention.From.END_OF_RELATION, "g")
            .subject("person", "things", "id")
            .dataSet(
                "things",
                "things",
                "Things",
                set -> {
                  set.retention("r");
                  for (String field : FIELDS) {
                    set.field(field, Category.USAGE, "p");
                  }
                  return set;
                })
            .build();

    Map<String, @Nullable Object> values =
        rows(export(source, map, ADA), "things").getFirst().values();

    assertThat(values)
        .containsEntry("id", "1")
        .containsEntry("small", -7L)
        .containsEntry("big", Long.MAX_VALUE)
        .containsEntry("num", new java.math.BigDecimal("12345678901234567890.0123456789"))
        .containsEntry("re", 0.5)
        .containsEntry("yes", true)
        .containsEntry("d", java.time.LocalDate.of(1999, 12, 31))
        .containsEntry("t", java.time.LocalTime.of(23, 59, 58))
        .containsEntry("ts", java.time.LocalDateTime.parse("2024-02-29T00:00:00.000001"))
        .containsEntry("u", "00000000-0000-4000-8000-000000000001")
        .containsEntry("l", longText);
    assertThat(values.get("tz"))
        .isInstanceOfSatisfying(
            OffsetDateTime.class,
            moment ->
                assertThat(moment.toInstant()).isEqualTo(Instant.parse("2024-06-01T10:00:00Z")));
    assertThat(values.get("b")).isEqualTo(new byte[] {0, -1, 127});
    assertThat(values.get("lb")).isEqualTo(longBytes);
    assertThat(values.get("a")).hasToString("[1,null,3]");
    assertThat(values.get("j")).hasToString("{\"k\":[1.10,null,\"x\"]}");
    assertThat(rows(export(source, map, new Subject("person", "2")), "things").getFirst().values())
        .hasSize(16)
        .allSatisfy((name, value) -> assertThat(value).isEqualTo(name.equals("id") ? "2" : null));
  }

  private static void insert(
      Connection connection, String table, Map<String, @Nullable Object> values) {
    List<String> names = new ArrayList<>(values.keySet());
    String sql =
        "INSERT INTO "
            + table
            + " ("
            + String.join(", ", names)
            + ") VALUES ("
            + names.stream().map(name -> "?").collect(Collectors.joining(", "))
            + ")";
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      for (int i = 0; i < names.size(); i++) {
        Object value = values.get(names.get(i));
        if (value == null) {
          insert.setNull(i + 1, insert.getParameterMetaData().getParameterType(i + 1));
        } else {
          insert.setObject(i + 1, value);
        }
      }
      insert.executeUpdate();
    } catch (SQLException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  private Path export(DataSource source, DataMap map, Subject subject) throws IOException {
    Path zip = Files.createTempFile(folder, "export", ".zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      Privacy.builder().dataSource(source).dataMap(map).build().export(subject, out);
    }
    return zip;
  }

  private static List<ExportArchive.Row> rows(Path zip, String set) throws IOException {
    List<ExportArchive.Row> rows = new ArrayList<>();
    try (ExportArchive archive = ExportArchive.open(zip)) {
      archive.rows(set, rows::add);
    }
    return rows;
  }

  private static void run(DataSource source, String... statements) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
