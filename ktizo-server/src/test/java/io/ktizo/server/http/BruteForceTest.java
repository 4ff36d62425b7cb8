package io.ktizo.server.http;

import static io.ktizo.server.Browser.PASSWORD;
import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.account.AccountMail;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.InetAddress;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Guessing gets slower and slower, and shuts nobody out who knows his password or has his mail. */
class BruteForceTest {
  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.in(folder.resolve("generous"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void a02_ten_wrong_passwords_cost_ever_longer_and_the_victim_gets_back_in_by_mail() {
    Browser victim = Browser.registered(server);
    long waited = 0;
    for (int attempt = 1; attempt <= 10; attempt++) {
      expect(401, victim.signIn("wrong password " + attempt));
      HttpResponse<byte[]> soon = expect(429, victim.signIn(PASSWORD));
      long wait = Long.parseLong(soon.headers().firstValue("Retry-After").orElseThrow());
      assertThat(wait).as("after %d", attempt).isBetween(1L, 15 * 60L);
      waited += wait;
      server.pass(Duration.ofSeconds(wait));
    }
    // 1 + 2 + 4 + … + 512 s
    assertThat(waited).isBetween(1_000L, 1_023L);
    expect(401, victim.signIn("wrong once more"));

    expect(202, victim.post("/api/v1/password-resets", "{\"email\":\"" + victim.email() + "\"}"));
    String token =
        server.mails().take(AccountMail.ResetPassword.class, victim.email()).token().secret();
    expect(
        204,
        victim.post(
            "/api/v1/password-reset-confirmations",
            "{\"token\":\"" + token + "\",\"password\":\"a fresh and long secret\"}"));
    expect(201, victim.signIn("a fresh and long secret"));
  }

  @Test
  void a02_an_address_without_an_account_is_slowed_down_alike() {
    Browser nobody = Browser.visiting(server);
    expect(401, nobody.signIn(PASSWORD));
    expect(429, nobody.signIn(PASSWORD));
    server.pass(Duration.ofSeconds(1));
    expect(401, nobody.signIn(PASSWORD));
    HttpResponse<byte[]> soon = expect(429, nobody.signIn(PASSWORD));
    assertThat(soon.headers().firstValue("Retry-After")).contains("2");
  }

  @Test
  void a02_one_network_address_gets_few_attempts_at_whatever_account() {
    AddressThrottle.Limits limits = new AddressThrottle.Limits(5, 1, 1_000, 1_000, 100);
    try (TestServer strict = TestServer.throttled(folder.resolve("strict"), limits)) {
      for (int attempt = 0; attempt < 5; attempt++) {
        expect(401, Browser.visiting(strict).signIn(PASSWORD));
      }
      for (HttpResponse<byte[]> refused :
          List.of(
              Browser.visiting(strict).signIn(PASSWORD),
              Browser.visiting(strict).register(),
              Browser.visiting(strict)
                  .post("/api/v1/password-resets", "{\"email\":\"a@b.test\"}"))) {
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      }
      strict.pass(Duration.ofMinutes(1));
      expect(401, Browser.visiting(strict).signIn(PASSWORD));
    }
  }

  @Test
  void a13_codes_of_the_second_factor_are_guessed_no_faster_than_passwords() {
    Browser victim = Browser.signedIn(server);
    victim.setUpSecondFactor();
    String credentials = "{\"email\":\"" + victim.email() + "\",\"password\":\"" + PASSWORD + "\"}";
    int guesses = 0;
    for (int day = 0; day < 2; day++) {
      Duration left = Duration.ofHours(1);
      while (left.isPositive()) {
        HttpResponse<byte[]> first = victim.post("/api/v1/sessions", credentials);
        if (first.statusCode() == 429) {
          Duration wait =
              Duration.ofSeconds(
                  Long.parseLong(first.headers().firstValue("Retry-After").orElseThrow()));
          server.pass(wait);
          left = left.minus(wait);
          continue;
        }
        String challenge = TestServer.json(expect(200, first)).get("challenge").textValue();
        String guess = "{\"challenge\":\"" + challenge + "\",\"code\":\"000000\"}";
        expect(401, victim.post("/api/v1/sessions/second-factor", guess));
        // A challenge is good for one guess.
        expect(401, victim.post("/api/v1/sessions/second-factor", guess));
        guesses++;
      }
    }
    // A million codes, three of them right at a time: at this pace one in centuries.
    assertThat(guesses).isBetween(5, 30);
  }

  @Test
  void an_ipv6_network_counts_as_one_address() throws Exception {
    assertThat(Doorkeeper.network(InetAddress.getByName("2001:db8:1:2:3:4:5:6")))
        .isEqualTo(Doorkeeper.network(InetAddress.getByName("2001:db8:1:2:ffff::1")))
        .isNotEqualTo(Doorkeeper.network(InetAddress.getByName("2001:db8:1:3:3:4:5:6")));
    assertThat(Doorkeeper.network(InetAddress.getByName("192.0.2.7"))).isEqualTo("192.0.2.7");
  }
}
