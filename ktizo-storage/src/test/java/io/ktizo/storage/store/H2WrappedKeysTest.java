package io.ktizo.storage.store;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.storage.crypto.WrappedKeys;
import io.ktizo.storage.crypto.WrappedKeysContract;
import org.junit.jupiter.api.AutoClose;

final class H2WrappedKeysTest extends WrappedKeysContract {
  @AutoClose
  private static final TestDatabase DATABASE =
      TestDatabase.create(Dialect.H2).migrated(SqlWrappedKeys.MIGRATIONS);

  private final WrappedKeys keys = new SqlWrappedKeys(DATABASE.database());

  @Override
  protected WrappedKeys keys() {
    return keys;
  }
}
