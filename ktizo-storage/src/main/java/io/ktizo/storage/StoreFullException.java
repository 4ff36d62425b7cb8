package io.ktizo.storage;

import org.jspecify.annotations.Nullable;

/**
 * The store has no room left. Nothing of what was being written is kept; asking again helps once
 * there is room.
 */
public final class StoreFullException extends StorageException {
  private static final long serialVersionUID = 1L;

  /** What was being written, and what the disk said. */
  public StoreFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
