package io.ktizo.core.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.store.MemoryPasskeys;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passkeys, with an authenticator that really signs; case A14 by name. */
class PasskeyTest {
  private static final String ADDRESS = "192.0.2.1";

  private final AccountFixture people = AccountFixture.inMemory();
  private final MemoryPasskeys passkeys = new MemoryPasskeys();
  private final SigningIn signingIn = new SigningIn(people.host, passkeys);
  private final ManagingAccount managing = new ManagingAccount(people.host, passkeys);
  private final UsingPasskeys using =
      new UsingPasskeys(
          people.host,
          passkeys,
          new UsingPasskeys.Site("print.example.org", Set.of("https://print.example.org")));
  private final SoftwareAuthenticator authenticator = new SoftwareAuthenticator();

  private Account erika() {
    return people.aMember("erika@example.org");
  }

  private SigningIn.SignedInPerson signedIn(String email) {
    return people.person(people.signedIn(email).token());
  }

  private UsingPasskeys.Registration.Added added(
      SigningIn.SignedInPerson person, SoftwareAuthenticator device) {
    UsingPasskeys.Registration registration =
        using.finishRegistration(
            person, device.create(using.beginRegistration(person).orElseThrow()), "Phone");
    assertThat(registration).isInstanceOf(UsingPasskeys.Registration.Added.class);
    return (UsingPasskeys.Registration.Added) registration;
  }

  /** Somebody with a passkey, signed in by password before it was added. */
  private SigningIn.SignedInPerson withPasskey() {
    erika();
    SigningIn.SignedInPerson person = signedIn("erika@example.org");
    added(person, authenticator);
    return person;
  }

  private String options() {
    return using.beginSignIn(ADDRESS).orElseThrow();
  }

  private SigningIn.Outcome show(String response) {
    return using.signIn(response, "Firefox on Linux", ADDRESS);
  }

  @Test
  void a_passkey_is_added_and_signs_in_without_a_password_as_two_factors() {
    SigningIn.SignedInPerson person = withPasskey();

    SigningIn.Outcome outcome = show(authenticator.get(options()));

    assertThat(outcome).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    Session session = ((SigningIn.Outcome.SignedIn) outcome).session();
    assertThat(session.account()).isEqualTo(person.account().id());
    assertThat(session.assurance()).isEqualTo(Session.Assurance.TWO_FACTORS);
    assertThat(session.device()).isEqualTo("Firefox on Linux");
    assertThat(using.of(person.account().id()))
        .singleElement()
        .satisfies(
            passkey -> {
              assertThat(passkey.name()).isEqualTo("Phone");
              assertThat(passkey.signCount()).isEqualTo(1);
              assertThat(passkey.lastUsedAt()).isEqualTo(people.clock.instant());
            });
  }

  @Test
  void the_options_ask_for_what_the_standard_wants_and_tell_nothing_about_accounts() {
    Account account = erika();
    SigningIn.SignedInPerson person = signedIn("erika@example.org");
    JsonNode creation =
        SoftwareAuthenticator.publicKey(using.beginRegistration(person).orElseThrow());
    assertThat(creation.at("/rp/id").textValue()).isEqualTo("print.example.org");
    assertThat(creation.at("/attestation").textValue()).isEqualTo("none");
    assertThat(creation.at("/authenticatorSelection/userVerification").textValue())
        .isEqualTo("required");
    assertThat(creation.at("/authenticatorSelection/residentKey").textValue())
        .isEqualTo("required");
    // 43 characters of base64url are 32 bytes; the standard wants 16 at least (§13.4.3).
    assertThat(creation.at("/challenge").textValue()).hasSize(43);
    assertThat(creation.at("/user/id").textValue()).hasSize(22);

    JsonNode request = SoftwareAuthenticator.publicKey(options());
    assertThat(request.at("/rpId").textValue()).isEqualTo("print.example.org");
    assertThat(request.at("/allowCredentials").isEmpty()).isTrue();
    assertThat(request.toString()).doesNotContain(account.id().toString(), "erika");
  }

  @Test
  void a14_a_page_of_another_origin_is_refused() {
    withPasskey();
    for (String origin :
        List.of(
            "https://print.example.org.evil.example",
            "http://print.example.org",
            "https://print.example.org:8443",
            "https://shop.print.example.org",
            "https://evil.example")) {
      authenticator.origin = origin;
      assertThat(show(authenticator.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
    }
  }

  @Test
  void a14_a_signature_for_another_domain_is_refused() {
    withPasskey();
    authenticator.domain = "evil.example";
    assertThat(show(authenticator.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void a14_another_challenge_is_refused() {
    withPasskey();
    String made = SoftwareAuthenticator.encoded(new byte[32]);
    assertThat(show(authenticator.get(options(), made))).isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(show(authenticator.get(options(), ""))).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void a14_a_response_works_once() {
    withPasskey();
    String response = authenticator.get(options());
    assertThat(show(response)).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(show(response)).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void a14_a_challenge_works_for_five_minutes_and_for_one_answer() {
    withPasskey();
    String options = options();
    String first = authenticator.get(options);
    String second = authenticator.get(options);
    people.clock.advance(Duration.ofSeconds(299));
    assertThat(show(first)).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(show(second)).isEqualTo(new SigningIn.Outcome.Refused());

    String late = authenticator.get(options());
    people.clock.advance(Duration.ofMinutes(5));
    assertThat(show(late)).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void a14_a_challenge_of_one_ceremony_is_worth_nothing_in_another() {
    SigningIn.SignedInPerson person = withPasskey();
    String registration = using.beginRegistration(person).orElseThrow();
    assertThat(show(authenticator.get(registration))).isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(show(authenticator.get(using.beginStepUp(person))))
        .isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(
            using.finishRegistration(
                person, new SoftwareAuthenticator().create(asCreation(options())), "x"))
        .isEqualTo(new UsingPasskeys.Registration.Refused());
    assertThat(show(authenticator.getAsCreate(options())))
        .isEqualTo(new SigningIn.Outcome.Refused());
  }

  private static String asCreation(String options) {
    return options.replace("\"rpId\"", "\"user\":{\"id\":\"AAAA\"},\"rpId\"");
  }

  @Test
  void a_clone_that_lags_behind_in_counting_is_refused() {
    withPasskey();
    assertThat(show(authenticator.get(options()))).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(show(authenticator.get(options()))).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    authenticator.count = 0;
    assertThat(show(authenticator.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void an_authenticator_that_does_not_count_is_fine() {
    authenticator.counts = false;
    withPasskey();
    for (int times = 0; times < 3; times++) {
      assertThat(show(authenticator.get(options()))).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    }
  }

  @Test
  void an_authenticator_that_does_not_verify_the_person_is_refused() {
    erika();
    SigningIn.SignedInPerson person = signedIn("erika@example.org");
    authenticator.verifiesUser = false;
    assertThat(
            using.finishRegistration(
                person,
                authenticator.create(using.beginRegistration(person).orElseThrow()),
                "Phone"))
        .isEqualTo(new UsingPasskeys.Registration.Refused());
    authenticator.verifiesUser = true;
    added(person, authenticator);
    authenticator.verifiesUser = false;
    assertThat(show(authenticator.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void nobody_becomes_somebody_else_by_claiming_so() {
    withPasskey();
    people.aMember("other@example.org");
    SoftwareAuthenticator others = new SoftwareAuthenticator();
    added(signedIn("other@example.org"), others);
    byte[] erikas = authenticator.handle();
    others.claimToBe(erikas);
    assertThat(show(others.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void an_unknown_credential_and_a_removed_one_are_refused() {
    SigningIn.SignedInPerson person = withPasskey();
    SoftwareAuthenticator stranger = new SoftwareAuthenticator();
    stranger.claimToBe(authenticator.handle());
    assertThat(show(stranger.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
    PasskeyId id = using.of(person.account().id()).getFirst().id();
    assertThat(using.remove(person, id)).isEqualTo(UsingPasskeys.Change.DONE);
    assertThat(show(authenticator.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"id\":\"AAAA\"}",
        "{\"id\":\"AA\",\"type\":\"public-key\",\"response\":{\"clientDataJSON\":\"AA\","
            + "\"authenticatorData\":\"AA\",\"signature\":\"AA\"},\"clientExtensionResults\":{}}",
        "\u0000",
        "{\"a\":1e99999999}"
      })
  void what_is_no_response_is_refused(String response) {
    SigningIn.SignedInPerson person = withPasskey();
    assertThat(show(response)).isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(using.finishRegistration(person, response, "x"))
        .isEqualTo(new UsingPasskeys.Registration.Refused());
    assertThat(show("[".repeat(100_000))).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void a_changed_signature_is_refused() {
    withPasskey();
    String response = authenticator.get(options());
    String other = authenticator.get(options());
    String signature = other.replaceAll(".*\"signature\":\"([^\"]*)\".*", "$1");
    assertThat(
            show(
                response.replaceAll(
                    "\"signature\":\"[^\"]*\"", "\"signature\":\"" + signature + "\"")))
        .isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void after_the_password_the_passkey_is_the_second_factor() {
    withPasskey();
    SigningIn.Outcome first =
        signingIn.signIn(
            new SigningIn.Request(
                "erika@example.org", AccountFixture.PASSWORD, "Chrome on Windows", ADDRESS));
    assertThat(first).isInstanceOf(SigningIn.Outcome.SecondFactorWanted.class);
    Token challenge = ((SigningIn.Outcome.SecondFactorWanted) first).challenge();

    SigningIn.Outcome second = show(authenticator.get(using.secondFactorOptions(challenge)));

    assertThat(second).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    assertThat(((SigningIn.Outcome.SignedIn) second).session().device())
        .isEqualTo("Chrome on Windows");
    assertThat(show(authenticator.get(using.secondFactorOptions(challenge))))
        .isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void the_second_factor_must_be_the_same_persons() {
    withPasskey();
    people.aMember("other@example.org");
    SoftwareAuthenticator others = new SoftwareAuthenticator();
    added(signedIn("other@example.org"), others);
    SigningIn.Outcome first =
        signingIn.signIn(
            new SigningIn.Request("erika@example.org", AccountFixture.PASSWORD, "", ADDRESS));
    Token challenge = ((SigningIn.Outcome.SecondFactorWanted) first).challenge();
    assertThat(show(others.get(using.secondFactorOptions(challenge))))
        .isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void recovery_codes_come_with_the_first_passkey_and_replace_it_once() {
    erika();
    UsingPasskeys.Registration.Added first = added(signedIn("erika@example.org"), authenticator);
    assertThat(first.recoveryCodes()).hasSize(10);
    assertThat(first.toString()).doesNotContain(first.recoveryCodes().getFirst());
    for (int times = 0; times < 2; times++) {
      SigningIn.Outcome wanted =
          signingIn.signIn(
              new SigningIn.Request("erika@example.org", AccountFixture.PASSWORD, "", ADDRESS));
      SigningIn.Outcome outcome =
          signingIn.secondFactor(
              ((SigningIn.Outcome.SecondFactorWanted) wanted).challenge(),
              first.recoveryCodes().getFirst(),
              ADDRESS);
      assertThat(outcome instanceof SigningIn.Outcome.SignedIn).isEqualTo(times == 0);
      people.clock.advance(Duration.ofMinutes(20));
    }
  }

  @Test
  void stepping_up_takes_the_persons_own_passkey_and_gives_another_token() {
    withPasskey();
    SigningIn.Outcome.SignedIn old =
        (SigningIn.Outcome.SignedIn) show(authenticator.get(options()));
    people.clock.advance(Session.FRESH);
    SigningIn.SignedInPerson person = signingIn.authenticate(old.token()).orElseThrow();
    assertThat(using.beginRegistration(person)).isEmpty();

    SoftwareAuthenticator stranger = new SoftwareAuthenticator();
    assertThat(using.finishStepUp(old.token(), stranger.get(using.beginStepUp(person)), ADDRESS))
        .isEqualTo(new SigningIn.Outcome.Refused());
    SigningIn.Outcome outcome =
        using.finishStepUp(old.token(), authenticator.get(using.beginStepUp(person)), ADDRESS);
    assertThat(outcome).isInstanceOf(SigningIn.Outcome.SignedIn.class);
    SigningIn.Outcome.SignedIn renewed = (SigningIn.Outcome.SignedIn) outcome;
    assertThat(renewed.session().isFresh(people.clock.instant())).isTrue();
    assertThat(renewed.session().assurance()).isEqualTo(Session.Assurance.TWO_FACTORS);
    assertThat(signingIn.authenticate(old.token())).isEmpty();
    assertThat(signingIn.authenticate(renewed.token())).isPresent();
  }

  @Test
  void with_a_passkey_the_password_alone_no_longer_steps_up() {
    withPasskey();
    SigningIn.Outcome.SignedIn session =
        (SigningIn.Outcome.SignedIn) show(authenticator.get(options()));
    assertThat(signingIn.stepUp(session.token(), AccountFixture.PASSWORD, "", ADDRESS))
        .isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void passkeys_are_listed_renamed_and_removed_by_their_owner_alone() {
    SigningIn.SignedInPerson person = withPasskey();
    people.aMember("other@example.org");
    SigningIn.SignedInPerson other = signedIn("other@example.org");
    PasskeyId id = using.of(person.account().id()).getFirst().id();

    assertThat(using.rename(other, id, "mine")).isEqualTo(UsingPasskeys.Change.UNKNOWN);
    assertThat(using.remove(other, id)).isEqualTo(UsingPasskeys.Change.UNKNOWN);
    assertThat(using.rename(person, id, "x\ny")).isEqualTo(UsingPasskeys.Change.NO_NAME);
    assertThat(using.rename(person, id, " Work phone ")).isEqualTo(UsingPasskeys.Change.DONE);
    assertThat(using.of(person.account().id()))
        .extracting(Passkey::name)
        .containsExactly("Work phone");
    people.clock.advance(Session.FRESH);
    assertThat(using.remove(person, id)).isEqualTo(UsingPasskeys.Change.NOT_FRESH);
  }

  @Test
  void the_last_factor_of_an_administrator_stays() {
    SigningIn.SignedInPerson person = withPasskey();
    Account account = people.host.accounts().find(person.account().id()).orElseThrow();
    people.host.accounts().save(account.withRole(PlatformRole.ADMINISTRATOR), List.of());
    PasskeyId first = using.of(account.id()).getFirst().id();
    assertThat(using.remove(person, first)).isEqualTo(UsingPasskeys.Change.LAST_FACTOR);
    added(person, new SoftwareAuthenticator());
    assertThat(using.remove(person, first)).isEqualTo(UsingPasskeys.Change.DONE);
  }

  @Test
  void adding_and_removing_is_told_by_mail_and_signs_out_the_other_devices() {
    erika();
    Token elsewhere = people.signedIn("erika@example.org").token();
    SigningIn.SignedInPerson person = signedIn("erika@example.org");
    people.mail();
    UsingPasskeys.Registration.Added added = added(person, authenticator);
    assertThat(people.mail()).hasOnlyElementsOfType(AccountMail.SecondFactorChanged.class);
    assertThat(people.isAlive(elsewhere)).isFalse();
    using.remove(person, added.passkey().id());
    assertThat(people.mail()).hasOnlyElementsOfType(AccountMail.SecondFactorChanged.class);
    assertThat(people.host.accounts().recoveryCodes(person.account().id())).isZero();
  }

  @Test
  void one_credential_is_added_once_and_there_is_a_most() {
    SigningIn.SignedInPerson person = withPasskey();
    assertThat(
            using.finishRegistration(
                person,
                authenticator.create(using.beginRegistration(person).orElseThrow()),
                "Again"))
        .isEqualTo(new UsingPasskeys.Registration.Refused());
    for (int count = 1; count < UsingPasskeys.MOST; count++) {
      added(person, new SoftwareAuthenticator());
    }
    assertThat(
            using.finishRegistration(
                person,
                new SoftwareAuthenticator().create(using.beginRegistration(person).orElseThrow()),
                "One more"))
        .isEqualTo(new UsingPasskeys.Registration.TooMany());
  }

  @Test
  void who_takes_back_a_change_of_address_is_rid_of_passkeys_added_since() {
    SigningIn.SignedInPerson person = withPasskey();
    people.clock.advance(Duration.ofMinutes(1));
    assertThat(managing.requestEmail(person, "thief@example.net"))
        .isEqualTo(ManagingAccount.Result.DONE);
    Token revert = people.theMail(AccountMail.AddressChangeNotice.class).token();
    people.clock.advance(Duration.ofMinutes(1));
    SoftwareAuthenticator thiefs = new SoftwareAuthenticator();
    added(person, thiefs);

    assertThat(managing.revertEmail(revert)).isEqualTo(ManagingAccount.Result.DONE);

    assertThat(show(thiefs.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
    assertThat(show(authenticator.get(options()))).isInstanceOf(SigningIn.Outcome.SignedIn.class);
  }

  @Test
  void a_closed_account_is_not_entered() {
    SigningIn.SignedInPerson person = withPasskey();
    assertThat(managing.close(person)).isEqualTo(ManagingAccount.Result.DONE);
    assertThat(show(authenticator.get(options()))).isEqualTo(new SigningIn.Outcome.Refused());
  }

  @Test
  void asking_and_answering_are_throttled_by_address() {
    AccountFixture few =
        AccountFixture.inMemory(new AddressThrottle.Limits(3, 1, 1_000, 1_000, 10));
    UsingPasskeys throttled =
        new UsingPasskeys(
            few.host, passkeys, new UsingPasskeys.Site("localhost", Set.of("http://localhost")));
    for (int times = 0; times < 3; times++) {
      assertThat(throttled.beginSignIn(ADDRESS)).isPresent();
    }
    assertThat(throttled.beginSignIn(ADDRESS)).isEmpty();
    assertThat(throttled.signIn("{}", "", ADDRESS)).isInstanceOf(SigningIn.Outcome.Throttled.class);
  }
}
