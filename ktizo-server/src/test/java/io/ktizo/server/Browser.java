package io.ktizo.server;

import com.fasterxml.jackson.databind.JsonNode;
import io.ktizo.core.account.AccountMail;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A browser with its cookie, and a person in front of it. */
public final class Browser {
  public static final String PASSWORD = "correct horse battery staple";
  public static final String COOKIE = "ktizo-local";

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final TestServer server;
  private final String email;
  private Optional<String> cookie = Optional.empty();
  private Optional<String> totpSecret = Optional.empty();

  private Browser(TestServer server, String email) {
    this.server = server;
    this.email = email;
  }

  /** Somebody who is not signed in. */
  public static Browser visiting(TestServer server) {
    return new Browser(server, "p" + COUNT.incrementAndGet() + "@mail.test");
  }

  /** A new member, signed in. */
  public static Browser signedIn(TestServer server) {
    Browser browser = registered(server);
    expect(201, browser.signIn(PASSWORD));
    return browser;
  }

  /** A new member, not signed in. */
  public static Browser registered(TestServer server) {
    Browser browser = visiting(server);
    expect(202, browser.register());
    AccountMail.ProveAddress mail =
        server.mails().take(AccountMail.ProveAddress.class, browser.email);
    expect(204, browser.post("/api/v1/verifications", token(mail.token().secret())));
    return browser;
  }

  /** The first administrator, with a second factor and fresh. */
  public static Browser administrator(TestServer server) {
    Browser browser = signedIn(server);
    expect(204, browser.post("/api/v1/administrators", token(server.firstAdministratorToken())));
    return withSecondFactor(browser);
  }

  /** Another administrator, made so by one. */
  public static Browser administrator(TestServer server, Browser administrator) {
    Browser browser = signedIn(server);
    administrator.giveRole(browser.accountId(), "ADMINISTRATOR");
    return withSecondFactor(browser);
  }

  private static Browser withSecondFactor(Browser browser) {
    expect(201, browser.signIn(PASSWORD));
    browser.setUpSecondFactor();
    browser.stepUp();
    return browser;
  }

  /** A member of the support, made so by an administrator. */
  public static Browser support(TestServer server, Browser administrator) {
    Browser browser = signedIn(server);
    administrator.giveRole(browser.accountId(), "SUPPORT");
    expect(201, browser.signIn(PASSWORD));
    return browser;
  }

  public void giveRole(String account, String role) {
    String tag =
        expect(
                200,
                send(
                    request("GET", "/api/v1/members/" + account, null)
                        .header("X-Ktizo-Reason", "set%20up")))
            .headers()
            .firstValue("ETag")
            .orElseThrow();
    expect(
        200,
        send(
            request(
                    "PUT",
                    "/api/v1/members/" + account + "/role",
                    "{\"role\":\"" + role + "\",\"reason\":\"set up\"}")
                .header("If-Match", tag)));
  }

  public String email() {
    return email;
  }

  public String accountId() {
    return TestServer.json(expect(200, get("/api/v1/account"))).get("id").textValue();
  }

  public Optional<String> cookie() {
    return cookie;
  }

  /** Puts a cookie there by hand, as an attacker might. */
  public void plant(String token) {
    cookie = Optional.of(token);
  }

  public HttpResponse<byte[]> register() {
    return post(
        "/api/v1/registrations",
        "{\"email\":\""
            + email
            + "\",\"name\":\"Erika Example\",\"password\":\""
            + PASSWORD
            + "\",\"oldEnough\":true}");
  }

  /** With the code of a second factor, too, if one was set up. */
  public HttpResponse<byte[]> signIn(String password) {
    HttpResponse<byte[]> first =
        post("/api/v1/sessions", "{\"email\":\"" + email + "\",\"password\":\"" + password + "\"}");
    if (first.statusCode() != 200) {
      return first;
    }
    return post(
        "/api/v1/sessions/second-factor",
        "{\"challenge\":\""
            + TestServer.json(first).get("challenge").textValue()
            + "\",\"code\":\""
            + nextCode()
            + "\"}");
  }

  public void setUpSecondFactor() {
    JsonNode begun = TestServer.json(expect(201, post("/api/v1/account/second-factor", null)));
    String code = code(begun.get("secret").textValue(), server.now());
    expect(200, post("/api/v1/account/second-factor/confirmation", "{\"code\":\"" + code + "\"}"));
    totpSecret = Optional.of(begun.get("secret").textValue());
  }

  /** A code of the app that was not used yet. */
  private String nextCode() {
    server.pass(Duration.ofSeconds(61));
    return code(totpSecret.orElseThrow(), server.now());
  }

  /** Shows again who he is. */
  public void stepUp() {
    String code = totpSecret.isEmpty() ? "" : nextCode();
    expect(
        200,
        post(
            "/api/v1/session/proof",
            "{\"password\":\"" + PASSWORD + "\",\"code\":\"" + code + "\"}"));
  }

  public HttpResponse<byte[]> get(String path) {
    return send(request("GET", path, null));
  }

  public HttpResponse<byte[]> delete(String path) {
    return send(request("DELETE", path, null));
  }

  public HttpResponse<byte[]> post(String path, @Nullable String json) {
    return send(request("POST", path, json));
  }

  public HttpResponse<byte[]> put(String path, String json) {
    return send(request("PUT", path, json));
  }

  /** A request as a page of the server's own makes it. */
  public HttpRequest.Builder request(String method, String path, @Nullable String json) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .header("Sec-Fetch-Site", "same-origin")
            .method(method, json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json));
    if (json != null) {
      request.header("Content-Type", "application/json");
    }
    return withCookie(request);
  }

  /** Only what a browser would send along by itself. */
  public HttpRequest.Builder withCookie(HttpRequest.Builder request) {
    cookie.ifPresent(token -> request.header("Cookie", COOKIE + "=" + token));
    return request;
  }

  public HttpResponse<byte[]> send(HttpRequest.Builder request) {
    HttpResponse<byte[]> answer = server.send(request.build());
    answer
        .headers()
        .firstValue("Set-Cookie")
        .ifPresent(
            set -> {
              String value = set.substring(set.indexOf('=') + 1, set.indexOf(';'));
              cookie = value.isEmpty() ? Optional.empty() : Optional.of(value);
            });
    return answer;
  }

  public static HttpResponse<byte[]> expect(int status, HttpResponse<byte[]> answer) {
    if (answer.statusCode() != status) {
      throw new AssertionError(
          answer.request().method()
              + " "
              + answer.request().uri().getPath()
              + " answered "
              + answer.statusCode()
              + ": "
              + TestServer.text(answer));
    }
    return answer;
  }

  public static String token(String secret) {
    return "{\"token\":\"" + secret + "\"}";
  }

  /** What an authenticator app shows (RFC 6238, SHA-1, 6 digits, 30 s). */
  public static String code(String base32, Instant at) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(decoded(base32), "HmacSHA1"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(at.getEpochSecond() / 30).array());
      int offset = hash[hash.length - 1] & 0xf;
      int binary = ByteBuffer.wrap(hash).getInt(offset) & 0x7fffffff;
      return String.format(Locale.ROOT, "%06d", binary % 1_000_000);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] decoded(String base32) {
    ByteBuffer bytes = ByteBuffer.allocate(base32.length() * 5 / 8);
    int buffer = 0;
    int bits = 0;
    for (int at = 0; at < base32.length(); at++) {
      buffer = buffer << 5 | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(base32.charAt(at));
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        bytes.put((byte) (buffer >>> bits));
      }
    }
    return bytes.array();
  }
}
