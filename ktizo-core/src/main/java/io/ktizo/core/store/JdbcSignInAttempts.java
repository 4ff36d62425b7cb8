package io.ktizo.core.store;

import io.ktizo.core.account.SignInAttempts;
import io.ktizo.core.account.Token;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Transaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Attempts in a database: guessing is as slow with ten instances as with one. */
public final class JdbcSignInAttempts implements SignInAttempts {
  private record Count(int attempts, Instant allowedAt, Instant lastAt) {}

  private final Database database;

  /** Attempts in this database. */
  public JdbcSignInAttempts(Database database) {
    this.database = database;
  }

  @Override
  public Optional<Duration> begin(Token.Hash key, Instant now) {
    return database.inTransaction(transaction -> begin(transaction, key, now));
  }

  private static Optional<Duration> begin(Transaction transaction, Token.Hash key, Instant now) {
    int inserted =
        transaction
            .sql(
                """
                INSERT INTO sign_in_attempts (key_hash, attempts, allowed_at, last_at)
                VALUES (:key, 0, :now, :now)
                ON CONFLICT DO NOTHING
                """)
            .bind("key", key.bytes())
            .bind("now", now)
            .update();
    Optional<Count> known =
        transaction
            .sql(
                """
                SELECT attempts, allowed_at, last_at FROM sign_in_attempts
                WHERE key_hash = :key FOR UPDATE
                """)
            .bind("key", key.bytes())
            .optional(
                row ->
                    new Count(
                        row.integer("attempts"),
                        row.instant("allowed_at"),
                        row.instant("last_at")));
    if (known.isEmpty()) {
      // Succeeded elsewhere between the two statements: whoever guesses now begins anew next time.
      return inserted == 1 ? Optional.empty() : begin(transaction, key, now);
    }
    Count count = known.get();
    if (count.allowedAt().isAfter(now)) {
      return Optional.of(Duration.between(now, count.allowedAt()));
    }
    boolean forgotten = !count.lastAt().plus(FORGET).isAfter(now);
    int attempts = (forgotten ? 0 : count.attempts()) + 1;
    transaction
        .sql(
            """
            UPDATE sign_in_attempts
            SET attempts = :attempts, allowed_at = :allowedAt, last_at = :now
            WHERE key_hash = :key
            """)
        .bind("attempts", attempts)
        .bind("allowedAt", now.plus(SignInAttempts.pauseAfter(attempts)))
        .bind("now", now)
        .bind("key", key.bytes())
        .update();
    return Optional.empty();
  }

  @Override
  public void succeeded(Token.Hash key) {
    database
        .sql("DELETE FROM sign_in_attempts WHERE key_hash = :key")
        .bind("key", key.bytes())
        .update();
  }

  @Override
  public int removeForgotten(Instant now) {
    return database
        .sql("DELETE FROM sign_in_attempts WHERE last_at <= :before")
        .bind("before", now.minus(FORGET))
        .update();
  }
}
