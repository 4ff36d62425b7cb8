package io.ktizo.storage.tus;

import static io.ktizo.storage.upload.UploadFixtures.OTHER;
import static io.ktizo.storage.upload.UploadFixtures.OWNER;
import static io.ktizo.storage.upload.UploadFixtures.names;
import static io.ktizo.storage.upload.UploadFixtures.stl;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.testkit.SettableClock;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Quota;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Usage;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.upload.UploadFixtures;
import io.ktizo.storage.upload.UploadLimits;
import io.ktizo.storage.upload.Uploading;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The protocol, header by header; the statuses are those of tus.io's text, version 1.0.0. */
final class TusProtocolTest {
  private static final String BYTES = "application/offset+octet-stream";
  private static final byte[] CONTENT = stl(100, 1);

  private final SettableClock clock = SettableClock.atNoon();
  private final MemoryFileStore store = new MemoryFileStore();
  private final EncryptedStore vault = UploadFixtures.vault(store, new MemoryWrappedKeys());
  private final Catalogue catalogue = new MemoryCatalogue();
  private final Quota quota = new Quota(100_000, 20, 10_000, 20, Duration.ofHours(1));
  private final TusHandler handler = handler();

  private TusHandler handler() {
    Uploading uploading =
        UploadFixtures.uploading(vault, catalogue, clock)
            .quota(owner -> quota)
            .limits(UploadLimits.DEFAULT.handingOverWithin(Duration.ofMillis(100)))
            .build();
    return new TusHandler(uploading, "/files");
  }

  @Test
  void options_tells_what_the_server_can() {
    TusResponse response = send(OWNER, "OPTIONS", "", Map.of(), new byte[0]);

    assertThat(response.status()).isEqualTo(204);
    assertThat(response.headers())
        .containsEntry("Tus-Version", "1.0.0")
        .containsEntry("Tus-Resumable", "1.0.0")
        .containsEntry("Tus-Max-Size", "10000")
        .containsEntry("Tus-Checksum-Algorithm", "sha1,md5,sha256")
        .containsEntry(
            "Tus-Extension",
            "creation,creation-defer-length,creation-with-upload,checksum,expiration,termination,concatenation");
  }

  @ParameterizedTest
  @CsvSource({
    // Tus-Resumable, Upload-Length, Upload-Metadata, Upload-Concat, Upload-Defer-Length, status
    "1.0.0, 100, ,, , 201",
    "1.0.0, 0, , partial, , 201",
    "1.0.0, 100, filename cGFydC5zdGw=,, , 201",
    "1.0.0, 100, 'filename cGFydC5zdGw=,is_confidential',, , 201",
    "1.0.0, 100, , partial, , 201",
    "1.0.0, 10000, ,, , 201",
    "1.0.0, 10001, ,, , 413",
    "1.0.0, , ,, , 400",
    "1.0.0, -1, ,, , 400",
    "1.0.0, +1, ,, , 400",
    "1.0.0, 1e3, ,, , 400",
    "1.0.0, 99999999999999999999, ,, , 400",
    "1.0.0, , ,, 1, 201",
    "1.0.0, , , partial, 1, 201",
    "1.0.0, , ,, 0, 400",
    "1.0.0, , ,, true, 400",
    "1.0.0, 100, ,, 1, 400",
    "1.0.0, , , final;/files/upload_01h455vb4pex5vsknk084sn02q, 1, 400",
    "1.0.0, 100, filename !!!,, , 400",
    "1.0.0, 100, 'a YQ==,a Yg==',, , 400",
    "1.0.0, 100, 'filename YQ== YQ==',, , 400",
    "1.0.0, 100, , wrong, , 400",
    "1.0.0, 100, , final;/files/x, , 400",
    "1.0.0, , , final;, , 400",
    "1.0.0, , , final;/other/x, , 400",
    "1.0.0, , , final;/files/upload_01h455vb4pex5vsknk084sn02q, , 412",
    "0.2.2, 100, ,, , 412",
    ", 100, ,, , 412"
  })
  void creation_by_every_header(
      String resumable, String length, String metadata, String concat, String defer, int status) {
    TusResponse response =
        send(
            OWNER,
            "POST",
            "",
            headers(
                "Tus-Resumable", resumable,
                "Upload-Length", length,
                "Upload-Metadata", metadata,
                "Upload-Concat", concat,
                "Upload-Defer-Length", defer),
            new byte[0]);

    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers()).containsEntry("Tus-Resumable", "1.0.0");
    assertThat(response.headers().containsKey("Location")).isEqualTo(status == 201);
    if (status == 412 && concat == null) {
      assertThat(response.headers()).containsEntry("Tus-Version", "1.0.0");
    }
  }

  @ParameterizedTest
  @CsvSource({
    // Tus-Resumable, Content-Type, Upload-Offset, Content-Length, Upload-Checksum, status
    "1.0.0, application/offset+octet-stream, 0, 100, , 204",
    "1.0.0, application/offset+octet-stream, 0, 0, , 204",
    "1.0.0, application/offset+octet-stream, 0, , , 204",
    "1.0.0, application/octet-stream, 0, 100, , 415",
    "1.0.0, , 0, 100, , 415",
    "1.0.0, application/offset+octet-stream, 1, 100, , 409",
    "1.0.0, application/offset+octet-stream, 99999, 100, , 409",
    "1.0.0, application/offset+octet-stream, , 100, , 400",
    "1.0.0, application/offset+octet-stream, -1, 100, , 400",
    "1.0.0, application/offset+octet-stream, 0x0, 100, , 400",
    "1.0.0, application/offset+octet-stream, 0, 99999, , 413",
    "1.0.0, application/offset+octet-stream, 0, ten, , 400",
    "1.0.0, application/offset+octet-stream, 0, 100, sha1 5ap1MRlAvFWyfyrAmCqNGaHmNFs=, 460",
    "1.0.0, application/offset+octet-stream, 0, 100, md5 AAAAAAAAAAAAAAAAAAAAAA==, 460",
    "1.0.0, application/offset+octet-stream, 0, 100, crc32 AAAAAA==, 400",
    "1.0.0, application/offset+octet-stream, 0, 100, sha1 AAAA, 400",
    "1.0.0, application/offset+octet-stream, 0, 100, sha1, 400",
    "1.0.0, application/offset+octet-stream, 0, 100, sha1 not*base64, 400",
    "0.2.2, application/offset+octet-stream, 0, 100, , 412",
    ", application/offset+octet-stream, 0, 100, , 412"
  })
  void patches_by_every_header(
      String resumable, String type, String offset, String length, String checksum, int status) {
    String id = create(CONTENT.length);
    byte[] body = "0".equals(length) ? new byte[0] : Arrays.copyOf(CONTENT, 100);
    TusResponse response =
        send(
            OWNER,
            "PATCH",
            id,
            headers(
                "Tus-Resumable", resumable,
                "Content-Type", type,
                "Upload-Offset", offset,
                "Content-Length", length,
                "Upload-Checksum", checksum),
            body);

    assertThat(response.status()).isEqualTo(status);
    boolean moved = status == 204 && !"0".equals(length);
    assertThat(offset(id)).isEqualTo(moved ? 100 : 0);
    if (status == 204) {
      assertThat(response.headers()).containsEntry("Upload-Offset", moved ? "100" : "0");
      assertThat(response.headers()).containsKey("Upload-Expires");
    }
  }

  @Test
  void an_upload_is_created_patched_asked_for_and_kept() {
    String id = create(CONTENT.length);
    TusResponse head = head(OWNER, id);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.headers())
        .containsEntry("Upload-Offset", "0")
        .containsEntry("Upload-Length", Integer.toString(CONTENT.length))
        .containsEntry("Cache-Control", "no-store")
        .containsEntry("Upload-Expires", "Wed, 02 Dec 2026 12:00:00 GMT");

    assertThat(patch(id, 0, Arrays.copyOf(CONTENT, 1_000)).headers())
        .containsEntry("Upload-Offset", "1000");
    assertThat(patch(id, 999, new byte[1]).status()).isEqualTo(409);
    TusResponse last = patch(id, 1_000, Arrays.copyOfRange(CONTENT, 1_000, CONTENT.length));

    assertThat(last.status()).isEqualTo(204);
    assertThat(last.headers()).containsEntry("Upload-Offset", Integer.toString(CONTENT.length));
    StoredFile file = catalogue.files(OWNER, null, 10).get(0);
    assertThat(last.headers()).containsEntry("Ktizo-File", file.id().toString());
    assertThat(file.name().value()).isEqualTo("part.stl");
    assertThat(head(OWNER, id).headers())
        .containsEntry("Upload-Offset", Integer.toString(CONTENT.length))
        .containsEntry("Ktizo-File", file.id().toString());
    assertThat(patch(id, CONTENT.length, new byte[0]).status()).isEqualTo(204);
    assertThat(patch(id, CONTENT.length, new byte[1]).status()).isEqualTo(413);
    assertThat(patch(id, 0, new byte[1]).status()).isEqualTo(409);
  }

  @Test
  void a_length_may_be_said_with_the_last_bytes() {
    String id = createDeferred();
    TusResponse head = head(OWNER, id);
    assertThat(head.headers())
        .containsEntry("Upload-Defer-Length", "1")
        .containsEntry("Upload-Offset", "0")
        .doesNotContainKey("Upload-Length");
    assertThat(patch(id, 0, Arrays.copyOf(CONTENT, 5_000)).status()).isEqualTo(204);
    assertThat(head(OWNER, id).headers()).containsEntry("Upload-Defer-Length", "1");

    // A last bit of a few bytes together with the length: what tusd #462 lost.
    TusResponse last =
        declaring(id, 5_000, "5084", Arrays.copyOfRange(CONTENT, 5_000, CONTENT.length));

    assertThat(last.status()).isEqualTo(204);
    assertThat(last.headers()).containsKey("Ktizo-File");
    assertThat(head(OWNER, id).headers())
        .containsEntry("Upload-Length", "5084")
        .doesNotContainKey("Upload-Defer-Length");
    assertThat(catalogue.files(OWNER, null, 10).get(0).content().length()).isEqualTo(5_084);
    assertThat(catalogue.usage(OWNER)).isEqualTo(new Usage(5_084, 0, 1, 0));
  }

  @Test
  void a_length_may_be_said_when_everything_has_come() {
    String id = createDeferred();
    assertThat(patch(id, 0, CONTENT).headers()).doesNotContainKey("Ktizo-File");

    TusResponse last = declaring(id, CONTENT.length, "5084", new byte[0]);

    assertThat(last.status()).isEqualTo(204);
    assertThat(last.headers()).containsKey("Ktizo-File");
  }

  @Test
  void a_length_may_be_said_before_the_rest_comes_and_never_be_changed() {
    String id = createDeferred();
    patch(id, 0, Arrays.copyOf(CONTENT, 100));

    assertThat(declaring(id, 100, "99", new byte[0]).status()).as("less than came").isEqualTo(400);
    assertThat(declaring(id, 100, "5e3", new byte[0]).status()).isEqualTo(400);
    assertThat(declaring(id, 100, "10001", new byte[0]).status())
        .as("over the most")
        .isEqualTo(413);
    assertThat(declaring(id, 99, "5084", new byte[1]).status()).as("elsewhere").isEqualTo(409);
    assertThat(head(OWNER, id).headers()).containsEntry("Upload-Defer-Length", "1");
    assertThat(declaring(OTHER, id, 100, "5084", new byte[0]).status()).isEqualTo(404);

    assertThat(declaring(id, 100, "5084", new byte[0]).status()).isEqualTo(204);
    assertThat(declaring(id, 100, "5084", new byte[0]).status()).as("again").isEqualTo(204);
    assertThat(declaring(id, 100, "5085", new byte[0]).status()).as("another").isEqualTo(400);
    assertThat(patch(id, 100, Arrays.copyOfRange(CONTENT, 100, CONTENT.length)).headers())
        .containsKey("Ktizo-File");
  }

  @Test
  void without_a_length_no_more_comes_than_a_file_may_have() {
    String id = createDeferred();

    assertThat(patch(id, 0, new byte[9_000]).status()).isEqualTo(204);
    assertThat(patch(id, 9_000, new byte[1_001]).status()).as("announced").isEqualTo(413);
    TusResponse unannounced =
        send(
            OWNER,
            "PATCH",
            id,
            headers("Tus-Resumable", "1.0.0", "Content-Type", BYTES, "Upload-Offset", "9000"),
            new byte[1_001]);
    assertThat(unannounced.status()).as("not announced").isEqualTo(413);
    assertThat(offset(id)).isEqualTo(9_000);
  }

  @Test
  void without_a_length_no_more_comes_than_the_owner_has_room_for() {
    for (int i = 0; i < 9; i++) {
      assertThat(creation("10000").status()).isEqualTo(201);
    }
    assertThat(creation("5000").status()).isEqualTo(201);
    String id = createDeferred();

    TusResponse patched = patch(id, 0, new byte[6_000]);

    assertThat(patched.status()).isEqualTo(413);
    assertThat(patched.headers()).containsEntry("Upload-Offset", "5000");
    assertThat(catalogue.usage(OWNER).reservedBytes()).isEqualTo(100_000);
    assertThat(offset(id)).as("what had room is kept").isEqualTo(5_000);
  }

  @Test
  void bytes_may_come_with_the_creation() {
    TusResponse part =
        send(
            OWNER,
            "POST",
            "",
            headers(
                "Tus-Resumable",
                "1.0.0",
                "Upload-Length",
                Integer.toString(CONTENT.length),
                "Content-Type",
                BYTES,
                "Content-Length",
                "500"),
            Arrays.copyOf(CONTENT, 500));
    assertThat(part.status()).isEqualTo(201);
    assertThat(part.headers()).containsEntry("Upload-Offset", "500").containsKey("Location");

    TusResponse whole =
        send(
            OWNER,
            "POST",
            "",
            headers(
                "Tus-Resumable",
                "1.0.0",
                "Upload-Length",
                Integer.toString(CONTENT.length),
                "Content-Type",
                BYTES,
                "Content-Length",
                Integer.toString(CONTENT.length)),
            CONTENT);
    assertThat(whole.status()).isEqualTo(201);
    assertThat(whole.headers()).containsKeys("Location", "Ktizo-File");
  }

  @Test
  void every_checksum_that_matches_is_taken() throws Exception {
    for (String algorithm : new String[] {"SHA-1", "MD5", "SHA-256"}) {
      String id = create(CONTENT.length);
      byte[] hash = MessageDigest.getInstance(algorithm).digest(Arrays.copyOf(CONTENT, 100));
      String name = algorithm.replace("-", "").toLowerCase(Locale.ROOT);
      TusResponse response =
          send(
              OWNER,
              "PATCH",
              id,
              headers(
                  "Tus-Resumable", "1.0.0",
                  "Content-Type", BYTES,
                  "Upload-Offset", "0",
                  "Content-Length", "100",
                  "Upload-Checksum", name + " " + Base64.getEncoder().encodeToString(hash)),
              Arrays.copyOf(CONTENT, 100));
      assertThat(response.status()).as(algorithm).isEqualTo(204);
      assertThat(offset(id)).isEqualTo(100);
    }
  }

  @Test
  void partial_uploads_are_joined() {
    String front = createPart(1_000);
    String back = createPart(CONTENT.length - 1_000);
    patch(front, 0, Arrays.copyOf(CONTENT, 1_000));
    assertThat(join("/files/" + front + " https://shop.example/files/" + back).status())
        .as("one is not complete")
        .isEqualTo(412);
    patch(back, 0, Arrays.copyOfRange(CONTENT, 1_000, CONTENT.length));
    assertThat(head(OWNER, front).headers()).containsEntry("Upload-Concat", "partial");
    assertThat(head(OWNER, front).headers()).doesNotContainKey("Ktizo-File");

    TusResponse joined = join("/files/" + front + " https://shop.example/files/" + back);

    assertThat(joined.status()).isEqualTo(201);
    String id = idIn(joined);
    assertThat(joined.headers())
        .containsEntry("Ktizo-File", catalogue.files(OWNER, null, 10).get(0).id().toString());
    TusResponse head = head(OWNER, id);
    assertThat(head.headers())
        .containsEntry("Upload-Length", Integer.toString(CONTENT.length))
        .containsEntry("Upload-Offset", Integer.toString(CONTENT.length))
        .containsEntry("Upload-Concat", "final;/files/" + front + " /files/" + back);
    assertThat(patch(id, 0, new byte[1]).status()).isEqualTo(403);
    assertThat(names(store)).hasSize(1);
  }

  @Test
  void an_upload_is_terminated() {
    String id = create(CONTENT.length);
    patch(id, 0, Arrays.copyOf(CONTENT, 1_000));

    assertThat(send(OWNER, "DELETE", id, version(), new byte[0]).status()).isEqualTo(204);
    assertThat(send(OWNER, "DELETE", id, version(), new byte[0]).status()).isEqualTo(404);
    assertThat(head(OWNER, id).status()).isEqualTo(404);
    assertThat(patch(id, 0, new byte[1]).status()).isEqualTo(404);
    assertThat(names(store)).isEmpty();
    assertThat(catalogue.usage(OWNER)).isEqualTo(Usage.NONE);
  }

  @Test
  void somebody_elses_upload_is_not_there() {
    String id = create(CONTENT.length);

    assertThat(head(OTHER, id).status()).isEqualTo(404);
    assertThat(
            send(
                    OTHER,
                    "PATCH",
                    id,
                    headers(
                        "Tus-Resumable", "1.0.0",
                        "Content-Type", BYTES,
                        "Upload-Offset", "0",
                        "Content-Length", "1"),
                    new byte[1])
                .status())
        .isEqualTo(404);
    assertThat(send(OTHER, "DELETE", id, version(), new byte[0]).status()).isEqualTo(404);
    assertThat(head(OWNER, id).status()).isEqualTo(200);
  }

  @Test
  void what_is_refused_says_why_and_is_gone() {
    byte[] page = "<html></html>".getBytes(StandardCharsets.US_ASCII);
    String id = create(page.length);
    TusResponse response = patch(id, 0, page);

    assertThat(response.status()).isEqualTo(422);
    assertThat(response.text()).isEqualTo("TYPE_NOT_ACCEPTED");
    assertThat(head(OWNER, id).status()).isEqualTo(410);
    assertThat(patch(id, 0, page).status()).isEqualTo(410);
    assertThat(names(store)).isEmpty();
  }

  @Test
  void quotas_and_rates_have_their_statuses() {
    for (int i = 0; i < 10; i++) {
      create(10_000);
    }
    TusResponse full = creation("1");
    assertThat(full.status()).isEqualTo(413);

    TusHandler frequent =
        new TusHandler(
            UploadFixtures.uploading(vault, new MemoryCatalogue(), clock)
                .quota(owner -> new Quota(100, 100, 100, 1, Duration.ofMinutes(1)))
                .build(),
            "/files");
    Map<String, String> one = headers("Tus-Resumable", "1.0.0", "Upload-Length", "1");
    assertThat(send(frequent, OWNER, "POST", "", one, new byte[0]).status()).isEqualTo(201);
    TusResponse tooSoon = send(frequent, OWNER, "POST", "", one, new byte[0]);
    assertThat(tooSoon.status()).isEqualTo(429);
    assertThat(tooSoon.headers()).containsEntry("Retry-After", "60");
  }

  @Test
  void methods_may_be_said_in_a_header_and_others_are_refused() {
    String id = create(CONTENT.length);
    Map<String, String> headers =
        headers(
            "Tus-Resumable", "1.0.0",
            "X-HTTP-Method-Override", "PATCH",
            "Content-Type", BYTES,
            "Upload-Offset", "0",
            "Content-Length", "100");
    assertThat(send(OWNER, "POST", id, headers, Arrays.copyOf(CONTENT, 100)).status())
        .isEqualTo(204);
    assertThat(send(OWNER, "PUT", id, version(), new byte[0]).status()).isEqualTo(405);
    assertThat(send(OWNER, "GET", "", version(), new byte[0]).status()).isEqualTo(405);
    for (String unknown : new String[] {"x", "../files", "upload_1", "%00"}) {
      assertThat(head(OWNER, unknown).status()).as(unknown).isEqualTo(404);
    }
  }

  @Test
  void hostile_metadata_is_harmless() {
    String name = "../../" + "a\r\nSet-Cookie: x" + "\u202E" + ".stl";
    String encoded = Base64.getEncoder().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    TusResponse created =
        send(
            OWNER,
            "POST",
            "",
            headers(
                "Tus-Resumable",
                "1.0.0",
                "Upload-Length",
                Integer.toString(CONTENT.length),
                "Upload-Metadata",
                "filename " + encoded,
                "Content-Type",
                BYTES,
                "Content-Length",
                Integer.toString(CONTENT.length)),
            CONTENT);
    assertThat(created.status()).isEqualTo(201);
    assertThat(catalogue.files(OWNER, null, 1).get(0).name().value())
        .isEqualTo("aSet-Cookie_ x.stl");
    TusResponse huge =
        send(
            OWNER,
            "POST",
            "",
            headers(
                "Tus-Resumable", "1.0.0",
                "Upload-Length", "1",
                "Upload-Metadata", "filename " + "YWFh".repeat(100_000)),
            new byte[0]);
    assertThat(huge.status()).isEqualTo(400);
  }

  @Test
  void another_instance_goes_on() {
    String id = create(CONTENT.length);
    patch(id, 0, Arrays.copyOf(CONTENT, 1_000));
    TusHandler other = handler();

    Map<String, String> headers =
        headers(
            "Tus-Resumable",
            "1.0.0",
            "Content-Type",
            BYTES,
            "Upload-Offset",
            "1000",
            "Content-Length",
            Integer.toString(CONTENT.length - 1_000));
    TusResponse rest =
        send(
            other, OWNER, "PATCH", id, headers, Arrays.copyOfRange(CONTENT, 1_000, CONTENT.length));
    assertThat(rest.status()).isEqualTo(204);
    assertThat(rest.headers()).containsKey("Ktizo-File");
  }

  private String create(long length) {
    return idIn(creation(Long.toString(length)));
  }

  private String createPart(long length) {
    return idIn(
        send(
            OWNER,
            "POST",
            "",
            headers(
                "Tus-Resumable", "1.0.0",
                "Upload-Length", Long.toString(length),
                "Upload-Concat", "partial"),
            new byte[0]));
  }

  private static String idIn(TusResponse created) {
    assertThat(created.status()).isEqualTo(201);
    return created.headers().getOrDefault("Location", "").substring("/files/".length());
  }

  private String createDeferred() {
    TusResponse created =
        send(
            OWNER,
            "POST",
            "",
            headers(
                "Tus-Resumable", "1.0.0",
                "Upload-Defer-Length", "1",
                "Upload-Metadata", "filename cGFydC5zdGw="),
            new byte[0]);
    assertThat(created.status()).isEqualTo(201);
    return idIn(created);
  }

  private TusResponse declaring(String id, long offset, String length, byte[] body) {
    return declaring(OWNER, id, offset, length, body);
  }

  private TusResponse declaring(Owner owner, String id, long offset, String length, byte[] body) {
    return send(
        owner,
        "PATCH",
        id,
        headers(
            "Tus-Resumable",
            "1.0.0",
            "Content-Type",
            BYTES,
            "Upload-Offset",
            Long.toString(offset),
            "Upload-Length",
            length,
            "Content-Length",
            Integer.toString(body.length)),
        body);
  }

  private TusResponse creation(String length) {
    return send(
        OWNER,
        "POST",
        "",
        headers(
            "Tus-Resumable", "1.0.0",
            "Upload-Length", length,
            "Upload-Metadata", "filename cGFydC5zdGw="),
        new byte[0]);
  }

  private TusResponse join(String urls) {
    return send(
        OWNER,
        "POST",
        "",
        headers("Tus-Resumable", "1.0.0", "Upload-Concat", "final;" + urls),
        new byte[0]);
  }

  private TusResponse head(Owner owner, String id) {
    return send(owner, "HEAD", id, version(), new byte[0]);
  }

  private long offset(String id) {
    return Long.parseLong(head(OWNER, id).headers().getOrDefault("Upload-Offset", ""));
  }

  private TusResponse patch(String id, long offset, byte[] body) {
    return send(
        OWNER,
        "PATCH",
        id,
        headers(
            "Tus-Resumable",
            "1.0.0",
            "Content-Type",
            BYTES,
            "Upload-Offset",
            Long.toString(offset),
            "Content-Length",
            Integer.toString(body.length)),
        body);
  }

  private TusResponse send(
      Owner owner, String method, String id, Map<String, String> headers, byte[] body) {
    return send(handler, owner, method, id, headers, body);
  }

  private static TusResponse send(
      TusHandler to,
      Owner owner,
      String method,
      String id,
      Map<String, String> headers,
      byte[] body) {
    return to.handle(
        new TusRequest(owner, method, id, headers::get, new ByteArrayInputStream(body)));
  }

  private static Map<String, String> version() {
    return headers("Tus-Resumable", "1.0.0");
  }

  /** Names and values by turns; what has no value is not sent. */
  private static Map<String, String> headers(String... pairs) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i + 1] != null) {
        headers.put(pairs[i], pairs[i + 1]);
      }
    }
    return headers;
  }
}
