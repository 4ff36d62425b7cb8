package io.ktizo.core.account;

import java.time.Instant;
import java.util.List;

/**
 * Where it is written down that staff looked at a person's data. Whoever shows staff such data
 * calls {@link #record} first and shows nothing if that fails.
 */
public interface StaffLooks {
  /**
   * A look.
   *
   * @param staff who looked
   * @param person at whose data
   * @param what kind of data, for instance {@code order} or {@code messages}; no content
   * @param object id of what was looked at, as text
   * @param reason why, for instance the number of a ticket; at most 200 characters
   * @param at when
   */
  record Look(
      AccountId staff, AccountId person, String what, String object, String reason, Instant at) {
    public Look {
      if (reason.isBlank()
          || reason.length() > 200
          || what.length() > 50
          || object.length() > 100) {
        throw new IllegalArgumentException("a look has a kind, an object and a reason");
      }
    }
  }

  /** Writes a look down, durably, before the data is shown. */
  void record(Look look);

  /** Who looked at a person's data, the latest first. */
  List<Look> at(AccountId person, int most);
}
