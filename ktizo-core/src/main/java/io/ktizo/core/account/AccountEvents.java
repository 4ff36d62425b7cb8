package io.ktizo.core.account;

import io.ktizo.core.event.Event;
import io.ktizo.core.id.IdGenerator;
import java.time.InstantSource;
import java.util.Map;

/** What happens to accounts, as events. They name accounts by id and nothing else. */
public final class AccountEvents {
  /** A new account waits for the proof of its address. */
  public static final String REGISTERED = "account-registered";

  /** Somebody registered with the address of an account that exists. */
  public static final String REGISTERED_AGAIN = "account-registered-again";

  /** The address was shown to be the person's. */
  public static final String VERIFIED = "account-verified";

  /** The name was corrected. */
  public static final String RENAMED = "account-renamed";

  /** A new password was asked for; nobody knows yet whether by the person. */
  public static final String RESET_REQUESTED = "password-reset-requested";

  /** The same for an address without an account: nothing follows from it. */
  public static final String RESET_REQUESTED_FOR_NOBODY = "password-reset-requested-for-nobody";

  /** The password is another one. */
  public static final String PASSWORD_CHANGED = "password-changed";

  /** Another address was asked for. */
  public static final String EMAIL_CHANGE_REQUESTED = "email-change-requested";

  /** The address is another one. */
  public static final String EMAIL_CHANGED = "email-changed";

  /** A second factor protects the account, or no longer does. */
  public static final String SECOND_FACTOR_CHANGED = "second-factor-changed";

  /** The person closed it; erasure follows. */
  public static final String CLOSED = "account-closed";

  /** Staff shut or opened it. */
  public static final String STATE_CHANGED = "account-state-changed";

  /** The role is another one. */
  public static final String ROLE_CHANGED = "account-role-changed";

  private AccountEvents() {}

  static Event of(IdGenerator ids, InstantSource clock, String type, AccountId account) {
    return Event.of(ids, clock, type, account, Map.of());
  }
}
