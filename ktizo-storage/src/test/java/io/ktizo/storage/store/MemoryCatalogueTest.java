package io.ktizo.storage.store;

import io.ktizo.storage.Catalogue;
import io.ktizo.storage.CatalogueContract;

final class MemoryCatalogueTest extends CatalogueContract {
  private final Catalogue catalogue = new MemoryCatalogue();

  @Override
  protected Catalogue catalogue() {
    return catalogue;
  }
}
