package io.ktizo.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.storage.FileStore;
import io.ktizo.storage.FileStoreContract;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoreUnavailableException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class S3StoreTest extends FileStoreContract {
  private static final StoreKey KEY = new StoreKey("blob_1");
  private static S3Server server;

  @TempDir private Path spool;
  private S3Settings settings;
  private S3Store store;

  @BeforeAll
  static void start() throws Exception {
    server = S3Server.start();
  }

  @AfterAll
  static void stop() throws Exception {
    server.stop();
  }

  @BeforeEach
  void open() {
    settings = server.bucket("b-" + UUID.randomUUID(), spool);
    store = S3Store.open(settings);
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected FileStore store() {
    return store;
  }

  @Test
  void two_prefixes_in_one_bucket_do_not_see_each_other() throws IOException {
    try (S3Store models = S3Store.open(settings.below("models/"));
        S3Store pictures = S3Store.open(settings.below("pictures/"))) {
      models.put(KEY, out -> out.write(1));

      assertThat(models.exists(KEY)).isTrue();
      assertThat(pictures.exists(KEY)).isFalse();
      try (Stream<FileStore.Listed> blobs = models.list("")) {
        assertThat(blobs.map(FileStore.Listed::key)).containsExactly(KEY);
      }
      try (Stream<FileStore.Listed> blobs = pictures.list("")) {
        assertThat(blobs).isEmpty();
      }
    }
  }

  @Test
  void no_local_file_outlives_a_put() throws IOException {
    store.put(
        KEY,
        out -> {
          out.write(new byte[1 << 20]);
          try (Stream<Path> files = Files.list(spool)) {
            assertThat(files).as("files with a name while the blob is written").isEmpty();
          }
        });

    try (Stream<Path> files = Files.list(spool)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void more_names_than_one_answer_holds_are_all_listed() throws IOException {
    // An answer holds at most 1,000 names.
    for (int i = 0; i < 1_050; i++) {
      store.put(new StoreKey("many_" + i), out -> {});
    }

    try (Stream<FileStore.Listed> blobs = store.list("many_")) {
      assertThat(blobs.map(FileStore.Listed::key)).hasSize(1_050).doesNotHaveDuplicates();
    }
  }

  @Test
  void a_missing_bucket_and_a_wrong_secret_are_the_stores_failure() {
    S3Settings elsewhere = S3Settings.at(server.address(), "no-such-bucket", S3Server.CREDENTIALS);
    try (S3Store none = S3Store.open(elsewhere)) {
      assertThatThrownBy(() -> none.put(KEY, out -> out.write(1)))
          .isInstanceOf(StoreUnavailableException.class);
    }
    S3Settings wrong =
        S3Settings.at(
            server.address(),
            settings.bucket(),
            new S3Settings.Credentials("local-access-key", "guessed"));
    try (S3Store none = S3Store.open(wrong)) {
      assertThatThrownBy(() -> none.exists(KEY)).isInstanceOf(StoreUnavailableException.class);
    }
  }

  @Test
  void a_service_that_does_not_answer_is_given_up() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        S3Store store =
            S3Store.open(
                S3Settings.at(
                        URI.create("http://127.0.0.1:" + silent.getLocalPort()),
                        "bucket",
                        S3Server.CREDENTIALS)
                    .patience(Duration.ofMillis(200), Duration.ofMillis(200), 2))) {
      long before = System.nanoTime();

      assertThatThrownBy(() -> store.exists(KEY)).isInstanceOf(StoreUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void settings_show_no_secret() {
    assertThat(settings.toString()).contains("local-access-key").doesNotContain("local-secret-key");
  }
}
