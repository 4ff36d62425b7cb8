package io.ktizo.core.store;

import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import org.junit.jupiter.api.AutoClose;

class PostgresAccountStoreTest extends JdbcAccountStoreContract {
  @AutoClose
  private static final TestDatabase TEST =
      TestDatabase.create(Dialect.POSTGRESQL).migrated(CoreTables.migrations());

  private final Database database = TEST.database();

  @Override
  protected Database database() {
    return database;
  }

  @Override
  protected int borrowed() {
    return TEST.borrowed();
  }
}
