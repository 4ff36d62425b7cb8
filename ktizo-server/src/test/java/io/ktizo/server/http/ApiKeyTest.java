package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys by which programs act for somebody. */
class ApiKeyTest {
  @TempDir static Path data;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode issue(Browser owner, String scopes, String more) {
    return TestServer.json(
        expect(
            201,
            owner.post(
                "/api/v1/api-keys", "{\"name\":\"ci\",\"scopes\":[" + scopes + "]" + more + "}")));
  }

  private static HttpResponse<byte[]> use(String key, String method, String path) {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Authorization", "Bearer " + key)
            .header("Content-Type", "application/json")
            .method(
                method,
                method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("{}"))
            .build());
  }

  private static String code(HttpResponse<byte[]> problem) {
    return TestServer.json(problem).get("code").textValue();
  }

  @Test
  void a_key_is_shown_once_and_opens_what_its_scopes_say() {
    Browser owner = Browser.signedIn(server);
    JsonNode issued = issue(owner, "\"quotes:write\",\"shop:read\"", "");
    String key = issued.get("key").textValue();

    assertThat(key).matches("ktizo_key_[0-9a-z]{26}_[A-Za-z0-9_-]{43}");
    assertThat(TestServer.text(expect(200, owner.get("/api/v1/api-keys"))))
        .contains(issued.get("id").textValue())
        .doesNotContain(key.substring(key.length() - 43));
    expect(200, use(key, "GET", "/api/v1/shops"));
    // Let through to the quote desk, which misses a model; no page's origin is asked for.
    assertThat(code(expect(422, use(key, "POST", "/api/v1/quotes")))).isEqualTo("request.invalid");
    assertThat(code(expect(403, use(key, "GET", "/api/v1/quotes/quote_x"))))
        .isEqualTo("key.scope-missing");
  }

  @Test
  void no_key_reaches_what_takes_a_person_not_even_an_administrators() {
    Browser administrator = Browser.administrator(server);
    String all =
        "\"quotes:write\",\"quotes:read\",\"orders:write\",\"orders:read\",\"files:read\","
            + "\"shop:write\",\"shop:read\",\"finance:read\"";
    String key = issue(administrator, all, "").get("key").textValue();

    for (String request :
        List.of(
            "GET /api/v1/account",
            "DELETE /api/v1/account",
            "POST /api/v1/api-keys",
            "GET /api/v1/api-keys",
            "GET /api/v1/sessions",
            "DELETE /api/v1/sessions",
            "GET /api/v1/parked-events",
            "GET /api/v1/members/" + administrator.accountId())) {
      String[] parts = request.split(" ", -1);
      assertThat(code(expect(403, use(key, parts[0], parts[1]))))
          .as(request)
          .isEqualTo("key.not-allowed");
    }
  }

  @Test
  void a_key_that_was_taken_back_or_is_over_opens_nothing() {
    Browser owner = Browser.signedIn(server);
    JsonNode revoked = issue(owner, "\"shop:read\"", "");
    JsonNode short_ = issue(owner, "\"shop:read\"", ",\"days\":1");
    String shorts = short_.get("key").textValue();
    expect(200, use(shorts, "GET", "/api/v1/shops"));

    String path = "/api/v1/api-keys/" + revoked.get("id").textValue();
    Browser stranger = Browser.signedIn(server);
    assertThat(code(expect(404, stranger.delete(path)))).isEqualTo("object.not-found");
    expect(200, use(revoked.get("key").textValue(), "GET", "/api/v1/shops"));
    expect(204, owner.delete(path));
    HttpResponse<byte[]> after = use(revoked.get("key").textValue(), "GET", "/api/v1/shops");
    assertThat(code(expect(401, after))).isEqualTo("key.unknown");
    assertThat(after.headers().firstValue("WWW-Authenticate")).isPresent();

    server.pass(Duration.ofHours(25));
    expect(401, use(shorts, "GET", "/api/v1/shops"));
  }

  @Test
  void what_is_no_key_is_refused_even_where_nobody_needs_one() {
    Browser owner = Browser.signedIn(server);
    String key = issue(owner, "\"shop:read\"", "").get("key").textValue();
    for (String wrong :
        List.of(
            "x",
            key + "x",
            key.substring(0, key.length() - 1),
            key.replace("ktizo_key_", "ktizo_key_0"),
            key.substring(0, key.length() - 43) + "A".repeat(43),
            "ktizo_key__",
            "_".repeat(150))) {
      assertThat(code(expect(401, use(wrong, "GET", "/api/v1/shops")))).isEqualTo("key.unknown");
    }
    HttpRequest basic =
        HttpRequest.newBuilder(server.uri("/api/v1/shops"))
            .header("Authorization", "Basic " + key)
            .build();
    expect(401, server.send(basic));
  }

  @Test
  void a_key_needs_a_fresh_proof_a_name_and_scopes_that_exist() {
    Browser owner = Browser.signedIn(server);
    HttpResponse<byte[]> wrong =
        expect(
            422,
            owner.post(
                "/api/v1/api-keys",
                "{\"name\":\"a\\u0000b\",\"scopes\":[\"shop:read\",\"root\",7],\"days\":0,\"x\":1}"));
    assertThat(
            TestServer.json(wrong)
                .get("errors")
                .valueStream()
                .map(error -> error.get("pointer").textValue()))
        .contains("/name", "/scopes/2", "/x");
    expect(422, owner.post("/api/v1/api-keys", "{\"name\":\"a\",\"scopes\":[\"root\"]}"));
    expect(422, owner.post("/api/v1/api-keys", "{\"name\":\"a\",\"scopes\":[]}"));
    expect(
        422,
        owner.post("/api/v1/api-keys", "{\"name\":\"a\",\"scopes\":[\"shop:read\"],\"days\":0}"));

    server.pass(Duration.ofMinutes(11));
    assertThat(
            code(
                expect(
                    403,
                    owner.post("/api/v1/api-keys", "{\"name\":\"a\",\"scopes\":[\"shop:read\"]}"))))
        .isEqualTo("step-up.required");
  }
}
