package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages in a real browser, as people use them: with an authenticator, on a small screen, in the
 * dark, by keyboard. After each test nothing may have gone against the pages' own policy.
 */
class PagesInBrowserTest {
  @TempDir static Path folder;
  private static TestServer server;
  private static Chromium chromium;

  @BeforeAll
  static void start() throws Exception {
    Chromium.require();
    server = TestServer.forPasskeys(Files.createDirectory(folder.resolve("data")), false);
    chromium = Chromium.start(folder);
    chromium.plugInAuthenticator();
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void nothing_went_wrong_on_the_pages() {
    assertThat(chromium.complaints()).isEmpty();
  }

  private static void open(String path) {
    chromium.open(server.uri(path));
  }

  private static void signIn(Browser person, String next) {
    open("/sign-in" + next);
    chromium.write("#sign-in [name=email]", person.email());
    chromium.write("#sign-in [name=password]", Browser.PASSWORD);
    chromium.click("#sign-in button:not([type])");
  }

  @Test
  void somebody_signs_in_adds_a_passkey_signs_in_with_it_and_runs_a_shop() throws Exception {
    Browser person = Browser.registered(server);
    signIn(person, "");
    chromium.await("location.pathname === '/account'");
    chromium.settle();
    chromium.picture("account");
    chromium.write("#passkey [name=name]", "Laptop");
    chromium.click("#passkey button");
    chromium.await("!document.getElementById('codes').hidden");
    assertThat(chromium.evaluate("document.querySelectorAll('#code-list li').length").intValue())
        .isEqualTo(10);
    assertThat(chromium.text("#passkeys")).contains("Laptop");
    assertThat(chromium.text("#factor-state")).contains("Protected by a passkey; 10 recovery");
    chromium.picture("passkey");
    chromium.click("#sign-out");
    chromium.await("location.pathname === '/sign-in'");

    open("/sign-in?next=/shop");
    chromium.click("#by-passkey");
    chromium.await("location.pathname === '/shop' && !document.getElementById('apply').hidden");
    chromium.picture("apply");
    chromium.write("#apply [name=name]", "Feinwerk");
    chromium.write("#apply [name=slug]", "feinwerk");
    chromium.write("#apply [name=currency]", "eur");
    chromium.click("#apply button");
    chromium.await("location.search.startsWith('?shop=shop_')");
    chromium.settle();
    assertThat(chromium.text("#shop-state")).isEqualTo("applied");
    assertThat(chromium.text("#checklist")).contains("to do", "Say who you are");
    chromium.picture("shop");

    chromium.click("nav.parts a[href='#profile']");
    chromium.await("document.querySelector('#profile-form [name=name]').value === 'Feinwerk'");
    chromium.write("#profile-form [name=place]", "Jena");
    chromium.write("#profile-form [name=about]", "Small parts, finely printed.");
    chromium.click("#profile-form button");
    chromium.await("document.getElementById('status').textContent === 'Your profile is saved.'");
    chromium.reload();
    assertThat(
            chromium
                .evaluate("document.querySelector('#profile-form [name=about]').value")
                .asText())
        .isEqualTo("Small parts, finely printed.");
  }

  @Test
  void w07_signing_in_leads_to_pages_of_this_server_alone() {
    Browser person = Browser.registered(server);
    for (String next : List.of("//evil.example", "/%5Cevil.example", "https:evil.example", "/@e")) {
      signIn(person, "?next=" + next);
      chromium.await("location.pathname === '/account'");
      chromium.settle();
      assertThat(chromium.evaluate("location.origin").asText() + "/")
          .isEqualTo(server.uri("/").toString());
    }
  }

  @Test
  void the_first_administrator_takes_the_token_a_passkey_and_looks_after_a_shop() throws Exception {
    Browser person = Browser.registered(server);
    signIn(person, "?next=/first-administrator");
    chromium.await(
        "location.pathname === '/first-administrator'"
            + " && !document.getElementById('token-step').hidden");
    chromium.picture("first-administrator");
    chromium.write("#token [name=token]", "no-such-token");
    chromium.click("#token button");
    chromium.await("!document.getElementById('problem').hidden");
    assertThat(chromium.text("#problem")).contains("The token is not good");
    assertThat(chromium.evaluate("document.querySelector('#token input').value").asText())
        .isEqualTo("no-such-token");
    chromium.write("#token [name=token]", server.firstAdministratorToken());
    chromium.click("#token button");
    chromium.await("!document.getElementById('done-step').hidden");

    signIn(person, "");
    chromium.await("location.pathname === '/account'");
    chromium.settle();
    assertThat(chromium.text("#factor-state")).contains("can do nothing without a second factor");
    chromium.write("#passkey [name=name]", "Key");
    chromium.click("#passkey button");
    chromium.await("!document.getElementById('codes').hidden");

    // What somebody called himself and his Shop is text and nothing else.
    Browser owner = Browser.signedIn(server);
    String name = "<b id=x>Feld</b>";
    String tag = owner.get("/api/v1/account").headers().firstValue("ETag").orElseThrow();
    Browser.expect(
        200,
        owner.send(
            owner
                .request("PATCH", "/api/v1/account", "{\"name\":\"" + name + "\"}")
                .header("If-Match", tag)));
    aShopThatHasTold(owner, name);

    open("/staff");
    chromium.write("#search [name=email]", owner.email());
    chromium.click("#search button");
    chromium.await("!document.getElementById('problem').hidden");
    assertThat(chromium.text("#why")).contains("This is written down with the look.");
    chromium.write("#why [name=reason]", "asked by mail – twice");
    chromium.click("#search button");
    // The password alone was shown in this session: two factors are wanted, the passkey is both.
    chromium.await("document.querySelector('dialog[open] [name=passkey]:not([hidden])')");
    chromium.picture("proof");
    chromium.click("dialog [name=passkey]");
    chromium.await("!document.getElementById('member').hidden");
    assertThat(chromium.text("#member-name")).isEqualTo(name);
    chromium.picture("staff");

    chromium.click("nav.parts a[href='#shops']");
    chromium.click("#shop-list button[aria-label^='Look: " + name + "']");
    chromium.await("!document.getElementById('shop').hidden");
    assertThat(chromium.text("#shop-name")).isEqualTo(name);
    assertThat(chromium.text("#shop-facts")).contains("applied", "Feld GmbH", "07743 Jena");
    chromium.click("#shop-decision button");
    chromium.await("document.getElementById('status').textContent.startsWith('Decided')");
    assertThat(chromium.text("#shop-facts")).contains("approved");
    chromium.picture("staff-shop");
    for (String part : List.of("refunds", "events")) {
      chromium.click("nav.parts a[href='#" + part + "']");
      chromium.await("document.querySelector('#" + part + " li').textContent.startsWith('None')");
    }
    JsonNode looks = TestServer.json(owner.get("/api/v1/account/looks")).get("items");
    assertThat(looks).isNotEmpty();
    assertThat(looks)
        .extracting(look -> look.get("reason").textValue())
        .containsOnly("asked by mail – twice");
  }

  /** A Shop that has told what must be known before it is let in. */
  private static void aShopThatHasTold(Browser owner, String name) {
    JsonNode shop =
        TestServer.json(
            Browser.expect(
                201,
                owner.post(
                    "/api/v1/shops",
                    "{\"slug\":\"feld\",\"currency\":\"EUR\",\"name\":\"" + name + "\"}")));
    String path = "/api/v1/shops/" + shop.get("id").textValue();
    Map<String, String> told =
        Map.of(
            "/profile",
            "{\"name\":\"" + name + "\",\"place\":\"Jena\",\"about\":\"We print.\"}",
            "/business",
            "{\"form\":\"LIMITED_COMPANY\",\"legalName\":\"Feld GmbH\",\"registration\":\"\","
                + "\"vatId\":null,\"street\":\"Am Feld 1\",\"postCode\":\"07743\","
                + "\"city\":\"Jena\",\"region\":\"\",\"country\":\"DE\","
                + "\"contact\":\"post@mail.test\"}",
            "/terms",
            "{\"text\":\"Be kind.\"}");
    told.forEach(
        (part, body) -> {
          String tag = owner.get(path).headers().firstValue("ETag").orElseThrow();
          Browser.expect(
              200, owner.send(owner.request("PUT", path + part, body).header("If-Match", tag)));
        });
  }

  @Test
  void faults_stand_at_their_fields_and_nothing_that_was_written_is_lost() throws Exception {
    Browser owner = Browser.registered(server);
    signIn(owner, "?next=/shop");
    chromium.await("location.pathname === '/shop' && !document.getElementById('apply').hidden");
    chromium.write("#apply [name=name]", "Zweiwerk");
    chromium.write("#apply [name=slug]", "zweiwerk");
    chromium.write("#apply [name=currency]", "XXQ");
    chromium.click("#apply button");
    chromium.await("document.querySelector('#apply .fault')");
    assertThat(chromium.evaluate("document.activeElement.name").asText()).isEqualTo("currency");
    assertThat(
            chromium
                .evaluate(
                    "document.getElementById(document.activeElement.getAttribute("
                        + "'aria-describedby').split(' ').at(-1)).textContent")
                .asText())
        .isEqualTo("This must be a currency of ISO 4217.");
    assertThat(chromium.evaluate("document.querySelector('#apply [name=name]').value").asText())
        .isEqualTo("Zweiwerk");
    chromium.write("#apply [name=currency]", "EUR");
    chromium.click("#apply button");
    chromium.await("location.search.startsWith('?shop=shop_')");
    chromium.settle();

    chromium.click("nav.parts a[href='#business']");
    chromium.await("!document.getElementById('business').hidden");
    chromium.write("#business-form [name=legalName]", "Zweiwerk GmbH");
    chromium.write("#business-form [name=vatId]", "DE12");
    chromium.write("#business-form [name=country]", "de");
    chromium.write("#business-form [name=contact]", "post@mail.test");
    chromium.click("#business-form button");
    chromium.await("document.querySelectorAll('#business-form .fault').length === 4");
    assertThat(
            chromium
                .evaluate(
                    "[...document.querySelectorAll('#business-form [aria-invalid]')]"
                        + ".map((field) => field.name).join()")
                .asText())
        .isEqualTo("vatId,street,postCode,city");
    assertThat(chromium.evaluate("document.activeElement.name").asText()).isEqualTo("vatId");
    chromium.picture("faults");

    // Another part of the page and back, and a session that ends meanwhile.
    chromium.click("nav.parts a[href='#terms']");
    chromium.await("!document.getElementById('terms').hidden");
    chromium.settle();
    chromium.click("nav.parts a[href='#business']");
    chromium.await("!document.getElementById('business').hidden");
    chromium.settle();
    assertThat(
            chromium
                .evaluate("document.querySelector('#business-form [name=vatId]').value")
                .asText())
        .isEqualTo("DE12");
    chromium.evaluate("fetch('/api/v1/session', {method: 'DELETE'}).then(() => true)");
    chromium.click("#business-form button");
    chromium.await("document.querySelector('#problem a[href=\"/sign-in\"]')");
    assertThat(
            chromium
                .evaluate("document.querySelector('#business-form [name=legalName]').value")
                .asText())
        .isEqualTo("Zweiwerk GmbH");
    chromium.evaluate(
        "document.querySelectorAll('form').forEach((f) => { delete f.dataset.changed; })");
  }
}
