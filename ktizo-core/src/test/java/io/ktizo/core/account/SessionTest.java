package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ktizo.core.sql.StaleVersionException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Cases A08 to A10 and what a session allows. */
class SessionTest {
  private static final String EMAIL = "erika@example.org";
  private final AccountFixture people = AccountFixture.inMemory();
  private AccountId erika;

  @BeforeEach
  void aMember() {
    erika = people.aMember(EMAIL).id();
  }

  @Test
  void a_token_leads_to_the_person_until_he_signs_out() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(token.secret()).hasSize(43);
    assertThat(people.person(token).account().id()).isEqualTo(erika);
    people.signingIn.signOut(token);
    assertThat(people.isAlive(token)).isFalse();
    people.signingIn.signOut(token);
    assertThat(people.isAlive(new Token("made up"))).isFalse();
    assertThat(people.isAlive(new Token(""))).isFalse();
  }

  @Test
  void the_token_itself_is_kept_nowhere() {
    SigningIn.Outcome.SignedIn signedIn = people.signedIn(EMAIL);
    assertThat(signedIn.session().hash()).isEqualTo(signedIn.token().hash());
    assertThat(signedIn.toString()).doesNotContain(signedIn.token().secret());
  }

  @Test
  void a08_each_sign_in_and_step_up_gives_another_token_and_the_old_one_is_dead() {
    Token first = people.signedIn(EMAIL).token();
    Token second = people.signedIn(EMAIL).token();
    assertThat(second).isNotEqualTo(first);
    SigningIn.Outcome outcome =
        people.signingIn.stepUp(first, AccountFixture.PASSWORD, "", "192.0.2.1");
    assertThat(outcome).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    Token renewed = ((SigningIn.Outcome.SignedIn) outcome).token();
    assertThat(people.isAlive(first)).isFalse();
    assertThat(people.isAlive(renewed)).isTrue();
    assertThat(people.isAlive(second)).isTrue();
    assertThat(people.signingIn.devices(erika)).hasSize(2);
  }

  @Test
  void whatever_a_device_calls_itself_is_made_fit_to_be_kept() {
    String said = "Browser\r\n\0 " + "🙂".repeat(10) + "x".repeat(10_000);
    SigningIn.Outcome outcome =
        people.signingIn.signIn(
            new SigningIn.Request(EMAIL, AccountFixture.PASSWORD, said, "192.0.2.1"));
    assertThat(((SigningIn.Outcome.SignedIn) outcome).session().device())
        .startsWith("Browser")
        .endsWith("xxx")
        .hasSize(100)
        .matches("[ -~]+");
  }

  @Test
  void a_person_corrects_his_name() {
    SigningIn.SignedInPerson person = people.person(people.signedIn(EMAIL).token());
    assertThat(people.managing.rename(person, " Erika Sample "))
        .isEqualTo(ManagingAccount.Result.DONE);
    assertThat(people.managing.rename(person, "Erika\nBcc:"))
        .isEqualTo(ManagingAccount.Result.NO_NAME);
    assertThat(people.host.accounts().find(erika).orElseThrow().name()).isEqualTo("Erika Sample");
    // Read before: the save has the version as its condition.
    assertThatExceptionOfType(StaleVersionException.class)
        .isThrownBy(() -> people.managing.rename(person, "Mistaken"));
    assertThat(people.host.accounts().find(erika).orElseThrow().name()).isEqualTo("Erika Sample");
  }

  @Test
  void a08_becoming_administrator_ends_all_sessions() {
    Token token = people.signedIn(EMAIL).token();
    Token console = people.registering.firstAdministratorToken().orElseThrow();
    assertThat(people.registering.becomeFirstAdministrator(console, erika)).isTrue();
    assertThat(people.isAlive(token)).isFalse();
  }

  @Test
  void a10_a_session_is_over_after_half_an_hour_without_use_and_after_twelve_hours_with() {
    Token idle = people.signedIn(EMAIL).token();
    people.clock.advance(Session.IDLE.minusMillis(1));
    assertThat(people.isAlive(idle)).isTrue();
    people.clock.advance(Session.IDLE.minusMillis(1));
    assertThat(people.isAlive(idle)).isTrue();
    people.clock.advance(Session.IDLE);
    assertThat(people.isAlive(idle)).isFalse();

    Token used = people.signedIn(EMAIL).token();
    for (int minutes = 0; minutes < 12 * 60 - 20; minutes += 20) {
      people.clock.advance(Duration.ofMinutes(20));
      assertThat(people.isAlive(used)).as("after %s minutes", minutes + 20).isTrue();
    }
    people.clock.advance(Duration.ofMinutes(20));
    assertThat(people.isAlive(used)).isFalse();
    assertThat(people.signingIn.devices(erika)).isEmpty();
  }

  @Test
  void a_person_sees_his_devices_and_ends_one_or_all() {
    SigningIn.Outcome.SignedIn laptop = people.signedIn(EMAIL);
    people.clock.advance(Duration.ofMinutes(1));
    SigningIn.Outcome.SignedIn phone = people.signedIn(EMAIL);
    assertThat(people.signingIn.devices(erika))
        .extracting(Session::id)
        .containsExactly(phone.session().id(), laptop.session().id());
    AccountId stranger = people.aMember("somebody@example.org").id();
    assertThat(people.signingIn.signOutDevice(stranger, laptop.session().id())).isFalse();
    assertThat(people.isAlive(laptop.token())).isTrue();
    assertThat(people.signingIn.signOutDevice(erika, laptop.session().id())).isTrue();
    assertThat(people.isAlive(laptop.token())).isFalse();
    assertThat(people.isAlive(phone.token())).isTrue();
    assertThat(people.signingIn.signOutEverywhere(erika)).isEqualTo(1);
    assertThat(people.isAlive(phone.token())).isFalse();
  }

  @Test
  void a09_another_password_signs_out_all_other_devices() {
    Token other = people.signedIn(EMAIL).token();
    Token mine = people.signedIn(EMAIL).token();
    assertThat(people.managing.changePassword(people.person(mine), "quite another sentence"))
        .isEqualTo(ManagingAccount.Result.DONE);
    assertThat(people.isAlive(other)).isFalse();
    assertThat(people.isAlive(mine)).isTrue();
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(people.theMail(AccountMail.PasswordChanged.class).to().text()).isEqualTo(EMAIL);
  }

  @Test
  void a09_a_reset_signs_out_all_devices_and_its_token_works_once() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(people.managing.requestReset(EMAIL, "192.0.2.1")).isEmpty();
    Token reset = people.theMail(AccountMail.ResetPassword.class).token();
    assertThat(people.managing.reset(reset, "password"))
        .isEqualTo(ManagingAccount.Result.WEAK_PASSWORD);
    assertThat(people.managing.reset(reset, "quite another sentence"))
        .isEqualTo(ManagingAccount.Result.DONE);
    assertThat(people.isAlive(token)).isFalse();
    assertThat(people.managing.reset(reset, "a third sentence of mine"))
        .isEqualTo(ManagingAccount.Result.WRONG_TOKEN);
    assertThat(people.signIn(EMAIL, "quite another sentence"))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
  }

  @Test
  void a_reset_token_is_good_for_half_an_hour_and_for_nothing_else() {
    assertThat(people.managing.requestReset(EMAIL, "192.0.2.1")).isEmpty();
    Token reset = people.theMail(AccountMail.ResetPassword.class).token();
    assertThat(people.registering.verify(reset)).isEmpty();
    assertThat(people.managing.confirmEmail(reset)).isEqualTo(ManagingAccount.Result.WRONG_TOKEN);
    people.clock.advance(Duration.ofMinutes(30));
    assertThat(people.managing.reset(reset, "quite another sentence"))
        .isEqualTo(ManagingAccount.Result.WRONG_TOKEN);
  }

  @Test
  void a09_a_closed_account_is_over_at_once() {
    Token token = people.signedIn(EMAIL).token();
    IssuingApiKeys.Issued key =
        people
            .apiKeys
            .issue(people.person(token), "script", Set.of(ApiScope.QUOTES_READ), null)
            .orElseThrow();
    assertThat(people.managing.close(people.person(token))).isEqualTo(ManagingAccount.Result.DONE);
    assertThat(people.isAlive(token)).isFalse();
    assertThat(people.apiKeys.authenticate(key.text())).isEmpty();
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(people.theMail(AccountMail.AccountClosed.class).to().text()).isEqualTo(EMAIL);
  }

  @Test
  void what_matters_needs_a_fresh_proof_and_a_step_up_gives_it() {
    Token token = people.signedIn(EMAIL).token();
    people.clock.advance(Session.FRESH);
    SigningIn.SignedInPerson stale = people.person(token);
    assertThat(people.managing.changePassword(stale, "quite another sentence"))
        .isEqualTo(ManagingAccount.Result.NOT_FRESH);
    assertThat(people.managing.requestEmail(stale, "new@example.org"))
        .isEqualTo(ManagingAccount.Result.NOT_FRESH);
    assertThat(people.managing.close(stale)).isEqualTo(ManagingAccount.Result.NOT_FRESH);
    assertThat(people.managing.beginSecondFactor(stale)).isEmpty();
    assertThat(people.apiKeys.issue(stale, "script", Set.of(ApiScope.QUOTES_READ), null)).isEmpty();
    assertThat(Permissions.shownBy(stale.session(), people.clock.instant()))
        .containsExactly(Permissions.Need.NOTHING);

    assertThat(people.signingIn.stepUp(token, "wrong wrong wrong", "", "192.0.2.1"))
        .isEqualTo(new SigningIn.Outcome.Refused());
    people.clock.advance(Duration.ofSeconds(1));
    SigningIn.Outcome outcome =
        people.signingIn.stepUp(token, AccountFixture.PASSWORD, "", "192.0.2.1");
    assertThat(outcome).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    SigningIn.SignedInPerson fresh = people.person(((SigningIn.Outcome.SignedIn) outcome).token());
    assertThat(people.managing.changePassword(fresh, "quite another sentence"))
        .isEqualTo(ManagingAccount.Result.DONE);
  }

  @Test
  void a12_a_change_of_address_is_told_to_both_and_made_by_the_new_one() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(people.managing.requestEmail(people.person(token), "new@example.org"))
        .isEqualTo(ManagingAccount.Result.DONE);
    List<AccountMail> mails = people.mail();
    assertThat(mails)
        .extracting(mail -> mail.to().text())
        .containsExactly(EMAIL, "new@example.org");
    Token confirm = ((AccountMail.ConfirmAddress) mails.get(1)).token();

    assertThat(people.managing.confirmEmail(confirm)).isEqualTo(ManagingAccount.Result.DONE);
    assertThat(people.isAlive(token)).isFalse();
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(people.signIn("new@example.org", AccountFixture.PASSWORD))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(people.managing.confirmEmail(confirm)).isEqualTo(ManagingAccount.Result.WRONG_TOKEN);
  }

  @Test
  void a12_the_old_address_takes_the_account_back_for_a_week() {
    Token token = people.signedIn(EMAIL).token();
    assertThat(people.managing.requestEmail(people.person(token), "thief@example.org"))
        .isEqualTo(ManagingAccount.Result.DONE);
    List<AccountMail> mails = people.mail();
    assertThat(people.managing.confirmEmail(((AccountMail.ConfirmAddress) mails.get(1)).token()))
        .isEqualTo(ManagingAccount.Result.DONE);
    people.clock.advance(Duration.ofDays(6));
    Token thief =
        ((SigningIn.Outcome.SignedIn) people.signIn("thief@example.org", AccountFixture.PASSWORD))
            .token();
    Token revert = ((AccountMail.AddressChangeNotice) mails.get(0)).token();
    assertThat(people.managing.revertEmail(revert)).isEqualTo(ManagingAccount.Result.DONE);
    assertThat(people.isAlive(thief)).isFalse();
    assertThat(people.host.accounts().find(erika).orElseThrow().email().text()).isEqualTo(EMAIL);
  }

  @Test
  void an_address_that_has_an_account_cannot_be_taken_and_nobody_is_told() {
    people.aMember("other@example.org");
    Token token = people.signedIn(EMAIL).token();
    assertThat(people.managing.requestEmail(people.person(token), "OTHER@example.org"))
        .isEqualTo(ManagingAccount.Result.DONE);
    Token confirm = people.theMail(AccountMail.ConfirmAddress.class).token();
    assertThat(people.managing.confirmEmail(confirm)).isEqualTo(ManagingAccount.Result.WRONG_TOKEN);
    assertThat(people.host.accounts().find(erika).orElseThrow().email().text()).isEqualTo(EMAIL);
  }

  @Test
  void a13_a_second_factor_is_asked_for_and_no_code_works_twice() {
    Token token = people.signedIn(EMAIL).token();
    ManagingAccount.Enrolment enrolment =
        people.managing.beginSecondFactor(people.person(token)).orElseThrow();
    assertThat(enrolment.uri()).startsWith("otpauth://totp/KTIZO:").contains(enrolment.secret());
    assertThat(people.managing.confirmSecondFactor(people.person(token), "000000")).isEmpty();
    List<String> recovery =
        people.managing.confirmSecondFactor(
            people.person(token), people.codeOf(enrolment, people.clock.instant()));
    assertThat(recovery).hasSize(10).doesNotHaveDuplicates().allMatch(code -> code.length() == 19);

    people.clock.advance(Duration.ofMinutes(1));
    String code = people.codeOf(enrolment, people.clock.instant());
    SigningIn.Outcome signedIn = withCode(code);
    assertThat(signedIn).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(((SigningIn.Outcome.SignedIn) signedIn).session().assurance())
        .isEqualTo(Session.Assurance.TWO_FACTORS);
    assertThat(withCode(code)).as("the same code again").isEqualTo(new SigningIn.Outcome.Refused());

    people.clock.advance(Duration.ofMinutes(1));
    assertThat(withCode(recovery.get(3).toUpperCase(java.util.Locale.ROOT)))
        .isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(withCode(recovery.get(3)))
        .as("the same recovery code again")
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(people.host.accounts().recoveryCodes(erika)).isEqualTo(9);
  }

  @Test
  void a13_a_challenge_is_good_for_one_code() {
    Token token = people.signedIn(EMAIL).token();
    ManagingAccount.Enrolment enrolment =
        people.managing.beginSecondFactor(people.person(token)).orElseThrow();
    String first = people.codeOf(enrolment, people.clock.instant());
    assertThat(people.managing.confirmSecondFactor(people.person(token), first)).isNotEmpty();
    people.clock.advance(Duration.ofMinutes(1));
    Token challenge = challenge();
    assertThat(people.signingIn.secondFactor(challenge, "123", "192.0.2.1"))
        .isEqualTo(new SigningIn.Outcome.Refused());
    String right = people.codeOf(enrolment, people.clock.instant());
    assertThat(people.signingIn.secondFactor(challenge, right, "192.0.2.1"))
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(people.signIn(EMAIL, AccountFixture.PASSWORD))
        .as("a wrong code counts like a wrong password")
        .isInstanceOf(SigningIn.Outcome.Throttled.class);
  }

  private Token challenge() {
    SigningIn.Outcome outcome = people.signIn(EMAIL, AccountFixture.PASSWORD);
    assertThat(outcome).isInstanceOf(SigningIn.Outcome.SecondFactorWanted.class);
    return ((SigningIn.Outcome.SecondFactorWanted) outcome).challenge();
  }

  private SigningIn.Outcome withCode(String code) {
    people.clock.advance(Duration.ofSeconds(3));
    return people.signingIn.secondFactor(challenge(), code, "192.0.2.1");
  }

  @Test
  void a16_the_first_administrator_is_made_once() {
    Token console = people.registering.firstAdministratorToken().orElseThrow();
    Token second = people.registering.firstAdministratorToken().orElseThrow();
    AccountId other = people.aMember("other@example.org").id();
    assertThat(people.registering.becomeFirstAdministrator(console, erika)).isTrue();
    assertThat(people.registering.becomeFirstAdministrator(console, other)).isFalse();
    assertThat(people.registering.becomeFirstAdministrator(second, other)).isFalse();
    assertThat(people.registering.firstAdministratorToken()).isEmpty();
    assertThat(people.host.accounts().find(erika).orElseThrow().needsSecondFactor()).isTrue();
  }

  @Test
  void a16_its_token_is_good_for_a_quarter_of_an_hour() {
    Token console = people.registering.firstAdministratorToken().orElseThrow();
    people.clock.advance(Duration.ofMinutes(15));
    assertThat(people.registering.becomeFirstAdministrator(console, erika)).isFalse();
  }
}
