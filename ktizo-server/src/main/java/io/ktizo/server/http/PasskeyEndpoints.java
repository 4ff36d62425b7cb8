package io.ktizo.server.http;

import io.ktizo.core.account.PasskeyId;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.Token;
import io.ktizo.core.account.UsingPasskeys;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Passkeys: adding, naming and removing them, signing in with one, and showing one again. Options
 * and responses are the JSON of WebAuthn, as text within ours: a page hands them to the browser as
 * they are.
 */
public final class PasskeyEndpoints {
  private final UsingPasskeys using;
  private final SessionEndpoints sessions;
  private final Doorkeeper door;

  /** Over this use case; sessions are opened as by password. */
  public PasskeyEndpoints(UsingPasskeys using, SessionEndpoints sessions, Doorkeeper door) {
    this.using = using;
    this.sessions = sessions;
    this.door = door;
  }

  /** The routes. */
  public List<Route> routes() {
    Access change = Access.to(Action.CHANGE_ACCOUNT);
    Access prove = Access.to(Action.PROVE_IDENTITY);
    return List.of(
        Route.get("/api/v1/account/passkeys", Access.to(Action.SEE_ACCOUNT), this::list),
        Route.post("/api/v1/account/passkey-options", change, this::begin).neverRepeated(),
        Route.post("/api/v1/account/passkeys", change, this::add).neverRepeated(),
        Route.patch(
            "/api/v1/account/passkeys/{passkey}", Access.to(Action.RENAME_ACCOUNT), this::rename),
        Route.delete("/api/v1/account/passkeys/{passkey}", change, this::remove),
        Route.post("/api/v1/sessions/passkey-options", Access.everybody(), this::beginSignIn)
            .neverRepeated(),
        Route.post("/api/v1/sessions/passkey", Access.everybody(), this::signIn).neverRepeated(),
        Route.post("/api/v1/session/passkey-options", prove, this::beginProof).neverRepeated(),
        Route.post("/api/v1/session/passkey-proof", prove, this::prove).neverRepeated());
  }

  /** What the page hands to the browser, as JSON in text. */
  record Options(String options) {}

  /** What the browser answered, as JSON in text. */
  record Response(@Size(min = 1, max = 4_000) String response) {}

  /** A passkey as its owner sees it. */
  record Shown(PasskeyId id, String name, Instant createdAt, @Nullable Instant lastUsedAt) {
    static Shown of(io.ktizo.core.account.Passkey passkey) {
      return new Shown(passkey.id(), passkey.name(), passkey.createdAt(), passkey.lastUsedAt());
    }
  }

  /** All of them: there are few. */
  record All(List<Shown> items) {}

  private Answer list(Call call) {
    call.require(Action.SEE_ACCOUNT, Standing.ownIf(true));
    return Answer.json(200, new All(using.of(call.account()).stream().map(Shown::of).toList()));
  }

  private Answer begin(Call call) {
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(true));
    return using
        .beginRegistration(call.person())
        .map(options -> Answer.json(201, new Options(options)))
        .orElseThrow(() -> new ProblemException(Problem.stepUp()));
  }

  /** A new passkey. */
  record Wanted(
      @Size(min = 1, max = 120) String name, @Size(min = 1, max = 4_000) String response) {}

  /** The new passkey, with recovery codes that are shown this once if it is the first factor. */
  record Added(Shown passkey, List<String> recoveryCodes) {}

  private Answer add(Call call) throws IOException {
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(true));
    Wanted wanted = call.body(Wanted.class);
    return switch (using.finishRegistration(call.person(), wanted.response(), wanted.name())) {
      case UsingPasskeys.Registration.Added added ->
          Answer.json(201, new Added(Shown.of(added.passkey()), added.recoveryCodes()));
      case UsingPasskeys.Registration.Refused refused ->
          throw new ProblemException(
              Problem.conflict(
                  "passkey.refused",
                  "That is not the answer to what was asked.",
                  "Ask for options again; they are good for five minutes and one answer."));
      case UsingPasskeys.Registration.NotFresh notFresh ->
          throw new ProblemException(Problem.stepUp());
      case UsingPasskeys.Registration.TooMany tooMany ->
          throw new ProblemException(
              Problem.conflict(
                  "passkey.too-many",
                  "There are " + UsingPasskeys.MOST + " passkeys already.",
                  "Remove one first."));
      case UsingPasskeys.Registration.NoName noName -> throw noName();
    };
  }

  private static ProblemException noName() {
    return new ProblemException(
        Problem.invalid(
            List.of(
                new Problem.Field("/name", "bad-name", "This must be 1 to 60 plain characters."))));
  }

  /** Another name. */
  record Rename(@Size(min = 1, max = 120) String name) {}

  private Answer rename(Call call) throws IOException {
    PasskeyId id = call.id("passkey", PasskeyId.FORM);
    call.require(Action.RENAME_ACCOUNT, Standing.ownIf(isOwn(call, id)));
    return changed(using.rename(call.person(), id, call.body(Rename.class).name()));
  }

  private Answer remove(Call call) {
    PasskeyId id = call.id("passkey", PasskeyId.FORM);
    call.require(Action.CHANGE_ACCOUNT, Standing.ownIf(isOwn(call, id)));
    return changed(using.remove(call.person(), id));
  }

  private boolean isOwn(Call call, PasskeyId id) {
    return using.of(call.account()).stream().anyMatch(passkey -> passkey.id().equals(id));
  }

  private static Answer changed(UsingPasskeys.Change change) {
    return switch (change) {
      case DONE -> Answer.nothing(204);
      case UNKNOWN -> throw new ProblemException(Problem.noSuchThing());
      case NOT_FRESH -> throw new ProblemException(Problem.stepUp());
      case LAST_FACTOR ->
          throw new ProblemException(
              Problem.conflict(
                  "passkey.last-factor",
                  "Your role needs a second factor, and this is the last.",
                  "Add another one first."));
      case NO_NAME -> throw noName();
    };
  }

  /** For the second factor the challenge that the password gave. */
  record SignInWanted(@Nullable @Size(max = 100) String challenge) {}

  private Answer beginSignIn(Call call) throws IOException {
    String challenge = call.body(SignInWanted.class).challenge();
    if (challenge != null) {
      return Answer.json(201, new Options(using.secondFactorOptions(new Token(challenge))));
    }
    return using
        .beginSignIn(call.clientAddress())
        .map(options -> Answer.json(201, new Options(options)))
        .orElseThrow(() -> RegistrationEndpoints.tooMany(java.time.Duration.ofMinutes(1)));
  }

  private Answer signIn(Call call) throws IOException {
    Response shown = call.body(Response.class);
    return sessions.answer(
        201,
        using.signIn(
            shown.response(), Devices.name(call.header("User-Agent")), call.clientAddress()));
  }

  private Answer beginProof(Call call) {
    call.require(Action.PROVE_IDENTITY, Standing.ownIf(true));
    return Answer.json(201, new Options(using.beginStepUp(call.person())));
  }

  private Answer prove(Call call) throws IOException {
    call.require(Action.PROVE_IDENTITY, Standing.ownIf(true));
    Response shown = call.body(Response.class);
    Token token =
        door.token(call.request()).orElseThrow(() -> new ProblemException(Problem.signInFirst()));
    return sessions.answer(200, using.finishStepUp(token, shown.response(), call.clientAddress()));
  }
}
