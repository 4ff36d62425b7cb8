package io.ktizo.storage.crypto;

import io.ktizo.storage.KeyId;
import io.ktizo.storage.Owner;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps wrapped keys in memory as long as it lives itself: for tests and for trying things out. */
public final class MemoryWrappedKeys implements WrappedKeys {
  private final Map<Owner, WrappedKey> owners = new HashMap<>();
  private final Map<KeyId, ContentKey> contents = new HashMap<>();

  /** Without any key. */
  public MemoryWrappedKeys() {}

  @Override
  public synchronized Optional<WrappedKey> ownerKey(Owner owner) {
    return Optional.ofNullable(owners.get(owner));
  }

  @Override
  public synchronized WrappedKey putOwnerKeyIfAbsent(Owner owner, WrappedKey key) {
    return owners.computeIfAbsent(owner, absent -> key);
  }

  @Override
  public synchronized boolean replaceOwnerKey(Owner owner, WrappedKey before, WrappedKey after) {
    return owners.replace(owner, before, after);
  }

  @Override
  public synchronized List<Owner> notWrappedBy(String masterVersion, int limit) {
    return owners.entrySet().stream()
        .filter(entry -> !entry.getValue().masterVersion().equals(masterVersion))
        .map(Map.Entry::getKey)
        .limit(limit)
        .toList();
  }

  @Override
  public synchronized boolean putContentKey(KeyId id, ContentKey key) {
    if (!owners.containsKey(key.owner())) {
      return false;
    }
    contents.put(id, key);
    return true;
  }

  @Override
  public synchronized Optional<ContentKey> contentKey(KeyId id) {
    return Optional.ofNullable(contents.get(id));
  }

  @Override
  public synchronized void destroyContentKey(KeyId id) {
    contents.remove(id);
  }

  @Override
  public synchronized void destroyOwner(Owner owner) {
    owners.remove(owner);
    contents.values().removeIf(key -> key.owner().equals(owner));
  }

  @Override
  public synchronized boolean hasKeys(Owner owner) {
    return owners.containsKey(owner)
        || contents.values().stream().anyMatch(key -> key.owner().equals(owner));
  }
}
