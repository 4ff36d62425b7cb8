package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
}
