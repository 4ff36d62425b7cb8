package io.ktizo.server.http;

import static io.ktizo.server.Browser.expect;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.ktizo.server.Browser;
import io.ktizo.server.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Webhooks of a Shop over HTTP, with a receiver that really gets the messages. */
class WebhooksHttpTest {
  private static final AtomicInteger SHOPS = new AtomicInteger();
  private static final LinkedBlockingQueue<Received> RECEIVED = new LinkedBlockingQueue<>();

  @TempDir static Path data;
  private static TestServer server;
  private static HttpServer receiver;

  private Browser owner;
  private String shop;
  private String hooks;

  /** A message as it came. */
  private record Received(String path, String signature, String delivery, String body) {}

  @BeforeAll
  static void start() throws IOException {
    server = TestServer.demo(data);
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          RECEIVED.add(
              new Received(
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders().getFirst("Ktizo-Signature"),
                  exchange.getRequestHeaders().getFirst("Ktizo-Delivery"),
                  body));
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    receiver.start();
  }

  @BeforeEach
  void open_a_shop() {
    owner = Browser.signedIn(server);
    shop = aShop(owner);
    hooks = shop + "/webhooks";
  }

  @AfterAll
  static void stop() {
    receiver.stop(0);
    server.close();
  }

  private static String aShop(Browser owner) {
    return expect(
            201,
            owner.post(
                "/api/v1/shops",
                "{\"slug\":\"told-"
                    + SHOPS.incrementAndGet()
                    + "\",\"currency\":\"EUR\",\"name\":\"Schichtwerk\"}"))
        .headers()
        .firstValue("Location")
        .orElseThrow();
  }

  private static String url(String path) {
    return "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
  }

  private HttpResponse<byte[]> add(String url, String types) {
    return owner.post(hooks, "{\"url\":\"" + url + "\",\"types\":[" + types + "]}");
  }

  private JsonNode added(String path, String types) {
    return TestServer.json(expect(201, add(url(path), types)));
  }

  private String place(JsonNode webhook) {
    return hooks + "/" + webhook.get("id").textValue();
  }

  private HttpResponse<byte[]> asRead(String method, String place, String path, String body) {
    String tag = expect(200, owner.get(place)).headers().firstValue("ETag").orElseThrow();
    return owner.send(
        owner.request(method, place + path, body.isEmpty() ? null : body).header("If-Match", tag));
  }

  private static String code(HttpResponse<byte[]> problem) {
    return TestServer.json(problem).get("code").textValue();
  }

  private static JsonNode items(HttpResponse<byte[]> answer) {
    return TestServer.json(expect(200, answer)).get("items");
  }

  /** The next message to an address; jobs are due at once when time passes. */
  private static Received next(String path) throws InterruptedException {
    for (int message = 0; message < 50; message++) {
      server.pass(Duration.ofSeconds(5));
      Received received = RECEIVED.poll(20, TimeUnit.SECONDS);
      assertThat(received).as("a message to %s", path).isNotNull();
      if (received != null && received.path().equals(path)) {
        return received;
      }
    }
    throw new AssertionError("many messages, but none to " + path);
  }

  /** As a receiver checks it, in its own way. */
  private static boolean isSigned(Received received, JsonNode webhook)
      throws GeneralSecurityException {
    String[] parts = received.signature().split(",", -1);
    Mac mac = Mac.getInstance("HmacSHA256");
    String secret = webhook.get("secret").textValue();
    mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    String signed = parts[0].substring("t=".length()) + "." + received.body();
    String expected =
        "v1=" + HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    return List.of(parts).contains(expected);
  }

  @Test
  void a_webhook_is_told_signed_logged_renewed_and_sent_again() throws Exception {
    String path = "/life?key=" + shop.substring(shop.length() - 8);
    JsonNode first = added(path, "\"shop-changed\"");
    String place = place(first);
    assertThat(first.get("secret").textValue()).matches("whsec_[A-Za-z0-9_-]{43}");
    assertThat(TestServer.text(expect(200, owner.get(place))) + TestServer.text(owner.get(hooks)))
        .contains(url(path))
        .doesNotContain("whsec_");

    // Something that it wants to know of, and something that it does not.
    expect(201, owner.post(shop + "/invitations", "{\"email\":\"a@b.test\",\"role\":\"OWNER\"}"));
    expect(200, asRead("PUT", shop, "/terms", "{\"text\":\"Terms.\"}"));
    Received message = next(path);
    JsonNode body = TestServer.json(message.body());
    assertThat(body.get("type").textValue()).isEqualTo("shop-changed");
    assertThat("/api/v1/shops/" + body.get("about").textValue()).isEqualTo(shop);
    assertThat(isSigned(message, first)).isTrue();

    JsonNode renewed = TestServer.json(expect(201, asRead("POST", place, "/secrets", "")));
    assertThat(renewed.get("secret")).isNotEqualTo(first.get("secret"));
    assertThat(renewed.get("oldSecretUntil").textValue())
        .isGreaterThan(server.now().plus(Duration.ofHours(23)).toString());
    JsonNode logged = items(owner.get(place + "/deliveries")).get(0);
    assertThat(logged.get("id").textValue()).isEqualTo(message.delivery());
    assertThat(logged.has("body")).isFalse();
    String delivery = place + "/deliveries/" + message.delivery();
    HttpResponse<byte[]> replayed = expect(201, owner.post(delivery + "/replays", null));
    Received again = next(path);
    assertThat(again.body()).isEqualTo(message.body());
    assertThat(replayed.headers().firstValue("Location").orElseThrow())
        .isEqualTo(place + "/deliveries/" + again.delivery());
    // Two secrets are valid for a time.
    assertThat(isSigned(again, first)).isTrue();
    assertThat(isSigned(again, renewed)).isTrue();

    expect(201, owner.post(place + "/test-messages", null));
    Received test = next(path);
    assertThat(TestServer.json(test.body()).get("type").textValue()).isEqualTo("webhook-test");
    JsonNode whole = TestServer.json(expect(200, owner.get(delivery)));
    assertThat(whole.get("body").textValue()).isEqualTo(message.body());
    assertThat(whole.get("state").textValue()).isEqualTo("DELIVERED");
    assertThat(whole.get("lastResult").textValue()).isEqualTo("204");
    assertThat(whole.get("attempts").intValue()).isEqualTo(1);
  }

  @Test
  void the_log_is_read_piece_by_piece_and_nothing_is_asked_for_too_often() {
    JsonNode webhook = added("/log", "\"shop-closed\"");
    String place = place(webhook);
    List<String> asked = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      HttpResponse<byte[]> test = expect(201, owner.post(place + "/test-messages", null));
      asked.addFirst(TestServer.json(test).get("id").textValue());
    }
    HttpResponse<byte[]> tooOften = expect(429, owner.post(place + "/test-messages", null));
    assertThat(tooOften.headers().firstValue("Retry-After")).contains("60");
    expect(429, owner.post(place + "/deliveries/" + asked.getFirst() + "/replays", null));

    List<String> read = new ArrayList<>();
    String after = "";
    do {
      JsonNode piece =
          TestServer.json(expect(200, owner.get(place + "/deliveries?limit=3" + after)));
      piece.get("items").forEach(item -> read.add(item.get("id").textValue()));
      after = piece.has("next") ? "&after=" + piece.get("next").textValue() : "";
    } while (!after.isEmpty());
    assertThat(read).isEqualTo(asked);
    assertThat(code(expect(422, owner.get(place + "/deliveries?after=x"))))
        .isEqualTo("request.invalid");
  }

  @Test
  void a_webhook_changes_as_it_was_read_pauses_and_goes() {
    JsonNode webhook = added("/change", "");
    String place = place(webhook);
    String wanted =
        "{\"url\":\"" + url("/other") + "\",\"types\":[\"shop-closed\"],\"state\":\"PAUSED\"}";
    expect(428, owner.put(place, wanted));
    JsonNode changed = TestServer.json(expect(200, asRead("PUT", place, "", wanted)));
    assertThat(changed.get("url").textValue()).isEqualTo(url("/other"));
    assertThat(changed.get("state").textValue()).isEqualTo("PAUSED");
    assertThat(changed.get("types").valueStream().map(JsonNode::textValue))
        .containsExactly("shop-closed");
    HttpRequest.Builder stale = owner.request("PUT", place, wanted).header("If-Match", "\"v1\"");
    expect(412, owner.send(stale));
    assertThat(code(expect(409, owner.post(place + "/test-messages", null))))
        .isEqualTo("webhook.not-active");
    expect(422, asRead("PUT", place, "", wanted.replace("PAUSED", "DISABLED")));

    expect(428, owner.delete(place));
    expect(204, asRead("DELETE", place, "", ""));
    expect(404, owner.get(place));
    expect(404, owner.get(place + "/deliveries"));
    assertThat(items(owner.get(hooks))).isEmpty();
  }

  @Test
  void what_would_lead_elsewhere_or_means_nothing_is_refused_with_its_place() {
    for (String url :
        List.of(
            "ftp://shop.example.org/",
            "http://10.0.0.1/",
            "http://169.254.169.254/latest/meta-data",
            "http://[fe80::1]/",
            "http://user:secret@shop.example.org/",
            "http://shop.example.org:22/",
            "http://shop.example.org/#a",
            "javascript:alert(1)",
            "shop.example.org",
            " ")) {
      HttpResponse<byte[]> refused = expect(422, add(url, ""));
      assertThat(TestServer.json(refused).at("/errors/0/pointer").textValue())
          .as(url)
          .isEqualTo("/url");
      assertThat(TestServer.text(refused)).doesNotContain("secret", "meta-data");
    }
    HttpResponse<byte[]> types =
        expect(422, add(url("/"), "\"shop-closed\",\"everything\",\"shop-closed\""));
    assertThat(
            TestServer.json(types)
                .get("errors")
                .valueStream()
                .map(error -> error.get("pointer").textValue()))
        .containsExactly("/types/1", "/types/2");
    assertThat(items(owner.get(hooks))).isEmpty();
  }

  @Test
  void a_shop_has_twenty_and_sees_none_of_anothers() {
    JsonNode first = added("/0", "");
    for (int i = 1; i < 20; i++) {
      var unused = added("/" + i, "");
    }
    assertThat(code(expect(409, add(url("/20"), "")))).isEqualTo("shop.too-many");
    assertThat(items(owner.get(hooks + "?limit=200"))).hasSize(20);

    Browser other = Browser.signedIn(server);
    String theirs = aShop(other) + "/webhooks/" + first.get("id").textValue();
    for (HttpResponse<byte[]> answer :
        List.of(
            other.get(place(first)),
            other.get(theirs),
            other.get(theirs + "/deliveries"),
            other.post(theirs + "/secrets", null),
            other.post(theirs + "/test-messages", null),
            other.delete(theirs))) {
      assertThat(code(expect(404, answer))).isEqualTo("object.not-found");
    }
  }
}
