package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Passkeys over HTTP: what is asked of a browser, and what is refused. The ceremonies are core's.
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
}
