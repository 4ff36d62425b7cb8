package io.ktizo.core.sql;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a record's components from the columns of the same name, and calls its constructor. */
final class RecordMapper<R extends Record> implements RowMapper<R> {
  private record Part(String column, Class<?> type, boolean nullable) {}

  private final Class<R> type;
  private final List<Part> parts;
  private final MethodHandle constructor;

  private RecordMapper(Class<R> type, List<Part> parts, MethodHandle constructor) {
    this.type = type;
    this.parts = parts;
    this.constructor = constructor;
  }

  static <R extends Record> RecordMapper<R> of(Class<R> type) {
    RecordComponent[] components = type.getRecordComponents();
    List<Part> parts = Arrays.stream(components).map(RecordMapper::part).toList();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      Constructor<R> canonical = type.getDeclaredConstructor(types);
      canonical.setAccessible(true);
      MethodHandle handle =
          MethodHandles.lookup()
              .unreflectConstructor(canonical)
              .asSpreader(Object[].class, types.length)
              .asType(MethodType.methodType(Object.class, Object[].class));
      return new RecordMapper<>(type, parts, handle);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("cannot call the constructor of " + type.getName(), e);
    }
  }

  private static Part part(RecordComponent component) {
    if (!Values.isReadable(component.getType())) {
      throw new IllegalArgumentException(
          "no column can hold "
              + component.getType().getName()
              + " "
              + component.getDeclaringRecord().getName()
              + "."
              + component.getName());
    }
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    return new Part(snakeCase(component.getName()), component.getType(), nullable);
  }

  private static String snakeCase(String name) {
    return name.replaceAll("(?<=[a-z0-9])([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  @Override
  public R map(Row row) {
    @Nullable Object[] values = new @Nullable Object[parts.size()];
    for (int at = 0; at < values.length; at++) {
      Part part = parts.get(at);
      values[at] =
          part.nullable()
              ? row.valueOrNull(part.column(), part.type())
              : row.value(part.column(), part.type());
    }
    try {
      return type.cast((Object) constructor.invokeExact(values));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("the constructor of " + type.getName() + " failed", e);
    }
  }
}
