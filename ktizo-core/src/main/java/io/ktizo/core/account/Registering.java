package io.ktizo.core.account;

import io.ktizo.core.event.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Becoming a member: an account, then the proof of its address.
 *
 * <p>Nobody learns here whether an address has an account: registering with one that has is
 * answered like any other, takes as long, and sends its owner a mail that says so.
 */
public final class Registering {
  private final AccountEnvironment host;

  /** Registering with these parts. */
  public Registering(AccountEnvironment host) {
    this.host = host;
  }

  /**
   * What a person fills in.
   *
   * @param email as typed
   * @param name as typed
   * @param password as typed
   * @param oldEnough whether he confirms to be 16 or older; no birth date is asked for
   * @param address network address, for the throttle
   */
  public record Request(
      String email, String name, String password, boolean oldEnough, String address) {
    /** Without what was typed. */
    @Override
    public String toString() {
      return "Registering.Request[…]";
    }
  }

  /** What comes of it. */
  public sealed interface Outcome {
    /** A mail is on its way, to whoever has the address. */
    record Accepted() implements Outcome {}

    /**
     * Something has to be filled in otherwise.
     *
     * @param faults all of them
     */
    record Refused(List<Fault> faults) implements Outcome {
      public Refused {
        faults = List.copyOf(faults);
      }
    }

    /** Too many attempts. */
    record Throttled(Duration pause) implements Outcome {}

    /** Too much to do at the moment. */
    record Busy() implements Outcome {}
  }

  /** What can be wrong with a request. */
  public sealed interface Fault {
    /** It cannot be an e-mail address. */
    record NoAddress() implements Fault {}

    /** Not 1 to 100 plain characters. */
    record NoName() implements Fault {}

    /** The age is not confirmed. */
    record TooYoung() implements Fault {}

    /** The password may not be chosen. */
    record WeakPassword(PasswordRules.Fault why) implements Fault {}
  }

  /** Registers a person. */
  public Outcome register(Request request) {
    Optional<Duration> wait = host.throttle().take(request.address());
    if (wait.isPresent()) {
      return new Outcome.Throttled(wait.get());
    }
    Optional<EmailAddress> email = EmailAddress.parse(request.email());
    List<Fault> faults = new ArrayList<>();
    if (email.isEmpty()) {
      faults.add(new Fault.NoAddress());
    }
    if (!Account.isName(request.name())) {
      faults.add(new Fault.NoName());
    }
    if (!request.oldEnough()) {
      faults.add(new Fault.TooYoung());
    }
    email.ifPresent(
        address ->
            host.rules()
                .faults(request.password(), address, request.name())
                .forEach(fault -> faults.add(new Fault.WeakPassword(fault))));
    if (email.isEmpty() || !faults.isEmpty()) {
      return new Outcome.Refused(faults);
    }
    Optional<String> hash = host.passwords().hash(request.password());
    if (hash.isEmpty()) {
      return new Outcome.Busy();
    }
    keep(email.get(), request.name(), hash.get());
    return new Outcome.Accepted();
  }

  private void keep(EmailAddress email, String name, String hash) {
    Instant now = host.clock().instant();
    Account account =
        new Account(
            AccountId.FORM.next(host.ids()),
            1,
            email,
            null,
            name.strip(),
            hash,
            Account.State.OPEN,
            PlatformRole.CUSTOMER,
            now,
            now,
            null,
            null);
    Optional<Account> existing = host.accounts().findByEmail(email);
    // The same work is done either way, so that time tells nothing.
    if (existing.isPresent()) {
      again(existing.get());
    } else if (!host.accounts().add(account, List.of(event(AccountEvents.REGISTERED, account)))) {
      host.accounts().findByEmail(email).ifPresent(this::again);
    }
  }

  private void again(Account existing) {
    // Whoever never proved the address gets the first mail again, the others a notice.
    String type =
        existing.verifiedAt() == null ? AccountEvents.REGISTERED : AccountEvents.REGISTERED_AGAIN;
    host.accounts().tell(List.of(event(type, existing)));
  }

  private Event event(String type, Account account) {
    return AccountEvents.of(host.ids(), host.clock(), type, account.id());
  }

  /**
   * Proves the address by the token from the mail.
   *
   * @return the account, or nothing if the token is worth nothing (any more)
   */
  public Optional<Account> verify(Token token) {
    return host.accounts()
        .consume(token.hash(), OneTimeToken.Purpose.VERIFY_EMAIL, host.clock().instant())
        .flatMap(right -> Optional.ofNullable(right.account()))
        .flatMap(host.accounts()::find)
        .map(
            account ->
                account.verifiedAt() != null
                    ? account
                    : host.accounts()
                        .save(
                            account.verified(host.clock().instant()),
                            List.of(event(AccountEvents.VERIFIED, account))));
  }

  /**
   * A token for the first administrator, to be shown on the operator's console alone; nothing if
   * there is an administrator already. It is good for 15 minutes and one use.
   */
  public Optional<Token> firstAdministratorToken() {
    if (host.accounts().hasAdministrator()) {
      return Optional.empty();
    }
    Token token = Token.random(host.random());
    Instant now = host.clock().instant();
    OneTimeToken.Purpose purpose = OneTimeToken.Purpose.FIRST_ADMINISTRATOR;
    host.accounts()
        .issue(
            new OneTimeToken(token.hash(), purpose, null, now.plus(purpose.validity()), null), now);
    return Optional.of(token);
  }

  /**
   * Makes an account the first administrator's. All its sessions end.
   *
   * @return whether the token was worth something, the account can be used, and there was none
   *     before
   */
  public boolean becomeFirstAdministrator(Token token, AccountId id) {
    Optional<Account> account = host.accounts().find(id).filter(Account::isUsable);
    boolean done =
        account.isPresent()
            && host.accounts()
                .becomeFirstAdministrator(
                    token.hash(),
                    account.get().withRole(PlatformRole.ADMINISTRATOR),
                    List.of(event(AccountEvents.ROLE_CHANGED, account.get())),
                    host.clock().instant());
    if (done) {
      host.sessions().endAll(id);
    }
    return done;
  }
}
