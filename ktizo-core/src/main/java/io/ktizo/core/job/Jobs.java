package io.ktizo.core.job;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerBuilder;
import com.github.kagkarlsson.scheduler.logging.LogLevel;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.ExecutionOperations;
import com.github.kagkarlsson.scheduler.task.Task;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Daily;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import io.ktizo.core.sql.Database;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Runs recurring jobs and timers on this instance, sharing them with all others on the database.
 *
 * <pre>{@code
 * try (Jobs jobs =
 *     Jobs.on(dataSource, clock)
 *         .daily("retention", LocalTime.of(3, 0), ZoneOffset.UTC, retention::run)
 *         .timer(reservationEnds)
 *         .start()) {
 *   …
 * }
 * }</pre>
 *
 * <p>Exceptions of jobs are logged by their class alone; their messages may quote people.
 */
public final class Jobs implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final Scheduler scheduler;

  private Jobs(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /**
   * Begins to list the jobs of an instance.
   *
   * @param dataSource with the core's tables
   */
  public static Builder on(DataSource dataSource, InstantSource clock) {
    return new Builder(dataSource, clock);
  }

  /** Jobs and timers that failed the last time, the most persistent first. */
  public static List<FailingJob> failing(Database database, int most) {
    return database
        .sql(
            """
            SELECT task_name, task_instance, consecutive_failures, last_failure, execution_time
            FROM scheduled_tasks
            WHERE consecutive_failures > 0 AND last_failure IS NOT NULL
            ORDER BY consecutive_failures DESC, last_failure
            LIMIT :most
            """)
        .bind("most", most)
        .list(
            row ->
                new FailingJob(
                    row.text("task_name"),
                    row.text("task_instance"),
                    row.integer("consecutive_failures"),
                    row.instant("last_failure"),
                    row.instant("execution_time")));
  }

  /** Lets running jobs finish for up to 20 s, and ends. */
  @Override
  public void close() {
    scheduler.stop();
  }

  /** What a recurring job does. */
  @FunctionalInterface
  public interface Job {
    /**
     * Does it once.
     *
     * @throws Exception if it could not; it comes again at its next time
     */
    void run() throws Exception;
  }

  /** Lists the jobs of an instance. Not for use by several threads. */
  public static final class Builder {
    private final DataSource dataSource;
    private final InstantSource clock;
    private final List<RecurringTask<Void>> recurring = new ArrayList<>();
    private final List<Task<?>> timers = new ArrayList<>();
    private int threads = 4;
    private Duration poll = Duration.ofSeconds(2);
    private Duration heartbeat = Duration.ofSeconds(15);
    private Duration firstPause = Duration.ofSeconds(5);

    private Builder(DataSource dataSource, InstantSource clock) {
      this.dataSource = dataSource;
      this.clock = clock;
    }

    /** A job with a pause between the end of one run and the beginning of the next. */
    public Builder every(String name, Duration pause, Job job) {
      return recurring(name, FixedDelay.of(pause), job);
    }

    /** A job at a time of day, also where clocks are changed. */
    public Builder daily(String name, LocalTime time, ZoneId zone, Job job) {
      return recurring(name, new Daily(zone, time), job);
    }

    private Builder recurring(String name, Schedule schedule, Job job) {
      recurring.add(
          Tasks.recurring(name, schedule)
              .onDeadExecutionRevive()
              .execute((instance, context) -> guarded(name, job)));
      return this;
    }

    /** A kind of timer that this instance serves. */
    public Builder timer(Timer timer) {
      timers.add(
          Tasks.oneTime(timer.name())
              .onFailure(this::later)
              .onDeadExecutionRevive()
              .execute(
                  (instance, context) ->
                      guarded(timer.name(), () -> timer.action().elapsed(instance.getId()))));
      return this;
    }

    /** How many jobs this instance does at the same time, 4 if nothing is said. */
    public Builder threads(int most) {
      this.threads = most;
      return this;
    }

    /** How often to look for due jobs, every 2 s if nothing is said. */
    public Builder poll(Duration pause) {
      this.poll = pause;
      return this;
    }

    /**
     * How often a running job shows a sign of life, every 15 s if nothing is said. Without four of
     * them in a row it counts as dead and is done again by another instance.
     */
    public Builder heartbeat(Duration pause) {
      this.heartbeat = pause;
      return this;
    }

    /** The pause before a failed timer goes off again, at first; doubles up to an hour. 5 s. */
    public Builder firstPause(Duration pause) {
      this.firstPause = pause;
      return this;
    }

    /** Begins to run them. */
    public Jobs start() {
      SchedulerBuilder builder =
          Scheduler.create(dataSource, timers)
              .startTasks(recurring)
              .clock(clock::instant)
              .threads(threads)
              .pollingInterval(poll)
              .heartbeatInterval(heartbeat)
              .missedHeartbeatsLimit(4)
              .shutdownMaxWait(Duration.ofSeconds(20))
              // Its own log would hold the messages of exceptions.
              .failureLogging(LogLevel.OFF, false);
      Scheduler scheduler = builder.build();
      scheduler.start();
      return new Jobs(scheduler);
    }

    private void later(ExecutionComplete complete, ExecutionOperations<Void> operations) {
      int failures = complete.getExecution().consecutiveFailures;
      Duration pause = firstPause.multipliedBy(1L << Math.min(failures, 20));
      Instant next =
          complete.getTimeDone().plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
      operations.reschedule(complete, next);
    }

    private static void guarded(String name, Job job) {
      try {
        job.run();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        LOG.log(System.Logger.Level.WARNING, "job {0} failed: {1}", name, e.getClass().getName());
        throw new JobFailedException(name);
      }
    }
  }
}
