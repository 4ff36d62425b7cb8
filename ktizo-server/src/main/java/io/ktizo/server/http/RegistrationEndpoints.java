package io.ktizo.server.http;

import io.ktizo.core.account.ManagingAccount;
import io.ktizo.core.account.PasswordRules;
import io.ktizo.core.account.Registering;
import io.ktizo.core.account.Token;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * What people do who are not signed in: register, prove an address, get back into an account. None
 * of these answers tells whether an address has an account.
 */
public final class RegistrationEndpoints {
  private final Registering registering;
  private final ManagingAccount managing;

  /** Over these use cases. */
  public RegistrationEndpoints(Registering registering, ManagingAccount managing) {
    this.registering = registering;
    this.managing = managing;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.post("/api/v1/registrations", Access.everybody(), this::register),
        Route.post("/api/v1/verifications", Access.everybody(), this::verify).neverRepeated(),
        Route.post("/api/v1/password-resets", Access.everybody(), this::requestReset),
        Route.post("/api/v1/password-reset-confirmations", Access.everybody(), this::reset)
            .neverRepeated(),
        Route.post("/api/v1/email-confirmations", Access.everybody(), this::confirmEmail)
            .neverRepeated(),
        Route.post("/api/v1/email-reversals", Access.everybody(), this::revertEmail)
            .neverRepeated());
  }

  /** Who wants to be a member. */
  record Registration(
      @Size(max = 254) String email,
      @Size(min = 1, max = 200) String name,
      @Size(max = 1_000) String password,
      boolean oldEnough) {}

  /** What everybody is answered. */
  record Accepted(String next) {}

  private static final Accepted LOOK_INTO_YOUR_MAIL = new Accepted("LOOK_INTO_YOUR_MAIL");

  private Answer register(Call call) throws IOException {
    Registration wanted = call.body(Registration.class);
    Registering.Request request =
        new Registering.Request(
            wanted.email(),
            wanted.name(),
            wanted.password(),
            wanted.oldEnough(),
            call.clientAddress());
    return switch (registering.register(request)) {
      case Registering.Outcome.Accepted accepted -> Answer.json(202, LOOK_INTO_YOUR_MAIL);
      case Registering.Outcome.Refused refused ->
          throw new ProblemException(
              Problem.invalid(
                  refused.faults().stream().map(RegistrationEndpoints::field).toList()));
      case Registering.Outcome.Throttled throttled -> throw tooMany(throttled.pause());
      case Registering.Outcome.Busy busy -> throw new ProblemException(Problem.busy(1));
    };
  }

  private static Problem.Field field(Registering.Fault fault) {
    return switch (fault) {
      case Registering.Fault.NoAddress none ->
          new Problem.Field("/email", "bad-format", "This must be an e-mail address.");
      case Registering.Fault.NoName none ->
          new Problem.Field(
              "/name", "bad-format", "This must be 1 to 100 characters of plain text.");
      case Registering.Fault.TooYoung young ->
          new Problem.Field(
              "/oldEnough", "not-confirmed", "You must confirm that you are 16 or older.");
      case Registering.Fault.WeakPassword weak -> weakPassword(weak.why());
    };
  }

  static Problem.Field weakPassword(PasswordRules.Fault why) {
    return switch (why) {
      case TOO_SHORT ->
          new Problem.Field(
              "/password",
              "too-short",
              "This needs at least " + PasswordRules.SHORTEST + " characters; 15 are better.");
      case TOO_LONG ->
          new Problem.Field(
              "/password",
              "too-long",
              "This can have " + PasswordRules.LONGEST + " characters at most.");
      case COMMON ->
          new Problem.Field(
              "/password", "common", "This is among the first that anybody would try.");
      case PERSONAL ->
          new Problem.Field("/password", "personal", "This is made of your name or address.");
      case REPETITIVE ->
          new Problem.Field("/password", "repetitive", "This repeats one short piece.");
    };
  }

  static ProblemException tooMany(Duration pause) {
    return new ProblemException(Problem.tooMany(Math.max(1, pause.plusMillis(999).toSeconds())));
  }

  /** A secret from a mail. */
  record TokenOnly(@Size(min = 1, max = 100) String token) {}

  private Answer verify(Call call) throws IOException {
    return registering
        .verify(new Token(call.body(TokenOnly.class).token()))
        .map(account -> Answer.nothing(204))
        .orElseThrow(RegistrationEndpoints::unknownToken);
  }

  private static ProblemException unknownToken() {
    return new ProblemException(
        Problem.of(
            422, "token.unknown", "The link is not good, or no longer.", "Ask for a new one."));
  }

  /** Who cannot get in. */
  record ResetRequest(@Size(max = 254) String email) {}

  private Answer requestReset(Call call) throws IOException {
    ResetRequest wanted = call.body(ResetRequest.class);
    var wait = managing.requestReset(wanted.email(), call.clientAddress());
    if (wait.isPresent()) {
      throw tooMany(wait.get());
    }
    return Answer.json(202, LOOK_INTO_YOUR_MAIL);
  }

  /** A new password, with the right to set it. */
  record Reset(@Size(min = 1, max = 100) String token, @Size(max = 1_000) String password) {}

  private Answer reset(Call call) throws IOException {
    Reset wanted = call.body(Reset.class);
    return answer(managing.reset(new Token(wanted.token()), wanted.password()));
  }

  private Answer confirmEmail(Call call) throws IOException {
    return answer(managing.confirmEmail(new Token(call.body(TokenOnly.class).token())));
  }

  private Answer revertEmail(Call call) throws IOException {
    return answer(managing.revertEmail(new Token(call.body(TokenOnly.class).token())));
  }

  /** What comes of a change, on the wire. */
  static Answer answer(ManagingAccount.Result result) {
    return switch (result) {
      case DONE -> Answer.nothing(204);
      case NOT_FRESH -> throw new ProblemException(Problem.stepUp());
      case WRONG_TOKEN -> throw unknownToken();
      case BUSY -> throw new ProblemException(Problem.busy(1));
      case WEAK_PASSWORD ->
          throw invalid(
              "/password",
              "weak",
              "This may not be chosen: 8 to 128 characters, no common word, not your own name.");
      case NO_ADDRESS ->
          throw invalid(
              "/email", "bad-format", "This must be an e-mail address, and not the present one.");
      case NO_NAME ->
          throw invalid("/name", "bad-format", "This must be 1 to 100 characters of plain text.");
    };
  }

  private static ProblemException invalid(String pointer, String code, String message) {
    return new ProblemException(
        Problem.invalid(List.of(new Problem.Field(pointer, code, message))));
  }
}
