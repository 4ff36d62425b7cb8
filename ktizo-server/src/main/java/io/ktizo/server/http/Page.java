package io.ktizo.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a list that a client asks for.
 *
 * @param limit at most so many, 1 to {@link #MOST}
 * @param after place in the list after which to go on, as the endpoint named it; empty for the
 *     beginning
 */
record Page(int limit, Optional<String> after) {
  static final int USUAL = 50;
  static final int MOST = 200;

  /**
   * What is answered.
   *
   * @param items in order
   * @param next to be sent back as {@code after} to go on; {@code null} at the end
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Of<T>(List<T> items, @Nullable String next) {}

  /** How many to read from the store: one more than asked for, to know whether there are more. */
  int fetch() {
    return limit + 1;
  }

  /**
   * The answer from what was read.
   *
   * @param fetched up to {@link #fetch} things after the place
   * @param place of a thing in the list
   * @param item its form on the wire
   * @param seal makes the place opaque
   */
  <T, W> Of<W> of(
      List<T> fetched,
      Function<T, String> place,
      Function<T, W> item,
      Function<String, String> seal) {
    List<T> shown = fetched.subList(0, Math.min(limit, fetched.size()));
    String next =
        fetched.size() > limit ? seal.apply(place.apply(shown.get(shown.size() - 1))) : null;
    return new Of<>(shown.stream().map(item).toList(), next);
  }
}
