package io.ktizo.storage;

final class MemoryFileStoreTest extends FileStoreContract {
  private final FileStore store = new MemoryFileStore();

  @Override
  protected FileStore store() {
    return store;
  }
}
