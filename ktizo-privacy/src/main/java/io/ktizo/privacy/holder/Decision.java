package io.ktizo.privacy.holder;

import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.datamap.Strategy;
import io.ktizo.privacy.holder.CompiledMap.Along;
import io.ktizo.privacy.holder.CompiledMap.Arrival;
import io.ktizo.privacy.holder.CompiledMap.ByValue;
import io.ktizo.privacy.holder.CompiledMap.OwnRow;
import io.ktizo.privacy.holder.CompiledMap.Relation;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What the rules of all ways that lead to a table come to for one of its rows. A row can be reached
 * in several ways at once, and then:
 *
 * <ul>
 *   <li>The last owner goes: a duty to keep outweighs everything; then deleting outweighs
 *       anonymising. What is kept or stays loses the columns that any of the ways names.
 *   <li>The row survives, because others own it or because he could only read it: one way that
 *       deletes it for everybody is enough; otherwise it loses the columns that any way names.
 * </ul>
 */
final class Decision {
  static final int STAYS = 0;
  static final int GOES = 1;
  static final int ANONYMISED = 2;
  static final int KEPT = 3;

  private static final String LAST = "owned = 1 AND other = 0";

  private final Relation at;
  private final List<Arrival> ways;
  private final List<Field> fields;
  private final boolean constant;
  private final boolean fixed;
  private final boolean goes;

  Decision(DataMap map, Scope scope, Relation at) {
    this.at = at;
    this.ways = scope.arrivals(at);
    Set<Field> touched = new LinkedHashSet<>();
    for (Arrival way : ways) {
      touched.addAll(fields(at, columns(last(way))));
      touched.addAll(fields(at, columns(shared(way))));
    }
    this.fields =
        touched.stream()
            .filter(field -> !(field.strategy().orElseThrow() instanceof Strategy.Retain))
            .toList();
    boolean oneRule =
        ways.stream().map(Decision::last).distinct().count() <= 1
            && ways.stream().map(Decision::shared).allMatch(Link.Leave.class::isInstance);
    this.constant =
        (ways.size() == 1 || oneRule)
            && ways.stream().noneMatch(way -> last(way) instanceof Link.KeepUntil);
    // Who owns by the one way in may still come by it as a reader only.
    boolean alone = scope.exclusive(at) && scope.onlyOwned(at) && ways.size() == 1;
    this.fixed = alone && constant;
    this.goes = fixed && last(ways.getFirst()) instanceof Link.DeleteRow;
  }

  /**
   * Whether the map alone says what becomes of every row that is reached: there is one way in, and
   * nobody else can own it.
   */
  boolean fixed() {
    return fixed;
  }

  /** Whether the map alone says that this field of every row that is reached loses its value. */
  boolean surelyTouches(Field field) {
    return fixed && fields(at, columns(last(ways.getFirst()))).contains(field);
  }

  /** Whether some rule of it lets a row go. */
  boolean mayGo() {
    return ways.stream()
        .anyMatch(
            way ->
                (way.owning() && !(last(way) instanceof Link.Anonymise))
                    || shared(way) instanceof Link.DeleteRow);
  }

  /** The columns of the marks with the values that are known beforehand, if it is fixed. */
  String known() {
    StringBuilder sql = new StringBuilder();
    sql.append(goes ? GOES : ANONYMISED).append(" AS fate");
    List<Field> lost = fields(at, columns(last(ways.getFirst())));
    for (int i = 0; i < fields.size(); i++) {
      sql.append(", ").append(lost.contains(fields.get(i)) ? 1 : 0).append(" AS a").append(i);
    }
    return sql.toString();
  }

  /** Whether the map alone says that every row that is reached goes. */
  boolean goes() {
    return goes;
  }

  Relation at() {
    return at;
  }

  List<Arrival> ways() {
    return ways;
  }

  /** Fields that some rule anonymises; field {@code i} has the flag {@code a<i>} in the marks. */
  List<Field> fields() {
    return fields;
  }

  /** Whether it need not be asked in which of the ways a row was reached. */
  boolean constant() {
    return constant;
  }

  /**
   * The columns that the marks need: the fate, a level for each way (1 reached, 2 reached as owner,
   * 3 and to be kept) and a flag for each field.
   */
  List<String> columns() {
    List<String> names = new ArrayList<>(List.of("fate"));
    if (!constant) {
      for (int i = 0; i < ways.size(); i++) {
        names.add("w" + i);
      }
    }
    for (int i = 0; i < fields.size(); i++) {
      names.add("a" + i);
    }
    return names;
  }

  /** The rule of the last owner; without meaning for ways that only let read. */
  static Link.Last last(Arrival way) {
    return switch (way) {
      case OwnRow row -> row.kind().erasure();
      case ByValue value -> value.link().erasure().last();
      case Along along -> along.link().erasure().last();
    };
  }

  /** The rule of rows that survive. A person's own row, owned by others too, stays as it is. */
  static Link.Shared shared(Arrival way) {
    return switch (way) {
      case OwnRow row -> new Link.Leave();
      case ByValue value -> value.link().erasure().shared();
      case Along along -> along.link().erasure().shared();
    };
  }

  private static List<String> columns(Link.Last last) {
    return switch (last) {
      case Link.DeleteRow row -> List.of();
      case Link.KeepUntil keep -> keep.anonymise();
      case Link.Anonymise some -> some.columns();
    };
  }

  private static List<String> columns(Link.Shared shared) {
    return switch (shared) {
      case Link.DeleteRow row -> List.of();
      case Link.Leave leave -> List.of();
      case Link.Anonymise some -> some.columns();
    };
  }

  private static List<Field> fields(Relation at, List<String> columns) {
    return columns.stream().map(name -> at.set().field(name).orElseThrow()).toList();
  }

  /** Whether a row reached in way {@code i} was reached at least at this level. */
  private String reached(int i, int level) {
    if (constant) {
      // One way, or one rule for all of them: it is enough that he came at all.
      return level == 1 ? "1 = 1" : ways.get(i).owning() ? "owned = 1" : "1 = 0";
    }
    return "w" + i + " >= " + level;
  }

  /** {@code SET fate = …, a0 = …} of the marks, once the levels are there. */
  String assignments() {
    List<String> keeping = new ArrayList<>();
    List<String> deleting = new ArrayList<>();
    List<String> deletingShared = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      Link.Last last = last(ways.get(i));
      if (last instanceof Link.KeepUntil) {
        keeping.add(reached(i, 3));
        deleting.add("(" + reached(i, 2) + " AND NOT " + reached(i, 3) + ")");
      } else if (last instanceof Link.DeleteRow) {
        deleting.add(reached(i, 2));
      }
      if (shared(ways.get(i)) instanceof Link.DeleteRow) {
        deletingShared.add(reached(i, 1));
      }
    }
    List<String> deletingAnyway = new ArrayList<>(deleting);
    for (int i = 0; i < ways.size(); i++) {
      if (shared(ways.get(i)) instanceof Link.DeleteRow) {
        // Reached in a way that only lets read, beside the way that owns.
        deletingAnyway.add("(" + reached(i, 1) + " AND NOT " + reached(i, 2) + ")");
      }
    }
    String anyKeeps = any(keeping);
    StringBuilder sql = new StringBuilder("fate = CASE WHEN ");
    sql.append(LAST).append(" THEN CASE WHEN ").append(anyKeeps).append(" THEN ").append(KEPT);
    sql.append(" WHEN ").append(any(deletingAnyway)).append(" THEN ").append(GOES);
    sql.append(" ELSE ").append(ANONYMISED).append(" END WHEN ").append(any(deletingShared));
    sql.append(" THEN ").append(GOES).append(" ELSE ").append(STAYS).append(" END");
    for (int f = 0; f < fields.size(); f++) {
      sql.append(", a").append(f).append(" = CASE WHEN ").append(touches(fields.get(f)));
      sql.append(" THEN 1 ELSE 0 END");
    }
    return sql.toString();
  }

  private String touches(Field field) {
    List<String> conditions = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      Arrival way = ways.get(i);
      if (fields(at, columns(last(way))).contains(field)) {
        conditions.add("(" + LAST + " AND " + reached(i, 2) + ")");
      }
      if (fields(at, columns(shared(way))).contains(field)) {
        // A row that stays for good although its last owner went follows the owning ways' rules.
        conditions.add("(" + reached(i, 1) + " AND NOT (" + LAST + " AND " + reached(i, 2) + "))");
      }
    }
    return any(conditions);
  }

  private static String any(List<String> conditions) {
    return conditions.isEmpty() ? "1 = 0" : "(" + String.join(" OR ", conditions) + ")";
  }

  /** The rule of retention of a way that keeps rows. */
  static Retention retention(DataMap map, Link.KeepUntil keep) {
    return map.retention(keep.retention()).orElseThrow();
  }
}
