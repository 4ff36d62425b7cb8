package io.ktizo.privacy.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.KeySource;
import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.erasure.Certificate.Depth;
import io.ktizo.privacy.store.Session;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
@Isolated("others' transactions keep PostgreSQL from giving rows up")
class ResidueScanTest {
  private static final String MAIL = "Zoë.Quist+7@Mail.Example";
  private static final String PLAIN = "Zoe.Quist+7@Mail.Example";

  @TempDir Path folder;

  /** A way of writing, made here by other means than the scan's own. */
  private interface Writing {
    byte[] of(String mail) throws Exception;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return String.format("%0" + 2 * bytes.length + "x", new BigInteger(1, bytes));
  }

  private static byte[] digest(String algorithm, String text) throws Exception {
    return MessageDigest.getInstance(algorithm).digest(bytes(text));
  }

  private static final List<Writing> TEXTS =
      List.of(
          mail -> bytes(mail),
          mail -> bytes(mail.toUpperCase(Locale.ROOT)),
          mail -> bytes(mail.toLowerCase(Locale.ROOT)),
          mail -> bytes(URLEncoder.encode(mail, StandardCharsets.UTF_8)),
          mail -> bytes(mail.replace("@", "%40")),
          mail -> Base64.getEncoder().encode(bytes(mail)),
          mail -> Base64.getEncoder().encode(bytes("x" + mail + "yz")),
          mail -> Base64.getMimeEncoder(60, bytes("")).encode(bytes("{\"to\":\"" + mail + "\"}")),
          mail -> Base64.getUrlEncoder().withoutPadding().encode(bytes("??" + mail)),
          mail -> bytes(hex(bytes(mail))),
          mail -> bytes(hex(bytes(mail)).toUpperCase(Locale.ROOT)),
          mail -> bytes(hex(digest("MD5", mail.toLowerCase(Locale.ROOT)))),
          mail -> bytes(hex(digest("SHA-1", mail.toLowerCase(Locale.ROOT)))),
          mail -> bytes(hex(digest("SHA-256", mail.toLowerCase(Locale.ROOT)))),
          mail -> bytes(hex(digest("SHA-256", mail)).toUpperCase(Locale.ROOT)),
          mail -> Base64.getEncoder().encode(digest("SHA-256", mail.toLowerCase(Locale.ROOT))),
          mail -> bytes("{\"m\":\"" + mail.replace("@", "\\u0040") + "\"}"),
          mail -> bytes("<a>" + mail.replace("@", "&#64;") + "</a>"));

  private static final List<Writing> ONLY_BYTES =
      List.of(
          mail -> mail.getBytes(StandardCharsets.UTF_16LE),
          mail -> mail.getBytes(StandardCharsets.UTF_16BE),
          mail -> mail.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_16),
          mail -> digest("MD5", mail.toLowerCase(Locale.ROOT)),
          mail -> digest("SHA-256", mail.toLowerCase(Locale.ROOT)));

  private static String padding(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(30); i > 0; i--) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.append(' ').toString();
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void a_hundred_leaks_in_random_places_and_encodings_are_all_found(Databases database)
      throws Exception {
    Random random = new Random(11);
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      String text = database == Databases.H2 ? "CHARACTER LARGE OBJECT" : "TEXT";
      String raw = database == Databases.H2 ? "BINARY LARGE OBJECT" : "BYTEA";
      List<String> columns =
          List.of("VARCHAR(4000)", text, "CHAR(1000)", raw, "VARCHAR(4000) ARRAY", "JSON");
      try (Statement statement = keep.createStatement()) {
        statement.execute("CREATE SCHEMA \"Else where\"");
        for (int table = 0; table < 6; table++) {
          StringBuilder sql = new StringBuilder("CREATE TABLE " + table(table) + " (n INT");
          for (int column = 0; column < columns.size(); column++) {
            sql.append(", \"C ").append(column).append("\" ").append(columns.get(column));
          }
          statement.execute(sql.append(")").toString());
        }
      }
      for (int leak = 0; leak < 100; leak++) {
        int table = random.nextInt(6);
        int column = random.nextInt(columns.size());
        String mail = random.nextBoolean() || column == 2 ? PLAIN : MAIL;
        List<Writing> ways = new ArrayList<>(TEXTS);
        if (column == 3) {
          ways.addAll(ONLY_BYTES);
        }
        byte[] written = ways.get(random.nextInt(ways.size())).of(mail);
        try (Session session = Session.open(source)) {
          assertThat(scan(mail).run(session).places()).as("before leak %s", leak).isEmpty();
        }
        plant(keep, table, column, written, random);
        try (Session session = Session.open(source)) {
          Residue found = scan(mail).run(session);
          assertThat(found.places())
              .as(
                  "leak %s in column %s: %s",
                  leak, column, new String(written, StandardCharsets.UTF_8))
              .isNotEmpty()
              .allMatch(place -> place.column().equals("C " + column))
              .allMatch(place -> place.rows() == 1);
          assertThat(found.clean()).isFalse();
        }
        try (Statement statement = keep.createStatement()) {
          statement.execute("DELETE FROM " + table(table) + " WHERE n = 1");
        }
      }
    }
  }

  private static ResidueScan scan(String mail) {
    return ResidueScan.of(
        List.of(new ResidueScan.Identifier("person.email", true, true, List.of(mail))));
  }

  private static String table(int number) {
    return number < 3 ? "plain" + number : "\"Else where\".\"T " + number + "\"";
  }

  private static void plant(
      Connection connection, int table, int column, byte[] written, Random random)
      throws SQLException {
    String value = column == 5 ? "CAST(? AS JSON)" : "?";
    if (column == 5 && connection.getMetaData().getDatabaseProductName().equals("H2")) {
      value = "? FORMAT JSON";
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO "
                + table(table)
                + " (n, \"C "
                + column
                + "\") VALUES (?, "
                + value
                + ")")) {
      for (int n = 0; n < 3; n++) {
        insert.setInt(1, n);
        byte[] here = n == 1 ? written : bytes("nothing");
        String text = padding(random) + new String(here, StandardCharsets.UTF_8) + " rest";
        switch (column) {
          case 3 -> {
            byte[] around = new byte[here.length + 9];
            System.arraycopy(here, 0, around, 5, here.length);
            insert.setBytes(2, around);
          }
          case 4 ->
              insert.setArray(2, connection.createArrayOf("varchar", new String[] {"x", text}));
          case 5 -> insert.setString(2, "{\"k\": [\"" + text.replace("\"", "\\\"") + "\"]}");
          default -> insert.setString(2, text);
        }
        insert.execute();
      }
    }
  }

  // ---- the level that a certificate states, held against the bytes ----

  private static final DataMap MAP =
      DataMap.parse(
          """
          dataMap: 1
          name: letters
          purposes:
            post: {description: Post, basis: contract}
          retentions:
            post: {keep: P30D, from: end-of-relation, ground: own rule}
          subjects:
            person: {dataSet: person, key: id, identifiers: [email]}
          dataSets:
            person:
              retention: post
              purposes: post
              fields: {id: identifier.unique, email: contact.email, about: {category: content.free-text, freeText: true}}
          """);

  private static Privacy engine(DataSource source) {
    return Privacy.builder()
        .dataSource(source)
        .dataMap(MAP)
        .keys(KeySource.of("k1", new byte[32]))
        .build();
  }

  private static void people(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE person (id INT PRIMARY KEY, email VARCHAR(80) UNIQUE, about " + text + ")");
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO person VALUES (?, ?, ?)")) {
      for (int i = 0; i < 200; i++) {
        String mail = "canary" + i + "@mail.example";
        insert.setInt(1, i);
        insert.setString(2, mail);
        insert.setString(3, "letters of " + mail + " and more");
        insert.execute();
      }
    }
  }

  private static long occurrences(Path file, String text) throws IOException {
    // Latin-1 maps each byte to one character, so that nothing is lost.
    String all = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    long found = 0;
    for (int at = all.indexOf(text); at >= 0; at = all.indexOf(text, at + 1)) {
      found++;
    }
    return found;
  }

  @Test
  void the_bytes_of_the_h2_file_agree_with_the_level_stated() throws Exception {
    DataSource source = Databases.at("jdbc:h2:file:" + folder.resolve("post") + ";WRITE_DELAY=0");
    Path file = folder.resolve("post.mv.db");
    Certificate logical;
    try (Connection keep = source.getConnection()) {
      people(keep, "CLOB");
      logical = engine(source).erase(new Subject("person", "150"));
      // Before the connection is closed: closing may clean up some of it, or not.
      assertThat(occurrences(file, "canary150@mail.example")).isPositive();
    }
    assertThat(logical.level(Depth.LOGICAL).reached()).isTrue();
    assertThat(logical.level(Depth.STORAGE).reached()).isFalse();

    Certificate stored = engine(source).eraseFromStorage(new Subject("person", "151"));

    assertThat(stored.level(Depth.STORAGE).statement())
        .isEqualTo("after SHUTDOWN COMPACT every byte of the file was searched and held nothing");
    assertThat(stored.level(Depth.STORAGE).reached()).isTrue();
    assertThat(stored.level(Depth.LOG).reached()).isTrue();
    assertThat(occurrences(file, "canary151@mail.example")).isZero();
    assertThat(occurrences(file, "canary150@mail.example")).isZero();
    assertThat(occurrences(file, "canary152@mail.example")).as("others are there").isPositive();
  }

  @Test
  void the_bytes_of_the_postgresql_heap_agree_with_the_level_stated() throws Exception {
    DataSource source = Databases.at(Databases.POSTGRESQL.url());
    try (Connection keep = source.getConnection()) {
      people(keep, "TEXT");
      Certificate logical = engine(source).erase(new Subject("person", "150"));
      assertThat(logical.level(Depth.STORAGE).reached()).isFalse();
      assertThat(occurrences(heap(keep), "canary150@mail.example")).isPositive();

      Certificate stored = engine(source).eraseFromStorage(new Subject("person", "151"));

      assertThat(stored.level(Depth.STORAGE).reached()).isTrue();
      assertThat(occurrences(heap(keep), "canary151@mail.example")).isZero();
      assertThat(occurrences(heap(keep), "canary150@mail.example")).isZero();
      assertThat(occurrences(heap(keep), "canary152@mail.example")).isPositive();
      // The log still holds both, and the certificate does not say otherwise.
      assertThat(stored.level(Depth.LOG).reached()).isFalse();
      assertThat(inWriteAheadLog(keep, "canary151@mail.example")).isTrue();
    }
  }

  @Test
  void a_transaction_that_still_needs_the_rows_keeps_the_level_down() throws Exception {
    DataSource source = Databases.at(Databases.POSTGRESQL.url());
    try (Connection keep = source.getConnection();
        Connection reader = source.getConnection()) {
      people(keep, "TEXT");
      reader.setAutoCommit(false);
      reader.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      text(reader, "SELECT COUNT(*) FROM person");

      Certificate stored = engine(source).eraseFromStorage(new Subject("person", "151"));

      assertThat(stored.level(Depth.LOGICAL).reached()).isTrue();
      assertThat(stored.level(Depth.STORAGE).reached()).isFalse();
      assertThat(occurrences(heap(keep), "canary151@mail.example")).isPositive();
    }
  }

  private static Path data(Connection connection) throws SQLException {
    return Path.of(text(connection, "SHOW data_directory"));
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  private static Path heap(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT");
    }
    return data(connection).resolve(text(connection, "SELECT pg_relation_filepath('person')"));
  }

  private static boolean inWriteAheadLog(Connection connection, String text)
      throws SQLException, IOException {
    try (var segments = Files.list(data(connection).resolve("pg_wal"))) {
      for (Path segment : segments.filter(Files::isRegularFile).toList()) {
        if (occurrences(segment, text) > 0) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void identifiers_too_short_to_be_looked_for_are_named() {
    ResidueScan scan =
        ResidueScan.of(
            List.of(new ResidueScan.Identifier("person.name", false, false, List.of("Bo"))));

    DataSource source = Databases.at("jdbc:h2:mem:");
    try (Session session = Session.open(source)) {
      assertThat(scan.run(session).skipped())
          .containsExactly("a value of person.name: too short to look for");
    }
  }
}
