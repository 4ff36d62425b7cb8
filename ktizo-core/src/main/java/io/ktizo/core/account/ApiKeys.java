package io.ktizo.core.account;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where API keys are kept. Any number of threads and instances may call it. */
public interface ApiKeys {
  /** Keeps a new key. */
  void add(ApiKey key);

  /** The key with this id, expired or not. */
  Optional<ApiKey> find(ApiKeyId id);

  /** All keys of an account, the newest first. */
  List<ApiKey> of(AccountId account);

  /** Writes down that it was used. */
  void touch(ApiKeyId id, Instant at);

  /**
   * Removes one of the account's keys.
   *
   * @return whether it was there and the account's
   */
  boolean remove(AccountId account, ApiKeyId id);

  /** Removes all keys of an account; answers how many. */
  int removeAll(AccountId account);
}
