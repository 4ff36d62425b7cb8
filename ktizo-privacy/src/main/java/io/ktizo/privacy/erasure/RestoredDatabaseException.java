package io.ktizo.privacy.erasure;

import io.ktizo.privacy.PrivacyException;

/**
 * The ledger knows of erasures that this database does not: it was restored from a backup, and may
 * have brought erased people back. Nothing is read or exported before they are erased again.
 */
public final class RestoredDatabaseException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  private final long missing;

  RestoredDatabaseException(long missing) {
    super(
        "this database lacks "
            + missing
            + " erasures of the ledger: it was restored. Call start() to carry them out again");
    this.missing = missing;
  }

  /** How many erasures are missing. */
  public long missing() {
    return missing;
  }
}
