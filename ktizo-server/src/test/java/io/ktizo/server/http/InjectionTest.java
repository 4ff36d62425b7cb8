package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.core.sql.Database;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is meant for a database, or for a library that makes objects, stays text. */
class InjectionTest {
  private static final String SEARCH = "/api/v1/member-searches";
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]+}");

  /** Of each family of injections that sqlmap tries, one: boolean, error, union, stacked, time. */
  private static final List<String> ATTACKS =
      List.of(
          "'",
          "\"",
          "\\",
          "%",
          "_",
          "' OR '1'='1",
          "1 OR 1=1--",
          "') OR ('1'='1",
          "' AND 1=CAST((SELECT password_hash FROM accounts LIMIT 1) AS INT)--",
          "' UNION SELECT NULL,NULL,NULL--",
          "'; DELETE FROM accounts; --",
          "'; CALL SLEEP(5000); --",
          "1;SELECT pg_sleep(5)--",
          "$$; DROP TABLE accounts; $$",
          "?",
          ":id",
          "/*",
          "\u02bc OR 1=1");

  @TempDir static Path data;
  private static TestServer server;
  private static Browser staff;
  private static JsonNode document;
  private static int asked;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    staff = Browser.administrator(server);
    document = TestServer.json(server.get("/openapi.json"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static long accounts() {
    Database database = server.database();
    return database.sql("SELECT COUNT(*) AS n FROM accounts").one(row -> row.number("n"));
  }

  /** Every read of the document, and every parameter of its path and query. */
  @Test
  void s09_no_filter_name_or_cursor_reaches_a_database_as_anything_but_a_value() {
    for (var path : document.get("paths").properties()) {
      JsonNode read = path.getValue().path("get");
      if (read.isMissingNode() || !path.getKey().startsWith("/api/")) {
        continue;
      }
      for (String attack : ATTACKS) {
        String text = URLEncoder.encode(attack, StandardCharsets.UTF_8).replace("+", "%20");
        String address = PARAMETER.matcher(path.getKey()).replaceAll(match -> text);
        if (!address.equals(path.getKey())) {
          assertHarmless(address);
        }
        for (JsonNode parameter : read.path("parameters")) {
          JsonNode told = resolved(parameter);
          if (told.path("in").asText().equals("query")) {
            assertHarmless(address + "?" + told.get("name").textValue() + "=" + text);
          }
        }
      }
    }
    assertThat(asked).isGreaterThan(500);
    // One of each that asked is there, and nobody went.
    assertThat(accounts()).isEqualTo(1 + asked / 150);
  }

  private static JsonNode resolved(JsonNode parameter) {
    JsonNode reference = parameter.path("$ref");
    return reference.isMissingNode() ? parameter : document.at(reference.textValue().substring(1));
  }

  private static void assertHarmless(String address) {
    if (++asked % 150 == 0) {
      // Whoever asks for so many things that are not there gets no answers any more.
      staff = Browser.administrator(server, staff);
    }
    HttpResponse<byte[]> answer = staff.get(address);
    assertThat(answer.statusCode()).as(address).isBetween(200, 499).isNotEqualTo(429);
    String text = TestServer.text(answer).toLowerCase(Locale.ROOT);
    assertThat(text)
        .as(address)
        .doesNotContain("sqlstate", "jdbc", "syntax error", "password_hash");
  }

  private static HttpResponse<byte[]> search(String email) {
    return staff.send(
        staff
            .request("POST", SEARCH, MAPPER.createObjectNode().put("email", email).toString())
            .header("X-Ktizo-Reason", "case%201"));
  }

  @Test
  void s09_a_search_finds_who_has_the_address_and_nobody_else() {
    assertThat(TestServer.text(Browser.expect(200, search(staff.email()))))
        .contains(staff.accountId());
    for (String attack : List.of("%@example.org", "_%", "' OR '1'='1' --@example.org", "*@*.*")) {
      HttpResponse<byte[]> answer = search(attack);
      assertThat(answer.statusCode()).as(attack).isIn(200, 404, 422);
      assertThat(TestServer.text(answer)).as(attack).doesNotContain(staff.accountId());
    }
  }

  /** Gadgets of published attacks on libraries that make objects from names in a document. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"@class\":\"com.sun.rowset.JdbcRowSetImpl\",\"dataSourceName\":\"ldap://127.0.0.1:1/a\"}",
        "{\"@type\":\"com.sun.rowset.JdbcRowSetImpl\",\"dataSourceName\":\"ldap://127.0.0.1:1/a\"}",
        "{\"@c\":\".JdbcRowSetImpl\"}",
        "{\"name\":[\"org.springframework.context.support.ClassPathXmlApplicationContext\",\"http://127.0.0.1:1/a\"],"
            + "\"scopes\":[\"orders:read\"]}",
        "[\"ch.qos.logback.core.db.DriverManagerConnectionSource\",{\"url\":\"jdbc:h2:mem:\"}]",
        "{\"!type\":\"java.lang.ProcessBuilder\"}"
      })
  void s08_a_document_does_not_choose_what_it_becomes(String gadget) {
    HttpResponse<byte[]> answer = staff.post("/api/v1/api-keys", gadget);
    assertThat(answer.statusCode()).as(gadget).isIn(400, 422);
    assertThat(TestServer.text(answer)).doesNotContain("jackson", "Exception", "rowset");
  }
}
