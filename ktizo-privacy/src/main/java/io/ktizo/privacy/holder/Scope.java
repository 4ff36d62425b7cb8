package io.ktizo.privacy.holder;

import io.ktizo.privacy.datamap.SubjectKind;
import io.ktizo.privacy.holder.CompiledMap.Along;
import io.ktizo.privacy.holder.CompiledMap.Arrival;
import io.ktizo.privacy.holder.CompiledMap.ByValue;
import io.ktizo.privacy.holder.CompiledMap.OwnRow;
import io.ktizo.privacy.holder.CompiledMap.Relation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the map alone tells about one kind of subject: where they can arrive, in which order tables
 * are best visited, and where nobody else can be an owner, so that nobody need be asked. Immutable
 * once made.
 */
final class Scope {
  private final CompiledMap map;
  private final SubjectKind kind;
  private final Set<Relation> owned = new LinkedHashSet<>();
  private final Set<Relation> reached = new LinkedHashSet<>();
  private final Set<Relation> read = new LinkedHashSet<>();
  private final Map<Relation, Boolean> exclusive = new HashMap<>();

  Scope(CompiledMap map, SubjectKind kind) {
    this.map = map;
    this.kind = kind;
    seeds().stream().filter(Arrival::owning).forEach(seed -> owned.add(seed.at()));
    while (grow(owned, true)) {}
    reached.addAll(owned);
    seeds().forEach(seed -> reached.add(seed.at()));
    while (grow(reached, false)) {}
    seeds().stream().filter(seed -> !seed.owning()).forEach(seed -> read.add(seed.at()));
    for (Along step : stepsTaken()) {
      if (!step.owning()) {
        read.add(step.at());
      }
    }
    while (grow(read, false)) {}
    reached.forEach(this::exclusive);
  }

  private boolean grow(Set<Relation> set, boolean owningOnly) {
    boolean grew = false;
    for (Along step : steps()) {
      if ((step.owning() || !owningOnly) && set.contains(step.from())) {
        grew |= set.add(step.at());
      }
    }
    return grew;
  }

  /** Tables of which this kind of person can own rows. */
  Set<Relation> owned() {
    return owned;
  }

  /** Tables of which this kind of person can own or read rows. */
  Set<Relation> reached() {
    return reached;
  }

  /** The ways in which this kind of person arrives without coming from another row. */
  List<Arrival> seeds() {
    return map.arrivals().stream().filter(this::seed).toList();
  }

  private boolean seed(Arrival arrival) {
    return switch (arrival) {
      case OwnRow row -> row.kind().equals(kind);
      case ByValue value -> value.kind().equals(kind);
      case Along along -> false;
    };
  }

  /** Every way from rows to rows, whoever goes it. */
  List<Along> steps() {
    return map.arrivals().stream()
        .flatMap(one -> one instanceof Along along ? java.util.stream.Stream.of(along) : null)
        .toList();
  }

  /** Ways from rows to rows that this kind of person can go. */
  List<Along> stepsTaken() {
    return steps().stream().filter(step -> reached.contains(step.from())).toList();
  }

  /** The ways in which this kind of person can arrive at a table. */
  List<Arrival> arrivals(Relation at) {
    return map.arrivals().stream()
        .filter(one -> one.at().equals(at))
        .filter(one -> one instanceof Along along ? reached.contains(along.from()) : this.seed(one))
        .toList();
  }

  /** Whether such a person owns every row of this table that he reaches. */
  boolean onlyOwned(Relation at) {
    return owned.contains(at) && !read.contains(at);
  }

  /** Whether there is any table of which such a person may read rows that he does not own. */
  boolean reads() {
    return !read.isEmpty();
  }

  /** Whether people go on from this table. */
  boolean leaf(Relation at) {
    return steps().stream().noneMatch(step -> step.from().equals(at));
  }

  /**
   * Whether a row of this table that such a person owns cannot have another owner: one way in, from
   * one row, which is itself his alone.
   */
  boolean exclusive(Relation at) {
    Boolean known = exclusive.get(at);
    if (known != null) {
      return known;
    }
    // Stands while the answer is being found: what leads round in a circle is not exclusive.
    exclusive.put(at, false);
    List<Arrival> ways =
        map.arrivals().stream().filter(one -> one.owning() && one.at().equals(at)).toList();
    // Several kinds whose people are the rows of one table are one person in several roles.
    boolean onlyRow =
        !ways.isEmpty()
            && ways.stream().allMatch(way -> way instanceof OwnRow)
            && at.name().equals(kind.dataSet());
    boolean one =
        ways.size() == 1
            && switch (ways.getFirst()) {
              case OwnRow row -> onlyRow;
              case ByValue value -> value.kind().equals(kind);
              case Along along ->
                  !along.link().relation().outward()
                      && along.from().unique(along.fromColumns())
                      && exclusive(along.from());
            };
    boolean answer = onlyRow || one;
    exclusive.put(at, answer);
    return answer;
  }

  /** Tables whose rows' other owners have to be looked for. */
  Set<Relation> shareable() {
    Set<Relation> found = new LinkedHashSet<>();
    for (Relation at : owned) {
      if (!exclusive(at)) {
        found.add(at);
      }
    }
    return found;
  }

  /** These tables and every table from which ownership can come to them. */
  Set<Relation> upstream(Set<Relation> of) {
    Set<Relation> found = new LinkedHashSet<>(of);
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Along step : steps()) {
        if (step.owning() && found.contains(step.at())) {
          grew |= found.add(step.from());
        }
      }
    }
    return found;
  }

  /**
   * The tables in an order in which each comes after all it is reached from; tables that lead round
   * to each other stand together.
   */
  static List<Set<Relation>> order(Set<Relation> tables, List<Along> steps) {
    Map<Relation, Set<Relation>> onward = new HashMap<>();
    for (Relation table : tables) {
      onward.put(table, new LinkedHashSet<>());
    }
    for (Along step : steps) {
      if (tables.contains(step.from()) && tables.contains(step.at())) {
        onward.computeIfAbsent(step.from(), one -> new LinkedHashSet<>()).add(step.at());
      }
    }
    // Kosaraju: finishing order of a first walk, then walks against the arrows.
    Deque<Relation> finished = new ArrayDeque<>();
    Set<Relation> seen = new HashSet<>();
    for (Relation table : tables) {
      finish(table, onward, seen, finished);
    }
    Map<Relation, Set<Relation>> backward = new HashMap<>();
    onward.forEach(
        (from, ats) ->
            ats.forEach(at -> backward.computeIfAbsent(at, t -> new LinkedHashSet<>()).add(from)));
    List<Set<Relation>> groups = new ArrayList<>();
    Set<Relation> taken = new HashSet<>();
    for (Relation table : finished) {
      if (!taken.contains(table)) {
        Set<Relation> group = new LinkedHashSet<>();
        Deque<Relation> open = new ArrayDeque<>(List.of(table));
        while (!open.isEmpty()) {
          Relation next = open.pop();
          if (taken.add(next)) {
            group.add(next);
            backward.getOrDefault(next, Set.of()).forEach(open::push);
          }
        }
        groups.add(group);
      }
    }
    return groups;
  }

  private static void finish(
      Relation table,
      Map<Relation, Set<Relation>> onward,
      Set<Relation> seen,
      Deque<Relation> finished) {
    if (seen.add(table)) {
      onward.getOrDefault(table, Set.of()).forEach(next -> finish(next, onward, seen, finished));
      finished.push(table);
    }
  }

  /** Whether some way leads from a table of the group to a table of it. */
  static boolean circular(Set<Relation> group, List<Along> steps) {
    return steps.stream()
        .anyMatch(step -> group.contains(step.from()) && group.contains(step.at()));
  }
}
