package io.ktizo.core.store;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.EmailTakenException;
import io.ktizo.core.account.OneTimeToken;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.sql.StaleVersionException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Accounts in memory, for tests and trials. */
public final class MemoryAccounts implements Accounts {
  private final MemoryOutbox outbox;
  private final Map<AccountId, Account> accounts = new HashMap<>();
  private final Map<Token.Hash, OneTimeToken> tokens = new HashMap<>();
  private final Map<AccountId, Set<Token.Hash>> codes = new HashMap<>();

  /** Accounts whose events go to this outbox. */
  public MemoryAccounts(MemoryOutbox outbox) {
    this.outbox = outbox;
  }

  @Override
  public synchronized boolean add(Account account, List<Event> events) {
    if (accounts.containsKey(account.id()) || findByEmail(account.email()).isPresent()) {
      return false;
    }
    accounts.put(account.id(), account);
    outbox.append(events);
    return true;
  }

  @Override
  public synchronized Optional<Account> find(AccountId id) {
    return Optional.ofNullable(accounts.get(id));
  }

  @Override
  public synchronized Optional<Account> findByEmail(EmailAddress email) {
    return accounts.values().stream()
        .filter(account -> account.email().key().equals(email.key()))
        .findFirst();
  }

  @Override
  public synchronized Account save(Account changed, List<Event> events) {
    Account kept = accounts.get(changed.id());
    if (kept == null || kept.version() != changed.version()) {
      throw new StaleVersionException(changed.id(), changed.version());
    }
    if (findByEmail(changed.email())
        .filter(other -> !other.id().equals(changed.id()))
        .isPresent()) {
      throw new EmailTakenException(changed.id());
    }
    Account next = changed.atVersion(changed.version() + 1);
    accounts.put(changed.id(), next);
    outbox.append(events);
    return next;
  }

  @Override
  public synchronized void tell(List<Event> events) {
    outbox.append(events);
  }

  @Override
  public synchronized boolean hasAdministrator() {
    return accounts.values().stream()
        .anyMatch(
            account ->
                account.role() == PlatformRole.ADMINISTRATOR
                    && account.state() == Account.State.OPEN);
  }

  @Override
  public synchronized boolean becomeFirstAdministrator(
      Token.Hash token, Account administrator, List<Event> events, Instant now) {
    OneTimeToken.Purpose purpose = OneTimeToken.Purpose.FIRST_ADMINISTRATOR;
    OneTimeToken known = tokens.get(token);
    if (known == null
        || known.purpose() != purpose
        || !known.expiresAt().isAfter(now)
        || hasAdministrator()) {
      return false;
    }
    save(administrator, events);
    tokens.values().removeIf(each -> each.purpose() == purpose);
    return true;
  }

  @Override
  public synchronized void issue(OneTimeToken token, Instant now) {
    tokens.values().removeIf(old -> !old.expiresAt().isAfter(now));
    tokens.put(token.hash(), token);
  }

  @Override
  public synchronized Optional<OneTimeToken> consume(
      Token.Hash hash, OneTimeToken.Purpose purpose, Instant now) {
    Optional<OneTimeToken> found =
        Optional.ofNullable(tokens.get(hash))
            .filter(token -> token.purpose() == purpose && token.expiresAt().isAfter(now));
    found.ifPresent(token -> tokens.remove(hash));
    return found;
  }

  @Override
  public synchronized void revokeTokens(
      AccountId account, Collection<OneTimeToken.Purpose> purposes) {
    tokens
        .values()
        .removeIf(token -> account.equals(token.account()) && purposes.contains(token.purpose()));
  }

  @Override
  public synchronized void replaceRecoveryCodes(AccountId account, Collection<Token.Hash> fresh) {
    codes.put(account, new HashSet<>(new ArrayList<>(fresh)));
  }

  @Override
  public synchronized boolean consumeRecoveryCode(AccountId account, Token.Hash code) {
    return codes.getOrDefault(account, new HashSet<>()).remove(code);
  }

  @Override
  public synchronized int recoveryCodes(AccountId account) {
    return codes.getOrDefault(account, Set.of()).size();
  }
}
