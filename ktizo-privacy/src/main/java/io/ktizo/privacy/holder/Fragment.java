package io.ktizo.privacy.holder;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A piece of SQL with the values of its parameters.
 *
 * @param sql with a question mark for each parameter
 * @param parameters in that order
 */
record Fragment(String sql, List<Object> parameters) {
  static final Fragment TRUE = new Fragment("1 = 1", List.of());
  static final Fragment FALSE = new Fragment("1 = 0", List.of());

  Fragment {
    parameters = List.copyOf(parameters);
  }

  Fragment(String sql) {
    this(sql, List.of());
  }

  Fragment wrap(Function<String, String> around) {
    return new Fragment(around.apply(sql), parameters);
  }

  /** Any of them; false if there is none. */
  static Fragment any(List<Fragment> all) {
    if (all.isEmpty()) {
      return FALSE;
    }
    List<Object> parameters = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (Fragment one : all) {
      texts.add(one.sql());
      parameters.addAll(one.parameters());
    }
    return new Fragment("(" + String.join(" OR ", texts) + ")", parameters);
  }
}
