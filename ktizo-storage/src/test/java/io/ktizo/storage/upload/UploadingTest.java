package io.ktizo.storage.upload;

import static io.ktizo.storage.upload.UploadFixtures.OTHER;
import static io.ktizo.storage.upload.UploadFixtures.OWNER;
import static io.ktizo.storage.upload.UploadFixtures.names;
import static io.ktizo.storage.upload.UploadFixtures.stl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.testkit.SettableClock;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.ContentChannel;
import io.ktizo.storage.Denial;
import io.ktizo.storage.FileName;
import io.ktizo.storage.FileStore;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Quota;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Upload;
import io.ktizo.storage.Usage;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.detect.TypeDetection;
import io.ktizo.storage.scan.Scanner;
import io.ktizo.storage.store.MemoryCatalogue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

final class UploadingTest {
  private final SettableClock clock = SettableClock.atNoon();
  private final MemoryFileStore store = new MemoryFileStore();
  private final MemoryWrappedKeys keys = new MemoryWrappedKeys();
  private final EncryptedStore vault = UploadFixtures.vault(store, keys);
  private final Catalogue catalogue = new MemoryCatalogue();
  private final Uploading uploading = builder().build();

  private Uploading.Builder builder() {
    return UploadFixtures.uploading(vault, catalogue, clock)
        .limits(UploadLimits.DEFAULT.handingOverWithin(Duration.ofMillis(300)));
  }

  // All at once

  @Test
  void a_file_is_kept_with_its_type_hash_and_time() throws Exception {
    byte[] content = stl(2_000, 1);
    StoredFile file = kept(take(content, "part.stl"));

    assertThat(file.content().mediaType()).isEqualTo("model/stl");
    assertThat(file.content().sha256().hex())
        .isEqualTo(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    assertThat(file.findings()).isEmpty();
    assertThat(file.created()).isEqualTo(clock.instant());
    assertThat(file.expires()).isEqualTo(clock.instant().plus(Duration.ofDays(30)));
    assertThat(read(file)).isEqualTo(content);
    assertThat(catalogue.file(file.id())).contains(file);
  }

  @Test
  void the_same_content_costs_once_and_tells_nobody_about_others() throws IOException {
    byte[] content = stl(100, 2);
    StoredFile first = kept(take(content, "a.stl"));
    StoredFile second = kept(take(content, "b.stl"));
    Outcome others =
        uploading.take(
            Intake.of(OTHER, "c.stl", content.length),
            Body.of(new ByteArrayInputStream(content), content.length));

    assertThat(second.content()).isEqualTo(first.content());
    assertThat(catalogue.usage(OWNER)).isEqualTo(new Usage(content.length, 0, 2, 0));
    // Two owners, two blobs, two keys: nothing that could be compared from outside.
    assertThat(kept(others).content().key()).isNotEqualTo(first.content().key());
    assertThat(names(store)).hasSize(2);
    assertThat(catalogue.usage(OTHER)).isEqualTo(new Usage(content.length, 0, 1, 0));
  }

  /**
   * What takes no other steps takes no other time: whoever sends what somebody else has already
   * sees the same calls to store and catalogue as if nobody had it.
   */
  @Test
  void the_same_content_of_somebody_else_changes_no_step() throws IOException {
    byte[] content = stl(100, 2);
    List<String> whenNobodyHasIt = steps(OTHER, content);
    kept(take(content, "a.stl"));
    List<String> whenSomebodyHasIt = steps(new Owner("account_3"), content);
    List<String> whenHeHasIt = steps(OWNER, content);

    assertThat(whenSomebodyHasIt).isEqualTo(whenNobodyHasIt).isNotEmpty();
    assertThat(whenHeHasIt).as("the measure sees a difference").isNotEqualTo(whenNobodyHasIt);
  }

  private List<String> steps(Owner owner, byte[] content) {
    List<String> steps = new ArrayList<>();
    Uploading watched =
        UploadFixtures.uploading(
                UploadFixtures.vault(watched(FileStore.class, store, steps), keys),
                watched(Catalogue.class, catalogue, steps),
                clock)
            .build();
    kept(
        watched.take(
            Intake.of(owner, "part.stl", content.length),
            Body.of(new ByteArrayInputStream(content), content.length)));
    return steps;
  }

  private static <T> T watched(Class<T> type, T target, List<String> steps) {
    return type.cast(
        Proxy.newProxyInstance(
            UploadingTest.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              steps.add(type.getSimpleName() + "." + method.getName());
              try {
                return method.invoke(target, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Test
  void a_zip_bomb_is_judged_without_being_inflated_and_leaves_nothing() throws IOException {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bomb)) {
      zip.putNextEntry(new ZipEntry("3D/anything"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < 200; i++) {
        zip.write(zeros);
      }
    }
    long before = System.nanoTime();

    Outcome outcome = take(bomb.toByteArray(), "part.3mf");

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.reason().code()).isEqualTo(Refusal.Code.TYPE_NOT_ACCEPTED));
    assertThat(System.nanoTime() - before).as("nanoseconds").isLessThan(2_000_000_000L);
    assertNothingLeft();
  }

  @Test
  void what_is_no_model_is_refused_and_leaves_nothing() {
    byte[] page = "<!DOCTYPE html><html></html>".getBytes(StandardCharsets.US_ASCII);
    Uploading withTika = builder().detecting(TypeDetection.withTika()).build();

    Outcome outcome =
        withTika.take(
            Intake.of(OWNER, "part.stl", page.length), Body.of(new ByteArrayInputStream(page)));

    assertThat(outcome)
        .isEqualTo(new Outcome.Refused(new Refusal(Refusal.Code.TYPE_NOT_ACCEPTED, "text/html")));
    assertNothingLeft();
  }

  @Test
  void a_name_that_claims_another_type_is_a_finding() {
    assertThat(kept(take(stl(10, 3), "part.obj")).findings())
        .containsExactly(StoredFile.Finding.NAME_DISAGREES);
  }

  @Test
  void a_file_of_unknown_length_is_as_long_as_what_comes() {
    byte[] content = stl(100, 7);
    Outcome outcome =
        uploading.take(
            Intake.ofUnknownLength(OWNER, "part.stl"), Body.of(new ByteArrayInputStream(content)));

    StoredFile file = ((Outcome.Kept) outcome).file();
    assertThat(file.content().length()).isEqualTo(content.length);
    assertThat(catalogue.usage(OWNER)).isEqualTo(new Usage(content.length, 0, 1, 0));
  }

  @Test
  void a_file_of_unknown_length_whose_connection_breaks_leaves_nothing() {
    InputStream broken =
        new SequenceInputStream(
            new ByteArrayInputStream(stl(100, 7)),
            new InputStream() {
              @Override
              public int read() throws IOException {
                throw new IOException("cut");
              }

              @Override
              public int read(byte[] into, int offset, int length) throws IOException {
                return read();
              }
            });

    Outcome outcome = uploading.take(Intake.ofUnknownLength(OWNER, "part.stl"), Body.of(broken));

    assertThat(outcome).isEqualTo(new Outcome.Incomplete(Reception.End.CUT));
    assertNothingLeft();
  }

  @Test
  void a_body_that_ends_early_leaves_nothing() {
    byte[] content = stl(100, 4);
    Outcome outcome =
        uploading.take(
            Intake.of(OWNER, "part.stl", content.length),
            Body.of(new ByteArrayInputStream(content, 0, 1_000), content.length));

    assertThat(outcome).isEqualTo(new Outcome.Incomplete(Reception.End.CUT));
    assertNothingLeft();
  }

  @Test
  void a_body_that_breaks_leaves_nothing() {
    byte[] content = stl(100, 5);
    Outcome outcome =
        uploading.take(
            Intake.of(OWNER, "part.stl", content.length),
            Body.of(breakingAfter(content, 3_000), content.length));

    assertThat(outcome).isEqualTo(new Outcome.Incomplete(Reception.End.CUT));
    assertNothingLeft();
  }

  @Test
  void a_body_that_is_longer_than_declared_leaves_nothing() {
    byte[] content = stl(100, 6);
    Intake shorter = Intake.of(OWNER, "part.stl", content.length - 1);

    assertThat(uploading.take(shorter, Body.of(new ByteArrayInputStream(content), content.length)))
        .isEqualTo(new Outcome.TooLong());
    assertThat(uploading.take(shorter, Body.of(new ByteArrayInputStream(content))))
        .isEqualTo(new Outcome.TooLong());
    assertNothingLeft();
  }

  @Test
  void what_the_quota_has_no_room_for_is_denied_before_a_byte_is_read() {
    Quota tiny = new Quota(1_000, 10, 500, 10, Duration.ofHours(1));
    Uploading strict = builder().quota(owner -> tiny).build();
    InputStream untouched = breakingAfter(new byte[0], 0);

    assertThat(strict.take(Intake.of(OWNER, "part.stl", 501), Body.of(untouched)))
        .isEqualTo(new Outcome.Denied(List.of(new Denial.FileTooLarge(500))));
    assertNothingLeft();
  }

  @Test
  void a_store_that_fails_leaves_nothing() {
    byte[] content = stl(100, 7);
    InputStream failing =
        new InputStream() {
          @Override
          public int read() {
            throw new IllegalStateException("a bug in the host");
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            throw new IllegalStateException("a bug in the host");
          }
        };
    InputStream half =
        new SequenceInputStream(new ByteArrayInputStream(content, 0, 1_000), failing);

    assertThatThrownBy(
            () ->
                uploading.take(
                    Intake.of(OWNER, "part.stl", content.length), Body.of(half, content.length)))
        .isInstanceOf(IllegalStateException.class);
    assertNothingLeft();
  }

  @Test
  void hostile_names_are_made_harmless() {
    assertThat(FileName.of("../../etc/passwd").value()).isEqualTo("passwd");
    assertThat(FileName.of("C:\\x\\part.stl").value()).isEqualTo("part.stl");
    assertThat(FileName.of("a\r\nSet-Cookie: x=1\0.stl").value()).isEqualTo("aSet-Cookie_ x=1.stl");
    assertThat(FileName.of("part\u202Elts.exe").value()).isEqualTo("partlts.exe");
    assertThat(FileName.of("<img src=x onerror=alert(1)>.stl").value())
        .isEqualTo("_img src=x onerror=alert(1)_.stl");
    assertThat(FileName.of("..").value()).isEqualTo("file");
    assertThat(FileName.of("").value()).isEqualTo("file");
    assertThat(FileName.of("x".repeat(5_000_000) + ".stl").value())
        .hasSize(FileName.LONGEST)
        .endsWith(".stl");
    assertThat(FileName.of("a\uD83D\uDE00".repeat(150)).value().codePoints())
        .noneMatch(point -> Character.getType(point) == Character.SURROGATE);
    assertThat(FileName.of("Gro\u0308ße.stl").value()).isEqualTo("Größe.stl");
    assertThat(FileName.of("secret.stl").toString()).doesNotContain("secret");
  }

  // In parts

  @Test
  void an_interrupted_upload_goes_on_where_it_stands() throws IOException {
    byte[] content = stl(1_000, 8);
    Upload upload = admitted(content.length);

    Reception.Received first =
        (Reception.Received)
            uploading.receive(
                upload.id(), OWNER, 0, Body.of(breakingAfter(content, 20_000), content.length));
    assertThat(first.end()).isEqualTo(Reception.End.CUT);
    assertThat(first.upload().offset()).isEqualTo(20_000);
    assertThat(first.hash()).isEmpty();

    // Another instance that shares nothing but vault and catalogue.
    Uploading other = builder().build();
    Reception.Received second =
        (Reception.Received)
            other.receive(
                upload.id(),
                OWNER,
                20_000,
                Body.of(new ByteArrayInputStream(content, 20_000, content.length - 20_000)));
    assertThat(second.isComplete()).isTrue();
    StoredFile file = kept(other.judge(second));
    assertThat(file.content().pieces()).hasSize(2);
    assertThat(read(file)).isEqualTo(content);
    assertThat(kept(uploading.judge(upload.id()))).isEqualTo(file);
  }

  @Test
  void many_small_pieces_are_written_anew_as_one() throws IOException {
    byte[] content = stl(5_000, 9);
    Uploading cutting =
        builder().limits(UploadLimits.DEFAULT.pieces(1, Duration.ofSeconds(5), 3)).build();
    Upload upload = admitted(content.length);
    Reception.Received received =
        (Reception.Received)
            cutting.receive(upload.id(), OWNER, 0, Body.of(new ByteArrayInputStream(content)));
    assertThat(received.upload().pieces().size()).isGreaterThan(3);

    StoredFile file = kept(cutting.judge(received));

    assertThat(file.content().pieces()).hasSize(1);
    assertThat(read(file)).isEqualTo(content);
    assertThat(names(store)).containsExactly(file.content().pieces().get(0).blob().value());
  }

  @Test
  void parts_are_joined_in_the_order_that_was_asked_for() throws IOException {
    byte[] content = stl(1_000, 10);
    int half = content.length / 2;
    Upload front = part(Arrays.copyOf(content, half));
    Upload back = part(Arrays.copyOfRange(content, half, content.length));

    Admission.Admitted joined =
        (Admission.Admitted)
            uploading.join(OWNER, FileName.of("joined.stl"), List.of(front.id(), back.id()));
    StoredFile file = kept(uploading.judge(joined.upload().id()));

    assertThat(read(file)).isEqualTo(content);
    assertThat(names(store)).hasSize(1);
    assertThat(catalogue.usage(OWNER)).isEqualTo(new Usage(content.length, 0, 1, 0));
  }

  private Upload part(byte[] content) {
    Upload upload =
        ((Admission.Admitted)
                uploading.admit(
                    new Intake(
                        OWNER,
                        FileName.of("part"),
                        OptionalLong.of(content.length),
                        Upload.Kind.PART)))
            .upload();
    uploading.receive(upload.id(), OWNER, 0, Body.of(new ByteArrayInputStream(content)));
    return upload;
  }

  @Test
  void bytes_for_another_place_are_not_read() {
    Upload upload = admitted(100);

    assertThat(uploading.receive(upload.id(), OWNER, 7, Body.of(breakingAfter(new byte[0], 0), 10)))
        .isInstanceOf(Reception.WrongOffset.class);
    assertThat(uploading.receive(upload.id(), OTHER, 0, Body.of(InputStream.nullInputStream())))
        .isEqualTo(new Reception.Unknown());
  }

  @Test
  void bytes_that_do_not_match_their_checksum_are_not_kept() throws Exception {
    byte[] content = stl(100, 11);
    Upload upload = admitted(content.length);
    byte[] sha1 = MessageDigest.getInstance("SHA-1").digest(content);
    Body wrong =
        new Body(
            new ByteArrayInputStream(content),
            OptionalLong.of(content.length),
            Optional.of(new Checksum(Checksum.Algorithm.SHA1, new byte[20])));
    Body cut =
        new Body(
            breakingAfter(content, 1_000),
            OptionalLong.of(content.length),
            Optional.of(new Checksum(Checksum.Algorithm.SHA1, sha1)));
    Body right =
        new Body(
            new ByteArrayInputStream(content),
            OptionalLong.of(content.length),
            Optional.of(new Checksum(Checksum.Algorithm.SHA1, sha1)));

    assertThat(uploading.receive(upload.id(), OWNER, 0, wrong))
        .isEqualTo(new Reception.ChecksumMismatch());
    assertThat(names(store)).isEmpty();
    assertThat(
            ((Reception.Received) uploading.receive(upload.id(), OWNER, 0, cut)).upload().offset())
        .isZero();
    assertThat(names(store)).isEmpty();
    assertThat(((Reception.Received) uploading.receive(upload.id(), OWNER, 0, right)).isComplete())
        .isTrue();
  }

  @Test
  void a_sender_who_drips_is_hung_up_on_and_keeps_what_came() {
    byte[] content = stl(100, 12);
    Upload upload = admitted(content.length);
    InputStream dripping =
        new InputStream() {
          private int at;

          @Override
          public int read() {
            clock.advance(Duration.ofSeconds(1));
            return content[at++] & 0xFF;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            into[offset] = (byte) read();
            return 1;
          }
        };

    Reception.Received received =
        (Reception.Received) uploading.receive(upload.id(), OWNER, 0, Body.of(dripping));

    assertThat(received.end()).isEqualTo(Reception.End.TOO_SLOW);
    assertThat(received.upload().offset()).isBetween(30L, 60L);
  }

  @Test
  void whoever_goes_on_takes_the_place_of_one_who_hangs() throws Exception {
    byte[] content = stl(100, 13);
    Upload upload = admitted(content.length);
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    InputStream stuck =
        new InputStream() {
          @Override
          public int read() throws IOException {
            hanging.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            return -1;
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            return read();
          }
        };
    InputStream halfThenStuck =
        new SequenceInputStream(new ByteArrayInputStream(content, 0, 2_000), stuck);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Reception> hung =
          threads.submit(() -> uploading.receive(upload.id(), OWNER, 0, Body.of(halfThenStuck)));
      hanging.await();

      assertThat(uploading.resume(upload.id(), OWNER).orElseThrow().offset()).isZero();
      Reception second =
          uploading.receive(upload.id(), OWNER, 0, Body.of(new ByteArrayInputStream(content)));
      assertThat(((Reception.Received) second).isComplete()).isTrue();
      release.countDown();
      assertThat(((Reception.Received) hung.get()).end()).isEqualTo(Reception.End.SUPERSEDED);
    }
    StoredFile file = kept(uploading.judge(upload.id()));
    assertThat(read(file)).isEqualTo(content);
    assertThat(names(store)).hasSize(1);
  }

  // Scanning

  @Test
  void infected_files_are_refused_and_leave_nothing() {
    Uploading scanning =
        builder()
            .scanning(
                (content, length) -> new Scanner.Verdict.Infected("Eicar-Test-Signature"),
                Uploading.WhenUnscanned.HOLD)
            .build();

    assertThat(take(scanning, stl(10, 14)))
        .isEqualTo(new Outcome.Refused(new Refusal(Refusal.Code.INFECTED, "Eicar-Test-Signature")));
    assertNothingLeft();
  }

  @Test
  void without_a_scanner_files_wait_until_there_is_one() throws IOException {
    boolean[] up = {false};
    Scanner scanner =
        (content, length) ->
            up[0] ? new Scanner.Verdict.Clean() : new Scanner.Verdict.Unavailable("down");
    Uploading closed = builder().scanning(scanner, Uploading.WhenUnscanned.HOLD).build();
    byte[] content = stl(10, 15);

    assertThat(take(closed, content)).isEqualTo(new Outcome.Held());
    assertThat(catalogue.files(OWNER, null, 10)).isEmpty();
    closed.sweep();
    assertThat(catalogue.files(OWNER, null, 10)).isEmpty();
    up[0] = true;
    assertThat(closed.sweep().judged()).isEqualTo(1);
    assertThat(read(catalogue.files(OWNER, null, 10).get(0))).isEqualTo(content);
  }

  @Test
  void an_operator_may_keep_files_unscanned_and_sees_which() {
    Uploading open =
        builder()
            .scanning(
                (content, length) -> new Scanner.Verdict.Unavailable("down"),
                Uploading.WhenUnscanned.KEEP)
            .build();

    assertThat(kept(take(open, stl(10, 16))).findings())
        .containsExactly(StoredFile.Finding.NOT_SCANNED);
  }

  @Test
  void a_scanner_is_shown_every_byte_and_may_stop_looking() {
    byte[] content = stl(3_000, 17);
    byte[][] seen = new byte[1][];
    Uploading reading =
        builder()
            .scanning(
                (in, length) -> {
                  seen[0] = in.readAllBytes();
                  return new Scanner.Verdict.Clean();
                },
                Uploading.WhenUnscanned.HOLD)
            .build();
    Uploading lazy =
        builder()
            .scanning(
                (in, length) -> {
                  in.readNBytes(10);
                  return new Scanner.Verdict.Clean();
                },
                Uploading.WhenUnscanned.HOLD)
            .build();

    StoredFile first = kept(take(reading, content));
    assertThat(seen[0]).isEqualTo(content);
    assertThat(kept(take(lazy, content)).content()).isEqualTo(first.content());
  }

  // Sweeping

  @Test
  void what_expires_is_removed_with_its_key() {
    Upload upload = admitted(1_000);
    uploading.receive(upload.id(), OWNER, 0, Body.of(new ByteArrayInputStream(new byte[500])));
    StoredFile file = kept(take(stl(10, 18), "part.stl"));
    assertThat(names(store)).hasSize(2);

    clock.advance(Duration.ofHours(25));
    // The unfinished upload, and what is remembered of the one that became a file.
    assertThat(uploading.sweep().uploads()).isEqualTo(2);
    assertThat(names(store)).hasSize(1);
    clock.advance(Duration.ofDays(30));
    assertThat(uploading.sweep().files()).isEqualTo(1);

    assertNothingLeft();
    assertThat(catalogue.file(file.id())).isEmpty();
    assertThat(keys.contentKey(file.content().key())).isEmpty();
    assertThat(keys.contentKey(upload.key())).isEmpty();
  }

  @Test
  void an_aborted_upload_leaves_nothing() {
    Upload upload = admitted(1_000);
    uploading.receive(upload.id(), OWNER, 0, Body.of(new ByteArrayInputStream(new byte[500])));

    assertThat(uploading.abort(upload.id(), OTHER)).isFalse();
    assertThat(uploading.abort(upload.id(), OWNER)).isTrue();
    assertNothingLeft();
  }

  @Test
  void a_complete_upload_that_cannot_be_read_back_is_refused() {
    byte[] content = stl(100, 19);
    Upload upload = admitted(content.length);
    uploading.receive(upload.id(), OWNER, 0, Body.of(new ByteArrayInputStream(content)));
    StoreKey blob = catalogue.upload(upload.id()).orElseThrow().pieces().get(0).blob();
    store.delete(blob);

    assertThat(uploading.judge(upload.id()))
        .isEqualTo(new Outcome.Refused(new Refusal(Refusal.Code.DAMAGED, "")));
  }

  private Upload admitted(long length) {
    return ((Admission.Admitted) uploading.admit(Intake.of(OWNER, "part.stl", length))).upload();
  }

  private Outcome take(byte[] content, String name) {
    return uploading.take(
        Intake.of(OWNER, name, content.length),
        Body.of(new ByteArrayInputStream(content), content.length));
  }

  private static Outcome take(Uploading with, byte[] content) {
    return with.take(
        Intake.of(OWNER, "part.stl", content.length),
        Body.of(new ByteArrayInputStream(content), content.length));
  }

  private static StoredFile kept(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Kept.class);
    return ((Outcome.Kept) outcome).file();
  }

  private byte[] read(StoredFile file) throws IOException {
    try (ContentChannel channel =
        ContentChannel.of(vault, file.content().key(), file.content().pieces())) {
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  private void assertNothingLeft() {
    assertThat(names(store)).isEmpty();
    assertThat(catalogue.usage(OWNER)).isEqualTo(Usage.NONE);
    assertThat(catalogue.doomed(clock.instant(), 100)).isEmpty();
  }

  private static InputStream breakingAfter(byte[] content, int length) {
    return new SequenceInputStream(
        new ByteArrayInputStream(content, 0, length),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("connection reset");
          }

          @Override
          public int read(byte[] into, int offset, int count) throws IOException {
            return read();
          }
        });
  }
}
