package io.ktizo.privacy;

/**
 * Something the engine was asked to do and could not. One subclass for each thing that a caller may
 * handle. Messages name data sets, fields and steps, never a value of anybody's data: what a
 * database driver said is kept as the cause's class and SQLState only.
 */
public abstract class PrivacyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected PrivacyException(String message) {
    super(message);
  }
}
