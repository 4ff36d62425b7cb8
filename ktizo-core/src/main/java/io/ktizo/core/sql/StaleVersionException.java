package io.ktizo.core.sql;

import io.ktizo.core.CoreException;

/**
 * Somebody else changed the thing since it was read: its version is no longer the one that the
 * change was made from. Nothing was written. Read it again and decide anew.
 */
public final class StaleVersionException extends CoreException {
  private static final long serialVersionUID = 1L;

  private final String id;
  private final long expected;

  /**
   * A change that came too late.
   *
   * @param id of the thing, an {@link io.ktizo.core.id.Id} or text
   * @param expected the version that it was read with
   */
  public StaleVersionException(Object id, long expected) {
    super(id + " was changed or removed since version " + expected + "; read it again");
    this.id = id.toString();
    this.expected = expected;
  }

  /** Of what. */
  public String id() {
    return id;
  }

  /** The version that the change was made from. */
  public long expected() {
    return expected;
  }
}
