package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What another site's page can make a browser send changes nothing. */
class CsrfTest {
  private static final String KEY = "{\"name\":\"ci\",\"scopes\":[\"orders:read\"]}";

  @TempDir static Path data;
  private static TestServer server;
  private static Browser victim;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    victim = Browser.signedIn(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static HttpRequest.Builder post() {
    return victim.withCookie(
        HttpRequest.newBuilder(server.uri("/api/v1/api-keys"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(KEY)));
  }

  private static int keys() {
    return TestServer.json(expect(200, victim.get("/api/v1/api-keys"))).get("items").size();
  }

  private static void assertRefused(HttpResponse<byte[]> answer, int status, String code) {
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(status);
    assertThat(TestServer.json(answer).get("code").textValue()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cross-site", "same-site", "none", "", "SAME-ORIGIN", "same-origin, x"})
  void w03_a_change_from_elsewhere_is_refused_by_what_the_browser_says(String site) {
    int before = keys();
    assertRefused(
        server.send(post().header("Sec-Fetch-Site", site).build()), 403, "request.cross-site");
    assertThat(keys()).isEqualTo(before);
  }

  @Test
  void w03_a_change_without_any_sign_of_where_it_comes_from_is_refused() {
    int before = keys();
    assertRefused(server.send(post().build()), 403, "request.cross-site");
    assertThat(keys()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "https://evil.test",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "http://127.0.0.1.evil.test:{port}",
        "http://127.0.0.1:{port}@evil.test",
        "http://evil.test#127.0.0.1:{port}",
        "garbage"
      })
  void w03_an_origin_that_is_not_ours_is_refused(String origin) throws IOException {
    int before = keys();
    String sent = origin.replace("{port}", Integer.toString(server.port()));
    assertThat(raw("Origin: " + sent + "\r\n", "application/json", KEY))
        .startsWith("HTTP/1.1 403 ")
        .contains("request.cross-site");
    assertThat(keys()).isEqualTo(before);
  }

  @Test
  void an_origin_that_is_ours_is_enough() throws IOException {
    String own = "Origin: http://127.0.0.1:" + server.port() + "\r\n";
    assertThat(raw(own, "application/json", KEY)).startsWith("HTTP/1.1 201 ");
  }

  private static String raw(String headers, String type, String body) throws IOException {
    try (RawConnection raw = new RawConnection(server.port())) {
      return raw.write(
              "POST /api/v1/api-keys HTTP/1.1\r\nHost: 127.0.0.1:"
                  + server.port()
                  + "\r\nCookie: "
                  + Browser.COOKIE
                  + "="
                  + victim.cookie().orElseThrow()
                  + "\r\nContent-Type: "
                  + type
                  + "\r\nContent-Length: "
                  + body.length()
                  + "\r\nConnection: close\r\n"
                  + headers
                  + "\r\n"
                  + body)
          .readToEnd();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/jsonp",
    "text/json"
  })
  void w03_what_a_form_can_send_is_not_taken_for_json(String type) throws IOException {
    int before = keys();
    String own = "Sec-Fetch-Site: same-origin\r\n";
    assertThat(raw(own, type, KEY)).startsWith("HTTP/1.1 415 ");
    assertThat(keys()).isEqualTo(before);
  }

  @Test
  void the_sessions_token_is_enough_and_is_the_sessions_own() {
    String token = csrfToken(victim);
    expect(201, server.send(post().header("X-CSRF-Token", token).build()));

    Browser other = Browser.signedIn(server);
    for (String wrong :
        List.of(csrfToken(other), token.substring(1), token + "A", "", "AAAA", "null")) {
      assertRefused(
          server.send(post().header("X-CSRF-Token", wrong).build()), 403, "request.cross-site");
    }
    // A browser that says "cross-site" is believed, whatever else is sent.
    assertRefused(
        server.send(
            post().header("X-CSRF-Token", token).header("Sec-Fetch-Site", "cross-site").build()),
        403,
        "request.cross-site");
  }

  private static String csrfToken(Browser browser) {
    return TestServer.json(expect(200, browser.get("/api/v1/session")))
        .get("csrfToken")
        .textValue();
  }

  @Test
  void every_change_is_guarded_whatever_its_method() {
    for (String request :
        List.of(
            "PATCH /api/v1/account",
            "DELETE /api/v1/account",
            "PUT /api/v1/account/password",
            "DELETE /api/v1/sessions",
            "DELETE /api/v1/session",
            "POST /api/v1/session/proof")) {
      String[] parts = request.split(" ", -1);
      HttpRequest sent =
          victim
              .withCookie(
                  HttpRequest.newBuilder(server.uri(parts[1]))
                      .header("Content-Type", "application/json")
                      .method(parts[0], BodyPublishers.ofString("{}")))
              .build();
      assertRefused(server.send(sent), 403, "request.cross-site");
    }
    expect(200, victim.get("/api/v1/account"));
  }

  @Test
  void w03_signing_somebody_in_from_elsewhere_is_refused_too() {
    HttpRequest request =
        HttpRequest.newBuilder(server.uri("/api/v1/sessions"))
            .header("Content-Type", "application/json")
            .header("Sec-Fetch-Site", "cross-site")
            .POST(BodyPublishers.ofString("{\"email\":\"a@b.test\",\"password\":\"x\"}"))
            .build();
    assertRefused(server.send(request), 403, "request.cross-site");
  }
}
