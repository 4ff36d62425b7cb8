package io.ktizo.storage;

/** There is a blob of this name already; it was not touched. */
public final class AlreadyStoredException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final StoreKey key;

  /** The name that is taken. */
  public AlreadyStoredException(StoreKey key) {
    super("already stored: " + key, null);
    this.key = key;
  }

  /** The name that is taken. */
  public StoreKey key() {
    return key;
  }
}
