package io.ktizo.privacy.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.KeySource;
import io.ktizo.privacy.Progress;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.export.SealedOutput.Disk;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.PersonalDataHolder;
import io.ktizo.privacy.store.Vault;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ExportsTest {
  private static final Subject ADA = new Subject("person", "1");
  private static final Subject BOB = new Subject("person", "2");
  private static final Duration WEEK = Duration.ofDays(7);
  private static final byte[] SECRET = new byte[32];

  /** Cut often, so that little data has many places to be taken up at. */
  private static final Measure SMALL = new Measure(4_000, 70, 30_000);

  @TempDir private Path folder;
  private Instant now;

  @BeforeEach
  void start() {
    now = Instant.parse("2026-11-25T12:00:00Z");
  }

  @ParameterizedTest
  @EnumSource
  void an_archive_interrupted_at_any_write_comes_to_equal_one_that_was_not(Databases database)
      throws Exception {
    DataSource source = manyRows(database);
    Counting counting = new Counting(Integer.MAX_VALUE);
    byte[] whole = fetch(shelf(source, "whole", counting), ADA);
    assertThat(counting.writes).isGreaterThan(100);
    // Also equal to an archive that never saw a checkpoint.
    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    new Exporting(application(source), ExportSettings.NONE, SMALL)
        .export(ADA, Scope.ACCESS, streamed);
    assertThat(streamed.toByteArray()).isEqualTo(whole);

    int step = Math.max(1, counting.writes / (database == Databases.H2 ? 25 : 8));
    for (int failing = 3; failing < counting.writes; failing += step) {
      Exports broken = shelf(source, "broken", new Counting(failing));
      String id = broken.begin(ADA, Scope.ACCESS);
      assertThatThrownBy(() -> broken.resume(id))
          .as("write %s", failing)
          .isInstanceOfSatisfying(
              ArchiveNotWrittenException.class, error -> assertThat(error.diskFull()).isTrue());

      Exports next = shelf(source, "broken", new Counting(Integer.MAX_VALUE));
      assertThat(next.resume()).extracting(Kept::id).containsExactly(id);
      assertThat(fetch(next, id)).as("after write %s", failing).isEqualTo(whole);
      next.withdraw(id);
    }
  }

  @Test
  void an_archive_interrupted_again_and_again_still_comes_to_its_end() throws Exception {
    DataSource source = manyRows(Databases.H2);
    byte[] whole = fetch(shelf(source, "whole", new Counting(Integer.MAX_VALUE)), ADA);

    Exports shelf = shelf(source, "broken", Disk.LOCAL);
    String id = shelf.begin(ADA, Scope.ACCESS);
    int attempts = 0;
    boolean ready = false;
    while (!ready) {
      try {
        // Each attempt gets a little further than one checkpoint.
        ready = shelf(source, "broken", new Counting(25)).resume(id).ready();
      } catch (ArchiveNotWrittenException full) {
        attempts++;
      }
      assertThat(attempts).isLessThan(500);
    }
    assertThat(attempts).isGreaterThan(5);
    assertThat(fetch(shelf, id)).isEqualTo(whole);
  }

  @Test
  void large_tables_come_in_parts_that_read_back_as_one() throws Exception {
    DataSource source = manyRows(Databases.H2);
    Path zip = folder.resolve("parts.zip");
    Files.write(zip, fetch(shelf(source, "whole", new Counting(Integer.MAX_VALUE)), ADA));

    try (ExportArchive archive = ExportArchive.open(zip)) {
      assertThat(archive.entries()).contains("data/letters.json", "data/letters-4.csv");
      List<Object> ids = new java.util.ArrayList<>();
      archive.rows("letters", row -> ids.add(row.values().get("id")));
      assertThat(ids).hasSize(402).isSortedAccordingTo((a, b) -> Long.compare((long) a, (long) b));
    }
  }

  @Test
  void nothing_on_the_disk_can_be_read_without_the_secret() throws Exception {
    DataSource source = manyRows(Databases.H2);
    Exports broken = shelf(source, "disk", new Counting(60));
    String begun = broken.begin(ADA, Scope.ACCESS);
    assertThatThrownBy(() -> broken.resume(begun)).isInstanceOf(ArchiveNotWrittenException.class);
    Kept ready = shelf(source, "disk", Disk.LOCAL).make(BOB, Scope.ACCESS);

    try (Stream<Path> files = Files.walk(folder.resolve("disk"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain("PK\u0003\u0004", "person", "letters", "example");
      }
    }
    Exports other =
        new Exports(
            application(
                source,
                KeySource.of(
                    "other",
                    "another secret of 32 bytes or so"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8))),
            folder.resolve("disk"),
            WEEK,
            ExportSettings.NONE);
    assertThatThrownBy(() -> fetch(other, ready.id()))
        .isInstanceOf(UnreadableArchiveException.class);
    // What only helped to make it is gone.
    try (Stream<Path> files = Files.list(folder.resolve("disk").resolve(ready.id()))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("archive", "state", "lock");
    }
  }

  @Test
  void archives_end_when_their_time_is_over() throws Exception {
    DataSource source = Letters.create(Databases.H2);
    Exports shelf = shelf(source, "time", Disk.LOCAL);
    Kept ada = shelf.make(ADA, Scope.ACCESS);
    assertThat(ada.expiresAt()).isEqualTo(Instant.parse("2026-12-02T12:00:00Z"));
    now = now.plus(Duration.ofDays(5));
    Kept bob = shelf.make(BOB, Scope.PORTABILITY);
    assertThat(shelf.list()).containsExactlyInAnyOrder(ada, bob);
    assertThat(shelf.expire()).isZero();

    now = Instant.parse("2026-12-02T12:00:00Z");
    // Over is over, whether or not somebody has swept.
    assertThatThrownBy(() -> fetch(shelf, ada.id())).isInstanceOf(UnknownArchiveException.class);
    assertThat(shelf.list()).containsExactly(bob);
    assertThat(shelf.expire()).isEqualTo(1);
    assertThat(folder.resolve("time").resolve(ada.id())).doesNotExist();
    assertThat(fetch(shelf, bob.id())).isNotEmpty();
  }

  @Test
  void archives_of_an_erased_person_can_be_withdrawn() throws Exception {
    Exports shelf = shelf(Letters.create(Databases.H2), "withdraw", Disk.LOCAL);
    shelf.begin(ADA, Scope.ACCESS);
    shelf.make(ADA, Scope.PORTABILITY);
    Kept bob = shelf.make(BOB, Scope.ACCESS);

    assertThat(shelf.withdraw(ADA)).isEqualTo(2);
    assertThat(shelf.list()).containsExactly(bob);
    assertThat(shelf.withdraw(ADA)).isZero();
  }

  @Test
  void what_is_not_there_or_not_ready_is_said() throws Exception {
    Exports shelf = shelf(Letters.create(Databases.H2), "errors", Disk.LOCAL);
    String begun = shelf.begin(ADA, Scope.ACCESS);

    assertThatThrownBy(() -> fetch(shelf, begun)).isInstanceOf(ArchiveNotReadyException.class);
    assertThatThrownBy(() -> fetch(shelf, "0".repeat(32)))
        .isInstanceOf(UnknownArchiveException.class);
    assertThatThrownBy(() -> fetch(shelf, "../../etc")).isInstanceOf(UnknownArchiveException.class);
    Path state = folder.resolve("errors").resolve(begun).resolve("state");
    byte[] bytes = Files.readAllBytes(state);
    bytes[bytes.length - 1] ^= 1;
    Files.write(state, bytes);
    assertThatThrownBy(() -> shelf.resume(begun)).isInstanceOf(UnreadableArchiveException.class);
  }

  @Test
  void two_never_make_one_archive_at_once() throws Exception {
    DataSource source = Letters.create(Databases.H2);
    Exports shelf = shelf(source, "busy", Disk.LOCAL);
    String id = shelf.begin(ADA, Scope.ACCESS);
    Disk meddling =
        new Disk() {
          @Override
          public FileChannel create(Path file) throws IOException {
            if (file.endsWith("archive")) {
              assertThatThrownBy(() -> shelf.resume(id)).isInstanceOf(ArchiveBusyException.class);
              assertThat(shelf.resume()).isEmpty();
            }
            return Disk.LOCAL.create(file);
          }

          @Override
          public FileChannel reopen(Path file) throws IOException {
            return Disk.LOCAL.reopen(file);
          }

          @Override
          public void keepNames(Path folder) throws IOException {
            Disk.LOCAL.keepNames(folder);
          }
        };

    assertThat(shelf(source, "busy", meddling).resume(id).ready()).isTrue();
  }

  private DataSource manyRows(Databases database) throws Exception {
    DataSource source = Letters.create(database);
    try (Connection connection = source.getConnection();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO letters VALUES (?, 1, 2, ?, ?, ?)");
        PreparedStatement visit = connection.prepareStatement("INSERT INTO visits VALUES (1, ?)")) {
      for (int i = 0; i < 400; i++) {
        insert.setInt(1, 1000 + i * 7 % 400);
        insert.setString(2, "my note " + i);
        insert.setString(3, "BOBS-NOTE " + i);
        insert.setString(4, "text ".repeat(i % 50) + i);
        insert.addBatch();
        visit.setString(1, "page " + i * 37 % 100);
        visit.addBatch();
      }
      insert.executeBatch();
      visit.executeBatch();
    }
    return source;
  }

  private Exports shelf(DataSource source, String name, Disk disk) {
    return new Exports(
        application(source), folder.resolve(name), WEEK, ExportSettings.NONE, SMALL, disk);
  }

  private Application application(DataSource source) {
    return application(source, KeySource.of("first", SECRET));
  }

  private Application application(DataSource source, KeySource keys) {
    return new Application(
        source, Letters.map(), List.of(new Noise()), () -> now, Progress.SILENT, new Vault(keys));
  }

  private static byte[] fetch(Exports shelf, Subject subject) throws IOException {
    return fetch(shelf, shelf.make(subject, Scope.ACCESS).id());
  }

  private static byte[] fetch(Exports shelf, String id) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    shelf.fetch(id, out);
    return out.toByteArray();
  }

  /** Fails at one write, and at every one after it, as a full disk does. */
  private static final class Counting implements Disk {
    private final int failing;
    private int writes;

    Counting(int failing) {
      this.failing = failing;
    }

    @Override
    public FileChannel create(Path file) throws IOException {
      return new Limited(Disk.LOCAL.create(file));
    }

    @Override
    public FileChannel reopen(Path file) throws IOException {
      return new Limited(Disk.LOCAL.reopen(file));
    }

    @Override
    public void keepNames(Path folder) {}

    private final class Limited extends PlainChannel {
      Limited(FileChannel channel) {
        super(channel);
      }

      /** The machine goes on running in these tests, only the process is gone: this saves time. */
      @Override
      public void force(boolean metaData) {}

      @Override
      public int write(ByteBuffer bytes) throws IOException {
        if (++writes >= failing) {
          // Half of it still finds room.
          ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
          super.write(half);
          throw new IOException("No space left on device");
        }
        return super.write(bytes);
      }
    }
  }

  /** Files of bytes that do not shrink, and of some that do. */
  private static final class Noise implements PersonalDataHolder {
    @Override
    public Description describe() {
      return new Description(
          "noise",
          "Noise",
          List.of(new Kind("noise", "noise", Category.FILE, List.of(), List.of(), null, "subject")),
          List.of(),
          null);
    }

    @Override
    public void export(Request request, Items items) throws IOException {
      for (int i = 0; i < 5; i++) {
        byte[] content = new byte[i == 3 ? 700_000 : 2_000 * i];
        if (i % 2 == 0) {
          new Random(i).nextBytes(content);
        }
        items.file("noise", "file " + i, new ByteArrayInputStream(content));
        items.record("noise", Map.of("number", i));
      }
    }

    @Override
    public Outcome erase(Request request) {
      return new Erased(Map.of());
    }

    @Override
    public Finding verify(Request request) {
      return new Nothing();
    }
  }
}
