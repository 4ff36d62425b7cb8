package io.ktizo.core.sql;

import org.jspecify.annotations.Nullable;

/**
 * What is done in a transaction. It may be done again from the start, when the database chose it as
 * the victim of a deadlock; so it changes nothing but the database.
 *
 * @param <T> what it answers
 */
@FunctionalInterface
public interface Work<T extends @Nullable Object> {
  /** Does it. Whatever it throws rolls everything back and reaches the caller. */
  T in(Transaction transaction);
}
