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
   * @param member as it was read
   * @param reason why, at most 200 characters; it is kept
   * @return whether it was open
   * @throws io.ktizo.core.sql.StaleVersionException if it was changed since it was read
   */
  public boolean disable(AccountId staff, Account member, String reason) {
    boolean done =
        change(staff, member, reason, Account.State.OPEN, Account.State.DISABLED).isPresent();
    if (done) {
      host.accounts().revokeTokens(member.id(), EnumSet.allOf(OneTimeToken.Purpose.class));
      host.sessions().endAll(member.id());
    }
    return done;
  }

  /**
   * Opens an account that staff had shut. One that the person closed stays closed.
   *
   * @return whether it was shut by staff
   * @throws io.ktizo.core.sql.StaleVersionException if it was changed since it was read
   */
  public boolean enable(AccountId staff, Account member, String reason) {
    return change(staff, member, reason, Account.State.DISABLED, Account.State.OPEN).isPresent();
  }

  private Optional<Account> change(
      AccountId staff, Account member, String reason, Account.State from, Account.State to) {
    record(staff, member.id(), reason);
    return member.state() == from
        ? Optional.of(
            host.accounts()
                .save(member.withState(to), told(AccountEvents.STATE_CHANGED, member.id())))
        : Optional.empty();
  }

  /**
   * Gives another role. All sessions of the member end: what they allow has changed.
   *
   * @return whether it can be used and had another role
   * @throws io.ktizo.core.sql.StaleVersionException if it was changed since it was read
   * @throws IllegalArgumentException if staff change their own role
   */
  public boolean changeRole(AccountId staff, Account member, PlatformRole role, String reason) {
    if (staff.equals(member.id())) {
      throw new IllegalArgumentException("nobody changes his own role");
    }
    record(staff, member.id(), reason);
    if (!member.isUsable() || member.role() == role) {
      return false;
    }
    host.accounts().save(member.withRole(role), told(AccountEvents.ROLE_CHANGED, member.id()));
    host.sessions().endAll(member.id());
    return true;
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
