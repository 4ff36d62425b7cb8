package io.ktizo.privacy.datamap;

import java.util.List;
import java.util.Map;

/**
 * Whose a row is. A link joins rows of its own data set to rows of another one, or to people who
 * are known by a value only; it needs no foreign key. A row may have several.
 *
 * @param target what the link leads to
 * @param relation what follows from being linked
 * @param erasure what becomes of the row when the person at the other end goes
 * @param export what that person sees of it
 */
public record Link(Target target, Relation relation, OnErasure erasure, OnExport export) {

  /** The other end of a link. */
  public sealed interface Target {}

  /**
   * Rows of a data set.
   *
   * @param dataSet its name in the map
   * @param columns this data set's column → the target's column, all equal for a match; at least
   *     one
   */
  public record ToRows(String dataSet, Map<String, String> columns) implements Target {
    public ToRows {
      columns = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(columns));
    }
  }

  /**
   * A person of a kind that has no table.
   *
   * @param kind the kind's name
   * @param column this data set's column that holds his identifier
   * @param ignoreCase whether upper and lower case are the same person, as for e-mail addresses
   */
  public record ToPerson(String kind, String column, boolean ignoreCase) implements Target {}

  /**
   * The calculus of owners and accessors, after K9db (Albab et al., OSDI 2023): owning decides how
   * long a row lives, accessing only who may read it.
   */
  public enum Relation {
    /** Who owns the target owns this row; who may read the target may read this row. */
    OWNED_BY,
    /** Who owns or may read the target may read this row. It does not go when they go. */
    ACCESSED_BY,
    /** Who owns this row owns the target, who may read this row may read the target. */
    OWNS,
    /** Who owns or may read this row may read the target. */
    ACCESSES;

    /** Whether ownership, not only access, travels along the link. */
    public boolean owning() {
      return this == OWNED_BY || this == OWNS;
    }

    /** Whether people travel from this row to the target instead of from the target to this row. */
    public boolean outward() {
      return this == OWNS || this == ACCESSES;
    }
  }

  /**
   * What becomes of the row that people travel to.
   *
   * @param last when the person who goes was its last owner
   * @param shared when the row survives him
   */
  public record OnErasure(Last last, Shared shared) {}

  /**
   * What becomes of a row whose last owner goes. Has no meaning for links that only give access.
   */
  public sealed interface Last {}

  /** The row goes too. */
  public record DeleteRow() implements Last, Shared {}

  /**
   * The row stays until a period of retention has passed.
   *
   * @param retention the rule's name
   * @param anonymise columns that need not wait, each with a strategy of its own
   */
  public record KeepUntil(String retention, List<String> anonymise) implements Last {
    public KeepUntil {
      anonymise = List.copyOf(anonymise);
    }
  }

  /** What becomes of a row that others still own. */
  public sealed interface Shared {}

  /** The row stays as it is, the person's id in it included: say why in the map's description. */
  public record Leave() implements Shared {}

  /**
   * Columns that speak of this person lose their values, by their own strategies; the row may also
   * stay as an anonymous one when its last owner goes.
   *
   * @param columns at least one
   */
  public record Anonymise(List<String> columns) implements Last, Shared {
    public Anonymise {
      columns = List.copyOf(columns);
      if (columns.isEmpty()) {
        throw new IllegalArgumentException("anonymise names at least one column");
      }
    }
  }

  /** What the person at the other end sees of the row in his export. */
  public sealed interface OnExport {}

  /** Every field that may be exported at all. */
  public record ShowAll() implements OnExport {}

  /**
   * Not the columns that speak of the other side.
   *
   * @param columns at least one
   */
  public record Hide(List<String> columns) implements OnExport {
    public Hide {
      columns = List.copyOf(columns);
      if (columns.isEmpty()) {
        throw new IllegalArgumentException("hide names at least one column");
      }
    }
  }

  /** Nothing: the row is left out. */
  public record Omit() implements OnExport {}
}
