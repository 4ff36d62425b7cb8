package io.ktizo.core.account;

import com.yubico.webauthn.AssertionRequest;
import com.yubico.webauthn.AssertionResult;
import com.yubico.webauthn.CredentialRepository;
import com.yubico.webauthn.FinishAssertionOptions;
import com.yubico.webauthn.FinishRegistrationOptions;
import com.yubico.webauthn.RegisteredCredential;
import com.yubico.webauthn.RegistrationResult;
import com.yubico.webauthn.RelyingParty;
import com.yubico.webauthn.data.AuthenticatorAssertionResponse;
import com.yubico.webauthn.data.AuthenticatorAttestationResponse;
import com.yubico.webauthn.data.AuthenticatorSelectionCriteria;
import com.yubico.webauthn.data.ByteArray;
import com.yubico.webauthn.data.ClientAssertionExtensionOutputs;
import com.yubico.webauthn.data.ClientRegistrationExtensionOutputs;
import com.yubico.webauthn.data.PublicKeyCredential;
import com.yubico.webauthn.data.PublicKeyCredentialCreationOptions;
import com.yubico.webauthn.data.PublicKeyCredentialDescriptor;
import com.yubico.webauthn.data.PublicKeyCredentialParameters;
import com.yubico.webauthn.data.PublicKeyCredentialRequestOptions;
import com.yubico.webauthn.data.RelyingPartyIdentity;
import com.yubico.webauthn.data.ResidentKeyRequirement;
import com.yubico.webauthn.data.UserIdentity;
import com.yubico.webauthn.data.UserVerificationRequirement;
import com.yubico.webauthn.exception.AssertionFailedException;
import com.yubico.webauthn.exception.RegistrationFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Passkeys (WebAuthn Level 3, by Yubico's library): adding them, signing in with one instead of a
 * password, showing one as second factor after the password, and stepping up.
 *
 * <p>The challenge of each ceremony is a {@link OneTimeToken}: it works once, for its purpose, for
 * five minutes, on any instance, and only its hash is kept. Authenticators must tell that they have
 * verified the person (a PIN, a finger), so a passkey alone is two factors. Attestation is not
 * asked for: which authenticator somebody has is nobody's business.
 *
 * <p>Options and responses are JSON as in WebAuthn §5.1.8 to §5.1.10, what a page hands to {@code
 * PublicKeyCredential.parseCreationOptionsFromJSON} and gets from {@code toJSON}. Any number of
 * threads may share it.
 */
public final class UsingPasskeys {
  /** Most passkeys of an account. */
  public static final int MOST = 20;

  private static final int LARGEST_RESPONSE = 32 << 10;

  private final AccountEnvironment host;
  private final Passkeys passkeys;
  private final SigningIn signingIn;
  private final RelyingParty party;

  /**
   * Where passkeys are good.
   *
   * @param id domain to which they are bound, for instance {@code print.example}; cannot be changed
   *     later without losing all passkeys
   * @param origins of the pages that may ask for them, for instance {@code https://print.example}
   */
  public record Site(String id, Set<String> origins) {
    public Site {
      origins = Set.copyOf(origins);
      if (id.isBlank() || origins.isEmpty()) {
        throw new IllegalArgumentException("a site has a domain and an origin");
      }
    }
  }

  /** Passkeys for a site. */
  public UsingPasskeys(AccountEnvironment host, Passkeys passkeys, Site site) {
    this.host = host;
    this.passkeys = passkeys;
    this.signingIn = new SigningIn(host, passkeys);
    this.party =
        RelyingParty.builder()
            .identity(RelyingPartyIdentity.builder().id(site.id()).name(host.issuer()).build())
            .credentialRepository(new Repository())
            .origins(site.origins())
            .allowOriginPort(false)
            .allowOriginSubdomain(false)
            .validateSignatureCounter(true)
            .build();
  }

  /** What comes of adding a passkey. */
  public sealed interface Registration {
    /**
     * It is there.
     *
     * @param passkey the new one
     * @param recoveryCodes shown this once, if the account had none
     */
    record Added(Passkey passkey, List<String> recoveryCodes) implements Registration {
      public Added {
        recoveryCodes = List.copyOf(recoveryCodes);
      }

      /** Without the codes. */
      @Override
      public String toString() {
        return "Added[" + passkey.id() + "]";
      }
    }

    /** The response is not what was asked for, or was used before. */
    record Refused() implements Registration {}

    /** The person must show first who he is. */
    record NotFresh() implements Registration {}

    /** It has {@link #MOST} already. */
    record TooMany() implements Registration {}

    /** It cannot be called so. */
    record NoName() implements Registration {}
  }

  // ---- adding and removing ----

  /**
   * Begins to add a passkey.
   *
   * @return options for {@code navigator.credentials.create}, as JSON; nothing if the person must
   *     show first who he is
   */
  public Optional<String> beginRegistration(SigningIn.SignedInPerson person) {
    if (!isFresh(person)) {
      return Optional.empty();
    }
    Token challenge = challenge(OneTimeToken.Purpose.PASSKEY_REGISTRATION, person.account().id());
    return Optional.of(json(creation(person.account(), challenge)));
  }

  /**
   * Adds the passkey. All other devices are signed out, and the person is told by mail.
   *
   * @param response of the browser, as JSON
   * @param name as the person calls it
   */
  public Registration finishRegistration(
      SigningIn.SignedInPerson person, String response, String name) {
    if (!isFresh(person)) {
      return new Registration.NotFresh();
    }
    if (!Passkey.isName(name)) {
      return new Registration.NoName();
    }
    Account account = person.account();
    Optional<
            PublicKeyCredential<
                AuthenticatorAttestationResponse, ClientRegistrationExtensionOutputs>>
        parsed = parseRegistration(response);
    if (parsed.isEmpty()) {
      return new Registration.Refused();
    }
    Token challenge = tokenOf(parsed.get().getResponse().getClientData().getChallenge());
    boolean right =
        consume(challenge, OneTimeToken.Purpose.PASSKEY_REGISTRATION)
            .filter(token -> account.id().equals(token.account()))
            .isPresent();
    if (!right) {
      return new Registration.Refused();
    }
    if (passkeys.of(account.id()).size() >= MOST) {
      return new Registration.TooMany();
    }
    return verified(account, challenge, parsed.get())
        .map(result -> add(person, result, name))
        .orElseGet(Registration.Refused::new);
  }

  private Optional<RegistrationResult> verified(
      Account account,
      Token challenge,
      PublicKeyCredential<AuthenticatorAttestationResponse, ClientRegistrationExtensionOutputs>
          response) {
    try {
      return Optional.of(
          party.finishRegistration(
              FinishRegistrationOptions.builder()
                  .request(creation(account, challenge))
                  .response(response)
                  .build()));
    } catch (RegistrationFailedException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Registration add(
      SigningIn.SignedInPerson person, RegistrationResult result, String name) {
    AccountId account = person.account().id();
    Passkey passkey =
        new Passkey(
            PasskeyId.FORM.next(host.ids()),
            account,
            new CredentialId(result.getKeyId().getId().getBytes()),
            Base64.getEncoder().encodeToString(result.getPublicKeyCose().getBytes()),
            result.getSignatureCount(),
            name.strip(),
            host.clock().instant(),
            null);
    if (!passkeys.add(passkey)) {
      return new Registration.Refused();
    }
    tellOfChange(account);
    host.sessions().endOthers(account, person.session().id());
    List<String> codes =
        host.accounts().recoveryCodes(account) > 0
            ? List.of()
            : RecoveryCodes.replace(host, account);
    return new Registration.Added(passkey, codes);
  }

  /** The passkeys of an account, the oldest first. */
  public List<Passkey> of(AccountId account) {
    return passkeys.of(account);
  }

  /** What comes of a change. */
  public enum Change {
    /** Done. */
    DONE,
    /** There is no such passkey of his. */
    UNKNOWN,
    /** The person must show first who he is. */
    NOT_FRESH,
    /** It is his last second factor, and he must have one. */
    LAST_FACTOR,
    /** It cannot be called so. */
    NO_NAME
  }

  /** Calls a passkey otherwise. */
  public Change rename(SigningIn.SignedInPerson person, PasskeyId id, String name) {
    if (!Passkey.isName(name)) {
      return Change.NO_NAME;
    }
    return passkeys.rename(person.account().id(), id, name.strip()) ? Change.DONE : Change.UNKNOWN;
  }

  /**
   * Removes a passkey; with the last second factor go the recovery codes. The person is told by
   * mail.
   */
  public Change remove(SigningIn.SignedInPerson person, PasskeyId id) {
    if (!isFresh(person)) {
      return Change.NOT_FRESH;
    }
    Account account = signingIn.current(person.account());
    List<Passkey> all = passkeys.of(account.id());
    boolean hasApp = account.activeFactor().isPresent();
    if (all.stream().noneMatch(passkey -> passkey.id().equals(id))) {
      return Change.UNKNOWN;
    }
    boolean last = all.size() == 1 && !hasApp;
    if (last && account.needsSecondFactor()) {
      return Change.LAST_FACTOR;
    }
    if (!passkeys.remove(account.id(), id)) {
      return Change.UNKNOWN;
    }
    if (last) {
      host.accounts().replaceRecoveryCodes(account.id(), List.of());
    }
    tellOfChange(account.id());
    return Change.DONE;
  }

  private void tellOfChange(AccountId account) {
    host.accounts()
        .tell(
            List.of(
                AccountEvents.of(
                    host.ids(), host.clock(), AccountEvents.SECOND_FACTOR_CHANGED, account)));
  }

  // ---- signing in ----

  /**
   * Begins to sign in without a password, whoever it is.
   *
   * @param address network address, for the throttle
   * @return options for {@code navigator.credentials.get}, as JSON; nothing if the address has
   *     asked for too much
   */
  public Optional<String> beginSignIn(String address) {
    if (host.throttle().take(address).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        json(request(challenge(OneTimeToken.Purpose.PASSKEY_SIGN_IN, null), List.of())));
  }

  /**
   * Options for showing a passkey after the password.
   *
   * @param challenge from {@link SigningIn.Outcome.SecondFactorWanted}; used up by the answer
   */
  public String secondFactorOptions(Token challenge) {
    return json(request(challenge, List.of()));
  }

  /**
   * Signs in with a passkey, alone or after the password: the challenge in the response tells
   * which.
   *
   * @param response of the browser, as JSON
   * @param device what the person will recognise the device by
   * @param address network address, for the throttle
   */
  public SigningIn.Outcome signIn(String response, String device, String address) {
    Optional<Duration> wait = host.throttle().take(address);
    if (wait.isPresent()) {
      return new SigningIn.Outcome.Throttled(wait.get());
    }
    Optional<Assertion> assertion = parseAssertion(response);
    if (assertion.isEmpty()) {
      return new SigningIn.Outcome.Refused();
    }
    Token challenge = assertion.get().challenge();
    Optional<OneTimeToken> right =
        consume(challenge, OneTimeToken.Purpose.PASSKEY_SIGN_IN)
            .or(() -> consume(challenge, OneTimeToken.Purpose.SECOND_FACTOR));
    Optional<Account> account =
        right
            .flatMap(token -> verified(assertion.get()))
            .flatMap(passkey -> host.accounts().find(passkey.account()))
            .filter(Account::isUsable)
            .filter(found -> right.map(token -> isMeant(token, found)).orElse(false));
    if (account.isEmpty()) {
      return new SigningIn.Outcome.Refused();
    }
    host.attempts().succeeded(SigningIn.attemptsOn(account.get().email()));
    String named = right.map(OneTimeToken::detail).orElse(null);
    return signingIn.open(
        account.get(),
        Session.deviceName(named == null ? device : named),
        Session.Assurance.TWO_FACTORS);
  }

  /** After a password, the passkey must be that account's. */
  private static boolean isMeant(OneTimeToken token, Account account) {
    return token.account() == null || account.id().equals(token.account());
  }

  // ---- stepping up ----

  /**
   * Begins to show again who one is.
   *
   * @return options for {@code navigator.credentials.get}, as JSON
   */
  public String beginStepUp(SigningIn.SignedInPerson person) {
    AccountId account = person.account().id();
    return json(
        request(challenge(OneTimeToken.Purpose.PASSKEY_STEP_UP, account), passkeys.of(account)));
  }

  /**
   * Shows it by a passkey. The device gets another token; the old one is worth nothing from then
   * on.
   *
   * @param token of the session
   * @param response of the browser, as JSON
   */
  public SigningIn.Outcome finishStepUp(Token token, String response, String address) {
    Optional<SigningIn.SignedInPerson> person = signingIn.authenticate(token);
    if (person.isEmpty()) {
      return new SigningIn.Outcome.Refused();
    }
    Optional<Duration> wait = host.throttle().take(address);
    if (wait.isPresent()) {
      return new SigningIn.Outcome.Throttled(wait.get());
    }
    AccountId account = person.get().account().id();
    boolean shown =
        parseAssertion(response)
            .filter(
                assertion ->
                    consume(assertion.challenge(), OneTimeToken.Purpose.PASSKEY_STEP_UP)
                        .filter(right -> account.equals(right.account()))
                        .isPresent())
            .flatMap(this::verified)
            .filter(passkey -> passkey.account().equals(account))
            .isPresent();
    return shown
        ? signingIn.renew(person.get().session(), Session.Assurance.TWO_FACTORS)
        : new SigningIn.Outcome.Refused();
  }

  // ---- the ceremonies ----

  private record Assertion(
      Token challenge,
      PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs>
          response) {}

  /** Checks origin, domain, signature and count; the challenge has been taken already. */
  private Optional<Passkey> verified(Assertion assertion) {
    Optional<Passkey> passkey = credential(assertion.response().getId()).flatMap(passkeys::find);
    if (passkey.isEmpty()) {
      return Optional.empty();
    }
    try {
      AssertionResult result =
          party.finishAssertion(
              FinishAssertionOptions.builder()
                  .request(
                      AssertionRequest.builder()
                          .publicKeyCredentialRequestOptions(
                              request(assertion.challenge(), List.of()))
                          .username(passkey.get().account().toString())
                          .build())
                  .response(assertion.response())
                  .build());
      Instant now = host.clock().instant();
      return passkey.filter(
          used ->
              result.isSuccess()
                  && result.isUserVerified()
                  && passkeys.used(used.id(), result.getSignatureCount(), now));
    } catch (AssertionFailedException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private PublicKeyCredentialCreationOptions creation(Account account, Token challenge) {
    return PublicKeyCredentialCreationOptions.builder()
        .rp(party.getIdentity())
        .user(
            UserIdentity.builder()
                .name(account.email().text())
                .displayName(account.name())
                .id(handle(account.id()))
                .build())
        .challenge(bytesOf(challenge))
        .pubKeyCredParams(
            List.of(
                PublicKeyCredentialParameters.ES256,
                PublicKeyCredentialParameters.EdDSA,
                PublicKeyCredentialParameters.RS256))
        .timeout(OneTimeToken.Purpose.PASSKEY_REGISTRATION.validity().toMillis())
        .excludeCredentials(descriptors(passkeys.of(account.id())))
        .authenticatorSelection(
            AuthenticatorSelectionCriteria.builder()
                .residentKey(ResidentKeyRequirement.REQUIRED)
                .userVerification(UserVerificationRequirement.REQUIRED)
                .build())
        .build();
  }

  private PublicKeyCredentialRequestOptions request(Token challenge, List<Passkey> allowed) {
    PublicKeyCredentialRequestOptions.PublicKeyCredentialRequestOptionsBuilder options =
        PublicKeyCredentialRequestOptions.builder()
            .challenge(bytesOf(challenge))
            .timeout(OneTimeToken.Purpose.PASSKEY_SIGN_IN.validity().toMillis())
            .rpId(party.getIdentity().getId())
            .userVerification(UserVerificationRequirement.REQUIRED);
    if (!allowed.isEmpty()) {
      options.allowCredentials(List.copyOf(descriptors(allowed)));
    }
    return options.build();
  }

  private static Set<PublicKeyCredentialDescriptor> descriptors(List<Passkey> passkeys) {
    return passkeys.stream()
        .map(
            passkey ->
                PublicKeyCredentialDescriptor.builder()
                    .id(new ByteArray(passkey.credential().bytes()))
                    .build())
        .collect(Collectors.toSet());
  }

  private static String json(PublicKeyCredentialCreationOptions options) {
    try {
      return options.toCredentialsCreateJson();
    } catch (IOException e) {
      throw new UncheckedIOException("the options of a ceremony can be written", e);
    }
  }

  private static String json(PublicKeyCredentialRequestOptions options) {
    try {
      return options.toCredentialsGetJson();
    } catch (IOException e) {
      throw new UncheckedIOException("the options of a ceremony can be written", e);
    }
  }

  private static Optional<
          PublicKeyCredential<AuthenticatorAttestationResponse, ClientRegistrationExtensionOutputs>>
      parseRegistration(String response) {
    if (response.length() > LARGEST_RESPONSE) {
      return Optional.empty();
    }
    try {
      return Optional.of(PublicKeyCredential.parseRegistrationResponseJson(response));
    } catch (IOException | RuntimeException e) {
      // Whatever a stranger sends; the library tells some of it by unchecked exceptions.
      return Optional.empty();
    }
  }

  private static Optional<Assertion> parseAssertion(String response) {
    if (response.length() > LARGEST_RESPONSE) {
      return Optional.empty();
    }
    try {
      PublicKeyCredential<AuthenticatorAssertionResponse, ClientAssertionExtensionOutputs> parsed =
          PublicKeyCredential.parseAssertionResponseJson(response);
      return Optional.of(
          new Assertion(tokenOf(parsed.getResponse().getClientData().getChallenge()), parsed));
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private Token challenge(
      OneTimeToken.Purpose purpose, @org.jspecify.annotations.Nullable AccountId account) {
    Token token = Token.random(host.random());
    Instant now = host.clock().instant();
    host.accounts()
        .issue(
            new OneTimeToken(token.hash(), purpose, account, now.plus(purpose.validity()), null),
            now);
    return token;
  }

  private Optional<OneTimeToken> consume(Token challenge, OneTimeToken.Purpose purpose) {
    return host.accounts().consume(challenge.hash(), purpose, host.clock().instant());
  }

  private boolean isFresh(SigningIn.SignedInPerson person) {
    return person.session().isFresh(host.clock().instant());
  }

  private static ByteArray bytesOf(Token token) {
    try {
      return new ByteArray(Base64.getUrlDecoder().decode(token.secret()));
    } catch (IllegalArgumentException e) {
      // Somebody made it up; it will not be found either.
      return new ByteArray(new byte[0]);
    }
  }

  private static Token tokenOf(ByteArray challenge) {
    return new Token(challenge.getBase64Url());
  }

  /** An account as authenticators know it: the 16 bytes of its id, which say nothing about it. */
  private static ByteArray handle(AccountId account) {
    return new ByteArray(
        ByteBuffer.allocate(16)
            .putLong(account.value().getMostSignificantBits())
            .putLong(account.value().getLeastSignificantBits())
            .array());
  }

  private static Optional<AccountId> accountOf(ByteArray handle) {
    if (handle.size() != 16) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(handle.getBytes());
    return Optional.of(new AccountId(new UUID(bytes.getLong(), bytes.getLong())));
  }

  private static Optional<CredentialId> credential(ByteArray id) {
    return id.size() < 1 || id.size() > 1_023
        ? Optional.empty()
        : Optional.of(new CredentialId(id.getBytes()));
  }

  /** What the library asks for; it calls an account's id in text its user name. */
  private final class Repository implements CredentialRepository {
    @Override
    public Set<PublicKeyCredentialDescriptor> getCredentialIdsForUsername(String username) {
      return descriptors(passkeys.of(AccountId.FORM.parse(username)));
    }

    @Override
    public Optional<ByteArray> getUserHandleForUsername(String username) {
      return Optional.of(handle(AccountId.FORM.parse(username)));
    }

    @Override
    public Optional<String> getUsernameForUserHandle(ByteArray handle) {
      return accountOf(handle).map(AccountId::toString);
    }

    @Override
    public Optional<RegisteredCredential> lookup(ByteArray id, ByteArray handle) {
      return credential(id)
          .flatMap(passkeys::find)
          .filter(passkey -> handle(passkey.account()).equals(handle))
          .map(UsingPasskeys::registered);
    }

    @Override
    public Set<RegisteredCredential> lookupAll(ByteArray id) {
      return credential(id).flatMap(passkeys::find).map(UsingPasskeys::registered).stream()
          .collect(Collectors.toSet());
    }
  }

  private static RegisteredCredential registered(Passkey passkey) {
    return RegisteredCredential.builder()
        .credentialId(new ByteArray(passkey.credential().bytes()))
        .userHandle(handle(passkey.account()))
        .publicKeyCose(new ByteArray(passkey.cose()))
        .signatureCount(passkey.signCount())
        .build();
  }
}
