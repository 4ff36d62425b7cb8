package io.ktizo.storage;

import org.jspecify.annotations.Nullable;

/**
 * The store did not do what it was asked, in time or at all. Asking again later may help; nothing
 * is half done.
 */
public final class StoreUnavailableException extends StorageException {
  private static final long serialVersionUID = 1L;

  /** What was asked, and what failed. */
  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
