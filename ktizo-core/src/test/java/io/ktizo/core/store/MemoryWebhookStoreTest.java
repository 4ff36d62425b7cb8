package io.ktizo.core.store;

class MemoryWebhookStoreTest extends WebhookStoreContract {
  @Override
  protected Stores stores() {
    return inMemory();
  }
}
