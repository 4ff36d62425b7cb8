package io.ktizo.storage.store;

import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.CatalogueContract;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;

final class H2CatalogueTest extends CatalogueContract {
  @AutoClose
  private static final TestDatabase DATABASE =
      TestDatabase.create(Dialect.H2).migrated(SqlCatalogue.MIGRATIONS);

  private final Catalogue catalogue =
      new SqlCatalogue(
          DATABASE.database(), new TimeOrderedIds(InstantSource.system(), new Random()));

  @Override
  protected Catalogue catalogue() {
    return catalogue;
  }
}
