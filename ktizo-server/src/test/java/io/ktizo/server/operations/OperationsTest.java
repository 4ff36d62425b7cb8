package io.ktizo.server.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.print.LayerEstimator;
import io.ktizo.server.KtizoServer;
import io.ktizo.server.Mailbox;
import io.ktizo.server.Surroundings;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.Network;
import io.ktizo.server.config.ProxyHeaders;
import io.ktizo.server.config.Secret;
import io.ktizo.server.config.TestCertificates;
import io.ktizo.server.desk.Retention;
import io.ktizo.server.http.Observer;
import io.ktizo.server.http.Proxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see of a running server, and how it treats those who stand before it. */
class OperationsTest {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final MeshLimits LIMITS =
      new MeshLimits(2L << 20, 8L << 20, 200, 200, 40_000, 32, Duration.ofSeconds(10));

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static KtizoServer server(Configuration.@Nullable Tls tls, Proxies proxies) {
    return KtizoServer.start(
        new KtizoServer.Settings(anyPort(), null)
            .with(Retention.DEMO, LIMITS)
            .with(
                new KtizoServer.People(
                    false,
                    tls != null,
                    new Passwords.Cost(64, 1),
                    AddressThrottle.Limits.DEFAULT,
                    new Mailbox()))
            .with(
                new Surroundings(
                    anyPort(),
                    AccessLog.toSystemLog(InstantSource.system()),
                    tls,
                    proxies,
                    Surroundings.none().passkeys(),
                    null,
                    4,
                    64,
                    32,
                    Duration.ofSeconds(10))),
        List.of(),
        new LayerEstimator(),
        InstantSource.system());
  }

  private HttpResponse<String> get(String url, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String operations(KtizoServer server) {
    return "http://127.0.0.1:" + server.operationsPort().orElseThrow();
  }

  @Test
  void n11_health_and_metrics_are_on_a_port_of_their_own_and_nowhere_else() throws Exception {
    try (KtizoServer server = server(null, Proxies.none())) {
      assertThat(get(operations(server) + "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(operations(server) + "/health/ready").body()).isEqualTo("ready\n");
      assertThat(get(operations(server) + "/api/v1/shops").statusCode()).isEqualTo(404);
      for (String path : List.of("health/live", "health/ready", "metrics")) {
        assertThat(get(server.url() + path).statusCode()).as(path).isEqualTo(404);
      }
    }
  }

  @Test
  void metrics_are_labelled_by_routes_and_not_by_what_strangers_send() throws Exception {
    try (KtizoServer server = server(null, Proxies.none())) {
      get(server.url() + "api/v1/shops");
      for (int stranger = 0; stranger < 50; stranger++) {
        get(server.url() + "stranger-" + stranger + "?token=canary-" + stranger);
        get(server.url() + "api/v1/models/model_" + stranger);
      }
      String metrics = get(operations(server) + "/metrics").body();
      assertThat(metrics)
          .contains(
              "http_server_requests_seconds_count{method=\"GET\",route=\"/api/v1/shops\",status=\"200\"}",
              "http_server_requests_seconds_count{method=\"GET\",route=\"/api/v1/models/{id}\",status=\"404\"}"
                  + " 50",
              "http_server_requests_seconds_count{method=\"GET\",route=\"none\",status=\"404\"} 50",
              "jvm_memory_used_bytes",
              "ktizo_events_parked 0.0",
              "ktizo_database_connections_busy")
          .doesNotContain("stranger", "canary", "127.0.0.1", "model_");
      assertThat(
              metrics
                  .lines()
                  .filter(line -> line.startsWith("http_server_requests_seconds_count"))
                  .count())
          .isLessThan(10);
    }
  }

  @Test
  void series_are_bounded_whatever_is_observed() {
    try (Metrics metrics = new Metrics()) {
      for (int route = 0; route < 5_000; route++) {
        metrics.answered(
            new Observer.Observation("id", "GET", "/r" + route, 200, "", 1_000, 1, "192.0.2.0/24"));
      }
      assertThat(
              metrics
                  .text()
                  .lines()
                  .filter(line -> line.startsWith("http_server_requests_seconds_count"))
                  .count())
          .isLessThanOrEqualTo(2_001);
    }
  }

  private static final class Lines extends Handler {
    final List<String> messages = new ArrayList<>();

    @Override
    public synchronized void publish(LogRecord record) {
      messages.add(record.getMessage());
    }

    synchronized List<String> all() {
      return List.copyOf(messages);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static Lines listen(Logger logger) {
    Lines lines = new Lines();
    logger.setLevel(Level.ALL);
    logger.setUseParentHandlers(false);
    logger.addHandler(lines);
    return lines;
  }

  @Test
  void s06_each_request_is_a_line_of_json_without_anything_about_a_person() throws Exception {
    Logger access = Logger.getLogger("io.ktizo.access");
    Logger security = Logger.getLogger("io.ktizo.security");
    Lines requests = listen(access);
    Lines refusals = listen(security);
    try (KtizoServer server = server(null, Proxies.none())) {
      get(server.url() + "api/v1/shops?q=canary-query", "User-Agent", "canary-agent");
      get(server.url() + "canary-path", "X-Canary", "canary-header");
      get(server.url() + "api/v1/account", "Authorization", "Bearer canary-key");
      client.send(
          HttpRequest.newBuilder(URI.create(server.url() + "api/v1/sessions"))
              .header("Content-Type", "application/json")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"email\":\"canary@example.org\",\"password\":\"canary-password\"}"))
              .build(),
          HttpResponse.BodyHandlers.discarding());
    } finally {
      access.removeHandler(requests);
      security.removeHandler(refusals);
    }
    assertThat(requests.all()).hasSize(4);
    for (String line : requests.all()) {
      assertThat(line).doesNotContain("canary", "127.0.0.1", "\n");
      JsonNode json = MAPPER.readTree(line);
      assertThat(json.get("event").textValue()).isEqualTo("request");
      assertThat(json.get("network").textValue()).isEqualTo("127.0.0.0/24");
      assertThat(json.get("request").textValue()).matches("[0-9a-f]{24}");
      Iterator<String> names = json.fieldNames();
      names.forEachRemaining(
          name ->
              assertThat(
                      List.of(
                          "at", "event", "request", "method", "route", "status", "code", "micros",
                          "bytes", "network"))
                  .contains(name));
    }
    assertThat(MAPPER.readTree(requests.all().get(0)).get("route").textValue())
        .isEqualTo("/api/v1/shops");
    assertThat(MAPPER.readTree(requests.all().get(1)).get("route").textValue()).isEqualTo("none");
    // The wrong key and the wrong password.
    assertThat(refusals.all()).hasSize(2);
    for (String line : refusals.all()) {
      assertThat(MAPPER.readTree(line).get("event").textValue())
          .isEqualTo("authentication-refused");
      assertThat(MAPPER.readTree(line).get("code").textValue()).isNotBlank();
      assertThat(line).doesNotContain("canary");
    }
  }

  /** Asks a server behind such proxies, and tells which network its log names. */
  private List<String> networksSeen(Proxies proxies, List<String[]> requestsHeaders)
      throws Exception {
    Logger access = Logger.getLogger("io.ktizo.access");
    Lines requests = listen(access);
    try (KtizoServer server = server(null, proxies)) {
      for (String[] headers : requestsHeaders) {
        get(server.url() + "api/v1/shops", headers);
      }
    } finally {
      access.removeHandler(requests);
    }
    List<String> seen = new ArrayList<>();
    for (String line : requests.all()) {
      seen.add(MAPPER.readTree(line).get("network").textValue());
    }
    return seen;
  }

  private List<String> networksSeen(Proxies proxies, String header, String... values)
      throws Exception {
    List<String[]> all = new ArrayList<>();
    for (String value : values) {
      all.add(new String[] {header, value});
    }
    return networksSeen(proxies, all);
  }

  private static Proxies trusting(ProxyHeaders headers, String... networks) {
    List<Network> all = new ArrayList<>();
    for (String network : networks) {
      all.add(Network.parse(network).orElseThrow());
    }
    return new Proxies(all, headers);
  }

  @Test
  void n09_nobody_is_believed_but_a_trusted_proxy() throws Exception {
    String[] forged = {
      "X-Forwarded-For", "203.0.113.9", "Forwarded", "for=203.0.113.9", "X-Real-IP", "203.0.113.9"
    };
    assertThat(networksSeen(Proxies.none(), List.<String[]>of(forged)))
        .containsExactly("127.0.0.0/24");
    assertThat(
            networksSeen(
                trusting(ProxyHeaders.X_FORWARDED, "10.0.0.0/8"), List.<String[]>of(forged)))
        .containsExactly("127.0.0.0/24");
  }

  @Test
  void n09_the_list_is_read_from_its_end_as_far_as_it_is_trusted() throws Exception {
    Proxies proxies = trusting(ProxyHeaders.X_FORWARDED, "127.0.0.0/8", "10.0.0.0/8");
    assertThat(
            networksSeen(
                proxies,
                "X-Forwarded-For",
                "198.51.100.7",
                "6.6.6.6, 198.51.100.7, 10.1.2.3",
                "198.51.100.7:4711",
                "2001:db8:77:8::9",
                "6.6.6.6, localhost, 10.1.2.3"))
        .containsExactly(
            "198.51.100.0/24",
            "198.51.100.0/24",
            "198.51.100.0/24",
            "2001:db8:77::/48",
            "10.1.2.0/24");
    // The other kind of header is not what this proxy writes: the client may have.
    assertThat(networksSeen(proxies, "Forwarded", "for=6.6.6.6")).containsExactly("127.0.0.0/24");
  }

  @Test
  void n09_the_standard_header_is_read_where_it_is_the_one() throws Exception {
    Proxies proxies = trusting(ProxyHeaders.FORWARDED, "127.0.0.1");
    assertThat(
            networksSeen(
                proxies,
                "Forwarded",
                "for=6.6.6.6, For=\"[2001:db8:cafe::17]:4711\";proto=https;by=203.0.113.43",
                "proto=https;for=192.0.2.60",
                "for=unknown"))
        .containsExactly("2001:db8:cafe::/48", "192.0.2.0/24", "127.0.0.0/24");
    assertThat(networksSeen(proxies, "X-Forwarded-For", "6.6.6.6")).containsExactly("127.0.0.0/24");
  }

  @Test
  void w05_browsers_are_told_to_stay_with_tls_only_where_there_is_some() throws Exception {
    String https = "X-Forwarded-Proto";
    try (KtizoServer server = server(null, Proxies.none())) {
      assertThat(hsts(get(server.url(), https, "https"))).isEmpty();
    }
    try (KtizoServer server = server(null, trusting(ProxyHeaders.X_FORWARDED, "127.0.0.1"))) {
      assertThat(hsts(get(server.url()))).isEmpty();
      assertThat(hsts(get(server.url(), https, "http"))).isEmpty();
      assertThat(hsts(get(server.url(), https, "https"))).startsWith("max-age=63072000");
      assertThat(hsts(get(server.url() + "nothing", https, "https"))).startsWith("max-age=");
    }
  }

  private static String hsts(HttpResponse<?> response) {
    return response.headers().firstValue("Strict-Transport-Security").orElse("");
  }

  /** Trusts the certificates of this test, and remembers the last one that it saw. */
  private static final class Trusting implements X509TrustManager {
    volatile @Nullable X509Certificate seen;

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
      seen = chain[0];
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  private static String subjectSeen(int port) throws Exception {
    Trusting trust = new Trusting();
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {trust}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
    X509Certificate seen = trust.seen;
    return seen == null ? "" : seen.getSubjectX500Principal().getName();
  }

  @Test
  void a_certificate_is_replaced_while_the_server_runs() throws Exception {
    Path file = folder.resolve("site.p12");
    TestCertificates.write(file, "secret-word", Instant.now(), Duration.ofDays(2), "first");
    Configuration.Tls tls =
        new Configuration.Tls(file, new Secret("secret-word", null, false), Duration.ofMillis(100));
    try (KtizoServer server = server(tls, Proxies.none())) {
      assertThat(server.url()).startsWith("https://");
      int port = URI.create(server.url()).getPort();
      assertThat(subjectSeen(port)).isEqualTo("CN=first");

      TestCertificates.write(file, "secret-word", Instant.now(), Duration.ofDays(2), "second");

      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      String seen = subjectSeen(port);
      while (!seen.equals("CN=second") && System.nanoTime() < end) {
        seen = subjectSeen(port);
      }
      assertThat(seen).isEqualTo("CN=second");
    }
  }

  @Test
  void n12_tls_1_2_with_forward_secrecy_works_too_and_hsts_is_told() throws Exception {
    Path file = folder.resolve("site.p12");
    TestCertificates.write(file, "secret-word", Instant.now(), Duration.ofDays(2));
    Configuration.Tls tls =
        new Configuration.Tls(file, new Secret("secret-word", null, false), Duration.ofMinutes(1));
    try (KtizoServer server = server(tls, Proxies.none())) {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Trusting()}, null);
      try (SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket("127.0.0.1", URI.create(server.url()).getPort())) {
        socket.setEnabledProtocols(new String[] {"TLSv1.2"});
        socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"});
        socket.startHandshake();
        socket
            .getOutputStream()
            .write(
                "GET /api/v1/shops HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
        String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer).startsWith("HTTP/1.1 200").contains("Strict-Transport-Security");
      }
    }
  }

  @Test
  void o04_a_stopping_server_says_so_and_finishes_what_was_begun() throws Exception {
    KtizoServer server = server(null, Proxies.none());
    String ready = operations(server) + "/health/ready";
    byte[] body =
        "{\"email\":\"a@b.test\",\"password\":\"wrong\"}".getBytes(StandardCharsets.UTF_8);
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(server.url()).getPort())) {
      socket
          .getOutputStream()
          .write(
              ("POST /api/v1/sessions HTTP/1.1\r\n"
                      + "Host: localhost\r\n"
                      + "Content-Type: application/json\r\n"
                      + "Content-Length: "
                      + body.length
                      + "\r\n\r\n{")
                  .getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      assertThat(get(ready).statusCode()).isEqualTo(200);
      Thread stopping = Thread.ofVirtual().start(server::close);
      long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
      int status = get(ready).statusCode();
      while (status == 200 && System.nanoTime() < end) {
        status = get(ready).statusCode();
      }
      assertThat(status).isEqualTo(503);
      socket.getOutputStream().write(body, 1, body.length - 1);
      socket.getOutputStream().flush();
      byte[] answer = new byte[12];
      assertThat(socket.getInputStream().readNBytes(answer, 0, 12)).isEqualTo(12);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 401");
      stopping.join();
    }
  }
}
