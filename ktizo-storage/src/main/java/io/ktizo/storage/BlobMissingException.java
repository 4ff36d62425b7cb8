package io.ktizo.storage;

/** There is no blob of this name. */
public final class BlobMissingException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final StoreKey key;

  /** The name that was looked for. */
  public BlobMissingException(StoreKey key) {
    super("not stored: " + key, null);
    this.key = key;
  }

  /** The name that was looked for. */
  public StoreKey key() {
    return key;
  }
}
