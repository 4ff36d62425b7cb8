package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.StaffLooks;
import java.util.ArrayList;
import java.util.List;

/** Looks of staff in memory, for tests and trials. */
public final class MemoryStaffLooks implements StaffLooks {
  private final List<Look> looks = new ArrayList<>();

  @Override
  public synchronized void record(Look look) {
    looks.addFirst(look);
  }

  @Override
  public synchronized List<Look> at(AccountId person, int most) {
    return looks.stream().filter(look -> look.person().equals(person)).limit(most).toList();
  }
}
