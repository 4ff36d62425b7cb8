package io.ktizo.core.event;

import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The outbox in the database of the changes, so that a change and its events are one transaction.
 *
 * <p>A row of {@code event_streams} stands for a thing with undelivered events. Appending updates
 * that row first: its lock makes transactions about the same thing number their events one after
 * the other, so the numbers are in the order of the commits whatever the clocks of the instances
 * say. A claim is the same row with an owner; {@code due_at} is then the end of the lease.
 * Delivered events are deleted, and the row with the last one.
 *
 * <p>The same SQL runs on PostgreSQL and H2: both skip rows that others have locked.
 */
public final class JdbcOutbox implements Outbox {
  private final Database database;

  /** The outbox in this database, whose tables the core's migrations have made. */
  public JdbcOutbox(Database database) {
    this.database = database;
  }

  /**
   * Adds events in the transaction of the change that they tell of. Takes the locks of several
   * things in one order, so that two such transactions cannot block each other.
   *
   * @param events in the order in which they happened
   */
  public void append(Transaction transaction, Collection<Event> events) {
    Map<String, List<Event>> byThing = new TreeMap<>();
    for (Event event : events) {
      byThing.computeIfAbsent(event.about(), ignored -> new ArrayList<>()).add(event);
    }
    Map<Event, Long> numbers = new LinkedHashMap<>();
    byThing.forEach(
        (about, told) -> {
          long last = reserve(transaction, about, told.size(), told.getFirst().at());
          for (int at = 0; at < told.size(); at++) {
            numbers.put(told.get(at), last - told.size() + 1 + at);
          }
        });
    transaction.batch(
        """
        INSERT INTO events (about, number, id, type, happened_at, facts)
        VALUES (:about, :number, :id, :type, :at, :facts)
        """,
        numbers.entrySet(),
        (values, numbered) ->
            values
                .bind("about", numbered.getKey().about())
                .bind("number", numbered.getValue())
                .bind("id", numbered.getKey().id())
                .bind("type", numbered.getKey().type())
                .bind("at", numbered.getKey().at())
                .bind("facts", FactText.write(numbered.getKey().facts())));
  }

  /** Locks the thing's row and answers its last number after counting the new events. */
  private static long reserve(Transaction transaction, String about, int count, Instant due) {
    // Between insert and update the row can vanish when its last event is delivered just then.
    while (true) {
      int updated =
          transaction
              .sql(
                  "UPDATE event_streams SET last_number = last_number + :count WHERE about ="
                      + " :about")
              .bind("count", (long) count)
              .bind("about", about)
              .update();
      if (updated == 1) {
        return transaction
            .sql("SELECT last_number FROM event_streams WHERE about = :about")
            .bind("about", about)
            .one(row -> row.number("last_number"));
      }
      transaction
          .sql(
              """
              INSERT INTO event_streams (about, last_number, due_at, attempts)
              VALUES (:about, 0, :due, 0)
              ON CONFLICT DO NOTHING
              """)
          .bind("about", about)
          .bind("due", due)
          .update();
    }
  }

  @Override
  public List<Claim> claim(Instant now, Instant leaseEnd, int most) {
    UUID owner = Outbox.newOwner();
    return database.inTransaction(
        transaction -> {
          List<Claim> claims =
              transaction
                  .sql(
                      """
                      SELECT about, attempts FROM event_streams
                      WHERE parked_at IS NULL AND due_at <= :now
                      ORDER BY due_at
                      LIMIT :most
                      FOR UPDATE SKIP LOCKED
                      """)
                  .bind("now", now)
                  .bind("most", most)
                  .list(row -> new Claim(row.text("about"), owner, row.integer("attempts")));
          if (!claims.isEmpty()) {
            transaction
                .sql(
                    """
                    UPDATE event_streams SET owner = :owner, due_at = :leaseEnd
                    WHERE about = ANY(:things)
                    """)
                .bind("owner", owner)
                .bind("leaseEnd", leaseEnd)
                .bind("things", claims.stream().map(Claim::about).toList())
                .update();
          }
          return claims;
        });
  }

  @Override
  public Optional<Event> next(Claim claim) {
    return database
        .sql(
            """
            SELECT about, id, type, happened_at, facts FROM events
            WHERE about = :about ORDER BY number LIMIT 1
            """)
        .bind("about", claim.about())
        .optional(JdbcOutbox::event);
  }

  private static Event event(Row row) {
    return new Event(
        row.id("id", EventId.FORM),
        row.text("type"),
        row.text("about"),
        row.instant("happened_at"),
        FactText.read(row.text("facts")));
  }

  @Override
  public boolean delivered(Claim claim, EventId event, Instant leaseEnd) {
    return database.inTransaction(
        transaction -> {
          boolean inForce =
              transaction
                      .sql(
                          """
                          UPDATE event_streams SET attempts = 0, due_at = :leaseEnd
                          WHERE about = :about AND owner = :owner
                          """)
                      .bind("leaseEnd", leaseEnd)
                      .bind("about", claim.about())
                      .bind("owner", claim.owner())
                      .update()
                  == 1;
          if (inForce) {
            transaction.sql("DELETE FROM events WHERE id = :id").bind("id", event).update();
          }
          return inForce;
        });
  }

  @Override
  public boolean release(Claim claim, Instant due) {
    return database.inTransaction(
        transaction -> {
          // The lock keeps appenders out between the look and the deletion.
          boolean inForce =
              transaction
                      .sql(
                          """
                          UPDATE event_streams SET owner = NULL, due_at = :due
                          WHERE about = :about AND owner = :owner
                          """)
                      .bind("due", due)
                      .bind("about", claim.about())
                      .bind("owner", claim.owner())
                      .update()
                  == 1;
          if (inForce) {
            transaction
                .sql(
                    """
                    DELETE FROM event_streams
                    WHERE about = :about AND NOT EXISTS (SELECT 1 FROM events WHERE about = :about)
                    """)
                .bind("about", claim.about())
                .update();
          }
          return inForce;
        });
  }

  @Override
  public boolean failed(Claim claim, Instant due) {
    return database
            .sql(
                """
                UPDATE event_streams SET owner = NULL, due_at = :due, attempts = attempts + 1
                WHERE about = :about AND owner = :owner
                """)
            .bind("due", due)
            .bind("about", claim.about())
            .bind("owner", claim.owner())
            .update()
        == 1;
  }

  @Override
  public boolean park(Claim claim, String failure, Instant now) {
    return database
            .sql(
                """
                UPDATE event_streams
                SET owner = NULL, attempts = attempts + 1, parked_at = :now, failure = :failure
                WHERE about = :about AND owner = :owner
                """)
            .bind("now", now)
            .bind("failure", failure.length() > 200 ? failure.substring(0, 200) : failure)
            .bind("about", claim.about())
            .bind("owner", claim.owner())
            .update()
        == 1;
  }

  @Override
  public List<ParkedEvent> parked(int most) {
    return database
        .sql(
            """
            SELECT e.about, e.id, e.type, e.happened_at, e.facts, s.parked_at, s.attempts, s.failure,
              (SELECT COUNT(*) FROM events w WHERE w.about = e.about) - 1 AS waiting
            FROM event_streams s
            JOIN events e ON e.about = s.about
              AND e.number = (SELECT MIN(number) FROM events o WHERE o.about = s.about)
            WHERE s.parked_at IS NOT NULL
            ORDER BY s.parked_at
            LIMIT :most
            """)
        .bind("most", most)
        .list(
            row ->
                new ParkedEvent(
                    event(row),
                    row.instant("parked_at"),
                    row.integer("attempts"),
                    row.text("failure"),
                    row.number("waiting")));
  }

  @Override
  public boolean retry(EventId parked, Instant now) {
    return database.inTransaction(transaction -> unpark(transaction, parked, now));
  }

  @Override
  public boolean drop(EventId parked, Instant now) {
    return database.inTransaction(
        transaction -> {
          boolean wasParked = unpark(transaction, parked, now);
          if (wasParked) {
            transaction.sql("DELETE FROM events WHERE id = :id").bind("id", parked).update();
          }
          return wasParked;
        });
  }

  private static boolean unpark(Transaction transaction, EventId parked, Instant now) {
    return transaction
            .sql(
                """
                UPDATE event_streams
                SET parked_at = NULL, failure = NULL, attempts = 0, due_at = :now
                WHERE parked_at IS NOT NULL
                  AND about = (
                    SELECT e.about FROM events e
                    WHERE e.id = :id
                      AND e.number = (SELECT MIN(number) FROM events o WHERE o.about = e.about))
                """)
            .bind("now", now)
            .bind("id", parked)
            .update()
        == 1;
  }

  @Override
  public Backlog backlog() {
    return database
        .sql(
            """
            SELECT COUNT(*) AS pending, MIN(happened_at) AS oldest,
              (SELECT COUNT(*) FROM event_streams WHERE parked_at IS NOT NULL) AS parked
            FROM events
            """)
        .one(
            row ->
                new Backlog(
                    row.number("pending"), row.instantOrNull("oldest"), row.number("parked")));
  }
}
