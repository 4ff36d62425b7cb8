package io.ktizo.storage;

import static io.ktizo.storage.upload.UploadFixtures.OWNER;
import static io.ktizo.storage.upload.UploadFixtures.names;
import static io.ktizo.storage.upload.UploadFixtures.stl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.testkit.SettableClock;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.upload.Body;
import io.ktizo.storage.upload.Intake;
import io.ktizo.storage.upload.Outcome;
import io.ktizo.storage.upload.UploadFixtures;
import io.ktizo.storage.upload.Uploading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class InventoryTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final SettableClock clock = SettableClock.atNoon();
  private final MemoryFileStore store = new MemoryFileStore(clock);
  private final Catalogue catalogue = new MemoryCatalogue();
  private final Uploading uploading =
      UploadFixtures.uploading(
              UploadFixtures.vault(store, new MemoryWrappedKeys()), catalogue, clock)
          .build();
  private final Inventory inventory = new Inventory(store, catalogue, clock);

  @Test
  void store_and_catalogue_agree_after_uploads() {
    aFile();
    aFile();

    Inventory.Report report = inventory.look(DAY);

    assertThat(report).isEqualTo(new Inventory.Report(2, 2, 0, 0, List.of(), 0, 0, List.of()));
    assertThat(report.isClean()).isTrue();
  }

  @Test
  void what_a_restored_catalogue_does_not_know_is_found_and_removed_when_it_is_old_enough()
      throws IOException {
    StoredFile file = aFile();
    orphan("piece-old", 70);
    clock.advance(DAY.plusMinutes(1));
    orphan("piece-young", 30);

    Inventory.Report report = inventory.look(DAY);

    assertThat(report.isClean()).isFalse();
    assertThat(report.orphanCount()).isEqualTo(1);
    assertThat(report.orphanBytes()).isEqualTo(70);
    assertThat(report.orphans())
        .extracting(FileStore.Listed::key)
        .containsExactly(new StoreKey("piece-old"));
    assertThat(report.young()).isEqualTo(1);
    assertThat(inventory.remove(report)).isEqualTo(1);
    assertThat(names(store))
        .containsExactlyInAnyOrder("piece-young", file.content().pieces().get(0).blob().value());
    assertThat(inventory.look(DAY).isClean()).isTrue();
  }

  @Test
  void what_the_catalogue_says_is_there_and_is_not_is_reported_with_its_files() {
    StoredFile whole = aFile();
    StoredFile damaged = aFile();
    StoreKey blob = damaged.content().pieces().get(0).blob();
    store.delete(blob);

    Inventory.Report report = inventory.look(DAY);

    assertThat(report.missing())
        .containsExactly(
            new Inventory.Missing(blob, damaged.content().id(), List.of(damaged.id())));
    assertThat(report.missingCount()).isEqualTo(1);
    assertThat(report.used()).isEqualTo(2);
    assertThat(inventory.remove(report)).isZero();
    assertThat(store.exists(whole.content().pieces().get(0).blob())).isTrue();
  }

  @Test
  void garbage_and_what_is_announced_are_no_orphans() throws IOException {
    StoreKey announced = new StoreKey("piece-announced");
    catalogue.announce(announced, clock.instant().plus(Duration.ofDays(9)));
    store.put(announced, out -> out.write(1));
    clock.advance(Duration.ofDays(2));
    assertThat(inventory.look(DAY).orphanCount()).isZero();

    catalogue.withdraw(announced);
    assertThat(inventory.look(DAY).orphanCount()).isZero();
  }

  @Test
  void what_became_known_after_the_report_is_not_removed() throws IOException {
    orphan("piece-late", 1);
    clock.advance(DAY.plusMinutes(1));
    Inventory.Report report = inventory.look(DAY);
    catalogue.announce(new StoreKey("piece-late"), clock.instant());

    assertThat(inventory.remove(report)).isZero();
    assertThat(names(store)).containsExactly("piece-late");
  }

  @Test
  void a_catalogue_that_knows_nothing_of_a_full_store_is_suspicious() {
    aFile();
    clock.advance(DAY.plusMinutes(1));

    Inventory.Report report = new Inventory(store, new MemoryCatalogue(), clock).look(DAY);

    assertThat(report.isSuspicious()).isTrue();
    assertThat(report.orphanCount()).isEqualTo(1);
  }

  @Test
  void an_age_within_which_uploads_may_still_be_written_is_refused() {
    assertThatThrownBy(() -> inventory.look(Duration.ofMinutes(59)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void more_than_a_page_of_each_is_compared() throws IOException {
    for (int i = 0; i < 1_234; i++) {
      orphan("piece-" + i, 1);
    }
    clock.advance(DAY.plusMinutes(1));

    Inventory.Report report = inventory.look(DAY);

    assertThat(report.orphanCount()).isEqualTo(1_234);
    assertThat(inventory.remove(report)).isEqualTo(1_234);
    assertThat(names(store)).isEmpty();
  }

  private int seed;

  private StoredFile aFile() {
    byte[] content = stl(20, seed++);
    Outcome outcome =
        uploading.take(
            Intake.of(OWNER, "part.stl", content.length),
            Body.of(new ByteArrayInputStream(content), content.length));
    return ((Outcome.Kept) outcome).file();
  }

  private void orphan(String name, int bytes) throws IOException {
    store.put(new StoreKey(name), out -> out.write(new byte[bytes]));
  }
}
