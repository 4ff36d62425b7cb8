package io.ktizo.server.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.sql.DatabaseException;
import io.ktizo.server.Foundation;
import io.ktizo.server.StlFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is kept, for how long, and what a crash leaves behind. */
class ModelsTest {
  private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");
  private static final int QUEUE = 4;

  @TempDir Path folder;
  private Foundation database;
  private Models models;
  private MeshWork work;
  private Instant now = NOON;

  @BeforeEach
  void open() {
    database = Foundation.open(new Foundation.Place.Memory(), InstantSource.system());
    models = Models.in(folder, database.dataSource());
    work = new MeshWork(1, QUEUE);
  }

  @AfterEach
  void close() {
    work.close();
    database.close();
  }

  @Test
  void a_model_is_removed_with_its_files_when_its_time_is_over() throws IOException {
    Retention day = new Retention(Duration.ofDays(1), 100, 1 << 30);
    DeskId first = keep(day);
    now = NOON.plus(Duration.ofHours(23));
    DeskId second = keep(day);

    assertThat(models.tidy(day, NOON.plus(Duration.ofDays(1)).minusMillis(1))).isZero();
    assertThat(models.tidy(day, NOON.plus(Duration.ofDays(1)))).isEqualTo(1);
    assertThat(models.find(first)).isEmpty();
    assertThat(models.file(first)).doesNotExist();
    assertThat(models.picture(first)).doesNotExist();
    assertThat(models.find(second)).isPresent();
    assertThat(models.file(second)).exists();
  }

  @Test
  void the_oldest_go_when_there_are_too_many_or_too_large() throws IOException {
    Retention roomy = new Retention(Duration.ofDays(1), 100, 1 << 30);
    List<DeskId> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      now = NOON.plusSeconds(i);
      ids.add(keep(roomy));
    }
    long size = StlFiles.cube(20).length;

    assertThat(models.tidy(new Retention(Duration.ofDays(1), 4, 1 << 30), now)).isEqualTo(1);
    assertThat(models.tidy(new Retention(Duration.ofDays(1), 4, 2 * size), now)).isEqualTo(2);
    assertThat(ids.stream().filter(id -> models.find(id).isPresent()))
        .containsExactly(ids.get(3), ids.get(4));
  }

  @Test
  void what_a_crash_left_over_is_removed_at_the_next_start_and_nothing_else_is()
      throws IOException {
    DeskId kept = keep(Retention.DEMO);
    Path orphan = Files.writeString(folder.resolve("models/" + UUID.randomUUID() + ".model"), "x");
    Path part = Files.writeString(folder.resolve("incoming/" + UUID.randomUUID() + ".part"), "x");
    Path foreign = Files.writeString(folder.resolve("models/README"), "not ours");

    Models again = Models.in(folder, database.dataSource());

    assertThat(orphan).doesNotExist();
    assertThat(part).doesNotExist();
    assertThat(foreign).exists();
    assertThat(again.file(kept)).exists();
    assertThat(again.find(kept)).isPresent();
  }

  @Test
  void a_model_that_cannot_be_remembered_leaves_no_file() throws IOException {
    UploadedModel second = models.find(keep(Retention.DEMO)).orElseThrow();
    Path part = Files.writeString(models.newPart(second.id()), "solid");
    UploadedModel nameless =
        new UploadedModel(
            DeskId.create(DeskId.Kind.MODEL, NOON), "x".repeat(201), "0".repeat(64), 5, NOON, "{}");

    assertThatThrownBy(() -> models.keep(nameless, part, new byte[3]))
        .isInstanceOf(DatabaseException.class);

    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile))
          .containsExactlyInAnyOrder(models.file(second.id()), models.picture(second.id()));
    }
  }

  @Test
  void work_beyond_the_queue_is_refused_at_once() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (ExecutorService callers = Executors.newCachedThreadPool()) {
      Future<Integer> first =
          callers.submit(
              () ->
                  work.run(
                      () -> {
                        begun.countDown();
                        release.await();
                        return 1;
                      }));
      begun.await();
      // One is worked on; of six more callers as many wait as there is room for.
      List<Future<Integer>> more = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        more.add(
            callers.submit(
                () -> {
                  try {
                    return work.run(() -> 1);
                  } catch (BusyException busy) {
                    return 0;
                  }
                }));
      }
      Instant end = Instant.now().plusSeconds(20);
      while (more.stream().filter(Future::isDone).count() < 6 - QUEUE
          && Instant.now().isBefore(end)) {
        Thread.onSpinWait();
      }
      release.countDown();
      int served = 0;
      for (Future<Integer> caller : more) {
        served += caller.get();
      }
      assertThat(served).isEqualTo(QUEUE);
      assertThat(first.get()).isEqualTo(1);
    }
  }

  @Test
  void ids_are_read_back_as_they_were_written_and_nothing_else_is_read() {
    DeskId id = DeskId.create(DeskId.Kind.MODEL, NOON);

    assertThat(DeskId.parse(DeskId.Kind.MODEL, id.toString())).contains(id);
    assertThat(id.uuid().version()).isEqualTo(7);
    assertThat(id.uuid().getMostSignificantBits() >>> 16).isEqualTo(NOON.toEpochMilli());
    assertThat(DeskId.parse(DeskId.Kind.QUOTE, id.toString())).isEmpty();
    assertThat(DeskId.parse(DeskId.Kind.MODEL, id.uuid().toString())).isEmpty();
    assertThat(DeskId.parse(DeskId.Kind.MODEL, id.toString().toUpperCase(Locale.ROOT))).isEmpty();
    assertThat(DeskId.parse(DeskId.Kind.MODEL, id + "0")).isEmpty();
  }

  private DeskId keep(Retention retention) throws IOException {
    InstantSource clock = () -> now;
    Intake intake = new Intake(models, work, MeshLimits.DEFAULT, retention, clock);
    byte[] cube = StlFiles.cube(20);
    Intake.Outcome outcome =
        intake.receive("cube.stl", cube.length, new ByteArrayInputStream(cube));
    return ((Intake.Outcome.Kept) outcome).model().id();
  }
}
