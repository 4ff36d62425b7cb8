package io.ktizo.server.http;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.ManagingAccount;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.Registering;
import io.ktizo.core.account.StaffLooks;
import io.ktizo.core.account.Token;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A person's own account: to see, to change, to close. */
public final class AccountEndpoints {
  private final Accounts accounts;
  private final ManagingAccount managing;
  private final Registering registering;
  private final StaffLooks looks;
  private final SessionCookie cookie;

  /** Over these use cases. */
  public AccountEndpoints(
      Accounts accounts,
      ManagingAccount managing,
      Registering registering,
      StaffLooks looks,
      SessionCookie cookie) {
    this.accounts = accounts;
    this.managing = managing;
    this.registering = registering;
    this.looks = looks;
    this.cookie = cookie;
  }

  /** The routes. */
  public List<Route> routes() {
    Access change = Access.to(Action.CHANGE_ACCOUNT);
    return List.of(
        Route.get("/api/v1/account", Access.to(Action.SEE_ACCOUNT), this::see),
        Route.patch("/api/v1/account", Access.to(Action.RENAME_ACCOUNT), this::rename),
        Route.delete("/api/v1/account", Access.to(Action.CLOSE_ACCOUNT), this::close),
        Route.get("/api/v1/account/looks", Access.to(Action.SEE_ACCOUNT), this::looks),
        Route.post("/api/v1/account/email-changes", change, this::requestEmail).asOne(),
        Route.put("/api/v1/account/password", change, this::changePassword),
        Route.post("/api/v1/account/second-factor", change, this::beginSecondFactor)
            .neverRepeated(),
        Route.post("/api/v1/account/second-factor/confirmation", change, this::confirmSecondFactor)
            .neverRepeated(),
        Route.delete("/api/v1/account/second-factor", change, this::removeSecondFactor),
        Route.post("/api/v1/account/recovery-codes", change, this::renewRecoveryCodes)
            .neverRepeated(),
        Route.post(
                "/api/v1/administrators",
                Access.to(Action.BECOME_FIRST_ADMINISTRATOR),
                this::becomeFirstAdministrator)
            .neverRepeated());
  }

  /** An account as its owner sees it, and staff. */
  record Shown(
      AccountId id,
      String email,
      @Nullable String pendingEmail,
      String name,
      PlatformRole role,
      Account.State state,
      Instant createdAt,
      @Nullable Instant verifiedAt,
      boolean secondFactor,
      int recoveryCodes) {
    static Shown of(Account account, int recoveryCodes) {
      var pending = account.pendingEmail();
      return new Shown(
          account.id(),
          account.email().text(),
          pending == null ? null : pending.text(),
          account.name(),
          account.role(),
          account.state(),
          account.createdAt(),
          account.verifiedAt(),
          account.activeFactor().isPresent(),
          recoveryCodes);
    }
  }

  private Account own(Call call) {
    return accounts
        .find(call.account())
        .orElseThrow(() -> new ProblemException(Problem.noSuchThing()));
  }

  private Answer shown(Account account) {
    return Answer.json(200, Shown.of(account, accounts.recoveryCodes(account.id())))
        .version(account.version());
  }

  private Answer see(Call call) {
    call.require(Action.SEE_ACCOUNT, Standing.ownIf(true));
    return shown(own(call));
  }

  /** What can be changed at once. */
  record Rename(@Size(min = 1, max = 200) String name) {}

  private Answer rename(Call call) throws IOException {
    call.require(Action.RENAME_ACCOUNT, Standing.ownIf(true));
    Rename wanted = call.body(Rename.class);
    // The account as it was just found; the save has its version as a condition, too.
    call.requireVersion(call.person().account().version());
    Answer refusedOrDone =
        RegistrationEndpoints.answer(managing.rename(call.person(), wanted.name()));
    return refusedOrDone.status() == 204 ? shown(own(call)) : refusedOrDone;
  }

  private Answer close(Call call) {
    call.require(Action.CLOSE_ACCOUNT, Standing.ownIf(true));
    return cookie.clear(RegistrationEndpoints.answer(managing.close(call.person())));
  }

  /** That staff looked. Who of them is for the audit alone. */
  record Look(String what, String object, String reason, Instant at) {}

  private Answer looks(Call call) {
    call.require(Action.SEE_ACCOUNT, Standing.ownIf(true));
    return Answer.json(
        200,
        call.page()
            .counted(
                most -> looks.at(call.account(), most),
                look -> new Look(look.what(), look.object(), look.reason(), look.at()),
                call.seal()));
  }

  /** Another address. */
  record EmailChange(@Size(max = 254) String email) {}

  private Answer requestEmail(Call call) throws IOException {
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(true));
    EmailChange wanted = call.body(EmailChange.class);
    RegistrationEndpoints.answer(managing.requestEmail(call.person(), wanted.email()));
    return Answer.json(202, new RegistrationEndpoints.Accepted("LOOK_INTO_YOUR_MAIL"));
  }

  /** Another password. */
  record PasswordChange(@Size(max = 1_000) String password) {}

  private Answer changePassword(Call call) throws IOException {
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(true));
    PasswordChange wanted = call.body(PasswordChange.class);
    return RegistrationEndpoints.answer(managing.changePassword(call.person(), wanted.password()));
  }

  /** For an authenticator app. */
  record Enrolment(String secret, String uri) {}

  private Answer beginSecondFactor(Call call) {
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(true));
    return managing
        .beginSecondFactor(call.person())
        .map(begun -> Answer.json(201, new Enrolment(begun.secret(), begun.uri())))
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.conflict(
                        "second-factor.active",
                        "There is a second factor already.",
                        "Remove it first.")));
  }

  /** What the app shows. */
  record Code(@Size(min = 1, max = 100) String code) {}

  /** Shown this once. */
  record RecoveryCodes(List<String> recoveryCodes) {}

  private Answer confirmSecondFactor(Call call) throws IOException {
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(true));
    Code shown = call.body(Code.class);
    List<String> codes = managing.confirmSecondFactor(call.person(), shown.code());
    if (codes.isEmpty()) {
      throw new ProblemException(
          Problem.of(
              422,
              "second-factor.wrong-code",
              "The code is not right.",
              "Is the clock of your device right? Begin again if you have lost the secret."));
    }
    return Answer.json(200, new RecoveryCodes(codes));
  }

  private Answer removeSecondFactor(Call call) {
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(true));
    if (own(call).needsSecondFactor()) {
      throw new ProblemException(
          Problem.conflict(
              "second-factor.needed",
              "Your role needs a second factor.",
              "It can be replaced only by giving up the role."));
    }
    return RegistrationEndpoints.answer(managing.removeSecondFactor(call.person()));
  }

  private Answer renewRecoveryCodes(Call call) {
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(true));
    List<String> codes = managing.renewRecoveryCodes(call.person());
    if (codes.isEmpty()) {
      throw new ProblemException(
          Problem.conflict(
              "second-factor.missing", "There is no second factor.", "Set one up first."));
    }
    return Answer.json(201, new RecoveryCodes(codes));
  }

  private Answer becomeFirstAdministrator(Call call) throws IOException {
    call.require(Action.BECOME_FIRST_ADMINISTRATOR, Standing.anybody());
    Token token = new Token(call.body(RegistrationEndpoints.TokenOnly.class).token());
    if (!registering.becomeFirstAdministrator(token, call.account())) {
      throw new ProblemException(
          Problem.of(
              422,
              "token.unknown",
              "The token is not good, or no longer.",
              "It is good for 15 minutes, once, and only while there is no administrator."));
    }
    return cookie.clear(Answer.nothing(204));
  }
}
