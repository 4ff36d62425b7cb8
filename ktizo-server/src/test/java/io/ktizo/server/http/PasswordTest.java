package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.ktizo.core.account.AccountMail;
import io.ktizo.server.Browser;
import io.ktizo.server.Foundation;
import io.ktizo.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Passwords on their way in: which are taken, how long they may be, and what is kept. */
class PasswordTest {
  @TempDir static Path data;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
  }

  @AfterAll
  static void stop_and_find_hashes_alone() {
    server.close();
    // A06: what is kept is a PHC string of Argon2id with a salt of its own each.
    try (Foundation database =
        Foundation.open(new Foundation.Place.Folder(data), InstantSource.system())) {
      List<String> hashes =
          database
              .database()
              .sql("SELECT password_hash FROM accounts")
              .list(row -> row.text("password_hash"));
      assertThat(hashes)
          .hasSizeGreaterThan(3)
          .doesNotHaveDuplicates()
          .allMatch(
              hash ->
                  hash.matches(
                      "\\$argon2id\\$v=19\\$m=64,t=1,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}"));
    }
  }

  private static HttpResponse<byte[]> register(Browser browser, String password) {
    var body = JsonNodeFactory.instance.objectNode();
    body.put("email", browser.email()).put("name", "Erika Example");
    body.put("password", password).put("oldEnough", true);
    return browser.post("/api/v1/registrations", body.toString());
  }

  @Test
  void a05_passwords_that_everybody_would_try_are_refused_with_the_reason() {
    Map<String, String> refused =
        Map.of(
            "password1",
            "common",
            "Iloveyou1!",
            "common",
            "sh0rt!!",
            "too-short",
            "Erika Example!",
            "personal",
            "ktizo-ktizo",
            "personal",
            "abababababab",
            "repetitive",
            "x".repeat(129),
            "too-long");
    refused.forEach(
        (password, code) -> {
          HttpResponse<byte[]> answer = expect(422, register(Browser.visiting(server), password));
          assertThat(
                  TestServer.json(answer)
                      .get("errors")
                      .valueStream()
                      .map(
                          error ->
                              error.get("pointer").textValue()
                                  + " "
                                  + error.get("code").textValue()))
              .as(password)
              .contains("/password " + code);
          assertThat(TestServer.text(answer)).doesNotContain(password);
        });
  }

  @Test
  void a04_all_characters_count_none_is_cut_off_and_too_long_is_never_hashed() {
    // 8 code points of four bytes each; 128 characters that differ in the last alone; a blank
    // within.
    String emoji = "🦊🐙🦉🐢🦀🐝🦋🐬";
    String longest = "lorem ipsum dolor sit amet ".repeat(5).substring(0, 127);
    for (String password : List.of(emoji, longest + "!", "correct horse battery")) {
      Browser browser = Browser.visiting(server);
      expect(202, register(browser, password));
      String token =
          server.mails().take(AccountMail.ProveAddress.class, browser.email()).token().secret();
      expect(204, browser.post("/api/v1/verifications", Browser.token(token)));
      String otherEnd = password.substring(0, password.length() - 1) + "?";
      expect(401, browser.signIn(otherEnd));
      server.pass(Duration.ofSeconds(2));
      expect(201, browser.signIn(password));
    }
    Browser browser = Browser.registered(server);
    // The hash would take a permit and a processor; these are answered by their length.
    expect(401, browser.signIn("x".repeat(1_000)));
    expect(422, browser.signIn("x".repeat(1_001)));
    expect(413, browser.signIn("x".repeat(1 << 20)));
    expect(422, register(Browser.visiting(server), "nul\u0000within"));
    expect(
        422,
        Browser.visiting(server)
            .post(
                "/api/v1/registrations",
                "{\"email\":\"half@mail.test\",\"name\":\"E\",\"oldEnough\":true,"
                    + "\"password\":\"half of a pair \\ud83e\"}"));
  }

  @Test
  void a_reset_sets_a_new_password_once_and_lets_another_be_tried_if_the_first_is_weak() {
    Browser browser = Browser.registered(server);
    expect(202, browser.post("/api/v1/password-resets", "{\"email\":\"" + browser.email() + "\"}"));
    String token =
        server.mails().take(AccountMail.ResetPassword.class, browser.email()).token().secret();
    String path = "/api/v1/password-reset-confirmations";
    String weak = "{\"token\":\"" + token + "\",\"password\":\"password\"}";
    String strong = "{\"token\":\"" + token + "\",\"password\":\"four unusual words here\"}";
    expect(422, browser.post(path, weak));
    expect(204, browser.post(path, strong));
    assertThat(TestServer.json(expect(422, browser.post(path, strong))).get("code").textValue())
        .isEqualTo("token.unknown");
    expect(201, browser.signIn("four unusual words here"));
  }
}
