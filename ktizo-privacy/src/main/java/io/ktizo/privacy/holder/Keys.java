package io.ktizo.privacy.holder;

import io.ktizo.privacy.datamap.LiveSchema.Column;
import java.math.BigDecimal;
import java.sql.JDBCType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** A subject's key, given as text, as a condition on the column that holds it. */
final class Keys {
  private Keys() {}

  static boolean text(JDBCType type) {
    return switch (type) {
      case CHAR, VARCHAR, LONGVARCHAR, NCHAR, NVARCHAR, LONGNVARCHAR, CLOB, NCLOB -> true;
      default -> false;
    };
  }

  /**
   * {@code column = key}; nothing if no value of the column can be this text, a word in a column of
   * numbers for instance.
   */
  static Optional<Fragment> equal(String sql, Column column, String key, boolean ignoreCase) {
    if (text(column.type())) {
      return Optional.of(
          ignoreCase
              ? new Fragment("LOWER(" + sql + ") = LOWER(CAST(? AS VARCHAR))", List.of(key))
              : new Fragment(sql + " = ?", List.of(key)));
    }
    if (column.typeName().toLowerCase(Locale.ROOT).equals("uuid")) {
      return uuid(key).map(value -> new Fragment(sql + " = ?", List.of(value)));
    }
    return switch (column.type()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT ->
          whole(key).map(value -> new Fragment(sql + " = ?", List.of(value)));
      case NUMERIC, DECIMAL -> number(key).map(value -> new Fragment(sql + " = ?", List.of(value)));
      default ->
          Optional.of(new Fragment("CAST(" + sql + " AS VARCHAR) = ?", List.<Object>of(key)));
    };
  }

  private static Optional<UUID> uuid(String key) {
    try {
      return Optional.of(UUID.fromString(key));
    } catch (IllegalArgumentException notOne) {
      return Optional.empty();
    }
  }

  /** As a long, since an index on integers does not serve a comparison with a decimal. */
  private static Optional<Long> whole(String key) {
    try {
      return Optional.of(Long.parseLong(key));
    } catch (NumberFormatException notOne) {
      return Optional.empty();
    }
  }

  private static Optional<BigDecimal> number(String key) {
    try {
      return Optional.of(new BigDecimal(key));
    } catch (NumberFormatException notOne) {
      return Optional.empty();
    }
  }
}
