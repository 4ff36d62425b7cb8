package io.ktizo.storage.holder;

import static io.ktizo.storage.upload.UploadFixtures.OTHER;
import static io.ktizo.storage.upload.UploadFixtures.OWNER;
import static io.ktizo.storage.upload.UploadFixtures.names;
import static io.ktizo.storage.upload.UploadFixtures.stl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.testkit.SettableClock;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.Disclosure;
import io.ktizo.storage.KeyDestroyedException;
import io.ktizo.storage.MemoryFileStore;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Piece;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.upload.Admission;
import io.ktizo.storage.upload.Body;
import io.ktizo.storage.upload.Intake;
import io.ktizo.storage.upload.Outcome;
import io.ktizo.storage.upload.UploadFixtures;
import io.ktizo.storage.upload.Uploading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class StoredFilesHolderTest {
  private static final Subject SUBJECT = new Subject("member", "1");
  private static final PersonalDataHolder.Request REQUEST =
      new PersonalDataHolder.Request(SUBJECT, "erasure-1", Map.of());

  private final SettableClock clock = SettableClock.atNoon();
  private final MemoryFileStore store = new MemoryFileStore();
  private final EncryptedStore vault = UploadFixtures.vault(store, new MemoryWrappedKeys());
  private final Catalogue catalogue = new MemoryCatalogue();
  private final Uploading uploading = UploadFixtures.uploading(vault, catalogue, clock).build();
  private final StoredFilesHolder holder =
      new StoredFilesHolder(
          vault,
          catalogue,
          clock,
          subject -> subject.equals(SUBJECT) ? Optional.of(OWNER) : Optional.empty());

  /** Remembers what is exported. */
  private static final class Export implements PersonalDataHolder.Items {
    private final List<String> kinds = new ArrayList<>();
    private final List<Map<String, ? extends @Nullable Object>> records = new ArrayList<>();
    private final List<byte[]> files = new ArrayList<>();

    @Override
    public void record(String kind, Map<String, ? extends @Nullable Object> fields) {
      kinds.add(kind);
      records.add(fields);
    }

    @Override
    public void file(String kind, String name, InputStream content) throws IOException {
      kinds.add(kind + ":" + name);
      files.add(content.readAllBytes());
    }

    @Override
    public void file(String kind, String name, long size, InputStream content) throws IOException {
      file(kind, name, content);
      assertThat(files.getLast()).hasSize(Math.toIntExact(size));
    }
  }

  private StoredFile keep(Owner owner, byte[] content) {
    Outcome outcome =
        uploading.take(
            Intake.of(owner, "part.stl", content.length),
            Body.of(new ByteArrayInputStream(content), content.length));
    return ((Outcome.Kept) outcome).file();
  }

  private StoredFile someFiles() {
    StoredFile file = keep(OWNER, stl(10, 1));
    Admission.Admitted half =
        (Admission.Admitted) uploading.admit(Intake.of(OWNER, "half.stl", 1_000));
    uploading.receive(
        half.upload().id(), OWNER, 0, Body.of(new ByteArrayInputStream(new byte[400])));
    catalogue.disclose(
        new Disclosure(
            file.id(), OWNER, "shop_1", Disclosure.RecipientKind.SHOP, "order_1", clock.instant()));
    return file;
  }

  @Test
  void an_export_holds_files_with_names_and_dates_and_who_saw_them() throws IOException {
    StoredFile file = someFiles();
    keep(OTHER, stl(10, 2));
    Export export = new Export();
    holder.export(REQUEST, export);

    assertThat(export.kinds).containsExactly("file", "file:part.stl", "upload", "disclosure");
    assertThat(export.files).containsExactly(stl(10, 1));
    assertThat(export.records.get(0).get("name")).isEqualTo("part.stl");
    assertThat(export.records.get(0).get("uploaded")).isEqualTo("2026-12-01T12:00:00Z");
    assertThat(export.records.get(0).get("id")).isEqualTo(file.id().toString());
    assertThat(export.records.get(1).get("received")).isEqualTo(400L);
    assertThat(export.records.get(2).get("recipient")).isEqualTo("shop_1");
  }

  @Test
  void an_erased_person_leaves_nothing_and_no_copy_can_be_read() throws IOException {
    StoredFile file = someFiles();
    StoredFile others = keep(OTHER, stl(10, 2));
    Piece piece = file.content().pieces().get(0);
    byte[] backup = UploadFixtures.raw(store, piece.blob());
    assertThat(holder.verify(REQUEST)).isInstanceOf(PersonalDataHolder.Remains.class);

    assertThat(holder.erase(REQUEST))
        .isEqualTo(
            new PersonalDataHolder.Erased(Map.of("file", 1L, "upload", 1L, "disclosure", 1L)));
    assertThat(holder.erase(REQUEST)).isInstanceOf(PersonalDataHolder.Erased.class);

    assertThat(holder.verify(REQUEST)).isEqualTo(new PersonalDataHolder.Nothing());
    assertThat(names(store)).containsExactly(others.content().pieces().get(0).blob().value());
    store.put(piece.blob(), out -> out.write(backup));
    assertThatThrownBy(() -> vault.open(file.content().key(), piece))
        .isInstanceOf(KeyDestroyedException.class);
    Export export = new Export();
    holder.export(REQUEST, export);
    assertThat(export.kinds).isEmpty();
  }

  @Test
  void everybodys_files_are_offered_for_a_search_once_and_unfinished_uploads_are_named()
      throws IOException {
    keep(OTHER, stl(10, 2));
    keep(OTHER, stl(10, 2));
    keep(OWNER, stl(10, 1));
    List<byte[]> read = new ArrayList<>();

    assertThat(holder.search((kind, content) -> read.add(content.readAllBytes()))).isEmpty();
    assertThat(read).containsExactlyInAnyOrder(stl(10, 1), stl(10, 2));

    assertThat(uploading.admit(Intake.of(OWNER, "half.stl", 1_000)))
        .isInstanceOfSatisfying(
            Admission.Admitted.class,
            half ->
                uploading.receive(
                    half.upload().id(),
                    OWNER,
                    0,
                    Body.of(new ByteArrayInputStream(new byte[400]))));
    assertThat(holder.search((kind, content) -> content.readAllBytes()))
        .contains("uploads that are not finished were not read");
  }

  @Test
  void somebody_who_owns_nothing_is_no_failure() throws IOException {
    PersonalDataHolder.Request stranger =
        new PersonalDataHolder.Request(new Subject("guest", "2"), "erasure-2", Map.of());

    assertThat(holder.erase(stranger)).isEqualTo(new PersonalDataHolder.Erased(Map.of()));
    assertThat(holder.verify(stranger)).isEqualTo(new PersonalDataHolder.Nothing());
    holder.export(stranger, new Export());
    assertThat(holder.describe().kinds()).hasSize(3);
  }
}
