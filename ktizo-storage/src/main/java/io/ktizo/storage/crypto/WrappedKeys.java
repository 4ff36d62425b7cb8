package io.ktizo.storage.crypto;

import io.ktizo.storage.KeyId;
import io.ktizo.storage.Owner;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Where wrapped keys are kept. Deleting here is what makes files forgettable, so this place must be
 * left out of ordinary backups: give it a database of its own, and copies that are overwritten
 * within hours. Losing it loses every file.
 *
 * <p>What an implementation promises, and {@code WrappedKeysContract} checks: a key that was put is
 * found by everybody from then on; a key that was destroyed is found by nobody from then on, and
 * destroying has reached the disk when the method returns. May be called by any number of threads.
 */
public interface WrappedKeys {
  /**
   * A content's key, wrapped by the key of its owner.
   *
   * @param owner whose key opens it
   * @param wrapped the key under it
   */
  @SuppressWarnings("ArrayRecordComponent") // Copied in and out, and compared by content.
  record ContentKey(Owner owner, byte[] wrapped) {
    /** Copies the bytes. */
    public ContentKey {
      wrapped = wrapped.clone();
    }

    @Override
    public byte[] wrapped() {
      return wrapped.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof ContentKey key
          && owner.equals(key.owner)
          && Arrays.equals(wrapped, key.wrapped);
    }

    @Override
    public int hashCode() {
      return 31 * owner.hashCode() + Arrays.hashCode(wrapped);
    }

    @Override
    public String toString() {
      return "ContentKey[" + wrapped.length + " bytes]";
    }
  }

  /** The owner's key, if there is one. */
  Optional<WrappedKey> ownerKey(Owner owner);

  /**
   * Keeps a key for an owner who has none yet.
   *
   * @return the key that the owner has now: this one, or the one that somebody else put first
   */
  WrappedKey putOwnerKeyIfAbsent(Owner owner, WrappedKey key);

  /**
   * Puts one wrapping of an owner's key in the place of another.
   *
   * @return whether it was done: not if the owner's key is no longer {@code before}
   */
  boolean replaceOwnerKey(Owner owner, WrappedKey before, WrappedKey after);

  /** Up to {@code limit} owners whose key is wrapped by another version than this one. */
  List<Owner> notWrappedBy(String masterVersion, int limit);

  /**
   * Keeps a content's key. It goes in only while the owner has a key.
   *
   * @return whether it was kept
   */
  boolean putContentKey(KeyId id, ContentKey key);

  /** A content's key, if there is one. */
  Optional<ContentKey> contentKey(KeyId id);

  /** Destroys a content's key, if there is one. */
  void destroyContentKey(KeyId id);

  /** Destroys an owner's key and those of all his contents. */
  void destroyOwner(Owner owner);

  /** Whether there is any key of this owner. */
  boolean hasKeys(Owner owner);
}
