package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.storage.FileId;
import io.ktizo.storage.Owner;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.crypto.LocalMasterKeys;
import io.ktizo.storage.store.SqlCatalogue;
import io.tus.java.client.TusClient;
import io.tus.java.client.TusURLMemoryStore;
import io.tus.java.client.TusUpload;
import io.tus.java.client.TusUploader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The two clients of tus that people use, against two real servers over one PostgreSQL and one
 * folder. The libraries' own test cuts their connections; this one shows that they get through the
 * edge.
 */
class TusClientsOverServerTest {
  private static final byte[] MODEL = randomTriangles(60_000);

  @TempDir private Path folder;
  private TestDatabase database;
  private TestServer first;
  private TestServer second;
  private TestPerson anna;

  @BeforeEach
  void start() {
    database = TestDatabase.create(Dialect.POSTGRESQL);
    byte[] master = new byte[32];
    new Random(6).nextBytes(master);
    String keys = "1 " + Base64.getEncoder().encodeToString(master);
    first = instance("first", keys);
    second = instance("second", keys);
    anna = TestPerson.in(database.database(), "anna");
  }

  private TestServer instance(String name, String keys) {
    Path own = folder.resolve(name);
    return TestServer.with(
        own,
        TestServer.settings(own)
            .with(new Foundation.Place.Postgres(database.url(), database.user(), ""))
            .with(
                KtizoServer.Storage.DEFAULT
                    .with(new KtizoServer.Storage.Folder(folder.resolve("shared")))
                    .with(LocalMasterKeys.fromText(keys))));
  }

  @AfterEach
  void stop() {
    first.close();
    second.close();
    database.close();
  }

  @Test
  void tus_java_client_sends_half_to_one_instance_and_half_to_the_other() throws Exception {
    TusURLMemoryStore urls = new TusURLMemoryStore();
    TusUploader half = client(urls, first).resumeOrCreateUpload(upload());
    half.setChunkSize(MODEL.length / 4);
    half.setRequestPayloadSize(MODEL.length / 2);
    assertThat(half.uploadChunk()).isPositive();
    assertThat(half.uploadChunk()).isPositive();
    half.finish();

    // Where the client remembers its upload, only the host is another one.
    URL at = urls.get("model");
    urls.set("model", second.uri(at.getPath()).toURL());
    TusUploader rest = client(urls, second).resumeUpload(upload());
    assertThat(rest.getOffset()).isBetween(1L, (long) MODEL.length - 1);
    rest.setChunkSize(64 << 10);
    while (rest.uploadChunk() >= 0) {
      // Until everything is sent.
    }
    rest.finish();

    assertKept();
  }

  private static byte[] randomTriangles(int count) {
    ByteBuffer stl = ByteBuffer.allocate(84 + 50 * count).order(ByteOrder.LITTLE_ENDIAN);
    stl.putInt(80, count);
    byte[] facets = new byte[50 * count];
    new Random(7).nextBytes(facets);
    return stl.position(84).put(facets).array();
  }

  private TusClient client(TusURLMemoryStore urls, TestServer server) throws IOException {
    TusClient client = new TusClient();
    client.setUploadCreationURL(server.uri("/api/v1/uploads").toURL());
    client.enableResuming(urls);
    client.setHeaders(Map.of("Authorization", anna.bearer()));
    return client;
  }

  private static TusUpload upload() {
    TusUpload upload = new TusUpload();
    upload.setInputStream(new ByteArrayInputStream(MODEL));
    upload.setSize(MODEL.length);
    upload.setFingerprint("model");
    upload.setMetadata(Map.of("filename", "part.stl"));
    return upload;
  }

  @Test
  void tus_js_client_sends_with_a_known_and_an_unknown_length() throws Exception {
    Path client = installed();
    Path model = Files.write(folder.resolve("model.stl"), MODEL);
    Path said = folder.resolve("said");
    for (String length : List.of("known", "deferred")) {
      Process process =
          new ProcessBuilder(
                  "node",
                  "upload.js",
                  model.toString(),
                  first.uri("/api/v1/uploads").toString(),
                  anna.bearer(),
                  length)
              .directory(client.toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      try {
        boolean ended = process.waitFor(1, TimeUnit.MINUTES);
        assertThat(ended).as(Files.readString(said)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
      } finally {
        process.destroyForcibly();
      }
    }

    assertThat(files()).hasSize(2);
    assertKept();
  }

  /** The client of ktizo-storage's tests, by the same lock file. */
  private static Path installed() throws IOException, InterruptedException {
    Path source =
        Path.of(System.getProperty("ktizo.root"))
            .resolve("ktizo-storage/src/test/resources/io/ktizo/storage/tus/client");
    Path home =
        Files.createDirectories(
            Path.of(System.getProperty("ktizo.root")).resolve("ktizo-server/target/npm-client"));
    for (String name : List.of("package.json", "package-lock.json", "upload.js")) {
      Files.copy(source.resolve(name), home.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }
    Assumptions.assumeTrue(succeeds(home, "node", "--version"), "node is not installed");
    if (!Files.exists(home.resolve("node_modules/tus-js-client/package.json"))) {
      Assumptions.assumeTrue(
          succeeds(home, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"),
          "npm cannot install tus-js-client");
    }
    return home;
  }

  private static boolean succeeds(Path home, String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (IOException notFound) {
      return false;
    }
  }

  private List<StoredFile> files() {
    return new SqlCatalogue(database.database(), UUID::randomUUID)
        .files(new Owner(anna.id().toString()), null, 10);
  }

  /** Read back through the instance that did not take the last byte. */
  private void assertKept() throws Exception {
    List<StoredFile> files = files();
    assertThat(files).isNotEmpty();
    String hash = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(MODEL));
    for (StoredFile file : files) {
      assertThat(file.name().value()).isEqualTo("part.stl");
      assertThat(file.content().sha256().hex()).isEqualTo(hash);
      assertThat(download(file.id())).isEqualTo(MODEL);
    }
  }

  private byte[] download(FileId file) throws IOException {
    HttpURLConnection link = open(first.uri("/api/v1/files/" + file + "/link"));
    link.setRequestMethod("POST");
    link.setFixedLengthStreamingMode(0);
    link.setDoOutput(true);
    link.getOutputStream().close();
    assertThat(link.getResponseCode()).isEqualTo(201);
    String json = new String(link.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String path = json.replaceAll(".*\"url\":\"([^\"]+)\".*", "$1");
    return open(first.uri(path)).getInputStream().readAllBytes();
  }

  private HttpURLConnection open(URI address) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    connection.setRequestProperty("Authorization", anna.bearer());
    return connection;
  }
}
