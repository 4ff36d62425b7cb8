package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.mesh.MeshReader;
import io.ktizo.core.mesh.MeshReading;
import io.ktizo.core.mesh.MeshReport;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a file to explained prices, over HTTP. */
class QuoteJourneyTest {
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

  @Test
  void a_cube_is_measured_as_a_cube() {
    JsonNode model =
        TestServer.json(server.sendModel("?name=W%C3%BCrfel%20%3Cb%3E.stl", StlFiles.cube(20)));

    assertThat(model.get("name").textValue()).isEqualTo("Würfel <b>.stl");
    assertThat(model.at("/mesh/volumeMm3").doubleValue()).isEqualTo(8000);
    assertThat(model.at("/mesh/areaMm2").doubleValue()).isEqualTo(2400);
    assertThat(model.at("/mesh/triangles").intValue()).isEqualTo(12);
    assertThat(model.at("/mesh/edges").intValue()).isEqualTo(18);
    assertThat(model.at("/mesh/watertight").booleanValue()).isTrue();
    assertThat(model.get("format").textValue()).isEqualTo("STL_BINARY");
    assertThat(model.get("bytes").intValue()).isEqualTo(84 + 12 * 50);
  }

  @Test
  void all_shops_answer_at_once_and_their_lines_add_up() {
    JsonNode quote =
        TestServer.json(
            server.ask("{\"model\":\"" + server.modelId(StlFiles.cube(20)) + "\",\"quantity\":3}"));

    TreeSet<String> shops = new TreeSet<>();
    for (JsonNode offer : quote.get("offers")) {
      shops.add(offer.at("/shop/id").textValue());
      assertThat(offer.get("outcome").textValue()).as(offer.toString()).isEqualTo("PRICED");
      JsonNode price = offer.get("price");
      for (String amount : List.of("net", "tax", "gross")) {
        BigDecimal sum = BigDecimal.ZERO;
        for (JsonNode line : price.get("lines")) {
          sum = sum.add(new BigDecimal(line.get(amount).textValue()));
        }
        assertThat(sum).isEqualByComparingTo(price.get(amount).textValue());
      }
      assertThat(new BigDecimal(price.get("gross").textValue()))
          .isEqualByComparingTo(
              new BigDecimal(price.get("net").textValue())
                  .add(new BigDecimal(price.get("tax").textValue())))
          .isPositive();
      assertThat(price.at("/derivation/result/gross/value").textValue())
          .isEqualTo(price.get("gross").textValue());
    }
    assertThat(shops).containsExactly("lamina", "noordlaag", "schichtwerk");
  }

  @Test
  void an_open_model_is_looked_at_by_everybody_and_the_open_edges_are_counted() {
    JsonNode quote =
        TestServer.json(
            server.ask("{\"model\":\"" + server.modelId(StlFiles.openCube(20)) + "\"}"));

    assertThat(quote.get("offers"))
        .isNotEmpty()
        .allSatisfy(
            offer -> {
              assertThat(offer.get("outcome").textValue()).isEqualTo("WILL_LOOK");
              assertThat(offer.at("/reasons/0/code").textValue()).isEqualTo("review.not-closed");
              // A cube without one triangle has that triangle's three edges open.
              assertThat(offer.at("/reasons/0/details/openEdges").intValue()).isEqualTo(3);
            });
  }

  @Test
  void a_plate_of_300_mm_fits_the_large_printers_only() {
    JsonNode quote =
        TestServer.json(
            server.ask("{\"model\":\"" + server.modelId(StlFiles.box(300, 300, 4)) + "\"}"));

    Map<String, TreeSet<String>> outcomes = new TreeMap<>();
    quote
        .get("offers")
        .forEach(
            offer ->
                outcomes
                    .computeIfAbsent(offer.at("/printer/id").textValue(), id -> new TreeSet<>())
                    .add(
                        offer.has("reasons") ? offer.at("/reasons/0/code").textValue() : "PRICED"));
    assertThat(outcomes.get("mk4")).containsExactly("review.does-not-fit");
    assertThat(outcomes.get("x1")).containsExactly("review.does-not-fit");
    assertThat(outcomes.get("voron-350")).containsExactly("PRICED");
  }

  @Test
  void a_request_asks_for_what_it_names_only() {
    String id = server.modelId(StlFiles.cube(20));
    JsonNode quote =
        TestServer.json(
            server.ask(
                "{\"model\":\""
                    + id
                    + "\",\"materials\":[\"PLA\"],\"qualities\":[\"standard\"],\"shops\":[\"lamina\"]}"));

    assertThat(quote.get("offers")).hasSize(1);
    assertThat(quote.at("/offers/0/shop/id").textValue()).isEqualTo("lamina");
    assertThat(quote.at("/offers/0/material/id").textValue()).isEqualTo("PLA");
  }

  @Test
  void a_unit_that_the_customer_states_makes_the_part_that_large() {
    JsonNode small = priced(server.modelId(StlFiles.cube(2)), "CENTIMETRE");
    JsonNode large = priced(server.modelId(StlFiles.cube(20)), "MILLIMETRE");

    assertThat(small.at("/unit/source").textValue()).isEqualTo("STATED");
    for (String member : List.of("gross", "gramsPerPart", "secondsPerPart")) {
      assertThat(small.at("/offers/0/price/" + member))
          .isEqualTo(large.at("/offers/0/price/" + member));
    }
  }

  private static JsonNode priced(String id, String unit) {
    return TestServer.json(
        server.ask(
            "{\"model\":\"" + id + "\",\"unit\":\"" + unit + "\",\"shops\":[\"schichtwerk\"]}"));
  }

  @Test
  void the_mesh_is_the_model_in_millimetres() throws IOException {
    HttpResponse<byte[]> mesh =
        server.get("/api/v1/models/" + server.modelId(StlFiles.textCube(12)) + "/mesh");

    MeshReading reading = MeshReader.withLimits(TestServer.LIMITS).read(mesh.body());
    assertThat(reading)
        .isInstanceOfSatisfying(
            MeshReading.Accepted.class,
            accepted ->
                assertThat(MeshReport.of(accepted.model().mesh()).volume())
                    .isCloseTo(1728, within(1e-6)));
  }

  @Test
  void the_thumbnail_is_a_picture() {
    byte[] png =
        server.get("/api/v1/models/" + server.modelId(StlFiles.cube(20)) + "/thumbnail").body();

    assertThat(png).startsWith(0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n');
  }

  @Test
  void head_tells_the_length_and_sends_nothing() {
    String path = "/api/v1/models/" + server.modelId(StlFiles.cube(20));
    for (String part : List.of("", "/thumbnail", "/mesh")) {
      HttpResponse<byte[]> head =
          server.send(
              HttpRequest.newBuilder(server.uri(path + part))
                  .method("HEAD", HttpRequest.BodyPublishers.noBody())
                  .build());
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      assertThat(head.headers().firstValueAsLong("Content-Length"))
          .hasValue(server.get(path + part).body().length);
    }
  }

  @Test
  void every_answer_carries_the_headers_that_protect() {
    List<HttpResponse<byte[]>> answers =
        List.of(
            server.get("/"),
            server.get("/app.js"),
            server.get("/api/v1/shops"),
            server.get("/nowhere"),
            server.ask("{"));
    assertThat(answers)
        .allSatisfy(
            answer -> {
              assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                  .contains("default-src 'none'")
                  .contains("frame-ancestors 'none'")
                  .doesNotContain("unsafe");
              assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
              assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
              assertThat(answer.headers().firstValue("X-Request-Id").orElseThrow())
                  .matches("[0-9a-f]{24}");
              assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
            });
  }

  @Test
  void the_replayer_recomputes_every_price_from_the_answer_alone() throws Exception {
    Path replayer =
        Path.of(System.getProperty("ktizo.root", ".."), "examples/quote-replayer/replay.mjs");
    assumeThat(nodeIsHere()).as("node is not installed").isTrue();
    String id = server.modelId(StlFiles.cube(25));
    JsonNode quote =
        TestServer.json(
            server.ask("{\"model\":\"" + id + "\",\"quantity\":12,\"leadTime\":\"express\"}"));

    List<String> command = new ArrayList<>(List.of("node", replayer.toAbsolutePath().toString()));
    int number = 0;
    for (JsonNode offer : quote.get("offers")) {
      Path document = data.resolve("derivation-" + number++ + ".json");
      Files.writeString(document, offer.at("/price/derivation").toString());
      command.add(document.toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    assertThat(number).isGreaterThan(5);
  }

  private static boolean nodeIsHere() throws InterruptedException {
    try {
      return new ProcessBuilder("node", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
