package io.ktizo.privacy.holder;

import io.ktizo.privacy.datamap.SubjectKind;
import io.ktizo.privacy.holder.CompiledMap.Along;
import io.ktizo.privacy.holder.CompiledMap.Reference;
import io.ktizo.privacy.holder.CompiledMap.Relation;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tables whose marks need not be written down for one kind of person, because the map alone
 * says that a row is his, and what becomes of it, if it refers to a row that is. {@code ref IN
 * (SELECT id FROM parent WHERE ref IN (SELECT k0 FROM marks))} then stands for the marks: what one
 * would write by hand. Such a chain holds only while the rows that it leads through are there and
 * keep what it compares, so a table on the way to others is part of one only if its rows go, and go
 * last.
 */
final class Derivation {
  private final CompiledMap map;
  private final SubjectKind kind;
  private final Map<Relation, Along> steps = new LinkedHashMap<>();
  private final Map<Relation, Set<Relation>> above = new HashMap<>();

  /** To be made when the map's references are known. */
  Derivation(CompiledMap map, SubjectKind kind) {
    this.map = map;
    this.kind = kind;
    Scope scope = map.scope(kind);
    for (Relation at : scope.reached()) {
      Decision decision = map.decision(kind, at);
      if (decision.fixed() && decision.ways().getFirst() instanceof Along along) {
        above.computeIfAbsent(at, one -> new HashSet<>()).add(along.from());
      }
    }
    for (Reference reference : map.references()) {
      map.of(reference.schema(), reference.table())
          .ifPresent(
              child -> above.computeIfAbsent(child, one -> new HashSet<>()).add(reference.to()));
    }
    for (Set<Relation> group : Scope.order(scope.reached(), scope.stepsTaken())) {
      group.forEach(this::consider);
    }
  }

  private void consider(Relation at) {
    Decision decision = map.decision(kind, at);
    if (!decision.fixed() || !(decision.ways().getFirst() instanceof Along along)) {
      return;
    }
    Relation from = along.from();
    boolean told = from.identity().containsAll(along.fromColumns());
    boolean edge =
        map.scope(kind).leaf(at)
            && at.identity().size() == 1
            && along.atColumns().equals(at.identity());
    if (!edge && (at.table().view() || round(at))) {
      return;
    }
    if (steps.containsKey(from) ? map.decision(kind, from).goes() && !round(at) : told) {
      steps.put(at, along);
    }
  }

  /** Whether references lead from a table back to it. */
  private boolean round(Relation at) {
    Deque<Relation> open = new ArrayDeque<>(above.getOrDefault(at, Set.of()));
    Set<Relation> seen = new HashSet<>();
    while (!open.isEmpty()) {
      Relation next = open.pop();
      if (next.equals(at)) {
        return true;
      }
      if (seen.add(next)) {
        open.addAll(above.getOrDefault(next, Set.of()));
      }
    }
    return false;
  }

  /** The one way into a table whose marks are not written down. */
  Optional<Along> step(Relation at) {
    return Optional.ofNullable(steps.get(at));
  }

  /** Whether rows of another table must still be there for a table's rows to be found. */
  boolean leadsThrough(Relation at, Relation other) {
    Along along = steps.get(at);
    while (along != null && steps.containsKey(along.from())) {
      if (along.from().equals(other)) {
        return true;
      }
      along = steps.get(along.from());
    }
    return false;
  }

  /** Whether marks of this table, which are written down, stand for rows of others. */
  boolean begins(Relation at) {
    return !steps.containsKey(at)
        && steps.values().stream().anyMatch(step -> step.from().equals(at));
  }

  /** Whether rows of any other table are found by this table's. */
  boolean leadsOn(Relation at) {
    return steps.containsKey(at)
        && steps.values().stream().anyMatch(step -> step.from().equals(at));
  }

  /** Whether a chain compares this column, so that it must not be changed in rows that go. */
  boolean compares(Relation at, io.ktizo.privacy.datamap.LiveSchema.Column column) {
    return step(at).filter(along -> along.atColumns().contains(column)).isPresent()
        || steps.values().stream()
            .anyMatch(step -> step.from().equals(at) && step.fromColumns().contains(column));
  }
}
