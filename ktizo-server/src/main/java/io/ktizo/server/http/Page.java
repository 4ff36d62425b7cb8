package io.ktizo.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
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

  /** How many to read from a store: one more than asked for, to know whether there are more. */
  int fetch() {
    return limit + 1;
  }

  /**
   * The answer from what was read.
   *
   * @param fetched up to {@link #fetch} things after the place
   * @param place of a thing in the list
   * @param item its form on the wire
   * @param seal makes the place opaque, see {@link Call#seal}
   */
  <T, W> Of<W> of(
      List<T> fetched,
      Function<T, String> place,
      Function<T, W> item,
      Function<String, String> seal) {
    List<T> shown = fetched.subList(0, Math.min(limit, fetched.size()));
    String next = fetched.size() > limit ? seal.apply(place.apply(shown.getLast())) : null;
    return new Of<>(shown.stream().map(item).toList(), next);
  }

  /**
   * The answer from a whole list that is short, the newest first.
   *
   * @param id of a thing, which sorts by the moment it was made
   */
  <T, W> Of<W> slice(
      List<T> all, Function<T, String> id, Function<T, W> item, Function<String, String> seal) {
    List<T> rest =
        all.stream()
            .filter(thing -> after.isEmpty() || id.apply(thing).compareTo(after.get()) < 0)
            .sorted(Comparator.comparing(id).reversed())
            .toList();
    return of(rest, id, item, seal);
  }

  /**
   * The answer from a list that only grows, the newest first, whose things have no name: the place
   * is a count. What is added meanwhile makes a client see some twice, and miss none.
   *
   * @param newest reads so many from the beginning
   */
  <T, W> Of<W> counted(
      IntFunction<List<T>> newest, Function<T, W> item, Function<String, String> seal) {
    int skip = after.map(Integer::parseInt).orElse(0);
    List<T> read = newest.apply(skip + fetch());
    List<T> rest = read.subList(Math.min(skip, read.size()), read.size());
    return of(rest, thing -> Integer.toString(skip + limit), item, seal);
  }
}
