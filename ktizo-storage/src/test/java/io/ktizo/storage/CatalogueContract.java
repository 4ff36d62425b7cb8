package io.ktizo.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every catalogue promises. */
public abstract class CatalogueContract {
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
  private static final Instant DAY_AFTER = NOON.plus(Duration.ofDays(1));
  private static final Quota QUOTA = new Quota(1_000, 5, 500, 100, Duration.ofHours(1));
  private static final Sha256 HASH = hash('a');

  private final IdGenerator ids = new TimeOrderedIds(InstantSource.system(), new Random(1));
  private final Owner owner = new Owner("account_" + UUID.randomUUID());
  private final Owner other = new Owner("account_" + UUID.randomUUID());

  /** The catalogue under test; other owners may be in it. */
  protected abstract Catalogue catalogue();

  // Uploads

  @Test
  void an_admitted_upload_is_found_and_reserves_its_room() {
    Upload upload = upload(owner, 400, Upload.Kind.WHOLE);

    assertThat(catalogue().admit(upload, QUOTA, NOON)).isEmpty();
    assertThat(catalogue().upload(upload.id())).contains(upload);
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(0, 400, 0, 1));
    assertThat(catalogue().usage(other)).isEqualTo(Usage.NONE);
    assertThat(catalogue().upload(UploadId.FORM.next(ids))).isEmpty();
  }

  @Test
  void what_a_quota_has_no_room_for_is_denied_with_all_reasons() {
    admit(500);
    admit(400);

    assertThat(catalogue().admit(upload(owner, 101, Upload.Kind.WHOLE), QUOTA, NOON))
        .containsExactly(new Denial.QuotaExhausted(1_000, 100));
    assertThat(catalogue().admit(upload(owner, 501, Upload.Kind.WHOLE), QUOTA, NOON))
        .containsExactly(new Denial.FileTooLarge(500), new Denial.QuotaExhausted(1_000, 100));
    admit(1);
    admit(1);
    admit(1);
    assertThat(catalogue().admit(upload(owner, 200, Upload.Kind.WHOLE), QUOTA, NOON))
        .containsExactly(new Denial.QuotaExhausted(1_000, 97), new Denial.TooManyFiles(5));
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(0, 903, 0, 5));
  }

  @Test
  void uploads_begin_no_faster_than_allowed() {
    Quota three = new Quota(1_000, 50, 500, 3, Duration.ofSeconds(30));
    for (int i = 0; i < 3; i++) {
      assertThat(catalogue().admit(upload(owner, 1, Upload.Kind.WHOLE), three, NOON)).isEmpty();
    }

    assertThat(catalogue().admit(upload(owner, 1, Upload.Kind.WHOLE), three, NOON))
        .containsExactly(new Denial.TooFrequent(Duration.ofSeconds(10)));
    Instant later = NOON.plusSeconds(10);
    assertThat(catalogue().admit(upload(owner, 1, Upload.Kind.WHOLE), three, later)).isEmpty();
    assertThat(catalogue().admit(upload(owner, 1, Upload.Kind.WHOLE), three, later))
        .containsExactly(new Denial.TooFrequent(Duration.ofSeconds(10)));
    assertThat(catalogue().admit(upload(other, 1, Upload.Kind.WHOLE), three, later)).isEmpty();
  }

  @Test
  void pieces_are_added_in_order_by_the_one_writer() {
    Upload upload = admit(100);
    UUID writer = UUID.randomUUID();
    assertThat(catalogue().seize(upload.id(), writer).orElseThrow().offset()).isZero();

    Piece first = announced(0, 60);
    Upload longer =
        catalogue().append(upload.id(), writer, List.of(first), DAY_AFTER).orElseThrow();
    assertThat(longer.offset()).isEqualTo(60);
    assertThat(longer.state()).isEqualTo(Upload.State.RECEIVING);
    assertThat(longer.expires()).isEqualTo(DAY_AFTER);

    assertThat(catalogue().append(upload.id(), writer, List.of(announced(70, 30)), DAY_AFTER))
        .as("a gap")
        .isEmpty();
    assertThat(catalogue().append(upload.id(), writer, List.of(announced(60, 41)), DAY_AFTER))
        .as("more than was declared")
        .isEmpty();
    assertThat(
            catalogue()
                .append(upload.id(), UUID.randomUUID(), List.of(announced(60, 40)), DAY_AFTER))
        .as("somebody else")
        .isEmpty();

    Piece second = announced(60, 20);
    Piece third = announced(80, 20);
    Upload whole =
        catalogue().append(upload.id(), writer, List.of(second, third), DAY_AFTER).orElseThrow();
    assertThat(whole.state()).isEqualTo(Upload.State.RECEIVED);
    assertThat(catalogue().upload(upload.id()).orElseThrow().pieces())
        .containsExactly(first, second, third);
  }

  @Test
  void a_writer_who_was_succeeded_writes_no_more() {
    Upload upload = admit(100);
    UUID before = UUID.randomUUID();
    UUID after = UUID.randomUUID();
    catalogue().seize(upload.id(), before);
    catalogue().seize(upload.id(), after);

    assertThat(catalogue().append(upload.id(), before, List.of(announced(0, 10)), NOON)).isEmpty();
    assertThat(catalogue().append(upload.id(), after, List.of(announced(0, 10)), NOON)).isPresent();
    catalogue().release(upload.id(), before);
    assertThat(catalogue().upload(upload.id()).orElseThrow().writer()).isEqualTo(after);
    catalogue().release(upload.id(), after);
    assertThat(catalogue().upload(upload.id()).orElseThrow().writer()).isNull();
    catalogue().seize(upload.id(), null);
    assertThat(catalogue().append(upload.id(), after, List.of(announced(10, 10)), NOON)).isEmpty();
    assertThat(catalogue().seize(UploadId.FORM.next(ids), after)).isEmpty();
  }

  @Test
  void a_complete_upload_is_judged_by_one_until_his_time_is_over() {
    Upload upload = received(100);
    UUID first = UUID.randomUUID();
    UUID second = UUID.randomUUID();

    assertThat(catalogue().unjudged(NOON, 1_000)).contains(upload.id());
    assertThat(catalogue().claim(upload.id(), first, NOON, NOON.plusSeconds(60))).isPresent();
    assertThat(catalogue().unjudged(NOON, 1_000)).doesNotContain(upload.id());
    assertThat(catalogue().claim(upload.id(), second, NOON.plusSeconds(59), DAY_AFTER)).isEmpty();
    assertThat(catalogue().claim(upload.id(), second, NOON.plusSeconds(60), DAY_AFTER)).isPresent();
    assertThat(catalogue().keep(upload.id(), first, file(upload, HASH))).as("too late").isEmpty();
    assertThat(catalogue().refuse(upload.id(), first, "INFECTED")).isFalse();
    catalogue().unclaim(upload.id(), second);
    assertThat(catalogue().claim(upload.id(), first, NOON, DAY_AFTER)).isPresent();
    assertThat(catalogue().claim(admit(10).id(), first, NOON, DAY_AFTER))
        .as("not complete")
        .isEmpty();
  }

  @Test
  void an_upload_becomes_a_file() {
    Upload upload = received(100);
    StoredFile kept = keep(upload, HASH);

    assertThat(catalogue().file(kept.id())).contains(kept);
    assertThat(kept.content().pieces()).isEqualTo(upload.pieces());
    assertThat(catalogue().files(owner, null, 10)).containsExactly(kept);
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(100, 0, 1, 0));
    Upload after = catalogue().upload(upload.id()).orElseThrow();
    assertThat(after.state()).isEqualTo(Upload.State.KEPT);
    assertThat(after.fileIfKept()).contains(kept.id());
    assertThat(after.offset()).isEqualTo(100);
    assertThat(garbage()).doesNotContainAnyElementsOf(blobs(upload.pieces()));
  }

  @Test
  void the_same_content_is_kept_once_for_each_owner() {
    Upload first = received(owner, 100);
    StoredFile kept = keep(first, HASH);
    Upload again = received(owner, 100);
    StoredFile same = keep(again, HASH);

    assertThat(same.id()).isNotEqualTo(kept.id());
    assertThat(same.content()).isEqualTo(kept.content());
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(100, 0, 2, 0));
    assertThat(garbage())
        .containsAll(blobs(again.pieces()))
        .contains(new Doomed.Key(again.key()))
        .doesNotContain(new Doomed.Key(first.key()));

    Upload others = received(other, 100);
    StoredFile theirs = keep(others, HASH);
    assertThat(theirs.content().id()).isNotEqualTo(kept.content().id());
    assertThat(catalogue().usage(other)).isEqualTo(new Usage(100, 0, 1, 0));
  }

  @Test
  void what_was_written_anew_takes_the_place_of_the_pieces_that_came() {
    Upload upload = received(100);
    Piece merged = announced(0, 100);
    UUID worker = claimed(upload);
    StoredFile file = file(upload, HASH, List.of(merged));

    assertThat(catalogue().keep(upload.id(), worker, file)).contains(file);
    assertThat(garbage())
        .containsAll(blobs(upload.pieces()))
        .doesNotContain(new Doomed.Blob(merged.blob()));
    Upload late = received(100);
    StoredFile unannounced =
        file(late, hash('b'), List.of(new Piece(new StoreKey("never-announced"), 0, 100)));
    assertThat(catalogue().keep(late.id(), claimed(late), unannounced)).isEmpty();
    assertThat(catalogue().upload(late.id()).orElseThrow().state())
        .isEqualTo(Upload.State.RECEIVED);
  }

  @Test
  void what_is_refused_is_garbage_and_frees_its_room() {
    Upload upload = received(100);

    assertThat(catalogue().refuse(upload.id(), claimed(upload), "INFECTED")).isTrue();
    Upload after = catalogue().upload(upload.id()).orElseThrow();
    assertThat(after.state()).isEqualTo(Upload.State.REFUSED);
    assertThat(after.refusal()).isEqualTo("INFECTED");
    assertThat(catalogue().usage(owner)).isEqualTo(Usage.NONE);
    assertThat(garbage())
        .containsAll(blobs(upload.pieces()))
        .contains(new Doomed.Key(upload.key()));
  }

  @Test
  void what_is_dropped_is_garbage_and_frees_its_room() {
    Upload upload = received(100);

    assertThat(catalogue().drop(upload.id())).isTrue();
    assertThat(catalogue().drop(upload.id())).isFalse();
    assertThat(catalogue().upload(upload.id())).isEmpty();
    assertThat(catalogue().usage(owner)).isEqualTo(Usage.NONE);
    assertThat(garbage())
        .containsAll(blobs(upload.pieces()))
        .contains(new Doomed.Key(upload.key()));
  }

  @Test
  void forgetting_the_upload_of_a_kept_file_leaves_the_file() {
    Upload upload = received(100);
    StoredFile kept = keep(upload, HASH);

    assertThat(catalogue().drop(upload.id())).isTrue();
    assertThat(catalogue().file(kept.id())).contains(kept);
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(100, 0, 1, 0));
    assertThat(garbage()).doesNotContainAnyElementsOf(blobs(upload.pieces()));
  }

  @Test
  void expired_uploads_are_listed() {
    Upload upload = admit(10);

    assertThat(catalogue().expiredUploads(upload.expires().minusMillis(1), 1_000))
        .doesNotContain(upload.id());
    assertThat(catalogue().expiredUploads(upload.expires(), 1_000)).contains(upload.id());
    assertThat(catalogue().dropExpired(upload.id(), upload.expires().minusMillis(1))).isFalse();
    assertThat(catalogue().upload(upload.id())).isPresent();
    assertThat(catalogue().dropExpired(upload.id(), upload.expires())).isTrue();
    assertThat(catalogue().upload(upload.id())).isEmpty();
  }

  @Test
  void an_empty_upload_is_complete_at_once() {
    Upload upload = admit(0);

    assertThat(catalogue().upload(upload.id()).orElseThrow().state())
        .isEqualTo(Upload.State.RECEIVED);
    assertThat(keep(upload, HASH).content().pieces()).isEmpty();
  }

  // Joining

  @Test
  void parts_are_joined_and_lend_their_room() {
    Upload first = received(owner, 200, Upload.Kind.PART);
    Upload second = received(owner, 300, Upload.Kind.PART);
    Upload joining = joining(owner, List.of(first.id(), second.id()));

    Upload joined = ((Catalogue.Joining.Joined) catalogue().join(joining, QUOTA)).upload();

    assertThat(joined.length()).isEqualTo(500);
    assertThat(catalogue().upload(joined.id())).contains(joined);
    assertThat(catalogue().usage(owner).reservedBytes()).isEqualTo(500);
    assertThat(catalogue().upload(first.id()).orElseThrow().expires()).isEqualTo(joining.expires());
    assertThat(catalogue().unjudged(NOON, 1_000))
        .contains(joined.id())
        .doesNotContain(first.id(), second.id());

    Piece merged = announced(0, 500);
    StoredFile kept =
        catalogue()
            .keep(joined.id(), claimed(joined), file(joined, HASH, List.of(merged)))
            .orElseThrow();
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(500, 0, 1, 0));
    assertThat(catalogue().upload(first.id())).isEmpty();
    assertThat(garbage())
        .containsAll(blobs(first.pieces()))
        .containsAll(blobs(second.pieces()))
        .contains(new Doomed.Key(second.key()));
    assertThat(catalogue().file(kept.id())).isPresent();
  }

  @Test
  void what_is_no_complete_part_of_the_same_owner_cannot_be_joined() {
    Upload fit = received(owner, 10, Upload.Kind.PART);
    Upload unfinished = upload(owner, 10, Upload.Kind.PART);
    assertThat(catalogue().admit(unfinished, QUOTA, NOON)).isEmpty();
    Upload whole = received(owner, 10);
    Upload foreign = received(other, 10, Upload.Kind.PART);
    for (UploadId unfit :
        List.of(unfinished.id(), whole.id(), foreign.id(), UploadId.FORM.next(ids))) {
      assertThat(catalogue().join(joining(owner, List.of(fit.id(), unfit)), QUOTA))
          .isInstanceOf(Catalogue.Joining.PartsUnfit.class);
    }
    assertThat(catalogue().upload(fit.id()).orElseThrow().reserved()).isEqualTo(10);
  }

  @Test
  void a_part_lends_its_room_once() {
    Upload part = received(owner, 450, Upload.Kind.PART);
    assertThat(catalogue().join(joining(owner, List.of(part.id())), QUOTA))
        .isInstanceOf(Catalogue.Joining.Joined.class);
    assertThat(catalogue().join(joining(owner, List.of(part.id())), QUOTA))
        .isInstanceOf(Catalogue.Joining.Joined.class);
    assertThat(catalogue().usage(owner).reservedBytes()).isEqualTo(900);

    assertThat(catalogue().join(joining(owner, List.of(part.id())), QUOTA))
        .isEqualTo(new Catalogue.Joining.Denied(List.of(new Denial.QuotaExhausted(1_000, 100))));
    assertThat(catalogue().join(joining(owner, List.of(part.id(), part.id())), QUOTA))
        .isEqualTo(
            new Catalogue.Joining.Denied(
                List.of(new Denial.FileTooLarge(500), new Denial.QuotaExhausted(1_000, 100))));
  }

  // Files

  @Test
  void files_are_listed_page_by_page() {
    List<StoredFile> kept = new ArrayList<>();
    for (char c : "abc".toCharArray()) {
      kept.add(keep(received(10), hash(c)));
    }

    assertThat(catalogue().files(owner, null, 2)).containsExactly(kept.get(0), kept.get(1));
    assertThat(catalogue().files(owner, kept.get(1).id(), 2)).containsExactly(kept.get(2));
    assertThat(catalogue().files(owner, kept.get(2).id(), 2)).isEmpty();
    assertThat(catalogue().files(other, null, 2)).isEmpty();
  }

  @Test
  void a_deleted_file_leaves_garbage_only_when_no_other_shares_its_content() {
    Upload upload = received(100);
    StoredFile first = keep(upload, HASH);
    StoredFile second = keep(received(100), HASH);
    Piece picture = announced(0, 7);
    DerivedFile thumbnail = new DerivedFile("thumbnail", "image/png", hash('c'), picture);
    assertThat(catalogue().derive(first.id(), thumbnail)).isTrue();
    assertThat(catalogue().derived(second.id())).containsExactly(thumbnail);

    assertThat(catalogue().delete(first.id())).isTrue();
    assertThat(catalogue().file(first.id())).isEmpty();
    assertThat(catalogue().file(second.id())).isPresent();
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(100, 0, 1, 0));
    assertThat(garbage()).doesNotContainAnyElementsOf(blobs(upload.pieces()));

    assertThat(catalogue().delete(second.id())).isTrue();
    assertThat(catalogue().delete(second.id())).isFalse();
    assertThat(catalogue().usage(owner)).isEqualTo(Usage.NONE);
    assertThat(garbage())
        .containsAll(blobs(upload.pieces()))
        .contains(new Doomed.Blob(picture.blob()), new Doomed.Key(upload.key()));
  }

  @Test
  void something_derived_takes_the_place_of_what_was_there() {
    StoredFile file = keep(received(100), HASH);
    Piece before = announced(0, 5);
    Piece after = announced(0, 6);
    assertThat(catalogue().derive(file.id(), new DerivedFile("viewer", "model/gltf", HASH, before)))
        .isTrue();
    DerivedFile second = new DerivedFile("viewer", "model/gltf-binary", HASH, after);
    assertThat(catalogue().derive(file.id(), second)).isTrue();

    assertThat(catalogue().derived(file.id())).containsExactly(second);
    assertThat(garbage()).contains(new Doomed.Blob(before.blob()));
    assertThat(
            catalogue()
                .derive(
                    FileId.FORM.next(ids),
                    new DerivedFile("viewer", "model/gltf", HASH, announced(0, 5))))
        .isFalse();
  }

  @Test
  void files_expire_when_they_are_told_to() {
    StoredFile file = keep(received(100), HASH);

    assertThat(catalogue().expire(file.id(), NOON)).isTrue();
    assertThat(catalogue().expiredFiles(NOON, 1_000)).contains(file.id());
    assertThat(catalogue().expiredFiles(NOON.minusMillis(1), 1_000)).doesNotContain(file.id());
    assertThat(catalogue().expire(file.id(), null)).isTrue();
    assertThat(catalogue().expiredFiles(NOON, 1_000)).doesNotContain(file.id());
    assertThat(catalogue().file(file.id()).orElseThrow().expires()).isNull();
    assertThat(catalogue().deleteExpired(file.id(), DAY_AFTER)).as("kept for ever").isFalse();
    catalogue().expire(file.id(), NOON);
    assertThat(catalogue().deleteExpired(file.id(), NOON.minusMillis(1))).isFalse();
    assertThat(catalogue().deleteExpired(file.id(), NOON)).isTrue();
    assertThat(catalogue().file(file.id())).isEmpty();
    assertThat(catalogue().deleteExpired(file.id(), NOON)).isFalse();
    assertThat(catalogue().expire(FileId.FORM.next(ids), NOON)).isFalse();
  }

  @Test
  void findings_are_remembered() {
    Upload upload = received(100);
    StoredFile file = file(upload, HASH);
    StoredFile noticed =
        new StoredFile(
            file.id(),
            owner,
            FileName.of("Größe <3>.stl"),
            file.content(),
            Set.of(StoredFile.Finding.NAME_DISAGREES, StoredFile.Finding.NOT_SCANNED),
            NOON,
            NOON,
            DAY_AFTER);

    assertThat(catalogue().keep(upload.id(), claimed(upload), noticed)).contains(noticed);
    assertThat(catalogue().file(file.id())).contains(noticed);
  }

  // People

  @Test
  void disclosures_are_listed_in_order() {
    StoredFile file = keep(received(100), HASH);
    Disclosure second = disclosure(file, "shop_2", NOON.plusSeconds(1));
    Disclosure first = disclosure(file, "shop_1", NOON);
    catalogue().disclose(second);
    catalogue().disclose(first);

    assertThat(catalogue().disclosures(owner)).containsExactly(first, second);
    assertThat(catalogue().disclosures(other)).isEmpty();
  }

  @Test
  void an_erased_owner_leaves_garbage_and_no_row() {
    Upload kept = received(owner, 100);
    StoredFile file = keep(kept, HASH);
    keep(received(owner, 100), HASH);
    Piece picture = announced(0, 7);
    catalogue().derive(file.id(), new DerivedFile("thumbnail", "image/png", HASH, picture));
    Upload running = admit(50);
    UUID writer = UUID.randomUUID();
    catalogue().seize(running.id(), writer);
    Piece half = announced(0, 20);
    catalogue().append(running.id(), writer, List.of(half), DAY_AFTER);
    catalogue().disclose(disclosure(file, "shop_1", NOON));
    StoredFile theirs = keep(received(other, 100), HASH);
    assertThat(catalogue().rowsAbout(owner)).isPositive();
    assertThat(catalogue().uploads(owner)).extracting(Upload::id).containsExactly(running.id());

    catalogue().erase(owner);
    catalogue().erase(owner);

    assertThat(catalogue().rowsAbout(owner)).isZero();
    assertThat(catalogue().files(owner, null, 10)).isEmpty();
    assertThat(catalogue().usage(owner)).isEqualTo(Usage.NONE);
    assertThat(garbage())
        .containsAll(blobs(kept.pieces()))
        .contains(
            new Doomed.Blob(picture.blob()),
            new Doomed.Blob(half.blob()),
            new Doomed.Key(kept.key()),
            new Doomed.Key(running.key()));
    assertThat(catalogue().append(running.id(), writer, List.of(announced(20, 30)), DAY_AFTER))
        .isEmpty();
    assertThat(catalogue().file(theirs.id())).contains(theirs);
    assertThat(catalogue().rowsAbout(other)).isPositive();
  }

  // Garbage

  @Test
  void an_announced_blob_is_garbage_when_its_time_comes_and_nothing_claimed_it() {
    Upload upload = admit(100);
    UUID writer = UUID.randomUUID();
    catalogue().seize(upload.id(), writer);
    Piece late = new Piece(new StoreKey("late-" + UUID.randomUUID()), 0, 100);
    catalogue().announce(late.blob(), NOON);
    Doomed blob = new Doomed.Blob(late.blob());

    assertThat(catalogue().doomed(NOON.minusSeconds(1), 10_000)).doesNotContain(blob);
    assertThat(catalogue().doomed(NOON, 10_000)).contains(blob);
    assertThat(catalogue().append(upload.id(), writer, List.of(late), DAY_AFTER))
        .as("what is doomed cannot be claimed")
        .isEmpty();
    assertThat(catalogue().upload(upload.id()).orElseThrow().offset()).isZero();
    catalogue().gone(blob);
    catalogue().gone(blob);
    assertThat(catalogue().doomed(NOON, 10_000)).doesNotContain(blob);
  }

  @Test
  void a_withdrawn_blob_is_garbage_at_once_and_a_claimed_one_cannot_be_withdrawn() {
    Piece unwanted = announced(0, 10);
    Upload upload = received(100);

    catalogue().withdraw(unwanted.blob());
    upload.pieces().forEach(piece -> catalogue().withdraw(piece.blob()));

    assertThat(garbage())
        .contains(new Doomed.Blob(unwanted.blob()))
        .doesNotContainAnyElementsOf(blobs(upload.pieces()));
  }

  // Races

  @Test
  void a_deferred_upload_holds_room_only_for_what_comes() {
    Upload upload = deferred();
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(0, 0, 0, 1));
    UUID writer = UUID.randomUUID();
    catalogue().seize(upload.id(), writer);

    assertThat(catalogue().reserve(upload.id(), UUID.randomUUID(), 10, QUOTA)).isZero();
    assertThat(catalogue().reserve(upload.id(), writer, 300, QUOTA)).isEqualTo(300);
    assertThat(catalogue().usage(owner).reservedBytes()).isEqualTo(300);
    assertThat(append(upload, writer, announced(0, 301))).as("beyond its room").isEmpty();
    assertThat(append(upload, writer, announced(0, 100)).orElseThrow().state())
        .isEqualTo(Upload.State.RECEIVING);

    catalogue().release(upload.id(), writer);
    assertThat(catalogue().usage(owner).reservedBytes()).as("what was not used").isEqualTo(100);
  }

  @Test
  void whoever_goes_on_with_a_deferred_upload_frees_what_the_one_before_had_reserved() {
    Upload upload = deferred();
    UUID killed = UUID.randomUUID();
    catalogue().seize(upload.id(), killed);
    catalogue().reserve(upload.id(), killed, 300, QUOTA);
    assertThat(append(upload, killed, announced(0, 100))).isPresent();

    Upload now = catalogue().seize(upload.id(), null).orElseThrow();

    assertThat(now.reserved()).isEqualTo(100);
    assertThat(catalogue().usage(owner).reservedBytes()).isEqualTo(100);
    assertThat(append(upload, killed, announced(100, 10))).isEmpty();
  }

  @Test
  void a_deferred_upload_gets_no_more_room_than_its_owner_has() {
    Upload upload = deferred();
    UUID writer = UUID.randomUUID();
    catalogue().seize(upload.id(), writer);
    long most = Math.min(QUOTA.fileBytes(), QUOTA.bytes());

    assertThat(catalogue().reserve(upload.id(), writer, Long.MAX_VALUE, QUOTA)).isEqualTo(most);
    assertThat(catalogue().reserve(upload.id(), writer, 1, QUOTA)).isZero();
    catalogue().drop(upload.id());
    assertThat(catalogue().usage(owner)).isEqualTo(Usage.NONE);
  }

  @Test
  void a_length_is_declared_once_and_completes_what_is_there() {
    Upload upload = deferred();
    UUID writer = UUID.randomUUID();
    catalogue().seize(upload.id(), writer);
    catalogue().reserve(upload.id(), writer, 300, QUOTA);
    assertThat(append(upload, writer, announced(0, 100))).isPresent();

    assertThat(catalogue().declare(upload.id(), 99, QUOTA))
        .isInstanceOf(Catalogue.Declaration.Unfit.class);
    assertThat(catalogue().declare(upload.id(), QUOTA.fileBytes() + 1, QUOTA))
        .isInstanceOf(Catalogue.Declaration.Denied.class);
    Upload declared =
        ((Catalogue.Declaration.Declared) catalogue().declare(upload.id(), 100, QUOTA)).upload();

    assertThat(declared.state()).isEqualTo(Upload.State.RECEIVED);
    assertThat(declared.deferred()).isFalse();
    assertThat(catalogue().usage(owner).reservedBytes()).isEqualTo(100);
    assertThat(catalogue().declare(upload.id(), 100, QUOTA))
        .isInstanceOf(Catalogue.Declaration.Declared.class);
    assertThat(catalogue().declare(upload.id(), 101, QUOTA))
        .isInstanceOf(Catalogue.Declaration.Unfit.class);
    assertThat(keep(declared, hash('d')).content().length()).isEqualTo(100);
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(100, 0, 1, 0));
  }

  @Test
  void a_declared_length_reserves_what_is_still_to_come() {
    Upload upload = deferred();
    catalogue().declare(upload.id(), 500, QUOTA);

    assertThat(catalogue().usage(owner).reservedBytes()).isEqualTo(500);
    assertThat(catalogue().upload(upload.id()).orElseThrow().state())
        .isEqualTo(Upload.State.RECEIVING);
    UUID writer = UUID.randomUUID();
    catalogue().seize(upload.id(), writer);
    assertThat(append(upload, writer, announced(0, 500)).orElseThrow().state())
        .isEqualTo(Upload.State.RECEIVED);
  }

  @Test
  void blobs_are_known_by_what_they_are_for() {
    Upload running = received(200);
    Upload kept = received(100);
    StoredFile file = keep(kept, hash('e'));
    Piece thumbnail = announced(0, 10);
    catalogue().derive(file.id(), new DerivedFile("thumbnail", "image/png", hash('f'), thumbnail));
    Piece announced = announced(0, 1);
    StoreKey stranger = new StoreKey("stranger");
    List<StoreKey> used = new ArrayList<>();
    running.pieces().forEach(piece -> used.add(piece.blob()));
    kept.pieces().forEach(piece -> used.add(piece.blob()));
    used.add(thumbnail.blob());

    List<StoreKey> asked = new ArrayList<>(used);
    asked.addAll(List.of(announced.blob(), stranger));
    assertThat(catalogue().unknown(asked)).containsExactly(stranger);
    assertThat(catalogue().unknown(List.of())).isEmpty();
    assertThat(used).allMatch(blob -> catalogue().isUsed(blob));
    assertThat(catalogue().isUsed(announced.blob())).isFalse();
    assertThat(catalogue().files(file.content().id())).containsExactly(file.id());

    List<Catalogue.Use> all = new ArrayList<>();
    List<Catalogue.Use> page = catalogue().uses(null, 2);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = catalogue().uses(page.get(page.size() - 1).blob(), 2);
    }
    // Other tests share the database.
    assertThat(all)
        .doesNotHaveDuplicates()
        .contains(
            new Catalogue.Use(running.pieces().get(0).blob(), running.id()),
            new Catalogue.Use(kept.pieces().get(0).blob(), file.content().id()),
            new Catalogue.Use(thumbnail.blob(), file.content().id()))
        .extracting(Catalogue.Use::blob)
        .containsAll(used);

    catalogue().delete(file.id());
    assertThat(catalogue().unknown(used)).as("garbage is known").isEmpty();
    assertThat(catalogue().isUsed(thumbnail.blob())).isFalse();
  }

  @Test
  void admitting_from_many_threads_never_exceeds_the_quota() throws Exception {
    Quota ten = new Quota(100, 1_000, 100, 1_000, Duration.ofHours(1));
    List<Future<Boolean>> admitted = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 40; i++) {
        admitted.add(
            threads.submit(
                () ->
                    catalogue().admit(upload(owner, 10, Upload.Kind.WHOLE), ten, NOON).isEmpty()));
      }
    }

    int yes = 0;
    for (Future<Boolean> one : admitted) {
      yes += one.get() ? 1 : 0;
    }
    assertThat(yes).isEqualTo(10);
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(0, 100, 0, 10));
  }

  @Test
  void keeping_the_same_content_from_many_threads_keeps_it_once() throws Exception {
    Quota roomy = new Quota(10_000, 1_000, 500, 1_000, Duration.ofHours(1));
    List<Upload> uploads = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      uploads.add(received(owner, 100, Upload.Kind.WHOLE, roomy));
    }
    List<Future<StoredFile>> kept = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
      for (Upload upload : uploads) {
        kept.add(threads.submit(() -> keep(upload, HASH)));
      }
    }

    ContentId content = kept.get(0).get().content().id();
    for (Future<StoredFile> one : kept) {
      assertThat(one.get().content().id()).isEqualTo(content);
    }
    assertThat(catalogue().usage(owner)).isEqualTo(new Usage(100, 0, 12, 0));
  }

  // Fixtures

  private Upload admit(long length) {
    Upload upload = upload(owner, length, Upload.Kind.WHOLE);
    assertThat(catalogue().admit(upload, QUOTA, NOON)).isEmpty();
    return upload;
  }

  private Upload upload(Owner whose, long length, Upload.Kind kind) {
    return Upload.begin(
        UploadId.FORM.next(ids),
        whose,
        FileName.of("part.stl"),
        length,
        kind,
        KeyId.FORM.next(ids),
        NOON,
        NOON.plusSeconds(3600));
  }

  private Upload deferred() {
    Upload upload =
        Upload.beginDeferred(
            UploadId.FORM.next(ids),
            owner,
            FileName.of("part.stl"),
            QUOTA.fileBytes(),
            Upload.Kind.WHOLE,
            KeyId.FORM.next(ids),
            NOON,
            NOON.plusSeconds(3600));
    assertThat(catalogue().admit(upload, QUOTA, NOON)).isEmpty();
    assertThat(catalogue().upload(upload.id())).contains(upload);
    return upload;
  }

  private Optional<Upload> append(Upload upload, UUID writer, Piece piece) {
    return catalogue().append(upload.id(), writer, List.of(piece), NOON.plusSeconds(3600));
  }

  private Upload joining(Owner whose, List<UploadId> parts) {
    return Upload.joining(
        UploadId.FORM.next(ids),
        whose,
        FileName.of("joined.stl"),
        parts,
        KeyId.FORM.next(ids),
        NOON,
        DAY_AFTER);
  }

  private Upload received(long length) {
    return received(owner, length);
  }

  private Upload received(Owner whose, long length) {
    return received(whose, length, Upload.Kind.WHOLE);
  }

  private Upload received(Owner whose, long length, Upload.Kind kind) {
    return received(whose, length, kind, QUOTA);
  }

  private Upload received(Owner whose, long length, Upload.Kind kind, Quota quota) {
    Upload upload = upload(whose, length, kind);
    assertThat(catalogue().admit(upload, quota, NOON)).isEmpty();
    UUID writer = UUID.randomUUID();
    catalogue().seize(upload.id(), writer);
    List<Piece> pieces =
        List.of(announced(0, length / 2), announced(length / 2, length - length / 2));
    return catalogue().append(upload.id(), writer, pieces, NOON.plusSeconds(3600)).orElseThrow();
  }

  private Piece announced(long offset, long length) {
    Piece piece = new Piece(new StoreKey("blob-" + UUID.randomUUID()), offset, length);
    catalogue().announce(piece.blob(), DAY_AFTER);
    return piece;
  }

  private UUID claimed(Upload upload) {
    UUID worker = UUID.randomUUID();
    assertThat(catalogue().claim(upload.id(), worker, NOON, DAY_AFTER)).isPresent();
    return worker;
  }

  private StoredFile keep(Upload upload, Sha256 hash) {
    return catalogue().keep(upload.id(), claimed(upload), file(upload, hash)).orElseThrow();
  }

  private StoredFile file(Upload upload, Sha256 hash) {
    return file(upload, hash, upload.pieces());
  }

  private StoredFile file(Upload upload, Sha256 hash, List<Piece> pieces) {
    return new StoredFile(
        FileId.FORM.next(ids),
        upload.owner(),
        upload.name(),
        new StoredFile.Content(
            ContentId.FORM.next(ids), "model/stl", upload.length(), hash, upload.key(), pieces),
        Set.of(),
        NOON,
        NOON,
        DAY_AFTER);
  }

  private static Disclosure disclosure(StoredFile file, String shop, Instant at) {
    return new Disclosure(
        file.id(), file.owner(), shop, Disclosure.RecipientKind.SHOP, "order_1", at);
  }

  private List<Doomed> garbage() {
    return catalogue().doomed(NOON, 100_000);
  }

  private static List<Doomed> blobs(List<Piece> pieces) {
    return pieces.stream().<Doomed>map(piece -> new Doomed.Blob(piece.blob())).toList();
  }

  private static Sha256 hash(char digit) {
    return new Sha256(String.valueOf(digit).repeat(64));
  }
}
