package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages as text: that each is whole, within its own policy, and usable without seeing it. */
class PeoplePagesTest {
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

  private static String page(String path) {
    var answer = server.get(path);
    assertThat(answer.statusCode()).as(path).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/register",
        "/sign-in",
        "/account",
        "/forgotten-password",
        "/new-password",
        "/verify",
        "/confirm-email",
        "/revert-email",
        "/mails",
        "/first-administrator",
        "/shop",
        "/staff",
        "/api/docs"
      })
  void a_page_keeps_its_policy_names_its_fields_and_leads_nowhere_that_is_not_there(String path) {
    String html = page(path);
    assertThat(html)
        .startsWith("<!doctype html>")
        .contains("<html lang=\"en\">", "<title>", "<main")
        .doesNotContainPattern("\\son[a-z]+=")
        .doesNotContainPattern("\\sstyle=")
        .doesNotContainPattern("<script(?![^>]*src=)")
        .doesNotContain("http://", "https://");
    // Each field stands in its label, and each id is there once.
    Matcher field = Pattern.compile("<(input|select|textarea)\\b[^>]*>").matcher(html);
    while (field.find()) {
      String before = html.substring(0, field.start());
      boolean inLabel = before.lastIndexOf("<label") > before.lastIndexOf("</label>");
      boolean labelled =
          field.group().contains("id=\"")
              && html.contains("for=\"" + field.group().replaceAll(".*id=\"([^\"]*)\".*", "$1"));
      assertThat(inLabel || labelled).as(field.group()).isTrue();
    }
    List<String> ids =
        Pattern.compile("\\sid=\"([^\"]+)\"").matcher(html).results().map(m -> m.group(1)).toList();
    assertThat(ids).doesNotHaveDuplicates();
    Matcher link = Pattern.compile("(?:href|src)=\"([^\"#][^\"]*)\"").matcher(html);
    while (link.find()) {
      String target = link.group(1).startsWith("/") ? link.group(1) : "/" + link.group(1);
      assertThat(server.get(target).statusCode()).as("%s on %s", target, path).isEqualTo(200);
    }
  }

  private static final Map<String, List<String>> PAGES_OF =
      Map.of(
          "/people.js",
          List.of(
              "/register",
              "/sign-in",
              "/account",
              "/forgotten-password",
              "/new-password",
              "/verify",
              "/mails",
              "/first-administrator"),
          "/shop.js",
          List.of("/shop"),
          "/equipment.js",
          List.of("/shop"),
          "/staff.js",
          List.of("/staff"));

  @ParameterizedTest
  @ValueSource(strings = {"/people.js", "/shop.js", "/equipment.js", "/staff.js"})
  void every_element_and_address_that_a_script_names_is_there(String path) {
    String script = page(path);
    String pages =
        PAGES_OF.getOrDefault(path, List.of()).stream()
            .map(PeoplePagesTest::page)
            .collect(Collectors.joining("\n"));
    Matcher named = Pattern.compile("(?:byId|on|saved)\\('([a-z-]+)'").matcher(script);
    int elements = 0;
    while (named.find()) {
      assertThat(pages).contains("id=\"" + named.group(1) + "\"");
      elements++;
    }
    assertThat(elements).isGreaterThan(10);
    // And each address that it calls is one of the API's.
    String document = page("/openapi");
    Matcher called = Pattern.compile("'(/api/v1/[a-z/-]+)'").matcher(script);
    int calls = 0;
    while (called.find()) {
      String address = called.group(1);
      assertThat(document)
          .contains("\n  " + (address.endsWith("/") ? address + "{" : address + ":\n"));
      calls++;
    }
    Matcher ofShop = Pattern.compile("path\\([`'](/[a-z/-]+)").matcher(script);
    while (ofShop.find()) {
      assertThat(document).contains("\n  /api/v1/shops/{shop}" + ofShop.group(1));
      calls++;
    }
    assertThat(calls).isGreaterThan(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page.js",
        "/form.js",
        "/people.js",
        "/shop.js",
        "/prices.js",
        "/equipment.js",
        "/staff.js",
        "/app.js",
        "/viewer.js"
      })
  void a_script_makes_no_markup_of_text_and_keeps_nothing_in_the_browser(String path) {
    assertThat(page(path))
        .doesNotContain(
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "localStorage",
            "sessionStorage",
            "document.cookie",
            "http://",
            "https://");
  }

  @Test
  void what_a_browser_has_already_is_still_a_page_after_it_asked_again() {
    var first = server.get("/account");
    String tag = first.headers().firstValue("ETag").orElseThrow();
    var again =
        server.send(
            HttpRequest.newBuilder(server.uri("/account")).header("If-None-Match", tag).build());
    assertThat(again.statusCode()).isEqualTo(304);
    // A browser puts these headers over those that it kept.
    assertThat(again.headers().firstValue("Content-Security-Policy"))
        .isEqualTo(first.headers().firstValue("Content-Security-Policy"));
  }

  @Test
  void a_demo_says_so_on_every_page_and_nothing_else_does() {
    assertThat(page("/sign-in")).doesNotContain("class=\"banner\"");
    try (TestServer demo = TestServer.demo(data.resolve("demo"))) {
      for (String path :
          List.of(
              "/",
              "/sign-in",
              "/account",
              "/register",
              "/shop",
              "/staff",
              "/first-administrator",
              "/api/docs")) {
        assertThat(new String(demo.get(path).body(), StandardCharsets.UTF_8))
            .as(path)
            .contains("<body>\n<p class=\"banner\" role=\"note\"><strong>Demo.</strong>");
      }
      Browser visitor = Browser.visiting(demo);
      for (String who : List.of("customer", "support", "administrator")) {
        Browser.expect(
            201,
            visitor.post(
                "/api/v1/sessions",
                "{\"email\":\""
                    + who
                    + "@demo.example\",\"password\":\""
                    + DemoAccount.PASSWORD
                    + "\"}"));
      }
    }
  }

  @Test
  void a16_outside_a_demo_its_accounts_let_nobody_in_not_even_on_its_database() {
    Path shared = data.resolve("was-a-demo");
    String credentials =
        "{\"email\":\"administrator@demo.example\",\"password\":\"" + DemoAccount.PASSWORD + "\"}";
    try (TestServer demo = TestServer.demo(shared)) {
      Browser.expect(201, Browser.visiting(demo).post("/api/v1/sessions", credentials));
    }
    try (TestServer real = TestServer.in(shared)) {
      Browser.expect(401, Browser.visiting(real).post("/api/v1/sessions", credentials));
      assertThat(real.firstAdministratorToken()).hasSize(43);
    }
    Browser.expect(401, Browser.visiting(server).post("/api/v1/sessions", credentials));
  }
}
