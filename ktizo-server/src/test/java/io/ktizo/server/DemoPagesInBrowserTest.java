package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.server.mail.AccountLetters;
import io.ktizo.server.mail.ShownLetters;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The pages of a demo, which has people, Shops and prices, in a real browser: what others wrote is
 * text, nothing comes from elsewhere, everybody can read it.
 */
class DemoPagesInBrowserTest {
  private static final List<String> PAGES =
      List.of(
          "/",
          "/register",
          "/sign-in",
          "/account",
          "/forgotten-password",
          "/new-password",
          "/verify",
          "/mails",
          "/first-administrator",
          "/shop",
          "/staff");

  @TempDir static Path folder;
  private static TestServer demo;
  private static Chromium chromium;

  @BeforeAll
  static void start() throws Exception {
    Chromium.require();
    AccountLetters letters =
        new AccountLetters(
            "en",
            "KTIZO",
            URI.create("http://127.0.0.1:8080"),
            new ShownLetters(InstantSource.system()));
    Path data = Files.createDirectory(folder.resolve("data"));
    demo =
        TestServer.as(
            data,
            TestServer.settings(data)
                .with(
                    new KtizoServer.People(
                        true, false, TestServer.CHEAP, TestServer.GENEROUS, letters)));
    chromium = Chromium.start(folder);
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
    if (demo != null) {
      demo.close();
    }
  }

  @BeforeEach
  void nobody_is_signed_in() {
    chromium.forgetCookies();
    chromium.size(1280, 900);
    chromium.scheme("light");
  }

  @AfterEach
  void nothing_went_wrong_on_the_pages() {
    assertThat(chromium.complaints()).isEmpty();
  }

  private static void open(String path) {
    chromium.open(demo.uri(path));
  }

  private static void signIn(String who, String next) {
    open("/sign-in?next=" + next);
    chromium.write("#sign-in [name=email]", who + "@demo.example");
    chromium.write("#sign-in [name=password]", DemoAccount.PASSWORD);
    chromium.click("#sign-in button:not([type])");
    chromium.await("location.pathname !== '/sign-in' && document.readyState === 'complete'");
    chromium.settle();
  }

  /** The same person with a client of the API. */
  private static Browser client(String who) {
    Browser browser = Browser.visiting(demo);
    Browser.expect(
        201,
        browser.post(
            "/api/v1/sessions",
            json("email", who + "@demo.example", "password", DemoAccount.PASSWORD)));
    return browser;
  }

  private static String json(String... members) {
    var object = JsonMapper.builder().build().createObjectNode();
    for (int i = 0; i < members.length; i += 2) {
      object.put(members[i], members[i + 1]);
    }
    return object.toString();
  }

  @Test
  void prices_are_drafted_corrected_saved_and_published() throws Exception {
    signIn("owner", "/shop");
    chromium.evaluate("location.hash = '#prices'");
    chromium.await("document.querySelector('#versions .card strong')");
    assertThat(chromium.text("#versions")).contains("in force since");
    chromium.click("#draft");
    chromium.await("document.querySelector('#prices-form [name=\"work/setupPerOrder\"]')");
    chromium.settle();
    // As the demo's file says: three reductions, the last of them 20 % from 100 copies on.
    assertThat(value("quantityBreaks/2/from")).isEqualTo("100");
    assertThat(value("quantityBreaks/2/reduction")).isEqualTo("20");
    chromium.picture("prices");

    chromium.choose("#trial [name=part]", "BLOCK");
    chromium.click("#trial button");
    chromium.await("document.querySelectorAll('#trial-result tbody tr').length > 1");
    String first = "document.querySelector('#trial-result tbody tr td:nth-child(5)').textContent";
    String net = chromium.evaluate(first).asText();
    chromium.picture("trial");

    // What is written is tried without being saved: 1.75 more for an order, without tax.
    chromium.write("[name=\"work/setupPerOrder\"]", "4,25");
    chromium.await(first + " !== " + Chromium.quoted(net));
    assertThat(new BigDecimal(chromium.evaluate(first).asText()).subtract(new BigDecimal(net)))
        .isBetween(new BigDecimal("1.74"), new BigDecimal("1.76"));
    chromium.click("fieldset:has([name=\"quantityBreaks/0/from\"]) > button");
    chromium.write("[name=\"quantityBreaks/3/from\"]", "500");
    chromium.write("[name=\"quantityBreaks/3/reduction\"]", "7.5");
    chromium.click("#prices-form > button");
    chromium.await("document.querySelector('#prices-form .fault')");
    assertThat(
            chromium
                .evaluate("document.querySelector('#prices-form [aria-invalid]').name")
                .asText())
        .startsWith("quantityBreaks/3/");
    assertThat(value("work/setupPerOrder")).isEqualTo("4,25");
    chromium.write("[name=\"quantityBreaks/3/reduction\"]", "22.5");
    chromium.click("#prices-form > button");
    chromium.await("document.getElementById('status').textContent === 'The draft is saved.'");
    assertThat(value("work/setupPerOrder")).isEqualTo("4.25");

    chromium.reload();
    chromium.click("#versions .card:first-child button");
    chromium.await("document.querySelector('[name=\"quantityBreaks/3/reduction\"]')");
    assertThat(value("quantityBreaks/3/reduction")).isEqualTo("22.5");
    assertThat(value("work/setupPerOrder")).isEqualTo("4.25");
    chromium.click("#publish button");
    chromium.await("document.getElementById('status').textContent === 'Published.'");
    assertThat(chromium.text("#versions .card:first-child")).contains("in force since");

    // What the form does not show is as it was.
    Browser owner = client("owner");
    String shop =
        "/api/v1/shops/"
            + chromium.evaluate("new URLSearchParams(location.search).get('shop')").asText();
    if (shop.endsWith("null")) {
      shop =
          "/api/v1/shops/"
              + TestServer.json(owner.get("/api/v1/account/shops")).at("/items/0/id").textValue();
    }
    JsonNode versions = TestServer.json(owner.get(shop + "/price-lists")).get("items");
    JsonNode after = prices(owner, shop, versions.get(0));
    JsonNode before = prices(owner, shop, versions.get(1));
    assertThat(after.get("printers")).isEqualTo(before.get("printers"));
    assertThat(after.get("materials")).isEqualTo(before.get("materials"));
    assertThat(after.get("postProcessing")).isEqualTo(before.get("postProcessing"));
    assertThat(after.at("/work/timePerPart")).isEqualTo(before.at("/work/timePerPart"));
    assertThat(after.at("/quantityBreaks/3/reduction").textValue()).isEqualTo("0.225");
  }

  @Test
  void an_owner_invites_people_adds_a_webhook_and_goes_on_holiday() throws Exception {
    signIn("owner", "/shop");
    part("people");
    assertThat(chromium.text("#members")).contains("Demo Shop Operator", "Demo Shop Finance");
    chromium.write("#invite [name=email]", "printer@mail.test");
    chromium.click("#invite button");
    said("The invitation is on its way; it is good for a week.");
    assertThat(chromium.text("#invitations")).contains("printer@mail.test, as operator");
    chromium.picture("members");

    part("webhooks");
    chromium.write("#webhook [name=url]", "https://shop.example/told");
    chromium.write("#webhook [name=types]", "no-such-type");
    chromium.click("#webhook button");
    chromium.await("document.querySelector('#webhook [name=types][aria-invalid]')");
    chromium.write("#webhook [name=types]", "shop-prices-published, shop-item-changed");
    chromium.click("#webhook button");
    said("The webhook is added.");
    assertThat(chromium.text("#webhook-secret code")).startsWith("whsec_");
    assertThat(chromium.text("#webhook-list"))
        .contains("https://shop.example/told", "shop-prices-published");
    chromium.click("#webhook-list button[aria-label^=Pause]");
    said("It is told nothing for now.");
    assertThat(chromium.text("#webhook-list")).contains("paused");
    chromium.picture("webhooks");

    part("start");
    chromium.click("#holiday-go");
    said("Have a good holiday.");
    assertThat(chromium.text("#shop-state")).isEqualTo("on holiday");
    chromium.click("#holiday-end");
    said("Welcome back.");
    assertThat(chromium.text("#shop-state")).isEqualTo("approved");
  }

  @Test
  void equipment_is_added_changed_weighed_and_priced() throws Exception {
    signIn("owner", "/shop");
    part("materials");
    chromium.write("#material-form [name=code]", "ABS");
    chromium.write("#material-form [name=name]", "ABS");
    chromium.write("#material-form [name=density]", "1,04");
    chromium.write("#material-form [name=pricePerKilogram]", "35.50");
    chromium.write("#material-form [name=waste]", "7.5");
    chromium.click("#material-form fieldset:nth-of-type(2) > button");
    chromium.write("#material-form [name='colours/0/code']", "red");
    chromium.write("#material-form [name='colours/0/name']", "Red");
    chromium.write("#material-form [name='colours/0/hexes']", "c00000");
    chromium.click("#material-form [name=offered]");
    chromium.click("#material-form > .row button");
    said("Added.");
    assertThat(chromium.text("#material-list")).contains("ABS (ABS), 35.50 a kilogram, 1 colours");

    part("printers");
    chromium.click("#printer-list li:first-child button[aria-label^=Change]");
    chromium.await("!document.getElementById('settings').hidden");
    chromium.choose("#setting-form [name=material]", "ABS");
    chromium.click("#setting-form button");
    chromium.await("document.getElementById('setting-list').textContent.includes('ABS, standard')");
    chromium.settle();
    chromium.picture("printer");
    chromium.write("#printer-form [name=hourlyRate]", "1.75");
    chromium.click("#printer-form > .row button");
    said("Saved.");

    part("stock");
    chromium.choose(
        "#spool-form [name=material]",
        chromium
            .evaluate(
                "[...document.querySelectorAll('#spool-form [name=material] option')]"
                    + ".find((option) => option.textContent === 'ABS').value")
            .asText());
    chromium.choose("#spool-form [name=colour]", "red");
    chromium.write("#spool-form [name=label]", "Shelf 4");
    chromium.click("#spool-form button");
    said("The spool is added.");
    assertThat(chromium.text("#stock-list")).contains("ABS, Red: 1000 g free");
    chromium.click("#spool-list button[aria-label^='Weigh: Shelf 4']");
    chromium.write("#weigh-form [name=grams]", "987,5");
    chromium.write("#weigh-form [name=reason]", "a test print");
    chromium.click("#weigh-form button");
    said("What you weighed counts from now on.");
    assertThat(chromium.text("#spool-list")).contains("Shelf 4: ABS, Red, 987.5 g");
    chromium.picture("stock");

    part("shipping");
    chromium.write("#method-form [name=code]", "post");
    chromium.write("#method-form [name=name]", "By post");
    chromium.write("#method-form [name='days/least']", "2");
    chromium.write("#method-form [name='days/most']", "4");
    chromium.write("#method-form [name='zones/0/countries']", "DE, AT");
    chromium.write("#method-form [name='zones/0/tiers']", "1000 4,90\n5000 7.50 600x400x400");
    chromium.click("#method-form > .row button");
    said("Added.");
    assertThat(chromium.text("#method-list")).contains("By post: 2 to 4 days, not offered");
    chromium.click("#method-list button[aria-label^='Change: By post']");
    chromium.settle();
    assertThat(value("zones/0/tiers")).matches("1000 4\\.90*\\n5000 7\\.50* 600x400x400");
    chromium.picture("shipping");

    part("prices");
    chromium.click("#draft-equipment");
    chromium.await("document.querySelector('#prices-form [name=\"materials/0/name\"]')");
    assertThat(chromium.text("#prices-form")).contains("ABS");
    chromium.evaluate(
        "document.querySelectorAll('form').forEach((form) => { delete form.dataset.changed; })");
  }

  private static void part(String name) {
    chromium.click("nav.parts a[href='#" + name + "']");
    chromium.await("!document.getElementById('" + name + "').hidden");
    chromium.settle();
  }

  private static void said(String text) {
    chromium.await("document.getElementById('status').textContent === '" + text + "'");
    chromium.settle();
  }

  private static String value(String name) {
    return chromium.evaluate("document.querySelector('[name=\"" + name + "\"]').value").asText();
  }

  private static JsonNode prices(Browser owner, String shop, JsonNode version) {
    return TestServer.json(owner.get(shop + "/price-lists/" + version.get("id").textValue()))
        .get("prices");
  }

  @Test
  void w10_a_visit_fetches_nothing_from_elsewhere_and_leaves_no_cookie() {
    for (String path : PAGES) {
      chromium.requests();
      open(path);
      assertThat(chromium.requests())
          .as(path)
          .isNotEmpty()
          .allMatch(address -> address.startsWith(demo.uri("/").toString()));
      assertThat(chromium.cookies()).as(path).isZero();
    }
  }

  /** Beginnings and ends that leave an attribute, an element, a script, a comment, a style. */
  private static List<String> payloads() {
    List<String> ends =
        List.of("", "\"", "'", "\">", "'>", "</textarea>", "</title>", "-->", "`", "]]>");
    List<String> attacks =
        List.of(
            "<script>alert(1)</script>",
            "<img src=x onerror=alert(1)>",
            "<svg onload=alert(1)>",
            "<svg><script>alert(1)</script></svg>",
            "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
            "<a href=javascript:alert(1)>x</a>",
            "<details open ontoggle=alert(1)>",
            "<input autofocus onfocus=alert(1)>",
            "<body onload=alert(1)>",
            "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
            "<style>@import '//evil.example/x.css'</style>",
            "<link rel=stylesheet href=//evil.example/x.css>",
            "<meta http-equiv=refresh content=\"0;url=//evil.example\">",
            "<base href=//evil.example/>",
            "<form action=//evil.example><button>x</button></form>",
            "<object data=javascript:alert(1)></object>",
            "<video><source onerror=alert(1)></video>",
            "<template><script>alert(1)</script></template>",
            "javascript:alert(1)//",
            "${alert(1)}{{constructor.constructor('alert(1)')()}}");
    List<String> all = new ArrayList<>();
    ends.forEach(end -> attacks.forEach(attack -> all.add(end + attack)));
    return all;
  }

  @Test
  void w01_what_people_wrote_is_text_on_every_page() throws Exception {
    List<String> payloads = payloads();
    assertThat(payloads).hasSize(200);
    Browser customer = client("customer");
    Browser support = client("support");
    String id = customer.accountId();
    for (String payload : payloads) {
      Browser.expect(
          200,
          support.send(
              support
                  .request("GET", "/api/v1/members/" + id, null)
                  .header(
                      "X-Ktizo-Reason",
                      URLEncoder.encode(payload, StandardCharsets.UTF_8).replace("+", "%20"))));
    }
    String nasty = "\"><img src=x onerror=alert(1)>";
    String tag = customer.get("/api/v1/account").headers().firstValue("ETag").orElseThrow();
    Browser.expect(
        200,
        customer.send(
            customer
                .request("PATCH", "/api/v1/account", json("name", nasty))
                .header("If-Match", tag)));
    Browser.expect(
        201,
        customer.post(
            "/api/v1/api-keys",
            "{\"name\":\"\\\"><img src=x onerror=alert(1)>\",\"scopes\":[\"quotes:read\"]}"));
    Browser.expect(
        202,
        Browser.visiting(demo)
            .post(
                "/api/v1/registrations",
                "{\"email\":\"new@mail.test\",\"name\":\"<svg onload=alert(1)>\",\"password\":\""
                    + Browser.PASSWORD
                    + "\",\"oldEnough\":true}"));
    Browser owner = client("owner");
    String shop =
        "/api/v1/shops/"
            + TestServer.json(owner.get("/api/v1/account/shops")).at("/items/0/id").textValue();
    put(owner, shop, "/profile", json("name", nasty, "place", nasty, "about", nasty));
    put(owner, shop, "/terms", json("text", "</textarea>" + nasty));

    signIn("customer", "/account");
    List<String> shown = new ArrayList<>();
    chromium
        .evaluate("[...document.querySelectorAll('#looks li')].map((line) => line.textContent)")
        .forEach(line -> shown.add(line.textValue()));
    for (String payload : payloads) {
      assertThat(shown).anyMatch(line -> line.endsWith("because: " + payload));
    }
    assertThat(chromium.text("#keys")).contains(nasty);
    assertIsText();

    String model =
        TestServer.json(
                demo.sendModel(
                    "?name=" + URLEncoder.encode(nasty, StandardCharsets.UTF_8).replace("+", "%20"),
                    StlFiles.cube(20)))
            .get("id")
            .textValue();
    open("/?model=" + model);
    chromium.await("document.querySelectorAll('#offers .offer').length > 0");
    assertThat(chromium.text("#model-title")).isEqualTo(nasty);
    assertThat(chromium.text("#offers")).contains(nasty);
    assertIsText();

    chromium.forgetCookies();
    signIn("support", "/mails");
    chromium.await("document.querySelector('#mails pre')");
    assertThat(chromium.text("#mails")).contains("<svg onload=alert(1)>");
    assertIsText();

    open("/staff");
    chromium.write("#why [name=reason]", nasty);
    chromium.write("#search [name=email]", "customer@demo.example");
    chromium.click("#search button");
    chromium.await("!document.getElementById('member').hidden");
    assertThat(chromium.text("#member-name")).isEqualTo(nasty);
    assertIsText();

    chromium.forgetCookies();
    signIn("owner", "/shop");
    assertThat(chromium.text("#shop-name")).isEqualTo(nasty);
    for (String each :
        List.of(
            "profile",
            "terms",
            "business",
            "printers",
            "materials",
            "stock",
            "shipping",
            "prices",
            "people",
            "webhooks",
            "money")) {
      part(each);
      assertIsText();
    }
    assertThat(
            chromium.evaluate("document.querySelector('#terms-form [name=text]').value").asText())
        .isEqualTo("</textarea>" + nasty);
  }

  private static void put(Browser owner, String shop, String part, String body) {
    HttpResponse<byte[]> read = owner.get(shop);
    String tag = read.headers().firstValue("ETag").orElseThrow();
    Browser.expect(
        200, owner.send(owner.request("PUT", shop + part, body).header("If-Match", tag)));
  }

  /** None of the attacks has become an element, and no script was added. */
  private static void assertIsText() {
    assertThat(
            chromium
                .evaluate(
                    "document.querySelectorAll('img[src=x], svg, iframe, object, video, base, body"
                        + " script, details[ontoggle], meta[http-equiv], [onerror], [onload],"
                        + " [onfocus], a[href^=javascript], form[action*=evil]').length")
                .intValue())
        .isZero();
  }

  @Test
  void every_page_can_be_read_on_a_small_screen_in_the_dark_and_by_ear() throws Exception {
    Map<String, List<String>> seen = new LinkedHashMap<>();
    seen.put("", PAGES);
    seen.put(
        "owner",
        List.of(
            "/account",
            "/shop",
            "/shop#business",
            "/shop#terms",
            "/shop#prices",
            "/shop#printers",
            "/shop#materials",
            "/shop#stock",
            "/shop#shipping",
            "/shop#people",
            "/shop#webhooks",
            "/shop#money"));
    seen.put("support", List.of("/staff", "/mails"));
    SoftAssertions all = new SoftAssertions();
    for (Map.Entry<String, List<String>> person : seen.entrySet()) {
      if (!person.getKey().isEmpty()) {
        signIn(person.getKey(), "/account");
      }
      chromium.size(360, 740);
      for (String path : person.getValue()) {
        chromium.scheme("dark");
        chromium.leave();
        open(path);
        if (path.equals("/shop#prices")) {
          chromium.click("#versions button");
          chromium.await("document.querySelector('#prices-form fieldset')");
        }
        String page = path + " for " + person.getKey();
        chromium.picture("small" + person.getKey() + path.replaceAll("[/#]", "-"));
        all.assertThat(chromium.evaluate("document.documentElement.scrollWidth").intValue())
            .as("width of %s", page)
            .isLessThanOrEqualTo(360);
        all.assertThat(chromium.evaluate(UNREADABLE)).as("dark %s", page).isEmpty();
        chromium.scheme("light");
        all.assertThat(chromium.evaluate(UNREADABLE)).as("light %s", page).isEmpty();
        all.assertThat(chromium.evaluate(NAMELESS)).as("fields of %s", page).isEmpty();
      }
    }
    all.assertAll();
  }

  @Test
  void a_page_is_used_by_keyboard_alone() {
    open("/sign-in");
    List<String> way = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      chromium.key("Tab", 9);
      way.add(
          chromium
              .evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
              .asText());
      assertThat(
              chromium.evaluate("getComputedStyle(document.activeElement).outlineStyle").asText())
          .as("where the focus is")
          .isNotEqualTo("none");
    }
    assertThat(way)
        .containsSubsequence("Prices", "Your Shop", "Account", "email", "password", "Sign in");
  }

  /** WCAG 2.2, 1.4.3: texts whose contrast with what is behind them is below 4.5 to 1. */
  private static final String UNREADABLE =
      """
      (() => {
        const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
        const rgba = (color) => {
          canvas.clearRect(0, 0, 1, 1);
          canvas.fillStyle = color;
          canvas.fillRect(0, 0, 1, 1);
          return [...canvas.getImageData(0, 0, 1, 1).data];
        };
        const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
          .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
          .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        const behind = (element) => {
          for (let at = element; at; at = at.parentElement) {
            const color = rgba(getComputedStyle(at).backgroundColor);
            if (color[3] === 255) { return color; }
          }
          return rgba('Canvas');
        };
        return [...document.body.querySelectorAll('*')]
          .filter((element) => element.checkVisibility() && !element.matches(':disabled, :disabled *, noscript, canvas')
            && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
          .map((element) => {
            const [one, two] = [rgba(getComputedStyle(element).color), behind(element)].map(luminance);
            return [(Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05), element.textContent.trim().slice(0, 40)];
          })
          .filter(([ratio]) => ratio < 4.5)
          .map(([ratio, text]) => ratio.toFixed(2) + ' ' + text);
      })()\
      """;

  /** What a screen reader would call by its kind alone, and ids that point nowhere. */
  private static final String NAMELESS =
      """
      [...document.querySelectorAll('input, select, textarea, button, [aria-labelledby], [aria-describedby]')]
        .filter((element) => (element.matches('input, select, textarea') && element.labels.length === 0
            || element.matches('button') && !element.textContent.trim()
            || ['aria-labelledby', 'aria-describedby'].some((name) => (element.getAttribute(name) ?? '')
              .split(' ').filter(Boolean).some((id) => !document.getElementById(id)))))
        .map((element) => element.outerHTML.slice(0, 100))\
      """;
}
