package io.ktizo.core.sql;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction runs.
 *
 * @param isolation what it sees of others
 * @param readOnly whether changes are refused; PostgreSQL is told, too
 * @param timeout the longest that each statement may take, in whole seconds, at least one; {@code
 *     null} for as long as the host's connections allow
 * @param retries what happens when another transaction was in the way
 */
public record TransactionOptions(
    Isolation isolation, boolean readOnly, @Nullable Duration timeout, Retries retries) {

  /** Read and write, read committed, no time limit, {@link Retries#DEFAULT}. */
  public static final TransactionOptions DEFAULT =
      new TransactionOptions(Isolation.READ_COMMITTED, false, null, Retries.DEFAULT);

  /** As {@link #DEFAULT}, but changes are refused. */
  public static final TransactionOptions READ_ONLY =
      new TransactionOptions(Isolation.READ_COMMITTED, true, null, Retries.DEFAULT);

  public TransactionOptions {
    if (timeout != null && timeout.toSeconds() < 1) {
      throw new IllegalArgumentException("a time limit of at least 1 s, not " + timeout);
    }
  }

  /** The same with another isolation. */
  public TransactionOptions isolated(Isolation level) {
    return new TransactionOptions(level, readOnly, timeout, retries);
  }

  /** The same with a time limit for each statement. */
  public TransactionOptions within(Duration limit) {
    return new TransactionOptions(isolation, readOnly, limit, retries);
  }

  /** The same with other retries. */
  public TransactionOptions retrying(Retries rule) {
    return new TransactionOptions(isolation, readOnly, timeout, rule);
  }
}
