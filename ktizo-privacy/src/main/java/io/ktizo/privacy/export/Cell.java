package io.ktizo.privacy.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.privacy.StepFailedException;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value of one column of one row, as an archive shows it. */
sealed interface Cell {

  /** SQL NULL. */
  record Nothing() implements Cell {}

  /** Not shown, because it speaks of somebody else or cannot be read. */
  record Hidden() implements Cell {}

  /** Anything that is one piece of text, moments of time included. */
  record Text(String value) implements Cell {}

  record Whole(long value) implements Cell {}

  record Exact(BigDecimal value) implements Cell {}

  record Approximate(double value) implements Cell {}

  record Truth(boolean value) implements Cell {}

  /**
   * Bytes.
   *
   * @param base64 as RFC 4648, section 4, writes them
   * @param length how many they are
   */
  record Bytes(String base64, int length) implements Cell {
    static Bytes of(byte[] bytes) {
      return new Bytes(Base64.getEncoder().encodeToString(bytes), bytes.length);
    }
  }

  record Document(JsonNode value) implements Cell {}

  record Many(List<Cell> values) implements Cell {}

  /** Text that is too long to be held in memory. */
  record LongText(Clob value, long length) implements Cell {
    Reader open() {
      try {
        return value.getCharacterStream();
      } catch (SQLException e) {
        throw StepFailedException.of("read a long text", null, e);
      }
    }
  }

  /** Bytes that are too many to be held in memory. */
  record LongBytes(Blob value, long length) implements Cell {
    InputStream open() {
      try {
        return value.getBinaryStream();
      } catch (SQLException e) {
        throw StepFailedException.of("read long bytes", null, e);
      }
    }
  }

  Nothing NOTHING = new Nothing();
  Hidden HIDDEN = new Hidden();

  /** Large objects up to this length are held in memory, in characters or bytes. */
  long HELD = 1 << 18;

  /** ISO 8601 as RFC 3339 profiles it, always with seconds, with as many fractions as there are. */
  DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral('T')
          .append(DateTimeFormatter.ISO_LOCAL_TIME)
          .toFormatter(java.util.Locale.ROOT);

  DateTimeFormatter WITH_OFFSET =
      new DateTimeFormatterBuilder()
          .append(TIMESTAMP)
          .appendOffsetId()
          .toFormatter(java.util.Locale.ROOT);

  /**
   * Reads a column of the current row.
   *
   * @param column from 1
   */
  static Cell read(
      ResultSet row, int column, JDBCType jdbc, ColumnType type, DocumentFilter documents)
      throws SQLException {
    return switch (type) {
      case INTEGER -> {
        long value = row.getLong(column);
        yield row.wasNull() ? NOTHING : new Whole(value);
      }
      case DECIMAL -> exact(row, column);
      case FLOAT -> {
        double value = row.getDouble(column);
        yield row.wasNull() ? NOTHING : new Approximate(value);
      }
      case BOOLEAN -> {
        boolean value = row.getBoolean(column);
        yield row.wasNull() ? NOTHING : new Truth(value);
      }
      case DATE -> date(row.getObject(column, LocalDate.class));
      case TIME -> {
        LocalTime value = row.getObject(column, LocalTime.class);
        yield value == null ? NOTHING : new Text(DateTimeFormatter.ISO_LOCAL_TIME.format(value));
      }
      case TIMESTAMP -> timestamp(row.getObject(column, LocalDateTime.class));
      case TIMESTAMP_WITH_OFFSET -> withOffset(row.getObject(column, OffsetDateTime.class));
      case BYTES -> jdbc == JDBCType.BLOB ? bytes(row.getBlob(column)) : bytes(row, column);
      case DOCUMENT -> {
        String value = row.getString(column);
        if (value == null) {
          yield NOTHING;
        }
        yield documents.shown(value).<Cell>map(Document::new).orElse(HIDDEN);
      }
      case LIST -> list(row.getArray(column));
      case TEXT ->
          jdbc == JDBCType.CLOB || jdbc == JDBCType.NCLOB
              ? text(row.getClob(column))
              : text(row.getString(column));
    };
  }

  private static Cell exact(ResultSet row, int column) throws SQLException {
    try {
      BigDecimal value = row.getBigDecimal(column);
      return value == null ? NOTHING : new Exact(value);
    } catch (SQLException e) {
      // PostgreSQL's NUMERIC also holds NaN and infinities, which no BigDecimal can.
      return text(row.getString(column));
    }
  }

  private static Cell text(@Nullable String value) {
    return value == null ? NOTHING : new Text(value);
  }

  private static Cell date(@Nullable LocalDate value) {
    if (value == null) {
      return NOTHING;
    }
    return new Text(
        value.equals(LocalDate.MAX)
            ? "infinity"
            : value.equals(LocalDate.MIN) ? "-infinity" : value.toString());
  }

  private static Cell timestamp(@Nullable LocalDateTime value) {
    if (value == null) {
      return NOTHING;
    }
    return new Text(
        value.equals(LocalDateTime.MAX)
            ? "infinity"
            : value.equals(LocalDateTime.MIN) ? "-infinity" : TIMESTAMP.format(value));
  }

  private static Cell withOffset(@Nullable OffsetDateTime value) {
    if (value == null) {
      return NOTHING;
    }
    return new Text(
        value.equals(OffsetDateTime.MAX)
            ? "infinity"
            : value.equals(OffsetDateTime.MIN) ? "-infinity" : WITH_OFFSET.format(value));
  }

  private static Cell bytes(ResultSet row, int column) throws SQLException {
    byte[] value = row.getBytes(column);
    return value == null ? NOTHING : Bytes.of(value);
  }

  private static Cell bytes(@Nullable Blob value) throws SQLException {
    if (value == null) {
      return NOTHING;
    }
    long length = value.length();
    return length <= HELD
        ? Bytes.of(value.getBytes(1, (int) length))
        : new LongBytes(value, length);
  }

  private static Cell text(@Nullable Clob value) throws SQLException {
    if (value == null) {
      return NOTHING;
    }
    long length = value.length();
    return length <= HELD
        ? new Text(length == 0 ? "" : value.getSubString(1, (int) length))
        : new LongText(value, length);
  }

  private static Cell list(@Nullable Array value) throws SQLException {
    if (value == null) {
      return NOTHING;
    }
    try {
      return element(value.getArray());
    } finally {
      value.free();
    }
  }

  private static Cell element(@Nullable Object value) throws SQLException {
    return switch (value) {
      case null -> NOTHING;
      case Object[] several -> {
        List<Cell> cells = new ArrayList<>(several.length);
        for (Object one : several) {
          cells.add(element(one));
        }
        yield new Many(cells);
      }
      case Integer number -> new Whole(number);
      case Long number -> new Whole(number);
      case Short number -> new Whole(number);
      case BigDecimal number -> new Exact(number);
      case Float number -> new Approximate(number);
      case Double number -> new Approximate(number);
      case Boolean truth -> new Truth(truth);
      case byte[] bytes -> Bytes.of(bytes);
      case Clob text -> text(text);
      case java.sql.Timestamp moment -> timestamp(moment.toLocalDateTime());
      case java.sql.Date day -> date(day.toLocalDate());
      case LocalDate day -> date(day);
      case LocalDateTime moment -> timestamp(moment);
      case OffsetDateTime moment -> withOffset(moment);
      default -> new Text(value.toString());
    };
  }
}
