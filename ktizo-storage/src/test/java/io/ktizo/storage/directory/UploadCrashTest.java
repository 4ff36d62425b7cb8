package io.ktizo.storage.directory;

import static io.ktizo.storage.upload.UploadFixtures.OWNER;
import static io.ktizo.storage.upload.UploadFixtures.names;
import static io.ktizo.storage.upload.UploadFixtures.stl;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.ContentChannel;
import io.ktizo.storage.KeyDestroyedException;
import io.ktizo.storage.Piece;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Upload;
import io.ktizo.storage.Usage;
import io.ktizo.storage.crypto.EncryptedStore;
import io.ktizo.storage.store.SqlCatalogue;
import io.ktizo.storage.store.SqlWrappedKeys;
import io.ktizo.storage.upload.Body;
import io.ktizo.storage.upload.Reception;
import io.ktizo.storage.upload.Uploading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process of its own for each write: it dies right before it, by {@link Runtime#halt}, which runs
 * nothing any more. What the operating system and the database had been given stays, as after
 * {@code kill -9}; a loss of power is not shown. On PostgreSQL, for which durability is claimed;
 * what an embedded H2 keeps of a killed process {@code H2KillTest} shows.
 */
final class UploadCrashTest {
  private static final byte[] CONTENT = stl(CrashingUpload.TRIANGLES, 1);

  @TempDir private Path folder;

  /** One for each run that goes on at the same time. */
  private record Databases(TestDatabase catalogue, TestDatabase keys) implements AutoCloseable {
    static Databases create() {
      return new Databases(
          TestDatabase.create(Dialect.POSTGRESQL).migrated(SqlCatalogue.MIGRATIONS),
          TestDatabase.create(Dialect.POSTGRESQL).migrated(SqlWrappedKeys.MIGRATIONS));
    }

    void empty() {
      catalogue.empty(
          "storage_files",
          "storage_contents",
          "storage_uploads",
          "storage_garbage",
          "storage_accounts",
          "storage_disclosures");
      keys.empty("storage_owner_keys");
    }

    @Override
    public void close() {
      catalogue.close();
      keys.close();
    }
  }

  @Test
  void killed_before_any_write_nothing_is_half_kept() throws Exception {
    // Announcing, keys, a file with its syncs and links, the commits: some twenty writes.
    assertThat(killAtEveryWrite(false)).isGreaterThanOrEqualTo(15);
  }

  @Test
  @EnabledIfSystemProperty(
      named = "ktizo.long",
      matches = "true",
      disabledReason = "the same with several pieces and their joining; -Dktizo.long=true")
  void killed_before_any_write_of_many_pieces_nothing_is_half_kept() throws Exception {
    assertThat(killAtEveryWrite(true)).isGreaterThanOrEqualTo(30);
  }

  /** How many writes there are. */
  private int killAtEveryWrite(boolean manyPieces) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(2);
        Databases even = Databases.create();
        Databases odd = Databases.create()) {
      for (int write = 0; ; write += 2) {
        int first = write;
        Future<Boolean> one = threads.submit(() -> killAndLook(first, even, manyPieces));
        Future<Boolean> two = threads.submit(() -> killAndLook(first + 1, odd, manyPieces));
        boolean firstDone = one.get();
        boolean secondDone = two.get();
        if (firstDone || secondDone) {
          return firstDone ? first : first + 1;
        }
      }
    }
  }

  /** Whether the upload came to its end. */
  private boolean killAndLook(int write, Databases databases, boolean manyPieces) throws Exception {
    databases.empty();
    Path root = Files.createDirectory(folder.resolve((manyPieces ? "many-" : "one-") + write));
    boolean done = run(root, write, databases, manyPieces);
    look(root, databases, "killed before write " + write, manyPieces, done);
    return done;
  }

  private static boolean run(Path root, int write, Databases databases, boolean manyPieces)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                CrashingUpload.class.getName(),
                root.toString(),
                Integer.toString(write),
                databases.catalogue().url(),
                databases.keys().url()));
    if (manyPieces) {
      command.add("many");
    }
    Path output = root.resolve("output");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(process.exitValue()).as(said).isIn(0, 99);
    assertThat(said.contains("DONE")).as(said).isEqualTo(process.exitValue() == 0);
    return process.exitValue() == 0;
  }

  private static void look(
      Path root, Databases databases, String when, boolean manyPieces, boolean done)
      throws Exception {
    Database catalogueDatabase = databases.catalogue().database();
    Database keysDatabase = databases.keys().database();
    DirectoryStore store = DirectoryStore.open(root.resolve("store"));
    EncryptedStore vault = CrashingUpload.vault(store, keysDatabase);
    InstantSource soon = InstantSource.offset(InstantSource.system(), Duration.ofHours(2));
    Catalogue catalogue = CrashingUpload.catalogue(catalogueDatabase, soon);

    // Two hours later: what was complete is judged, what nobody claimed is removed.
    Uploading uploading =
        CrashingUpload.uploading(store, catalogueDatabase, keysDatabase, soon, manyPieces);
    uploading.sweep();
    assertConsistent(catalogue, vault, when);
    for (Upload upload : catalogue.uploads(OWNER)) {
      goOn(uploading, upload, when);
    }
    assertConsistent(catalogue, vault, when);
    if (done) {
      assertThat(catalogue.files(OWNER, null, 10)).as(when).hasSize(1);
    }

    // A day later still: nothing is left but files.
    InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofDays(2));
    CrashingUpload.uploading(store, catalogueDatabase, keysDatabase, later, manyPieces).sweep();
    List<StoredFile> files = catalogue.files(OWNER, null, 10);
    assertThat(names(store))
        .as(when)
        .containsExactlyInAnyOrderElementsOf(
            files.stream()
                .flatMap(file -> file.content().pieces().stream())
                .map(piece -> piece.blob().value())
                .toList());
    try (Stream<Path> drafts = Files.list(root.resolve("store/incoming"))) {
      assertThat(drafts).as(when).isEmpty();
    }
    assertThat(catalogue.uploads(OWNER)).as(when).isEmpty();
    assertThat(catalogue.usage(OWNER))
        .as(when)
        .isEqualTo(new Usage((long) files.size() * CONTENT.length, 0, files.size(), 0));
  }

  /** Every piece that an upload has and every file that there is can be read, as it was sent. */
  private static void assertConsistent(Catalogue catalogue, EncryptedStore vault, String when)
      throws IOException {
    for (StoredFile file : catalogue.files(OWNER, null, 10)) {
      try (ContentChannel channel =
          ContentChannel.of(vault, file.content().key(), file.content().pieces())) {
        assertThat(Channels.newInputStream(channel).readAllBytes()).as(when).isEqualTo(CONTENT);
      }
    }
    for (Upload upload : catalogue.uploads(OWNER)) {
      for (Piece piece : upload.pieces()) {
        assertThat(vault.exists(piece.blob())).as(when).isTrue();
      }
    }
  }

  private static void goOn(Uploading uploading, Upload upload, String when) {
    if (upload.state() != Upload.State.RECEIVING) {
      return;
    }
    int offset = (int) upload.offset();
    Reception reception;
    try {
      reception =
          uploading.receive(
              upload.id(),
              OWNER,
              offset,
              Body.of(new ByteArrayInputStream(CONTENT, offset, CONTENT.length - offset)));
    } catch (KeyDestroyedException neverMade) {
      // Killed between the upload's row and its key: the client never learned of this upload.
      assertThat(offset).as(when).isZero();
      return;
    }
    assertThat(((Reception.Received) reception).isComplete()).as(when).isTrue();
    uploading.judge(upload.id());
  }
}
