package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.event.Delivery;
import io.ktizo.core.event.DeliveryRules;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.event.Outbox;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.store.MemoryAccounts;
import io.ktizo.core.store.MemoryApiKeys;
import io.ktizo.core.store.MemorySessions;
import io.ktizo.core.store.MemorySignInAttempts;
import io.ktizo.core.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** People and all that they need to sign in, on the given stores, with time that a test moves. */
final class AccountFixture {
  static final String PASSWORD = "correct horse battery staple";
  private static final AddressThrottle.Limits GENEROUS =
      new AddressThrottle.Limits(1_000_000, 1_000_000, 1_000_000, 1_000_000, 100);

  final SettableClock clock = SettableClock.atNoon();
  final IdGenerator ids = new TimeOrderedIds(clock, new Random(11));
  final Random random = new Random(5);
  final Outbox outbox;
  final AccountEnvironment host;
  final Registering registering;
  final SigningIn signingIn;
  final ManagingAccount managing;
  final IssuingApiKeys apiKeys;
  final List<AccountMail> mails = new ArrayList<>();
  private final Delivery delivery;

  /** In memory, with hashes that cost next to nothing. */
  static AccountFixture inMemory() {
    return inMemory(GENEROUS);
  }

  static AccountFixture inMemory(AddressThrottle.Limits limits) {
    MemoryOutbox outbox = new MemoryOutbox();
    return new AccountFixture(
        new MemoryAccounts(outbox),
        new MemorySessions(),
        new MemorySignInAttempts(),
        new MemoryApiKeys(),
        outbox,
        new Passwords.Cost(64, 1),
        limits);
  }

  AccountFixture(
      Accounts accounts,
      Sessions sessions,
      SignInAttempts attempts,
      ApiKeys keys,
      Outbox outbox,
      Passwords.Cost cost,
      AddressThrottle.Limits limits) {
    this.outbox = outbox;
    this.host =
        new AccountEnvironment(
            accounts,
            sessions,
            attempts,
            new AddressThrottle(limits, clock),
            new Passwords(cost, 2, Duration.ofSeconds(20), random),
            new PasswordRules(Set.of("password", "dragon")::contains, Set.of("ktizo")),
            new AesSecretBox(new byte[32], random),
            ids,
            clock,
            random,
            "KTIZO");
    this.registering = new Registering(host);
    this.signingIn = new SigningIn(host);
    this.managing = new ManagingAccount(host);
    this.apiKeys = new IssuingApiKeys(keys, accounts, ids, clock, random);
    this.delivery =
        new Delivery(outbox, new AccountMailing(host, mails::add), DeliveryRules.DEFAULT, clock);
  }

  static AddressThrottle.Limits generous() {
    return GENEROUS;
  }

  /** Sends what is due and answers the mails sent since the last call. */
  List<AccountMail> mail() {
    mails.clear();
    while (delivery.deliverDue() > 0) {
      clock.advance(Duration.ofMillis(1));
    }
    return List.copyOf(mails);
  }

  <M extends AccountMail> M theMail(Class<M> type) {
    List<AccountMail> sent = mail();
    assertThat(sent).hasAtLeastOneElementOfType(type);
    return sent.stream().filter(type::isInstance).map(type::cast).findFirst().orElseThrow();
  }

  Registering.Outcome register(String email) {
    return registering.register(
        new Registering.Request(email, "Erika Example", PASSWORD, true, "192.0.2.1"));
  }

  /** Somebody who has proven his address. */
  Account aMember(String email) {
    assertThat(register(email)).isEqualTo(new Registering.Outcome.Accepted());
    return registering.verify(theMail(AccountMail.ProveAddress.class).token()).orElseThrow();
  }

  SigningIn.Outcome signIn(String email, String password) {
    return signingIn.signIn(
        new SigningIn.Request(email, password, "Firefox on Linux", "192.0.2.1"));
  }

  SigningIn.Outcome.SignedIn signedIn(String email) {
    SigningIn.Outcome outcome = signIn(email, PASSWORD);
    assertThat(outcome).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    return (SigningIn.Outcome.SignedIn) outcome;
  }

  SigningIn.SignedInPerson person(Token token) {
    return signingIn.authenticate(token).orElseThrow();
  }

  boolean isAlive(Token token) {
    return signingIn.authenticate(token).isPresent();
  }

  /** The code that an authenticator app shows now. */
  String codeOf(ManagingAccount.Enrolment enrolment, Instant at) {
    return Totp.code(base32(enrolment.secret()), at.getEpochSecond() / 30);
  }

  private static byte[] base32(String text) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    java.math.BigInteger bits = java.math.BigInteger.ZERO;
    for (int at = 0; at < text.length(); at++) {
      bits = bits.shiftLeft(5).or(java.math.BigInteger.valueOf(alphabet.indexOf(text.charAt(at))));
    }
    byte[] bytes = new byte[text.length() * 5 / 8];
    byte[] whole = bits.toByteArray();
    for (int at = 0; at < bytes.length; at++) {
      int from = whole.length - bytes.length + at;
      bytes[at] = from >= 0 ? whole[from] : 0;
    }
    return bytes;
  }
}
