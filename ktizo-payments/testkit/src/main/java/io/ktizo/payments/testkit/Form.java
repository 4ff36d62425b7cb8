package io.ktizo.payments.testkit;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Parameters of a call as Stripe takes them: form-encoded, with brackets for what is nested, as in
 * {@code metadata[payable]=order_1&expand[0]=latest_charge}.
 */
final class Form {
  private final Map<String, String> values;

  private Form(Map<String, String> values) {
    this.values = values;
  }

  static Form parse(String encoded) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String pair : encoded.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        values.put(
            decode(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return new Form(values);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /** A parameter that must be there. */
  String required(String name) {
    return text(name)
        .orElseThrow(() -> StripeProblem.invalid("parameter_missing", name, "Missing " + name));
  }

  /** A whole number of the smallest unit, more than zero. */
  Optional<Long> amount(String name) {
    return text(name)
        .map(
            digits -> {
              if (!digits.matches("-?[0-9]{1,18}")) {
                throw StripeProblem.invalid("parameter_invalid_integer", name, "Invalid integer");
              }
              long amount = Long.parseLong(digits);
              if (amount < 1) {
                throw StripeProblem.invalid(
                    "parameter_invalid_integer",
                    name,
                    "This value must be greater than or equal to 1.");
              }
              return amount;
            });
  }

  /** What stands in brackets behind a name, for instance all of {@code metadata}. */
  Map<String, String> nested(String name) {
    Map<String, String> nested = new TreeMap<>();
    values.forEach(
        (key, value) -> {
          if (key.startsWith(name + "[") && key.endsWith("]")) {
            nested.put(key.substring(name.length() + 1, key.length() - 1), value);
          }
        });
    return nested;
  }

  /** Each element of a list of objects, as in {@code line_items[0][amount]=1}, in order. */
  List<Form> elements(String name) {
    Map<Integer, Map<String, String>> elements = new TreeMap<>();
    nested(name)
        .forEach(
            (key, value) -> {
              int bracket = key.indexOf("][");
              if (bracket > 0 && key.substring(0, bracket).matches("[0-9]{1,4}")) {
                elements
                    .computeIfAbsent(
                        Integer.parseInt(key.substring(0, bracket)), at -> new LinkedHashMap<>())
                    .put(key.substring(bracket + 2), value);
              }
            });
    return elements.values().stream().map(Form::new).toList();
  }

  List<String> list(String name) {
    return new ArrayList<>(nested(name).values());
  }

  /** Names of all parameters, nested ones in their brackets. */
  List<String> names() {
    return List.copyOf(values.keySet());
  }

  /** The same for the same parameters in any order. */
  String fingerprint() {
    return new TreeMap<>(values).toString();
  }
}
