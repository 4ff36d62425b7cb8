package io.ktizo.core.account;

import io.ktizo.core.event.Event;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Where accounts are kept, with what belongs to each: tokens for one use, recovery codes.
 *
 * <p>Each method is one transaction, and each change is kept together with its events. E-mail
 * addresses are unique by their {@link EmailAddress#key}. Any number of threads and instances may
 * call it.
 */
public interface Accounts {
  /**
   * Keeps a new account.
   *
   * @return whether it was kept; nothing happens, and nothing is told, if the address is taken
   */
  boolean add(Account account, List<Event> events);

  /** The account with this id. */
  Optional<Account> find(AccountId id);

  /** The account with this address, whatever its state. */
  Optional<Account> findByEmail(EmailAddress email);

  /**
   * Keeps a changed account under the next version.
   *
   * @return the account with that version
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed it meanwhile
   * @throws EmailTakenException if another account has the address
   */
  Account save(Account changed, List<Event> events);

  /** Tells of something that changes no account. */
  void tell(List<Event> events);

  /** Whether anybody is an administrator with an open account. */
  boolean hasAdministrator();

  /**
   * Makes somebody the first administrator: takes the token, keeps the changed account and its
   * events, all or nothing. Of any number of callers at once, with one token or with several, one
   * succeeds; with that, all tokens of the purpose are gone.
   *
   * @param token for {@link OneTimeToken.Purpose#FIRST_ADMINISTRATOR}
   * @param administrator the account with its new role
   * @return whether it was done: the token was worth something and nobody was administrator
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else changed the account meanwhile;
   *     the token is then still good
   */
  boolean becomeFirstAdministrator(
      Token.Hash token, Account administrator, List<Event> events, Instant now);

  /** Keeps a token; expired ones of the same account, and of nobody, go. */
  void issue(OneTimeToken token, Instant now);

  /** Takes a token that is still worth something; it is then gone, so only one caller gets it. */
  Optional<OneTimeToken> consume(Token.Hash hash, OneTimeToken.Purpose purpose, Instant now);

  /** Makes tokens of an account worthless. */
  void revokeTokens(AccountId account, Collection<OneTimeToken.Purpose> purposes);

  /** Replaces all recovery codes of an account. */
  void replaceRecoveryCodes(AccountId account, Collection<Token.Hash> codes);

  /** Takes a recovery code; it is then gone, so only one caller gets it. */
  boolean consumeRecoveryCode(AccountId account, Token.Hash code);

  /** How many recovery codes are left. */
  int recoveryCodes(AccountId account);
}
