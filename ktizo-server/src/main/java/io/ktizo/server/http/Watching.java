package io.ktizo.server.http;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.util.Optional;
import java.util.Set;

/**
 * Stands before everything else: finds out who is at the other end, demands TLS of browsers that
 * came over it, and tells the observer how each request ended.
 */
final class Watching implements Filter {
  static final String CLIENT = "ktizo.client";
  static final String ROUTE = "ktizo.route";
  static final String CODE = "ktizo.problem-code";

  /** RFC 6797; two years, as browsers' lists ask for. */
  private static final String DEMAND_TLS = "max-age=63072000; includeSubDomains";

  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  private final Proxies proxies;
  private final Observer observer;
  private final boolean tls;

  /**
   * Watching.
   *
   * @param tls whether this server speaks TLS itself
   */
  Watching(Proxies proxies, Observer observer, boolean tls) {
    this.proxies = proxies;
    this.observer = observer;
    this.tls = tls;
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    long begin = System.nanoTime();
    Optional<InetAddress> client = proxies.client(request);
    client.ifPresent(address -> request.context().register(CLIENT, address));
    if (tls || proxies.sayTls(request)) {
      response.header("Strict-Transport-Security", DEMAND_TLS);
    }
    try {
      chain.proceed();
    } finally {
      String method = request.prologue().method().text();
      observer.answered(
          new Observer.Observation(
              Edge.requestId(request),
              METHODS.contains(method) ? method : "OTHER",
              noted(request, ROUTE).orElse("none"),
              response.status().code(),
              noted(request, CODE).orElse(""),
              System.nanoTime() - begin,
              response.bytesWritten(),
              client.map(Proxies::network).orElse("unknown")));
    }
  }

  private static Optional<String> noted(ServerRequest request, String key) {
    return request.context().get(key, String.class);
  }
}
