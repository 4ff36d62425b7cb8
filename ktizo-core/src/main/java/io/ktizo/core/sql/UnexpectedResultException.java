package io.ktizo.core.sql;

/** A statement answered something else than was promised: no row, several rows, or null. */
public final class UnexpectedResultException extends DatabaseException {
  private static final long serialVersionUID = 1L;

  UnexpectedResultException(String what, String task) {
    super(what, task, null);
  }
}
