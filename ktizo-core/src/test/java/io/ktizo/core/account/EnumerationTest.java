package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.store.JdbcAccounts;
import io.ktizo.core.store.JdbcApiKeys;
import io.ktizo.core.store.JdbcSessions;
import io.ktizo.core.store.JdbcSignInAttempts;
import io.ktizo.core.testkit.TestDatabase;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Case A01: neither the answers nor the time tell whether an address has an account. On PostgreSQL,
 * known and unknown addresses by turns; 500 samples of each with {@code -Dktizo.long=true}, else
 * 120. Hashes cost less than in production, so that a left-out hash would stand out all the same.
 */
class EnumerationTest {
  private static final int SAMPLES = Boolean.getBoolean("ktizo.long") ? 500 : 120;
  private static final double MOST_MILLIS = 5;

  /** A busy machine adds noise to a round; what really differs does so in each. */
  private static final int ROUNDS = 3;

  @AutoClose
  private static final TestDatabase TEST =
      TestDatabase.create(Dialect.POSTGRESQL).migrated(CoreTables.migrations());

  private static final AccountFixture PEOPLE = people();

  private static AccountFixture people() {
    Database database = TEST.database();
    JdbcOutbox outbox = new JdbcOutbox(database);
    return new AccountFixture(
        new JdbcAccounts(database, outbox),
        new JdbcSessions(database),
        new JdbcSignInAttempts(database),
        new JdbcApiKeys(database),
        outbox,
        new Passwords.Cost(6_144, 1),
        AccountFixture.generous());
  }

  @BeforeAll
  static void knownPeople() {
    String hash = PEOPLE.host.passwords().hash(AccountFixture.PASSWORD).orElseThrow();
    for (int number = 0; number < SAMPLES; number++) {
      for (String kind : List.of("sign-in", "register", "reset")) {
        PEOPLE
            .host
            .accounts()
            .add(
                new Account(
                    AccountId.FORM.next(PEOPLE.ids),
                    1,
                    new EmailAddress(known(kind, number)),
                    null,
                    "Erika",
                    hash,
                    Account.State.OPEN,
                    PlatformRole.CUSTOMER,
                    PEOPLE.clock.instant(),
                    PEOPLE.clock.instant(),
                    PEOPLE.clock.instant(),
                    null),
                List.of());
      }
    }
  }

  private static String known(String kind, int number) {
    return kind + ".known." + number + "@example.org";
  }

  private static String unknown(String kind, int number) {
    return kind + ".other." + number + "@example.org";
  }

  @Test
  void a01_signing_in_with_a_wrong_password() {
    compare(
        "sign-in",
        new SigningIn.Outcome.Refused(),
        email -> PEOPLE.signIn(email, "wrong wrong wrong"),
        true);
  }

  @Test
  void a01_registering() {
    compare("register", new Registering.Outcome.Accepted(), PEOPLE::register, true);
  }

  @Test
  void a01_asking_for_another_password() {
    compare(
        "reset",
        java.util.Optional.empty(),
        email -> PEOPLE.managing.requestReset(email, "192.0.2.1"),
        false);
  }

  private static void compare(
      String kind, Object answer, Function<String, Object> asking, boolean hashes) {
    // The first few are slow for whoever comes first.
    for (int number = 0; number < 20; number++) {
      assertThat(asking.apply("warm-up" + kind + number + "@example.org")).isEqualTo(answer);
    }
    double smallest = Double.MAX_VALUE;
    String seen = "";
    for (int round = 0; round < ROUNDS && smallest >= MOST_MILLIS; round++) {
      PEOPLE.clock.advance(Duration.ofHours(1));
      double[] knownMillis = new double[SAMPLES];
      double[] unknownMillis = new double[SAMPLES];
      for (int number = 0; number < SAMPLES; number++) {
        knownMillis[number] = millis(asking, known(kind, number), answer);
        unknownMillis[number] = millis(asking, unknown(kind, round * SAMPLES + number), answer);
      }
      smallest = Math.min(smallest, Math.abs(median(knownMillis) - median(unknownMillis)));
      seen += " known " + median(knownMillis) + " ms, unknown " + median(unknownMillis) + " ms;";
      if (hashes) {
        assertThat(median(unknownMillis))
            .as("a left-out hash would be seen")
            .isGreaterThan(MOST_MILLIS);
      }
    }
    assertThat(smallest).as("%s:%s", kind, seen).isLessThan(MOST_MILLIS);
  }

  private static double millis(Function<String, Object> asking, String email, Object answer) {
    long start = System.nanoTime();
    Object got = asking.apply(email);
    double millis = (System.nanoTime() - start) / 1e6;
    assertThat(got).isEqualTo(answer);
    return millis;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
