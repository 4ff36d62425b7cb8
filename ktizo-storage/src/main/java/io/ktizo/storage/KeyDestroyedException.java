package io.ktizo.storage;

/** The key of this content has been destroyed. Its bytes are gone, wherever copies of them lie. */
public final class KeyDestroyedException extends StorageException {
  private static final long serialVersionUID = 1L;

  private final KeyId key;

  /** The key that is no more. */
  public KeyDestroyedException(KeyId key) {
    super("the key has been destroyed: " + key, null);
    this.key = key;
  }

  /** The key that is no more. */
  public KeyId key() {
    return key;
  }
}
