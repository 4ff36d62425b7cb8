package io.ktizo.core.sql;

import org.jspecify.annotations.Nullable;

/**
 * What is done in {@link Database#asOne}.
 *
 * @param <T> what it answers
 * @param <E> what it may throw beside unchecked exceptions
 */
@FunctionalInterface
public interface WorkAsOne<T extends @Nullable Object, E extends Exception> {
  /** Does it; what it throws rolls everything back and reaches the caller. */
  T done() throws E;
}
