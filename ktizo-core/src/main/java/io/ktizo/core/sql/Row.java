package io.ktizo.core.sql;

import io.ktizo.core.id.Id;
import io.ktizo.core.id.IdForm;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One row of an answer. Columns are named as the statement names them. Valid only while it is
 * mapped.
 *
 * <p>The plain accessors refuse null with an {@link UnexpectedResultException} that names the
 * column; where null has a meaning, ask with {@code OrNull}.
 */
public final class Row {
  private final ResultSet rows;
  private final Dialect dialect;
  private final String task;

  Row(ResultSet rows, Dialect dialect, String task) {
    this.rows = rows;
    this.dialect = dialect;
    this.task = task;
  }

  /** A UUID. */
  public UUID uuid(String column) {
    return value(column, UUID.class);
  }

  /** A UUID or null. */
  public @Nullable UUID uuidOrNull(String column) {
    return valueOrNull(column, UUID.class);
  }

  /** An id of the given kind. */
  public <T extends Id> T id(String column, IdForm<T> form) {
    return form.of(uuid(column));
  }

  /** An id of the given kind, or null. */
  public <T extends Id> @Nullable T idOrNull(String column, IdForm<T> form) {
    UUID value = uuidOrNull(column);
    return value == null ? null : form.of(value);
  }

  /** Text. */
  public String text(String column) {
    return value(column, String.class);
  }

  /** Text or null. */
  public @Nullable String textOrNull(String column) {
    return valueOrNull(column, String.class);
  }

  /** A moment, exact to the microsecond. */
  public Instant instant(String column) {
    return value(column, Instant.class);
  }

  /** A moment or null. */
  public @Nullable Instant instantOrNull(String column) {
    return valueOrNull(column, Instant.class);
  }

  /** A number of 32 bits. */
  public int integer(String column) {
    return value(column, Integer.class);
  }

  /** A number of 32 bits, or null. */
  public @Nullable Integer integerOrNull(String column) {
    return valueOrNull(column, Integer.class);
  }

  /** A number of 64 bits. */
  public long number(String column) {
    return value(column, Long.class);
  }

  /** A number of 64 bits, or null. */
  public @Nullable Long numberOrNull(String column) {
    return valueOrNull(column, Long.class);
  }

  /** Yes or no. */
  public boolean truth(String column) {
    return value(column, Boolean.class);
  }

  /** An exact decimal with the column's scale. */
  public BigDecimal decimal(String column) {
    return value(column, BigDecimal.class);
  }

  /** An exact decimal or null. */
  public @Nullable BigDecimal decimalOrNull(String column) {
    return valueOrNull(column, BigDecimal.class);
  }

  /** Bytes. */
  public byte[] bytes(String column) {
    return value(column, byte[].class);
  }

  /** Bytes or null. */
  public byte @Nullable [] bytesOrNull(String column) {
    return valueOrNull(column, byte[].class);
  }

  /** The constant of this name. */
  public <E extends Enum<E>> E constant(String column, Class<E> type) {
    return value(column, type);
  }

  /** The constant of this name, or null. */
  public <E extends Enum<E>> @Nullable E constantOrNull(String column, Class<E> type) {
    return valueOrNull(column, type);
  }

  /**
   * The elements of an array of text.
   *
   * @throws UnexpectedResultException if the array or one of its elements is null
   */
  public List<String> texts(String column) {
    try {
      Array array = rows.getArray(column);
      if (array == null) {
        throw missing(column);
      }
      try {
        List<String> elements = new ArrayList<>();
        for (Object element : (Object[]) array.getArray()) {
          if (element == null) {
            throw missing(column);
          }
          elements.add(element.toString());
        }
        return List.copyOf(elements);
      } finally {
        array.free();
      }
    } catch (SQLException e) {
      throw dialect.translate(task, e);
    }
  }

  /**
   * A value of one of these types: UUID, String, Instant, LocalDate, BigDecimal, byte[], an enum,
   * int, long, double, boolean and their boxes.
   *
   * @throws UnexpectedResultException if it is null
   * @throws IllegalArgumentException if no column can hold the type
   */
  public <T> T value(String column, Class<T> type) {
    T value = valueOrNull(column, type);
    if (value == null) {
      throw missing(column);
    }
    return value;
  }

  /** As {@link #value}, but null is an answer. */
  @SuppressWarnings("unchecked") // read() answers the boxed type where a primitive was asked for
  public <T> @Nullable T valueOrNull(String column, Class<T> type) {
    try {
      return (T) Values.read(rows, column, type);
    } catch (SQLException e) {
      throw dialect.translate(task, e);
    }
  }

  private UnexpectedResultException missing(String column) {
    return new UnexpectedResultException("column " + column + " is null", task);
  }
}
