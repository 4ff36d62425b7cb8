package io.ktizo.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.ApiKey;
import io.ktizo.core.account.ApiKeyId;
import io.ktizo.core.account.ApiKeys;
import io.ktizo.core.account.ApiScope;
import io.ktizo.core.account.CredentialId;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.EmailTakenException;
import io.ktizo.core.account.OneTimeToken;
import io.ktizo.core.account.Passkey;
import io.ktizo.core.account.PasskeyId;
import io.ktizo.core.account.Passkeys;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.SessionId;
import io.ktizo.core.account.Sessions;
import io.ktizo.core.account.SignInAttempts;
import io.ktizo.core.account.StaffLooks;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.EventId;
import io.ktizo.core.event.Outbox;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.StaleVersionException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of accounts promise, wherever they keep them. */
public abstract class AccountStoreContract {
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00.123456Z");
  private final IdGenerator ids = new TimeOrderedIds(InstantSource.fixed(NOON), new Random(2));

  /** A store under test; all of them share one database or memory. */
  protected abstract Accounts accounts();

  /** See {@link #accounts}. */
  protected abstract Sessions sessions();

  /** See {@link #accounts}. */
  protected abstract SignInAttempts attempts();

  /** See {@link #accounts}. */
  protected abstract ApiKeys keys();

  /** See {@link #accounts}. */
  protected abstract StaffLooks looks();

  /** See {@link #accounts}. */
  protected abstract Passkeys passkeys();

  /** Where the accounts tell what happened. */
  protected abstract Outbox outbox();

  /** Removes everything. */
  protected abstract void empty();

  @BeforeEach
  void start() {
    empty();
  }

  private Account account(String email) {
    return new Account(
        AccountId.FORM.next(ids),
        1,
        new EmailAddress(email),
        null,
        "Erika 🙂 Example",
        "$argon2id$…",
        Account.State.OPEN,
        PlatformRole.CUSTOMER,
        NOON,
        NOON,
        null,
        null);
  }

  private Account added(String email) {
    Account account = account(email);
    assertThat(accounts().add(account, List.of())).isTrue();
    return account;
  }

  private Event event(AccountId about) {
    return new Event(EventId.FORM.next(ids), "account-changed", about.toString(), NOON, Map.of());
  }

  private static Account with(
      Account old,
      String email,
      @Nullable String pending,
      Account.State state,
      PlatformRole role,
      @Nullable Instant verifiedAt,
      Account.@Nullable SecondFactor factor) {
    return new Account(
        old.id(),
        old.version(),
        new EmailAddress(email),
        pending == null ? null : new EmailAddress(pending),
        old.name(),
        "another hash",
        state,
        role,
        old.ageConfirmedAt(),
        old.createdAt(),
        verifiedAt,
        factor);
  }

  @Test
  void an_account_is_found_as_it_was_added() {
    Account account = added("Erika@example.org");
    assertThat(accounts().find(account.id())).contains(account);
    assertThat(accounts().findByEmail(new EmailAddress("eRIKA@Example.ORG"))).contains(account);
    assertThat(accounts().find(AccountId.FORM.next(ids))).isEmpty();
    assertThat(accounts().findByEmail(new EmailAddress("e@example.org"))).isEmpty();
  }

  @Test
  void an_address_belongs_to_one_account_and_nothing_is_told_of_the_second() {
    added("erika@example.org");
    Account second = account("ERIKA@example.org");
    assertThat(accounts().add(second, List.of(event(second.id())))).isFalse();
    assertThat(accounts().find(second.id())).isEmpty();
    assertThat(outbox().backlog().events()).isZero();
  }

  @Test
  void of_many_who_want_an_address_one_gets_it() throws InterruptedException {
    assertThat(winnersOf(20, () -> accounts().add(account("erika@example.org"), List.of())))
        .isEqualTo(1);
  }

  @Test
  void a_change_is_kept_under_the_next_version_with_its_events() {
    Account account = added("erika@example.org");
    Account changed =
        with(
            account,
            "new@example.org",
            "pending@example.org",
            Account.State.DISABLED,
            PlatformRole.SUPPORT,
            NOON.plusSeconds(5),
            new Account.SecondFactor("c2VhbGVk", true, 58_000_000L));
    Account saved = accounts().save(changed, List.of(event(account.id())));
    assertThat(saved).isEqualTo(changed.atVersion(2));
    assertThat(accounts().find(account.id())).contains(saved);
    assertThat(accounts().findByEmail(new EmailAddress("erika@example.org"))).isEmpty();
    assertThat(outbox().backlog().events()).isEqualTo(1);
  }

  @Test
  void a_change_of_an_old_version_is_refused_and_not_told() {
    Account account = added("erika@example.org");
    accounts().save(account, List.of());
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> accounts().save(account, List.of(event(account.id()))))
        .satisfies(stale -> assertThat(stale.expected()).isEqualTo(1));
    assertThat(outbox().backlog().events()).isZero();
  }

  @Test
  void of_many_changes_of_one_version_one_is_kept() throws InterruptedException {
    Account account = added("erika@example.org");
    assertThat(
            winnersOf(
                20,
                () -> {
                  try {
                    accounts().save(account, List.of());
                    return true;
                  } catch (StaleVersionException e) {
                    return false;
                  }
                }))
        .isEqualTo(1);
  }

  @Test
  void nobody_gets_an_address_that_somebody_has() {
    added("other@example.org");
    Account account = added("erika@example.org");
    Account greedy =
        with(
            account,
            "Other@example.org",
            null,
            Account.State.OPEN,
            PlatformRole.CUSTOMER,
            null,
            null);
    assertThatExceptionOfType(EmailTakenException.class)
        .isThrownBy(() -> accounts().save(greedy, List.of(event(account.id()))));
    assertThat(accounts().find(account.id())).contains(account);
    assertThat(outbox().backlog().events()).isZero();
  }

  @Test
  void an_administrator_counts_while_the_account_is_open() {
    Account account = added("erika@example.org");
    assertThat(accounts().hasAdministrator()).isFalse();
    Account administrator =
        accounts()
            .save(
                with(
                    account,
                    "erika@example.org",
                    null,
                    Account.State.OPEN,
                    PlatformRole.ADMINISTRATOR,
                    NOON,
                    null),
                List.of());
    assertThat(accounts().hasAdministrator()).isTrue();
    accounts()
        .save(
            with(
                administrator,
                "erika@example.org",
                null,
                Account.State.CLOSED,
                PlatformRole.ADMINISTRATOR,
                NOON,
                null),
            List.of());
    assertThat(accounts().hasAdministrator()).isFalse();
  }

  private OneTimeToken token(@Nullable AccountId account, String secret, Instant expiresAt) {
    return new OneTimeToken(
        new Token(secret).hash(),
        OneTimeToken.Purpose.RESET_PASSWORD,
        account,
        expiresAt,
        account == null ? null : "detail");
  }

  @Test
  void a_token_is_taken_once_for_its_purpose_and_before_its_end() {
    AccountId account = added("erika@example.org").id();
    OneTimeToken token = token(account, "s", NOON.plusSeconds(60));
    accounts().issue(token, NOON);
    OneTimeToken.Purpose purpose = OneTimeToken.Purpose.RESET_PASSWORD;
    assertThat(accounts().consume(token.hash(), OneTimeToken.Purpose.VERIFY_EMAIL, NOON)).isEmpty();
    assertThat(accounts().consume(token.hash(), purpose, NOON.plusSeconds(60))).isEmpty();
    assertThat(accounts().consume(new Token("t").hash(), purpose, NOON)).isEmpty();
    assertThat(accounts().consume(token.hash(), purpose, NOON.plusSeconds(59))).contains(token);
    assertThat(accounts().consume(token.hash(), purpose, NOON)).isEmpty();
  }

  @Test
  void a_token_may_belong_to_nobody() {
    OneTimeToken token = token(null, "s", NOON.plusSeconds(60));
    accounts().issue(token, NOON);
    assertThat(accounts().consume(token.hash(), token.purpose(), NOON)).contains(token);
  }

  @Test
  void of_many_who_show_a_token_one_is_let_in() throws InterruptedException {
    OneTimeToken token = token(added("erika@example.org").id(), "s", NOON.plusSeconds(60));
    accounts().issue(token, NOON);
    assertThat(
            winnersOf(
                20, () -> accounts().consume(token.hash(), token.purpose(), NOON).isPresent()))
        .isEqualTo(1);
  }

  @Test
  void tokens_are_revoked_by_account_and_purpose() {
    AccountId erika = added("erika@example.org").id();
    AccountId other = added("other@example.org").id();
    OneTimeToken hers = token(erika, "a", NOON.plusSeconds(60));
    OneTimeToken his = token(other, "b", NOON.plusSeconds(60));
    accounts().issue(hers, NOON);
    accounts().issue(his, NOON);
    accounts().revokeTokens(erika, Set.of(OneTimeToken.Purpose.CONFIRM_EMAIL));
    accounts().revokeTokens(other, Set.of(OneTimeToken.Purpose.RESET_PASSWORD));
    assertThat(accounts().consume(hers.hash(), hers.purpose(), NOON)).isPresent();
    assertThat(accounts().consume(his.hash(), his.purpose(), NOON)).isEmpty();
  }

  @Test
  void recovery_codes_are_replaced_together_and_used_once() throws InterruptedException {
    AccountId erika = added("erika@example.org").id();
    Token.Hash old = new Token("old").hash();
    Token.Hash fresh = new Token("fresh").hash();
    accounts().replaceRecoveryCodes(erika, List.of(old));
    accounts().replaceRecoveryCodes(erika, List.of(fresh, new Token("second").hash()));
    assertThat(accounts().consumeRecoveryCode(erika, old)).isFalse();
    assertThat(accounts().consumeRecoveryCode(AccountId.FORM.next(ids), fresh)).isFalse();
    assertThat(winnersOf(10, () -> accounts().consumeRecoveryCode(erika, fresh))).isEqualTo(1);
    assertThat(accounts().recoveryCodes(erika)).isEqualTo(1);
  }

  private Session session(AccountId account, String secret, Instant at) {
    return new Session(
        SessionId.FORM.next(ids),
        account,
        new Token(secret).hash(),
        at,
        at,
        Session.Assurance.PASSWORD,
        at,
        "Firefox on Linux");
  }

  @Test
  void a_session_is_found_by_its_token_touched_and_renewed() {
    AccountId erika = added("erika@example.org").id();
    Session session = session(erika, "one", NOON);
    sessions().add(session);
    assertThat(sessions().find(new Token("one").hash())).contains(session);
    assertThat(sessions().find(new Token("two").hash())).isEmpty();

    sessions().touch(session.id(), NOON.plusSeconds(90));
    sessions().touch(session.id(), NOON.plusSeconds(30));
    assertThat(sessions().find(session.hash()).orElseThrow().lastSeenAt())
        .isEqualTo(NOON.plusSeconds(90));

    Instant later = NOON.plusSeconds(200);
    assertThat(
            sessions()
                .renew(session.id(), new Token("two").hash(), Session.Assurance.TWO_FACTORS, later))
        .isTrue();
    assertThat(sessions().find(session.hash())).isEmpty();
    assertThat(sessions().find(new Token("two").hash()))
        .contains(
            new Session(
                session.id(),
                erika,
                new Token("two").hash(),
                NOON,
                later,
                Session.Assurance.TWO_FACTORS,
                later,
                "Firefox on Linux"));
    assertThat(
            sessions()
                .renew(
                    SessionId.FORM.next(ids),
                    new Token("three").hash(),
                    Session.Assurance.PASSWORD,
                    later))
        .isFalse();
  }

  @Test
  void sessions_are_listed_and_ended_by_their_owner() {
    AccountId erika = added("erika@example.org").id();
    AccountId other = added("other@example.org").id();
    Session early = session(erika, "1", NOON);
    Session late = session(erika, "2", NOON.plusSeconds(1));
    Session last = session(erika, "3", NOON.plusSeconds(2));
    Session his = session(other, "4", NOON);
    List.of(late, his, last, early).forEach(sessions()::add);
    assertThat(sessions().of(erika)).containsExactly(last, late, early);
    assertThat(sessions().end(other, early.id())).isFalse();
    assertThat(sessions().end(erika, early.id())).isTrue();
    assertThat(sessions().end(erika, early.id())).isFalse();
    assertThat(sessions().endOthers(erika, last.id())).isEqualTo(1);
    assertThat(sessions().endAll(erika)).isEqualTo(1);
    assertThat(sessions().of(erika)).isEmpty();
    assertThat(sessions().of(other)).containsExactly(his);
  }

  @Test
  void what_is_over_is_removed_by_age_or_idleness() {
    AccountId erika = added("erika@example.org").id();
    Session old = session(erika, "1", NOON.minus(Duration.ofHours(13)));
    Session idle = session(erika, "2", NOON.minus(Duration.ofHours(1)));
    Session alive = session(erika, "3", NOON);
    List.of(old, idle, alive).forEach(sessions()::add);
    sessions().touch(old.id(), NOON);
    assertThat(sessions().removeOver(NOON.minus(Session.ABSOLUTE), NOON.minus(Session.IDLE)))
        .isEqualTo(2);
    assertThat(sessions().of(erika)).containsExactly(alive);
  }

  private Passkey passkey(AccountId account, int credential, Instant at) {
    return new Passkey(
        PasskeyId.FORM.next(ids),
        account,
        new CredentialId(new byte[] {(byte) credential, 2, 3}),
        "pQECAyYgASFYIA==",
        5,
        "Phone 🙂",
        at,
        null);
  }

  @Test
  void passkeys_are_found_by_credential_and_listed_by_account() {
    AccountId erika = added("erika@example.org").id();
    AccountId other = added("other@example.org").id();
    Passkey late = passkey(erika, 1, NOON.plusSeconds(1));
    Passkey early = passkey(erika, 2, NOON);
    Passkey his = passkey(other, 3, NOON);
    assertThat(List.of(late, early, his)).allMatch(passkeys()::add);
    assertThat(passkeys().find(late.credential())).contains(late);
    assertThat(passkeys().find(new CredentialId(new byte[] {9}))).isEmpty();
    assertThat(passkeys().of(erika)).containsExactly(early, late);
    assertThat(passkeys().of(other)).containsExactly(his);
  }

  @Test
  void a_credential_belongs_to_one_passkey() throws InterruptedException {
    AccountId erika = added("erika@example.org").id();
    AccountId other = added("other@example.org").id();
    assertThat(winnersOf(10, () -> passkeys().add(passkey(erika, 1, NOON)))).isEqualTo(1);
    assertThat(passkeys().add(passkey(other, 1, NOON))).isFalse();
    assertThat(passkeys().of(other)).isEmpty();
  }

  @Test
  void a_passkey_counts_upwards_or_not_at_all() throws InterruptedException {
    AccountId erika = added("erika@example.org").id();
    Passkey passkey = passkey(erika, 1, NOON);
    passkeys().add(passkey);
    Instant later = NOON.plusSeconds(5);
    assertThat(passkeys().used(passkey.id(), 5, later)).isFalse();
    assertThat(passkeys().used(passkey.id(), 0, later)).isFalse();
    assertThat(winnersOf(10, () -> passkeys().used(passkey.id(), 6, later))).isEqualTo(1);
    assertThat(passkeys().of(erika))
        .singleElement()
        .satisfies(
            used -> {
              assertThat(used.signCount()).isEqualTo(6);
              assertThat(used.lastUsedAt()).isEqualTo(later);
            });
    Passkey countless =
        new Passkey(
            PasskeyId.FORM.next(ids),
            erika,
            new CredentialId(new byte[] {7}),
            passkey.publicKey(),
            0,
            "Tablet",
            NOON,
            null);
    passkeys().add(countless);
    assertThat(passkeys().used(countless.id(), 0, later)).isTrue();
    assertThat(passkeys().used(countless.id(), 0, later)).isTrue();
    assertThat(passkeys().used(PasskeyId.FORM.next(ids), 9, later)).isFalse();
  }

  @Test
  void passkeys_are_renamed_and_removed_by_their_owner() {
    AccountId erika = added("erika@example.org").id();
    AccountId other = added("other@example.org").id();
    Passkey first = passkey(erika, 1, NOON);
    Passkey second = passkey(erika, 2, NOON.plusSeconds(1));
    Passkey third = passkey(erika, 3, NOON.plusSeconds(2));
    List.of(first, second, third).forEach(passkeys()::add);
    assertThat(passkeys().rename(other, first.id(), "mine")).isFalse();
    assertThat(passkeys().rename(erika, first.id(), "Work")).isTrue();
    assertThat(passkeys().remove(other, first.id())).isFalse();
    assertThat(passkeys().of(erika)).extracting(Passkey::name).startsWith("Work", "Phone 🙂");
    assertThat(passkeys().removeAddedSince(other, NOON)).isZero();
    assertThat(passkeys().removeAddedSince(erika, NOON.plusSeconds(1))).isEqualTo(2);
    assertThat(passkeys().remove(erika, first.id())).isTrue();
    assertThat(passkeys().remove(erika, first.id())).isFalse();
  }

  @Test
  void attempts_are_counted_and_forgotten() {
    Token.Hash key = new Token("erika").hash();
    Token.Hash other = new Token("other").hash();
    assertThat(attempts().begin(key, NOON)).isEmpty();
    assertThat(attempts().begin(key, NOON)).contains(Duration.ofSeconds(1));
    assertThat(attempts().begin(other, NOON)).isEmpty();
    Instant next = NOON.plusSeconds(1);
    assertThat(attempts().begin(key, next)).isEmpty();
    assertThat(attempts().begin(key, next.plusMillis(1_500))).contains(Duration.ofMillis(500));
    attempts().succeeded(key);
    assertThat(attempts().begin(key, next)).isEmpty();
    assertThat(attempts().begin(key, next)).contains(Duration.ofSeconds(1));
    assertThat(attempts().removeForgotten(NOON.plus(SignInAttempts.FORGET))).isEqualTo(1);
    assertThat(attempts().begin(key, next)).contains(Duration.ofSeconds(1));
  }

  @Test
  void of_many_parallel_attempts_one_is_allowed() throws InterruptedException {
    Token.Hash key = new Token("erika").hash();
    assertThat(winnersOf(20, () -> attempts().begin(key, NOON).isEmpty())).isEqualTo(1);
  }

  @Test
  void keys_are_found_listed_touched_and_removed() {
    AccountId erika = added("erika@example.org").id();
    AccountId other = added("other@example.org").id();
    ApiKey first = key(erika, NOON, NOON.plusSeconds(60));
    ApiKey second = key(erika, NOON.plusSeconds(1), null);
    ApiKey his = key(other, NOON, null);
    List.of(first, second, his).forEach(keys()::add);
    assertThat(keys().find(first.id())).contains(first);
    assertThat(keys().find(ApiKeyId.FORM.next(ids))).isEmpty();
    assertThat(keys().of(erika)).containsExactly(second, first);
    keys().touch(first.id(), NOON.plusSeconds(9));
    assertThat(keys().find(first.id()).orElseThrow().lastUsedAt()).isEqualTo(NOON.plusSeconds(9));
    assertThat(keys().remove(other, second.id())).isFalse();
    assertThat(keys().remove(erika, second.id())).isTrue();
    assertThat(keys().removeAll(erika)).isEqualTo(1);
    assertThat(keys().of(erika)).isEmpty();
    assertThat(keys().of(other)).containsExactly(his);
  }

  private ApiKey key(AccountId account, Instant at, @Nullable Instant end) {
    return new ApiKey(
        ApiKeyId.FORM.next(ids),
        account,
        "nightly export",
        new Token("secret").hash(),
        Set.of(ApiScope.QUOTES_READ, ApiScope.SHOP_WRITE),
        at,
        end,
        null);
  }

  @Test
  void looks_of_staff_are_kept_by_person_the_latest_first() {
    AccountId staff = AccountId.FORM.next(ids);
    AccountId erika = AccountId.FORM.next(ids);
    StaffLooks.Look early =
        new StaffLooks.Look(staff, erika, "order", "order_1", "ticket 17", NOON);
    StaffLooks.Look late =
        new StaffLooks.Look(staff, erika, "messages", "order_1", "ticket 17", NOON.plusSeconds(1));
    looks().record(early);
    looks().record(late);
    looks().record(new StaffLooks.Look(staff, staff, "order", "order_2", "ticket 18", NOON));
    assertThat(looks().at(erika, 10)).containsExactly(late, early);
    assertThat(looks().at(erika, 1)).containsExactly(late);
  }

  private static int winnersOf(int rivals, BooleanSupplier attempt) throws InterruptedException {
    CountDownLatch start = new CountDownLatch(1);
    AtomicInteger winners = new AtomicInteger();
    List<Thread> threads =
        IntStream.range(0, rivals)
            .mapToObj(
                ignored ->
                    Thread.startVirtualThread(
                        () -> {
                          try {
                            start.await();
                          } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                          }
                          if (attempt.getAsBoolean()) {
                            winners.incrementAndGet();
                          }
                        }))
            .toList();
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    return winners.get();
  }

  @Test
  void a16_of_all_who_show_the_console_token_at_once_one_is_the_first_administrator()
      throws Exception {
    assertOneAdministratorOf(8, 1);
  }

  @Test
  void a16_of_all_who_show_tokens_of_several_consoles_at_once_one_is_the_first_administrator()
      throws Exception {
    assertOneAdministratorOf(8, 8);
  }

  private void assertOneAdministratorOf(int people, int tokens) throws InterruptedException {
    List<Token.Hash> rights =
        IntStream.range(0, tokens)
            .mapToObj(number -> new Token("administrator " + number).hash())
            .toList();
    rights.forEach(
        right ->
            accounts()
                .issue(
                    new OneTimeToken(
                        right,
                        OneTimeToken.Purpose.FIRST_ADMINISTRATOR,
                        null,
                        NOON.plusSeconds(900),
                        null),
                    NOON));
    List<Account> candidates =
        IntStream.range(0, people).mapToObj(number -> added("p" + number + "@mail.test")).toList();
    AtomicInteger next = new AtomicInteger();

    int made =
        winnersOf(
            people,
            () -> {
              int number = next.getAndIncrement();
              Account candidate = candidates.get(number);
              return accounts()
                  .becomeFirstAdministrator(
                      rights.get(number % tokens),
                      with(
                          candidate,
                          candidate.email().text(),
                          null,
                          Account.State.OPEN,
                          PlatformRole.ADMINISTRATOR,
                          NOON,
                          null),
                      List.of(event(candidate.id())),
                      NOON);
            });

    assertThat(made).as("%d tokens", tokens).isEqualTo(1);
    assertThat(candidates)
        .filteredOn(
            candidate ->
                accounts().find(candidate.id()).orElseThrow().role() == PlatformRole.ADMINISTRATOR)
        .hasSize(1);
    assertThat(rights)
        .allMatch(
            right ->
                accounts()
                    .consume(right, OneTimeToken.Purpose.FIRST_ADMINISTRATOR, NOON)
                    .isEmpty());
  }
}
