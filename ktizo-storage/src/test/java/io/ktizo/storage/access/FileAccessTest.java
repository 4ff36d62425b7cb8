package io.ktizo.storage.access;

import static io.ktizo.storage.upload.UploadFixtures.OTHER;
import static io.ktizo.storage.upload.UploadFixtures.OWNER;
import static io.ktizo.storage.upload.UploadFixtures.names;
import static io.ktizo.storage.upload.UploadFixtures.stl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.sun.net.httpserver.HttpServer;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.testkit.SettableClock;
import io.ktizo.storage.ByteRange;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.DamagedFileException;
import io.ktizo.storage.DerivedFile;
import io.ktizo.storage.Disclosure;
import io.ktizo.storage.FileId;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Owner;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Usage;
import io.ktizo.storage.Vault;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.upload.Body;
import io.ktizo.storage.upload.Intake;
import io.ktizo.storage.upload.Outcome;
import io.ktizo.storage.upload.UploadFixtures;
import io.ktizo.storage.upload.Uploading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class FileAccessTest {
  private static final Viewer CUSTOMER = new Viewer.Customer(OWNER);
  private static final Viewer SHOP = new Viewer.Shop("shop_1");
  private static final Viewer OTHER_SHOP = new Viewer.Shop("shop_2");
  private static final Viewer STAFF = new Viewer.Staff("staff_1", "complaint 17");
  private static final String SESSION = "session-1";

  private final SettableClock clock = SettableClock.atNoon();
  private final MemoryFileStore store = new MemoryFileStore();
  private final MemoryWrappedKeys keys = new MemoryWrappedKeys();
  private final EncryptedStore vault = UploadFixtures.vault(store, keys);
  private final Catalogue catalogue = new MemoryCatalogue();
  private final TimeOrderedIds ids = new TimeOrderedIds(clock, new SecureRandom());
  private final Keeping keeping = new Keeping(vault, catalogue, clock, ids);

  /** Shops that have an order on every file. */
  private final Set<String> shopsAtWork = ConcurrentHashMap.newKeySet();

  private final ShopGrounds grounds =
      (shop, file) -> shopsAtWork.contains(shop) ? Optional.of("order_1") : Optional.empty();
  private final FileAccess access = new FileAccess(vault, catalogue, grounds, clock);
  private final DownloadLinks links = new DownloadLinks(new byte[32], clock);
  private final Downloads downloads = new Downloads(access, links);
  private final byte[] content = stl(40_000, 1);
  private final StoredFile file = keep(vault, OWNER, content);

  private StoredFile keep(Vault in, Owner owner, byte[] bytes) {
    Outcome outcome =
        Uploading.builder(in, catalogue, ids)
            .clock(clock)
            .build()
            .take(
                Intake.of(owner, "Größe \"M\".stl", bytes.length),
                Body.of(new ByteArrayInputStream(bytes), bytes.length));
    return ((Outcome.Kept) outcome).file();
  }

  // Who

  @Test
  void the_owner_reads_his_file_and_nobody_else_does() throws IOException {
    assertThat(read(CUSTOMER)).isEqualTo(content);
    assertThat(access.open(file.id(), new Viewer.Customer(OTHER), ByteRange.ALL))
        .isInstanceOf(Opening.Refused.class);
    assertThat(access.open(file.id(), SHOP, ByteRange.ALL)).isInstanceOf(Opening.Refused.class);
    assertThat(access.open(FileId.FORM.next(ids), CUSTOMER, ByteRange.ALL))
        .isInstanceOf(Opening.Missing.class);
    assertThat(catalogue.disclosures(OWNER)).isEmpty();
  }

  @Test
  void a_shop_with_an_order_reads_it_and_that_is_written_down() throws IOException {
    shopsAtWork.add("shop_1");

    assertThat(read(SHOP)).isEqualTo(content);
    assertThat(access.open(file.id(), OTHER_SHOP, ByteRange.ALL))
        .isInstanceOf(Opening.Refused.class);
    assertThat(catalogue.disclosures(OWNER))
        .containsExactly(
            new Disclosure(
                file.id(),
                OWNER,
                "shop_1",
                Disclosure.RecipientKind.SHOP,
                "order_1",
                clock.instant()));
  }

  @Test
  void staff_reads_it_with_a_reason_that_is_written_down() throws IOException {
    assertThat(read(STAFF)).isEqualTo(content);
    assertThat(catalogue.disclosures(OWNER))
        .extracting(Disclosure::recipient, Disclosure::kind, Disclosure::ground)
        .containsExactly(tuple("staff_1", Disclosure.RecipientKind.STAFF, "complaint 17"));
    assertThatThrownBy(() -> new Viewer.Staff("staff_1", " "))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // How long

  @Test
  void a_shop_that_is_removed_reads_no_more_while_it_reads() throws IOException {
    shopsAtWork.add("shop_1");
    try (InputStream in = opened(SHOP, ByteRange.ALL)) {
      in.readNBytes(100_000);
      shopsAtWork.remove("shop_1");
      clock.advance(Duration.ofMillis(500));

      assertThatThrownBy(in::readAllBytes).isInstanceOf(AccessEndedException.class);
    }
    assertThat(access.open(file.id(), SHOP, ByteRange.ALL)).isInstanceOf(Opening.Refused.class);
  }

  @Test
  void a_file_that_is_deleted_is_read_no_more() throws IOException {
    try (InputStream in = opened(CUSTOMER, ByteRange.ALL)) {
      in.readNBytes(100_000);
      keeping.delete(file.id(), OWNER);
      clock.advance(Duration.ofMillis(500));

      assertThatThrownBy(in::readAllBytes).isInstanceOf(AccessEndedException.class);
    }
  }

  @Test
  void a_link_that_expires_ends_a_running_download() throws IOException {
    String token = links.sign(file.id(), "", SESSION, Duration.ofSeconds(30));
    Downloads.Response response = download(token, SESSION, CUSTOMER, null);
    assertThat(response.status()).isEqualTo(200);
    response.content().readNBytes(100_000);
    clock.advance(Duration.ofSeconds(30));

    assertThatThrownBy(response.content()::readAllBytes).isInstanceOf(AccessEndedException.class);
    assertThat(download(token, SESSION, CUSTOMER, null).status()).isEqualTo(403);
  }

  /** Over a real connection and in real time: the order is closed while bytes flow. */
  @Test
  void a_running_download_is_cut_within_a_second_of_the_order_being_closed() throws Exception {
    shopsAtWork.add("shop_1");
    FileAccess live = new FileAccess(vault, catalogue, grounds, InstantSource.system());
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          Opening opening = live.open(file.id(), SHOP, ByteRange.ALL);
          try (exchange;
              InputStream in = ((Opening.Opened) opening).content()) {
            byte[] slice = new byte[1_000];
            for (int read = in.read(slice); read >= 0; read = in.read(slice)) {
              exchange.getResponseBody().write(slice, 0, read);
              exchange.getResponseBody().flush();
              LockSupport.parkNanos(5_000_000);
            }
          } catch (AccessEndedException ended) {
            // Closing in the middle of a chunked body tells the client that it is not whole.
          }
        });
    server.start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                  .build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        in.readNBytes(20_000);
        shopsAtWork.remove("shop_1");
        long closed = System.nanoTime();
        long more = drain(in);
        Duration after = Duration.ofNanos(System.nanoTime() - closed);

        assertThat(after).isLessThan(Duration.ofSeconds(1));
        assertThat(20_000 + more).isLessThan(content.length);
      }
    } finally {
      server.stop(0);
      threads.shutdownNow();
    }
  }

  private static long drain(InputStream in) {
    long count = 0;
    try {
      while (in.read() >= 0) {
        count++;
      }
    } catch (IOException cut) {
      return count;
    }
    return count;
  }

  // Links

  @Test
  void a_link_is_good_for_one_file_one_session_and_some_minutes() {
    String token = links.sign(file.id(), "", SESSION, Duration.ofMinutes(5));
    FileId other = FileId.FORM.next(ids);

    assertThat(links.verify(token, file.id(), "", SESSION))
        .contains(clock.instant().plus(Duration.ofMinutes(5)));
    assertThat(links.verify(token, other, "", SESSION)).isEmpty();
    assertThat(links.verify(token, file.id(), "thumbnail", SESSION)).isEmpty();
    assertThat(links.verify(token, file.id(), "", "session-2")).isEmpty();
    long later = clock.instant().plus(Duration.ofHours(1)).getEpochSecond();
    assertThat(links.verify(later + token.substring(token.indexOf('.')), file.id(), "", SESSION))
        .isEmpty();
    for (String malformed :
        new String[] {"", ".", "x", "1.", "-1.x", "99999999999999999999.x", token + "x"}) {
      assertThat(links.verify(malformed, file.id(), "", SESSION)).as(malformed).isEmpty();
    }
    byte[] otherKey = new byte[32];
    otherKey[0] = 1;
    assertThat(new DownloadLinks(otherKey, clock).verify(token, file.id(), "", SESSION)).isEmpty();
    clock.advance(Duration.ofMinutes(5));
    assertThat(links.verify(token, file.id(), "", SESSION)).isEmpty();
    assertThatThrownBy(() -> links.sign(file.id(), "", SESSION, Duration.ofMinutes(16)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DownloadLinks(new byte[31], clock))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_link_opens_nothing_that_its_session_may_not_see() {
    String token = links.sign(file.id(), "", SESSION, Duration.ofMinutes(5));

    assertThat(download(token, SESSION, new Viewer.Customer(OTHER), null).status()).isEqualTo(403);
    assertThat(download(token, SESSION, SHOP, null).status()).isEqualTo(403);
  }

  // HTTP

  @Test
  void browsers_save_what_they_get_and_do_not_show_it() throws IOException {
    Downloads.Response response = download(null);

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers())
        .containsEntry("Content-Type", "model/stl")
        .containsEntry("X-Content-Type-Options", "nosniff")
        .containsEntry("Content-Security-Policy", "sandbox; default-src 'none'")
        .containsEntry("Cache-Control", "private, no-store")
        .containsEntry("Accept-Ranges", "bytes")
        .containsEntry("Content-Length", Integer.toString(content.length))
        .containsEntry(
            "Content-Disposition",
            "attachment; filename=\"Gr__e _M_.stl\"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_M_.stl");
    assertThat(response.content().readAllBytes()).isEqualTo(content);
    response.content().close();
  }

  @Test
  void ranges_are_answered_as_rfc_9110_says() throws IOException {
    int size = content.length;
    assertRange("bytes=0-99", 0, 100);
    assertRange("bytes=100-", 100, size);
    assertRange("bytes=-100", size - 100, size);
    assertRange("bytes=" + (size - 1) + "-" + (size + 50), size - 1, size);
    assertRange("bytes=-99999999999", 0, size);
    for (String whole :
        new String[] {
          "bytes=-", "bytes=9-8", "lines=1-2", "bytes=0-1,5-6", "bytes=a-b", "", "bytes=0-9 x"
        }) {
      assertThat(download(whole).status()).as(whole).isEqualTo(200);
    }
    Downloads.Response beyond = download("bytes=" + size + "-");
    assertThat(beyond.status()).isEqualTo(416);
    assertThat(beyond.headers()).containsEntry("Content-Range", "bytes */" + size);
    assertThat(download("bytes=-0").status()).isEqualTo(416);
  }

  private void assertRange(String range, int from, int to) throws IOException {
    Downloads.Response response = download(range);
    assertThat(response.status()).as(range).isEqualTo(206);
    assertThat(response.headers())
        .containsEntry("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length)
        .containsEntry("Content-Length", Integer.toString(to - from));
    try (InputStream in = response.content()) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(content, from, to));
    }
  }

  @Test
  void a_range_of_another_version_is_answered_with_all_of_this_one() {
    String token = links.sign(file.id(), "", SESSION, Duration.ofMinutes(5));
    String tag = "\"" + file.content().sha256() + "\"";
    for (String ifRange : new String[] {tag, "\"old\"", "Wed, 21 Oct 2026 07:28:00 GMT"}) {
      Downloads.Response response =
          downloads.answer(
              new Downloads.Request(file.id(), "", token, SESSION, CUSTOMER, "bytes=0-9", ifRange));
      assertThat(response.status()).isEqualTo(ifRange.equals(tag) ? 206 : 200);
    }
  }

  // Integrity

  @Test
  void bytes_that_changed_at_rest_are_never_given_out_as_whole() throws IOException {
    StoreKey blob = file.content().pieces().get(0).blob();
    byte[] raw = UploadFixtures.raw(store, blob);
    raw[raw.length - 10] ^= 1;
    store.delete(blob);
    store.put(blob, out -> out.write(raw));

    assertThatThrownBy(() -> read(CUSTOMER)).isInstanceOf(DamagedFileException.class);
    try (InputStream in = opened(CUSTOMER, new ByteRange(0, 100))) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOf(content, 100));
    }
  }

  @Test
  void without_encryption_the_hash_finds_changes_in_whole_files_and_in_parts() throws IOException {
    Vault plain = Vault.unprotected(store);
    FileAccess plainAccess = new FileAccess(plain, catalogue, grounds, clock);
    byte[] bytes = stl(5_000, 2);
    StoredFile unprotected = keep(plain, OTHER, bytes);
    Viewer other = new Viewer.Customer(OTHER);
    ByteRange part = new ByteRange(1_000, 2_000);
    try (InputStream in =
        ((Opening.Opened) plainAccess.open(unprotected.id(), other, part)).content()) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 1_000, 3_000));
    }
    StoreKey blob = unprotected.content().pieces().get(0).blob();
    bytes[2_000] ^= 1;
    store.delete(blob);
    store.put(blob, out -> out.write(bytes));

    for (ByteRange range : new ByteRange[] {ByteRange.ALL, part, new ByteRange(5_000, 10)}) {
      try (InputStream in =
          ((Opening.Opened) plainAccess.open(unprotected.id(), other, range)).content()) {
        assertThatThrownBy(in::readAllBytes).isInstanceOf(DamagedFileException.class);
      }
    }
  }

  // Derived files

  @Test
  void what_is_derived_shares_the_key_the_access_and_the_fate_of_its_source() throws IOException {
    byte[] picture = "picture".getBytes(StandardCharsets.US_ASCII);
    DerivedFile thumbnail =
        keeping
            .derive(file.id(), "thumbnail", "image/png", out -> out.write(picture))
            .orElseThrow();

    try (InputStream in =
        ((Opening.Opened) access.openDerived(file.id(), "thumbnail", CUSTOMER, ByteRange.ALL))
            .content()) {
      assertThat(in.readAllBytes()).isEqualTo(picture);
    }
    assertThat(access.openDerived(file.id(), "thumbnail", SHOP, ByteRange.ALL))
        .isInstanceOf(Opening.Refused.class);
    assertThat(access.openDerived(file.id(), "viewer", CUSTOMER, ByteRange.ALL))
        .isInstanceOf(Opening.Missing.class);
    assertThat(store.exists(thumbnail.piece().blob())).isTrue();

    assertThat(keeping.delete(file.id(), OTHER)).isFalse();
    assertThat(keeping.delete(file.id(), OWNER)).isTrue();
    assertThat(names(store)).isEmpty();
    assertThat(keys.contentKey(file.content().key())).isEmpty();
    assertThat(catalogue.usage(OWNER)).isEqualTo(Usage.NONE);
    assertThat(keeping.derive(file.id(), "thumbnail", "image/png", out -> out.write(1))).isEmpty();
  }

  @Test
  void a_derivation_that_fails_leaves_nothing() {
    int before = names(store).size();

    assertThatThrownBy(
            () ->
                keeping.derive(
                    file.id(),
                    "thumbnail",
                    "image/png",
                    out -> {
                      out.write(1);
                      throw new IOException("renderer failed");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(names(store)).hasSize(before);
    assertThat(catalogue.derived(file.id())).isEmpty();
  }

  @Test
  void an_ordered_file_is_kept_beyond_its_first_term() {
    Uploading uploading = Uploading.builder(vault, catalogue, ids).clock(clock).build();
    Instant end = clock.instant().plus(Duration.ofDays(400));

    assertThat(keeping.keepUntil(file.id(), end)).isTrue();
    clock.advance(Duration.ofDays(399));
    assertThat(uploading.sweep().files()).isZero();
    assertThat(keeping.keepForever(file.id())).isTrue();
    clock.advance(Duration.ofDays(9_999));
    assertThat(uploading.sweep().files()).isZero();
    assertThat(keeping.list(OWNER, null, 10)).extracting(StoredFile::id).containsExactly(file.id());
  }

  private InputStream opened(Viewer viewer, ByteRange range) {
    return ((Opening.Opened) access.open(file.id(), viewer, range)).content();
  }

  private byte[] read(Viewer viewer) throws IOException {
    try (InputStream in = opened(viewer, ByteRange.ALL)) {
      return in.readAllBytes();
    }
  }

  private Downloads.Response download(@Nullable String range) {
    return download(
        links.sign(file.id(), "", SESSION, Duration.ofMinutes(5)), SESSION, CUSTOMER, range);
  }

  private Downloads.Response download(
      String token, String session, Viewer viewer, @Nullable String range) {
    return downloads.answer(
        new Downloads.Request(file.id(), "", token, session, viewer, range, null));
  }
}
