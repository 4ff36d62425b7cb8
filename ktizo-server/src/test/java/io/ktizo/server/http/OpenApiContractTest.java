package io.ktizo.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.ktizo.core.shop.ShopJson;
import io.ktizo.server.Browser;
import io.ktizo.server.DemoShops;
import io.ktizo.server.StlFiles;
import io.ktizo.server.TestServer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document and the server say the same, both ways. */
class OpenApiContractTest {
  @TempDir static Path data;
  private static TestServer server;
  private static JsonNode document;
  private static SchemaRegistry registry;
  private static Browser administrator;

  @BeforeAll
  static void start() {
    server = TestServer.in(data);
    administrator = Browser.administrator(server);
    document = TestServer.json(server.get("/openapi.json"));
    registry =
        SchemaRegistry.withDialect(
            Dialects.getOpenApi31(),
            builder -> builder.schemas(Map.of("https://ktizo.test/openapi", document.toString())));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void every_route_is_in_the_document_and_nothing_else_is() {
    Set<String> documented = new TreeSet<>();
    document
        .get("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .fieldNames()
                    .forEachRemaining(
                        method -> {
                          if (!method.equals("parameters")) {
                            documented.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    Set<String> served = new TreeSet<>();
    routes().forEach(route -> served.add(route.method() + " " + route.path()));

    assertThat(served).isEqualTo(documented);
  }

  @Test
  void every_route_names_in_the_document_who_may_come() {
    for (Route route : routes()) {
      String pointer =
          "/paths/" + escaped(route.path()) + "/" + route.method().toLowerCase(Locale.ROOT);
      assertThat(document.at(pointer).path("x-ktizo-action").asText())
          .as("%s %s", route.method(), route.path())
          .isEqualTo(route.access().text());
    }
  }

  @Test
  void the_yaml_form_is_the_same_document() throws Exception {
    HttpResponse<byte[]> yaml = server.get("/openapi");

    assertThat(yaml.headers().firstValue("Content-Type")).contains("application/yaml");
    assertThat(new YAMLMapper().readTree(yaml.body())).isEqualTo(document);
  }

  @Test
  void every_get_without_parameters_answers_as_documented() {
    for (Route route : routes()) {
      if (route.method().equals("GET") && !route.path().contains("{")) {
        conforms(
            "get",
            route.path(),
            200,
            administrator.send(administrator.request("GET", route.path(), null)));
      }
    }
  }

  @Test
  void a_model_and_its_parts_answer_as_documented() {
    for (byte[] file : List.of(StlFiles.cube(20), StlFiles.openCube(20), StlFiles.textCube(7))) {
      HttpResponse<byte[]> sent = server.sendModel("?name=part.stl", file);
      conforms("post", "/api/v1/models", 201, sent);
      String path = sent.headers().firstValue("Location").orElseThrow();
      HttpResponse<byte[]> read = server.get(path);
      conforms("get", "/api/v1/models/{id}", 200, read);
      assertThat(read.body()).isEqualTo(sent.body());
      conforms("get", "/api/v1/models/{id}/thumbnail", 200, server.get(path + "/thumbnail"));
      conforms("get", "/api/v1/models/{id}/mesh", 200, server.get(path + "/mesh"));
      for (String part : List.of("/thumbnail", "/mesh")) {
        String tag = server.get(path + part).headers().firstValue("ETag").orElseThrow();
        HttpResponse<byte[]> again =
            server.send(
                HttpRequest.newBuilder(server.uri(path + part))
                    .header("If-None-Match", tag)
                    .build());
        conforms("get", "/api/v1/models/{id}" + part, 304, again);
      }
    }
  }

  @Test
  void quotes_answer_as_documented_priced_or_not() {
    List<String> bodies = new ArrayList<>();
    for (byte[] file :
        List.of(StlFiles.cube(20), StlFiles.openCube(20), StlFiles.box(300, 300, 20))) {
      bodies.add("{\"model\":\"" + server.modelId(file) + "\"}");
    }
    String cube = server.modelId(StlFiles.cube(30));
    bodies.add(
        "{\"model\":\""
            + cube
            + "\",\"quantity\":25,\"materials\":[\"PLA\"],\"qualities\":[\"standard\"],"
            + "\"postProcessing\":[\"sanded\"],\"leadTime\":\"express\",\"unit\":\"INCH\","
            + "\"shops\":[\"schichtwerk\",\"lamina\"]}");
    Set<String> outcomes = new TreeSet<>();
    for (String body : bodies) {
      assertThat(errors(schema("#/components/schemas/QuoteRequest"), body)).isEmpty();
      HttpResponse<byte[]> answer = server.ask(body);
      conforms("post", "/api/v1/quotes", 201, answer);
      TestServer.json(answer)
          .get("offers")
          .forEach(offer -> outcomes.add(offer.get("outcome").textValue()));
      HttpResponse<byte[]> again =
          server.get(answer.headers().firstValue("Location").orElseThrow());
      conforms("get", "/api/v1/quotes/{id}", 200, again);
      assertThat(again.body()).isEqualTo(answer.body());
    }
    assertThat(outcomes).containsExactly("PRICED", "WILL_LOOK");
  }

  @Test
  void accounts_sessions_keys_and_members_answer_as_documented() {
    Browser member = Browser.registered(server);
    String credentials =
        "{\"email\":\"" + member.email() + "\",\"password\":\"" + Browser.PASSWORD + "\"}";
    conforms("post", "/api/v1/registrations", 202, Browser.visiting(server).register());
    conforms("post", "/api/v1/sessions", 201, member.post("/api/v1/sessions", credentials));
    conforms("get", "/api/v1/session", 200, member.get("/api/v1/session"));
    conforms("get", "/api/v1/sessions", 200, member.get("/api/v1/sessions"));
    conforms(
        "post",
        "/api/v1/session/proof",
        200,
        member.post("/api/v1/session/proof", "{\"password\":\"" + Browser.PASSWORD + "\"}"));
    conforms("get", "/api/v1/account", 200, member.get("/api/v1/account"));
    conforms(
        "post",
        "/api/v1/account/email-changes",
        202,
        member.post("/api/v1/account/email-changes", "{\"email\":\"x@other.test\"}"));
    HttpResponse<byte[]> key =
        member.post(
            "/api/v1/api-keys",
            "{\"name\":\"ci\",\"scopes\":[\"orders:read\",\"files:read\"],\"days\":30}");
    conforms("post", "/api/v1/api-keys", 201, key);
    conforms("get", "/api/v1/api-keys", 200, member.get("/api/v1/api-keys"));
    conforms(
        "delete",
        "/api/v1/api-keys/{key}",
        204,
        member.delete(key.headers().firstValue("Location").orElseThrow()));
    conforms(
        "post",
        "/api/v1/account/second-factor",
        201,
        member.post("/api/v1/account/second-factor", null));
    conforms(
        "post",
        "/api/v1/account/recovery-codes",
        409,
        member.post("/api/v1/account/recovery-codes", null));
    String id = member.accountId();
    HttpResponse<byte[]> seen =
        administrator.send(
            administrator
                .request("GET", "/api/v1/members/" + id, null)
                .header("X-Ktizo-Reason", "ticket%207"));
    conforms("get", "/api/v1/members/{member}", 200, seen);
    conforms(
        "post",
        "/api/v1/member-searches",
        200,
        administrator.send(
            administrator
                .request(
                    "POST", "/api/v1/member-searches", "{\"email\":\"" + member.email() + "\"}")
                .header("X-Ktizo-Reason", "ticket%207")));
    conforms(
        "get",
        "/api/v1/members/{member}/looks",
        200,
        administrator.get("/api/v1/members/" + id + "/looks"));
    conforms(
        "put",
        "/api/v1/members/{member}/state",
        200,
        administrator.send(
            administrator
                .request(
                    "PUT",
                    "/api/v1/members/" + id + "/state",
                    "{\"state\":\"DISABLED\",\"reason\":\"spam\"}")
                .header("If-Match", seen.headers().firstValue("ETag").orElseThrow())));
    conforms("get", "/api/v1/account", 401, member.get("/api/v1/account"));
  }

  private static HttpResponse<byte[]> asRead(
      Browser who, String method, String place, String read, @Nullable String body) {
    String tag = Browser.expect(200, who.get(read)).headers().firstValue("ETag").orElseThrow();
    return who.send(who.request(method, place, body).header("If-Match", tag));
  }

  @Test
  void shops_their_people_states_webhooks_and_trials_answer_as_documented() {
    String all = "/api/v1/shops/{shop}";
    Browser owner = Browser.signedIn(server);
    HttpResponse<byte[]> applied =
        owner.post(
            "/api/v1/shops", "{\"slug\":\"documented\",\"currency\":\"EUR\",\"name\":\"A Shop\"}");
    conforms("post", "/api/v1/shops", 201, applied);
    String shop = applied.headers().firstValue("Location").orElseThrow();
    conforms("get", all, 200, owner.get(shop));
    conforms("get", all + "/members", 200, owner.get(shop + "/members"));
    conforms(
        "put",
        all + "/members/{member}/role",
        200,
        asRead(
            owner,
            "PUT",
            shop + "/members/" + owner.accountId() + "/role",
            shop,
            "{\"role\":\"OWNER\"}"));
    HttpResponse<byte[]> invited =
        owner.post(shop + "/invitations", "{\"email\":\"a@b.test\",\"role\":\"OPERATOR\"}");
    conforms("post", all + "/invitations", 201, invited);
    conforms("get", all + "/invitations", 200, owner.get(shop + "/invitations"));
    conforms(
        "post",
        all + "/invitations",
        429,
        owner.post(shop + "/invitations", "{\"email\":\"a@b.test\",\"role\":\"OWNER\"}"));
    conforms(
        "delete",
        all + "/invitations/{invitation}",
        204,
        owner.delete(invited.headers().firstValue("Location").orElseThrow()));
    conforms(
        "post",
        "/api/v1/invitation-acceptances",
        422,
        owner.post("/api/v1/invitation-acceptances", Browser.token("x")));
    conforms(
        "delete",
        "/api/v1/account/shops/{shop}",
        409,
        asRead(owner, "DELETE", shop.replace("/v1/", "/v1/account/"), shop, null));
    webhooksConform(owner, shop);
    trialsConform(owner, shop);
    conforms(
        "put",
        all + "/holiday",
        409,
        asRead(owner, "PUT", shop + "/holiday", shop, "{\"until\":null}"));
    conforms("delete", all + "/holiday", 428, owner.delete(shop + "/holiday"));
    conforms(
        "post",
        all + "/application",
        409,
        asRead(owner, "POST", shop + "/application", shop, null));
    conforms("post", all + "/closure", 200, asRead(owner, "POST", shop + "/closure", shop, null));
  }

  private static void webhooksConform(Browser owner, String shop) {
    String all = "/api/v1/shops/{shop}/webhooks";
    HttpResponse<byte[]> added =
        owner.post(
            shop + "/webhooks",
            "{\"url\":\"https://shop.example.invalid/\",\"types\":[\"shop-closed\"]}");
    conforms("post", all, 201, added);
    String webhook = added.headers().firstValue("Location").orElseThrow();
    conforms("get", all, 200, owner.get(shop + "/webhooks"));
    conforms("get", all + "/{webhook}", 200, owner.get(webhook));
    conforms(
        "post",
        all + "/{webhook}/secrets",
        201,
        asRead(owner, "POST", webhook + "/secrets", webhook, null));
    HttpResponse<byte[]> test = owner.post(webhook + "/test-messages", null);
    conforms("post", all + "/{webhook}/test-messages", 201, test);
    String delivery = test.headers().firstValue("Location").orElseThrow();
    conforms("get", all + "/{webhook}/deliveries", 200, owner.get(webhook + "/deliveries"));
    conforms("get", all + "/{webhook}/deliveries/{delivery}", 200, owner.get(delivery));
    conforms(
        "post",
        all + "/{webhook}/deliveries/{delivery}/replays",
        201,
        owner.post(delivery + "/replays", null));
    conforms(
        "put",
        all + "/{webhook}",
        200,
        asRead(
            owner,
            "PUT",
            webhook,
            webhook,
            "{\"url\":\"https://shop.example.invalid/\",\"types\":[],\"state\":\"PAUSED\"}"));
    conforms("delete", all + "/{webhook}", 204, asRead(owner, "DELETE", webhook, webhook, null));
  }

  private static void trialsConform(Browser owner, String shop) {
    String all = "/api/v1/shops/{shop}";
    String prices = ShopJson.write(DemoShops.load().getFirst().priceList());
    assertThat(errors(schema("#/components/schemas/Prices"), prices)).isEmpty();
    HttpResponse<byte[]> draft = owner.post(shop + "/price-lists", prices);
    conforms("post", all + "/price-lists", 201, draft);
    String list = draft.headers().firstValue("Location").orElseThrow();
    conforms("get", all + "/price-lists/{priceList}", 200, owner.get(list));
    conforms(
        "post",
        all + "/price-lists/{priceList}/previews",
        200,
        owner.post(list + "/previews", "{\"part\":\"TOWER\",\"quantity\":3}"));
    conforms(
        "post",
        all + "/price-previews",
        200,
        owner.post(shop + "/price-previews", "{\"part\":\"CUBE\",\"prices\":" + prices + "}"));
    String id = list.substring(list.lastIndexOf('/') + 1);
    conforms(
        "post",
        all + "/price-comparisons",
        200,
        owner.post(
            shop + "/price-comparisons",
            "{\"before\":\"" + id + "\",\"after\":\"" + id + "\",\"parts\":[\"PLATE\"]}"));
  }

  @Test
  void refusals_are_documented_for_their_route() {
    String nobody = "0199a3c2-7d1e-7b3a-9c51-0f4e6d2b8a17";
    conforms("get", "/api/v1/models/{id}", 404, server.get("/api/v1/models/model_" + nobody));
    conforms(
        "get",
        "/api/v1/models/{id}/mesh",
        404,
        server.get("/api/v1/models/model_" + nobody + "/mesh"));
    conforms("get", "/api/v1/quotes/{id}", 404, server.get("/api/v1/quotes/quote_" + nobody));
    conforms("post", "/api/v1/models", 400, server.sendModel("?x=1", StlFiles.cube(20)));
    conforms("post", "/api/v1/models", 415, server.sendModel("", new byte[] {1, 2, 3}));
    conforms("post", "/api/v1/models", 422, server.sendModel("", new byte[0]));
    conforms(
        "post",
        "/api/v1/models",
        413,
        server.sendModel("", new byte[(int) TestServer.LIMITS.bytes() + 1]));
    conforms("post", "/api/v1/quotes", 400, server.ask("{"));
    conforms("post", "/api/v1/quotes", 422, server.ask("{}"));
    HttpRequest chunked =
        HttpRequest.newBuilder(server.uri("/api/v1/models"))
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(StlFiles.cube(20))))
            .build();
    conforms("post", "/api/v1/models", 411, server.send(chunked));
  }

  @Test
  void the_check_itself_notices_what_the_document_does_not_allow() {
    String wrong = "{\"type\":\"about:blank\",\"title\":\"x\",\"status\":200,\"extra\":1}";

    assertThat(errors(schema("#/components/schemas/Problem"), wrong))
        .hasSizeGreaterThanOrEqualTo(4);
  }

  /** Status, media type and body are those that the document has for the operation. */
  private static void conforms(
      String method, String path, int status, HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode())
        .as("%s %s: %s", method, path, TestServer.text(answer))
        .isEqualTo(status);
    String pointer = "/paths/" + escaped(path) + "/" + method + "/responses/" + status;
    JsonNode response = document.at(pointer);
    assertThat(response.isMissingNode()).as("no %s for %s %s", status, method, path).isFalse();
    if (response.has("$ref")) {
      pointer = response.get("$ref").textValue().substring(1);
      response = document.at(pointer);
    }
    for (var header : response.path("headers").properties()) {
      assertThat(answer.headers().firstValue(header.getKey())).as(header.getKey()).isPresent();
    }
    if (!response.has("content")) {
      assertThat(answer.body()).isEmpty();
      return;
    }
    String type = answer.headers().firstValue("Content-Type").orElse("").replaceAll(";.*", "");
    assertThat(response.get("content").has(type)).as("%s for %s %s", type, method, path).isTrue();
    if (type.endsWith("json")) {
      Schema schema = schema("#" + pointer + "/content/" + escaped(type) + "/schema");
      assertThat(errors(schema, TestServer.text(answer))).as("%s %s", method, path).isEmpty();
    }
  }

  private static Schema schema(String pointer) {
    return registry.getSchema(SchemaLocation.of("https://ktizo.test/openapi" + pointer));
  }

  private static List<Error> errors(Schema schema, String json) {
    return schema.validate(json, InputFormat.JSON);
  }

  private static String escaped(String member) {
    return member.replace("~", "~0").replace("/", "~1");
  }

  private static List<Route> routes() {
    return server.routes();
  }
}
