package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.nulabinc.zxcvbn.StandardDictionaries;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cases A04 to A06: which passwords may be chosen, and how they are kept. */
class PasswordTest {
  private static final EmailAddress EMAIL = new EmailAddress("erika.mustermann@example.org");
  private final Passwords cheap =
      new Passwords(new Passwords.Cost(64, 1), 2, Duration.ofSeconds(20), new Random(1));
  private final PasswordRules rules = new PasswordRules(new CommonPasswords(), Set.of("ktizo"));

  @Test
  void a06_hashes_are_phc_strings_of_argon2id_with_a_salt_each() {
    Passwords real =
        new Passwords(Passwords.Cost.DEFAULT, 2, Duration.ofSeconds(20), new Random(1));
    String one = real.hash("correct horse").orElseThrow();
    String two = real.hash("correct horse").orElseThrow();
    assertThat(one)
        .matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
    assertThat(two).isNotEqualTo(one);
    assertThat(real.check("correct horse", one)).contains(Passwords.Match.RIGHT);
    assertThat(real.check("correct horsf", one)).contains(Passwords.Match.WRONG);
  }

  /**
   * A hash of the reference implementation's own test (P-H-C/phc-winner-argon2, src/test.c:
   * argon2id, version 19, t=2, m=2^8, p=1, password "password", salt "somesalt").
   */
  @Test
  void the_library_computes_what_the_reference_implementation_computes() {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(256)
            .withIterations(2)
            .withParallelism(1)
            .withSalt("somesalt".getBytes(java.nio.charset.StandardCharsets.US_ASCII))
            .build());
    byte[] hash = new byte[32];
    generator.generateBytes("password".toCharArray(), hash);
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo("9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
  }

  @Test
  void a06_hashes_of_lesser_cost_are_right_but_weak() {
    String old = cheap.hash("correct horse").orElseThrow();
    Passwords today =
        new Passwords(new Passwords.Cost(128, 2), 2, Duration.ofSeconds(20), new Random(1));
    assertThat(today.check("correct horse", old)).contains(Passwords.Match.RIGHT_BUT_WEAK);
    assertThat(today.check("wrong", old)).contains(Passwords.Match.WRONG);
  }

  @Test
  void a04_nothing_is_cut_off_and_everything_counts() {
    String seventyTwo = "x".repeat(72);
    assertThat(cheap.check(seventyTwo + "b", cheap.hash(seventyTwo + "a").orElseThrow()))
        .contains(Passwords.Match.WRONG);
    String nul = "before\0after";
    assertThat(cheap.check("before", cheap.hash(nul).orElseThrow()))
        .contains(Passwords.Match.WRONG);
    assertThat(cheap.check(nul, cheap.hash(nul).orElseThrow())).contains(Passwords.Match.RIGHT);
    String emoji = "🙂".repeat(128);
    assertThat(cheap.check(emoji, cheap.hash(emoji).orElseThrow())).contains(Passwords.Match.RIGHT);
    assertThat(cheap.check("Grüße".repeat(3), cheap.hash("Gru\u0308ße".repeat(3)).orElseThrow()))
        .as("the same letters from another keyboard")
        .contains(Passwords.Match.RIGHT);
  }

  @Test
  void a04_what_is_too_long_is_never_hashed() {
    String hash = cheap.hash("correct horse").orElseThrow();
    Passwords costly =
        new Passwords(new Passwords.Cost(64, 1), 1, Duration.ofMillis(1), new Random(1));
    String megabyte = "x".repeat(1 << 20);
    assertThat(costly.check(megabyte, hash)).contains(Passwords.Match.WRONG);
    assertThatIllegalArgumentException().isThrownBy(() -> costly.hash(megabyte));
    assertThat(rules.faults(megabyte, EMAIL, "E")).containsExactly(PasswordRules.Fault.TOO_LONG);
    assertThat(rules.faults("🙂a".repeat(64) + "x", EMAIL, "E"))
        .containsExactly(PasswordRules.Fault.TOO_LONG);
  }

  @Test
  void only_so_many_hashes_run_at_once() throws InterruptedException {
    Passwords slow =
        new Passwords(new Passwords.Cost(32_768, 8), 1, Duration.ofMillis(1), new Random(1));
    CountDownLatch begun = new CountDownLatch(1);
    Thread holder =
        Thread.startVirtualThread(
            () -> {
              begun.countDown();
              assertThat(slow.hash("correct horse")).isPresent();
            });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    while (holder.isAlive()) {
      if (slow.checkNobody("x".repeat(20)).isEmpty()) {
        holder.join();
        return;
      }
    }
    throw new AssertionError("a second hash ran beside the first");
  }

  @ParameterizedTest
  @CsvSource({
    "1234567,TOO_SHORT",
    "password,COMMON",
    "Password1,COMMON",
    "princess,COMMON",
    "iloveyou,COMMON",
    "qwertyuiop,COMMON",
    "dragon2026!,COMMON",
    "aaaaaaaaaaaa,REPETITIVE",
    "abababababab,REPETITIVE",
    "mustermann1,PERSONAL",
    "Erika2026!!,PERSONAL",
    "erika.mustermann@example.org,PERSONAL",
    "ktizo123456,PERSONAL"
  })
  void a05_what_anybody_would_try_first_is_refused(String password, PasswordRules.Fault fault) {
    assertThat(rules.faults(password, EMAIL, "Erika Mustermann")).contains(fault);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse battery staple",
        "gnorf-tiluk-9",
        "erika kauft sieben blaue eimer",
        "        ö",
        "🙂🎉🚀🦆🐘🌵🍉🧀",
        "12 Klöße am Freitag"
      })
  void everything_else_may_be_chosen(String password) {
    assertThat(rules.faults(password, EMAIL, "Erika Mustermann")).isEmpty();
  }

  @Test
  void a05_the_3000_most_frequent_are_refused() throws IOException {
    List<String> tops =
        StandardDictionaries.PASSWORDS_LOADER.load().getFrequencies().subList(0, 3_000);
    assertThat(tops)
        .contains("password", "12345678", "trustno1")
        .allSatisfy(top -> assertThat(rules.faults(top, EMAIL, "Erika")).isNotEmpty());
  }
}
