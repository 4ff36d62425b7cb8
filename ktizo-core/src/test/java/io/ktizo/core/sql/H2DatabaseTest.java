package io.ktizo.core.sql;

import io.ktizo.core.testkit.TestDatabase;
import org.junit.jupiter.api.AutoClose;

class H2DatabaseTest extends DatabaseContract {
  @AutoClose
  private static final TestDatabase DATABASE = TestDatabase.create(Dialect.H2).migrated(MIGRATIONS);

  @Override
  TestDatabase database() {
    return DATABASE;
  }
}
