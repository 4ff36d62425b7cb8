package io.ktizo.privacy.export;

import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.holder.Ownership;
import java.math.BigDecimal;
import java.sql.JDBCType;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a data set in a fixed order: by primary key, so that reading can go on behind any
 * row, or by everything that can be compared where there is no key.
 */
record RowQuery(String sql, List<Object> parameters) {

  /**
   * @param everything what orders rows that have no key
   * @param after the key behind which to begin; {@code null} for all rows
   */
  static RowQuery of(Ownership.View view, List<String> everything, @Nullable List<String> after) {
    List<Object> parameters = new ArrayList<>(view.parameters());
    String sql = view.sql();
    if (after != null && view.unique()) {
      String marks = "?, ".repeat(after.size());
      sql +=
          after.size() == 1
              ? " AND " + view.order().getFirst() + " > ?"
              : " AND ("
                  + String.join(", ", view.order())
                  + ") > ("
                  + marks.substring(0, marks.length() - 2)
                  + ")";
      for (int i = 0; i < after.size(); i++) {
        parameters.add(value(view.keys().get(i), after.get(i)));
      }
    }
    String order = String.join(", ", view.unique() ? view.order() : everything);
    return new RowQuery(sql + " ORDER BY " + order, parameters);
  }

  void bind(PreparedStatement statement) throws SQLException {
    for (int i = 0; i < parameters.size(); i++) {
      statement.setObject(i + 1, parameters.get(i));
    }
  }

  /** Whether reading can go on behind a value of this column. */
  static boolean resumable(Column column) {
    return switch (column.type()) {
      case CHAR, VARCHAR, LONGVARCHAR, NCHAR, NVARCHAR, LONGNVARCHAR -> true;
      case TINYINT, SMALLINT, INTEGER, BIGINT, NUMERIC, DECIMAL -> true;
      case DATE, TIMESTAMP, TIMESTAMP_WITH_TIMEZONE, BINARY, VARBINARY, LONGVARBINARY -> true;
      default -> uuid(column);
    };
  }

  private static Object value(Column column, String text) {
    if (uuid(column)) {
      return UUID.fromString(text);
    }
    return switch (column.type()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT -> Long.valueOf(text);
      case NUMERIC, DECIMAL -> new BigDecimal(text);
      case DATE -> LocalDate.parse(text);
      case TIMESTAMP ->
          ColumnType.of(column.type(), column.typeName()) == ColumnType.TIMESTAMP_WITH_OFFSET
              ? OffsetDateTime.parse(text)
              : LocalDateTime.parse(text);
      case TIMESTAMP_WITH_TIMEZONE -> OffsetDateTime.parse(text);
      case BINARY, VARBINARY, LONGVARBINARY -> Base64.getDecoder().decode(text);
      default -> text;
    };
  }

  private static boolean uuid(Column column) {
    return column.typeName().toLowerCase(Locale.ROOT).equals("uuid");
  }

  /**
   * What to order by so that rows that differ in what is shown do not change places.
   *
   * @param position of the column in the result
   * @param sql the column in the table
   */
  static String comparable(Column column, int position, String sql) {
    return switch (column.type()) {
      case OTHER, SQLXML, JAVA_OBJECT, STRUCT -> "CAST(" + sql + " AS VARCHAR)";
      default -> Integer.toString(position);
    };
  }

  static JDBCType jdbc(int vendorType) {
    for (JDBCType type : JDBCType.values()) {
      if (type.getVendorTypeNumber() == vendorType) {
        return type;
      }
    }
    return JDBCType.OTHER;
  }
}
