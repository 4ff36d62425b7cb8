package io.ktizo.core.sql;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A rule of the schema was broken. */
public final class ConstraintException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  /** Which sort of rule. */
  public enum Rule {
    /** A primary key or unique index: it is there already. */
    UNIQUE,
    /** A foreign key: what it points to is missing, or something points to it. */
    REFERENCE,
    /** A value is missing. */
    NOT_NULL,
    /** A check, or an exclusion. */
    CHECK
  }

  private final Rule rule;
  private final @Nullable String constraint;

  ConstraintException(Rule rule, @Nullable String constraint, String task, SQLException driver) {
    super(
        rule.name().toLowerCase(Locale.ROOT)
            + " constraint "
            + (constraint == null ? "" : constraint + " ")
            + "broken",
        task,
        driver);
    this.rule = rule;
    this.constraint = constraint;
  }

  /** Which sort of rule. */
  public Rule rule() {
    return rule;
  }

  /** The constraint's name in lower case, where the driver tells it. */
  public Optional<String> constraint() {
    return Optional.ofNullable(constraint);
  }

  /** Whether it is a unique constraint or index of this name. */
  public boolean isDuplicateOf(String name) {
    return rule == Rule.UNIQUE && name.equalsIgnoreCase(constraint);
  }
}
