package io.ktizo.privacy.erasure;

import io.ktizo.privacy.PrivacyException;

/**
 * The ledger of erasures cannot be relied on: it is missing, cut off, changed, or not the one that
 * the database knows. While this lasts nobody can tell whether an erased person is back, and the
 * engine does nothing.
 */
public final class LedgerException extends PrivacyException {
  private static final long serialVersionUID = 1L;

  public LedgerException(String message) {
    super(message);
  }
}
