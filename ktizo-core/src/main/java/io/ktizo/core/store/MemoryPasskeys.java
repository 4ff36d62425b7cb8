package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.CredentialId;
import io.ktizo.core.account.Passkey;
import io.ktizo.core.account.PasskeyId;
import io.ktizo.core.account.Passkeys;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Passkeys in memory, for tests and trials. */
public final class MemoryPasskeys implements Passkeys {
  private final Map<PasskeyId, Passkey> passkeys = new LinkedHashMap<>();

  /** None yet. */
  public MemoryPasskeys() {}

  @Override
  public synchronized boolean add(Passkey passkey) {
    if (find(passkey.credential()).isPresent()) {
      return false;
    }
    passkeys.put(passkey.id(), passkey);
    return true;
  }

  @Override
  public synchronized Optional<Passkey> find(CredentialId credential) {
    return passkeys.values().stream()
        .filter(passkey -> passkey.credential().equals(credential))
        .findFirst();
  }

  @Override
  public synchronized List<Passkey> of(AccountId account) {
    return passkeys.values().stream()
        .filter(passkey -> passkey.account().equals(account))
        .sorted(
            Comparator.comparing(Passkey::createdAt)
                .thenComparing(passkey -> passkey.id().toString()))
        .toList();
  }

  @Override
  public synchronized boolean used(PasskeyId id, long signCount, Instant at) {
    Passkey kept = passkeys.get(id);
    if (kept == null
        || !(signCount > kept.signCount() || (signCount == 0 && kept.signCount() == 0))) {
      return false;
    }
    passkeys.put(id, with(kept, signCount, kept.name(), at));
    return true;
  }

  @Override
  public synchronized boolean rename(AccountId account, PasskeyId id, String name) {
    Passkey kept = passkeys.get(id);
    if (kept == null || !kept.account().equals(account)) {
      return false;
    }
    passkeys.put(
        id,
        new Passkey(
            id,
            account,
            kept.credential(),
            kept.publicKey(),
            kept.signCount(),
            name,
            kept.createdAt(),
            kept.lastUsedAt()));
    return true;
  }

  private static Passkey with(Passkey kept, long signCount, String name, Instant usedAt) {
    return new Passkey(
        kept.id(),
        kept.account(),
        kept.credential(),
        kept.publicKey(),
        signCount,
        name,
        kept.createdAt(),
        usedAt);
  }

  @Override
  public synchronized boolean remove(AccountId account, PasskeyId id) {
    return removeIf(passkey -> passkey.id().equals(id) && passkey.account().equals(account)) == 1;
  }

  @Override
  public synchronized int removeAddedSince(AccountId account, Instant since) {
    return removeIf(
        passkey -> passkey.account().equals(account) && !passkey.createdAt().isBefore(since));
  }

  private int removeIf(Predicate<Passkey> condition) {
    int before = passkeys.size();
    passkeys.values().removeIf(condition);
    return before - passkeys.size();
  }
}
