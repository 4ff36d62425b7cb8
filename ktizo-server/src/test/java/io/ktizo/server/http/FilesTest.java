package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.account.ApiScope;
import io.ktizo.server.StlFiles;
import io.ktizo.server.TestPerson;
import io.ktizo.server.TestServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uploads that resume and what becomes of them, over real connections. */
class FilesTest {
  private static final String BYTES = "application/offset+octet-stream";
  private static final byte[] CUBE = StlFiles.cube(20);

  @TempDir static Path data;
  private static TestServer server;
  private TestPerson anna;
  private TestPerson berta;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void signUp() {
    anna = TestPerson.in(server.database(), "anna");
    berta = TestPerson.in(server.database(), "berta");
  }

  @Test
  void an_upload_goes_on_after_its_connection_was_reset() throws IOException {
    String upload = begin(anna, CUBE.length);
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.write(head("PATCH", upload, anna, 0, "Content-Length: " + CUBE.length));
      connection.write(Arrays.copyOf(CUBE, 300));
      connection.reset();
    }

    int offset = offset(upload);
    assertThat(offset).isBetween(0, 300);
    HttpResponse<byte[]> last =
        patch(server, upload, anna, offset, Arrays.copyOfRange(CUBE, offset, CUBE.length));
    while (last.statusCode() == 409) {
      // The server was still writing what came before the reset; tus has clients ask again.
      offset = offset(upload);
      last = patch(server, upload, anna, offset, Arrays.copyOfRange(CUBE, offset, CUBE.length));
    }

    assertThat(last.statusCode()).isEqualTo(204);
    assertThat(download(server, anna, last.headers().firstValue("Ktizo-File").orElseThrow()))
        .isEqualTo(CUBE);
  }

  @Test
  void what_is_somebody_elses_is_not_there() {
    String upload = begin(anna, CUBE.length);
    String file = upload(server, anna);
    for (String path : new String[] {"", "/content?token=1.x"}) {
      assertThat(get(server, berta, "/api/v1/files/" + file + path).statusCode()).isEqualTo(404);
    }
    for (String path : new String[] {"/link", "/model"}) {
      assertThat(post(berta, "/api/v1/files/" + file + path).statusCode()).isEqualTo(404);
    }
    assertThat(delete(berta, "/api/v1/files/" + file).statusCode()).isEqualTo(404);
    assertThat(patch(server, upload, berta, 0, CUBE).statusCode()).isEqualTo(404);
    assertThat(tus("HEAD", upload, berta).statusCode()).isEqualTo(404);
    assertThat(delete(berta, upload).statusCode()).isEqualTo(404);
    assertThat(list(berta)).isEmpty();

    assertThat(list(anna)).hasSize(1);
    assertThat(tus("HEAD", upload, anna).statusCode()).isEqualTo(200);
  }

  @Test
  void nobody_sends_or_sees_files_without_signing_in_or_with_a_key_for_other_things() {
    TestPerson clerk = TestPerson.in(server.database(), "clerk", Set.of(ApiScope.ORDERS_READ));
    for (String path :
        new String[] {"/api/v1/files", "/api/v1/files/x", "/api/v1/files/x/content"}) {
      assertThat(server.get(path).statusCode()).isEqualTo(401);
      assertThat(get(server, clerk, path).statusCode()).isEqualTo(403);
    }
    HttpRequest.Builder begin =
        HttpRequest.newBuilder(server.uri("/api/v1/uploads"))
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Length", "10")
            .POST(BodyPublishers.noBody());
    assertThat(server.send(begin.build()).statusCode()).isEqualTo(401);
    assertThat(server.send(begin.header("Authorization", clerk.bearer()).build()).statusCode())
        .isEqualTo(403);
  }

  @Test
  void options_tell_everybody_what_can_be_done() {
    HttpResponse<byte[]> answer =
        server.send(
            HttpRequest.newBuilder(server.uri("/api/v1/uploads"))
                .method("OPTIONS", BodyPublishers.noBody())
                .build());

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Tus-Version")).contains("1.0.0");
    assertThat(answer.headers().firstValue("Tus-Extension").orElse(""))
        .contains("creation-defer-length", "concatenation");
  }

  @Test
  void a_file_is_listed_told_and_deleted_with_its_bytes() {
    List<String> before = server.filesOfModels();
    String file = upload(server, anna);
    JsonNode told = TestServer.json(get(server, anna, "/api/v1/files/" + file));
    assertThat(told.get("name").asText()).isEqualTo("part.stl");
    assertThat(told.get("mediaType").asText()).isEqualTo("model/stl");
    assertThat(told.get("bytes").asInt()).isEqualTo(CUBE.length);
    assertThat(told.get("expires").asText()).isNotEmpty();
    assertThat(list(anna)).containsExactly(told);
    assertThat(server.filesOfModels()).hasSize(before.size() + 1);

    assertThat(delete(anna, "/api/v1/files/" + file).statusCode()).isEqualTo(204);

    assertThat(delete(anna, "/api/v1/files/" + file).statusCode()).isEqualTo(404);
    assertThat(list(anna)).isEmpty();
    assertThat(server.filesOfModels()).isEqualTo(before);
  }

  @Test
  void a_list_goes_on_where_it_ended() {
    for (int side = 20; side < 25; side++) {
      upload(server, anna, StlFiles.cube(side));
    }
    JsonNode first = TestServer.json(get(server, anna, "/api/v1/files?limit=3"));
    JsonNode rest =
        TestServer.json(
            get(server, anna, "/api/v1/files?limit=3&after=" + first.get("next").asText()));

    assertThat(first.get("items")).hasSize(3);
    assertThat(rest.get("items")).hasSize(2).doesNotContainAnyElementsOf(first.get("items"));
    assertThat(rest.has("next")).isFalse();
  }

  @Test
  void a_link_is_good_for_one_session_and_a_range_is_a_part() {
    String file = upload(server, anna);
    HttpResponse<byte[]> made = post(anna, "/api/v1/files/" + file + "/link", "Cookie");
    assertThat(made.statusCode()).isEqualTo(201);
    String url = TestServer.json(made).get("url").asText();

    assertThat(get(server, anna, url, "Cookie").body()).isEqualTo(CUBE);
    assertThat(get(server, anna.elsewhere(server.database()), url, "Cookie").statusCode())
        .as("another device of hers")
        .isEqualTo(403);
    assertThat(get(server, anna, url).statusCode()).as("her key").isEqualTo(403);
    assertThat(get(server, anna, url.replaceAll(".$", "!"), "Cookie").statusCode()).isEqualTo(403);
    assertThat(get(server, anna, "/api/v1/files/" + file + "/content", "Cookie").statusCode())
        .isEqualTo(403);

    HttpResponse<byte[]> part =
        server.send(
            HttpRequest.newBuilder(server.uri(url))
                .header("Cookie", anna.cookie())
                .header("Range", "bytes=84-133")
                .build());
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(CUBE, 84, 134));
    assertThat(part.headers().firstValue("Content-Range")).contains("bytes 84-133/" + CUBE.length);
    assertThat(part.headers().firstValue("Content-Disposition").orElse(""))
        .startsWith("attachment");
    assertThat(part.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(part.headers().firstValue("Content-Security-Policy").orElse("")).contains("sandbox");
    assertThat(part.headers().allValues("Content-Security-Policy")).hasSize(1);
    assertThat(part.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
  }

  @Test
  void a_kept_file_is_made_a_model_and_quoted() {
    String file = upload(server, anna);

    HttpResponse<byte[]> model = post(anna, "/api/v1/files/" + file + "/model");

    assertThat(model.statusCode()).as(TestServer.text(model)).isEqualTo(201);
    assertThat(TestServer.json(model).get("name").asText()).isEqualTo("part.stl");
    HttpResponse<byte[]> quote =
        server.ask("{\"model\":\"" + TestServer.json(model).get("id").asText() + "\"}");
    assertThat(quote.statusCode()).isEqualTo(201);
  }

  @Test
  void a_kept_zip_bomb_is_refused_as_a_model_and_leaves_none() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bomb)) {
      zip.putNextEntry(new ZipEntry("[Content_Types].xml"));
      zip.write("<Types/>".getBytes(StandardCharsets.US_ASCII));
      zip.putNextEntry(new ZipEntry("_rels/.rels"));
      zip.write(
          ("<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
                  + "<Relationship Id=\"a\" Target=\"/3D/3dmodel.model\""
                  + " Type=\"http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel\"/>"
                  + "</Relationships>")
              .getBytes(StandardCharsets.US_ASCII));
      zip.putNextEntry(new ZipEntry("3D/3dmodel.model"));
      for (int i = 0; i < 100; i++) {
        zip.write(new byte[1 << 20]);
      }
    }
    String file = upload(server, anna, bomb.toByteArray());
    List<String> before = server.filesOfModels();

    HttpResponse<byte[]> model = post(anna, "/api/v1/files/" + file + "/model");

    assertThat(model.statusCode()).as(TestServer.text(model)).isIn(413, 422);
    assertThat(TestServer.json(model).get("code").asText()).startsWith("mesh.");
    assertThat(server.filesOfModels()).isEqualTo(before);
  }

  @Test
  void an_upload_that_is_no_model_is_refused_with_a_problem() {
    byte[] page = "<html><script>alert(1)</script></html>".getBytes(StandardCharsets.US_ASCII);
    String upload = begin(anna, page.length);

    HttpResponse<byte[]> answer = patch(server, upload, anna, 0, page);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.MEDIA_TYPE);
    assertThat(TestServer.json(answer).get("code").asText()).isEqualTo("upload.refused");
    assertThat(TestServer.json(answer).get("detail").asText()).contains("TYPE_NOT_ACCEPTED");
    assertThat(tus("HEAD", upload, anna).statusCode()).isEqualTo(410);
  }

  @Test
  void a_chunked_body_is_taken_by_uploads_and_by_nothing_else() throws IOException {
    String upload = begin(anna, CUBE.length);
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.write(head("PATCH", upload, anna, 0, "Transfer-Encoding: chunked"));
      for (int from = 0; from < CUBE.length; from += 100) {
        byte[] some = Arrays.copyOfRange(CUBE, from, Math.min(from + 100, CUBE.length));
        connection.write(Integer.toHexString(some.length) + "\r\n").write(some).write("\r\n");
      }
      connection.write("0\r\n\r\n");
      assertThat(connection.readToEnd()).startsWith("HTTP/1.1 204 ").contains("Ktizo-File: ");
    }
    for (String line : new String[] {"POST /api/v1/models", "POST /api/v1/quotes"}) {
      try (RawConnection connection = new RawConnection(server.port())) {
        connection.write(
            line + " HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
        assertThat(connection.readToEnd()).startsWith("HTTP/1.1 411 ");
      }
    }
  }

  @Test
  void a_client_that_waits_is_told_to_go_ahead() throws IOException {
    String upload = begin(anna, CUBE.length);
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.write(
          head("PATCH", upload, anna, 0, "Transfer-Encoding: chunked\r\nExpect: 100-continue"));
      assertThat(connection.readAnswer()).startsWith("HTTP/1.1 100 Continue");
      connection.write(Integer.toHexString(CUBE.length) + "\r\n").write(CUBE).write("\r\n");
      connection.write("0\r\n\r\n");
      assertThat(connection.readToEnd()).startsWith("HTTP/1.1 204 ");
    }
  }

  /** N01: whatever two parsers could read in two ways is read in none, and nothing after it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "5;ext=1\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\nhello\n0\n\n",
        "5\r\nhelloXX0\r\n\r\n",
        "5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
        "\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "100000005\r\nhello\r\n0\r\n\r\n",
        "５\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "5\r\nhello\r\n00000000\r\n"
      })
  void chunks_that_are_not_plain_are_refused_and_the_connection_ends(String body)
      throws IOException {
    String upload = begin(anna, CUBE.length);
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.write(head("PATCH", upload, anna, 0, "Transfer-Encoding: chunked"));
      connection.write(body.getBytes(StandardCharsets.UTF_8));
      // What a proxy would take for the next request.
      connection.write("GET /api/v1/shops HTTP/1.1\r\nHost: x\r\n\r\n");
      String answers = connection.readToEnd();

      assertThat(answers).startsWith("HTTP/1.1 400 ");
      assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(2);
    }
    assertThat(offset(upload)).isLessThanOrEqualTo(5);
  }

  @Test
  void what_follows_a_chunked_body_is_never_served() throws IOException {
    String upload = begin(anna, CUBE.length);
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.write(
          head("PATCH", upload, anna, 0, "Transfer-Encoding: chunked")
              + "5\r\nhello\r\n0\r\n\r\nGET /api/v1/shops HTTP/1.1\r\nHost: x\r\n\r\n");
      String answers = connection.readToEnd();

      assertThat(answers).startsWith("HTTP/1.1 204 ").contains("Upload-Offset: 5");
      assertThat(answers.split("HTTP/1.1 ", -1)).hasSize(2);
    }
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.write(
          head("PATCH", upload, anna, 5, "Transfer-Encoding: chunked\r\nContent-Length: 5")
              + "5\r\nhello\r\n0\r\n\r\n");
      assertThat(connection.readToEnd()).startsWith("HTTP/1.1 400 ");
    }
    assertThat(offset(upload)).isEqualTo(5);
  }

  @Test
  void a_chunk_that_says_it_is_huge_costs_only_what_comes() throws IOException {
    String upload = begin(anna, CUBE.length);
    try (RawConnection connection = new RawConnection(server.port())) {
      connection.write(head("PATCH", upload, anna, 0, "Transfer-Encoding: chunked"));
      connection.write("7fffffff\r\n").write(new byte[CUBE.length + 1]);
      assertThat(connection.readToEnd()).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void uploads_and_files_survive_a_restart(@TempDir Path folder) {
    String upload;
    String file;
    TestPerson carla;
    try (TestServer first = TestServer.in(folder)) {
      carla = TestPerson.in(first.database(), "carla");
      file = upload(first, carla);
      upload = begin(first, carla, CUBE.length);
      assertThat(patch(first, upload, carla, 0, Arrays.copyOf(CUBE, 300)).statusCode())
          .isEqualTo(204);
    }
    try (TestServer second = TestServer.in(folder)) {
      assertThat(download(second, carla, file)).isEqualTo(CUBE);
      HttpResponse<byte[]> last =
          patch(second, upload, carla, 300, Arrays.copyOfRange(CUBE, 300, CUBE.length));
      assertThat(last.statusCode()).isEqualTo(204);
      assertThat(download(second, carla, last.headers().firstValue("Ktizo-File").orElseThrow()))
          .isEqualTo(CUBE);
    }
  }

  // ---- requests ----

  private static String begin(TestPerson person, int length) {
    return begin(server, person, length);
  }

  private static String begin(TestServer to, TestPerson person, int length) {
    HttpResponse<byte[]> begun =
        to.send(
            HttpRequest.newBuilder(to.uri("/api/v1/uploads"))
                .header("Authorization", person.bearer())
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", Integer.toString(length))
                .header("Upload-Metadata", "filename cGFydC5zdGw=")
                .POST(BodyPublishers.noBody())
                .build());
    assertThat(begun.statusCode()).as(TestServer.text(begun)).isEqualTo(201);
    return begun.headers().firstValue("Location").orElseThrow();
  }

  private static String upload(TestServer to, TestPerson person) {
    return upload(to, person, CUBE);
  }

  private static String upload(TestServer to, TestPerson person, byte[] model) {
    HttpResponse<byte[]> last = patch(to, begin(to, person, model.length), person, 0, model);
    assertThat(last.statusCode()).as(TestServer.text(last)).isEqualTo(204);
    return last.headers().firstValue("Ktizo-File").orElseThrow();
  }

  private static HttpResponse<byte[]> patch(
      TestServer to, String upload, TestPerson person, int offset, byte[] bytes) {
    return to.send(
        HttpRequest.newBuilder(to.uri(upload))
            .header("Authorization", person.bearer())
            .header("Tus-Resumable", "1.0.0")
            .header("Upload-Offset", Integer.toString(offset))
            .header("Content-Type", BYTES)
            .method("PATCH", BodyPublishers.ofByteArray(bytes))
            .build());
  }

  private static String head(
      String method, String upload, TestPerson person, int offset, String framing) {
    return method
        + " "
        + upload
        + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: "
        + person.bearer()
        + "\r\nTus-Resumable: 1.0.0\r\nContent-Type: "
        + BYTES
        + "\r\nUpload-Offset: "
        + offset
        + "\r\n"
        + framing
        + "\r\n\r\n";
  }

  private static HttpResponse<byte[]> tus(String method, String upload, TestPerson person) {
    return server.send(
        HttpRequest.newBuilder(server.uri(upload))
            .header("Authorization", person.bearer())
            .header("Tus-Resumable", "1.0.0")
            .method(method, BodyPublishers.noBody())
            .build());
  }

  private int offset(String upload) {
    return Integer.parseInt(
        tus("HEAD", upload, anna).headers().firstValue("Upload-Offset").orElseThrow());
  }

  private static HttpResponse<byte[]> get(TestServer from, TestPerson person, String path) {
    return get(from, person, path, "Authorization");
  }

  private static HttpResponse<byte[]> get(
      TestServer from, TestPerson person, String path, String by) {
    return from.send(
        HttpRequest.newBuilder(from.uri(path))
            .header(by, by.equals("Cookie") ? person.cookie() : person.bearer())
            .build());
  }

  private static HttpResponse<byte[]> post(TestPerson person, String path) {
    return post(person, path, "Authorization");
  }

  private static HttpResponse<byte[]> post(TestPerson person, String path, String by) {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .header(by, by.equals("Cookie") ? person.cookie() : person.bearer())
            .header("Sec-Fetch-Site", "same-origin")
            .POST(BodyPublishers.noBody())
            .build());
  }

  private static HttpResponse<byte[]> delete(TestPerson person, String path) {
    return server.send(
        HttpRequest.newBuilder(server.uri(path))
            .header("Authorization", person.bearer())
            .header("Tus-Resumable", "1.0.0")
            .DELETE()
            .build());
  }

  private static JsonNode list(TestPerson person) {
    return TestServer.json(get(server, person, "/api/v1/files")).get("items");
  }

  private static byte[] download(TestServer from, TestPerson person, String file) {
    HttpResponse<byte[]> link =
        from.send(
            HttpRequest.newBuilder(from.uri("/api/v1/files/" + file + "/link"))
                .header("Authorization", person.bearer())
                .POST(BodyPublishers.noBody())
                .build());
    return get(from, person, TestServer.json(link).get("url").asText()).body();
  }
}
