package io.ktizo.storage.crypto;

final class MemoryWrappedKeysTest extends WrappedKeysContract {
  private final WrappedKeys keys = new MemoryWrappedKeys();

  @Override
  protected WrappedKeys keys() {
    return keys;
  }
}
