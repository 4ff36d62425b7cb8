package io.ktizo.server;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.shop.ShopJson;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an application to a Shop that sells, and prices that stand; case M06. */
class QuotedPriceTest {
  private static String tag(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("ETag").orElseThrow();
  }

  private static HttpResponse<byte[]> change(
      Browser browser, String method, String path, String version, String json) {
    return browser.send(browser.request(method, path, json).header("If-Match", version));
  }

  private static List<String> gross(JsonNode quote) {
    List<String> prices = new ArrayList<>();
    quote.get("offers").forEach(offer -> prices.add(offer.at("/price/gross").asText()));
    return prices;
  }

  @Test
  void m06_a_quoted_price_stays_when_the_list_changes(@TempDir Path data) throws Exception {
    try (TestServer server = TestServer.in(data)) {
      Browser owner = Browser.signedIn(server);
      HttpResponse<byte[]> shop =
          expect(
              201,
              owner.post(
                  "/api/v1/shops",
                  "{\"slug\":\"m06-shop\",\"currency\":\"EUR\",\"name\":\"M06 Shop\"}"));
      String path = shop.headers().firstValue("Location").orElseThrow();
      shop =
          expect(
              200,
              change(
                  owner,
                  "PUT",
                  path + "/profile",
                  tag(shop),
                  "{\"name\":\"M06 Shop\",\"place\":\"Leipzig\",\"about\":\"We print.\"}"));
      expect(412, change(owner, "PUT", path + "/terms", "\"v1\"", "{\"text\":\"too late\"}"));
      shop =
          expect(
              200,
              change(owner, "PUT", path + "/terms", tag(shop), "{\"text\":\"Terms\\nof sale.\"}"));

      Browser administrator = Browser.administrator(server);
      HttpResponse<byte[]> notReady =
          administrator.send(
              administrator
                  .request("POST", path + "/approval", "{\"decision\":\"APPROVE\"}")
                  .header("If-Match", tag(shop))
                  .header("X-Ktizo-Reason", "application"));
      assertThat(TestServer.json(expect(409, notReady)).get("code").asText())
          .isEqualTo("shop.not-ready");
      shop =
          expect(
              200,
              change(
                  owner,
                  "PUT",
                  path + "/business",
                  tag(shop),
                  """
                  {"form":"SOLE_TRADER","legalName":"Erika Example","registration":"",
                   "vatId":"DE 123456789","street":"Straße 1","postCode":"04109",
                   "city":"Leipzig","region":"","country":"DE","contact":"erika@example.org"}
                  """));
      expect(
          200,
          administrator.send(
              administrator
                  .request("POST", path + "/approval", "{\"decision\":\"APPROVE\"}")
                  .header("If-Match", tag(shop))
                  .header("X-Ktizo-Reason", "application")));

      ObjectNode prices =
          (ObjectNode)
              new ObjectMapper().readTree(ShopJson.write(DemoShops.load().getFirst().priceList()));
      publish(owner, path, prices);
      String model = server.modelId(StlFiles.cube(20));
      String question = "{\"model\":\"" + model + "\",\"shops\":[\"m06-shop\"]}";
      JsonNode before = TestServer.json(expect(201, server.ask(question)));
      assertThat(gross(before)).isNotEmpty().allSatisfy(price -> assertThat(price).isNotEmpty());

      // Setting up costs a hundred more from now on.
      ((ObjectNode) prices.get("work")).put("setupPerOrder", "102.50");
      publish(owner, path, prices);
      JsonNode kept =
          TestServer.json(expect(200, server.get("/api/v1/quotes/" + before.get("id").asText())));
      assertThat(kept).isEqualTo(before);
      JsonNode after = TestServer.json(expect(201, server.ask(question)));
      assertThat(gross(after))
          .hasSameSizeAs(gross(before))
          .doesNotContainAnyElementsOf(gross(before));
      assertThat(before.at("/offers/0/price/priceList/version").asInt()).isEqualTo(1);
      assertThat(after.at("/offers/0/price/priceList/version").asInt()).isEqualTo(2);

      // Z02: to others the Shop's prices are not there.
      Browser stranger = Browser.signedIn(server);
      HttpResponse<byte[]> foreign = stranger.get(path + "/price-lists");
      HttpResponse<byte[]> missing =
          stranger.get("/api/v1/shops/shop_01h455vb4pex5vsknk084sn02q/price-lists");
      assertThat(foreign.statusCode()).isEqualTo(missing.statusCode()).isEqualTo(404);
    }
  }

  private static void publish(Browser owner, String shop, ObjectNode prices) {
    HttpResponse<byte[]> draft = expect(201, owner.post(shop + "/price-lists", prices.toString()));
    String path = draft.headers().firstValue("Location").orElseThrow();
    HttpResponse<byte[]> published =
        expect(200, change(owner, "POST", path + "/publication", tag(draft), "{}"));
    expect(409, change(owner, "PUT", path, tag(published), prices.toString()));
  }
}
