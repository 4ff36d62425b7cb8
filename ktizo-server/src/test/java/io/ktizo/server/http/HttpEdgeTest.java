package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What no HTTP client would send, byte by byte: framing, limits, odd addresses, slow clients. */
class HttpEdgeTest {
  @TempDir static Path data;
  private static TestServer server;
  private static Browser member;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    member = Browser.signedIn(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String answer(String request) throws IOException {
    try (RawConnection raw = new RawConnection(server.port())) {
      return raw.write(request).readToEnd();
    }
  }

  private static String head(String line, String... headers) {
    return line + "\r\nHost: 127.0.0.1\r\n" + String.join("", headers) + "\r\n";
  }

  /** One refusal, and nothing of what follows taken for a request. */
  private static void assertOneRefusal(String answers, int... statuses) {
    assertThat(answers).startsWith("HTTP/1.1 4");
    assertThat(answers.split("HTTP/1\\.1 ", -1)).as(answers).hasSize(2);
    assertThat(Integer.parseInt(answers.substring(9, 12))).isIn(box(statuses));
    assertThat(answers).doesNotContain("Exception", "io.helidon", "java.");
  }

  private static List<Integer> box(int... statuses) {
    List<Integer> boxed = new ArrayList<>();
    for (int status : statuses) {
      boxed.add(status);
    }
    return boxed;
  }

  private static final String SMUGGLED = "GET /api/v1/shops HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding:\tchunked\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length: 5 5\r\n"
      })
  void n01_a_length_that_two_readers_could_take_for_two_is_refused_and_the_connection_closed(
      String framing) throws IOException {
    assertOneRefusal(
        answer(
            head("POST /api/v1/quotes HTTP/1.1", "Content-Type: application/json\r\n", framing)
                + "0\r\n\r\n"
                + SMUGGLED),
        400,
        411,
        413);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host : 127.0.0.1\r\n",
        " X-Folded: a\r\n",
        "X-No-Colon\r\n",
        "X-Bare: a\nX-Line: b\r\n",
        "X-Nul: a\u0000b\r\n",
        ": empty\r\n",
        "X(Odd): a\r\n"
      })
  void n02_header_fields_that_break_the_rules_are_refused(String header) throws IOException {
    String answers =
        answer(
            "GET /api/v1/shops HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + header
                + "Connection: close\r\n\r\n");
    assertOneRefusal(answers, 400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v1/shops\r\n\r\n",
        "GET  /api/v1/shops HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /api/v1/shops HTTP/9.9\r\nHost: a\r\n\r\n",
        "G\u0000T /api/v1/shops HTTP/1.1\r\nHost: a\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
        "GET /api/v1/shops HTTP/1.1\r\nConnection: close\r\n\r\n"
      })
  void n03_what_is_no_request_is_refused_and_the_connection_closed(String request)
      throws IOException {
    String answers = answer(request);
    if (!answers.isEmpty()) {
      assertOneRefusal(answers, 400, 404, 405, 501, 505);
    }
    expect(200, server.get("/api/v1/shops"));
  }

  @Test
  void n04_heads_beyond_the_limits_are_refused() throws IOException {
    assertOneRefusal(answer(head("GET /" + "a".repeat(9 << 10) + " HTTP/1.1")), 400, 414);
    assertOneRefusal(
        answer(head("GET /api/v1/shops HTTP/1.1", "X-Long: " + "a".repeat(17 << 10) + "\r\n")),
        400,
        431);
    StringBuilder many = new StringBuilder();
    for (int field = 0; field < 2_000; field++) {
      many.append("X-").append(field).append(": a\r\n");
    }
    assertOneRefusal(answer(head("GET /api/v1/shops HTTP/1.1", many.toString())), 400, 431);
    expect(200, server.get("/api/v1/shops"));
  }

  @Test
  void n05_bodies_beyond_the_limit_are_refused_before_they_are_read() throws IOException {
    String answers =
        answer(
            head(
                "POST /api/v1/sessions HTTP/1.1",
                "Content-Type: application/json\r\n",
                "Content-Length: 65537\r\n"));
    assertOneRefusal(answers, 413);
    assertThat(answers).contains("request.too-large").containsIgnoringCase("connection: close");
  }

  @Test
  void n06_a_client_that_stops_in_its_head_does_not_keep_others_waiting() throws IOException {
    List<RawConnection> slow = new ArrayList<>();
    try {
      for (int client = 0; client < 200; client++) {
        slow.add(new RawConnection(server.port()).write("GET /api/v1/shops HTTP/1.1\r\nHo"));
      }
      long start = System.nanoTime();
      expect(200, server.get("/api/v1/shops"));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    } finally {
      for (RawConnection connection : slow) {
        connection.close();
      }
    }
  }

  @Test
  void n07_requests_one_behind_the_other_are_answered_in_order() throws IOException {
    try (RawConnection raw = new RawConnection(server.port())) {
      raw.write(
          head("GET /favicon.svg HTTP/1.1")
              + head("GET /nothing HTTP/1.1")
              + head("HEAD /api/v1/shops HTTP/1.1", "Connection: close\r\n"));
      assertThat(raw.readAnswer()).startsWith("HTTP/1.1 200").contains("<svg");
      assertThat(raw.readAnswer()).startsWith("HTTP/1.1 404");
      String last = raw.readToEnd();
      assertThat(last).startsWith("HTTP/1.1 200").containsIgnoringCase("content-length: ");
      assertThat(last.substring(last.indexOf("\r\n\r\n") + 4)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET //api/v1/account",
        "GET /api//v1/account",
        "GET /api/v1/./account",
        "GET /api/v1/x/../account",
        "GET /api/v1/%61ccount",
        "GET /api/v1/account%2f",
        "GET /api/v1/account;x=1",
        "GET /api/v1/account;jsessionid=1",
        "GET /API/V1/ACCOUNT",
        "GET /api/v1/account/",
        "GET /api/v1/account%00",
        "GET /api/v1/account?x=1",
        "GET /api/v1/account#x",
        "HEAD /api/v1/account",
        "GET http://127.0.0.1/api/v1/account",
        "GET /api/v1/shops/../account",
        "GET /web/../api/v1/account",
        "GET /%2e%2e/api/v1/account",
        "GET /api/v1/account%20"
      })
  void z06_however_an_address_is_written_a_visitor_gets_nothing(String line) throws IOException {
    String answers = answer(head(line + " HTTP/1.1", "Connection: close\r\n"));

    assertThat(answers).matches("(?s)HTTP/1\\.1 (400|401|404) .*");
    assertThat(answers).doesNotContain("@mail.test");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X-HTTP-Method-Override: DELETE",
        "X-HTTP-Method: DELETE",
        "X-Method-Override: DELETE",
        "X-Original-URL: /api/v1/parked-events",
        "X-Rewrite-URL: /api/v1/parked-events",
        "X-Forwarded-For: 127.0.0.1",
        "X-Forwarded-User: administrator",
        "Forwarded: for=127.0.0.1"
      })
  void z06_no_header_makes_a_request_another_one(String header) throws IOException {
    String answers =
        answer(
            head(
                "GET /api/v1/account HTTP/1.1",
                "Cookie: " + Browser.COOKIE + "=" + member.cookie().orElseThrow() + "\r\n",
                header + "\r\n",
                "Connection: close\r\n"));
    assertThat(answers).startsWith("HTTP/1.1 200").contains(member.email());
    String staff =
        answer(
            head(
                "GET /api/v1/parked-events HTTP/1.1",
                "Cookie: " + Browser.COOKIE + "=" + member.cookie().orElseThrow() + "\r\n",
                header + "\r\n",
                "Connection: close\r\n"));
    assertThat(staff).startsWith("HTTP/1.1 403").contains("access.denied");
    expect(200, member.get("/api/v1/account"));
  }

  @Test
  void other_methods_are_told_what_there_is() throws IOException {
    String options = answer(head("OPTIONS /api/v1/account HTTP/1.1", "Connection: close\r\n"));
    assertThat(options).startsWith("HTTP/1.1 204").contains("DELETE, GET, HEAD, OPTIONS, PATCH");
    String trace = answer(head("TRACE /api/v1/account HTTP/1.1", "Connection: close\r\n"));
    assertThat(trace).startsWith("HTTP/1.1 405").contains("request.method-not-allowed");
    String connect = answer(head("CONNECT evil.test:443 HTTP/1.1", "Connection: close\r\n"));
    assertThat(connect).matches("(?s)HTTP/1\\.1 (400|404|405) .*");
  }

  @Test
  void every_answer_has_the_security_headers_and_an_id() {
    for (String path : List.of("/", "/api/v1/shops", "/api/v1/account", "/nothing")) {
      var headers = server.get(path).headers();
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe-inline", "unsafe-eval", "*");
      assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(headers.firstValue("X-Request-Id").orElseThrow()).matches("[0-9a-f]{24}");
      assertThat(headers.firstValue("Server")).isEmpty();
      assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
    assertThat(member.get("/api/v1/shops").headers().firstValue("Cache-Control"))
        .contains("no-store");
  }
}
