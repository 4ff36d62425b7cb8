package io.ktizo.server.http;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.ManagingMembers;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.StaffLooks;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What staff see and do of other people's accounts. Each look is written down first. */
public final class MemberEndpoints {
  private final Accounts accounts;
  private final ManagingMembers managing;
  private final StaffLooks looks;

  /** Over these use cases. */
  public MemberEndpoints(Accounts accounts, ManagingMembers managing, StaffLooks looks) {
    this.accounts = accounts;
    this.managing = managing;
    this.looks = looks;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.post("/api/v1/member-searches", Access.to(Action.SEE_ACCOUNT), this::search)
            .neverRepeated(),
        Route.get("/api/v1/members/{member}", Access.to(Action.SEE_ACCOUNT), this::see),
        Route.get("/api/v1/members/{member}/looks", Access.to(Action.SEE_AUDIT), this::looks),
        Route.put(
            "/api/v1/members/{member}/state", Access.to(Action.DISABLE_ACCOUNT), this::changeState),
        Route.put(
            "/api/v1/members/{member}/role",
            Access.to(Action.CHANGE_PLATFORM_ROLE),
            this::changeRole));
  }

  /** Whom staff look for; in a body, since addresses of requests are written down. */
  record Search(@Size(max = 254) String email) {}

  private Answer search(Call call) throws IOException {
    call.require(Action.SEE_ACCOUNT, Standing.ownIf(false));
    Search wanted = call.body(Search.class);
    Optional<Account> found = EmailAddress.parse(wanted.email()).flatMap(accounts::findByEmail);
    found.ifPresentOrElse(
        account -> call.recordLook(account.id(), "account", account.id().toString()),
        call::requireReasonOnly);
    List<AccountEndpoints.Shown> items =
        found
            .map(
                account ->
                    List.of(
                        AccountEndpoints.Shown.of(account, accounts.recoveryCodes(account.id()))))
            .orElseGet(List::of);
    return Answer.json(200, new Page.Of<>(items, null));
  }

  /** The account, if the caller may do this to it; a 404 of one shape otherwise. */
  private Account allowed(Call call, Action action) {
    AccountId id = call.id("member", AccountId.FORM);
    boolean own = !(call.caller() instanceof Caller.Visitor) && call.account().equals(id);
    call.require(action, Standing.ownIf(own));
    return accounts.find(id).orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  private Answer see(Call call) {
    Account account = allowed(call, Action.SEE_ACCOUNT);
    call.recordLook(account.id(), "account", account.id().toString());
    return shown(account);
  }

  private Answer shown(Account account) {
    return Answer.json(
            200, AccountEndpoints.Shown.of(account, accounts.recoveryCodes(account.id())))
        .version(account.version());
  }

  /** That somebody looked. */
  record Look(AccountId staff, String what, String object, String reason, Instant at) {}

  private Answer looks(Call call) {
    AccountId id = call.id("member", AccountId.FORM);
    call.require(Action.SEE_AUDIT, Standing.anybody());
    return Answer.json(
        200,
        call.page()
            .counted(
                most -> looks.at(id, most),
                look ->
                    new Look(look.staff(), look.what(), look.object(), look.reason(), look.at()),
                call.seal()));
  }

  /** What staff may make of an account; closing it is the person's own. */
  enum OpenOrNot {
    OPEN,
    DISABLED
  }

  /** Whether it can be used. */
  record StateChange(OpenOrNot state, @PlainText @Size(min = 1, max = 200) String reason) {}

  private Answer changeState(Call call) throws IOException {
    Account account = allowed(call, Action.DISABLE_ACCOUNT);
    StateChange wanted = call.body(StateChange.class);
    call.requireVersion(account.version());
    call.isRecordedByUseCase();
    boolean done =
        switch (wanted.state()) {
          case DISABLED -> managing.disable(call.account(), account, wanted.reason());
          case OPEN -> managing.enable(call.account(), account, wanted.reason());
        };
    return changed(account.id(), done);
  }

  /** What the member is to the platform. */
  record RoleChange(PlatformRole role, @PlainText @Size(min = 1, max = 200) String reason) {}

  private Answer changeRole(Call call) throws IOException {
    Account account = allowed(call, Action.CHANGE_PLATFORM_ROLE);
    RoleChange wanted = call.body(RoleChange.class);
    call.requireVersion(account.version());
    call.isRecordedByUseCase();
    boolean done = managing.changeRole(call.account(), account, wanted.role(), wanted.reason());
    return changed(account.id(), done);
  }

  private Answer changed(AccountId id, boolean done) {
    if (!done) {
      throw new ProblemException(
          Problem.conflict(
              "member.unchanged",
              "That cannot be done to this account now.",
              "It is so already, or the account cannot be used, or the person closed it."));
    }
    return shown(accounts.find(id).orElseThrow(() -> new ProblemException(Problem.noSuchThing())));
  }
}
