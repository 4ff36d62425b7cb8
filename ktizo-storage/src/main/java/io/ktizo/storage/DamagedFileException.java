package io.ktizo.storage;

import org.jspecify.annotations.Nullable;

/**
 * The bytes at rest are not the bytes that were written: cut, changed, put in another order, or
 * readable by no key. Whatever was read before this was thrown must not be used.
 */
public final class DamagedFileException extends StorageException {
  private static final long serialVersionUID = 1L;

  /** Which blob it is, and how it is known. */
  public DamagedFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
