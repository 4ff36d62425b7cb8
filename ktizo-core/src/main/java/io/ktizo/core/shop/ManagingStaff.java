package io.ktizo.core.shop;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Who belongs to a Shop: inviting, accepting, changing roles, leaving. */
public final class ManagingStaff {
  /** No Shop has more members and open invitations together. */
  public static final int MOST = 100;

  /** Nobody gets another mail about the same Shop before that. */
  public static final Duration BETWEEN_MAILS = Duration.ofHours(1);

  private final ShopEnvironment host;

  /** Managing with these parts. */
  public ManagingStaff(ShopEnvironment host) {
    this.host = host;
  }

  /** What became of a wish to change who belongs to a Shop. */
  public enum Outcome {
    DONE,
    /** He does not belong to it. */
    NO_MEMBER,
    /** A Shop always has an owner. */
    LAST_OWNER
  }

  /** What became of a wish to invite somebody. */
  public sealed interface Invited {
    /** A mail will go out. */
    record Done(Invitation invitation) implements Invited {}

    /**
     * He was invited to the same Shop just now.
     *
     * @param again from when on he can be
     */
    record TooSoon(Instant again) implements Invited {}

    /** The Shop has {@link #MOST} members and open invitations. */
    record TooMany() implements Invited {}
  }

  /**
   * Invites somebody by mail; see {@link ShopMailing}. An earlier invitation to the same address is
   * worth nothing any more.
   */
  public Invited invite(ShopId shop, AccountId by, EmailAddress email, ShopRole role) {
    Instant now = host.clock().instant();
    List<Invitation> open = open(shop);
    Optional<Instant> mailed =
        open.stream()
            .filter(invitation -> invitation.email().key().equals(email.key()))
            .map(Invitation::createdAt)
            .findFirst();
    if (mailed.isPresent() && mailed.get().plus(BETWEEN_MAILS).isAfter(now)) {
      return new Invited.TooSoon(mailed.get().plus(BETWEEN_MAILS));
    }
    int others = open.size() - (mailed.isPresent() ? 1 : 0);
    if (host.shops().members(shop).size() + others >= MOST) {
      return new Invited.TooMany();
    }
    Invitation invitation =
        new Invitation(
            InvitationId.FORM.next(host.ids()),
            shop,
            email,
            role,
            by,
            now,
            now.plus(Invitation.VALIDITY),
            null);
    host.shops()
        .invite(
            invitation,
            host.told(
                ShopEvents.MEMBER_INVITED,
                shop,
                Map.of("invitation", invitation.id().toString(), "role", role.name())));
    return new Invited.Done(invitation);
  }

  /** Invitations of a Shop that are still worth something, the oldest first. */
  public List<Invitation> open(ShopId shop) {
    Instant now = host.clock().instant();
    return host.shops().invitations(shop).stream()
        .filter(invitation -> invitation.expiresAt().isAfter(now))
        .toList();
  }

  /**
   * Takes an invitation back.
   *
   * @return whether the Shop had it
   */
  public boolean withdraw(ShopId shop, InvitationId id) {
    return host.shops()
        .invitation(id)
        .filter(invitation -> invitation.shop().equals(shop))
        .map(invitation -> host.shops().withdraw(id))
        .orElse(false);
  }

  /**
   * Removes invitations that ended without an answer, with the addresses in them; to be called now
   * and then.
   *
   * @return how many
   */
  public int forgetExpired() {
    return host.shops().forgetInvitations(host.clock().instant());
  }

  /**
   * Accepts an invitation. The account must have the address that was invited: a mail that was
   * passed on opens no door.
   *
   * @return the membership; nothing if the secret is worth nothing, or nothing to this account
   */
  public Optional<Member> accept(Token token, Account account) {
    Instant now = host.clock().instant();
    return host.shops()
        .invitation(token.hash(), now)
        .filter(invitation -> invitation.email().key().equals(account.email().key()))
        .filter(invitation -> account.isUsable())
        .flatMap(invitation -> accept(invitation, account.id(), now));
  }

  private Optional<Member> accept(Invitation invitation, AccountId account, Instant now) {
    Member member = new Member(invitation.shop(), account, invitation.role(), now);
    return host.shops()
            .accept(invitation, member, memberChanged(invitation.shop(), account, member.role()))
        ? host.shops().member(invitation.shop(), account)
        : Optional.empty();
  }

  /**
   * Gives a member another role.
   *
   * @param shop as it was read; its version guards the change
   */
  public Outcome changeRole(Shop shop, AccountId account, ShopRole role) {
    Optional<Member> member = host.shops().member(shop.id(), account);
    if (member.isEmpty()) {
      return Outcome.NO_MEMBER;
    }
    if (role != ShopRole.OWNER && isLastOwner(member.get())) {
      return Outcome.LAST_OWNER;
    }
    host.shops()
        .saveMember(
            shop,
            new Member(shop.id(), account, role, member.get().since()),
            memberChanged(shop.id(), account, role));
    return Outcome.DONE;
  }

  /** Removes a member, or lets him go; see {@link #changeRole}. */
  public Outcome remove(Shop shop, AccountId account) {
    Optional<Member> member = host.shops().member(shop.id(), account);
    if (member.isEmpty()) {
      return Outcome.NO_MEMBER;
    }
    if (isLastOwner(member.get())) {
      return Outcome.LAST_OWNER;
    }
    host.shops()
        .removeMember(
            shop,
            account,
            host.told(ShopEvents.MEMBER_REMOVED, shop.id(), Map.of("account", account.toString())));
    return Outcome.DONE;
  }

  private boolean isLastOwner(Member member) {
    return member.role() == ShopRole.OWNER
        && host.shops().members(member.shop()).stream()
            .noneMatch(
                other ->
                    other.role() == ShopRole.OWNER && !other.account().equals(member.account()));
  }

  private List<Event> memberChanged(ShopId shop, AccountId account, ShopRole role) {
    return host.told(
        ShopEvents.MEMBER_CHANGED,
        shop,
        Map.of("account", account.toString(), "role", role.name()));
  }
}
