package io.ktizo.core.account;

import io.ktizo.core.sql.StaleVersionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Signing in and out, on one device or everywhere.
 *
 * <p>A wrong password, an unknown address, a closed account: one answer, and the same time.
 * Guessing is slowed down by account, by network address and for all together.
 */
public final class SigningIn {
  private final AccountEnvironment host;
  private final Passkeys passkeys;

  /** Signing in with these parts, without passkeys. */
  public SigningIn(AccountEnvironment host) {
    this(host, Passkeys.none());
  }

  /** Signing in with these parts; who has a passkey is asked for it after the password. */
  public SigningIn(AccountEnvironment host, Passkeys passkeys) {
    this.host = host;
    this.passkeys = passkeys;
  }

  /**
   * What a person fills in.
   *
   * @param email as typed
   * @param password as typed
   * @param device what he will recognise the device by
   * @param address network address, for the throttle
   */
  public record Request(String email, String password, String device, String address) {
    /** Without what was typed. */
    @Override
    public String toString() {
      return "SigningIn.Request[…]";
    }
  }

  /** What comes of it. */
  public sealed interface Outcome {
    /**
     * The person is signed in.
     *
     * @param token for the device, given out this once
     * @param session what is kept of it
     */
    record SignedIn(Token token, Session session) implements Outcome {}

    /**
     * The password was right; a code is wanted, too.
     *
     * @param challenge to be sent back with the code within 5 minutes, or to be signed by a
     *     passkey, see {@link UsingPasskeys#secondFactorOptions}
     */
    record SecondFactorWanted(Token challenge) implements Outcome {}

    /** The password was right, but the address is not proven; the mail was sent again. */
    record AddressUnproven() implements Outcome {}

    /** No: for whatever reason. */
    record Refused() implements Outcome {}

    /** Too many attempts. */
    record Throttled(Duration pause) implements Outcome {}

    /** Too much to do at the moment. */
    record Busy() implements Outcome {}
  }

  /** Signs a person in. */
  public Outcome signIn(Request request) {
    Optional<Duration> wait = host.throttle().take(request.address());
    if (wait.isPresent()) {
      return new Outcome.Throttled(wait.get());
    }
    Optional<EmailAddress> email = EmailAddress.parse(request.email());
    if (email.isEmpty()) {
      return new Outcome.Refused();
    }
    Token.Hash key = attemptsOn(email.get());
    Instant now = host.clock().instant();
    Optional<Duration> pause = host.attempts().begin(key, now);
    if (pause.isPresent()) {
      return new Outcome.Throttled(pause.get());
    }
    Optional<Account> account = host.accounts().findByEmail(email.get());
    Optional<Passwords.Match> match =
        account.isPresent()
            ? host.passwords().check(request.password(), account.get().passwordHash())
            : host.passwords().checkNobody(request.password());
    if (match.isEmpty()) {
      // The attempt stays counted: a busy machine must not make guessing cheaper.
      return new Outcome.Busy();
    }
    if (match.get() == Passwords.Match.WRONG
        || account.isEmpty()
        || account.get().state() != Account.State.OPEN) {
      return new Outcome.Refused();
    }
    return afterPassword(request, account.get(), match.get(), key);
  }

  private Outcome afterPassword(
      Request request, Account account, Passwords.Match match, Token.Hash key) {
    if (account.verifiedAt() == null) {
      host.attempts().succeeded(key);
      host.accounts()
          .tell(
              List.of(
                  AccountEvents.of(
                      host.ids(), host.clock(), AccountEvents.REGISTERED, account.id())));
      return new Outcome.AddressUnproven();
    }
    if (match == Passwords.Match.RIGHT_BUT_WEAK) {
      strengthen(account, request.password());
    }
    if (hasSecondFactor(account)) {
      // The count goes on until the code is right, too: codes are guessed no faster than passwords.
      return new Outcome.SecondFactorWanted(
          challenge(account, Session.deviceName(request.device())));
    }
    host.attempts().succeeded(key);
    return open(account, Session.deviceName(request.device()), Session.Assurance.PASSWORD);
  }

  /**
   * Hashes anew at today's cost; another change that came first wins, and the next sign-in tries.
   */
  private void strengthen(Account account, String password) {
    host.passwords()
        .hash(password)
        .ifPresent(
            hash ->
                host.accounts()
                    .find(account.id())
                    .filter(current -> current.version() == account.version())
                    .ifPresent(current -> keepStronger(current, hash)));
  }

  private void keepStronger(Account current, String hash) {
    try {
      host.accounts().save(current.withPassword(hash), List.of());
    } catch (StaleVersionException e) {
      // Another device signed in at the same moment and did it, or something more important
      // changed.
      return;
    }
  }

  private Token challenge(Account account, String device) {
    Token token = Token.random(host.random());
    Instant now = host.clock().instant();
    OneTimeToken.Purpose purpose = OneTimeToken.Purpose.SECOND_FACTOR;
    host.accounts()
        .issue(
            new OneTimeToken(
                token.hash(), purpose, account.id(), now.plus(purpose.validity()), device),
            now);
    return token;
  }

  private boolean hasSecondFactor(Account account) {
    return account.activeFactor().isPresent() || !passkeys.of(account.id()).isEmpty();
  }

  /** As it is now: what a session was opened with may be old. */
  Account current(Account known) {
    return host.accounts()
        .find(known.id())
        .orElseThrow(() -> new IllegalStateException(known.id() + " is gone"));
  }

  /** Opens a session on a device. */
  Outcome.SignedIn open(Account account, String device, Session.Assurance assurance) {
    Token token = Token.random(host.random());
    Instant now = host.clock().instant();
    Session session =
        new Session(
            SessionId.FORM.next(host.ids()),
            account.id(),
            token.hash(),
            now,
            now,
            assurance,
            now,
            device);
    host.sessions().add(session);
    return new Outcome.SignedIn(token, session);
  }

  /**
   * Signs in with the code of the second factor, or with a recovery code. A challenge is good for
   * one attempt: after a wrong code the person begins with the password again, as slowly as the
   * throttle has it.
   */
  public Outcome secondFactor(Token challenge, String code, String address) {
    Optional<Duration> wait = host.throttle().take(address);
    if (wait.isPresent()) {
      return new Outcome.Throttled(wait.get());
    }
    Optional<OneTimeToken> right =
        host.accounts()
            .consume(challenge.hash(), OneTimeToken.Purpose.SECOND_FACTOR, host.clock().instant());
    Optional<Account> account =
        right
            .flatMap(token -> Optional.ofNullable(token.account()))
            .flatMap(host.accounts()::find)
            .filter(Account::isUsable);
    if (account.isEmpty() || !isRightCode(account.get(), code)) {
      return new Outcome.Refused();
    }
    host.attempts().succeeded(attemptsOn(account.get().email()));
    String device = right.map(OneTimeToken::detail).orElse("");
    return open(account.get(), device == null ? "" : device, Session.Assurance.TWO_FACTORS);
  }

  /** Whether it is the code of this moment, or a recovery code; either is then used up. */
  boolean isRightCode(Account account, String code) {
    Optional<Account.SecondFactor> factor = account.activeFactor();
    OptionalLong step =
        factor.isEmpty()
            ? OptionalLong.empty()
            : Totp.matchingStep(
                ManagingAccount.secretOf(host, account.id(), factor.get()),
                code,
                host.clock().instant(),
                factor.get().lastStep());
    if (factor.isPresent() && step.isPresent()) {
      Account used =
          account.withFactor(
              new Account.SecondFactor(factor.get().sealedSecret(), true, step.getAsLong()));
      try {
        host.accounts().save(used, List.of());
        return true;
      } catch (StaleVersionException e) {
        // Two devices used one code at the same moment; the version lets one through.
        return false;
      }
    }
    return host.accounts()
        .consumeRecoveryCode(account.id(), Token.Hash.of(RecoveryCodes.canonical(code)));
  }

  /**
   * Who is behind a token, and with which session; nothing if it is over, or the account cannot be
   * used. Looked up each time: what one instance ends is over on all.
   */
  public Optional<SignedInPerson> authenticate(Token token) {
    Instant now = host.clock().instant();
    return host.sessions()
        .find(token.hash())
        .filter(session -> session.isAlive(now))
        .flatMap(
            session ->
                host.accounts()
                    .find(session.account())
                    .filter(Account::isUsable)
                    .map(
                        account -> {
                          if (!now.isBefore(session.lastSeenAt().plus(Session.TOUCH))) {
                            host.sessions().touch(session.id(), now);
                          }
                          return new SignedInPerson(account, session);
                        }));
  }

  /**
   * A person with his session.
   *
   * @param account who
   * @param session on which device
   */
  public record SignedInPerson(Account account, Session session) {}

  /**
   * Shows again who he is, before a change that matters. The device gets another token; the old one
   * is worth nothing from then on.
   *
   * @param code of the second factor; asked for if the account has one, empty if not
   */
  public Outcome stepUp(Token token, String password, String code, String address) {
    Optional<SignedInPerson> person = authenticate(token);
    if (person.isEmpty()) {
      return new Outcome.Refused();
    }
    Account account = person.get().account();
    Optional<Duration> wait = host.throttle().take(address);
    if (wait.isPresent()) {
      return new Outcome.Throttled(wait.get());
    }
    Token.Hash key = attemptsOn(account.email());
    Optional<Duration> pause = host.attempts().begin(key, host.clock().instant());
    if (pause.isPresent()) {
      return new Outcome.Throttled(pause.get());
    }
    Optional<Passwords.Match> match = host.passwords().check(password, account.passwordHash());
    if (match.isEmpty()) {
      // The attempt stays counted: a busy machine must not make guessing cheaper.
      return new Outcome.Busy();
    }
    boolean factor = hasSecondFactor(account);
    if (match.get() == Passwords.Match.WRONG || (factor && !isRightCode(account, code))) {
      return new Outcome.Refused();
    }
    host.attempts().succeeded(key);
    return renew(
        person.get().session(),
        factor ? Session.Assurance.TWO_FACTORS : Session.Assurance.PASSWORD);
  }

  /** Puts a session under another token, with a new proof. */
  Outcome renew(Session session, Session.Assurance assurance) {
    Token fresh = Token.random(host.random());
    Instant now = host.clock().instant();
    if (!host.sessions().renew(session.id(), fresh.hash(), assurance, now)) {
      return new Outcome.Refused();
    }
    return host.sessions()
        .find(fresh.hash())
        .<Outcome>map(renewed -> new Outcome.SignedIn(fresh, renewed))
        .orElseGet(Outcome.Refused::new);
  }

  /** Ends the session of this device. Nothing happens if there is none. */
  public void signOut(Token token) {
    host.sessions()
        .find(token.hash())
        .ifPresent(session -> host.sessions().end(session.account(), session.id()));
  }

  /** Ends all sessions of an account; answers how many. */
  public int signOutEverywhere(AccountId account) {
    return host.sessions().endAll(account);
  }

  /** The devices on which an account is signed in, the last used first. */
  public List<Session> devices(AccountId account) {
    Instant now = host.clock().instant();
    return host.sessions().of(account).stream().filter(session -> session.isAlive(now)).toList();
  }

  /** Signs out one device; answers whether it was there. */
  public boolean signOutDevice(AccountId account, SessionId session) {
    return host.sessions().end(account, session);
  }

  /** The key of the attempts on an address; a hash, so that no list of addresses comes about. */
  static Token.Hash attemptsOn(EmailAddress email) {
    return Token.Hash.of("sign-in:" + email.key());
  }
}
