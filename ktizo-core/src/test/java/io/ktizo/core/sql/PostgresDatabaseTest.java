package io.ktizo.core.sql;

import io.ktizo.core.testkit.TestDatabase;
import org.junit.jupiter.api.AutoClose;

class PostgresDatabaseTest extends DatabaseContract {
  @AutoClose
  private static final TestDatabase DATABASE =
      TestDatabase.create(Dialect.POSTGRESQL).migrated(MIGRATIONS);

  @Override
  TestDatabase database() {
    return DATABASE;
  }
}
