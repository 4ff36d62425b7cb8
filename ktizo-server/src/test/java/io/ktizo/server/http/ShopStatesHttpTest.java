package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.ShopState;
import io.ktizo.core.shop.ShopTransition;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a Shop stands with the platform, from its application to its end. */
class ShopStatesHttpTest {
  private static final AtomicInteger SHOPS = new AtomicInteger();

  @TempDir static Path data;
  private static TestServer server;
  private static Browser administrator;
  private static Browser support;

  private Browser owner;
  private String shop;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    administrator = Browser.administrator(server);
    support = Browser.support(server, administrator);
  }

  @BeforeEach
  void open_a_shop() {
    owner = Browser.signedIn(server);
    shop = anApplication();
    // Time passes in other tests.
    expect(201, administrator.signIn(Browser.PASSWORD));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private String anApplication() {
    HttpResponse<byte[]> applied =
        owner.post(
            "/api/v1/shops",
            "{\"slug\":\"state-"
                + SHOPS.incrementAndGet()
                + "\",\"currency\":\"EUR\",\"name\":\"Schichtwerk\"}");
    return expect(201, applied).headers().firstValue("Location").orElseThrow();
  }

  private HttpResponse<byte[]> by(Browser who, String method, String path, String body) {
    HttpRequest.Builder request =
        who.request(method, shop + path, body.isEmpty() ? null : body)
            .header("If-Match", owner.get(shop).headers().firstValue("ETag").orElseThrow());
    if (who == administrator) {
      request.header("X-Ktizo-Reason", "ticket%2012");
    }
    return who.send(request);
  }

  private HttpResponse<byte[]> decide(String path, String decision, String reason) {
    return by(
        administrator,
        "POST",
        path,
        "{\"decision\":\""
            + decision
            + "\""
            + (reason.isEmpty() ? "" : ",\"reason\":\"" + reason + "\"")
            + "}");
  }

  private void tellEverything() {
    expect(
        200,
        by(
            owner,
            "PUT",
            "/profile",
            "{\"name\":\"S\",\"place\":\"Leipzig\",\"about\":\"Prints.\"}"));
    expect(
        200,
        by(
            owner,
            "PUT",
            "/business",
            "{\"form\":\"SOLE_TRADER\",\"legalName\":\"E."
                + " Example\",\"registration\":\"\",\"street\":\"Weg"
                + " 1\",\"postCode\":\"04103\",\"city\":\"Leipzig\",\"region\":\"\","
                + "\"country\":\"DE\",\"contact\":\"shop@example.org\"}"));
    expect(200, by(owner, "PUT", "/terms", "{\"text\":\"Terms.\"}"));
  }

  private JsonNode approved() {
    tellEverything();
    return TestServer.json(expect(200, decide("/approval", "APPROVE", "")));
  }

  private JsonNode state() {
    return TestServer.json(expect(200, owner.get(shop)));
  }

  private static String code(HttpResponse<byte[]> problem) {
    return TestServer.json(problem).get("code").textValue();
  }

  @Test
  void an_application_that_was_refused_can_be_made_again_and_be_approved() {
    HttpResponse<byte[]> early = expect(409, decide("/approval", "APPROVE", ""));
    assertThat(code(early)).isEqualTo("shop.not-ready");
    assertThat(TestServer.text(early)).contains("PROFILE", "BUSINESS", "TERMS");
    HttpResponse<byte[]> unfounded = expect(422, decide("/approval", "REFUSE", ""));
    assertThat(TestServer.json(unfounded).at("/errors/0/pointer").textValue()).isEqualTo("/reason");
    expect(200, decide("/approval", "REFUSE", "No address was given."));
    assertThat(state().get("state").textValue()).isEqualTo("REFUSED");
    assertThat(state().get("reason").textValue()).isEqualTo("No address was given.");

    tellEverything();
    expect(200, by(owner, "POST", "/application", ""));
    assertThat(state().get("state").textValue()).isEqualTo("APPLIED");
    assertThat(state().get("reason").textValue()).isEmpty();
    expect(200, decide("/approval", "APPROVE", ""));
    assertThat(state().get("state").textValue()).isEqualTo("APPROVED");
    assertThat(state().get("open").valueStream().map(JsonNode::textValue))
        .containsExactly("PRINTER", "MATERIAL", "PRICE_LIST", "SHIPPING", "PAYOUT");
  }

  @Test
  void a_holiday_begins_changes_and_ends_by_hand_or_by_the_clock() {
    approved();
    Instant end = server.now().plus(Duration.ofDays(14)).truncatedTo(ChronoUnit.SECONDS);
    expect(200, by(owner, "PUT", "/holiday", "{\"until\":\"" + end + "\"}"));
    assertThat(state().get("state").textValue()).isEqualTo("ON_HOLIDAY");
    assertThat(state().get("holidayUntil").textValue()).isEqualTo(end.toString());
    expect(200, by(owner, "PUT", "/holiday", "{}"));
    assertThat(state().has("holidayUntil")).isFalse();
    expect(200, by(owner, "DELETE", "/holiday", ""));
    assertThat(state().get("state").textValue()).isEqualTo("APPROVED");

    for (String wrong :
        List.of(
            server.now().minusSeconds(1).toString(),
            server.now().plus(Duration.ofDays(367)).toString(),
            "+1000000000-12-31T23:59:59Z",
            "-1000000000-01-01T00:00:00Z",
            "2027-02-30T00:00:00Z",
            "soon")) {
      HttpResponse<byte[]> refused =
          expect(422, by(owner, "PUT", "/holiday", "{\"until\":\"" + wrong + "\"}"));
      assertThat(TestServer.json(refused).at("/errors/0/pointer").textValue())
          .as(wrong)
          .isEqualTo("/until");
    }
    assertThat(state().get("state").textValue()).isEqualTo("APPROVED");
  }

  /** Each thing that can be asked for, in each state: only what the table says happens. */
  @Test
  void what_the_table_does_not_allow_is_a_conflict_that_says_what_would() {
    JsonNode first = approved();
    assertThat(first.get("state").textValue()).isEqualTo("APPROVED");
    Instant soon = server.now().plus(Duration.ofDays(3));
    List<ShopState> visited = new ArrayList<>();
    for (Runnable way :
        List.<Runnable>of(
            () -> {},
            () -> expect(200, by(owner, "PUT", "/holiday", "{\"until\":\"" + soon + "\"}")),
            () -> expect(200, decide("/suspension", "SUSPEND", "Complaints.")),
            () -> expect(200, by(owner, "POST", "/closure", "")))) {
      way.run();
      ShopState now = ShopState.valueOf(state().get("state").textValue());
      visited.add(now);
      for (ShopTransition.Name name : ShopTransition.Name.values()) {
        ShopTransition row = ShopTransition.of(name);
        Optional<HttpResponse<byte[]>> answer =
            row.from().contains(now) ? Optional.empty() : ask(name, now);
        answer.ifPresent(
            refused -> {
              assertThat(refused.statusCode()).as("%s when %s", name, now).isEqualTo(409);
              assertThat(code(refused)).isEqualTo("shop.wrong-state");
              assertThat(TestServer.text(refused)).contains("It is " + now);
              row.from()
                  .forEach(from -> assertThat(TestServer.text(refused)).contains(from.name()));
            });
      }
    }
    assertThat(visited)
        .containsExactly(
            ShopState.APPROVED, ShopState.ON_HOLIDAY, ShopState.SUSPENDED, ShopState.CLOSED);
    assertThat(code(expect(409, invite()))).isEqualTo("shop.wrong-state");
  }

  private HttpResponse<byte[]> invite() {
    return owner.post(shop + "/invitations", "{\"email\":\"a@b.test\",\"role\":\"OWNER\"}");
  }

  private Optional<HttpResponse<byte[]>> ask(ShopTransition.Name name, ShopState now) {
    return switch (name) {
      case APPROVE -> Optional.of(decide("/approval", "APPROVE", ""));
      case REFUSE -> Optional.of(decide("/approval", "REFUSE", "Because."));
      case SUSPEND -> Optional.of(decide("/suspension", "SUSPEND", "Because."));
      case REINSTATE -> Optional.of(decide("/suspension", "REINSTATE", ""));
      case APPLY_AGAIN -> Optional.of(by(owner, "POST", "/application", ""));
      // One request for both: it begins a holiday, or changes one.
      case START_HOLIDAY ->
          now == ShopState.ON_HOLIDAY
              ? Optional.empty()
              : Optional.of(by(owner, "PUT", "/holiday", "{}"));
      case CHANGE_HOLIDAY, HOLIDAY_ENDS -> Optional.empty();
      case END_HOLIDAY -> Optional.of(by(owner, "DELETE", "/holiday", ""));
      case CLOSE -> Optional.of(by(owner, "POST", "/closure", ""));
    };
  }

  @Test
  void closing_takes_a_fresh_proof_and_the_version_that_was_read_and_happens_once() {
    approved();
    expect(428, owner.post(shop + "/closure", null));
    HttpRequest.Builder stale =
        owner.request("POST", shop + "/closure", null).header("If-Match", "\"v1\"");
    expect(412, owner.send(stale));
    server.pass(Duration.ofMinutes(11));
    assertThat(code(expect(403, by(owner, "POST", "/closure", "")))).isEqualTo("step-up.required");
    owner.stepUp();
    String tag = owner.get(shop).headers().firstValue("ETag").orElseThrow();
    for (int time = 0; time < 2; time++) {
      HttpRequest.Builder close =
          owner
              .request("POST", shop + "/closure", null)
              .header("If-Match", tag)
              .header("Idempotency-Key", "close-" + shop);
      assertThat(TestServer.json(expect(200, owner.send(close))).get("state").textValue())
          .isEqualTo("CLOSED");
    }
  }

  @Test
  void staff_list_shops_by_state_piece_by_piece_with_what_is_left_to_do() {
    String mine = shop.substring(shop.lastIndexOf('/') + 1);
    assertThat(listed("state=APPLIED&", 200)).contains(mine);
    assertThat(listed("state=APPROVED&", 200)).doesNotContain(mine);
    List<String> whole = listed("", 200);
    assertThat(whole).contains(mine).hasSizeGreaterThan(3);
    assertThat(listed("", 2)).isEqualTo(whole);
    assertThat(whole.stream().map(ShopId.FORM::parse)).doesNotHaveDuplicates();
    JsonNode record =
        records("/api/v1/shop-records?state=APPLIED&limit=200")
            .get("items")
            .valueStream()
            .filter(item -> item.get("id").textValue().equals(mine))
            .findFirst()
            .orElseThrow();
    assertThat(record.get("open").valueStream().map(JsonNode::textValue))
        .contains("PROFILE", "BUSINESS", "TERMS", "PRINTER");

    HttpResponse<byte[]> wrong = expect(422, support.get("/api/v1/shop-records?state=OPEN"));
    assertThat(TestServer.json(wrong).at("/errors/0/pointer").textValue()).isEqualTo("?state");
    expect(403, owner.get("/api/v1/shop-records"));
    expect(401, Browser.visiting(server).get("/api/v1/shop-records"));
  }

  private static JsonNode records(String path) {
    if (support.get("/api/v1/session").statusCode() != 200) {
      expect(201, support.signIn(Browser.PASSWORD));
    }
    return TestServer.json(expect(200, support.get(path)));
  }

  /** The ids of all pieces. */
  private static List<String> listed(String query, int limit) {
    List<String> ids = new ArrayList<>();
    String after = "";
    do {
      JsonNode piece = records("/api/v1/shop-records?" + query + "limit=" + limit + after);
      assertThat(piece.get("items").size()).isLessThanOrEqualTo(limit);
      Stream<JsonNode> items = piece.get("items").valueStream();
      ids.addAll(items.map(item -> item.get("id").textValue()).toList());
      after = piece.has("next") ? "&after=" + piece.get("next").textValue() : "";
    } while (!after.isEmpty());
    return ids;
  }
}
