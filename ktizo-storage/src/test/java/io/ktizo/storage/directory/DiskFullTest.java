package io.ktizo.storage.directory;

import static io.ktizo.storage.upload.UploadFixtures.OWNER;
import static io.ktizo.storage.upload.UploadFixtures.names;
import static io.ktizo.storage.upload.UploadFixtures.stl;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.ktizo.core.testkit.SettableClock;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.StorageException;
import io.ktizo.storage.StoreFullException;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.Upload;
import io.ktizo.storage.Usage;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.crypto.MemoryWrappedKeys;
import io.ktizo.storage.store.MemoryCatalogue;
import io.ktizo.storage.upload.Admission;
import io.ktizo.storage.upload.Body;
import io.ktizo.storage.upload.Intake;
import io.ktizo.storage.upload.Outcome;
import io.ktizo.storage.upload.Reception;
import io.ktizo.storage.upload.UploadFixtures;
import io.ktizo.storage.upload.UploadLimits;
import io.ktizo.storage.upload.Uploading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The directory store on a file system that is really full: Jimfs with a fixed size, which refuses
 * writes half way as a disk does. It is in memory, so this shows nothing about the operating
 * system's own buffering; that writes fail at every other step is shown by a disk that refuses at
 * the n-th.
 */
final class DiskFullTest {
  private static final int DISK = 4 << 20;

  private final SettableClock clock = SettableClock.atNoon();
  private final Catalogue catalogue = new MemoryCatalogue();
  private final MemoryWrappedKeys keys = new MemoryWrappedKeys();
  private FileSystem system;
  private DirectoryStore store;
  private Uploading uploading;

  @BeforeEach
  void open() {
    system =
        Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setMaxSize(DISK).setBlockSize(4096).build());
    store = DirectoryStore.open(system.getPath("/store"));
    uploading = uploading(store);
  }

  private Uploading uploading(DirectoryStore on) {
    return UploadFixtures.uploading(UploadFixtures.vault(on, keys), catalogue, clock)
        .limits(UploadLimits.DEFAULT.pieces(1 << 20, Duration.ofSeconds(5), 64))
        .build();
  }

  @AfterEach
  void close() throws IOException {
    system.close();
  }

  @Test
  void a_put_that_finds_no_room_leaves_nothing_and_says_so() throws IOException {
    assertThatThrownBy(() -> store.put(new StoreKey("big"), out -> out.write(new byte[2 * DISK])))
        .isInstanceOf(StoreFullException.class);

    assertThat(names(store)).isEmpty();
    assertNoDrafts(system.getPath("/store"));
    store.put(new StoreKey("small"), out -> out.write(new byte[DISK / 2]));
    assertThat(store.length(new StoreKey("small"))).hasValue(DISK / 2);
  }

  @Test
  void an_upload_that_finds_no_room_leaves_nothing_and_works_again_with_room() throws IOException {
    Path other = system.getPath("/log");
    Files.write(other, new byte[DISK / 2]);
    byte[] content = stl(60_000, 1);

    assertThatThrownBy(() -> take(content)).isInstanceOf(StoreFullException.class);
    assertThat(names(store)).isEmpty();
    assertNoDrafts(system.getPath("/store"));
    assertThat(catalogue.usage(OWNER)).isEqualTo(Usage.NONE);

    Files.delete(other);
    assertThat(take(content)).isInstanceOf(Outcome.Kept.class);
  }

  @Test
  void a_resumable_upload_keeps_what_had_room_and_goes_on() throws IOException {
    Path other = system.getPath("/log");
    Files.write(other, new byte[DISK / 2]);
    byte[] content = stl(60_000, 2);
    Upload upload =
        ((Admission.Admitted) uploading.admit(Intake.of(OWNER, "part.stl", content.length)))
            .upload();

    assertThatThrownBy(
            () ->
                uploading.receive(
                    upload.id(), OWNER, 0, Body.of(new ByteArrayInputStream(content))))
        .isInstanceOf(StoreFullException.class);
    int safe = (int) uploading.find(upload.id(), OWNER).orElseThrow().offset();
    assertThat(safe).isBetween(1 << 20, content.length - 1);

    Files.delete(other);
    Reception.Received rest =
        (Reception.Received)
            uploading.receive(
                upload.id(),
                OWNER,
                safe,
                Body.of(new ByteArrayInputStream(content, safe, content.length - safe)));
    assertThat(rest.isComplete()).isTrue();
    assertThat(uploading.judge(rest)).isInstanceOf(Outcome.Kept.class);
  }

  /** A disk that refuses the n-th thing that is done to it. */
  private static final class RefusingDisk extends Disk {
    private int left;

    RefusingDisk(int left) {
      this.left = left;
    }

    private void count() throws IOException {
      if (left-- == 0) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    FileChannel create(Path file) throws IOException {
      count();
      return super.create(file);
    }

    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
      count();
      super.write(channel, bytes);
    }

    @Override
    void sync(FileChannel channel) throws IOException {
      count();
      super.sync(channel);
    }

    @Override
    void createDirectories(Path directory) throws IOException {
      count();
      super.createDirectories(directory);
    }

    @Override
    void publish(Path from, Path to) throws IOException {
      count();
      super.publish(from, to);
    }
  }

  @Test
  void whichever_step_fails_nothing_is_half_kept() throws IOException {
    byte[] content = stl(1_000, 3);
    int failed = 0;
    Outcome outcome = null;
    for (int step = 2; outcome == null; step++) {
      Path root = system.getPath("/store-" + step);
      DirectoryStore refusing =
          DirectoryStore.open(root, new RefusingDisk(step), InstantSource.system());
      EncryptedStore vault = UploadFixtures.vault(refusing, keys);
      try {
        outcome =
            UploadFixtures.uploading(vault, catalogue, clock)
                .build()
                .take(
                    Intake.of(OWNER, "part.stl", content.length),
                    Body.of(new ByteArrayInputStream(content)));
      } catch (StorageException refused) {
        failed++;
        assertThat(names(refusing)).as("step " + step).isEmpty();
        assertNoDrafts(root);
        assertThat(catalogue.usage(OWNER)).isEqualTo(Usage.NONE);
      }
    }
    // Create, write, sync, make a directory, publish: each has failed once at least.
    assertThat(failed).isGreaterThanOrEqualTo(5);
    assertThat(outcome).isInstanceOf(Outcome.Kept.class);
  }

  private Outcome take(byte[] content) {
    return uploading.take(
        Intake.of(OWNER, "part.stl", content.length),
        Body.of(new ByteArrayInputStream(content), content.length));
  }

  private static void assertNoDrafts(Path root) throws IOException {
    try (Stream<Path> drafts = Files.list(root.resolve("incoming"))) {
      assertThat(drafts).isEmpty();
    }
  }
}
