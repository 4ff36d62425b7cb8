package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.server.Browser;
import io.ktizo.server.DemoShops;
import io.ktizo.server.TestServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Prices tried on sample parts. What is expected follows from lists that charge two things only.
 */
class PricePreviewHttpTest {
  private static final AtomicInteger SHOPS = new AtomicInteger();

  @TempDir static Path data;
  private static TestServer server;

  private Browser owner;
  private String shop;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
  }

  @BeforeEach
  void open_a_shop() {
    owner = Browser.signedIn(server);
    shop = aShop(owner);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String aShop(Browser owner) {
    return expect(
            201,
            owner.post(
                "/api/v1/shops",
                "{\"slug\":\"priced-"
                    + SHOPS.incrementAndGet()
                    + "\",\"currency\":\"EUR\",\"name\":\"Schichtwerk\"}"))
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }

  /** Charges so much for each order, and 2.00 for each part that is sanded; nothing else. */
  private static ObjectNode prices(String setup) {
    ObjectNode prices =
        (ObjectNode) TestServer.json(ShopJson.write(DemoShops.load().getFirst().priceList()));
    prices
        .get("materials")
        .forEach(
            material -> ((ObjectNode) material).put("pricePerKilogram", "0").put("waste", "0"));
    prices
        .get("printers")
        .forEach(
            printer -> {
              ((ObjectNode) printer).put("hourlyRate", "0");
              ((ObjectNode) printer)
                  .set("power", json("{'kilowatts':'0','pricePerKilowattHour':'0'}"));
            });
    prices.set("tax", json("{'rates':[],'display':'NET'}"));
    prices.set("rounding", json("{'mode':'HALF_UP','increment':'0.01'}"));
    prices.set(
        "work",
        json(
            "{'setupPerOrder':'"
                + setup
                + "','handlingPerPart':'0','hourlyRate':'0','timePerOrder':'PT0S','timePerPart':'PT0S'}"));
    prices.set("risk", json("{'by':'none'}"));
    prices.set("minimums", json("{'perPart':'0','perLine':'0','perOrder':'0'}"));
    prices.set("quantityBreaks", json("[]"));
    prices.set("leadTimes", json("[{'id':'standard','name':'Standard','days':5,'factor':'1'}]"));
    prices.set(
        "postProcessing",
        json(
            "[{'id':'sanded','name':'Sanded','charge':{'by':'part','amount':'2.00'},'days':1,'materials':[]}]"));
    return prices;
  }

  private static JsonNode json(String text) {
    return TestServer.json(text.replace('\'', '"'));
  }

  private HttpResponse<byte[]> live(ObjectNode prices, String trial) {
    ObjectNode body = (ObjectNode) json(trial);
    body.set("prices", prices);
    return owner.post(shop + "/price-previews", body.toString());
  }

  private String drafted(String setup) {
    return TestServer.json(expect(201, owner.post(shop + "/price-lists", prices(setup).toString())))
        .get("id")
        .textValue();
  }

  private static List<String> nets(JsonNode preview) {
    return preview
        .get("offers")
        .valueStream()
        .map(offer -> offer.at("/price/net").asText())
        .toList();
  }

  @Test
  void prices_that_are_still_being_written_are_tried_and_explained_line_by_line() {
    JsonNode one = TestServer.json(expect(200, live(prices("7.00"), "{'part':'CUBE'}")));
    assertThat(nets(one)).isNotEmpty().containsOnly("7.00");
    JsonNode line = one.at("/offers/0/price/lines").valueStream().toList().getLast();
    assertThat(line.get("kind").textValue()).isEqualTo("SETUP");
    assertThat(line.get("net").textValue()).isEqualTo("7.00");
    assertThat(one.at("/offers/0/price/derivation/format").textValue())
        .isEqualTo("ktizo-derivation/1");

    JsonNode three =
        TestServer.json(
            expect(
                200,
                live(
                    prices("7.00"),
                    "{'part':'PLATE','quantity':3,'postProcessing':['sanded','sanded'],'materials':['PLA']}")));
    // 7.00 + 3 · 2.00
    assertThat(nets(three)).isNotEmpty().containsOnly("13.00");
    assertThat(three.get("offers").valueStream().map(it -> it.at("/material/id").asText()))
        .containsOnly("PLA");
    assertThat(items(owner.get(shop + "/price-lists"))).isEmpty();
  }

  private static JsonNode items(HttpResponse<byte[]> answer) {
    return TestServer.json(expect(200, answer)).get("items");
  }

  @Test
  void a_version_says_the_same_as_its_prices_did_while_they_were_written() {
    String version = drafted("7.00");
    String path = shop + "/price-lists/" + version + "/previews";
    for (String part : List.of("CUBE", "TOWER", "BRACKET")) {
      JsonNode stored =
          TestServer.json(expect(200, owner.post(path, "{\"part\":\"" + part + "\"}")));
      JsonNode live = TestServer.json(expect(200, live(prices("7.00"), "{'part':'" + part + "'}")));
      assertThat(nets(stored)).isNotEmpty().isEqualTo(nets(live));
      assertThat(stored.get("part").textValue()).isEqualTo(part);
    }
    expect(404, Browser.signedIn(server).post(path, "{\"part\":\"CUBE\"}"));
    Browser other = Browser.signedIn(server);
    String theirs = aShop(other) + "/price-lists/" + version + "/previews";
    expect(404, other.post(theirs, "{\"part\":\"CUBE\"}"));
  }

  @Test
  void two_versions_are_compared_part_by_part() {
    String before = drafted("7.00");
    String after = drafted("9.10");
    String body = "{\"before\":\"" + before + "\",\"after\":\"" + after + "\"%s}";
    JsonNode all =
        TestServer.json(expect(200, owner.post(shop + "/price-comparisons", body.formatted(""))));
    Set<String> parts = new HashSet<>();
    for (JsonNode row : all.get("rows")) {
      parts.add(row.get("part").textValue());
      if (row.at("/before/outcome").asText().equals("PRICED")) {
        assertThat(row.at("/before/net").asText()).isEqualTo("7.00");
        assertThat(row.at("/after/net").asText()).isEqualTo("9.10");
        assertThat(row.get("difference").textValue()).isEqualTo("2.10");
        // 2.10 / 7.00
        assertThat(row.get("share").textValue()).isEqualTo("0.3000");
      } else {
        assertThat(row.has("difference")).isFalse();
      }
    }
    assertThat(parts).containsExactlyInAnyOrder("CUBE", "PLATE", "TOWER", "BRACKET", "BLOCK");

    JsonNode few =
        TestServer.json(
            expect(
                200,
                owner.post(
                    shop + "/price-comparisons",
                    body.formatted(",\"parts\":[\"CUBE\",\"CUBE\"],\"quantity\":4"))));
    assertThat(few.get("rows").valueStream().map(row -> row.get("quantity").intValue()))
        .isNotEmpty()
        .containsOnly(4);
    assertThat(few.get("rows").valueStream().map(row -> row.get("part").textValue()))
        .containsOnly("CUBE");

    Browser other = Browser.signedIn(server);
    String theirs = aShop(other) + "/price-comparisons";
    HttpResponse<byte[]> foreign = expect(422, other.post(theirs, body.formatted("")));
    assertThat(pointer(foreign)).isEqualTo("/before");
  }

  private static String pointer(HttpResponse<byte[]> refused) {
    return TestServer.json(refused).at("/errors/0/pointer").textValue();
  }

  @Test
  void what_is_wrong_in_prices_is_told_with_its_place_in_the_whole_body() {
    ObjectNode dear = prices("7.00");
    ((ObjectNode) dear.at("/printers/0")).put("hourlyRate", "-1");
    assertThat(pointer(expect(422, live(dear, "{'part':'CUBE'}"))))
        .isEqualTo("/prices/printers/0/hourlyRate");
    ObjectNode empty = prices("7.00");
    empty.putNull("tax");
    assertThat(pointer(expect(422, live(empty, "{'part':'CUBE'}")))).isEqualTo("/prices/tax");
    ObjectNode swiss = prices("7.00").put("currency", "CHF");
    assertThat(pointer(expect(422, live(swiss, "{'part':'CUBE'}")))).isEqualTo("/prices/currency");
    assertThat(pointer(expect(422, live(prices("7.00"), "{'part':'SPHERE'}")))).isEqualTo("/part");
    assertThat(pointer(expect(422, owner.post(shop + "/price-previews", "{\"part\":\"CUBE\"}"))))
        .isEqualTo("/prices");

    // 150 mm in layers of 0.01 mm are 15,000; seven choices are more than is estimated at once.
    ObjectNode thin = prices("7.00");
    ArrayNode printers = (ArrayNode) thin.get("printers");
    for (JsonNode setting : printers.get(0).get("settings")) {
      ((ObjectNode) setting.at("/profile/layers")).put("height", 0.01);
    }
    JsonNode printer = printers.get(0);
    for (int i = 0; i < 7; i++) {
      printers.add(((ObjectNode) printer.deepCopy()).put("id", "copy-" + i));
    }
    assertThat(pointer(expect(422, live(thin, "{'part':'TOWER'}")))).isEqualTo("/materials");
  }
}
