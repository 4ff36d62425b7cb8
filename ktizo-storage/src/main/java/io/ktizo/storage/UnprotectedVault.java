package io.ktizo.storage;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/** Passes bytes through. */
final class UnprotectedVault implements Vault {
  private final FileStore store;

  UnprotectedVault(FileStore store) {
    this.store = store;
  }

  @Override
  public void createKey(KeyId id, Owner owner) {}

  @Override
  public void put(KeyId key, StoreKey blob, long offset, BlobWriter content) throws IOException {
    store.put(blob, content);
  }

  @Override
  public SeekableByteChannel open(KeyId key, Piece piece) {
    long length =
        store.length(piece.blob()).orElseThrow(() -> new BlobMissingException(piece.blob()));
    if (length != piece.length()) {
      throw new DamagedFileException("not as long as it was: " + piece.blob(), null);
    }
    return BlobChannel.open(store, piece.blob());
  }

  @Override
  public boolean detectsChanges() {
    return false;
  }

  @Override
  public void delete(StoreKey blob) {
    store.delete(blob);
  }

  @Override
  public boolean exists(StoreKey blob) {
    return store.exists(blob);
  }

  @Override
  public void destroyKey(KeyId key) {}

  @Override
  public void destroyKeys(Owner owner) {}

  @Override
  public boolean hasKeys(Owner owner) {
    return false;
  }
}
