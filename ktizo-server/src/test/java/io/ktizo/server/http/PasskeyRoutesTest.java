package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.core.account.SoftwareAuthenticator;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Passkeys over HTTP: what is asked of a browser, whole ceremonies with an authenticator that
 * really signs, and what is refused.
 */
class PasskeyRoutesTest {
  @TempDir static Path data;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static JsonNode options(HttpResponse<byte[]> answer) throws Exception {
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(201);
    return JsonMapper.builder()
        .build()
        .readTree(TestServer.json(answer).get("options").textValue())
        .get("publicKey");
  }

  @Test
  void anybody_may_ask_for_options_to_sign_in_and_each_challenge_is_another() throws Exception {
    Browser visitor = Browser.visiting(server);
    JsonNode first = options(visitor.post("/api/v1/sessions/passkey-options", "{}"));
    JsonNode second = options(visitor.post("/api/v1/sessions/passkey-options", "{}"));
    assertThat(first.get("rpId").textValue()).isEqualTo("localhost");
    assertThat(first.get("userVerification").textValue()).isEqualTo("required");
    assertThat(first.get("challenge")).isNotEqualTo(second.get("challenge"));
  }

  @Test
  void what_is_no_answer_to_a_challenge_is_refused_like_a_wrong_password() {
    HttpResponse<byte[]> answer =
        Browser.visiting(server).post("/api/v1/sessions/passkey", "{\"response\":\"{}\"}");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(TestServer.json(answer).get("code").textValue()).isEqualTo("sign-in.refused");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void a_member_begins_to_add_one_while_his_proof_is_fresh() throws Exception {
    Browser member = Browser.signedIn(server);
    JsonNode options = options(member.post("/api/v1/account/passkey-options", null));
    assertThat(options.at("/rp/id").textValue()).isEqualTo("localhost");
    assertThat(options.at("/user/name").textValue()).isEqualTo(member.email());
    HttpResponse<byte[]> refused =
        member.post("/api/v1/account/passkeys", "{\"name\":\"Phone\",\"response\":\"{}\"}");
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(TestServer.json(refused).get("code").textValue()).isEqualTo("passkey.refused");
    assertThat(TestServer.json(member.get("/api/v1/account/passkeys")).get("items").isEmpty())
        .isTrue();

    server.pass(Duration.ofMinutes(11));
    assertThat(member.post("/api/v1/account/passkey-options", null).statusCode()).isEqualTo(403);
  }

  @Test
  void somebody_elses_passkey_is_like_none() {
    Browser member = Browser.signedIn(server);
    String none = "/api/v1/account/passkeys/passkey_0123456789abcdefghjkmnpqrs";
    assertThat(member.delete(none).statusCode()).isEqualTo(404);
    assertThat(Browser.visiting(server).get("/api/v1/account/passkeys").statusCode())
        .isEqualTo(401);
  }

  @Test
  void stepping_up_by_a_passkey_takes_one() throws Exception {
    Browser member = Browser.signedIn(server);
    assertThat(
            options(member.post("/api/v1/session/passkey-options", null)).get("rpId").textValue())
        .isEqualTo("localhost");
    assertThat(member.post("/api/v1/session/passkey-proof", "{\"response\":\"{}\"}").statusCode())
        .isEqualTo(401);
  }

  // ---- whole ceremonies ----

  private static final String ORIGIN = "http://localhost:8080";

  private static SoftwareAuthenticator authenticator() {
    return new SoftwareAuthenticator("localhost", ORIGIN);
  }

  /** The options as the page gets them, text within JSON. */
  private static String asked(Browser browser, String path, @Nullable String body) {
    return TestServer.json(Browser.expect(201, browser.post(path, body)))
        .get("options")
        .textValue();
  }

  private static String signInOptions(Browser browser) {
    return asked(browser, "/api/v1/sessions/passkey-options", "{}");
  }

  private static String response(String response) {
    return JsonMapper.builder().build().createObjectNode().put("response", response).toString();
  }

  private static String wanted(String name, String response) {
    return JsonMapper.builder()
        .build()
        .createObjectNode()
        .put("name", name)
        .put("response", response)
        .toString();
  }

  private static HttpResponse<byte[]> add(Browser member, SoftwareAuthenticator device) {
    String options = asked(member, "/api/v1/account/passkey-options", null);
    return member.post("/api/v1/account/passkeys", wanted("Phone", device.create(options)));
  }

  private static HttpResponse<byte[]> signIn(Browser visitor, SoftwareAuthenticator device) {
    return visitor.post("/api/v1/sessions/passkey", response(device.get(signInOptions(visitor))));
  }

  private static void assertRefused(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as(TestServer.text(answer)).isEqualTo(401);
    assertThat(TestServer.json(answer).get("code").textValue()).isEqualTo("sign-in.refused");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void a_passkey_is_added_signs_in_steps_up_is_renamed_and_removed() {
    Browser member = Browser.signedIn(server);
    SoftwareAuthenticator phone = authenticator();
    JsonNode added = TestServer.json(Browser.expect(201, add(member, phone)));
    assertThat(added.at("/passkey/name").textValue()).isEqualTo("Phone");
    assertThat(added.get("recoveryCodes")).hasSize(10);

    // Another browser, without a password: the same person, with two factors.
    Browser elsewhere = Browser.visiting(server);
    JsonNode session = TestServer.json(Browser.expect(201, signIn(elsewhere, phone)));
    assertThat(session.get("assurance").textValue()).isEqualTo("TWO_FACTORS");
    assertThat(elsewhere.accountId()).isEqualTo(member.accountId());

    // Later something needs a fresh proof; the passkey gives it, and the token is another.
    server.pass(Duration.ofMinutes(11));
    Browser.expect(403, elsewhere.post("/api/v1/account/passkey-options", null));
    String before = elsewhere.cookie().orElseThrow();
    String proof = phone.get(asked(elsewhere, "/api/v1/session/passkey-options", null));
    Browser.expect(200, elsewhere.post("/api/v1/session/passkey-proof", response(proof)));
    assertThat(elsewhere.cookie()).isPresent().isNotEqualTo(Optional.of(before));
    Browser.expect(201, elsewhere.post("/api/v1/account/passkey-options", null));

    String path = "/api/v1/account/passkeys/" + added.at("/passkey/id").textValue();
    Browser.expect(204, elsewhere.send(elsewhere.request("PATCH", path, "{\"name\":\"Key\"}")));
    JsonNode list = TestServer.json(elsewhere.get("/api/v1/account/passkeys"));
    assertThat(list.at("/items/0/name").textValue()).isEqualTo("Key");
    assertThat(list.at("/items/0/lastUsedAt").isTextual()).isTrue();
    Browser.expect(204, elsewhere.delete(path));
    assertRefused(signIn(Browser.visiting(server), phone));
  }

  @Test
  void after_the_password_a_passkey_or_once_a_recovery_code_is_the_second_factor() {
    Browser member = Browser.signedIn(server);
    SoftwareAuthenticator phone = authenticator();
    String code =
        TestServer.json(Browser.expect(201, add(member, phone))).at("/recoveryCodes/0").textValue();
    String credentials =
        "{\"email\":\"" + member.email() + "\",\"password\":\"" + Browser.PASSWORD + "\"}";
    Browser elsewhere = Browser.visiting(server);
    String challenge = challenge(elsewhere, credentials);
    String options =
        asked(
            elsewhere, "/api/v1/sessions/passkey-options", "{\"challenge\":\"" + challenge + "\"}");
    Browser.expect(201, elsewhere.post("/api/v1/sessions/passkey", response(phone.get(options))));
    assertThat(elsewhere.accountId()).isEqualTo(member.accountId());

    for (int times = 0; times < 2; times++) {
      Browser third = Browser.visiting(server);
      String shown =
          "{\"challenge\":\"" + challenge(third, credentials) + "\",\"code\":\"" + code + "\"}";
      Browser.expect(times == 0 ? 201 : 401, third.post("/api/v1/sessions/second-factor", shown));
    }
  }

  private static String challenge(Browser visitor, String credentials) {
    JsonNode next =
        TestServer.json(Browser.expect(200, visitor.post("/api/v1/sessions", credentials)));
    assertThat(next.get("next").textValue()).isEqualTo("SECOND_FACTOR");
    return next.get("challenge").textValue();
  }

  @Test
  void a14_a_page_of_another_origin_adds_nothing_and_signs_nobody_in() {
    Browser member = Browser.signedIn(server);
    SoftwareAuthenticator phone = authenticator();
    phone.show("https://evil.example");
    assertThat(TestServer.json(Browser.expect(409, add(member, phone))).get("code").textValue())
        .isEqualTo("passkey.refused");
    phone.show(ORIGIN);
    Browser.expect(201, add(member, phone));
    for (String origin :
        new String[] {"https://evil.example", "https://localhost:8080", "http://localhost:8081"}) {
      phone.show(origin);
      assertRefused(signIn(Browser.visiting(server), phone));
    }
  }

  @Test
  void a14_a_signature_for_another_domain_is_refused() {
    Browser member = Browser.signedIn(server);
    Browser.expect(409, add(member, new SoftwareAuthenticator("evil.example", ORIGIN)));
  }

  @Test
  void a14_an_answer_that_was_given_is_worth_nothing_a_second_time() {
    Browser member = Browser.signedIn(server);
    SoftwareAuthenticator phone = authenticator();
    String created = phone.create(asked(member, "/api/v1/account/passkey-options", null));
    Browser.expect(201, member.post("/api/v1/account/passkeys", wanted("Phone", created)));
    Browser.expect(409, member.post("/api/v1/account/passkeys", wanted("Again", created)));

    Browser visitor = Browser.visiting(server);
    String shown = response(phone.get(signInOptions(visitor)));
    Browser.expect(201, visitor.post("/api/v1/sessions/passkey", shown));
    assertRefused(Browser.visiting(server).post("/api/v1/sessions/passkey", shown));
    assertRefused(visitor.post("/api/v1/session/passkey-proof", shown));
  }

  @Test
  void a14_a_challenge_is_good_for_the_account_that_asked_for_it_alone() {
    Browser erika = Browser.signedIn(server);
    Browser other = Browser.signedIn(server);
    SoftwareAuthenticator erikas = authenticator();
    Browser.expect(201, add(erika, erikas));

    // What erika was asked, answered in the other's session, and the other way about.
    String asked = asked(erika, "/api/v1/account/passkey-options", null);
    Browser.expect(
        409, other.post("/api/v1/account/passkeys", wanted("Mine", authenticator().create(asked))));
    String proof = asked(other, "/api/v1/session/passkey-options", null);
    assertRefused(other.post("/api/v1/session/passkey-proof", response(erikas.get(proof))));
    assertThat(TestServer.json(other.get("/api/v1/account/passkeys")).get("items")).isEmpty();
  }
}
