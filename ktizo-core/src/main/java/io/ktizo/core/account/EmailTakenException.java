package io.ktizo.core.account;

import io.ktizo.core.CoreException;

/**
 * Another account has the address. The person must not be told: it would say who has an account.
 */
public final class EmailTakenException extends CoreException {
  private static final long serialVersionUID = 1L;

  /** The change of this account was not kept. */
  public EmailTakenException(AccountId id) {
    super("another account has the address that " + id + " should get");
  }
}
