package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.core.account.Permissions;
import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.account.Permissions.Relation;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.server.Browser;
import io.ktizo.server.DemoShops;
import io.ktizo.server.TestServer;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad input for every member of every JSON body, made from the OpenAPI document: each is refused
 * with a pointer to the member, and nothing of it is repeated. A new operation is covered by
 * standing in the document.
 */
class WireLimitsTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String CANARY = "canary4711";

  @TempDir static Path data;
  private static TestServer server;
  private static Browser administrator;
  private static Browser shopkeeper;
  private static JsonNode document;
  private static Map<String, Things.Thing> things;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    administrator = Browser.administrator(server);
    document = TestServer.json(server.get("/openapi.json"));
    Things world = new Things(server, data, Browser.signedIn(server));
    things = world.all();
    shopkeeper = Browser.signedIn(server);
    world.openShop(shopkeeper, ShopRole.OWNER);
    shopkeeper.setUpSecondFactor();
    shopkeeper.stepUp();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Long documents of a Shop. */
  private static final Set<String> DOCUMENTS =
      Set.of("changeShopTerms", "draftPriceList", "changePriceList", "previewPrices");

  /** Files in others' formats, of which what is wrong is reported and the rest taken. */
  private static final Set<String> OF_OTHERS = Set.of("importFilaments");

  private record Operation(String id, String method, String path, String action, JsonNode schema) {
    boolean isDocument() {
      return DOCUMENTS.contains(id);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /** Those that take JSON. */
  private static List<Operation> operations() {
    List<Operation> all = new ArrayList<>();
    for (var path : document.get("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        JsonNode schema = operation.getValue().at("/requestBody/content/application~1json/schema");
        if (!schema.isMissingNode()
            && !OF_OTHERS.contains(operation.getValue().path("operationId").asText())) {
          all.add(
              new Operation(
                  operation.getValue().path("operationId").asText(),
                  operation.getKey().toUpperCase(Locale.ROOT),
                  path.getKey(),
                  operation.getValue().path("x-ktizo-action").asText(),
                  resolved(schema)));
        }
      }
    }
    return all;
  }

  private static JsonNode resolved(JsonNode schema) {
    return schema.has("$ref") ? document.at(schema.get("$ref").textValue().substring(1)) : schema;
  }

  private static HttpResponse<byte[]> send(Operation operation, String json) {
    Browser caller = isOfShops(operation) ? shopkeeper : administrator;
    return caller.send(
        caller
            .request(operation.method(), filled(operation.path(), caller), json)
            .header("If-Match", "\"v1\"")
            .header("X-Ktizo-Reason", "limits"));
  }

  /** What a Shop does itself; the platform's staff decide about it. */
  private static boolean isOfShops(Operation operation) {
    return operation.action().equals(Action.REFUND.name())
        || Permissions.rows().stream()
            .anyMatch(
                row ->
                    row.action().name().equals(operation.action())
                        && row.relation() == Relation.HIS_SHOP);
  }

  private static String filled(String path, Browser caller) {
    String filled = path;
    for (int end = path.lastIndexOf('}'); end >= 0; end = path.lastIndexOf('}', end - 1)) {
      int start = path.lastIndexOf('{', end);
      Things.Thing thing = Objects.requireNonNull(things.get(path.substring(0, end + 1)));
      String id =
          Stream.of(
                  path.startsWith("/api/v1/account/") ? Relation.OWN : Relation.HIS_SHOP,
                  Relation.FOREIGN,
                  Relation.ANYBODY)
              .flatMap(relation -> thing.of(caller, relation).stream())
              .findFirst()
              .orElseThrow();
      filled = filled.substring(0, start) + id + filled.substring(end + 1);
    }
    return filled;
  }

  /** A body that the schema allows. */
  private static JsonNode sample(JsonNode node) {
    JsonNode schema = resolved(node);
    if (schema.equals(document.at("/components/schemas/Prices"))) {
      return TestServer.json(ShopJson.write(DemoShops.load().getFirst().priceList()));
    }
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.has("enum")) {
      return schema.get("enum").get(0);
    }
    return switch (type(schema)) {
      case "object" -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (JsonNode name : schema.path("required")) {
          object.set(name.textValue(), sample(schema.at("/properties/" + name.textValue())));
        }
        yield object;
      }
      case "array" -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < schema.path("minItems").asInt(0); i++) {
          array.add(sample(schema.get("items")));
        }
        yield array;
      }
      case "boolean" -> JsonNodeFactory.instance.booleanNode(true);
      case "integer", "number" ->
          JsonNodeFactory.instance.numberNode(schema.path("minimum").asInt(1));
      default -> JsonNodeFactory.instance.textNode("x".repeat(schema.path("minLength").asInt(3)));
    };
  }

  private static String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    return type.isArray() ? type.get(0).textValue() : type.asText("string");
  }

  /** Each member with values that it must refuse, beside others that are right. */
  @Test
  void z04_every_member_of_every_body_refuses_what_is_beyond_its_limits_with_a_pointer() {
    int cases = 0;
    for (Operation operation : operations()) {
      JsonNode right = sample(operation.schema());
      for (Place place : places(operation, right)) {
        for (var member : place.schema().get("properties").properties()) {
          for (JsonNode bad : bad(resolved(member.getValue()))) {
            ObjectNode body = right.deepCopy();
            ((ObjectNode) body.at(place.pointer())).set(member.getKey(), bad);
            assertRefusedAt(operation, body.toString(), place.pointer() + "/" + member.getKey());
            cases++;
          }
        }
      }
    }
    assertThat(cases).isGreaterThan(1_000);
  }

  /** An object in a body. */
  private record Place(String pointer, JsonNode schema) {}

  /**
   * The body itself, and the objects within it. Price lists are taken apart once: others that hold
   * one are read by the same code.
   */
  private static List<Place> places(Operation operation, JsonNode right) {
    List<Place> places = new ArrayList<>();
    add(places, new Place("", operation.schema()), right, operation.id().equals("draftPriceList"));
    return places;
  }

  private static void add(List<Place> places, Place place, JsonNode right, boolean deep) {
    places.add(place);
    for (var member : place.schema().path("properties").properties()) {
      JsonNode schema = resolved(member.getValue());
      String pointer = place.pointer() + "/" + member.getKey();
      if (type(schema).equals("array")) {
        schema = resolved(schema.path("items"));
        pointer += "/0";
      }
      if (deep && schema.has("properties") && right.at(pointer).isObject()) {
        add(places, new Place(pointer, schema), right, true);
      }
    }
  }

  private static List<JsonNode> bad(JsonNode schema) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    List<JsonNode> bad = new ArrayList<>();
    String type = type(schema);
    boolean orNumber =
        schema.path("type").isArray() && schema.get("type").toString().contains("number");
    if (!type.equals("boolean")) {
      bad.add(json.booleanNode(true));
    }
    if (!type.equals("object")) {
      bad.add(json.objectNode().put(CANARY, 1));
    }
    if (!type.equals("array")) {
      bad.add(json.arrayNode().add(CANARY));
    }
    if (!type.equals("string") || schema.has("enum")) {
      bad.add(json.textNode(CANARY));
    }
    if (!type.equals("integer") && !type.equals("number") && !orNumber) {
      bad.add(json.numberNode(7));
    }
    if (orNumber) {
      bad.add(json.numberNode(-1));
      bad.add(json.numberNode(new BigDecimal("1E+999999999")));
      bad.add(json.numberNode(new BigInteger("9".repeat(30))));
      bad.add(json.textNode("0.0000000000001"));
      bad.add(json.textNode("NaN"));
    }
    switch (type) {
      case "string" -> {
        if (schema.has("maxLength")) {
          bad.add(json.textNode("x".repeat(schema.get("maxLength").asInt() + 1)));
        }
        if (schema.path("minLength").asInt(0) > 0) {
          bad.add(json.textNode(""));
        }
        bad.add(json.textNode("a\u0000" + CANARY));
        bad.add(json.textNode(CANARY + "\ud800"));
      }
      case "integer" -> {
        bad.add(json.numberNode(1.5));
        bad.add(json.numberNode(new BigInteger("9".repeat(30))));
        if (schema.has("minimum")) {
          bad.add(json.numberNode(schema.get("minimum").asLong() - 1));
        }
        if (schema.has("maximum")) {
          bad.add(json.numberNode(schema.get("maximum").asLong() + 1));
        }
      }
      case "number" -> {
        bad.add(json.numberNode(new BigDecimal("1e400")));
        bad.add(json.numberNode(new BigDecimal("-1e400")));
        if (schema.has("minimum")) {
          bad.add(json.numberNode(schema.get("minimum").decimalValue().subtract(BigDecimal.ONE)));
        }
        if (schema.has("exclusiveMinimum")) {
          bad.add(json.numberNode(schema.get("exclusiveMinimum").decimalValue()));
        }
        if (schema.has("maximum")) {
          bad.add(json.numberNode(schema.get("maximum").decimalValue().add(BigDecimal.ONE)));
        }
      }
      case "array" -> {
        bad.add(json.arrayNode().addNull());
        bad.add(json.arrayNode().add(json.arrayNode()));
        if (schema.has("maxItems")) {
          ArrayNode many = json.arrayNode();
          for (int i = 0; i <= schema.get("maxItems").asInt(); i++) {
            many.add(sample(schema.get("items")));
          }
          bad.add(many);
        }
      }
      default -> {}
    }
    return bad;
  }

  private static void assertRefusedAt(Operation operation, String json, String pointer) {
    HttpResponse<byte[]> answer = send(operation, escaped(json));
    String text = TestServer.text(answer);
    assertThat(answer.statusCode()).as("%s %s: %s", operation, json, text).isEqualTo(422);
    List<String> pointers =
        TestServer.json(answer)
            .path("errors")
            .valueStream()
            .map(error -> error.get("pointer").textValue())
            .toList();
    assertThat(pointers)
        .as("%s %s: %s", operation, json, text)
        .anyMatch(found -> found.equals(pointer) || found.startsWith(pointer + "/"));
    assertThat(text.replace("\"pointer\":\"" + pointer + "/" + CANARY, ""))
        .as("%s", operation)
        .doesNotContain("\"" + CANARY, CANARY + "\\");
  }

  /** Half of a pair can be sent as an escape alone. */
  private static String escaped(String json) {
    return json.replace("\ud800", "\\ud800");
  }

  @Test
  void z04_a_missing_member_an_unknown_one_and_one_that_stands_twice_are_refused()
      throws IOException {
    for (Operation operation : operations()) {
      ObjectNode right = (ObjectNode) sample(operation.schema()).deepCopy();
      for (Place place : places(operation, right)) {
        for (JsonNode required : place.schema().path("required")) {
          String name = required.textValue();
          ObjectNode body = right.deepCopy();
          ObjectNode object = (ObjectNode) body.at(place.pointer());
          object.remove(name);
          assertRefusedAt(operation, body.toString(), place.pointer() + "/" + name);
          if (!place.schema().at("/properties/" + name + "/type").toString().contains("null")) {
            object.putNull(name);
            assertRefusedAt(operation, body.toString(), place.pointer() + "/" + name);
          }
        }
        ObjectNode more = right.deepCopy();
        ((ObjectNode) more.at(place.pointer())).put("b/c~d", CANARY);
        assertRefusedAt(operation, more.toString(), place.pointer() + "/b~1c~0d");
      }
      // Z04: what a client would like to be is not for it to say.
      for (String name : List.of("role", "ownerId", "status", "price", "createdAt", "a/b~c")) {
        if (!operation.schema().get("properties").has(name)) {
          ObjectNode body = right.deepCopy();
          body.put(name, CANARY);
          assertRefusedAt(
              operation, body.toString(), "/" + name.replace("~", "~0").replace("/", "~1"));
        }
      }
      String twice = "{\"a\":1,\"a\":1}";
      if (!right.isEmpty()) {
        var first = right.properties().iterator().next();
        twice =
            "{\""
                + first.getKey()
                + "\":"
                + MAPPER.writeValueAsString(first.getValue())
                + ","
                + right.toString().substring(1);
      }
      for (String malformed :
          List.of(
              twice,
              "",
              "null",
              "[]",
              "\"" + CANARY + "\"",
              right + "x",
              right + " {}",
              "{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}",
              "{\"a\":" + "9".repeat(1_000) + "}",
              "{\"a\":NaN}",
              "{'a':1}",
              "{\"a\":1,}",
              "{\"" + "n".repeat(200) + "\":1}",
              "{\"a\":\"" + "x".repeat(operation.isDocument() ? 100_001 : 5_000) + "\"}",
              "{\"a\":\"\t\"}",
              "/*c*/{}",
              "{\"a\":\"\\x\"}")) {
        HttpResponse<byte[]> answer = send(operation, malformed);
        assertThat(answer.statusCode())
            .as("%s %s: %s", operation, malformed, TestServer.text(answer))
            .isEqualTo(400);
        assertThat(TestServer.json(answer).get("code").textValue()).isEqualTo("request.malformed");
        assertThat(TestServer.text(answer)).doesNotContain(CANARY, "xxxxx", "99999", "nnnnn");
      }
    }
  }
}
