package io.ktizo.core.account;

import io.ktizo.core.event.Event;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/**
 * What staff do to accounts of others: shutting and opening them, and giving roles. Whether
 * somebody may is decided by {@link Permissions} before; here each act is written down as a look at
 * the person first ({@link StaffLooks}), and does not happen if that fails.
 */
public final class ManagingMembers {
  private final AccountEnvironment host;
  private final StaffLooks looks;

  /** Managing with these parts. */
  public ManagingMembers(AccountEnvironment host, StaffLooks looks) {
    this.host = host;
    this.looks = looks;
  }

  /**
   * Shuts an account: sessions and tokens end at once, its data stays.
   *
   * @param reason why, at most 200 characters; it is kept
   * @return whether there is such an account and it was open
   */
  public boolean disable(AccountId staff, AccountId member, String reason) {
    boolean done =
        change(staff, member, reason, Account.State.OPEN, Account.State.DISABLED).isPresent();
    if (done) {
      host.accounts().revokeTokens(member, EnumSet.allOf(OneTimeToken.Purpose.class));
      host.sessions().endAll(member);
    }
    return done;
  }

  /**
   * Opens an account that staff had shut. One that the person closed stays closed.
   *
   * @return whether there is such an account and it was shut by staff
   */
  public boolean enable(AccountId staff, AccountId member, String reason) {
    return change(staff, member, reason, Account.State.DISABLED, Account.State.OPEN).isPresent();
  }

  private Optional<Account> change(
      AccountId staff, AccountId member, String reason, Account.State from, Account.State to) {
    record(staff, member, reason);
    return host.accounts()
        .find(member)
        .filter(account -> account.state() == from)
        .map(
            account ->
                host.accounts()
                    .save(account.withState(to), told(AccountEvents.STATE_CHANGED, member)));
  }

  /**
   * Gives another role. All sessions of the member end: what they allow has changed.
   *
   * @return whether there is such an account that can be used, and it had another role
   * @throws IllegalArgumentException if staff change their own role
   */
  public boolean changeRole(AccountId staff, AccountId member, PlatformRole role, String reason) {
    if (staff.equals(member)) {
      throw new IllegalArgumentException("nobody changes his own role");
    }
    record(staff, member, reason);
    Optional<Account> account =
        host.accounts()
            .find(member)
            .filter(Account::isUsable)
            .filter(found -> found.role() != role);
    account.ifPresent(
        found -> {
          host.accounts().save(found.withRole(role), told(AccountEvents.ROLE_CHANGED, member));
          host.sessions().endAll(member);
        });
    return account.isPresent();
  }

  private void record(AccountId staff, AccountId member, String reason) {
    looks.record(
        new StaffLooks.Look(
            staff, member, "account", member.toString(), reason, host.clock().instant()));
  }

  private List<Event> told(String type, AccountId member) {
    return List.of(AccountEvents.of(host.ids(), host.clock(), type, member));
  }
}
