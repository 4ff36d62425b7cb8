package io.ktizo.server.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.privacy.export.ExportArchive;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PrivacyCommandsTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String[] SCHEMA = {
    "CREATE TABLE members (id INT PRIMARY KEY, email VARCHAR(100) NOT NULL, full_name VARCHAR(80),"
        + " password_hash VARCHAR(100))",
    "CREATE TABLE bookings (id INT PRIMARY KEY, member_id INT NOT NULL REFERENCES members(id),"
        + " booked TIMESTAMP, remark VARCHAR(200))",
    "INSERT INTO members VALUES (1, 'ada@example.org', 'Ada Example', 'HASH-1')",
    "INSERT INTO members VALUES (2, 'bob@example.org', 'Bob Example', 'HASH-2')",
    "INSERT INTO bookings VALUES (10, 1, TIMESTAMP '2026-05-06 07:08:09', 'a window, please')",
    "INSERT INTO bookings VALUES (11, 2, TIMESTAMP '2026-05-06 07:08:09', 'BOBS REMARK')"
  };

  private static EmbeddedPostgres postgres;

  @TempDir private Path folder;

  /** What a command said. */
  private record Said(int code, String out, String err) {
    JsonNode json() throws IOException {
      return MAPPER.readTree(out);
    }
  }

  @BeforeAll
  static void startPostgres() throws IOException {
    postgres = EmbeddedPostgres.builder().start();
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"H2", "PostgreSQL"})
  void a_database_that_nobody_has_seen_is_drafted_compared_exported_erased_and_verified(
      String product) throws Exception {
    String url = database(product);
    Path map = folder.resolve("map.yaml");

    Said drafted = run("draft", "--url", url, "--name", "club", "--out", map.toString(), "--json");
    assertThat(drafted.code()).as(drafted.err()).isZero();
    assertThat(drafted.json().path("questions").asInt()).isEqualTo(8);
    assertThat(drafted.json().path("subjects").get(0).asText()).isEqualTo("member");

    Said open = run("coverage", "--url", url, "--map", map.toString());
    assertThat(open.code()).isEqualTo(3);
    assertThat(open.out()).contains("OPEN_QUESTION").contains("8 gaps");
    // Somebody answers every question.
    Files.writeString(
        map,
        Files.readString(map)
            .replaceAll("(?m)^ *review: .*\\R|, review: \"[^\"]*\"|review: \"[^\"]*\", ", ""));
    Said covered = run("coverage", "--url", url, "--map", map.toString(), "--json");
    assertThat(covered.out()).contains("\"complete\" : true");
    assertThat(covered.code()).isZero();
    assertThat(covered.json().path("columns").asInt()).isEqualTo(8);

    Path zip = folder.resolve("ada.zip");
    Said exported =
        run(
            "export",
            "--url",
            url,
            "--map",
            map.toString(),
            "--subject",
            "member:1",
            "--out",
            zip.toString(),
            "--json");
    assertThat(exported.code()).as(exported.err()).isZero();
    assertThat(exported.json().path("rows").asInt()).isEqualTo(2);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(zip)))
        .isEqualTo("rw-------");
    assertThat(values(zip))
        .contains("ada@example.org", "a window, please")
        .doesNotContain("HASH-1", "BOBS REMARK");

    Said plan = run("plan", "--url", url, "--map", map.toString(), "--subject", "member:1");
    assertThat(plan.code()).as(plan.out() + plan.err()).isZero();
    assertThat(plan.out())
        .containsPattern("members\\s+1 deleted")
        .containsPattern("bookings\\s+1 deleted");
    assertThat(count(url, "members")).isEqualTo(2);

    Path secret = folder.resolve("secret");
    Path ledger = folder.resolve("ledger");
    Path certificate = folder.resolve("certificate.json");
    String[] erase = {
      "erase",
      "--url",
      url,
      "--map",
      map.toString(),
      "--subject",
      "member:1",
      "--secret",
      secret.toString(),
      "--ledger",
      ledger.toString(),
      "--out",
      certificate.toString()
    };
    Said erased = run(with(erase, "--yes"));
    assertThat(erased.code()).as(erased.out() + erased.err()).isZero();
    assertThat(erased.out()).contains("COMPLETE");
    assertThat(count(url, "members")).isEqualTo(1);
    assertThat(count(url, "bookings")).isEqualTo(1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
        .isEqualTo("rw-------");

    String[] planned = {"plan", "--url", url, "--map", map.toString(), "--subject", "member:2"};
    Said forgetful = run(planned);
    assertThat(forgetful.code()).isEqualTo(1);
    assertThat(forgetful.err()).contains("--ledger");
    assertThat(run(with(with(planned, "--ledger"), ledger.toString())).code()).isZero();
    Said nothingDue =
        run(
            "due",
            "--url",
            url,
            "--map",
            map.toString(),
            "--secret",
            secret.toString(),
            "--ledger",
            ledger.toString());
    assertThat(nothingDue.code()).as(nothingDue.err()).isZero();
    assertThat(nothingDue.out()).contains("0 supplements");
    Said kept =
        run(
            "verify",
            "--url",
            url,
            "--map",
            map.toString(),
            "--secret",
            secret.toString(),
            "--ledger",
            ledger.toString(),
            "--subject",
            "member:1");
    assertThat(kept.code()).as(kept.out() + kept.err()).isZero();

    String[] verify = {
      "verify",
      "--url",
      url,
      "--map",
      map.toString(),
      "--secret",
      secret.toString(),
      "--ledger",
      ledger.toString(),
      "--certificate",
      certificate.toString()
    };
    Said genuine = run(with(verify, "--json"));
    assertThat(genuine.code()).as(genuine.err()).isZero();
    assertThat(genuine.json().path("genuine").asBoolean()).isTrue();
    Files.writeString(
        certificate, Files.readString(certificate).replace("\"members\"", "\"nembers\""));
    Said forged = run(verify);
    assertThat(forged.code()).isEqualTo(3);
    assertThat(forged.out()).contains("signature BAD");
  }

  @Test
  void the_subject_may_come_from_standard_input() throws Exception {
    String url = database("H2");
    Path map = map(url);
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("member:2\n".getBytes(Charset.defaultCharset())));
    try {
      Path zip = folder.resolve("bob.zip");
      Said said = run("export", "--url", url, "--map", map.toString(), "--out", zip.toString());
      assertThat(said.code()).as(said.err()).isZero();
      assertThat(values(zip)).contains("bob@example.org").doesNotContain("ada@example.org");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void what_is_wrong_is_said_in_one_line_and_by_exit_code() throws Exception {
    String url = database("H2");
    Path map = map(url);
    Path broken = folder.resolve("broken.yaml");
    Files.writeString(
        broken, "dataMap: 1\nname: x\ndataSets:\n  a: {fields: {b: contact.emial}}\n");

    Said invalid = run("coverage", "--url", url, "--map", broken.toString());
    assertThat(invalid.code()).isEqualTo(2);
    assertThat(invalid.err()).contains("contact.emial").contains("4");
    assertThat(run("coverage", "--url", url, "--map", "/no/such/map").code()).isEqualTo(2);
    assertThat(run("coverage", "--map", map.toString()).code()).isEqualTo(2);

    Said unreachable =
        run("coverage", "--url", "jdbc:postgresql://localhost:1/none", "--map", map.toString());
    assertThat(unreachable.code()).isEqualTo(1);
    assertThat(unreachable.err()).contains("08001").doesNotContain("Exception");

    Path zip = folder.resolve("x.zip");
    Said unknown =
        run(
            "export",
            "--url",
            url,
            "--map",
            map.toString(),
            "--subject",
            "robot:1",
            "--out",
            zip.toString());
    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("member");
    assertThat(zip).doesNotExist();
    assertThat(folder.resolve("x.zip.part")).doesNotExist();
    assertThat(run("draft", "--url", url, "--subject-table", "nobody").code()).isEqualTo(2);
    Files.writeString(zip, "somebody's");
    assertThat(
            run(
                    "export",
                    "--url",
                    url,
                    "--map",
                    map.toString(),
                    "--subject",
                    "member:1",
                    "--out",
                    zip.toString())
                .code())
        .isEqualTo(2);
    assertThat(zip).hasContent("somebody's");
  }

  @Test
  void a_secret_is_made_beside_the_map_and_an_unknown_database_is_named() throws Exception {
    String url = database("H2");
    Path map = map(url);

    Said erased = run("erase", "--url", url, "--map", map.toString(), "--subject", "member:1");

    assertThat(erased.code()).as(erased.out() + erased.err()).isZero();
    assertThat(map.resolveSibling("ktizo-privacy.secret")).isNotEmptyFile();
    assertThat(count(url, "members")).isEqualTo(1);
    Said verified = run("verify", "--url", url, "--map", map.toString(), "--subject", "member:1");
    assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
    Said other = run("coverage", "--url", "jdbc:oracle:thin:@//h/x", "--map", map.toString());
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("speaks to PostgreSQL");
  }

  @Test
  void a_secret_that_others_may_read_is_refused() throws Exception {
    String url = database("H2");
    Path map = map(url);
    Path secret = folder.resolve("open-secret");
    Files.writeString(secret, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

    Said said =
        run(
            "erase",
            "--url",
            url,
            "--map",
            map.toString(),
            "--subject",
            "member:1",
            "--yes",
            "--secret",
            secret.toString(),
            "--out",
            folder.resolve("c.json").toString());

    assertThat(said.code()).isEqualTo(2);
    assertThat(said.err()).contains("chmod 600");
    assertThat(count(url, "members")).isEqualTo(2);
  }

  @Test
  void the_fate_of_each_column_is_explained() throws Exception {
    Path map = map(database("H2"));

    Said told = run("explain", "--map", map.toString());
    assertThat(told.code()).isZero();
    assertThat(told.out())
        .containsIgnoringCase("member → bookings")
        .contains("never, it is secret");
    assertThat(run("explain", "--map", map.toString(), "--json").json().path("columns")).hasSize(8);
  }

  private Path map(String url) throws IOException {
    Path map = folder.resolve("drafted.yaml");
    Said said = run("draft", "--url", url, "--out", map.toString());
    assertThat(said.code()).as(said.err()).isZero();
    return map;
  }

  private static Said run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commands = PrivacyCommands.commandLine();
    int code =
        commands
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Said(code, out.toString(), err.toString());
  }

  private static String[] with(String[] arguments, String more) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add(more);
    return all.toArray(String[]::new);
  }

  private static List<Object> values(Path zip) throws IOException {
    List<Object> values = new ArrayList<>();
    try (ExportArchive archive = ExportArchive.open(zip)) {
      for (String set : archive.dataSets()) {
        archive.rows(set, row -> values.addAll(row.values().values()));
      }
    }
    return values;
  }

  private static String database(String product) throws SQLException {
    String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    if (product.equals("PostgreSQL")) {
      String name = "db_" + UUID.randomUUID().toString().replace('-', '_');
      try (Connection admin = postgres.getPostgresDatabase().getConnection();
          Statement statement = admin.createStatement()) {
        statement.execute("CREATE DATABASE " + name);
      }
      url = postgres.getJdbcUrl("postgres", name);
    }
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
    }
    return url;
  }

  private static long count(String url, String table) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
