package io.ktizo.core.store;

import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.ApiKeys;
import io.ktizo.core.account.Passkeys;
import io.ktizo.core.account.Sessions;
import io.ktizo.core.account.SignInAttempts;
import io.ktizo.core.account.StaffLooks;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.event.Outbox;

class MemoryAccountStoreTest extends AccountStoreContract {
  private final MemoryOutbox outbox = new MemoryOutbox();
  private final Accounts accounts = new MemoryAccounts(outbox);
  private final Sessions sessions = new MemorySessions();
  private final SignInAttempts attempts = new MemorySignInAttempts();
  private final ApiKeys keys = new MemoryApiKeys();
  private final Passkeys passkeys = new MemoryPasskeys();
  private final StaffLooks looks = new MemoryStaffLooks();

  @Override
  protected Accounts accounts() {
    return accounts;
  }

  @Override
  protected Sessions sessions() {
    return sessions;
  }

  @Override
  protected SignInAttempts attempts() {
    return attempts;
  }

  @Override
  protected ApiKeys keys() {
    return keys;
  }

  @Override
  protected Passkeys passkeys() {
    return passkeys;
  }

  @Override
  protected StaffLooks looks() {
    return looks;
  }

  @Override
  protected Outbox outbox() {
    return outbox;
  }

  @Override
  protected void empty() {
    // Each test has stores of its own.
  }
}
