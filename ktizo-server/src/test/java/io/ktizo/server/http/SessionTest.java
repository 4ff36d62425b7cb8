package io.ktizo.server.http;

import static io.ktizo.server.Browser.PASSWORD;
import static io.ktizo.server.Browser.expect;
import static io.ktizo.server.Browser.token;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.account.AccountMail;
import io.ktizo.core.account.Token;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signing in and out as a browser does it, and everything that ends a session. */
class SessionTest {
  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.in(folder.resolve("shared"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a_person_registers_proves_the_address_and_signs_in_by_a_cookie() {
    Browser browser = Browser.visiting(server);
    expect(202, browser.register());
    AccountMail.ProveAddress mail =
        server.mails().take(AccountMail.ProveAddress.class, browser.email());
    assertThat(code(expect(403, browser.signIn(PASSWORD)))).isEqualTo("address.unproven");
    expect(204, browser.post("/api/v1/verifications", token(mail.token().secret())));
    expect(422, browser.post("/api/v1/verifications", token(mail.token().secret())));

    HttpResponse<byte[]> in = expect(201, browser.signIn(PASSWORD));

    assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
        .matches("ktizo-local=[A-Za-z0-9_-]{43}; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax");
    assertThat(in.headers().firstValue("Cache-Control")).contains("no-store");
    JsonNode account = TestServer.json(expect(200, browser.get("/api/v1/account")));
    assertThat(account.get("email").textValue()).isEqualTo(browser.email());
    assertThat(account.get("role").textValue()).isEqualTo("CUSTOMER");
    assertThat(TestServer.text(browser.get("/api/v1/session")))
        .doesNotContain(browser.cookie().orElseThrow());
  }

  @Test
  void w07_over_tls_the_cookie_has_the_prefix_that_no_neighbour_can_plant() {
    String header =
        new SessionCookie(true)
            .set(Answer.nothing(204), new Token("secret"))
            .headers()
            .get("Set-Cookie");

    assertThat(header)
        .isEqualTo("__Host-ktizo=secret; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure");
  }

  @Test
  void a08_a_token_that_was_there_before_signing_in_is_worth_nothing_after_it() {
    Browser victim = Browser.registered(server);
    String planted = "A".repeat(43);
    victim.plant(planted);
    expect(201, victim.signIn(PASSWORD));
    assertThat(victim.cookie()).isPresent().isNotEqualTo(planted);

    Browser attacker = Browser.visiting(server);
    attacker.plant(planted);
    expect(401, attacker.get("/api/v1/account"));
  }

  @Test
  void a08_showing_again_who_one_is_gives_another_token() {
    Browser browser = Browser.signedIn(server);
    String before = browser.cookie().orElseThrow();
    browser.stepUp();
    expect(200, browser.get("/api/v1/account"));

    Browser old = Browser.visiting(server);
    old.plant(before);
    expect(401, old.get("/api/v1/account"));
  }

  @Test
  void w07_two_cookies_of_the_name_are_none() {
    Browser browser = Browser.signedIn(server);
    HttpRequest twice =
        HttpRequest.newBuilder(server.uri("/api/v1/account"))
            .header(
                "Cookie",
                Browser.COOKIE + "=x; " + Browser.COOKIE + "=" + browser.cookie().orElseThrow())
            .build();

    expect(401, server.send(twice));
  }

  @Test
  void a09_signing_out_ends_the_session_here_or_everywhere() {
    Browser here = Browser.signedIn(server);
    Browser there = Browser.signedIn(server);
    String token = here.cookie().orElseThrow();
    HttpResponse<byte[]> out = expect(204, here.delete("/api/v1/session"));
    assertThat(out.headers().firstValue("Clear-Site-Data"))
        .contains("\"cache\", \"cookies\", \"storage\"");
    assertThat(here.cookie()).isEmpty();
    here.plant(token);
    expect(401, here.get("/api/v1/account"));

    String other = there.cookie().orElseThrow();
    expect(201, there.signIn(PASSWORD));
    Browser first = Browser.visiting(server);
    first.plant(other);
    expect(200, first.get("/api/v1/account"));
    expect(204, there.delete("/api/v1/sessions"));
    expect(401, first.get("/api/v1/account"));
  }

  @Test
  void a09_a_new_password_ends_all_other_sessions() {
    Browser browser = Browser.signedIn(server);
    Browser other = Browser.visiting(server);
    other.plant(browser.cookie().orElseThrow());
    expect(201, browser.signIn(PASSWORD));

    expect(
        204,
        browser.put("/api/v1/account/password", "{\"password\":\"another long secret phrase\"}"));

    expect(401, other.get("/api/v1/account"));
    expect(200, browser.get("/api/v1/account"));
    expect(401, browser.signIn(PASSWORD));
    server.pass(Duration.ofSeconds(5));
    expect(201, browser.signIn("another long secret phrase"));
  }

  @Test
  void a09_staff_who_shut_an_account_end_its_sessions_and_the_person_may_come_back_later() {
    Browser administrator = Browser.administrator(server);
    Browser member = Browser.signedIn(server);
    String id = member.accountId();

    HttpResponse<byte[]> shut = change(administrator, id, "DISABLED");
    assertThat(TestServer.json(expect(200, shut)).get("state").textValue()).isEqualTo("DISABLED");
    expect(401, member.get("/api/v1/account"));
    expect(401, member.signIn(PASSWORD));
    expect(200, change(administrator, id, "OPEN"));
    server.pass(Duration.ofSeconds(5));
    expect(201, member.signIn(PASSWORD));

    // Each look and each act is written down, and the person sees that.
    JsonNode looks = TestServer.json(expect(200, member.get("/api/v1/account/looks")));
    assertThat(looks.get("items").valueStream().map(look -> look.get("reason").textValue()))
        .containsExactly("spam", "because it is a test", "spam", "because it is a test");
    assertThat(TestServer.text(member.get("/api/v1/account/looks")))
        .doesNotContain(administrator.accountId());
    JsonNode audit =
        TestServer.json(expect(200, administrator.get("/api/v1/members/" + id + "/looks")));
    assertThat(audit.get("items").get(0).get("staff").textValue())
        .isEqualTo(administrator.accountId());
  }

  private static HttpResponse<byte[]> change(Browser staff, String member, String state) {
    HttpResponse<byte[]> seen =
        expect(
            200,
            staff.send(
                staff
                    .request("GET", "/api/v1/members/" + member, null)
                    .header("X-Ktizo-Reason", "because%20it%20is%20a%20test")));
    return staff.send(
        staff
            .request(
                "PUT",
                "/api/v1/members/" + member + "/state",
                "{\"state\":\"" + state + "\",\"reason\":\"spam\"}")
            .header("If-Match", seen.headers().firstValue("ETag").orElseThrow()));
  }

  @Test
  void a09_closing_the_account_ends_its_sessions_and_keys_and_nobody_gets_in_any_more() {
    Browser browser = Browser.signedIn(server);
    JsonNode key =
        TestServer.json(
            expect(
                201,
                browser.post(
                    "/api/v1/api-keys", "{\"name\":\"ci\",\"scopes\":[\"quotes:write\"]}")));
    String token = browser.cookie().orElseThrow();

    expect(204, browser.delete("/api/v1/account"));

    browser.plant(token);
    expect(401, browser.get("/api/v1/account"));
    expect(401, browser.signIn(PASSWORD));
    HttpRequest byKey =
        HttpRequest.newBuilder(server.uri("/api/v1/shops"))
            .header("Authorization", "Bearer " + key.get("key").textValue())
            .build();
    expect(401, server.send(byKey));
    server.mails().take(AccountMail.AccountClosed.class, browser.email());
  }

  @Test
  void a10_a_session_ends_when_it_is_not_used_and_when_it_is_too_old() {
    Browser idle = Browser.signedIn(server);
    server.pass(Duration.ofMinutes(29));
    expect(200, idle.get("/api/v1/account"));
    server.pass(Duration.ofMinutes(29));
    expect(200, idle.get("/api/v1/account"));
    server.pass(Duration.ofMinutes(31));
    expect(401, idle.get("/api/v1/account"));

    Browser busy = Browser.signedIn(server);
    for (int uses = 0; uses < 28; uses++) {
      expect(200, busy.get("/api/v1/session"));
      server.pass(Duration.ofMinutes(25));
    }
    expect(200, busy.get("/api/v1/session"));
    server.pass(Duration.ofMinutes(25));
    expect(401, busy.get("/api/v1/session"));
  }

  @Test
  void devices_are_listed_in_pieces_and_each_can_be_signed_out_by_its_owner_alone() {
    Browser browser = Browser.signedIn(server);
    for (int more = 0; more < 4; more++) {
      expect(201, browser.signIn(PASSWORD));
    }
    List<String> seen = new ArrayList<>();
    String path = "/api/v1/sessions?limit=2";
    String next = "";
    do {
      JsonNode piece = TestServer.json(expect(200, browser.get(path + next)));
      assertThat(piece.get("items").size()).isLessThanOrEqualTo(2);
      piece.get("items").forEach(device -> seen.add(device.get("id").textValue()));
      next = piece.has("next") ? "&after=" + piece.get("next").textValue() : "";
    } while (!next.isEmpty());
    assertThat(seen).hasSize(5).doesNotHaveDuplicates();

    Browser stranger = Browser.signedIn(server);
    String foreign = "/api/v1/sessions/" + seen.getLast();
    assertThat(code(expect(404, stranger.delete(foreign)))).isEqualTo("object.not-found");
    expect(204, browser.delete(foreign));
    expect(404, browser.delete(foreign));
    // A mark made for one list is worth nothing in another, and nobody can make one himself.
    JsonNode piece = TestServer.json(browser.get(path));
    assertThat(piece.has("next")).isTrue();
    for (String mark : List.of(piece.get("next").textValue(), "x", "AAAA".repeat(10), "")) {
      expect(422, browser.get("/api/v1/api-keys?after=" + mark));
    }
  }

  @Test
  void a12_another_address_needs_a_fresh_proof_both_are_told_and_the_old_one_can_take_it_back() {
    Browser browser = Browser.signedIn(server);
    String wanted = "new." + browser.email();
    String body = "{\"email\":\"" + wanted + "\"}";
    server.pass(Duration.ofMinutes(11));
    assertThat(code(expect(403, browser.post("/api/v1/account/email-changes", body))))
        .isEqualTo("step-up.required");
    browser.stepUp();

    expect(202, browser.post("/api/v1/account/email-changes", body));
    AccountMail.AddressChangeNotice notice =
        server.mails().take(AccountMail.AddressChangeNotice.class, browser.email());
    AccountMail.ConfirmAddress confirm =
        server.mails().take(AccountMail.ConfirmAddress.class, wanted);
    JsonNode account = TestServer.json(browser.get("/api/v1/account"));
    assertThat(account.get("email").textValue()).isEqualTo(browser.email());
    assertThat(account.get("pendingEmail").textValue()).isEqualTo(wanted);

    Browser anybody = Browser.visiting(server);
    expect(204, anybody.post("/api/v1/email-confirmations", token(confirm.token().secret())));
    expect(401, browser.get("/api/v1/account"));
    expect(401, browser.signIn(PASSWORD));

    expect(204, anybody.post("/api/v1/email-reversals", token(notice.token().secret())));
    server.pass(Duration.ofSeconds(5));
    expect(201, browser.signIn(PASSWORD));
  }

  @Test
  void a13_a_code_and_a_recovery_code_work_once() {
    Browser browser = Browser.signedIn(server);
    JsonNode begun =
        TestServer.json(expect(201, browser.post("/api/v1/account/second-factor", null)));
    String secret = begun.get("secret").textValue();
    assertThat(begun.get("uri").textValue()).startsWith("otpauth://totp/").contains(secret);
    String first = Browser.code(secret, server.now());
    assertThat(
            code(
                expect(
                    422,
                    browser.post(
                        "/api/v1/account/second-factor/confirmation", "{\"code\":\"abcdef\"}"))))
        .isEqualTo("second-factor.wrong-code");
    JsonNode codes =
        TestServer.json(
            expect(
                200,
                browser.post(
                    "/api/v1/account/second-factor/confirmation", "{\"code\":\"" + first + "\"}")));
    assertThat(codes.get("recoveryCodes")).hasSize(10);
    String recovery = codes.get("recoveryCodes").get(0).textValue();

    assertThat(withCode(browser, first).statusCode()).as("the code that confirmed").isEqualTo(401);
    server.pass(Duration.ofMinutes(20));
    String later = Browser.code(secret, server.now());
    assertThat(withCode(browser, later).statusCode()).isEqualTo(201);
    server.pass(Duration.ofSeconds(5));
    assertThat(withCode(browser, later).statusCode()).as("a second time").isEqualTo(401);
    server.pass(Duration.ofMinutes(20));
    assertThat(withCode(browser, recovery).statusCode()).isEqualTo(201);
    server.pass(Duration.ofMinutes(20));
    assertThat(withCode(browser, recovery).statusCode()).as("a second time").isEqualTo(401);
  }

  private static HttpResponse<byte[]> withCode(Browser browser, String code) {
    HttpResponse<byte[]> first =
        expect(
            200,
            browser.post(
                "/api/v1/sessions",
                "{\"email\":\"" + browser.email() + "\",\"password\":\"" + PASSWORD + "\"}"));
    return browser.post(
        "/api/v1/sessions/second-factor",
        "{\"challenge\":\""
            + TestServer.json(first).get("challenge").textValue()
            + "\",\"code\":\""
            + code
            + "\"}");
  }

  @Test
  void a16_the_token_of_the_console_makes_one_administrator_however_many_show_it()
      throws Exception {
    try (TestServer without = TestServer.in(folder.resolve("without"))) {
      String console = without.firstAdministratorToken();
      List<Browser> people =
          IntStream.range(0, 6).mapToObj(number -> Browser.signedIn(without)).toList();
      CountDownLatch start = new CountDownLatch(1);
      List<Integer> answers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Integer>> all =
            people.stream()
                .map(
                    person ->
                        threads.submit(
                            () -> {
                              start.await();
                              return person
                                  .post("/api/v1/administrators", token(console))
                                  .statusCode();
                            }))
                .toList();
        start.countDown();
        for (Future<Integer> one : all) {
          answers.add(one.get());
        }
      }

      assertThat(answers).containsOnlyOnce(204).containsOnly(204, 422);
      Browser late = Browser.signedIn(without);
      expect(422, late.post("/api/v1/administrators", token(console)));
    }
  }

  @Test
  void a_change_of_the_name_needs_the_version_it_is_based_on() {
    Browser browser = Browser.signedIn(server);
    String tag = browser.get("/api/v1/account").headers().firstValue("ETag").orElseThrow();
    String body = "{\"name\":\"Erika Other\"}";
    expect(428, browser.send(browser.request("PATCH", "/api/v1/account", body)));
    expect(
        412,
        browser.send(
            browser.request("PATCH", "/api/v1/account", body).header("If-Match", "\"v99\"")));

    HttpResponse<byte[]> done =
        expect(
            200,
            browser.send(
                browser.request("PATCH", "/api/v1/account", body).header("If-Match", tag)));

    assertThat(TestServer.json(done).get("name").textValue()).isEqualTo("Erika Other");
    assertThat(done.headers().firstValue("ETag")).isPresent().isNotEqualTo(tag);
    expect(
        412,
        browser.send(browser.request("PATCH", "/api/v1/account", body).header("If-Match", tag)));
  }

  private static String code(HttpResponse<byte[]> problem) {
    return TestServer.json(problem).get("code").textValue();
  }
}
