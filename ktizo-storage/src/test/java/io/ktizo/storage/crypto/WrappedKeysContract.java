package io.ktizo.storage.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.storage.KeyId;
import io.ktizo.storage.Owner;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every place for wrapped keys promises. */
public abstract class WrappedKeysContract {
  private final Owner owner = new Owner("account_" + UUID.randomUUID());
  private final Owner other = new Owner("account_" + UUID.randomUUID());
  private final WrappedKey key = new WrappedKey("2025", new byte[] {1, 2, 3});
  private final WrappedKey newer = new WrappedKey("2026", new byte[] {4, 5});

  /** The place under test; other owners may be in it. */
  protected abstract WrappedKeys keys();

  @Test
  void an_owners_key_is_put_once() {
    assertThat(keys().ownerKey(owner)).isEmpty();
    assertThat(keys().putOwnerKeyIfAbsent(owner, key)).isEqualTo(key);
    assertThat(keys().putOwnerKeyIfAbsent(owner, newer)).isEqualTo(key);
    assertThat(keys().ownerKey(owner)).contains(key);
    assertThat(keys().ownerKey(other)).isEmpty();
  }

  @Test
  void an_owners_key_is_replaced_only_if_it_is_still_the_one_that_was_read() {
    keys().putOwnerKeyIfAbsent(owner, key);

    assertThat(keys().replaceOwnerKey(owner, newer, key)).isFalse();
    assertThat(keys().replaceOwnerKey(other, key, newer)).isFalse();
    assertThat(keys().replaceOwnerKey(owner, key, newer)).isTrue();
    assertThat(keys().ownerKey(owner)).contains(newer);
  }

  @Test
  void owners_of_older_versions_are_listed() {
    keys().putOwnerKeyIfAbsent(owner, key);
    keys().putOwnerKeyIfAbsent(other, newer);

    assertThat(keys().notWrappedBy("2026", 1_000)).contains(owner).doesNotContain(other);
    assertThat(keys().notWrappedBy("2027", 1)).hasSize(1);
  }

  @Test
  void a_contents_key_needs_its_owners() {
    KeyId id = new KeyId(UUID.randomUUID());
    WrappedKeys.ContentKey content = new WrappedKeys.ContentKey(owner, new byte[] {9});

    assertThat(keys().putContentKey(id, content)).isFalse();
    keys().putOwnerKeyIfAbsent(owner, key);
    assertThat(keys().putContentKey(id, content)).isTrue();
    WrappedKeys.ContentKey found = keys().contentKey(id).orElseThrow();
    assertThat(found.owner()).isEqualTo(owner);
    assertThat(found.wrapped()).containsExactly(9);
  }

  @Test
  void a_destroyed_key_is_found_no_more() {
    KeyId first = new KeyId(UUID.randomUUID());
    KeyId second = new KeyId(UUID.randomUUID());
    keys().putOwnerKeyIfAbsent(owner, key);
    keys().putContentKey(first, new WrappedKeys.ContentKey(owner, new byte[] {1}));
    keys().putContentKey(second, new WrappedKeys.ContentKey(owner, new byte[] {2}));

    keys().destroyContentKey(first);
    keys().destroyContentKey(first);

    assertThat(keys().contentKey(first)).isEmpty();
    assertThat(keys().contentKey(second)).isPresent();
    assertThat(keys().hasKeys(owner)).isTrue();
  }

  @Test
  void destroying_an_owner_destroys_all_his_keys_and_nobody_elses() {
    KeyId his = new KeyId(UUID.randomUUID());
    KeyId theirs = new KeyId(UUID.randomUUID());
    keys().putOwnerKeyIfAbsent(owner, key);
    keys().putOwnerKeyIfAbsent(other, key);
    keys().putContentKey(his, new WrappedKeys.ContentKey(owner, new byte[] {1}));
    keys().putContentKey(theirs, new WrappedKeys.ContentKey(other, new byte[] {2}));

    keys().destroyOwner(owner);
    keys().destroyOwner(owner);

    assertThat(keys().hasKeys(owner)).isFalse();
    assertThat(keys().ownerKey(owner)).isEmpty();
    assertThat(keys().contentKey(his)).isEmpty();
    assertThat(keys().contentKey(theirs)).isPresent();
    assertThat(keys().hasKeys(other)).isTrue();
  }
}
