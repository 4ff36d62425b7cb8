package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.account.AddressThrottle;
import io.ktizo.server.Browser;
import io.ktizo.server.StlFiles;
import io.ktizo.server.Surroundings;
import io.ktizo.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
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

  /** Who sends on while he is refused may find the connection reset before he reads why. */
  private static void assertRefusedOrCutOff(String request) throws IOException {
    String answers;
    try (RawConnection raw = new RawConnection(server.port())) {
      answers = raw.write(request).readToEnd();
    } catch (SocketException cutOff) {
      return;
    }
    if (!answers.isEmpty()) {
      assertOneRefusal(answers, 400, 414, 431);
    }
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
        "Content-Length: 5 5\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length : 5\r\n",
        "X-Folded: a\r\n Transfer-Encoding: chunked\r\n"
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
  void n01_header_fields_that_break_the_rules_are_refused(String header) throws IOException {
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
  void what_is_no_request_is_refused_and_the_connection_closed(String request) throws IOException {
    String answers = answer(request);
    if (!answers.isEmpty()) {
      assertOneRefusal(answers, 400, 404, 405, 501, 505);
    }
    expect(200, server.get("/api/v1/shops"));
  }

  @Test
  void n07_heads_beyond_the_limits_are_refused() throws IOException {
    assertOneRefusal(answer(head("GET /" + "a".repeat(9 << 10) + " HTTP/1.1")), 400, 414);
    assertOneRefusal(
        answer(head("GET /api/v1/shops HTTP/1.1", "X-Long: " + "a".repeat(17 << 10) + "\r\n")),
        400,
        431);
    StringBuilder many = new StringBuilder();
    for (int field = 0; field < 10_000; field++) {
      many.append("X-").append(field).append(": a\r\n");
    }
    for (String endless :
        List.of(
            head("GET /" + "a".repeat(1 << 20) + " HTTP/1.1"),
            head("GET /api/v1/shops HTTP/1.1", "X-Long: " + "a".repeat(1 << 20) + "\r\n"),
            head("GET /api/v1/shops HTTP/1.1", many.toString()))) {
      assertRefusedOrCutOff(endless);
    }
    expect(200, server.get("/api/v1/shops"));
  }

  @Test
  void bodies_beyond_the_limit_are_refused_before_they_are_read() throws IOException {
    String answers =
        answer(
            head(
                "POST /api/v1/sessions HTTP/1.1",
                "Content-Type: application/json\r\n",
                "Content-Length: 65537\r\n"));
    assertOneRefusal(answers, 413);
    assertThat(answers).contains("request.too-large").containsIgnoringCase("connection: close");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v1/models/x%0d%0aX-Evil:%201",
        "GET /%0d%0aX-Evil:%201",
        "GET /api/v1/account?after=%0d%0aX-Evil:%201",
        "POST /api/v1/models?name=a%0d%0aX-Evil:%201",
        "GET /api/v1/shops?limit=1%0aX-Evil:%201",
        "GET /api/v1/models/x%E5%98%8A%E5%98%8DX-Evil:%201"
      })
  void n05_no_line_end_in_an_address_splits_an_answer(String line) throws IOException {
    String answers =
        answer(head(line + " HTTP/1.1", "Content-Length: 0\r\n", "Connection: close\r\n"));

    assertThat(answers).startsWith("HTTP/1.1 ");
    assertThat(answers.substring(0, answers.indexOf("\r\n\r\n")))
        .doesNotContainIgnoringCase("x-evil");
  }

  @Test
  void n06_a_thousand_clients_that_stop_in_their_heads_do_not_keep_others_waiting()
      throws IOException {
    long before = slowestOf(200);
    List<RawConnection> slow = new ArrayList<>();
    try {
      for (int client = 0; client < 1_000; client++) {
        slow.add(new RawConnection(server.port()).write("GET /api/v1/shops HTTP/1.1\r\nHo"));
      }
      // Twice, and a quarter of a second for what else this machine does.
      assertThat(slowestOf(200)).isLessThan(2 * before + 250_000_000L);
    } finally {
      for (RawConnection connection : slow) {
        connection.close();
      }
    }
  }

  /** The time that 99 of 100 requests kept, in nanoseconds. */
  private static long slowestOf(int requests) {
    long[] nanos = new long[requests];
    for (int i = 0; i < requests; i++) {
      long start = System.nanoTime();
      expect(200, server.get("/api/v1/shops"));
      nanos[i] = System.nanoTime() - start;
    }
    Arrays.sort(nanos);
    return nanos[requests * 99 / 100];
  }

  @Test
  void requests_one_behind_the_other_are_answered_in_order() throws IOException {
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
  void n10_bodies_that_blow_up_are_refused_fast() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream packed = new GZIPOutputStream(bomb)) {
      packed.write(new byte[1 << 20]);
    }
    assertRefusedFast(bomb.toByteArray(), "Content-Encoding: gzip\r\n", 400, 413, 415);
    for (String json :
        List.of(
            "[".repeat(100_000),
            "{\"model\":" + "[".repeat(30_000) + "]".repeat(30_000) + "}",
            "{" + "\"a\":1,".repeat(1_000_000) + "\"b\":1}",
            "{\"quantity\":" + "9".repeat(1_000_000) + "}",
            "{\"quantity\":" + "9".repeat(60_000) + "}")) {
      assertRefusedFast(json.getBytes(StandardCharsets.US_ASCII), "", 400, 413);
    }
  }

  private static void assertRefusedFast(byte[] body, String header, int... statuses)
      throws IOException {
    long fastest = Long.MAX_VALUE;
    for (int attempt = 0; attempt < 5; attempt++) {
      long start = System.nanoTime();
      try (RawConnection raw = new RawConnection(server.port())) {
        raw.write(
            head(
                "POST /api/v1/quotes HTTP/1.1",
                "Content-Type: application/json\r\n",
                header,
                "Content-Length: " + body.length + "\r\n"));
        // A body that is not wanted may be refused before it was sent.
        raw.write(Arrays.copyOf(body, Math.min(body.length, 64 << 10)));
        assertThat(Integer.parseInt(raw.readAnswer().substring(9, 12))).isIn(box(statuses));
      }
      fastest = Math.min(fastest, System.nanoTime() - start);
    }
    assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(100));
  }

  @Test
  void n11_what_is_for_operators_or_for_nobody_is_not_on_this_port() throws IOException {
    for (String path :
        List.of(
            "/metrics",
            "/health",
            "/health/live",
            "/health/ready",
            "/observe",
            "/h2-console",
            "/console",
            "/actuator",
            "/.git/config",
            "/META-INF/openapi.yaml",
            "/web/")) {
      assertThat(answer(head("GET " + path + " HTTP/1.1", "Connection: close\r\n")))
          .as(path)
          .startsWith("HTTP/1.1 404");
    }
  }

  @Test
  void n11_other_methods_are_told_what_there_is() throws IOException {
    String options = answer(head("OPTIONS /api/v1/account HTTP/1.1", "Connection: close\r\n"));
    assertThat(options).startsWith("HTTP/1.1 204").contains("DELETE, GET, HEAD, OPTIONS, PATCH");
    String trace = answer(head("TRACE /api/v1/account HTTP/1.1", "Connection: close\r\n"));
    assertThat(trace).startsWith("HTTP/1.1 405").contains("request.method-not-allowed");
    String connect = answer(head("CONNECT evil.test:443 HTTP/1.1", "Connection: close\r\n"));
    assertThat(connect).matches("(?s)HTTP/1\\.1 (400|404|405) .*");
  }

  @Test
  void w05_every_answer_has_the_security_headers_and_an_id() {
    String model = "/api/v1/models/" + server.modelId(StlFiles.cube(20));
    for (String path :
        List.of("/", "/api/v1/shops", "/api/v1/account", "/nothing", model, model + "/mesh")) {
      var headers = server.get(path).headers();
      assertThat(headers.firstValue("X-Content-Type-Options")).contains("nosniff");
      assertThat(headers.firstValue("Content-Security-Policy").orElseThrow())
          .contains("default-src 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe-inline", "unsafe-eval", "*");
      assertThat(headers.firstValue("Referrer-Policy")).contains("no-referrer");
      assertThat(headers.firstValue("Cross-Origin-Opener-Policy")).contains("same-origin");
      assertThat(headers.firstValue("Cross-Origin-Resource-Policy")).contains("same-origin");
      assertThat(headers.firstValue("X-Request-Id").orElseThrow()).matches("[0-9a-f]{24}");
      assertThat(headers.firstValue("Server")).isEmpty();
      assertThat(headers.firstValue("Access-Control-Allow-Origin")).isEmpty();
    }
    assertThat(server.get(model + "/mesh").headers().firstValue("Content-Disposition"))
        .hasValueSatisfying(value -> assertThat(value).startsWith("attachment"));
    for (String path : List.of("/api/v1/shops", "/api/v1/account", "/api/v1/api-keys/x")) {
      assertThat(member.get(path).headers().firstValue("Cache-Control")).contains("no-store");
    }
  }

  @Test
  void of_many_changes_that_are_based_on_one_version_one_is_made() throws Exception {
    Browser browser = Browser.signedIn(server);
    String tag = browser.get("/api/v1/account").headers().firstValue("ETag").orElseThrow();
    List<Integer> statuses = new ArrayList<>();
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> all = new ArrayList<>();
      for (int number = 0; number < 12; number++) {
        String json = "{\"name\":\"Name " + number + "\"}";
        all.add(
            threads.submit(
                () -> {
                  start.await();
                  return browser
                      .send(
                          browser.request("PATCH", "/api/v1/account", json).header("If-Match", tag))
                      .statusCode();
                }));
      }
      start.countDown();
      for (Future<Integer> one : all) {
        statuses.add(one.get());
      }
    }
    assertThat(statuses).containsOnly(200, 412).containsOnlyOnce(200);
  }

  /** Servers whose settings differ. */
  @Nested
  class Otherwise {
    @TempDir Path folder;

    @Test
    void z08_whoever_guesses_ids_is_stopped_and_learns_nothing() {
      AddressThrottle.Limits few = new AddressThrottle.Limits(3, 1, 100, 50, 100);
      try (TestServer guarded = TestServer.throttled(folder, few)) {
        String model = "/api/v1/models/" + guarded.modelId(StlFiles.cube(20));
        for (int guess = 0; guess < 30; guess++) {
          expect(200, guarded.get(model));
          expect(404, guarded.get("/api/v1/models/model_" + UUID.randomUUID()));
        }

        HttpResponse<byte[]> wrong = guarded.get("/api/v1/models/model_" + UUID.randomUUID());
        HttpResponse<byte[]> right = guarded.get(model);

        for (HttpResponse<byte[]> refused : List.of(wrong, right)) {
          expect(429, refused);
          assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
              .isBetween(1L, 60L);
          assertThat(TestServer.json(refused).get("code"))
              .isEqualTo(TestServer.json(wrong).get("code"));
        }
        expect(200, guarded.get("/api/v1/shops"));
        guarded.pass(Duration.ofMinutes(1));
        expect(200, guarded.get(model));
      }
    }

    @Test
    void n06_a_head_that_never_ends_is_cut_off_although_bytes_keep_coming() throws IOException {
      try (TestServer hasty = hasty(observation -> {});
          RawConnection first = new RawConnection(hasty.port());
          RawConnection field = new RawConnection(hasty.port())) {
        first.write("GET /api/v1/sho");
        field.write("GET /api/v1/shops HTTP/1.1\r\nHost: a\r\nX-A: ");
        long start = System.nanoTime();
        boolean firstOpen = true;
        boolean fieldOpen = true;
        while (firstOpen || fieldOpen) {
          firstOpen = firstOpen && first.drip("p");
          fieldOpen = fieldOpen && field.drip("a");
          assertThat(Duration.ofNanos(System.nanoTime() - start))
              .isLessThan(Duration.ofSeconds(25));
        }
        expect(200, hasty.get("/api/v1/shops"));
      }
    }

    @Test
    void n06_a_client_that_never_takes_its_answers_is_cut_off() throws Exception {
      CountDownLatch cut = new CountDownLatch(1);
      try (TestServer hasty =
              hasty(
                  observation -> {
                    if (observation.nanos() > 900_000_000L) {
                      cut.countDown();
                    }
                  });
          RawConnection lazy = new RawConnection(hasty.port())) {
        // 20 MB, more than lies in buffers on the way.
        lazy.write(head("GET /app.js HTTP/1.1").repeat(2_000));
        assertThat(cut.await(25, TimeUnit.SECONDS)).isTrue();
      }
    }

    private TestServer hasty(Observer observer) {
      Surroundings none = Surroundings.none();
      Duration second = Duration.ofSeconds(1);
      return TestServer.with(
          folder,
          TestServer.settings(folder)
              .with(
                  new Surroundings(
                      none.operations(),
                      observer,
                      none.tls(),
                      none.proxies(),
                      none.passkeys(),
                      none.keys(),
                      none.databaseConnections(),
                      none.connections(),
                      none.requests(),
                      none.grace(),
                      new Patience(Duration.ofSeconds(30), second, second, second))));
    }
  }
}
