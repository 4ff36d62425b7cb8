package io.ktizo.core.job;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.ktizo.core.event.Delivery;
import io.ktizo.core.event.DeliveryRules;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.sql.Database;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One instance of an application: delivers events and runs timers, and writes down each call and,
 * as its effect, who did what, once. With a limit it stops dead in the middle of its n-th event and
 * its n-th timer, says so, and waits to be killed.
 */
final class Instance implements AutoCloseable {
  static final Duration LEASE = Duration.ofSeconds(2);
  private static final DeliveryRules RULES =
      new DeliveryRules(
          LEASE, 10, Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMillis(50), 3);

  private final String name;
  private final int limit;
  private final HikariDataSource pool;
  private final Database database;
  private final Delivery delivery;
  private final Jobs jobs;
  private final AtomicInteger events = new AtomicInteger();
  private final AtomicInteger timers = new AtomicInteger();

  Instance(String name, String url, String user, int limit) {
    this.name = name;
    this.limit = limit;
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setUsername(user);
    config.setMaximumPoolSize(10);
    this.pool = new HikariDataSource(config);
    this.database = Database.over(pool);
    this.delivery =
        new Delivery(new JdbcOutbox(database), this::receive, RULES, InstantSource.system())
            .start();
    this.jobs =
        Jobs.on(pool, InstantSource.system())
            .every("tick", Duration.ofMillis(100), () -> record("tick_calls", "tick"))
            .timer(timer(this::elapsed))
            .poll(Duration.ofMillis(100))
            .heartbeat(Duration.ofMillis(300))
            .threads(3)
            .start();
  }

  String name() {
    return name;
  }

  /** The kind of timer that both instances serve. */
  static Timer timer(Timer.Action action) {
    return new Timer("reminder", action);
  }

  private void receive(Event event) throws IOException {
    record("event_calls", event.id().toString());
    stopDeadAt(events.incrementAndGet(), "event " + event.id());
    effect(event.id().toString(), event.about(), Integer.parseInt(event.fact("n")));
  }

  private void elapsed(String key) throws IOException {
    record("timer_calls", key);
    stopDeadAt(timers.incrementAndGet(), "timer " + key);
    effect(key, "timer", 0);
  }

  @SuppressWarnings("SystemOut") // the other process listens there
  private void stopDeadAt(int count, String what) throws IOException {
    if (count == limit) {
      System.out.println("stuck in " + what);
      System.out.flush();
      System.in.read();
    }
  }

  private void record(String table, String id) {
    database
        .sql("INSERT INTO calls (kind, id, instance) VALUES (:kind, :id, :instance)")
        .bind("kind", table)
        .bind("id", id)
        .bind("instance", name)
        .update();
  }

  private void effect(String id, String about, int number) {
    database
        .sql(
            """
            INSERT INTO effects (id, about, number, instance) VALUES (:id, :about, :number, :instance)
            ON CONFLICT DO NOTHING
            """)
        .bind("id", id)
        .bind("about", about)
        .bind("number", number)
        .bind("instance", name)
        .update();
  }

  @Override
  public void close() {
    jobs.close();
    delivery.close();
    pool.close();
  }

  /** Name, address, user, limit. Runs until it is killed. */
  public static void main(String[] args) throws InterruptedException {
    try (Instance instance = new Instance(args[0], args[1], args[2], Integer.parseInt(args[3]))) {
      Thread.currentThread().setName(instance.name());
      Thread.currentThread().join();
    }
  }
}
