package io.ktizo.core.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where passkeys are kept. Each method is one transaction. Any number of threads and instances may
 * call it.
 */
public interface Passkeys {
  /**
   * Keeps a new passkey.
   *
   * @return whether it was kept; nothing happens if the credential is known, whoever has it
   */
  boolean add(Passkey passkey);

  /** The passkey that an authenticator knows by this id. */
  Optional<Passkey> find(CredentialId credential);

  /** All passkeys of an account, the oldest first. */
  List<Passkey> of(AccountId account);

  /**
   * Notes that it was used.
   *
   * @param signCount what the authenticator counted this time
   * @return whether it counted on: false if the count is not higher than the one kept, and not both
   *     are 0; nothing is noted then
   */
  boolean used(PasskeyId id, long signCount, Instant at);

  /**
   * Calls one of the account's passkeys otherwise.
   *
   * @return whether it was there and the account's
   */
  boolean rename(AccountId account, PasskeyId id, String name);

  /**
   * Removes one of the account's passkeys.
   *
   * @return whether it was there and the account's
   */
  boolean remove(AccountId account, PasskeyId id);

  /**
   * Removes the account's passkeys that were added since a moment.
   *
   * @return how many
   */
  int removeAddedSince(AccountId account, Instant since);

  /** For a host without passkeys: keeps none. */
  static Passkeys none() {
    return NoPasskeys.INSTANCE;
  }
}
