package io.ktizo.storage.crypto;

import io.ktizo.storage.StorageException;

/**
 * A key was wrapped by a master key that is not configured. Put it back: until everything is
 * wrapped anew, old versions must stay.
 */
public final class UnknownMasterKeyException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final String version;

  /** The version that is missing. */
  public UnknownMasterKeyException(String version) {
    super("no master key of version " + version + " is configured", null);
    this.version = version;
  }

  /** The version that is missing. */
  public String version() {
    return version;
  }
}
