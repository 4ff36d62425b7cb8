package io.ktizo.core.account;

import io.ktizo.core.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a person changes about his own account: address, password, second factor, its end.
 *
 * <p>All but the name and the reset ask for a session in which he showed just now who he is ({@link
 * Session#isFresh}); {@link Result#NOT_FRESH} says that a step-up is needed first.
 */
public final class ManagingAccount {
  private final AccountEnvironment host;
  private final Passkeys passkeys;

  /** Managing with these parts, without passkeys. */
  public ManagingAccount(AccountEnvironment host) {
    this(host, Passkeys.none());
  }

  /** Managing with these parts. */
  public ManagingAccount(AccountEnvironment host, Passkeys passkeys) {
    this.host = host;
    this.passkeys = passkeys;
  }

  /** What comes of a change. */
  public enum Result {
    /** Done. */
    DONE,
    /** The person must show first who he is. */
    NOT_FRESH,
    /** The password may not be chosen. */
    WEAK_PASSWORD,
    /** It cannot be an address, or is the present one. */
    NO_ADDRESS,
    /** Not 1 to 100 plain characters. */
    NO_NAME,
    /** The code or token is worth nothing. */
    WRONG_TOKEN,
    /** Too much to do at the moment. */
    BUSY
  }

  /**
   * Corrects the name; needs no fresh proof.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if the account was changed since it was read
   */
  public Result rename(SigningIn.SignedInPerson person, String name) {
    if (!Account.isName(name)) {
      return Result.NO_NAME;
    }
    Account account = person.account();
    host.accounts()
        .save(account.withName(name.strip()), List.of(event(AccountEvents.RENAMED, account.id())));
    return Result.DONE;
  }

  /**
   * Asks for another address. A token goes to the new one, and to the present one a notice with a
   * token that takes the change back for 7 days. Whether the new address has an account is not
   * told.
   */
  public Result requestEmail(SigningIn.SignedInPerson person, String email) {
    if (!isFresh(person)) {
      return Result.NOT_FRESH;
    }
    Optional<EmailAddress> wanted =
        EmailAddress.parse(email).filter(address -> !address.equals(person.account().email()));
    if (wanted.isEmpty()) {
      return Result.NO_ADDRESS;
    }
    Account account = current(person);
    host.accounts()
        .save(
            account.withPendingEmail(wanted.get()),
            List.of(event(AccountEvents.EMAIL_CHANGE_REQUESTED, account.id())));
    return Result.DONE;
  }

  /** Makes the new address the account's, by the token that was sent there. All sessions end. */
  public Result confirmEmail(Token token) {
    Optional<OneTimeToken> right = consume(token, OneTimeToken.Purpose.CONFIRM_EMAIL);
    Optional<Account> account =
        right.flatMap(
            used ->
                accountOf(used)
                    .filter(
                        person ->
                            person.pendingEmail() != null
                                && person.pendingEmail().text().equals(used.detail())));
    if (account.isEmpty()) {
      return Result.WRONG_TOKEN;
    }
    return changeEmail(account.get(), right.map(OneTimeToken::detail).orElse(""));
  }

  /**
   * Gives the account back the address that it had before, by the token that was sent there. All
   * sessions end, and all other tokens are worth nothing: somebody else may hold them. So may he
   * passkeys that were added since the change was asked for; they go.
   */
  public Result revertEmail(Token token) {
    Optional<OneTimeToken> right = consume(token, OneTimeToken.Purpose.REVERT_EMAIL);
    Optional<Account> account = right.flatMap(this::accountOf);
    if (account.isEmpty()) {
      return Result.WRONG_TOKEN;
    }
    host.accounts().revokeTokens(account.get().id(), EnumSet.allOf(OneTimeToken.Purpose.class));
    right.ifPresent(
        used ->
            passkeys.removeAddedSince(
                account.get().id(), used.expiresAt().minus(used.purpose().validity())));
    return changeEmail(account.get(), right.map(OneTimeToken::detail).orElse(""));
  }

  private Result changeEmail(Account account, @org.jspecify.annotations.Nullable String address) {
    Optional<EmailAddress> email = EmailAddress.parse(address == null ? "" : address);
    if (email.isEmpty()) {
      return Result.WRONG_TOKEN;
    }
    try {
      host.accounts()
          .save(
              account.withEmail(email.get(), host.clock().instant()),
              List.of(event(AccountEvents.EMAIL_CHANGED, account.id())));
    } catch (EmailTakenException e) {
      // Somebody registered with it meanwhile; to say so would say who has an account.
      return Result.WRONG_TOKEN;
    }
    host.accounts().revokeTokens(account.id(), EnumSet.of(OneTimeToken.Purpose.RESET_PASSWORD));
    host.sessions().endAll(account.id());
    return Result.DONE;
  }

  /** Sets another password. All other devices are signed out. */
  public Result changePassword(SigningIn.SignedInPerson person, String password) {
    if (!isFresh(person)) {
      return Result.NOT_FRESH;
    }
    Account account = current(person);
    Result result = setPassword(account, password);
    if (result == Result.DONE) {
      host.sessions().endOthers(account.id(), person.session().id());
    }
    return result;
  }

  private Result setPassword(Account account, String password) {
    if (!host.rules().faults(password, account.email(), account.name()).isEmpty()) {
      return Result.WEAK_PASSWORD;
    }
    Optional<String> hash = host.passwords().hash(password);
    if (hash.isEmpty()) {
      return Result.BUSY;
    }
    host.accounts()
        .save(
            account.withPassword(hash.get()),
            List.of(event(AccountEvents.PASSWORD_CHANGED, account.id())));
    host.accounts()
        .revokeTokens(
            account.id(),
            EnumSet.of(OneTimeToken.Purpose.RESET_PASSWORD, OneTimeToken.Purpose.SECOND_FACTOR));
    return Result.DONE;
  }

  /**
   * Asks for a mail with which a new password can be set. Never locked by failed sign-ins, so that
   * nobody can be shut out of his account; answered alike, and in the same time, whether or not the
   * address has an account.
   *
   * @return how long to wait if the network address has asked for too much
   */
  public Optional<Duration> requestReset(String email, String address) {
    Optional<Duration> wait = host.throttle().take(address);
    if (wait.isPresent()) {
      return wait;
    }
    Optional<Account> account =
        EmailAddress.parse(email)
            .flatMap(host.accounts()::findByEmail)
            .filter(found -> found.state() == Account.State.OPEN);
    host.accounts()
        .tell(
            List.of(
                account
                    .map(found -> event(AccountEvents.RESET_REQUESTED, found.id()))
                    .orElseGet(
                        () ->
                            event(
                                AccountEvents.RESET_REQUESTED_FOR_NOBODY,
                                AccountId.FORM.next(host.ids())))));
    return Optional.empty();
  }

  /**
   * Sets a new password by the token from the mail. All sessions end; the count of failed attempts
   * begins anew; the address is proven by the way. A second factor stays.
   */
  public Result reset(Token token, String password) {
    Instant now = host.clock().instant();
    Optional<OneTimeToken> right = consume(token, OneTimeToken.Purpose.RESET_PASSWORD);
    Optional<Account> account =
        right.flatMap(this::accountOf).filter(found -> found.state() == Account.State.OPEN);
    if (account.isEmpty()) {
      return Result.WRONG_TOKEN;
    }
    Account person =
        account.get().verifiedAt() == null ? account.get().verified(now) : account.get();
    Result result = setPassword(person, password);
    if (result == Result.DONE) {
      host.sessions().endAll(person.id());
      host.attempts().succeeded(SigningIn.attemptsOn(person.email()));
    } else {
      // The person may try another password with the same mail.
      right.ifPresent(unused -> host.accounts().issue(unused, now));
    }
    return result;
  }

  /**
   * Closes the account: sessions and tokens end at once, and the event begins the erasure.
   *
   * @return {@link Result#NOT_FRESH} or {@link Result#DONE}
   */
  public Result close(SigningIn.SignedInPerson person) {
    if (!isFresh(person)) {
      return Result.NOT_FRESH;
    }
    Account account = current(person);
    host.accounts()
        .save(
            account.withState(Account.State.CLOSED).withPendingEmail(null),
            List.of(event(AccountEvents.CLOSED, account.id())));
    host.accounts().revokeTokens(account.id(), EnumSet.allOf(OneTimeToken.Purpose.class));
    host.sessions().endAll(account.id());
    return Result.DONE;
  }

  /**
   * A secret for an authenticator app, shown this once; it protects nothing until a code confirms
   * it.
   *
   * @param secret base 32, to be typed
   * @param uri for a QR code
   */
  public record Enrolment(String secret, String uri) {
    /** Without the secret. */
    @Override
    public String toString() {
      return "Enrolment[…]";
    }
  }

  /** Begins to set up a second factor, or nothing if the person must show first who he is. */
  public Optional<Enrolment> beginSecondFactor(SigningIn.SignedInPerson person) {
    Account account = current(person);
    if (!isFresh(person) || account.activeFactor().isPresent()) {
      return Optional.empty();
    }
    byte[] secret = Totp.newSecret(host.random());
    String sealed =
        Base64.getEncoder()
            .encodeToString(host.secrets().seal(secret, factorContext(account.id())));
    host.accounts().save(account.withFactor(new Account.SecondFactor(sealed, false, 0)), List.of());
    return Optional.of(
        new Enrolment(
            Totp.base32(secret), Totp.uri(host.issuer(), account.email().text(), secret)));
  }

  /**
   * Confirms the second factor by a code of the app.
   *
   * @return recovery codes, shown this once, of which each replaces the app once; empty if the code
   *     was wrong or nothing was begun
   */
  public List<String> confirmSecondFactor(SigningIn.SignedInPerson person, String code) {
    Account account = current(person);
    Account.SecondFactor begun = account.totp();
    if (!isFresh(person) || begun == null || begun.confirmed()) {
      return List.of();
    }
    byte[] secret = secretOf(host, account.id(), begun);
    OptionalLong step = Totp.matchingStep(secret, code, host.clock().instant(), 0);
    if (step.isEmpty()) {
      return List.of();
    }
    host.accounts()
        .save(
            account.withFactor(
                new Account.SecondFactor(begun.sealedSecret(), true, step.getAsLong())),
            List.of(event(AccountEvents.SECOND_FACTOR_CHANGED, account.id())));
    host.sessions().endOthers(account.id(), person.session().id());
    return RecoveryCodes.replace(host, account.id());
  }

  /** New recovery codes in place of all old ones; empty if the person must show first who he is. */
  public List<String> renewRecoveryCodes(SigningIn.SignedInPerson person) {
    return isFresh(person)
            && (current(person).activeFactor().isPresent()
                || !passkeys.of(person.account().id()).isEmpty())
        ? RecoveryCodes.replace(host, person.account().id())
        : List.of();
  }

  /**
   * Removes the authenticator app. Refused to those who must have a second factor and have no
   * passkey.
   */
  public Result removeSecondFactor(SigningIn.SignedInPerson person) {
    Account account = current(person);
    boolean another = !passkeys.of(account.id()).isEmpty();
    if (!isFresh(person) || (account.needsSecondFactor() && !another)) {
      return Result.NOT_FRESH;
    }
    host.accounts()
        .save(
            account.withFactor(null),
            List.of(event(AccountEvents.SECOND_FACTOR_CHANGED, account.id())));
    if (!another) {
      host.accounts().replaceRecoveryCodes(account.id(), List.of());
    }
    return Result.DONE;
  }

  private static String factorContext(AccountId account) {
    return "accounts.totp_secret:" + account;
  }

  static byte[] secretOf(AccountEnvironment host, AccountId account, Account.SecondFactor factor) {
    return host.secrets()
        .open(Base64.getDecoder().decode(factor.sealedSecret()), factorContext(account));
  }

  private boolean isFresh(SigningIn.SignedInPerson person) {
    return person.session().isFresh(host.clock().instant());
  }

  /** As it is now: what the session was opened with may be old. */
  private Account current(SigningIn.SignedInPerson person) {
    return host.accounts()
        .find(person.account().id())
        .orElseThrow(() -> new IllegalStateException(person.account().id() + " is gone"));
  }

  private Optional<OneTimeToken> consume(Token token, OneTimeToken.Purpose purpose) {
    return host.accounts().consume(token.hash(), purpose, host.clock().instant());
  }

  private Optional<Account> accountOf(OneTimeToken token) {
    return Optional.ofNullable(token.account()).flatMap(host.accounts()::find);
  }

  private Event event(String type, AccountId account) {
    return AccountEvents.of(host.ids(), host.clock(), type, account);
  }
}
