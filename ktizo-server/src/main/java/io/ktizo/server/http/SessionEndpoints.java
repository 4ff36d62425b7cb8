package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.SessionId;
import io.ktizo.core.account.SigningIn;
import io.ktizo.core.account.Token;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Signing in and out, showing again who one is, and the devices on which one is signed in. */
public final class SessionEndpoints {
  private final SigningIn signingIn;
  private final Doorkeeper door;
  private final SessionCookie cookie;

  /** Over this use case. */
  public SessionEndpoints(SigningIn signingIn, Doorkeeper door, SessionCookie cookie) {
    this.signingIn = signingIn;
    this.door = door;
    this.cookie = cookie;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.post("/api/v1/sessions", Access.everybody(), this::signIn).neverRepeated(),
        Route.post("/api/v1/sessions/second-factor", Access.everybody(), this::secondFactor)
            .neverRepeated(),
        Route.get("/api/v1/sessions", Access.to(Action.SEE_DEVICES), this::devices),
        Route.delete("/api/v1/sessions", Access.to(Action.SIGN_OUT), this::signOutEverywhere),
        Route.delete("/api/v1/sessions/{session}", Access.to(Action.SIGN_OUT), this::signOutDevice),
        Route.get("/api/v1/session", Access.to(Action.SEE_DEVICES), this::current),
        Route.delete("/api/v1/session", Access.to(Action.SIGN_OUT), this::signOut),
        Route.post("/api/v1/session/proof", Access.to(Action.PROVE_IDENTITY), this::prove)
            .neverRepeated());
  }

  /** Who wants in. */
  record Credentials(@Size(max = 254) String email, @Size(max = 1_000) String password) {}

  /** The password was right. */
  record ChallengeForm(String next, String challenge) {}

  /** Where one is signed in now. */
  record Current(
      SessionId id,
      Session.Assurance assurance,
      Instant createdAt,
      Instant freshUntil,
      String csrfToken) {}

  private Answer signIn(Call call) throws IOException {
    Credentials shown = call.body(Credentials.class);
    String device = Devices.name(call.header("User-Agent"));
    return answer(
        201,
        signingIn.signIn(
            new SigningIn.Request(shown.email(), shown.password(), device, call.clientAddress())));
  }

  /** What the app shows, or a recovery code. */
  record SecondFactor(
      @Size(min = 1, max = 100) String challenge, @Size(min = 1, max = 100) String code) {}

  private Answer secondFactor(Call call) throws IOException {
    SecondFactor shown = call.body(SecondFactor.class);
    return answer(
        201,
        signingIn.secondFactor(new Token(shown.challenge()), shown.code(), call.clientAddress()));
  }

  /** What comes of signing in or showing again who one is. */
  Answer answer(int status, SigningIn.Outcome outcome) {
    return switch (outcome) {
      case SigningIn.Outcome.SignedIn in ->
          cookie.set(Answer.json(status, current(in.session())), in.token());
      case SigningIn.Outcome.SecondFactorWanted wanted ->
          Answer.json(200, new ChallengeForm("SECOND_FACTOR", wanted.challenge().secret()));
      case SigningIn.Outcome.AddressUnproven unproven ->
          throw new ProblemException(
              Problem.of(
                  403,
                  "address.unproven",
                  "The e-mail address is not proven yet.",
                  "A link that proves it is on its way to you again."));
      case SigningIn.Outcome.Refused refused ->
          throw new ProblemException(
              Problem.of(
                      401,
                      "sign-in.refused",
                      "That is not right.",
                      "Address, password or code; which of them is not told.")
                  .with("WWW-Authenticate", "Bearer realm=\"ktizo\""));
      case SigningIn.Outcome.Throttled throttled ->
          throw RegistrationEndpoints.tooMany(throttled.pause());
      case SigningIn.Outcome.Busy busy -> throw new ProblemException(Problem.busy(1));
    };
  }

  private Current current(Session session) {
    return new Current(
        session.id(),
        session.assurance(),
        session.createdAt(),
        session.provenAt().plus(Session.FRESH),
        door.csrfToken(session));
  }

  private Answer current(Call call) {
    call.require(Action.SEE_DEVICES, Standing.ownIf(true));
    return Answer.json(200, current(call.person().session()));
  }

  /** Password again, and a code if there is a second factor. */
  record Proof(@Size(max = 1_000) String password, @Nullable @Size(max = 100) String code) {}

  private Answer prove(Call call) throws IOException {
    call.require(Action.PROVE_IDENTITY, Standing.ownIf(true));
    Proof shown = call.body(Proof.class);
    String code = shown.code();
    Token token =
        door.token(call.request()).orElseThrow(() -> new ProblemException(Problem.signInFirst()));
    return answer(
        200,
        signingIn.stepUp(token, shown.password(), code == null ? "" : code, call.clientAddress()));
  }

  private Answer signOut(Call call) {
    call.require(Action.SIGN_OUT, Standing.ownIf(true));
    door.token(call.request()).ifPresent(signingIn::signOut);
    return cookie.clear(Answer.nothing(204));
  }

  private Answer signOutEverywhere(Call call) {
    call.require(Action.SIGN_OUT, Standing.ownIf(true));
    signingIn.signOutEverywhere(call.account());
    return cookie.clear(Answer.nothing(204));
  }

  private Answer signOutDevice(Call call) {
    SessionId session = call.id("session", SessionId.FORM);
    boolean own =
        signingIn.devices(call.account()).stream().anyMatch(each -> each.id().equals(session));
    call.require(Action.SIGN_OUT, Standing.ownIf(own));
    signingIn.signOutDevice(call.account(), session);
    Answer done = Answer.nothing(204);
    return session.equals(call.person().session().id()) ? cookie.clear(done) : done;
  }

  /** A device on which one is signed in. */
  record Device(
      SessionId id,
      String device,
      Session.Assurance assurance,
      Instant createdAt,
      Instant lastSeenAt,
      boolean current) {}

  private Answer devices(Call call) {
    call.require(Action.SEE_DEVICES, Standing.ownIf(true));
    SessionId here = call.person().session().id();
    return Answer.json(
        200,
        call.page()
            .slice(
                signingIn.devices(call.account()),
                session -> session.id().toString(),
                session ->
                    new Device(
                        session.id(),
                        session.device(),
                        session.assurance(),
                        session.createdAt(),
                        session.lastSeenAt(),
                        session.id().equals(here)),
                call.seal()));
  }
}
