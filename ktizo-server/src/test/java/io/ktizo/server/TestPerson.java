package io.ktizo.server;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ApiScope;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.IssuingApiKeys;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.SessionId;
import io.ktizo.core.account.SigningIn;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import io.ktizo.core.store.JdbcAccounts;
import io.ktizo.core.store.JdbcApiKeys;
import io.ktizo.core.store.JdbcSessions;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Somebody who is signed in on one device and has an API key, put into a server's database
 * directly.
 *
 * @param id his account
 * @param cookie header of his browser
 * @param bearer header of his program
 */
public record TestPerson(AccountId id, String cookie, String bearer) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final TimeOrderedIds IDS = new TimeOrderedIds(InstantSource.system(), RANDOM);

  /** A new one whose key may do everything that keys may. */
  public static TestPerson in(Database database, String name) {
    return in(database, name, EnumSet.allOf(ApiScope.class));
  }

  /** A new one whose key may do some things. */
  public static TestPerson in(Database database, String name, Set<ApiScope> scopes) {
    Instant now = Instant.now();
    Account account =
        new Account(
            AccountId.FORM.next(IDS),
            1,
            EmailAddress.parse(name + "-" + IDS.next() + "@example.org").orElseThrow(),
            null,
            name,
            "no password opens it",
            Account.State.OPEN,
            PlatformRole.CUSTOMER,
            now,
            now,
            now,
            null);
    JdbcAccounts accounts = new JdbcAccounts(database, new JdbcOutbox(database));
    if (!accounts.add(account, List.of())) {
      throw new IllegalStateException("the address is taken");
    }
    Session session = session(account, now);
    Token token = token();
    new JdbcSessions(database).add(with(session, token));
    String key =
        new IssuingApiKeys(new JdbcApiKeys(database), accounts, IDS, InstantSource.system(), RANDOM)
            .issue(new SigningIn.SignedInPerson(account, session), "tests", scopes, null)
            .orElseThrow()
            .text();
    return new TestPerson(account.id(), "ktizo-local=" + token.secret(), "Bearer " + key);
  }

  /** The same person on another device. */
  public TestPerson elsewhere(Database database) {
    Account account = new JdbcAccounts(database, new JdbcOutbox(database)).find(id).orElseThrow();
    Token token = token();
    new JdbcSessions(database).add(with(session(account, Instant.now()), token));
    return new TestPerson(id, "ktizo-local=" + token.secret(), bearer);
  }

  private static Token token() {
    byte[] secret = new byte[32];
    RANDOM.nextBytes(secret);
    return new Token(Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  private static Session session(Account account, Instant now) {
    return new Session(
        SessionId.FORM.next(IDS),
        account.id(),
        token().hash(),
        now,
        now,
        Session.Assurance.PASSWORD,
        now,
        "a test");
  }

  private static Session with(Session session, Token token) {
    return new Session(
        session.id(),
        session.account(),
        token.hash(),
        session.createdAt(),
        session.lastSeenAt(),
        session.assurance(),
        session.provenAt(),
        session.device());
  }
}
