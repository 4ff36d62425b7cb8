package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ApiKey;
import io.ktizo.core.account.ApiKeyId;
import io.ktizo.core.account.ApiKeys;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** API keys in memory, for tests and trials. */
public final class MemoryApiKeys implements ApiKeys {
  private final Map<ApiKeyId, ApiKey> keys = new HashMap<>();

  @Override
  public synchronized void add(ApiKey key) {
    keys.put(key.id(), key);
  }

  @Override
  public synchronized Optional<ApiKey> find(ApiKeyId id) {
    return Optional.ofNullable(keys.get(id));
  }

  @Override
  public synchronized List<ApiKey> of(AccountId account) {
    return keys.values().stream()
        .filter(key -> key.account().equals(account))
        .sorted(
            Comparator.comparing(ApiKey::createdAt)
                .thenComparing(key -> key.id().toString())
                .reversed())
        .toList();
  }

  @Override
  public synchronized void touch(ApiKeyId id, Instant at) {
    keys.computeIfPresent(
        id,
        (same, old) ->
            new ApiKey(
                id,
                old.account(),
                old.name(),
                old.hash(),
                old.scopes(),
                old.createdAt(),
                old.expiresAt(),
                at));
  }

  @Override
  public synchronized boolean remove(AccountId account, ApiKeyId id) {
    return find(id).filter(key -> key.account().equals(account)).isPresent()
        && keys.remove(id) != null;
  }

  @Override
  public synchronized int removeAll(AccountId account) {
    List<ApiKey> gone = of(account);
    gone.forEach(key -> keys.remove(key.id()));
    return gone.size();
  }
}
