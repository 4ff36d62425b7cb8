package io.ktizo.core.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values for the named parameters of one execution.
 *
 * <p>A value may be null, an {@link io.ktizo.core.id.Id}, UUID, String, Instant (kept to the
 * microsecond), LocalDate, BigDecimal, byte[], an enum constant (kept by name), Integer, Long,
 * Double, Boolean, or a collection of equal ones of these, which becomes an SQL array: write {@code
 * id = ANY(:ids)}, which also does the right thing for an empty list.
 */
public final class Parameters {
  private final ParsedSql sql;
  private final Map<String, @Nullable Object> values = new HashMap<>();

  Parameters(ParsedSql sql) {
    this.sql = sql;
  }

  /**
   * Gives a value to a parameter.
   *
   * @throws IllegalArgumentException if the statement has no such parameter, or no column can hold
   *     the value
   */
  public Parameters bind(String name, @Nullable Object value) {
    if (!sql.names().contains(name)) {
      throw new IllegalArgumentException("no parameter :" + name + " in: " + sql.text());
    }
    Values.check(name, value);
    values.put(name, value);
    return this;
  }

  /** Refuses a statement of which a parameter has no value. */
  void checkComplete() {
    for (String name : sql.names()) {
      if (!values.containsKey(name)) {
        throw new IllegalArgumentException("no value for :" + name + " in: " + sql.text());
      }
    }
  }

  void bindTo(PreparedStatement statement, Dialect dialect) throws SQLException {
    for (int at = 0; at < sql.names().size(); at++) {
      Values.bind(dialect, statement, at + 1, values.get(sql.names().get(at)));
    }
  }
}
