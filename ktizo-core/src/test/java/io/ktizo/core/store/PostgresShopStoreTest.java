package io.ktizo.core.store;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import org.junit.jupiter.api.AutoClose;

class PostgresShopStoreTest extends ShopStoreContract {
  @AutoClose
  private static final TestDatabase TEST =
      TestDatabase.create(Dialect.POSTGRESQL).migrated(CoreTables.migrations());

  @Override
  protected ShopStores stores() {
    return ShopStores.in(TEST.database(), IDS);
  }
}
