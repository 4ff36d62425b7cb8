package io.ktizo.privacy.datamap;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** How names of a map meet names of a database: exactly first, else ignoring case if unique. */
final class Names {
  private Names() {}

  static <T> Optional<T> find(List<T> all, Function<? super T, String> name, String wanted) {
    T found = null;
    for (T one : all) {
      String here = name.apply(one);
      if (here.equals(wanted)) {
        return Optional.of(one);
      }
      if (here.equalsIgnoreCase(wanted)) {
        if (found != null) {
          return exact(all, name, wanted);
        }
        found = one;
      }
    }
    return Optional.ofNullable(found);
  }

  private static <T> Optional<T> exact(
      List<T> all, Function<? super T, String> name, String wanted) {
    return all.stream().filter(one -> name.apply(one).equals(wanted)).findFirst();
  }
}
