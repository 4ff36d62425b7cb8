package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisteringTest {
  private final AccountFixture people = AccountFixture.inMemory();

  @Test
  void a_person_registers_proves_his_address_and_signs_in() {
    assertThat(people.register("Erika@Example.org")).isEqualTo(new Registering.Outcome.Accepted());
    assertThat(people.signIn("erika@example.org", AccountFixture.PASSWORD))
        .isEqualTo(new SigningIn.Outcome.AddressUnproven());
    Token token = people.theMail(AccountMail.ProveAddress.class).token();
    Account account = people.registering.verify(token).orElseThrow();
    assertThat(account.email().text()).isEqualTo("Erika@Example.org");
    assertThat(account.name()).isEqualTo("Erika Example");
    assertThat(account.role()).isEqualTo(PlatformRole.CUSTOMER);
    assertThat(account.ageConfirmedAt()).isEqualTo("2026-12-01T12:00:00Z");
    assertThat(people.registering.verify(token)).as("a second time").isEmpty();
    assertThat(people.signIn("ERIKA@example.org", AccountFixture.PASSWORD))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
  }

  @Test
  void everything_that_is_wrong_is_said_at_once() {
    Registering.Outcome outcome =
        people.registering.register(
            new Registering.Request("no address", " ", "password", false, "192.0.2.1"));
    assertThat(outcome)
        .isEqualTo(
            new Registering.Outcome.Refused(
                List.of(
                    new Registering.Fault.NoAddress(),
                    new Registering.Fault.NoName(),
                    new Registering.Fault.TooYoung())));
    assertThat(
            people.registering.register(
                new Registering.Request("a@example.org", "Erika", "password", true, "192.0.2.1")))
        .isEqualTo(
            new Registering.Outcome.Refused(
                List.of(new Registering.Fault.WeakPassword(PasswordRules.Fault.COMMON))));
  }

  @Test
  void r14_without_confirmed_age_nothing_is_kept() {
    people.registering.register(
        new Registering.Request(
            "child@example.org", "Kim", AccountFixture.PASSWORD, false, "192.0.2.1"));
    assertThat(people.host.accounts().findByEmail(new EmailAddress("child@example.org"))).isEmpty();
    assertThat(people.mail()).isEmpty();
  }

  @Test
  void registering_again_is_answered_alike_and_the_owner_is_told() {
    Account account = people.aMember("erika@example.org");
    Registering.Outcome again =
        people.registering.register(
            new Registering.Request(
                "erika@EXAMPLE.org", "Somebody", "quite another sentence", true, "192.0.2.1"));
    assertThat(again).isEqualTo(new Registering.Outcome.Accepted());
    assertThat(people.mail())
        .singleElement()
        .isEqualTo(new AccountMail.AlreadyRegistered(account.email(), "Erika Example"));
    assertThat(people.signIn("erika@example.org", AccountFixture.PASSWORD))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
  }

  @Test
  void a_proof_is_good_for_two_days_and_can_be_had_again() {
    people.register("erika@example.org");
    Token late = people.theMail(AccountMail.ProveAddress.class).token();
    people.clock.advance(Duration.ofDays(2));
    assertThat(people.registering.verify(late)).isEmpty();
    people.register("erika@example.org");
    Token fresh = people.theMail(AccountMail.ProveAddress.class).token();
    assertThat(people.registering.verify(fresh)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a@example.org",
        "first.last+tag@mail.example.co.uk",
        "o'neill@example.org",
        " padded@example.org "
      })
  void addresses_are_read(String text) {
    assertThat(EmailAddress.parse(text)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@example.org",
        "a@",
        "a@b",
        "a@.org",
        "a@example.",
        "a@b@example.org",
        "a b@example.org",
        "a@exam ple.org",
        "a@example.org\r\nBcc: b@example.org",
        "a\u760a@example.org",
        "a\u760d@example.org",
        "a\0@example.org",
        "\"a\"@example.org",
        "a@[192.0.2.1]",
        "a@example..org",
        "a,b@example.org",
        "<a@example.org>"
      })
  void s04_what_could_be_something_else_than_an_address_is_refused(String text) {
    assertThat(EmailAddress.parse(text)).isEmpty();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new EmailAddress(text))
        .withMessage("not an e-mail address");
  }

  @Test
  void addresses_have_limits() {
    String domain = "x".repeat(180) + ".example.org";
    assertThat(EmailAddress.parse("a".repeat(64) + "@example.org")).isPresent();
    assertThat(EmailAddress.parse("a".repeat(65) + "@example.org")).isEmpty();
    assertThat(EmailAddress.parse("a".repeat(61) + "@" + domain)).isPresent();
    assertThat(EmailAddress.parse("a".repeat(62) + "@" + domain)).isEmpty();
    assertThat(EmailAddress.parse("a".repeat(10_000_000))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "a\nb", "a\u202eb", "a\u2028b", "a\0b", "\ud83d"})
  void s04_names_hold_no_control_characters(String name) {
    assertThat(Account.isName(name)).isFalse();
  }

  @Test
  void nothing_that_prints_itself_shows_a_person_or_a_secret() {
    Account account = people.aMember("erika@example.org");
    SigningIn.Outcome.SignedIn in = people.signedIn("erika@example.org");
    String all =
        account.toString()
            + account.email()
            + in
            + new Registering.Request("erika@example.org", "Erika", "secret", true, "192.0.2.1")
            + new SigningIn.Request("erika@example.org", "secret", "d", "192.0.2.1")
            + new AccountMail.ResetPassword(account.email(), "…", in.token());
    assertThat(all)
        .doesNotContain("rika")
        .doesNotContain("secret")
        .doesNotContain("argon2")
        .doesNotContain(in.token().secret());
  }
}
