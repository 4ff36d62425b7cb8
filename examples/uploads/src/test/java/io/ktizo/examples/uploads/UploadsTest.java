package io.ktizo.examples.uploads;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UploadsTest {
  private static final byte[] MODEL =
      "v 0 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n".getBytes(StandardCharsets.US_ASCII);

  @Test
  void a_model_is_created_sent_in_two_parts_and_kept_encrypted(@TempDir Path folder)
      throws Exception {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    HttpServer server = Uploads.start(folder, "1 " + Base64.getEncoder().encodeToString(key), 0);
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uploads = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/uploads");
      HttpResponse<String> created =
          client.send(
              request(uploads)
                  .header("Upload-Length", Integer.toString(MODEL.length))
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(created.statusCode()).isEqualTo(201);
      URI upload = uploads.resolve(created.headers().firstValue("Location").orElseThrow());

      assertThat(patch(client, upload, 0, 10).statusCode()).isEqualTo(204);
      HttpResponse<String> last = patch(client, upload, 10, MODEL.length);

      assertThat(last.statusCode()).isEqualTo(204);
      assertThat(last.headers().firstValue("Ktizo-File")).isPresent();
    } finally {
      server.stop(0);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("v 0 0 0");
      }
    }
  }

  private static HttpResponse<String> patch(HttpClient client, URI upload, int from, int to)
      throws Exception {
    return client.send(
        request(upload)
            .header("Content-Type", "application/offset+octet-stream")
            .header("Upload-Offset", Integer.toString(from))
            .method("PATCH", HttpRequest.BodyPublishers.ofByteArray(MODEL, from, to - from))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).header("Tus-Resumable", "1.0.0");
  }
}
