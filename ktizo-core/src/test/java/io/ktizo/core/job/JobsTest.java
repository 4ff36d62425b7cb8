package io.ktizo.core.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JobsTest {
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void a_timer_goes_off_once_after_its_time_and_again_while_it_fails(Dialect dialect)
      throws InterruptedException {
    try (TestDatabase test = TestDatabase.create(dialect).migrated(CoreTables.migrations())) {
      Database database = test.database();
      CountDownLatch done = new CountDownLatch(2);
      CountDownLatch ticks = new CountDownLatch(2);
      AtomicInteger attempts = new AtomicInteger();
      Timer timer =
          new Timer(
              "reminder",
              key -> {
                if (key.equals("thing_2") && attempts.incrementAndGet() < 2) {
                  throw new IllegalStateException("Erika Mustermann");
                }
                done.countDown();
              });
      Instant past = Instant.now().minusSeconds(5);
      database.run(
          transaction -> {
            timer.set(transaction, "thing_1", past);
            timer.set(transaction, "thing_2", past);
            timer.set(transaction, "moved_away", past);
            timer.set(transaction, "moved_away", past.plus(Duration.ofDays(1)));
            timer.set(transaction, "cancelled", past);
            timer.cancel(transaction, "cancelled");
          });
      assertThatThrownBy(
              () ->
                  database.run(
                      transaction -> {
                        timer.set(transaction, "rolled_back", past);
                        throw new IllegalCallerException("on purpose");
                      }))
          .isInstanceOf(IllegalCallerException.class);

      try (Jobs jobs =
          Jobs.on(test.dataSource(), InstantSource.system())
              .timer(timer)
              .every("tick", Duration.ofMillis(20), ticks::countDown)
              .poll(Duration.ofMillis(30))
              .firstPause(Duration.ofMillis(100))
              .start()) {
        assertThat(jobs).isNotNull();
        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ticks.await(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(attempts).hasValue(2);
      List<String> waiting =
          database
              .sql("SELECT task_instance FROM scheduled_tasks WHERE task_name = 'reminder'")
              .list(row -> row.text("task_instance"));
      assertThat(waiting).containsExactly("moved_away");
    }
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void what_keeps_failing_can_be_seen(Dialect dialect) throws InterruptedException {
    try (TestDatabase test = TestDatabase.create(dialect).migrated(CoreTables.migrations())) {
      Database database = test.database();
      CountDownLatch failed = new CountDownLatch(1);
      Timer timer =
          new Timer(
              "reminder",
              key -> {
                failed.countDown();
                throw new IllegalStateException("never");
              });
      database.run(transaction -> timer.set(transaction, "thing_1", Instant.now()));
      try (Jobs jobs =
          Jobs.on(test.dataSource(), InstantSource.system())
              .timer(timer)
              .poll(Duration.ofMillis(30))
              .start()) {
        assertThat(jobs).isNotNull();
        assertThat(failed.await(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(Jobs.failing(database, 10))
          .singleElement()
          .satisfies(
              failing -> {
                assertThat(failing.name()).isEqualTo("reminder");
                assertThat(failing.key()).isEqualTo("thing_1");
                assertThat(failing.failures()).isEqualTo(1);
                assertThat(failing.next()).isAfter(failing.lastFailure());
              });
    }
  }
}
