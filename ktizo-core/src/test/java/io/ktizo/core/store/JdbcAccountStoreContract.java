package io.ktizo.core.store;

import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.ApiKeys;
import io.ktizo.core.account.Passkeys;
import io.ktizo.core.account.Sessions;
import io.ktizo.core.account.SignInAttempts;
import io.ktizo.core.account.StaffLooks;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.event.Outbox;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;

/** The stores over a database, wherever its connections come from. */
public abstract class JdbcAccountStoreContract extends AccountStoreContract {
  /** The tables, in an order in which they can be emptied. */
  protected static final String[] TABLES = {
    "account_tokens",
    "recovery_codes",
    "passkeys",
    "sessions",
    "sign_in_attempts",
    "api_keys",
    "staff_looks",
    "accounts",
    "events",
    "event_streams"
  };

  /** The database under test, with the core's tables. */
  protected abstract Database database();

  /** How many connections are borrowed at the moment. */
  protected abstract int borrowed();

  @AfterEach
  void noConnectionIsMissing() {
    org.assertj.core.api.Assertions.assertThat(borrowed()).isZero();
  }

  @Override
  protected Accounts accounts() {
    return new JdbcAccounts(database(), new JdbcOutbox(database()));
  }

  @Override
  protected Sessions sessions() {
    return new JdbcSessions(database());
  }

  @Override
  protected SignInAttempts attempts() {
    return new JdbcSignInAttempts(database());
  }

  @Override
  protected ApiKeys keys() {
    return new JdbcApiKeys(database());
  }

  @Override
  protected Passkeys passkeys() {
    return new JdbcPasskeys(database());
  }

  @Override
  protected StaffLooks looks() {
    return new JdbcStaffLooks(
        database(), new TimeOrderedIds(InstantSource.system(), new Random(4)));
  }

  @Override
  protected Outbox outbox() {
    return new JdbcOutbox(database());
  }

  @Override
  protected void empty() {
    database()
        .run(
            transaction -> {
              for (String table : TABLES) {
                transaction.sql("DELETE FROM " + table).update();
              }
            });
  }
}
