package io.ktizo.core.sql;

/**
 * How a row becomes a value.
 *
 * @param <T> the value's type
 */
@FunctionalInterface
public interface RowMapper<T> {
  /** The value of the row; the row may not be kept. */
  T map(Row row);

  /**
   * Rows to records: the component {@code createdAt} is read from the column {@code created_at},
   * and so on. A component may be anything that {@link Row#value} can read. Null is refused unless
   * the component is marked {@link org.jspecify.annotations.Nullable}.
   *
   * <p>Looks at the record once: keep what it answers.
   *
   * @throws IllegalArgumentException if a component has another type
   */
  static <R extends Record> RowMapper<R> of(Class<R> type) {
    return RecordMapper.of(type);
  }
}
