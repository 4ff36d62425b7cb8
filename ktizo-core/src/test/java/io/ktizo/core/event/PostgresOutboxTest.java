package io.ktizo.core.event;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.testkit.TestDatabase;
import org.junit.jupiter.api.AutoClose;

class PostgresOutboxTest extends JdbcOutboxContract {
  @AutoClose
  private static final TestDatabase DATABASE =
      TestDatabase.create(Dialect.POSTGRESQL).migrated(CoreTables.migrations());

  @Override
  TestDatabase database() {
    return DATABASE;
  }
}
