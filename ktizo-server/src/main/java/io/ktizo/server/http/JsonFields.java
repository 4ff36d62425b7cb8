package io.ktizo.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads the members of a JSON object one by one and collects everything that is wrong with them,
 * each with its JSON pointer. Members that nobody asked for are wrong too. For one request.
 */
final class JsonFields {
  /** As in price lists. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private final ObjectNode object;
  private final Set<String> known = new HashSet<>();
  private final List<Problem.Field> errors = new ArrayList<>();

  JsonFields(ObjectNode object) {
    this.object = object;
  }

  /** An integer within limits, both allowed; {@code absent} if it is not there. */
  int integer(String name, int least, int most, int absent) {
    JsonNode node = member(name);
    if (node.isMissingNode()) {
      return absent;
    }
    if (!node.isIntegralNumber()) {
      wrong(name, "wrong-type", "This must be an integer.");
    } else if (!node.canConvertToInt() || node.intValue() < least || node.intValue() > most) {
      wrong(name, "out-of-range", "This must be from " + least + " to " + most + ".");
    } else {
      return node.intValue();
    }
    return absent;
  }

  /** A text that must be there and that the parser knows. */
  <T> Optional<T> required(String name, Function<String, Optional<T>> parser, String what) {
    if (member(name).isMissingNode()) {
      wrong(name, "missing", "This must be " + what + ".");
      return Optional.empty();
    }
    return optional(name, parser, what);
  }

  /** A text that may be left out, but if it is there, the parser must know it. */
  <T> Optional<T> optional(String name, Function<String, Optional<T>> parser, String what) {
    JsonNode node = member(name);
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      wrong(name, "wrong-type", "This must be " + what + ", as a string.");
      return Optional.empty();
    }
    Optional<T> parsed = parser.apply(node.textValue());
    if (parsed.isEmpty()) {
      wrong(name, "unknown-value", "This must be " + what + ".");
    }
    return parsed;
  }

  /** Ids, in their order, without repetition; none if they are left out. */
  List<String> ids(String name, int most) {
    JsonNode node = member(name);
    if (node.isMissingNode()) {
      return List.of();
    }
    if (!node.isArray()) {
      wrong(name, "wrong-type", "This must be an array of strings.");
      return List.of();
    }
    if (node.size() > most) {
      wrong(name, "out-of-range", "There must be no more than " + most + " of these.");
      return List.of();
    }
    Set<String> ids = new LinkedHashSet<>();
    for (int i = 0; i < node.size(); i++) {
      JsonNode item = node.get(i);
      if (!item.isTextual() || !ID.matcher(item.textValue()).matches()) {
        wrong(
            name + "/" + i, "not-an-id", "This must be an id: 1 to 64 letters, digits, . _ or -.");
      } else if (!ids.add(item.textValue())) {
        wrong(name + "/" + i, "repeated", "This stands here already.");
      }
    }
    return List.copyOf(ids);
  }

  /** An id, if it is there. */
  Optional<String> id(String name) {
    return optional(
        name,
        text -> ID.matcher(text).matches() ? Optional.of(text) : Optional.empty(),
        "an id: 1 to 64 letters, digits, . _ or -");
  }

  /** Notes something wrong; {@code path} is a pointer without its leading slash. */
  void wrong(String path, String code, String message) {
    errors.add(new Problem.Field("/" + path, code, message));
  }

  /**
   * Ends the reading.
   *
   * @throws ProblemException with everything that is wrong
   */
  void throwIfWrong() {
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name)) {
                String escaped = name.replace("~", "~0").replace("/", "~1");
                wrong(escaped, "unknown-member", "There is no such member.");
              }
            });
    if (!errors.isEmpty()) {
      throw new ProblemException(Problem.invalid(errors));
    }
  }

  private JsonNode member(String name) {
    known.add(name);
    return object.path(name);
  }
}
