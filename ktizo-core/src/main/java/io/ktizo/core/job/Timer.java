package io.ktizo.core.job;

import io.ktizo.core.sql.Transaction;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Something that is done for one thing at a set time, for instance the end of a reservation.
 *
 * <p>Setting and cancelling happen in the transaction of the change they belong to. When the time
 * comes, the action gets the thing's key, looks at the thing as it is then, and decides; it is
 * called at least once, and again with growing pauses while it throws.
 *
 * @param name of the kind of timer, unique in the application; 1 to 100 small letters and dashes
 * @param action what is done for the key
 */
public record Timer(String name, Action action) {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,99}");
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,100}");

  /** What is done when the time has come. */
  @FunctionalInterface
  public interface Action {
    /**
     * Does it for the thing with this key.
     *
     * @throws Exception if it could not; it will be called again
     */
    void elapsed(String key) throws Exception;
  }

  public Timer {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("small letters, digits and dashes, not " + name);
    }
  }

  /**
   * Sets the timer of a thing, or sets it to another time. A timer that is going off at the moment
   * is left alone.
   *
   * @param key the text form of the thing's id, at most 100 characters
   */
  public void set(Transaction transaction, String key, Instant at) {
    if (!KEY.matcher(key).matches()) {
      throw new IllegalArgumentException("a timer's key is the text form of an id");
    }
    int moved =
        transaction
            .sql(
                """
                UPDATE scheduled_tasks
                SET execution_time = :at, consecutive_failures = 0, version = version + 1
                WHERE task_name = :name AND task_instance = :key AND picked = FALSE
                """)
            .bind("at", at)
            .bind("name", name)
            .bind("key", key)
            .update();
    if (moved == 0) {
      transaction
          .sql(
              """
              INSERT INTO scheduled_tasks
                (task_name, task_instance, execution_time, picked, consecutive_failures, version)
              VALUES (:name, :key, :at, FALSE, 0, 1)
              ON CONFLICT DO NOTHING
              """)
          .bind("name", name)
          .bind("key", key)
          .bind("at", at)
          .update();
    }
  }

  /** Takes the timer of a thing back; nothing happens if there is none or it is going off. */
  public void cancel(Transaction transaction, String key) {
    transaction
        .sql(
            """
            DELETE FROM scheduled_tasks
            WHERE task_name = :name AND task_instance = :key AND picked = FALSE
            """)
        .bind("name", name)
        .bind("key", key)
        .update();
  }
}
