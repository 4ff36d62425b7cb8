package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.server.Foundation;
import io.ktizo.server.StlFiles;
import io.ktizo.server.TestServer;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is sent, the answer is a clear problem document (or the end of a connection whose client
 * is gone), nothing is left on disk or in the database, and the next request is served.
 */
class HttpBadInputTest {
  private static final String NO_MODEL = "model_0199a3c2-7d1e-7b3a-9c51-0f4e6d2b8a17";

  @TempDir static Path data;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
  }

  @AfterAll
  static void stop_and_find_no_row_either() throws SQLException {
    server.close();
    try (Foundation database =
            Foundation.open(new Foundation.Place.Folder(data), InstantSource.system());
        Connection connection = database.dataSource().getConnection();
        ResultSet rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT (SELECT COUNT(*) FROM uploaded_model)"
                        + " + (SELECT COUNT(*) FROM issued_quote)")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isZero();
    }
  }

  @AfterEach
  void nothing_is_left_and_the_next_request_is_served() {
    assertThat(server.get("/api/v1/shops").statusCode()).isEqualTo(200);
    // A connection broken a moment ago may only now be taken up, and let go.
    awaitNoFiles();
  }

  @Test
  void an_empty_file_is_refused_in_the_readers_words() {
    assertProblem(server.sendModel("?name=a.stl", new byte[0]), 422, "mesh.empty");
  }

  @Test
  void a_file_cut_anywhere_is_refused() {
    byte[] cube = StlFiles.cube(20);
    for (int length : new int[] {1, 83, 84, 100, 133, 134, cube.length - 51, cube.length - 1}) {
      HttpResponse<byte[]> answer = server.sendModel("?name=a.stl", Arrays.copyOf(cube, length));
      assertThat(answer.statusCode()).as("cut after %d bytes", length).isIn(415, 422);
      assertThat(problem(answer).get("code").textValue()).startsWith("mesh.");
    }
  }

  @Test
  void a_picture_called_stl_is_refused_by_its_content() {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H'};
    assertProblem(server.sendModel("?name=a.stl", png), 415, "mesh.unknown-format");
  }

  @Test
  void a_page_called_stl_is_refused_by_its_content() {
    byte[] page = "<!doctype html><script>alert(1)</script>".getBytes(StandardCharsets.UTF_8);
    assertProblem(server.sendModel("?name=a.stl", page), 415, "mesh.unknown-format");
  }

  @Test
  void a_step_file_is_named_as_what_it_is() {
    String step = "ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n";
    assertProblem(
        server.sendModel("?name=a.step", step.getBytes(StandardCharsets.US_ASCII)),
        415,
        "mesh.needs-review");
  }

  @Test
  void a_count_that_the_file_does_not_keep_is_refused() {
    byte[] cube = StlFiles.cube(20);
    ByteBuffer.wrap(cube).order(ByteOrder.LITTLE_ENDIAN).putInt(80, -1);
    HttpResponse<byte[]> answer = server.sendModel("?name=a.stl", cube);
    assertThat(answer.statusCode()).isIn(415, 422);
    assertThat(problem(answer).get("code").textValue()).startsWith("mesh.");
  }

  @Test
  void more_triangles_than_allowed_are_refused() {
    // Within the limit on bytes, beyond the one on triangles.
    int triangles = TestServer.LIMITS.triangles() + 1;
    byte[] file = new byte[84 + 50 * triangles];
    assertThat((long) file.length).isLessThan(TestServer.LIMITS.bytes());
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(80, triangles);
    assertProblem(server.sendModel("?name=a.stl", file), 422, "mesh.too-complex");
  }

  @Test
  void a_file_beyond_the_limit_is_refused_before_it_is_sent() throws IOException {
    try (RawConnection raw = new RawConnection(server.port())) {
      // The body never comes: the refusal rests on the length alone.
      long length = TestServer.LIMITS.bytes() + 1;
      String answer = raw.write(head("POST /api/v1/models?name=a.stl", length)).readToEnd();
      assertRawProblem(answer, 413, "request.too-large");
    }
  }

  @Test
  void a_length_beyond_all_measure_is_refused_and_the_connection_closed() throws IOException {
    for (String length : List.of("99999999999", "9223372036854775807")) {
      try (RawConnection raw = new RawConnection(server.port())) {
        String head = "POST /api/v1/models HTTP/1.1\r\nHost: x\r\nContent-Length: " + length;
        assertRawProblem(raw.write(head + "\r\n\r\nabc").readToEnd(), 413, "request.too-large");
      }
    }
  }

  @Test
  void a_client_that_sends_on_after_a_refusal_still_gets_the_answer() {
    byte[] large = new byte[(int) TestServer.LIMITS.bytes() + 500_000];
    assertProblem(server.sendModel("?name=a.stl", large), 413, "request.too-large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "/etc/passwd",
        "C:\\model.stl",
        "a/b.stl",
        ".",
        "..",
        "   ",
        "",
        "a\u0000.stl",
        "a\r\nSet-Cookie: x=1.stl",
        "a\tb.stl",
        "\u202Elts.exe",
        "a\u200Bb.stl",
        "a\u2028b.stl",
        "\uFEFFa.stl",
        "a\uE000.stl"
      })
  void a_hostile_name_is_refused(String name) {
    String query = "?name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    JsonNode problem =
        assertProblem(server.sendModel(query, StlFiles.cube(20)), 422, "model.bad-name");
    assertThat(problem.at("/errors/0/pointer").textValue()).isEqualTo("?name");
  }

  @Test
  void a_name_that_is_too_long_is_refused() {
    for (int length : new int[] {201, 5_000}) {
      assertProblem(
          server.sendModel("?name=" + "a".repeat(length), StlFiles.cube(20)),
          422,
          "model.bad-name");
    }
    // Beyond what a request line may have.
    HttpResponse<byte[]> answer =
        server.sendModel("?name=" + "a".repeat(10_000), StlFiles.cube(20));
    assertThat(answer.statusCode()).isBetween(400, 499);
    assertThat(problem(answer).get("code").textValue()).startsWith("request.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%ff.stl", "%c0%af.stl", "%ed%a0%80.stl", "a%00b"})
  void a_name_that_is_no_text_is_refused(String name) {
    assertProblem(server.sendModel("?name=" + name, StlFiles.cube(20)), 422, "model.bad-name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%zz", "%", "a%4"})
  void broken_percent_encoding_is_refused(String name) throws IOException {
    byte[] cube = StlFiles.cube(20);
    try (RawConnection raw = new RawConnection(server.port())) {
      String answer =
          raw.write(head("POST /api/v1/models?name=" + name, cube.length)).write(cube).readToEnd();
      assertThat(answer).startsWith("HTTP/1.1 4").contains("\"code\":");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"?nam=a.stl", "?name=a.stl&name=b.stl", "?name=a.stl&x=1"})
  void a_query_that_says_something_else_is_refused(String query) {
    assertProblem(server.sendModel(query, StlFiles.cube(20)), 400, "request.bad-query");
  }

  @Test
  void a_form_is_refused_with_a_hint() {
    HttpResponse<byte[]> answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/api/v1/models"))
                .header("Content-Type", "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofString("--x\r\n\r\nabc\r\n--x--\r\n"))
                .build());
    JsonNode problem = assertProblem(answer, 415, "request.unsupported-media-type");
    assertThat(problem.get("detail").textValue()).contains("not a form");
  }

  @Test
  void n10_a_compressed_body_is_refused() {
    HttpResponse<byte[]> answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/api/v1/models"))
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(StlFiles.cube(20)))
                .build());
    assertThat(answer.statusCode()).isBetween(400, 499);
    assertThat(problem(answer).get("code").textValue()).startsWith("request.");
  }

  @Test
  void n01_a_chunked_body_is_refused_and_never_read_as_the_next_request() throws IOException {
    try (RawConnection raw = new RawConnection(server.port())) {
      String chunked =
          String.join(
              "\r\n",
              "POST /api/v1/models?name=a.stl HTTP/1.1",
              "Host: x",
              "Transfer-Encoding: chunked",
              "",
              "5",
              "hello",
              "0",
              "",
              "");
      String next = String.join("\r\n", "GET /api/v1/shops HTTP/1.1", "Host: x", "", "");
      String answer = raw.write(chunked + next).readToEnd();
      assertRawProblem(answer, 411, "request.length-required");
      assertThat(answer.toLowerCase(Locale.ROOT)).contains("connection: close");
      assertThat(answer.split("HTTP/1\\.1 ", -1)).as("one answer").hasSize(2);
    }
  }

  @Test
  void a_chunked_body_that_never_comes_does_not_hold_the_connection() throws IOException {
    Instant start = Instant.now();
    try (RawConnection raw = new RawConnection(server.port())) {
      String head = "POST /api/v1/quotes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
      assertRawProblem(raw.write(head).readToEnd(), 411, "request.length-required");
    }
    assertThat(Duration.between(start, Instant.now())).isLessThan(Duration.ofSeconds(8));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\nContent-Length: 3",
        "Content-Length: 3\r\nContent-Length: 4",
        "Content-Length: +3",
        "Content-Length: -1",
        "Content-Length: 3, 4",
        "Content-Length: three",
        "Content-Length : 3",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: gzip, chunked",
      })
  void n01_a_body_whose_end_is_unclear_is_refused_and_the_connection_closed(String headers)
      throws IOException {
    try (RawConnection raw = new RawConnection(server.port())) {
      String answer =
          raw.write(
                  "POST /api/v1/models HTTP/1.1\r\nHost: x\r\n"
                      + headers
                      + "\r\n\r\nabcGET /api/v1/shops HTTP/1.1\r\nHost: x\r\n\r\n")
              .readToEnd();
      assertThat(answer).matches(Pattern.compile("HTTP/1\\.1 [45].*", Pattern.DOTALL));
      assertThat(answer).contains("\"code\":\"request.").doesNotContain("\"shops\"");
    }
  }

  @Test
  void a_body_without_a_length_is_refused() throws IOException {
    try (RawConnection raw = new RawConnection(server.port())) {
      String answer = raw.write("POST /api/v1/models HTTP/1.1\r\nHost: x\r\n\r\n").readAnswer();
      assertRawProblem(answer, 411, "request.length-required");
    }
  }

  @Test
  void a_client_that_goes_in_the_middle_leaves_nothing_behind() throws IOException {
    byte[] cube = StlFiles.cube(20);
    for (int sent : new int[] {0, 1, 84, 300, cube.length - 1}) {
      RawConnection raw = new RawConnection(server.port());
      raw.write(head("POST /api/v1/models?name=a.stl", cube.length));
      raw.write(Arrays.copyOf(cube, sent)).reset();
    }
    awaitNoFiles();
  }

  @Test
  void a_client_that_closes_before_the_end_leaves_nothing_behind() throws IOException {
    byte[] cube = StlFiles.cube(20);
    try (RawConnection raw = new RawConnection(server.port())) {
      raw.write(head("POST /api/v1/models?name=a.stl", cube.length + 100)).write(cube);
    }
    awaitNoFiles();
  }

  @Test
  void bytes_beyond_the_length_are_not_part_of_the_model() throws IOException {
    byte[] cube = StlFiles.cube(20);
    try (RawConnection raw = new RawConnection(server.port())) {
      // Said to be one triangle shorter than it is: the file that arrives is cut.
      raw.write(head("POST /api/v1/models?name=a.stl", cube.length - 50)).write(cube);
      assertThat(raw.readAnswer()).startsWith("HTTP/1.1 4").contains("\"code\":\"mesh.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "\"x\"",
        "{\"model\":1} x",
        "{\"model\":\"a\",\"model\":\"b\"}",
        "{'model':1}",
        "{\"model\":NaN}",
        "\uFEFF{}"
      })
  void what_is_no_json_object_is_refused(String body) {
    assertProblem(server.ask(body), 400, "request.malformed");
  }

  @Test
  void json_that_is_no_utf8_is_refused() {
    byte[] utf16 = "{\"model\":\"x\"}".getBytes(StandardCharsets.UTF_16);
    byte[] latin = "{\"model\":\"\u00e9\"}".getBytes(StandardCharsets.ISO_8859_1);
    for (byte[] body : List.of(utf16, latin)) {
      HttpResponse<byte[]> answer =
          server.send(
              HttpRequest.newBuilder(server.uri("/api/v1/quotes"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofByteArray(body))
                  .build());
      assertProblem(answer, 400, "request.malformed");
    }
  }

  @Test
  void n10_json_beyond_its_limits_is_refused() {
    String deep = "{\"model\":" + "[".repeat(20_000) + "]".repeat(20_000) + "}";
    String longNumber = "{\"quantity\":" + "9".repeat(10_000) + "}";
    String longText = "{\"model\":\"" + "a".repeat(10_000) + "\"}";
    for (String body : List.of(deep, longNumber, longText)) {
      assertProblem(server.ask(body), 400, "request.malformed");
    }
    String longer = "{\"model\":\"" + "a".repeat(70_000) + "\"}";
    assertProblem(server.ask(longer), 413, "request.too-large");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"text/plain", "application/x-www-form-urlencoded", "application/problem+json"})
  void json_under_another_type_is_refused(String type) {
    HttpResponse<byte[]> answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/api/v1/quotes"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{}"))
                .build());
    assertProblem(answer, 415, "request.unsupported-media-type");
  }

  @Test
  void every_wrong_field_is_named_with_its_pointer() {
    String body =
        """
        {"quantity": 0, "materials": ["PLA", "PLA", "", 7], "qualities": "fine",
         "leadTime": "a b", "unit": "PARSEC", "shops": ["nobody"], "price": 1, "a/b~c": 2}
        """;
    JsonNode problem = assertProblem(server.ask(body), 422, "request.invalid");
    assertThat(problem.get("errors").findValuesAsText("pointer"))
        .containsExactlyInAnyOrder(
            "/model",
            "/quantity",
            "/materials/1",
            "/materials/2",
            "/materials/3",
            "/qualities",
            "/leadTime",
            "/unit",
            "/shops/0",
            "/price",
            "/a~1b~0c");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "0",
        "1000001",
        "2147483648",
        "99999999999999999999",
        "1.5",
        "1e3",
        "\"2\"",
        "true",
        "null"
      })
  void a_quantity_that_is_no_number_of_copies_is_refused(String quantity) {
    String body = "{\"model\":\"" + NO_MODEL + "\",\"quantity\":" + quantity + "}";
    JsonNode problem = assertProblem(server.ask(body), 422, "request.invalid");
    assertThat(problem.get("errors").findValuesAsText("pointer")).containsExactly("/quantity");
  }

  @Test
  void a_model_that_is_not_there_is_refused() {
    JsonNode problem =
        assertProblem(server.ask("{\"model\":\"" + NO_MODEL + "\"}"), 422, "request.invalid");
    assertThat(problem.at("/errors/0/code").textValue()).isEqualTo("model.not-found");
    for (String part : List.of("", "/thumbnail", "/mesh")) {
      assertProblem(server.get("/api/v1/models/" + NO_MODEL + part), 404, "model.not-found");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/models/..%2f..%2fetc%2fpasswd",
        "/api/v1/models/%00",
        "/api/v1/models/x",
        "/api/v2/shops",
        "/api/v1",
        "/lib/..%2fapp.js",
        "/web/app.js",
        "/META-INF/openapi.yaml",
        "/api/v1/quotes/quote_1"
      })
  void a_path_that_leads_nowhere_is_not_found(String path) {
    HttpResponse<byte[]> answer = server.get(path);
    assertThat(answer.statusCode()).isIn(400, 404);
    assertThat(problem(answer).get("status").intValue()).isEqualTo(answer.statusCode());
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "TRACE", "BREW"})
  void a_method_that_a_path_does_not_take_is_refused_with_those_it_takes(String method) {
    HttpResponse<byte[]> answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/api/v1/models"))
                .method(method, BodyPublishers.noBody())
                .build());
    assertProblem(answer, 405, "request.method-not-allowed");
    assertThat(answer.headers().firstValue("Allow")).contains("OPTIONS, POST");
  }

  @Test
  void w03_pages_of_other_sites_change_nothing() {
    for (List<String> header :
        List.of(
            List.of("Sec-Fetch-Site", "cross-site"),
            List.of("Sec-Fetch-Site", "same-site"),
            List.of("Origin", "https://elsewhere.example"),
            List.of("Origin", "null"))) {
      HttpResponse<byte[]> answer =
          server.send(
              HttpRequest.newBuilder(server.uri("/api/v1/models?name=a.stl"))
                  .header(header.get(0), header.get(1))
                  .POST(BodyPublishers.ofByteArray(StlFiles.cube(20)))
                  .build());
      assertProblem(answer, 403, "request.cross-site");
    }
  }

  @Test
  void n07_heads_beyond_their_limits_are_refused() throws IOException {
    String longLine = "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n";
    String longHeader = "GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n";
    String manyHeaders = "GET / HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(10_000) + "\r\n";
    String noHost = "GET / HTTP/1.1\r\n\r\n";
    String twoHosts = "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n";
    for (String request : List.of(longLine, longHeader, manyHeaders, noHost, twoHosts)) {
      try (RawConnection raw = new RawConnection(server.port())) {
        String answer = raw.write(request).readAnswer();
        assertThat(answer).startsWith("HTTP/1.1 4").contains("application/problem+json");
      }
    }
  }

  @Test
  void n11_what_is_sent_is_never_repeated_in_a_refusal() {
    String canary = "canary-7f3a";
    List<HttpResponse<byte[]>> answers =
        List.of(
            server.sendModel("?name=" + canary + "%2F", StlFiles.cube(20)),
            server.sendModel("?" + canary + "=1", StlFiles.cube(20)),
            server.sendModel("?name=a.stl", ("solid " + canary).getBytes(StandardCharsets.UTF_8)),
            server.ask("{\"" + canary),
            server.ask("{\"model\":\"" + canary + "\"}"),
            server.get("/" + canary));
    assertThat(answers)
        .allSatisfy(answer -> assertThat(answer.statusCode()).isBetween(400, 499))
        .allSatisfy(answer -> assertThat(TestServer.text(answer)).doesNotContain(canary));
  }

  private static String head(String requestLine, long length) {
    return requestLine
        + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }

  private static JsonNode problem(HttpResponse<byte[]> answer) {
    assertThat(answer.headers().firstValue("Content-Type"))
        .as(TestServer.text(answer))
        .contains("application/problem+json");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    return TestServer.json(answer);
  }

  private static JsonNode assertProblem(HttpResponse<byte[]> answer, int status, String code) {
    JsonNode problem = problem(answer);
    assertThat(problem.get("code").textValue()).as(problem.toString()).isEqualTo(code);
    assertThat(problem.get("status").intValue()).isEqualTo(status);
    assertThat(answer.statusCode()).isEqualTo(status);
    return problem;
  }

  private static void assertRawProblem(String answer, int status, String code) {
    Matcher head = Pattern.compile("^HTTP/1\\.1 (\\d+) ").matcher(answer);
    assertThat(head.find()).as(answer).isTrue();
    assertThat(head.group(1)).isEqualTo(Integer.toString(status));
    assertThat(answer).contains("application/problem+json").contains("\"code\":\"" + code + "\"");
  }

  /** The server hears of a broken connection a moment after the client broke it. */
  private static void awaitNoFiles() {
    Instant end = Instant.now().plusSeconds(10);
    while (!server.filesOfModels().isEmpty() && Instant.now().isBefore(end)) {
      Thread.onSpinWait();
    }
    assertThat(server.filesOfModels()).isEmpty();
  }
}
