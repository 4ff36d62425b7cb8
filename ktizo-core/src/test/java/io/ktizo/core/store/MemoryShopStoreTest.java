package io.ktizo.core.store;

class MemoryShopStoreTest extends ShopStoreContract {
  @Override
  protected ShopStores stores() {
    return ShopStores.inMemory();
  }
}
