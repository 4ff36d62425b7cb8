package io.ktizo.server;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;

/** Files that somebody keeps, for tests of other things than sending them. */
public final class TestFiles {
  private TestFiles() {}

  /** The id of a file that was sent whole. */
  public static String upload(TestServer server, TestPerson person, byte[] content) {
    HttpResponse<byte[]> begun =
        server.send(
            HttpRequest.newBuilder(server.uri("/api/v1/uploads"))
                .header("Authorization", person.bearer())
                .header("Tus-Resumable", "1.0.0")
                .header("Upload-Length", Integer.toString(content.length))
                .header("Content-Type", "application/offset+octet-stream")
                .POST(BodyPublishers.ofByteArray(content))
                .build());
    return begun
        .headers()
        .firstValue("Ktizo-File")
        .orElseThrow(() -> new AssertionError(TestServer.text(begun)));
  }
}
