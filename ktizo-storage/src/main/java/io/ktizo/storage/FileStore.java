package io.ktizo.storage;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * Where blobs are: a place that keeps bytes under names and knows nothing else about them. Blobs
 * are put once and never changed.
 *
 * <p>What an implementation promises, and {@code FileStoreContract} checks:
 *
 * <ul>
 *   <li>A blob is there as a whole or not at all, also when the process is killed. When {@link
 *       #put} has returned, the blob survives whatever the store says that it survives (for a
 *       directory: the loss of power).
 *   <li>Of several writers of one name exactly one wins; the others get {@link
 *       AlreadyStoredException}.
 *   <li>Whoever has opened a blob reads it to its end, or fails; he never reads another's bytes.
 *   <li>{@link #delete} also removes what an interrupted {@link #put} of that name left behind.
 * </ul>
 *
 * <p>All methods may be called by any number of threads and throw {@link StoreUnavailableException}
 * if the place cannot be reached.
 */
public interface FileStore {
  /**
   * Keeps what {@code content} writes.
   *
   * @throws AlreadyStoredException if the name is taken
   * @throws StoreFullException if there is no room
   * @throws IOException if {@code content} threw it; nothing is kept then, nor if it threw anything
   *     else
   */
  void put(StoreKey key, BlobWriter content) throws IOException;

  /**
   * Opens a blob, or the part of it that lies in {@code range}: no bytes at all if the range begins
   * at or beyond the end. The caller closes the stream.
   *
   * @throws BlobMissingException if there is none of this name
   */
  InputStream open(StoreKey key, ByteRange range);

  /** How many bytes a blob has; nothing if there is none of this name. */
  OptionalLong length(StoreKey key);

  /** Whether there is a blob of this name. */
  default boolean exists(StoreKey key) {
    return length(key).isPresent();
  }

  /**
   * Removes a blob, if there is one. Deleting is final as far as the store is concerned: a
   * directory does not wait for the disk's next write.
   */
  void delete(StoreKey key);

  /**
   * The blobs whose names begin with {@code prefix}, in no order. What is put or deleted meanwhile
   * may be among them or not. The caller closes the stream.
   *
   * @param prefix the beginning of a name; empty for all
   */
  Stream<Listed> list(String prefix);

  /**
   * A blob in a list.
   *
   * @param key its name
   * @param length how many bytes it has
   * @param stored when it was put, to the second at least, by the store's own clock
   */
  record Listed(StoreKey key, long length, Instant stored) {}
}
