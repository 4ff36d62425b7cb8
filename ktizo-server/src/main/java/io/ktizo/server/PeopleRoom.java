package io.ktizo.server;

import io.ktizo.core.account.AccountEnvironment;
import io.ktizo.core.account.AccountEvents;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.AccountMailing;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.AesSecretBox;
import io.ktizo.core.account.CommonPasswords;
import io.ktizo.core.account.IssuingApiKeys;
import io.ktizo.core.account.PasswordRules;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.SigningIn;
import io.ktizo.core.event.Event;
import io.ktizo.core.job.Jobs;
import io.ktizo.core.store.JdbcAccounts;
import io.ktizo.core.store.JdbcApiKeys;
import io.ktizo.core.store.JdbcSessions;
import io.ktizo.core.store.JdbcSignInAttempts;
import io.ktizo.core.store.JdbcStaffLooks;
import io.ktizo.server.http.Doorkeeper;
import io.ktizo.server.http.Route;
import io.ktizo.server.http.SessionCookie;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** People: their accounts, how they sign in, their keys, and what staff do about them. */
final class PeopleRoom {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final InstantSource clock;
  private final AccountEnvironment accounts;
  private final JdbcApiKeys keys;
  private final AccountMailing mailing;
  private final Doorkeeper door;
  private final List<Route> routes;

  private PeopleRoom(
      InstantSource clock,
      AccountEnvironment accounts,
      JdbcApiKeys keys,
      AccountMailing mailing,
      Doorkeeper door,
      List<Route> routes) {
    this.clock = clock;
    this.accounts = accounts;
    this.keys = keys;
    this.mailing = mailing;
    this.door = door;
    this.routes = routes;
  }

  static PeopleRoom open(Foundation foundation, Secrets secrets, KtizoServer.People rules) {
    InstantSource clock = foundation.clock();
    AccountEnvironment environment =
        new AccountEnvironment(
            new JdbcAccounts(foundation.database(), foundation.outbox()),
            new JdbcSessions(foundation.database()),
            new JdbcSignInAttempts(foundation.database()),
            new AddressThrottle(rules.throttle(), clock),
            new Passwords(
                rules.passwords(),
                Runtime.getRuntime().availableProcessors(),
                PATIENCE,
                foundation.random()),
            new PasswordRules(new CommonPasswords(), List.of("ktizo")),
            new AesSecretBox(secrets.key("second factors"), foundation.random()),
            foundation.ids(),
            clock,
            foundation.random(),
            "KTIZO");
    JdbcApiKeys keys = new JdbcApiKeys(foundation.database());
    IssuingApiKeys issuing =
        new IssuingApiKeys(
            keys, environment.accounts(), foundation.ids(), clock, foundation.random());
    Doorkeeper door =
        new Doorkeeper(
            new SigningIn(environment),
            issuing,
            new JdbcStaffLooks(foundation.database(), foundation.ids()),
            clock,
            new SessionCookie(rules.secureCookie()),
            secrets.key("tags of the edge"));
    return new PeopleRoom(
        clock, environment, keys, new AccountMailing(environment, rules.mailer()), door, List.of());
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
