package io.ktizo.storage;

/** Something that nothing refers to any more and that is to be removed. */
public sealed interface Doomed {
  /**
   * A blob.
   *
   * @param key its name
   */
  record Blob(StoreKey key) implements Doomed {}

  /**
   * A content's key.
   *
   * @param id its name
   */
  record Key(KeyId id) implements Doomed {}
}
