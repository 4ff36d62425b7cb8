package io.ktizo.core.event;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.testkit.TestDatabase;
import org.junit.jupiter.api.AutoClose;

class H2OutboxTest extends JdbcOutboxContract {
  @AutoClose
  private static final TestDatabase DATABASE =
      TestDatabase.create(Dialect.H2).migrated(CoreTables.migrations());

  @Override
  TestDatabase database() {
    return DATABASE;
  }
}
