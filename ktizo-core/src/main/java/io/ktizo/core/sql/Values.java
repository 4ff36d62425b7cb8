package io.ktizo.core.sql;

import io.ktizo.core.id.Id;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Java values to and from JDBC, the same for both databases. */
final class Values {
  private static final Set<Class<?>> READABLE =
      Set.of(
          UUID.class,
          String.class,
          Instant.class,
          LocalDate.class,
          BigDecimal.class,
          byte[].class,
          int.class,
          Integer.class,
          long.class,
          Long.class,
          double.class,
          Double.class,
          boolean.class,
          Boolean.class);

  private Values() {}

  static boolean isReadable(Class<?> type) {
    return READABLE.contains(type) || type.isEnum();
  }

  static void bind(Dialect dialect, PreparedStatement statement, int at, @Nullable Object value)
      throws SQLException {
    Object plain = value == null ? null : plain(value);
    if (plain == null) {
      statement.setNull(at, Types.NULL);
    } else if (plain instanceof Collection<?> collection) {
      List<?> elements = collection.stream().map(Values::plain).toList();
      dialect.bindList(statement, at, elementType(elements), elements);
    } else if (plain instanceof byte[] bytes) {
      statement.setBytes(at, bytes);
    } else {
      statement.setObject(at, plain);
    }
  }

  /** Refuses what {@link #bind} could not send, before a connection is used for it. */
  static void check(String name, @Nullable Object value) {
    if (value instanceof Collection<?> collection) {
      elementType(collection.stream().map(Values::plain).toList());
    } else if (value != null) {
      plain(value);
    }
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a parameter has a name");
    }
  }

  private static Object plain(Object value) {
    return switch (value) {
      case Id id -> id.value();
      // Both databases keep microseconds; cutting here makes what is read equal what was written.
      case Instant instant ->
          OffsetDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC);
      case Enum<?> constant -> constant.name();
      case UUID uuid -> uuid;
      case String text -> text;
      case LocalDate date -> date;
      case BigDecimal decimal -> decimal;
      case Integer number -> number;
      case Long number -> number;
      case Double number -> number;
      case Boolean truth -> truth;
      case byte[] bytes -> bytes;
      case OffsetDateTime moment -> moment;
      case Collection<?> collection -> collection;
      default ->
          throw new IllegalArgumentException("no column can hold a " + value.getClass().getName());
    };
  }

  private static String elementType(List<?> elements) {
    if (elements.isEmpty()) {
      return "null";
    }
    List<String> types = elements.stream().map(Values::typeName).distinct().toList();
    if (types.size() > 1) {
      throw new IllegalArgumentException("a list of " + String.join(" and ", types));
    }
    return types.getFirst();
  }

  private static String typeName(Object plain) {
    return switch (plain) {
      case UUID uuid -> "uuid";
      case String text -> "varchar";
      case OffsetDateTime moment -> "timestamptz";
      case LocalDate date -> "date";
      case BigDecimal decimal -> "numeric";
      case Integer number -> "integer";
      case Long number -> "bigint";
      case Boolean truth -> "boolean";
      default -> throw new IllegalArgumentException("no list of " + plain.getClass().getName());
    };
  }

  static @Nullable Object read(ResultSet rows, String column, Class<?> type) throws SQLException {
    if (type == UUID.class || type == LocalDate.class) {
      return rows.getObject(column, type);
    }
    if (type == String.class) {
      return rows.getString(column);
    }
    if (type == Instant.class) {
      OffsetDateTime moment = rows.getObject(column, OffsetDateTime.class);
      return moment == null ? null : moment.toInstant();
    }
    if (type == BigDecimal.class) {
      return rows.getBigDecimal(column);
    }
    if (type == byte[].class) {
      return rows.getBytes(column);
    }
    if (type.isEnum()) {
      String name = rows.getString(column);
      return name == null ? null : constant(type, name, column);
    }
    Object primitive =
        switch (type.getName().substring(type.getName().lastIndexOf('.') + 1)) {
          case "int", "Integer" -> rows.getInt(column);
          case "long", "Long" -> rows.getLong(column);
          case "double", "Double" -> rows.getDouble(column);
          case "boolean", "Boolean" -> rows.getBoolean(column);
          default -> throw new IllegalArgumentException("no column can hold " + type.getName());
        };
    return rows.wasNull() ? null : primitive;
  }

  private static Object constant(Class<?> type, String name, String column) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new UnexpectedResultException(
        String.format(Locale.ROOT, "a constant that %s does not have", type.getSimpleName()),
        "column " + column);
  }
}
