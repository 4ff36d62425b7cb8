package io.ktizo.storage;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * Blobs that can be forgotten: each content has a key of its own, each owner has one above them,
 * and what was written under a destroyed key can be read by nobody, from no copy.
 *
 * <p>A piece is bound to its key, its blob and its place in the content. Bytes that were changed,
 * cut, or moved to another place come back as {@link DamagedFileException}, never as bytes.
 *
 * <p>May be used by any number of threads. Destroying takes effect for whatever is opened after it;
 * what is open already stays readable until it is closed.
 */
public interface Vault {
  /**
   * Makes a key for one content.
   *
   * @param id names it; new
   * @param owner whose content it is
   */
  void createKey(KeyId id, Owner owner);

  /**
   * Writes one piece of a content.
   *
   * @param offset where in the content the piece begins
   * @throws KeyDestroyedException if there is no such key (any more)
   * @throws AlreadyStoredException if the blob's name is taken
   * @throws StoreFullException if there is no room
   * @throws IOException if {@code content} threw it; nothing is kept then
   */
  void put(KeyId key, StoreKey blob, long offset, BlobWriter content) throws IOException;

  /**
   * Opens a piece for reading at any place in it. The caller closes the channel. Bytes are checked
   * before they are handed out, as far as {@link #detectsChanges} goes.
   *
   * @throws KeyDestroyedException if there is no such key (any more)
   * @throws BlobMissingException if the blob is not there
   * @throws DamagedFileException if the blob is not as long as the piece says
   */
  SeekableByteChannel open(KeyId key, Piece piece);

  /**
   * Whether every byte that a channel hands out is known to be what was written. If not, only
   * reading the whole content and comparing its hash can tell.
   */
  boolean detectsChanges();

  /** Removes a blob and what an interrupted {@link #put} left of it. */
  void delete(StoreKey blob);

  /** Whether a blob is there. */
  boolean exists(StoreKey blob);

  /** Destroys the key of one content, if there is one. */
  void destroyKey(KeyId key);

  /** Destroys every key of an owner. */
  void destroyKeys(Owner owner);

  /** Whether any key of this owner is left. */
  boolean hasKeys(Owner owner);

  /**
   * Blobs as they are, under no key. For data that concerns nobody, and to measure what encryption
   * costs. Destroying a key does nothing here, so nothing can be forgotten in backups.
   *
   * @param store where the blobs are
   */
  static Vault unprotected(FileStore store) {
    return new UnprotectedVault(store);
  }
}
