package io.ktizo.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.server.http.Problem.Field;
import jakarta.validation.ConstraintViolation;
import jakarta.validation.Path;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.hibernate.validator.HibernateValidator;
import org.hibernate.validator.messageinterpolation.ParameterMessageInterpolator;
import org.jspecify.annotations.Nullable;

/**
 * Turns the JSON of a request into a record of the wire, or into everything that is wrong with it.
 *
 * <p>The record's components are the members: all must be there, save those marked {@link
 * Nullable}, and there are no others. A component is a String, boolean, int, long, BigDecimal,
 * Instant, LocalDate, enum constant (by name), record, or a List of these; limits are the
 * constraints of Jakarta Validation on it. All faults are told at once, each with its JSON pointer.
 * Text holds no NUL and no half of a surrogate pair: no database could keep it.
 */
final class Body {
  private static final Validator VALIDATOR =
      Validation.byProvider(HibernateValidator.class)
          .configure()
          // Without expressions: nothing that was sent is ever evaluated, and no library for it.
          .messageInterpolator(
              new ParameterMessageInterpolator(
                  Set.of(Locale.ENGLISH), Locale.ENGLISH, context -> Locale.ENGLISH, false))
          .buildValidatorFactory()
          .getValidator();

  private final List<Field> faults = new ArrayList<>();

  private Body() {}

  /**
   * Reads a record.
   *
   * @throws ProblemException with all faults, as 422
   */
  static <R extends Record> R read(ObjectNode json, Class<R> type) {
    Body body = new Body();
    R record = body.record(json, type, "");
    if (record == null || !body.faults.isEmpty()) {
      throw new ProblemException(Problem.invalid(body.faults));
    }
    List<Field> broken = new ArrayList<>();
    for (ConstraintViolation<R> violation : VALIDATOR.validate(record)) {
      broken.add(
          new Field(pointer(violation.getPropertyPath()), code(violation), violation.getMessage()));
    }
    if (!broken.isEmpty()) {
      // The validator names them in no particular order.
      broken.sort(java.util.Comparator.comparing(Field::pointer).thenComparing(Field::code));
      throw new ProblemException(Problem.invalid(broken));
    }
    return record;
  }

  private static String code(ConstraintViolation<?> violation) {
    String name =
        violation.getConstraintDescriptor().getAnnotation().annotationType().getSimpleName();
    return switch (name) {
      case "Size",
          "Min",
          "Max",
          "Positive",
          "PositiveOrZero",
          "DecimalMin",
          "DecimalMax",
          "Digits" ->
          "out-of-range";
      case "NotBlank", "NotEmpty" -> "empty";
      case "Pattern", "PlainText" -> "bad-format";
      default -> name.replaceAll("(?<=[a-z])([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    };
  }

  private static String pointer(Path path) {
    StringBuilder pointer = new StringBuilder();
    for (Path.Node node : path) {
      if (node.getIndex() != null) {
        pointer.append('/').append(node.getIndex());
      }
      String name = node.getName();
      if (name != null && !name.startsWith("<")) {
        pointer.append('/').append(escaped(name));
      }
    }
    return pointer.toString();
  }

  static String escaped(String member) {
    return member.replace("~", "~0").replace("/", "~1");
  }

  private <R extends Record> @Nullable R record(ObjectNode json, Class<R> type, String at) {
    RecordComponent[] components = type.getRecordComponents();
    Set<String> known = new HashSet<>();
    @Nullable Object[] values = new @Nullable Object[components.length];
    int before = faults.size();
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      known.add(component.getName());
      JsonNode node = json.path(component.getName());
      String here = at + "/" + escaped(component.getName());
      boolean optional = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
      if (node.isMissingNode() || (node.isNull() && optional)) {
        if (!optional) {
          wrong(here, "missing", "This must be there.");
        }
      } else {
        values[i] = value(node, component.getAnnotatedType(), here);
      }
    }
    json.fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                wrong(at + "/" + escaped(name), "unknown-member", "There is no such member.");
              }
            });
    return faults.size() > before ? null : construct(type, components, values);
  }

  private static <R extends Record> R construct(
      Class<R> type, RecordComponent[] components, @Nullable Object[] values) {
    try {
      Constructor<R> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new));
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("a wire record refuses by constraints alone", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a record has its canonical constructor", e);
    }
  }

  private @Nullable Object value(JsonNode node, AnnotatedType annotated, String at) {
    if (annotated instanceof AnnotatedParameterizedType list) {
      return list(node, list.getAnnotatedActualTypeArguments()[0], at);
    }
    Class<?> type = (Class<?>) annotated.getType();
    if (type == String.class) {
      return node.isTextual() ? text(node.textValue(), at) : wrongType(at, "a string");
    }
    if (type == boolean.class || type == Boolean.class) {
      return node.isBoolean() ? node.booleanValue() : wrongType(at, "true or false");
    }
    if (type == int.class || type == Integer.class) {
      return integer(node, at, node.canConvertToInt());
    }
    if (type == long.class || type == Long.class) {
      return node.isIntegralNumber() && node.canConvertToLong()
          ? (Object) node.longValue()
          : integer(node, at, false);
    }
    if (type == BigDecimal.class) {
      return node.isNumber() ? node.decimalValue() : wrongType(at, "a number");
    }
    if (type == Instant.class || type == LocalDate.class) {
      return moment(node, type, at);
    }
    if (type.isEnum()) {
      return constant(node, type, at);
    }
    if (type.isRecord()) {
      return node instanceof ObjectNode object
          ? record(object, type.asSubclass(Record.class), at)
          : wrongType(at, "an object");
    }
    throw new IllegalStateException("no wire record can hold a " + type.getName());
  }

  private @Nullable Object integer(JsonNode node, String at, boolean fits) {
    if (!node.isIntegralNumber()) {
      return wrongType(at, "an integer");
    }
    if (!fits) {
      wrong(at, "out-of-range", "This number is too large.");
      return null;
    }
    return node.intValue();
  }

  private @Nullable String text(String text, String at) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean pair =
          Character.isHighSurrogate(c)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else if (c == 0 || Character.isSurrogate(c)) {
        wrong(at, "bad-format", "This holds a character that no text can hold.");
        return null;
      }
    }
    return text;
  }

  private @Nullable Object moment(JsonNode node, Class<?> type, String at) {
    String form = type == Instant.class ? "a moment (RFC 3339)" : "a date (RFC 3339)";
    if (!node.isTextual()) {
      return wrongType(at, form + ", as a string");
    }
    try {
      return type == Instant.class
          ? (Object) Instant.parse(node.textValue())
          : LocalDate.parse(node.textValue());
    } catch (DateTimeException e) {
      wrong(at, "bad-format", "This must be " + form + ".");
      return null;
    }
  }

  private @Nullable Object constant(JsonNode node, Class<?> type, String at) {
    List<String> names =
        Arrays.stream(type.getEnumConstants()).map(each -> ((Enum<?>) each).name()).toList();
    if (!node.isTextual()) {
      return wrongType(at, "one of " + String.join(", ", names) + ", as a string");
    }
    int index = names.indexOf(node.textValue());
    if (index < 0) {
      wrong(at, "unknown-value", "This must be one of " + String.join(", ", names) + ".");
      return null;
    }
    return type.getEnumConstants()[index];
  }

  private @Nullable Object list(JsonNode node, AnnotatedType element, String at) {
    if (!(element.getType() instanceof Class<?>)
        && !(element.getType() instanceof ParameterizedType)) {
      throw new IllegalStateException("no wire record can hold a list of " + element.getType());
    }
    if (!node.isArray()) {
      return wrongType(at, "an array");
    }
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      Object value = value(node.get(i), element, at + "/" + i);
      if (value != null) {
        elements.add(value);
      }
    }
    return List.copyOf(elements);
  }

  private @Nullable Object wrongType(String at, String what) {
    wrong(at, "wrong-type", "This must be " + what + ".");
    return null;
  }

  private void wrong(String at, String code, String message) {
    faults.add(new Field(at, code, message));
  }
}
