package io.ktizo.core.store;

import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import java.time.Instant;
import org.junit.jupiter.api.AutoClose;

class H2WebhookStoreTest extends WebhookStoreContract {
  @AutoClose
  private static final TestDatabase TEST =
      TestDatabase.create(Dialect.H2).migrated(CoreTables.migrations());

  @Override
  protected Stores stores() {
    TEST.empty("webhooks", "events", "event_streams");
    JdbcOutbox outbox = new JdbcOutbox(TEST.database());
    return new Stores(
        new JdbcWebhooks(TEST.database(), outbox),
        outbox,
        ShopStores.in(TEST.database(), IDS).anApprovedShop(IDS, Instant.EPOCH));
  }
}
