package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.server.mail.AccountLetters;
import io.ktizo.server.mail.ShownLetters;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A demo from the first look on: somebody registers, and staff see the mail that lets him in. */
class ShownMailsTest {
  private static final Pattern LINK = Pattern.compile("http://127\\.0\\.0\\.1:8080/verify#(\\S+)");

  @Test
  void a_newcomer_of_a_demo_gets_in_by_the_mail_that_staff_can_see(@TempDir Path data) {
    AccountLetters letters =
        new AccountLetters(
            "en",
            "KTIZO",
            URI.create("http://127.0.0.1:8080"),
            new ShownLetters(InstantSource.system()));
    KtizoServer.Settings settings =
        TestServer.settings(data)
            .with(
                new KtizoServer.People(
                    true, false, TestServer.CHEAP, TestServer.GENEROUS, letters));
    try (TestServer server = TestServer.as(data, settings)) {
      Browser newcomer = Browser.visiting(server);
      Browser.expect(202, newcomer.register());
      Browser support = Browser.visiting(server);
      Browser.expect(
          201,
          support.post(
              "/api/v1/sessions",
              "{\"email\":\"support@demo.example\",\"password\":\""
                  + DemoAccount.PASSWORD
                  + "\"}"));

      JsonNode mail = newest(support, newcomer.email());
      assertThat(mail.get("subject").textValue()).isNotBlank();
      Matcher link = LINK.matcher(mail.get("text").textValue());
      assertThat(link.find()).isTrue();
      Browser.expect(
          204, newcomer.post("/api/v1/verifications", "{\"token\":\"" + link.group(1) + "\"}"));
      Browser.expect(201, newcomer.signIn(Browser.PASSWORD));

      assertThat(newcomer.get("/api/v1/shown-mails").statusCode()).isEqualTo(403);

      String shop =
          TestServer.json(
                  Browser.expect(
                      201,
                      newcomer.post(
                          "/api/v1/shops",
                          "{\"slug\":\"newcomer\",\"currency\":\"EUR\",\"name\":\"Newcomer\"}")))
              .get("id")
              .textValue();
      Browser.expect(
          201,
          newcomer.post(
              "/api/v1/shops/" + shop + "/invitations",
              "{\"email\":\"helper@mail.test\",\"role\":\"OPERATOR\"}"));
      assertThat(newest(support, "helper@mail.test").get("text").textValue())
          .contains("\"Newcomer\"")
          .containsPattern("http://127\\.0\\.0\\.1:8080/join#\\S{43}\n");
    }
  }

  /** Mails follow from events a moment later. */
  private static JsonNode newest(Browser support, String to) {
    Instant end = Instant.now().plusSeconds(20);
    while (Instant.now().isBefore(end)) {
      JsonNode items =
          TestServer.json(Browser.expect(200, support.get("/api/v1/shown-mails"))).get("items");
      for (JsonNode mail : items) {
        if (mail.get("to").textValue().equals(to)) {
          return mail;
        }
      }
      LockSupport.parkNanos(20_000_000);
    }
    throw new AssertionError("no mail came");
  }
}
