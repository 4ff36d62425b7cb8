package io.ktizo.server.store;

import io.ktizo.core.account.Token;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Transaction;
import io.ktizo.core.sql.WorkAsOne;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Answers to requests that carry an idempotency key. Of any number of equal requests at once, on
 * any number of instances, one is carried out; the others learn that it is under way, or get its
 * answer.
 *
 * <p>An instance that dies while it carries a request out loses its right when the lease ends; the
 * request can then be sent again.
 */
public final class StoredAnswers {
  /** So long an answer is kept. */
  public static final Duration KEPT = Duration.ofDays(30);

  private final Database database;

  /** Answers in this database. */
  public StoredAnswers(Database database) {
    this.database = database;
  }

  /**
   * Which request.
   *
   * @param caller hash of who asks: keys of different callers are different
   * @param key hash of the idempotency key
   * @param route method and path of the route, at most 200 characters
   */
  public record Request(Token.Hash caller, Token.Hash key, String route) {}

  /** What is known of a request. */
  public sealed interface Known {
    /**
     * Nothing: it is to be carried out now.
     *
     * @param owner proves the right to keep its answer
     */
    record New(UUID owner) implements Known {}

    /** It is being carried out at the moment. */
    record UnderWay() implements Known {}

    /**
     * It was answered.
     *
     * @param sameRoute whether the key was used for this route
     * @param bodyHash of the body it had
     * @param status of the answer
     * @param answer sealed, in base 64
     */
    record Answered(boolean sameRoute, Token.Hash bodyHash, int status, String answer)
        implements Known {}
  }

  /**
   * Makes one transaction of what is done and of {@link #keep}, if both are done on this thread.
   *
   * @throws io.ktizo.core.sql.CommitUnknownException if nobody knows whether it was committed
   */
  public <T extends @Nullable Object, E extends Exception> T asOne(WorkAsOne<T, E> work) throws E {
    return database.asOne(work);
  }

  /** Takes the right to carry a request out, if nobody has it and it was not answered. */
  public Known begin(Request request, Instant now, Duration lease) {
    return database.inTransaction(transaction -> begin(transaction, request, now, lease));
  }

  private static Known begin(
      Transaction transaction, Request request, Instant now, Duration lease) {
    UUID owner = UUID.randomUUID();
    int inserted =
        transaction
            .sql(
                """
                INSERT INTO idempotent_requests
                  (caller, key_hash, route, body_hash, begun_at, lease_until, owner, status, answer)
                VALUES (:caller, :key, :route, NULL, :now, :until, :owner, NULL, NULL)
                ON CONFLICT DO NOTHING
                """)
            .bind("caller", request.caller().bytes())
            .bind("key", request.key().bytes())
            .bind("route", request.route())
            .bind("now", now)
            .bind("until", now.plus(lease))
            .bind("owner", owner)
            .update();
    if (inserted == 1) {
      return new Known.New(owner);
    }
    Optional<Kept> kept =
        transaction
            .sql(
                """
                SELECT route, body_hash, begun_at, lease_until, status, answer
                FROM idempotent_requests
                WHERE caller = :caller AND key_hash = :key FOR UPDATE
                """)
            .bind("caller", request.caller().bytes())
            .bind("key", request.key().bytes())
            .optional(Kept::of);
    if (kept.isEmpty()) {
      // Given up between the two statements: the client asks again.
      return new Known.UnderWay();
    }
    Kept found = kept.get();
    boolean over = !found.begunAt().plus(KEPT).isAfter(now);
    if (!over && found.status() != null && found.bodyHash() != null && found.answer() != null) {
      return new Known.Answered(
          found.route().equals(request.route()), found.bodyHash(), found.status(), found.answer());
    }
    if (!over && found.leaseUntil().isAfter(now)) {
      return new Known.UnderWay();
    }
    transaction
        .sql(
            """
            UPDATE idempotent_requests
            SET route = :route, body_hash = NULL, begun_at = :now, lease_until = :until,
              owner = :owner, status = NULL, answer = NULL
            WHERE caller = :caller AND key_hash = :key
            """)
        .bind("caller", request.caller().bytes())
        .bind("key", request.key().bytes())
        .bind("route", request.route())
        .bind("now", now)
        .bind("until", now.plus(lease))
        .bind("owner", owner)
        .update();
    return new Known.New(owner);
  }

  private record Kept(
      String route,
      Token.@Nullable Hash bodyHash,
      Instant begunAt,
      Instant leaseUntil,
      @Nullable Integer status,
      @Nullable String answer) {
    static Kept of(Row row) {
      byte[] bodyHash = row.bytesOrNull("body_hash");
      return new Kept(
          row.text("route"),
          bodyHash == null ? null : new Token.Hash(bodyHash),
          row.instant("begun_at"),
          row.instant("lease_until"),
          row.integerOrNull("status"),
          row.textOrNull("answer"));
    }
  }

  /**
   * Keeps the answer.
   *
   * @return whether the right was still there; if not, somebody else carries the request out again
   */
  public boolean keep(Request request, UUID owner, Token.Hash bodyHash, int status, String answer) {
    return database
            .sql(
                """
                UPDATE idempotent_requests
                SET body_hash = :bodyHash, status = :status, answer = :answer
                WHERE caller = :caller AND key_hash = :key AND owner = :owner
                """)
            .bind("bodyHash", bodyHash.bytes())
            .bind("status", status)
            .bind("answer", answer)
            .bind("caller", request.caller().bytes())
            .bind("key", request.key().bytes())
            .bind("owner", owner)
            .update()
        == 1;
  }

  /** Gives the right back without an answer: nothing was done, and the request may come again. */
  public void giveUp(Request request, UUID owner) {
    database
        .sql(
            """
            DELETE FROM idempotent_requests
            WHERE caller = :caller AND key_hash = :key AND owner = :owner AND status IS NULL
            """)
        .bind("caller", request.caller().bytes())
        .bind("key", request.key().bytes())
        .bind("owner", owner)
        .update();
  }

  /** Removes answers that were kept long enough; for a job. Answers how many. */
  public int removeOld(Instant now) {
    return database
        .sql("DELETE FROM idempotent_requests WHERE begun_at <= :before")
        .bind("before", now.minus(KEPT))
        .update();
  }
}
