package io.ktizo.privacy.holder;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.*;
import java.util.*;
import java.util.function.BiPredicate;
import org.jspecify.annotations.NullUnmarked;

/** Whose rows are whose, by brute force over all pairs of rows in memory. */
@NullUnmarked
final class Oracle {
  record Row(String set, int number, Map<String, Object> values) {}

  record Way(Link link, Row from, Row to) {}

  final DataMap map;
  final List<Row> rows;
  final List<Way> ways = new ArrayList<>();

  Oracle(DataMap map, List<Row> rows) {
    this.map = map;
    this.rows = rows;
    for (Row here : rows) {
      for (Link link : map.dataSet(here.set()).orElseThrow().links()) {
        if (link.target() instanceof Link.ToRows to) {
          for (Row there : rows) {
            if (there.set().equals(to.dataSet()) && joined(to, here, there)) {
              boolean outward = link.relation().outward();
              ways.add(new Way(link, outward ? here : there, outward ? there : here));
            }
          }
        }
      }
    }
  }

  private static boolean joined(Link.ToRows to, Row here, Row there) {
    return to.columns().entrySet().stream()
        .allMatch(
            pair ->
                here.values().get(pair.getKey()) != null
                    && here.values()
                        .get(pair.getKey())
                        .equals(there.values().get(pair.getValue())));
  }

  /** The level at which rows belong to these people: 2 owned, 1 accessed, absent not at all. */
  Map<Row, Integer> reach(BiPredicate<SubjectKind, Row> is, BiPredicate<String, String> named) {
    Map<Row, Integer> level = new HashMap<>();
    for (Row row : rows) {
      for (SubjectKind kind : map.subjects()) {
        if (row.set().equals(kind.dataSet()) && is.test(kind, row)) {
          level.put(row, 2);
        }
      }
      for (Link link : map.dataSet(row.set()).orElseThrow().links()) {
        if (link.target() instanceof Link.ToPerson person
            && row.values().get(person.column()) instanceof String value
            && named.test(person.kind(), value)) {
          level.merge(row, link.relation().owning() ? 2 : 1, Math::max);
        }
      }
    }
    for (Map<Row, Integer> before = Map.of(); !before.equals(level); ) {
      before = Map.copyOf(level);
      for (Way way : ways) {
        if (level.containsKey(way.from())) {
          level.merge(
              way.to(), way.link().relation().owning() ? level.get(way.from()) : 1, Math::max);
        }
      }
    }
    return level;
  }

  Map<Row, Integer> reach(Subject one) {
    return reach((kind, row) -> is(one, kind, row), (kind, value) -> is(one, kind, value));
  }

  /** What everybody else reaches. Rows of one table that are a person are him in all his roles. */
  Map<Row, Integer> reachOfOthers(Subject one) {
    SubjectKind his = map.subject(one.kind()).orElseThrow();
    return reach(
        (kind, row) -> !row.set().equals(his.dataSet()) || !is(one, his, row),
        (kind, value) -> !value.isEmpty() && !is(one, kind, value));
  }

  static boolean is(Subject one, SubjectKind kind, Row row) {
    return kind.name().equals(one.kind()) && one.key().equals("" + row.values().get(kind.key()));
  }

  static boolean is(Subject one, String kind, String value) {
    return kind.equals(one.kind()) && value.equalsIgnoreCase(one.key());
  }
}
