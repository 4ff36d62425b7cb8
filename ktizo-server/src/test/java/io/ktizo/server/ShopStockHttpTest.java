package io.ktizo.server;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.print.FilamentMaterial;
import io.ktizo.core.print.PrinterPreset;
import io.ktizo.core.print.PrusaSlicerProfile;
import io.ktizo.core.shop.Grams;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.ReservationId;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.Stock;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.store.ShopStores;
import io.ktizo.core.testkit.TestDatabase;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A Shop sets itself up from nothing over HTTP, sells what it has, and does not sell what not. */
class ShopStockHttpTest {
  /** With what has nothing to do with the database. */
  @Nested
  class OnH2 extends Contract {
    @Override
    TestServer open(Path folder) {
      return TestServer.in(folder);
    }

    @Override
    Database database(TestServer server) {
      return server.database();
    }

    @Test
    void volumes_calendars_and_rates_come_back_as_they_were_sent() {
      Browser owner = Browser.signedIn(server);
      String shop = aShop(owner, "as-sent");
      List<String> volumes =
          List.of(
              BOX,
              "{\"shape\":\"CYLINDER\",\"diameter\":200,\"height\":300}",
              """
              {"shape":"POLYGON","corners":[{"x":0,"y":0},{"x":300,"y":0},{"x":300,"y":200},
               {"x":150,"y":280.25},{"x":0,"y":200}],"height":310}
              """);
      for (int i = 0; i < volumes.size(); i++) {
        String sent = printer("p" + i, volumes.get(i), "2.50", true);
        JsonNode kept = TestServer.json(expect(201, owner.post(shop + "/printers", sent)));
        JsonNode wanted = json(sent);
        for (String member :
            List.of("code", "volume", "hourlyRate", "power", "units", "calendar", "inService")) {
          assertThat(kept.get(member).toString()).isEqualTo(wanted.get(member).toString());
        }
        // 24 h on Mondays and 8.5 h on Fridays are 4.64 h on a mean day, of two printers.
        assertThat(kept.get("hoursPerDay").decimalValue()).isEqualByComparingTo("9.28");
        assertThat(kept.get("ready").booleanValue()).as("no setting yet").isFalse();
      }
      for (List<String> wrong :
          List.of(
              List.of("{\"shape\":\"BOX\",\"width\":1,\"height\":1}", "/volume/depth"),
              List.of(
                  "{\"shape\":\"CYLINDER\",\"diameter\":1,\"width\":1,\"height\":1}",
                  "/volume/width"),
              List.of(
                  "{\"shape\":\"BOX\",\"width\":0,\"depth\":1,\"height\":1e400}", "/volume/height"),
              List.of(
                  """
                  {"shape":"POLYGON","corners":[{"x":0,"y":0},{"x":9,"y":9},{"x":9,"y":0},
                   {"x":0,"y":9}],"height":1}
                  """,
                  "/volume/corners"))) {
        assertThat(
                pointers(
                    expect(
                        422,
                        owner.post(shop + "/printers", printer("x", wrong.get(0), "1", true)))))
            .contains(wrong.get(1));
      }
      HttpResponse<byte[]> twice =
          expect(
              422,
              owner.post(
                  shop + "/printers",
                  printer("x", BOX, "1", true).replace("\"FRIDAY\"", "\"MONDAY\"")));
      assertThat(pointers(twice)).containsExactly("/calendar/week/1/day");
      HttpResponse<byte[]> taken =
          expect(409, owner.post(shop + "/printers", printer("p0", BOX, "1", true)));
      assertThat(code(taken)).isEqualTo("shop.code-taken");

      List<String> listed = new ArrayList<>();
      String next = "";
      do {
        JsonNode page = read(owner, shop + "/printers?limit=2" + next);
        page.get("items").forEach(item -> listed.add(item.get("code").textValue()));
        next = page.has("next") ? "&after=" + page.get("next").textValue() : "";
      } while (!next.isEmpty());
      assertThat(listed).containsExactly("p2", "p1", "p0");
    }

    @Test
    void a_profile_of_prusaslicer_is_imported_and_its_faults_are_told_by_line() {
      Browser owner = Browser.signedIn(server);
      String shop = aShop(owner, "profiles");
      HttpResponse<byte[]> printer =
          expect(201, owner.post(shop + "/printers", printer("mk3", BOX, "2.00", true)));
      String ini = PrusaSlicerProfile.write(PrinterPreset.PRUSA_MK4.profile(FilamentMaterial.PLA));
      assertThat(
              pointers(
                  expect(
                      422, importProfile(owner, place(printer), "PLA/draft", tag(printer), ini))))
          .as("the Shop has no such material")
          .containsExactly("/material");
      expect(201, owner.post(shop + "/materials", material("PLA", "25.00", true)));

      HttpResponse<byte[]> imported =
          expect(
              200,
              importProfile(
                  owner,
                  place(printer),
                  "PLA/draft",
                  tag(printer),
                  ini + "\nmade_up_setting = 1\n"));
      assertThat(TestServer.json(imported).at("/profile/layers/height").asDouble()).isEqualTo(0.2);
      assertThat(TestServer.json(imported).at("/remarks").toString())
          .contains("made_up_setting", "UNKNOWN_KEY");
      assertThat(read(owner, place(printer)).at("/settings/0/quality").textValue())
          .isEqualTo("draft");
      assertThat(read(owner, place(printer)).get("ready").booleanValue()).isTrue();

      HttpResponse<byte[]> refused =
          expect(
              422,
              importProfile(
                  owner,
                  place(printer),
                  "PLA/draft",
                  tag(imported),
                  "layer_height = 0.2\nperimeters = many\nnozzle_diameter = 0.4\n"));
      assertThat(code(refused)).isEqualTo("profile.refused");
      assertThat(TestServer.json(refused).at("/errors/0/pointer").textValue())
          .as("RFC 5147 counts from 0: between the first and the second line end")
          .isEqualTo("#line=1,2");
      assertThat(TestServer.json(refused).at("/errors/0/message").textValue())
          .startsWith("Line 2: perimeters: ")
          .doesNotContain("many");
      assertThat(TestServer.json(refused).at("/errors/0/code").textValue())
          .isEqualTo("not-a-number");
      expect(412, importProfile(owner, place(printer), "PLA/draft", tag(printer), ini));
      HttpResponse<byte[]> bundle =
          expect(
              422,
              importProfile(
                  owner,
                  place(printer),
                  "PLA/draft",
                  tag(imported),
                  "[print:fine]\nlayer_height = 0.1\n[print:coarse]\nlayer_height = 0.3\n"));
      assertThat(TestServer.text(bundle)).contains("choice-needed");
      JsonNode chosen =
          TestServer.json(
              expect(
                  200,
                  importProfile(
                      owner,
                      place(printer),
                      "PLA/draft?print=coarse",
                      tag(imported),
                      "[print:fine]\nlayer_height = 0.1\n[print:coarse]\nlayer_height = 0.3\n")));
      assertThat(chosen.at("/profile/layers/height").asDouble()).isEqualTo(0.3);
      String version = tag(owner.get(place(printer)));
      JsonNode calibrated =
          TestServer.json(
              expect(
                  200,
                  change(
                      owner,
                      "PUT",
                      place(printer) + "/settings/PLA/draft",
                      version,
                      "{\"calibration\":{\"time\":1.12,\"filament\":0.98}}")));
      assertThat(calibrated.at("/profile/calibration/time").asDouble()).isEqualTo(1.12);
      assertThat(calibrated.at("/profile/layers/height").asDouble()).isEqualTo(0.3);
      expect(
          413,
          importProfile(
              owner, place(printer), "PLA/draft", "*", "# nothing\n".repeat((4 << 20) / 10 + 1)));
    }

    @Test
    void materials_that_are_used_stay_and_say_why() {
      Browser owner = Browser.signedIn(server);
      Workshop at = aWorkshop(owner, "materials", "500");
      HttpResponse<byte[]> material = expect(200, owner.get(at.material()));
      assertThat(code(expect(409, change(owner, "DELETE", at.material(), tag(material), null))))
          .isEqualTo("material.printed");
      assertThat(
              code(
                  expect(
                      409,
                      change(
                          owner,
                          "PUT",
                          at.material(),
                          tag(material),
                          material("PLA", "1", true, "white")))))
          .isEqualTo("material.in-stock");
      assertThat(
              pointers(
                  expect(
                      422, owner.post(at.shop() + "/spools", spool(at.material(), "white", "1")))))
          .containsExactly("/colour");
      HttpResponse<byte[]> unused =
          expect(201, owner.post(at.shop() + "/materials", material("PETG", "1", true)));
      assertThat(code(expect(412, change(owner, "DELETE", place(unused), "\"v7\"", null))))
          .isEqualTo("version.stale");
      expect(428, owner.delete(place(unused)));
      expect(204, change(owner, "DELETE", place(unused), tag(unused), null));
    }

    @Test
    void shipping_methods_say_what_a_parcel_costs_or_why_not() {
      Browser owner = Browser.signedIn(server);
      String shop = aShop(owner, "shipping");
      HttpResponse<byte[]> parcel = expect(201, owner.post(shop + "/shipping-methods", PARCEL));
      assertThat(TestServer.json(parcel).get("zones").toString())
          .isEqualTo(json(PARCEL).get("zones").toString());
      expect(
          201,
          owner.post(
              shop + "/shipping-methods",
              """
              {"code":"pickup","name":"Pickup","kind":"PICKUP","days":{"least":0,"most":0},
               "offered":true}
              """));
      String box = "&x=100&y=350&z=250&goods=59.99";
      assertThat(offer(owner, shop, "country=DE&grams=2000" + box)).isEqualTo("4.90 1-4");
      assertThat(offer(owner, shop, "country=DE&grams=2000.001" + box)).isEqualTo("9.90 1-4");
      assertThat(offer(owner, shop, "country=DE&grams=2000" + box.replace("59.99", "60.00")))
          .isEqualTo("0.00 1-4");
      assertThat(offer(owner, shop, "country=JP&grams=2000" + box)).isEqualTo("14.90 1-4");
      assertThat(offer(owner, shop, "country=JP&grams=2001" + box)).isEqualTo("WEIGHT");
      JsonNode pickup =
          read(owner, shop + "/shipping-offers?country=JP&grams=2001" + box).at("/items/0");
      assertThat(pickup.get("code").textValue()).isEqualTo("pickup");
      assertThat(pickup.get("price").textValue()).isEqualTo("0.00");
      for (String wrong :
          List.of(
              "country=XX&grams=1" + box,
              "country=DE&grams=0" + box,
              "country=DE" + box,
              "country=DE&grams=1e9" + box,
              "country=DE&grams=1" + box.replace("59.99", "59.999"))) {
        expect(422, owner.get(shop + "/shipping-offers?" + wrong));
      }
      HttpResponse<byte[]> changed =
          expect(
              200,
              change(
                  owner,
                  "PUT",
                  place(parcel),
                  tag(parcel),
                  PARCEL.replace("\"offered\":true", "\"offered\":false")));
      assertThat(offer(owner, shop, "country=DE&grams=1" + box)).isEqualTo("NOT_OFFERED");
      expect(412, change(owner, "PUT", place(parcel), tag(parcel), PARCEL));
      assertThat(
              pointers(
                  expect(
                      422,
                      change(
                          owner,
                          "PUT",
                          place(parcel),
                          tag(changed),
                          PARCEL.replace("\"4.90\"", "\"4.905\"")))))
          .containsExactly("/zones/0/tiers/0/price");
      expect(204, change(owner, "DELETE", place(parcel), tag(changed), null));
      expect(404, owner.get(place(parcel)));
    }

    @Test
    void what_belongs_to_one_shop_is_not_there_in_another() {
      Browser owner = Browser.signedIn(server);
      Workshop at = aWorkshop(owner, "mine", "1000");
      String other = aShop(owner, "mine-too");
      for (String path : List.of(at.material(), at.printer(), at.spool())) {
        HttpResponse<byte[]> answer = expect(404, owner.get(path.replace(at.shop(), other)));
        assertThat(code(answer)).isEqualTo("object.not-found");
      }
      expect(422, owner.post(other + "/spools", spool(at.material(), "black", "1")));
    }
  }

  @Nested
  class OnPostgres extends Contract {
    private @Nullable TestDatabase database;

    @Override
    TestServer open(Path folder) {
      TestDatabase created = TestDatabase.create(Dialect.POSTGRESQL);
      database = created;
      return TestServer.on(
          folder, new Foundation.Place.Postgres(created.url(), created.user(), ""));
    }

    @Override
    Database database(TestServer server) {
      return java.util.Objects.requireNonNull(database).database();
    }

    @AfterAll
    void end() {
      if (database != null) {
        database.close();
      }
    }
  }

  /** The same on both databases. */
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  abstract static class Contract {
    TestServer server;
    Browser administrator;
    IdGenerator ids;

    abstract TestServer open(Path folder);

    abstract Database database(TestServer server);

    @BeforeAll
    void start(@TempDir Path folder) {
      server = open(folder);
      administrator = Browser.administrator(server);
      // By the server's clock, which tests turn on.
      ids = new TimeOrderedIds(server::now, new Random(3));
    }

    @AfterAll
    void stop() {
      server.close();
    }

    // ---- what people of a Shop send ----

    static String tag(HttpResponse<byte[]> answer) {
      return answer.headers().firstValue("ETag").orElseThrow();
    }

    static String place(HttpResponse<byte[]> answer) {
      return answer.headers().firstValue("Location").orElseThrow();
    }

    static HttpResponse<byte[]> change(
        Browser browser, String method, String path, String version, @Nullable String json) {
      return browser.send(browser.request(method, path, json).header("If-Match", version));
    }

    static JsonNode read(Browser browser, String path) {
      return TestServer.json(expect(200, browser.get(path)));
    }

    static String code(HttpResponse<byte[]> answer) {
      return TestServer.json(answer).get("code").textValue();
    }

    static List<String> pointers(HttpResponse<byte[]> answer) {
      List<String> pointers = new ArrayList<>();
      TestServer.json(answer)
          .get("errors")
          .forEach(error -> pointers.add(error.get("pointer").textValue()));
      return pointers;
    }

    static String printer(String code, String volume, String rate, boolean inService) {
      return """
      {"code":"%s","name":"Printer","process":"MATERIAL_EXTRUSION","volume":%s,
       "hourlyRate":"%s","power":{"kilowatts":0.1,"pricePerKilowattHour":"0.30"},"units":2,
       "calendar":{"zone":"Europe/Berlin","week":[
         {"day":"MONDAY","from":"00:00","until":"24:00"},
         {"day":"FRIDAY","from":"08:00","until":"16:30"}],"closed":["2026-12-24"]},
       "inService":%s}
      """
          .formatted(code, volume, rate, inService);
    }

    static final String BOX = "{\"shape\":\"BOX\",\"width\":250,\"depth\":210,\"height\":210.5}";

    static String material(String code, String price, boolean offered, String... colours) {
      StringBuilder all = new StringBuilder();
      for (String colour : colours) {
        all.append(all.isEmpty() ? "" : ",")
            .append(
                "{\"code\":\"%s\",\"name\":\"%s\",\"hexes\":[\"1C1C1C\"]}"
                    .formatted(colour, colour));
      }
      return """
      {"code":"%s","name":"%s","density":1.24,"pricePerKilogram":"%s","waste":0.05,
       "colours":[%s],"offered":%s}
      """
          .formatted(code, code, price, all, offered);
    }

    static String spool(String material, String colour, String grams) {
      return "{\"material\":\"%s\",\"colour\":\"%s\",\"label\":\"shelf 3\",\"grams\":%s}"
          .formatted(material.substring(material.lastIndexOf('/') + 1), colour, grams);
    }

    static final String PARCEL =
        """
        {"code":"parcel","name":"Parcel","kind":"DELIVERY","zones":[
          {"countries":["DE"],"tiers":[
             {"upToGrams":2000,"upTo":{"x":350,"y":250,"z":100},"price":"4.90"},
             {"upToGrams":20000,"price":"9.90"}],"freeAbove":"60.00"},
          {"countries":[],"tiers":[{"upToGrams":2000,"price":"14.90"}]}],
         "days":{"least":1,"most":4},"offered":true}
        """;

    HttpResponse<byte[]> importProfile(
        Browser owner, String printer, String setting, String version, String text) {
      return owner.send(
          owner
              .request("PUT", printer + "/settings/" + setting, text)
              .setHeader("Content-Type", "text/plain; charset=utf-8")
              .header("If-Match", version));
    }

    String aShop(Browser owner, String slug) {
      return place(
          expect(
              201,
              owner.post(
                  "/api/v1/shops",
                  "{\"slug\":\"%s\",\"currency\":\"EUR\",\"name\":\"A Shop\"}".formatted(slug))));
    }

    void approve(Browser owner, String path) {
      HttpResponse<byte[]> shop = expect(200, owner.get(path));
      shop =
          expect(
              200,
              change(
                  owner,
                  "PUT",
                  path + "/profile",
                  tag(shop),
                  "{\"name\":\"A Shop\",\"place\":\"Leipzig\",\"about\":\"We print.\"}"));
      shop = expect(200, change(owner, "PUT", path + "/terms", tag(shop), "{\"text\":\"Terms.\"}"));
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
                   "street":"Straße 1","postCode":"04109","city":"Leipzig","region":"",
                   "country":"DE","contact":"erika@example.org"}
                  """));
      administrator.stepUp();
      expect(
          200,
          administrator.send(
              administrator
                  .request("POST", path + "/approval", "{\"decision\":\"APPROVE\"}")
                  .header("If-Match", tag(shop))
                  .header("X-Ktizo-Reason", "application")));
    }

    /** Material, printer with a setting, spool. */
    record Workshop(String shop, String material, String printer, String spool) {}

    Workshop aWorkshop(Browser owner, String slug, String grams) {
      String shop = aShop(owner, slug);
      String material =
          place(
              expect(
                  201, owner.post(shop + "/materials", material("PLA", "25.00", true, "black"))));
      HttpResponse<byte[]> printer =
          expect(201, owner.post(shop + "/printers", printer("mk3", BOX, "2.00", true)));
      expect(
          200,
          change(
              owner,
              "PUT",
              place(printer) + "/settings/PLA/standard",
              tag(printer),
              "{\"preset\":\"PRUSA_MK3S\"}"));
      String spool =
          place(expect(201, owner.post(shop + "/spools", spool(material, "black", grams))));
      return new Workshop(shop, material, place(printer), spool);
    }

    void publish(Browser owner, String shop) {
      HttpResponse<byte[]> draft = expect(201, owner.post(shop + "/price-list-drafts", null));
      expect(200, change(owner, "POST", place(draft) + "/publication", tag(draft), "{}"));
    }

    List<String> open(Browser owner, String shop) {
      List<String> open = new ArrayList<>();
      read(owner, shop).get("open").forEach(step -> open.add(step.textValue()));
      return open;
    }

    JsonNode offers(String slug) {
      HttpResponse<byte[]> answer =
          server.ask(
              "{\"model\":\"%s\",\"shops\":[\"%s\"]}"
                  .formatted(server.modelId(StlFiles.cube(20)), slug));
      return TestServer.json(expect(201, answer)).get("offers");
    }

    /** Whether the Shop is among those that can be asked. */
    boolean sells(String slug) {
      for (JsonNode shop : TestServer.json(server.get("/api/v1/shops")).get("shops")) {
        if (shop.get("id").textValue().equals(slug)) {
          return true;
        }
      }
      return false;
    }

    void setInService(Browser owner, String printer, String volume, boolean inService) {
      expect(
          200,
          change(
              owner,
              "PUT",
              printer,
              tag(owner.get(printer)),
              printer("mk3", volume, "2.00", inService)));
    }

    // ---- a whole life ----

    @Test
    void a_shop_sets_itself_up_from_nothing_and_the_desk_quotes_with_it() {
      Browser owner = Browser.signedIn(server);
      Workshop at = aWorkshop(owner, "from-nothing", "1000");
      assertThat(open(owner, at.shop()))
          .containsExactly("PROFILE", "BUSINESS", "TERMS", "PRICE_LIST", "SHIPPING", "PAYOUT");
      expect(201, owner.post(at.shop() + "/shipping-methods", PARCEL));
      approve(owner, at.shop());
      assertThat(sells("from-nothing")).isFalse();
      publish(owner, at.shop());
      assertThat(open(owner, at.shop())).containsExactly("PAYOUT");
      assertThat(read(owner, at.shop()).get("readyToSell").booleanValue()).isTrue();

      JsonNode offers = offers("from-nothing");
      assertThat(offers).hasSize(1);
      assertThat(offers.at("/0/outcome").textValue()).isEqualTo("PRICED");

      // Whatever the Shop changes counts for the next quote.
      setInService(owner, at.printer(), BOX, false);
      assertThat(sells("from-nothing")).as("its only printer rests").isFalse();
      setInService(
          owner, at.printer(), "{\"shape\":\"CYLINDER\",\"diameter\":15,\"height\":300}", true);
      assertThat(offers("from-nothing").at("/0/reasons/0/code").textValue())
          .isEqualTo("review.does-not-fit");
      setInService(owner, at.printer(), BOX, true);
      assertThat(offers("from-nothing").at("/0/outcome").textValue()).isEqualTo("PRICED");

      expect(200, owner.post(at.spool() + "/counts", "{\"grams\":0,\"reason\":\"used up\"}"));
      assertThat(sells("from-nothing")).as("nothing is left to print with").isFalse();
      expect(201, owner.post(at.shop() + "/spools", spool(at.material(), "black", "750.5")));
      assertThat(offers("from-nothing").at("/0/outcome").textValue()).isEqualTo("PRICED");

      String before = offers("from-nothing").at("/0/price/gross").toString();
      expect(
          200,
          change(
              owner,
              "PUT",
              at.material(),
              tag(owner.get(at.material())),
              material("PLA", "250.00", true, "black")));
      assertThat(offers("from-nothing").at("/0/price/gross").toString())
          .as("a published price stands")
          .isEqualTo(before);
      publish(owner, at.shop());
      assertThat(offers("from-nothing").at("/0/price/gross").toString()).isNotEqualTo(before);

      HttpResponse<byte[]> setting =
          expect(200, owner.get(at.printer() + "/settings/PLA/standard"));
      expect(
          200,
          change(owner, "DELETE", at.printer() + "/settings/PLA/standard", tag(setting), null));
      assertThat(sells("from-nothing")).as("it prints this no more").isFalse();
      expect(404, owner.get(at.printer() + "/settings/PLA/standard"));
      expect(204, change(owner, "DELETE", at.printer(), tag(owner.get(at.printer())), null));
      expect(404, owner.get(at.printer()));
      assertThat(read(owner, at.shop() + "/printers").get("items")).isEmpty();
    }

    static JsonNode json(String text) {
      try {
        return new com.fasterxml.jackson.databind.ObjectMapper().readTree(text);
      } catch (java.io.IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    // ---- materials and stock ----

    @Test
    void stock_tells_what_is_held_and_free_and_how_it_came_about() {
      Browser owner = Browser.signedIn(server);
      Workshop at = aWorkshop(owner, "stock", "1000.5");
      assertThat(hold(at, "order-1", 125, 4)).isInstanceOf(Stock.Held.Done.class);
      JsonNode spool = read(owner, at.spool());
      assertThat(spool.get("grams").decimalValue()).isEqualByComparingTo("1000.5");
      assertThat(spool.get("heldGrams").decimalValue()).isEqualByComparingTo("500");
      assertThat(spool.get("freeGrams").decimalValue()).isEqualByComparingTo("500.5");
      HttpResponse<byte[]> tooLittle =
          expect(
              409,
              owner.post(at.spool() + "/counts", "{\"grams\":499.999,\"reason\":\"weighed\"}"));
      assertThat(code(tooLittle)).isEqualTo("spool.held");
      expect(200, owner.post(at.spool() + "/counts", "{\"grams\":510,\"reason\":\"weighed\"}"));
      JsonNode level = read(owner, at.shop() + "/stock").at("/items/0");
      assertThat(level.get("freeGrams").decimalValue()).isEqualByComparingTo("10");
      assertThat(level.get("spools").intValue()).isEqualTo(1);

      HttpResponse<byte[]> away =
          expect(
              200,
              change(
                  owner,
                  "PUT",
                  at.spool(),
                  tag(owner.get(at.spool())),
                  "{\"label\":\"put away\",\"inUse\":false}"));
      assertThat(TestServer.json(away).get("freeGrams").decimalValue()).isZero();
      List<String> kinds = new ArrayList<>();
      String next = "";
      do {
        JsonNode page = read(owner, at.spool() + "/movements?limit=1" + next);
        page.get("items").forEach(item -> kinds.add(item.get("kind").textValue()));
        next = page.has("next") ? "&after=" + page.get("next").textValue() : "";
      } while (!next.isEmpty());
      assertThat(kinds).containsExactly("COUNTED", "HELD", "ADDED");
      assertThat(hold(at, "order-2", 1, 1)).isEqualTo(new Stock.Held.NotEnough(0));
    }

    Stock stock() {
      return ShopStores.in(database(server), ids).stock();
    }

    Stock.Held hold(Workshop at, String reference, long grams, int parts) {
      return stock()
          .hold(
              ReservationId.FORM.next(ids),
              new Stock.Wanted(
                  ShopId.FORM.parse(at.shop().substring(at.shop().lastIndexOf('/') + 1)),
                  MaterialId.FORM.parse(
                      at.material().substring(at.material().lastIndexOf('/') + 1)),
                  "black",
                  Grams.of(grams),
                  parts,
                  reference,
                  null),
              server.now(),
              List.of());
    }

    /** Whoever comes first: never more is held than somebody weighed, and the books balance. */
    @Test
    void orders_and_people_with_scales_do_not_get_in_each_others_way() throws Exception {
      Browser owner = Browser.signedIn(server);
      Workshop at = aWorkshop(owner, "scales", "1000");
      int rounds = 12;
      CyclicBarrier together = new CyclicBarrier(2);
      try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
        Callable<Integer> orders =
            () -> {
              int held = 0;
              for (int i = 0; i < rounds; i++) {
                together.await(20, TimeUnit.SECONDS);
                held += hold(at, "order-" + i, 100, 1) instanceof Stock.Held.Done ? 1 : 0;
              }
              return held;
            };
        Callable<Integer> scales =
            () -> {
              int counted = 0;
              for (int i = 0; i < rounds; i++) {
                together.await(20, TimeUnit.SECONDS);
                HttpResponse<byte[]> answer =
                    owner.post(
                        at.spool() + "/counts",
                        "{\"grams\":%d,\"reason\":\"weighed\"}".formatted(900 - 50 * i));
                assertThat(answer.statusCode()).isIn(200, 409);
                counted += answer.statusCode() == 200 ? 1 : 0;
              }
              return counted;
            };
        Future<Integer> held = pool.submit(orders);
        Future<Integer> counted = pool.submit(scales);
        int orderCount = held.get();
        assertThat(counted.get()).isPositive();
        JsonNode spool = read(owner, at.spool());
        assertThat(spool.get("heldGrams").intValue()).isEqualTo(100 * orderCount);
        assertThat(spool.get("grams").intValue()).isGreaterThanOrEqualTo(100 * orderCount);
        long grams = 0;
        long heldGrams = 0;
        for (JsonNode movement : read(owner, at.spool() + "/movements?limit=200").get("items")) {
          grams += movement.get("grams").longValue();
          heldGrams += movement.get("heldGrams").longValue();
        }
        assertThat(grams).isEqualTo(spool.get("grams").longValue());
        assertThat(heldGrams).isEqualTo(spool.get("heldGrams").longValue());
      }
    }

    @Test
    void of_two_who_change_the_same_printer_one_is_told_so() throws Exception {
      Browser owner = Browser.signedIn(server);
      Workshop at = aWorkshop(owner, "both", "1000");
      String version = tag(owner.get(at.printer()));
      CyclicBarrier together = new CyclicBarrier(4);
      try (ExecutorService pool = Executors.newFixedThreadPool(4)) {
        List<Callable<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          String rate = i + ".50";
          all.add(
              () -> {
                together.await(20, TimeUnit.SECONDS);
                return change(owner, "PUT", at.printer(), version, printer("mk3", BOX, rate, true))
                    .statusCode();
              });
        }
        List<Integer> codes = new ArrayList<>();
        for (Future<Integer> one : pool.invokeAll(all)) {
          codes.add(one.get());
        }
        assertThat(codes).containsOnlyOnce(200);
        assertThat(codes).allMatch(status -> status == 200 || status == 412 || status == 409);
      }
      assertThat(read(owner, at.printer()).get("settings")).hasSize(1);
    }

    // ---- filaments ----

    @Test
    void filaments_are_imported_once_and_the_report_says_what_was_not_taken() {
      Browser owner = Browser.signedIn(server);
      String shop = aShop(owner, "filaments");
      String file =
          """
          {"manufacturer":"Example Works","filaments":[
            {"name":"Sturdy {color_name}","material":"PETG","density":1.27,"shine":1,
             "weights":[{"weight":1000,"spool_weight":200}],"diameters":[1.75],
             "colors":[{"name":"Black","hex":"000000"},{"name":"Red","hex":"no hex"}]}]}
          """;
      JsonNode first =
          TestServer.json(expect(200, owner.post(shop + "/filament-imports?spools=true", file)));
      assertThat(first.get("materials").toString()).isEqualTo("[\"PETG\"]");
      assertThat(first.get("unpriced").toString()).isEqualTo("[\"PETG\"]");
      assertThat(first.get("colours").intValue()).isEqualTo(1);
      assertThat(first.get("spools").intValue()).isEqualTo(1);
      assertThat(first.at("/skipped/0/pointer").textValue()).isEqualTo("/filaments/0/colors/1");
      assertThat(first.get("unknown").toString()).isEqualTo("[\"/filaments/0/shine\"]");

      JsonNode again =
          TestServer.json(expect(200, owner.post(shop + "/filament-imports?spools=true", file)));
      assertThat(again.get("materials")).isEmpty();
      assertThat(again.get("spools").intValue()).isZero();
      assertThat(again.get("skipped")).hasSize(2);
      assertThat(read(owner, shop + "/spools").get("items")).hasSize(1);
      assertThat(read(owner, shop + "/materials").get("items")).hasSize(1);
      assertThat(read(owner, shop + "/materials").at("/items/0/offered").booleanValue()).isFalse();

      expect(422, owner.post(shop + "/filament-imports", "{}"));
      expect(422, owner.post(shop + "/filament-imports?spools=perhaps", "[]"));
      expect(413, owner.post(shop + "/filament-imports", " ".repeat((2 << 20) + 1)));
    }

    static String offer(Browser owner, String shop, String parcel) {
      for (JsonNode offer : read(owner, shop + "/shipping-offers?" + parcel).get("items")) {
        if (offer.get("code").textValue().equals("parcel")) {
          return offer.has("reason")
              ? offer.get("reason").textValue()
              : offer.get("price").textValue()
                  + " "
                  + offer.at("/days/least")
                  + "-"
                  + offer.at("/days/most");
        }
      }
      throw new AssertionError("no such method");
    }
  }
}
