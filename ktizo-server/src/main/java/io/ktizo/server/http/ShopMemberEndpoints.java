package io.ktizo.server.http;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.shop.Invitation;
import io.ktizo.core.shop.InvitationId;
import io.ktizo.core.shop.ManagingStaff;
import io.ktizo.core.shop.Member;
import io.ktizo.core.shop.Shop;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.Shops;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who belongs to a Shop: its members, those whom it invites, coming and leaving. */
public final class ShopMemberEndpoints {
  private static final String MEMBERS = "/api/v1/shops/{shop}/members";
  private static final String MEMBER = MEMBERS + "/{member}";
  private static final String INVITATIONS = "/api/v1/shops/{shop}/invitations";

  private final Shops shops;
  private final ShopDoor door;
  private final ManagingStaff managing;
  private final Accounts accounts;
  private final AddressThrottle mails;

  /**
   * Over these use cases.
   *
   * @param mails how many invitations one person may send
   */
  public ShopMemberEndpoints(
      Shops shops, ManagingStaff managing, Accounts accounts, AddressThrottle mails) {
    this.shops = shops;
    this.door = new ShopDoor(shops);
    this.managing = managing;
    this.accounts = accounts;
    this.mails = mails;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get(MEMBERS, Access.to(Action.SEE_SHOP_MEMBERS), this::list),
        Route.put(MEMBER + "/role", Access.to(Action.CHANGE_SHOP_MEMBERS), this::changeRole),
        Route.delete(MEMBER, Access.to(Action.CHANGE_SHOP_MEMBERS), this::remove),
        Route.delete("/api/v1/account/shops/{shop}", Access.to(Action.LEAVE_SHOP), this::leave),
        Route.get(INVITATIONS, Access.to(Action.SEE_INVITATIONS), this::invitations),
        Route.post(INVITATIONS, Access.to(Action.INVITE_STAFF), this::invite).asOne(),
        Route.delete(INVITATIONS + "/{invitation}", Access.to(Action.INVITE_STAFF), this::withdraw),
        Route.post(
                "/api/v1/invitation-acceptances", Access.to(Action.ACCEPT_INVITATION), this::accept)
            .asOne());
  }

  /**
   * Somebody who belongs to a Shop.
   *
   * @param name as he calls himself; {@code null} if his account is gone
   * @param email for owners alone, who must know whom they let in
   */
  record Shown(
      AccountId id, @Nullable String name, @Nullable String email, ShopRole role, Instant since) {}

  private Answer list(Call call) {
    Shop shop = door.shopWithMembers(call, Action.SEE_SHOP_MEMBERS);
    boolean owner = isOwner(shop.id(), call.account());
    List<Shown> items =
        shops.members(shop.id()).stream().map(member -> shown(member, owner)).toList();
    return Answer.json(200, new Page.Of<>(items, null)).version(shop.version());
  }

  private boolean isOwner(ShopId shop, AccountId account) {
    return shops.member(shop, account).filter(it -> it.role() == ShopRole.OWNER).isPresent();
  }

  private Shown shown(Member member, boolean withAddress) {
    Optional<Account> account = accounts.find(member.account());
    return new Shown(
        member.account(),
        account.map(Account::name).orElse(null),
        account.filter(found -> withAddress).map(found -> found.email().text()).orElse(null),
        member.role(),
        member.since());
  }

  /** What a member is to be. */
  record RoleChange(ShopRole role) {}

  private Answer changeRole(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.CHANGE_SHOP_MEMBERS);
    AccountId member = call.id("member", AccountId.FORM);
    RoleChange wanted = call.body(RoleChange.class);
    call.requireVersion(shop.version());
    done(managing.changeRole(shop, member, wanted.role()));
    Member changed =
        shops
            .member(shop.id(), member)
            .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
    return Answer.json(200, shown(changed, true)).version(shop.version() + 1);
  }

  private static void done(ManagingStaff.Outcome outcome) {
    switch (outcome) {
      case DONE -> {}
      case NO_MEMBER -> throw new ProblemException(Problem.noSuchThing());
      case LAST_OWNER ->
          throw new ProblemException(
              Problem.conflict(
                  "shop.last-owner",
                  "A Shop always has an owner.",
                  "Make somebody else an owner first, or close the Shop."));
    }
  }

  private Answer remove(Call call) {
    Shop shop = door.shop(call, Action.CHANGE_SHOP_MEMBERS);
    AccountId member = call.id("member", AccountId.FORM);
    call.requireVersion(shop.version());
    done(managing.remove(shop, member));
    return Answer.nothing(204);
  }

  private Answer leave(Call call) {
    Shop shop = door.shop(call, Action.LEAVE_SHOP);
    call.requireVersion(shop.version());
    done(managing.remove(shop, call.account()));
    return Answer.nothing(204);
  }

  /** An invitation that was not accepted yet. */
  record Invited(
      InvitationId id,
      String email,
      ShopRole role,
      AccountId invitedBy,
      Instant createdAt,
      Instant expiresAt) {
    static Invited of(Invitation invitation) {
      return new Invited(
          invitation.id(),
          invitation.email().text(),
          invitation.role(),
          invitation.invitedBy(),
          invitation.createdAt(),
          invitation.expiresAt());
    }
  }

  private Answer invitations(Call call) {
    Shop shop = door.shop(call, Action.SEE_INVITATIONS);
    List<Invited> items = managing.open(shop.id()).stream().map(Invited::of).toList();
    return Answer.json(200, new Page.Of<>(items, null));
  }

  /** Who is invited, and as what. */
  record Wanted(@Size(max = 254) String email, ShopRole role) {}

  private Answer invite(Call call) throws IOException {
    Shop shop = door.openShop(call, Action.INVITE_STAFF);
    Wanted wanted = call.body(Wanted.class);
    EmailAddress email =
        EmailAddress.parse(wanted.email())
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.invalid(
                            List.of(
                                new Problem.Field(
                                    "/email", "bad-format", "This must be an e-mail address.")))));
    // Mail goes to whoever is named here: no account is to bother many people.
    Optional<Duration> wait = mails.take(call.account().toString());
    if (wait.isPresent()) {
      throw new ProblemException(Problem.tooMany(seconds(wait.get())));
    }
    return switch (managing.invite(shop.id(), call.account(), email, wanted.role())) {
      case ManagingStaff.Invited.Done done ->
          Answer.json(201, Invited.of(done.invitation()))
              .with(
                  "Location",
                  "/api/v1/shops/" + shop.id() + "/invitations/" + done.invitation().id());
      case ManagingStaff.Invited.TooSoon soon ->
          throw new ProblemException(
              Problem.tooMany(seconds(Duration.between(call.now(), soon.again()))));
      case ManagingStaff.Invited.TooMany many ->
          throw new ProblemException(
              Problem.conflict(
                  "shop.too-many-members",
                  "The Shop has as many members and invitations as there can be.",
                  "Take an invitation back that is no longer needed."));
    };
  }

  private static long seconds(Duration wait) {
    return Math.max(1, wait.plusMillis(999).toSeconds());
  }

  private Answer withdraw(Call call) {
    Shop shop = door.shop(call, Action.INVITE_STAFF);
    if (!managing.withdraw(shop.id(), call.id("invitation", InvitationId.FORM))) {
      throw new ProblemException(Problem.noSuchThing());
    }
    return Answer.nothing(204);
  }

  /** The secret of an invitation. */
  record Acceptance(@Size(min = 1, max = 100) String token) {}

  private Answer accept(Call call) throws IOException {
    call.require(Action.ACCEPT_INVITATION, Standing.anybody());
    Account account = call.person().account();
    Acceptance wanted = call.body(Acceptance.class);
    // Expired, used, taken back, or another's: who holds it learns nothing of that.
    Member member =
        managing
            .accept(new Token(wanted.token()), account)
            .orElseThrow(
                () ->
                    new ProblemException(
                        Problem.of(
                            422,
                            "token.unknown",
                            "The link is not good, or no longer.",
                            "It is good once, for a week, and for the account with the invited"
                                + " address.")));
    Shop shop =
        shops.find(member.shop()).orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
    return Answer.json(200, ShopKeepingEndpoints.Own.of(member, shop));
  }
}
