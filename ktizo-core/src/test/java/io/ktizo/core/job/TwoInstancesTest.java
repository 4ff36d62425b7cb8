package io.ktizo.core.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.EventId;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.testkit.TestDatabase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two processes share the events and timers of one PostgreSQL; one is killed ({@code SIGKILL})
 * while it is in the middle of an event and of a timer.
 */
class TwoInstancesTest {
  private static final int THINGS = 25;
  private static final int EVENTS_EACH = 8;
  private static final int TIMERS = 60;

  @AutoClose
  private static final TestDatabase DATABASE =
      TestDatabase.create(Dialect.POSTGRESQL).migrated(CoreTables.migrations());

  private final Database database = DATABASE.database();

  @Test
  @Timeout(90)
  void each_event_and_timer_takes_effect_once_although_an_instance_is_killed() throws Exception {
    createTables();
    Instant start = Instant.now();
    fillOutboxAndTimers(start);

    Process victim = start("victim", 12);
    List<String> stuck = new ArrayList<>();
    try (BufferedReader said = victim.inputReader(UTF_8);
        Instance survivor = survivorAfter(said, stuck)) {
      assertThat(survivor.name()).isEqualTo("survivor");
      assertThat(stuck).as("stuck in the middle of an event and a timer").hasSize(2);
      victim.destroyForcibly();
      assertThat(victim.waitFor(10, TimeUnit.SECONDS)).isTrue();
      long ticksBefore = count("kind = 'tick_calls' AND instance = 'survivor'");

      await(() -> effects() == THINGS * EVENTS_EACH + TIMERS);
      await(() -> count("kind = 'tick_calls' AND instance = 'survivor'") > ticksBefore + 3);
      await(() -> new JdbcOutbox(database).backlog().events() == 0);
      await(() -> waitingTimers() == 0);
    } finally {
      victim.destroyForcibly();
    }

    assertThat(effects()).isEqualTo(THINGS * EVENTS_EACH + TIMERS);
    for (String id : stuck) {
      assertThat(callers(id))
          .as("begun by the victim, done by the survivor: %s", id)
          .containsExactly("survivor", "victim");
      assertThat(doneBy(id)).containsExactly("survivor");
    }
    assertThat(calledMoreThanOnce())
        .as("only what the victim held when it was killed was begun twice: 3 events, 3 timers")
        .isBetween(2L, 6L);
    assertThat(outOfOrder()).isZero();
    assertThat(count("instance = 'victim'")).isPositive();
  }

  private Instance survivorAfter(BufferedReader said, List<String> stuck) throws IOException {
    Instance survivor = null;
    String line;
    while (stuck.size() < 2 && (line = said.readLine()) != null) {
      if (line.startsWith("stuck in ")) {
        stuck.add(line.substring(line.lastIndexOf(' ') + 1));
      }
      if (survivor == null) {
        // The victim is in the middle of its work: time for the second instance to join.
        survivor = new Instance("survivor", DATABASE.url(), DATABASE.user(), Integer.MAX_VALUE);
      }
    }
    if (survivor == null) {
      throw new IllegalStateException("the victim ended before it began");
    }
    return survivor;
  }

  private static Process start(String name, int limit) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Instance.class.getName(),
            name,
            DATABASE.url(),
            DATABASE.user(),
            Integer.toString(limit))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private void createTables() {
    database
        .sql(
            """
            CREATE TABLE calls (
              seq BIGINT GENERATED ALWAYS AS IDENTITY, kind TEXT, id TEXT, instance TEXT)
            """)
        .update();
    database
        .sql(
            """
            CREATE TABLE effects (
              seq BIGINT GENERATED ALWAYS AS IDENTITY, id TEXT PRIMARY KEY, about TEXT,
              number INTEGER, instance TEXT)
            """)
        .update();
  }

  private void fillOutboxAndTimers(Instant now) {
    TimeOrderedIds ids = new TimeOrderedIds(InstantSource.fixed(now), new Random(3));
    Timer timer = Instance.timer(key -> {});
    database.run(
        transaction -> {
          List<Event> events = new ArrayList<>();
          for (int number = 0; number < EVENTS_EACH; number++) {
            for (int thing = 0; thing < THINGS; thing++) {
              events.add(
                  new Event(
                      EventId.FORM.next(ids),
                      "thing-changed",
                      "thing_" + thing,
                      now,
                      Map.of("n", Integer.toString(number))));
            }
          }
          new JdbcOutbox(database).append(transaction, events);
          for (int key = 0; key < TIMERS; key++) {
            timer.set(transaction, "thing_" + key, now);
          }
          timer.set(transaction, "cancelled", now);
          timer.cancel(transaction, "cancelled");
        });
  }

  private long effects() {
    return database.sql("SELECT COUNT(*) AS n FROM effects").one(row -> row.number("n"));
  }

  private long waitingTimers() {
    return database
        .sql("SELECT COUNT(*) AS n FROM scheduled_tasks WHERE task_name = 'reminder'")
        .one(row -> row.number("n"));
  }

  private long count(String condition) {
    return database
        .sql("SELECT COUNT(*) AS n FROM calls WHERE " + condition)
        .one(row -> row.number("n"));
  }

  private List<String> callers(String id) {
    return database
        .sql("SELECT DISTINCT instance FROM calls WHERE id = :id ORDER BY instance")
        .bind("id", id)
        .list(row -> row.text("instance"));
  }

  private List<String> doneBy(String id) {
    return database
        .sql("SELECT instance FROM effects WHERE id = :id")
        .bind("id", id)
        .list(row -> row.text("instance"));
  }

  private long calledMoreThanOnce() {
    return database
        .sql(
            """
            SELECT COUNT(*) AS n FROM (
              SELECT id FROM calls WHERE kind <> 'tick_calls' GROUP BY kind, id HAVING COUNT(*) > 1
            ) AS twice
            """)
        .one(row -> row.number("n"));
  }

  private long outOfOrder() {
    return database
        .sql(
            """
            SELECT COUNT(*) AS n FROM effects early
            JOIN effects late ON early.about = late.about
              AND early.number < late.number AND early.seq > late.seq
            WHERE early.about <> 'timer'
            """)
        .one(row -> row.number("n"));
  }

  /** Looks again and again, as there is nothing that could tell us, for at most 40 s. */
  private static void await(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still not so after 40 s").isLessThan(end);
      Thread.sleep(20);
    }
  }
}
