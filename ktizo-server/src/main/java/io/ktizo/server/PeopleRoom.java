package io.ktizo.server;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountEnvironment;
import io.ktizo.core.account.AccountEvents;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.AccountMailing;
import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.CommonPasswords;
import io.ktizo.core.account.IssuingApiKeys;
import io.ktizo.core.account.ManagingAccount;
import io.ktizo.core.account.ManagingMembers;
import io.ktizo.core.account.PasswordRules;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.Registering;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.account.SigningIn;
import io.ktizo.core.account.Token;
import io.ktizo.core.account.UsingPasskeys;
import io.ktizo.core.event.Event;
import io.ktizo.core.job.Jobs;
import io.ktizo.core.store.JdbcAccounts;
import io.ktizo.core.store.JdbcApiKeys;
import io.ktizo.core.store.JdbcPasskeys;
import io.ktizo.core.store.JdbcSessions;
import io.ktizo.core.store.JdbcSignInAttempts;
import io.ktizo.core.store.JdbcStaffLooks;
import io.ktizo.server.http.AccountEndpoints;
import io.ktizo.server.http.ApiKeyEndpoints;
import io.ktizo.server.http.Doorkeeper;
import io.ktizo.server.http.MemberEndpoints;
import io.ktizo.server.http.OperationEndpoints;
import io.ktizo.server.http.PasskeyEndpoints;
import io.ktizo.server.http.RegistrationEndpoints;
import io.ktizo.server.http.Route;
import io.ktizo.server.http.SessionCookie;
import io.ktizo.server.http.SessionEndpoints;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** People: their accounts, how they sign in, their keys, and what staff do about them. */
final class PeopleRoom {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** No server answers so much in a second. */
  private static final int ENOUGH_FOR_ALL = 10_000_000;

  private final InstantSource clock;
  private final AccountEnvironment accounts;
  private final JdbcApiKeys keys;
  private final AccountMailing mailing;
  private final Registering registering;
  private final Doorkeeper door;
  private final List<Route> routes;

  private PeopleRoom(
      InstantSource clock,
      AccountEnvironment accounts,
      JdbcApiKeys keys,
      AccountMailing mailing,
      Registering registering,
      Doorkeeper door,
      List<Route> routes) {
    this.clock = clock;
    this.accounts = accounts;
    this.keys = keys;
    this.mailing = mailing;
    this.registering = registering;
    this.door = door;
    this.routes = routes;
  }

  static PeopleRoom open(
      Foundation foundation,
      ServerKeys secrets,
      KtizoServer.People rules,
      UsingPasskeys.Site site) {
    InstantSource clock = foundation.clock();
    AccountEnvironment environment =
        new AccountEnvironment(
            new JdbcAccounts(foundation.database(), foundation.outbox()),
            new JdbcSessions(foundation.database()),
            new JdbcSignInAttempts(foundation.database()),
            new AddressThrottle(rules.throttle(), clock),
            new Passwords(
                rules.passwords(),
                secrets.pepper(),
                Runtime.getRuntime().availableProcessors(),
                PATIENCE,
                foundation.random()),
            new PasswordRules(new CommonPasswords(), List.of("ktizo")),
            secrets.box(),
            foundation.ids(),
            clock,
            foundation.random(),
            "KTIZO");
    JdbcApiKeys keys = new JdbcApiKeys(foundation.database());
    IssuingApiKeys issuing =
        new IssuingApiKeys(
            keys, environment.accounts(), foundation.ids(), clock, foundation.random());
    JdbcPasskeys passkeys = new JdbcPasskeys(foundation.database());
    SigningIn signingIn = new SigningIn(environment, passkeys);
    JdbcStaffLooks looks = new JdbcStaffLooks(foundation.database(), foundation.ids());
    SessionCookie cookie = new SessionCookie(rules.secureCookie());
    Doorkeeper door =
        new Doorkeeper(
            signingIn,
            issuing,
            looks,
            clock,
            cookie,
            new AddressThrottle(misses(rules.throttle()), clock),
            secrets.edge().key("tags of the edge"));
    Registering registering = new Registering(environment);
    ManagingAccount managing = new ManagingAccount(environment, passkeys);
    SessionEndpoints sessions = new SessionEndpoints(signingIn, door, cookie);
    List<Route> routes =
        Stream.of(
                new RegistrationEndpoints(registering, managing).routes(),
                sessions.routes(),
                new PasskeyEndpoints(new UsingPasskeys(environment, passkeys, site), sessions, door)
                    .routes(),
                new AccountEndpoints(environment.accounts(), managing, registering, looks, cookie)
                    .routes(),
                new ApiKeyEndpoints(issuing).routes(),
                new MemberEndpoints(
                        environment.accounts(), new ManagingMembers(environment, looks), looks)
                    .routes(),
                new OperationEndpoints(foundation.outbox()).routes())
            .flatMap(List::stream)
            .toList();
    return new PeopleRoom(
        clock,
        environment,
        keys,
        new AccountMailing(environment, rules.mailer()),
        registering,
        door,
        routes);
  }

  /** The accounts of all people. */
  Accounts accounts() {
    return accounts.accounts();
  }

  /** How often one may ask for what is not there: ten times as often as one may try to get in. */
  private static AddressThrottle.Limits misses(AddressThrottle.Limits attempts) {
    return new AddressThrottle.Limits(
        10 * attempts.perAddress(),
        10 * attempts.perAddressMinute(),
        // What others do must not keep anybody from his own things.
        ENOUGH_FOR_ALL,
        ENOUGH_FOR_ALL,
        attempts.remembered());
  }

  Doorkeeper door() {
    return door;
  }

  AccountMailing mailing() {
    return mailing;
  }

  List<Route> routes() {
    return routes;
  }

  /** For the operator's console alone; nothing if there is an administrator already. */
  Optional<Token> firstAdministratorToken() {
    return registering.firstAdministratorToken();
  }

  /** In a demo: an account for each role on the platform, whose password everybody knows. */
  void openDemoAccounts() {
    for (PlatformRole role : PlatformRole.values()) {
      var unused = openDemoAccount(DemoAccount.of(role), role);
    }
    for (ShopRole role : ShopRole.values()) {
      var unused = openDemoAccount(DemoAccount.of(role));
    }
  }

  /** In a demo: an account without a role on the platform; the one that is there, if it is. */
  AccountId openDemoAccount(DemoAccount person) {
    return openDemoAccount(person, PlatformRole.CUSTOMER);
  }

  private AccountId openDemoAccount(DemoAccount person, PlatformRole role) {
    Optional<Account> known = accounts.accounts().findByEmail(person.email());
    if (known.isPresent()) {
      if (known.get().state() == Account.State.DISABLED) {
        change(known.get(), Account.State.OPEN);
      }
      return known.get().id();
    }
    Instant now = clock.instant();
    AccountId id = AccountId.FORM.next(accounts.ids());
    boolean added =
        accounts
            .accounts()
            .add(
                new Account(
                    id,
                    1,
                    person.email(),
                    null,
                    person.name(),
                    accounts.passwords().hash(DemoAccount.PASSWORD).orElseThrow(),
                    Account.State.OPEN,
                    role,
                    now,
                    now,
                    now,
                    null),
                List.of());
    // Another instance on the same database may have been faster.
    return added ? id : openDemoAccount(person, role);
  }

  /** Outside a demo, nobody gets in with a password that everybody knows. */
  void shutDemoAccounts() {
    Stream.concat(
            Arrays.stream(PlatformRole.values()).map(DemoAccount::of),
            Arrays.stream(ShopRole.values()).map(DemoAccount::of))
        .forEach(this::shutDemoAccount);
  }

  private void shutDemoAccount(DemoAccount person) {
    accounts
        .accounts()
        .findByEmail(person.email())
        .filter(account -> account.state() == Account.State.OPEN)
        .ifPresent(
            account -> {
              change(account, Account.State.DISABLED);
              accounts.sessions().endAll(account.id());
            });
  }

  private void change(Account account, Account.State state) {
    Account changed =
        new Account(
            account.id(),
            account.version(),
            account.email(),
            account.pendingEmail(),
            account.name(),
            account.passwordHash(),
            state,
            account.role(),
            account.ageConfirmedAt(),
            account.createdAt(),
            account.verifiedAt(),
            account.totp());
    accounts.accounts().save(changed, List.of());
  }

  /** What has to be swept up from time to time. */
  void schedule(Jobs.Builder jobs) {
    jobs.every("people-sweep", Duration.ofMinutes(10), this::sweep);
  }

  private void sweep() {
    Instant now = clock.instant();
    accounts.sessions().removeOver(now.minus(Session.ABSOLUTE), now.minus(Session.IDLE));
    accounts.attempts().removeForgotten(now);
  }

  /** An account that is no longer open has no keys. */
  void endOfKeys(Event event) {
    if (event.type().equals(AccountEvents.CLOSED)) {
      keys.removeAll(AccountId.FORM.parse(event.about()));
    }
  }
}
