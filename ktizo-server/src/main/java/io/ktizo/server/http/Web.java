package io.ktizo.server.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.Method;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The table of routes on a port. What stands in the table stands in {@code META-INF/openapi.yaml},
 * and vice versa.
 */
public final class Web implements AutoCloseable {
  /** Beyond what any route takes; each route has its own, lower limit with a better answer. */
  private static final long BODY_SLACK = 1L << 20;

  private static final int HEADER_BYTES = 16 << 10;
  private static final int REQUEST_LINE_BYTES = 8 << 10;

  private final WebServer server;
  private final ScheduledExecutorService watch;
  private final boolean tls;

  private Web(WebServer server, ScheduledExecutorService watch, boolean tls) {
    this.server = server;
    this.watch = watch;
    this.tls = tls;
  }

  /**
   * On what terms it is served.
   *
   * @param tls with the server's certificate; {@code null} for plain HTTP
   * @param proxies whose word about clients is believed
   * @param observer is told of each request
   * @param connections open at once, most
   * @param requests worked on at once, most
   * @param grace how long running requests may go on after the order to stop
   * @param patience with clients
   */
  public record Terms(
      @Nullable SSLContext tls,
      Proxies proxies,
      Observer observer,
      int connections,
      int requests,
      Duration grace,
      Patience patience) {
    /** With the usual patience. */
    public Terms(
        @Nullable SSLContext tls,
        Proxies proxies,
        Observer observer,
        int connections,
        int requests,
        Duration grace) {
      this(tls, proxies, observer, connections, requests, grace, Patience.DEFAULT);
    }
  }

  /**
   * Binds and begins to serve.
   *
   * @param address where; port 0 takes a free one
   * @param routes all of them
   * @param door tells who sends a request
   * @param repeats knows requests that are sent again
   * @param changed is told of each request that may have changed something
   * @param mostBodyBytes the largest body that any route takes
   * @param terms on which it is served
   * @throws IllegalStateException if the address cannot be bound
   */
  public static Web start(
      InetSocketAddress address,
      List<Route> routes,
      Doorkeeper door,
      Repeats repeats,
      Runnable changed,
      long mostBodyBytes,
      Terms terms) {
    ScheduledExecutorService watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("ktizo-linger").factory());
    Patience patience = terms.patience();
    Deadlines deadlines = new Deadlines();
    Connections connections = new Connections(deadlines, patience.head());
    Edge edge = new Edge(watch, door, repeats, connections, deadlines, patience, changed);
    DirectHandlers.Builder refusals = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      refusals.addHandler(type, edge::refused);
    }
    WebServerConfig.Builder configured =
        WebServer.builder()
            .host(address.getHostString())
            .port(address.getPort())
            .maxPayloadSize(mostBodyBytes + BODY_SLACK)
            .maxTcpConnections(terms.connections())
            .maxConcurrentRequests(terms.requests())
            .idleConnectionTimeout(patience.idle())
            .idleConnectionPeriod(patience.look())
            .shutdownGracePeriod(terms.grace())
            .shutdownHook(false)
            // Channels ignore the time-out for reading; streams keep it.
            .useNio(false)
            .connectionOptions(
                SocketOptions.builder().readTimeout(patience.silence()).tcpNoDelay(true).build())
            .addProtocol(
                Http1Config.builder()
                    .maxHeadersSize(HEADER_BYTES)
                    .maxPrologueLength(REQUEST_LINE_BYTES)
                    .validateRequestHeaders(true)
                    .addReceiveListener(connections)
                    .build())
            .directHandlers(refusals.build())
            .routing(
                routing(
                    new Watching(terms.proxies(), terms.observer(), terms.tls() != null),
                    edge,
                    routes));
    SSLContext tls = terms.tls();
    if (tls != null) {
      // Which versions and ciphers is the JDK's to say: 1.2 and 1.3, without broken ones.
      configured.tls(Tls.builder().sslContext(tls).build());
    }
    WebServer server = configured.build();
    try {
      requireFree(address);
      server.start();
      if (server.isRunning()) {
        long look = patience.look().toMillis();
        var unused =
            watch.scheduleWithFixedDelay(deadlines::look, look, look, TimeUnit.MILLISECONDS);
        return new Web(server, watch, tls != null);
      }
    } catch (IOException | RuntimeException e) {
      watch.shutdownNow();
      throw cannotBind(address, e);
    }
    watch.shutdownNow();
    throw cannotBind(address, null);
  }

  /** Helidon writes a failed bind to its log and returns as if it ran. */
  private static void requireFree(InetSocketAddress address) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
    }
  }

  private static IllegalStateException cannotBind(
      InetSocketAddress address, @Nullable Throwable cause) {
    return new IllegalStateException(
        "the address could not be bound: " + address.getHostString() + ":" + address.getPort(),
        cause);
  }

  private static HttpRouting.Builder routing(Watching watching, Edge edge, List<Route> routes) {
    HttpRouting.Builder routing =
        HttpRouting.builder()
            .addFilter(watching)
            .addFilter(edge)
            .error(Throwable.class, edge::failed);
    Map<String, TreeSet<String>> methods = new LinkedHashMap<>();
    for (Route route : routes) {
      methods.computeIfAbsent(route.path(), path -> new TreeSet<>()).add(route.method());
      routing.route(Method.create(route.method()), route.path(), edge.handler(route));
      if (route.method().equals("GET")) {
        methods.get(route.path()).add("HEAD");
        routing.route(Method.HEAD, route.path(), edge.handler(route));
      }
    }
    methods.forEach(
        (path, known) -> {
          known.add("OPTIONS");
          routing.any(path, edge.otherMethods(String.join(", ", known)));
        });
    return routing.any(edge.nothing());
  }

  /** The port that was bound. */
  public int port() {
    return server.port();
  }

  /** Whether it speaks TLS itself. */
  public boolean isTls() {
    return tls;
  }

  /** Takes no more requests, and gives those that run their time of grace. */
  @Override
  public void close() {
    server.stop();
    watch.shutdownNow();
  }
}
