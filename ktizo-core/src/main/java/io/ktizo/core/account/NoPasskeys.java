package io.ktizo.core.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** See {@link Passkeys#none}. */
enum NoPasskeys implements Passkeys {
  INSTANCE;

  @Override
  public boolean add(Passkey passkey) {
    return false;
  }

  @Override
  public Optional<Passkey> find(CredentialId credential) {
    return Optional.empty();
  }

  @Override
  public List<Passkey> of(AccountId account) {
    return List.of();
  }

  @Override
  public boolean used(PasskeyId id, long signCount, Instant at) {
    return false;
  }

  @Override
  public boolean rename(AccountId account, PasskeyId id, String name) {
    return false;
  }

  @Override
  public boolean remove(AccountId account, PasskeyId id) {
    return false;
  }

  @Override
  public int removeAddedSince(AccountId account, Instant since) {
    return 0;
  }
}
