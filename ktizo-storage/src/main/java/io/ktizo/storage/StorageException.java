package io.ktizo.storage;

import org.jspecify.annotations.Nullable;

/**
 * Something the storage was asked to do and could not. One subclass for each thing that a caller
 * may handle. Messages name blobs, uploads and counts, never a file's name or its owner.
 */
public abstract class StorageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected StorageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
