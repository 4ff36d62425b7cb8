package io.ktizo.server.operations;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A port for those who run the server, not for those who use it:
 *
 * <ul>
 *   <li>{@code /health/live} – 200 while the process can answer at all;
 *   <li>{@code /health/ready} – 200 while it should get requests, 503 when the database is away or
 *       the server stops;
 *   <li>{@code /metrics} – for Prometheus.
 * </ul>
 *
 * <p>It knows neither sessions nor TLS: bind it to this machine or to a network of one's own.
 */
public final class OperationsPort implements AutoCloseable {
  private static final String PLAIN = "text/plain; charset=utf-8";

  private final WebServer server;

  private OperationsPort(WebServer server) {
    this.server = server;
  }

  /**
   * Binds and begins to answer.
   *
   * @param ready whether the server should get requests now; asked at each look
   * @throws IllegalStateException if the address cannot be bound
   */
  public static OperationsPort start(
      InetSocketAddress address, Metrics metrics, BooleanSupplier ready) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException e) {
      throw new IllegalStateException(
          "the operations port could not be bound: "
              + address.getHostString()
              + ":"
              + address.getPort(),
          e);
    }
    WebServer server =
        WebServer.builder()
            .host(address.getHostString())
            .port(address.getPort())
            .maxPayloadSize(1_024)
            .maxTcpConnections(64)
            .maxConcurrentRequests(16)
            .idleConnectionTimeout(Duration.ofSeconds(60))
            .shutdownHook(false)
            .routing(
                HttpRouting.builder()
                    .get("/health/live", (request, response) -> plain(response, 200, "up"))
                    .get(
                        "/health/ready",
                        (request, response) -> {
                          boolean is = ready.getAsBoolean();
                          plain(response, is ? 200 : 503, is ? "ready" : "not ready");
                        })
                    .get(
                        "/metrics",
                        (request, response) -> {
                          response.header(
                              HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
                          response.header(HeaderNames.CACHE_CONTROL, "no-store");
                          response.send(metrics.text());
                        }))
            .build()
            .start();
    return new OperationsPort(server);
  }

  private static void plain(ServerResponse response, int status, String text) {
    response.status(status);
    response.header(HeaderNames.CONTENT_TYPE, PLAIN);
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    response.send(text + "\n");
  }

  /** The port that was bound. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
