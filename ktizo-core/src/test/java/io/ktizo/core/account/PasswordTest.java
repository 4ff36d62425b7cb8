package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
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

  private static byte[] key(int seed) {
    byte[] key = new byte[32];
    new Random(seed).nextBytes(key);
    return key;
  }

  private static Passwords peppered(Pepper pepper) {
    return new Passwords(
        new Passwords.Cost(64, 1), pepper, 2, Duration.ofSeconds(20), new Random(1));
  }

  /** The hash of the JDK's HMAC, computed here by hand, must be what is kept. */
  @Test
  void a_pepper_is_mixed_in_by_hmac_and_named_by_its_id() throws Exception {
    String hash = peppered(Pepper.of("2026-12", key(1))).hash("correct horse").orElseThrow();
    String[] parts = hash.split("\\$", -1);
    assertThat(parts[3]).isEqualTo("m=64,t=1,p=1,keyid=MjAyNi0xMg"); // base 64 of 2026-12

    javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
    mac.init(new javax.crypto.spec.SecretKeySpec(key(1), "HmacSHA256"));
    byte[] mixed = mac.doFinal("correct horse".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(64)
            .withIterations(1)
            .withParallelism(1)
            .withSalt(java.util.Base64.getDecoder().decode(parts[4]))
            .build());
    byte[] expected = new byte[32];
    generator.generateBytes(mixed, expected);
    assertThat(java.util.Base64.getDecoder().decode(parts[5])).isEqualTo(expected);
  }

  @Test
  void without_the_pepper_a_hash_is_worth_nothing() {
    Passwords right = peppered(Pepper.of("a", key(1)));
    String hash = right.hash("correct horse").orElseThrow();
    assertThat(right.check("correct horse", hash)).contains(Passwords.Match.RIGHT);
    assertThat(right.check("correct horsf", hash)).contains(Passwords.Match.WRONG);
    // Another key under the same id: what a thief of the table alone would try.
    assertThat(peppered(Pepper.of("a", key(2))).check("correct horse", hash))
        .contains(Passwords.Match.WRONG);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> peppered(Pepper.of("b", key(1))).check("correct horse", hash));
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> cheap.check("correct horse", hash));
  }

  @Test
  void hashes_without_pepper_and_with_a_former_one_are_right_but_weak() {
    Passwords next = peppered(Pepper.of("b", key(2)).withFormer("a", key(1)));
    String plain = cheap.hash("correct horse").orElseThrow();
    String former = peppered(Pepper.of("a", key(1))).hash("correct horse").orElseThrow();
    for (String old : List.of(plain, former)) {
      assertThat(next.check("correct horse", old)).contains(Passwords.Match.RIGHT_BUT_WEAK);
      assertThat(next.check("wrong", old)).contains(Passwords.Match.WRONG);
    }
    assertThat(next.check("correct horse", next.hash("correct horse").orElseThrow()))
        .contains(Passwords.Match.RIGHT);
  }

  @Test
  void a_sign_in_renews_a_hash_with_a_former_pepper() {
    AccountFixture people = AccountFixture.inMemory();
    Account before = people.aMember("erika@example.org");
    AccountEnvironment old = people.host;
    AccountEnvironment peppered =
        new AccountEnvironment(
            old.accounts(),
            old.sessions(),
            old.attempts(),
            old.throttle(),
            peppered(Pepper.of("2026-12", key(1))),
            old.rules(),
            old.secrets(),
            old.ids(),
            old.clock(),
            old.random(),
            old.issuer());
    SigningIn signingIn = new SigningIn(peppered);
    SigningIn.Request request =
        new SigningIn.Request("erika@example.org", AccountFixture.PASSWORD, "", "192.0.2.1");

    assertThat(before.passwordHash()).doesNotContain("keyid");
    assertThat(signingIn.signIn(request)).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(old.accounts().find(before.id()).orElseThrow().passwordHash())
        .contains(",keyid=MjAyNi0xMg$");
    assertThat(signingIn.signIn(request)).isInstanceOf(SigningIn.Outcome.SignedIn.class);
  }

  @Test
  void a_pepper_wants_a_long_key_and_an_id_of_its_own() {
    assertThatIllegalArgumentException().isThrownBy(() -> Pepper.of("a", new byte[31]));
    assertThatIllegalArgumentException().isThrownBy(() -> Pepper.of("a b", key(1)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pepper.of("a", key(1)).withFormer("a", key(2)));
    assertThat(Pepper.of("a", key(1))).hasToString("Pepper[a of 1]");
  }

  @Test
  void a_box_opens_what_a_former_key_has_sealed() {
    AesSecretBox former = new AesSecretBox(key(1), new Random(1));
    byte[] sealed = former.seal(new byte[] {1, 2, 3}, "here");
    AesSecretBox box = new AesSecretBox(key(2), new Random(1)).withFormer(key(1));
    assertThat(box.open(sealed, "here")).containsExactly(1, 2, 3);
    assertThat(box.open(box.seal(new byte[] {4}, "here"), "here")).containsExactly(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> former.open(box.seal(new byte[] {4}, "here"), "here"));
    assertThatIllegalArgumentException().isThrownBy(() -> box.open(sealed, "there"));
  }
}
