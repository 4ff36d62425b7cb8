package io.ktizo.storage.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.ktizo.storage.AlreadyStoredException;
import io.ktizo.storage.FileStore;
import io.ktizo.storage.FileStoreContract;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryStoreTest extends FileStoreContract {
  private static final StoreKey KEY = new StoreKey("blob_1");

  @TempDir private Path root;
  private DirectoryStore store;

  @BeforeEach
  void open() {
    store = DirectoryStore.open(root.resolve("store"));
  }

  @Override
  protected FileStore store() {
    return store;
  }

  @Test
  void a_second_store_on_the_same_directory_sees_the_same_blobs() throws IOException {
    store.put(KEY, out -> out.write(1));
    DirectoryStore other = DirectoryStore.open(root.resolve("store"));

    assertThat(other.exists(KEY)).isTrue();
    assertThatThrownBy(() -> other.put(KEY, out -> out.write(2)))
        .isInstanceOf(AlreadyStoredException.class);
  }

  @Test
  void what_a_killed_writer_left_goes_when_its_name_is_deleted() throws IOException {
    Path left = root.resolve("store/incoming/blob_1~dead-1");
    Path foreign = root.resolve("store/incoming/blob_12~live-1");
    Files.write(left, new byte[100]);
    Files.write(foreign, new byte[100]);

    store.delete(KEY);

    assertThat(left).doesNotExist();
    assertThat(foreign).exists();
  }

  @Test
  void what_a_killed_writer_left_a_day_ago_goes_when_the_store_is_opened() throws IOException {
    Path old = root.resolve("store/incoming/blob_1~dead-1");
    Path young = root.resolve("store/incoming/blob_2~live-1");
    Files.write(old, new byte[100]);
    Files.write(young, new byte[100]);
    Instant now = Instant.parse("2026-11-25T12:00:00Z");
    Files.setLastModifiedTime(old, FileTime.from(now.minus(Duration.ofHours(25))));
    Files.setLastModifiedTime(young, FileTime.from(now.minus(Duration.ofHours(23))));

    DirectoryStore.open(root.resolve("store"), new Disk(), InstantSource.fixed(now));

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void blobs_are_spread_over_directories() throws IOException {
    for (int i = 0; i < 60; i++) {
      store.put(new StoreKey("blob_" + i), out -> {});
    }

    try (Stream<Path> shards = Files.list(root.resolve("store/blobs"))) {
      // 60 balls into 256 boxes hit 53.5 of them on average; a bad hash hits a handful.
      assertThat(shards.count()).isGreaterThan(40);
    }
  }

  @Test
  void a_file_where_the_directory_should_be_is_refused() throws IOException {
    Path file = Files.write(root.resolve("file"), new byte[1]);

    assertThatThrownBy(() -> DirectoryStore.open(file))
        .isInstanceOf(StoreUnavailableException.class);
  }

  @Test
  void a_file_system_without_hard_links_keeps_the_promise_within_the_process() throws Exception {
    Disk withoutLinks =
        new Disk() {
          @Override
          void link(Path to, Path from) throws IOException {
            throw new FileSystemException(to.toString(), null, "Operation not permitted");
          }
        };
    DirectoryStore plain =
        DirectoryStore.open(root.resolve("plain"), withoutLinks, InstantSource.system());
    plain.put(KEY, out -> out.write(1));

    assertThatThrownBy(() -> plain.put(KEY, out -> out.write(2)))
        .isInstanceOf(AlreadyStoredException.class);
    try (Stream<Path> drafts = Files.list(root.resolve("plain/incoming"))) {
      assertThat(drafts).isEmpty();
    }
  }

  @Test
  void any_file_system_of_the_jdk_will_do() throws IOException {
    try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix())) {
      DirectoryStore inMemory = DirectoryStore.open(memory.getPath("/store"));
      inMemory.put(KEY, out -> out.write(new byte[] {1, 2, 3}));

      assertThat(inMemory.length(KEY)).hasValue(3);
      try (Stream<FileStore.Listed> blobs = inMemory.list("")) {
        assertThat(blobs.map(FileStore.Listed::key)).containsExactly(KEY);
      }
    }
  }
}
