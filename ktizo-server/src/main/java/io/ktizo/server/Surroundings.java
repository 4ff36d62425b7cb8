package io.ktizo.server;

import io.ktizo.core.account.UsingPasskeys;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.http.Observer;
import io.ktizo.server.http.Patience;
import io.ktizo.server.http.Proxies;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands around a server: who looks at it, who stands before it, and what it is given.
 *
 * @param operations where health and metrics are seen; {@code null} for nowhere
 * @param log is told of each request, beside the metrics
 * @param tls its certificate; {@code null} for plain HTTP
 * @param proxies whose word about clients is believed
 * @param passkeys for which pages passkeys are good
 * @param keys its own keys; {@code null} to derive them from one that is made up
 * @param databaseConnections most at once
 * @param connections of clients, most at once
 * @param requests worked on at once, most
 * @param grace how long running requests may go on after the order to stop
 * @param patience with clients
 */
public record Surroundings(
    @Nullable InetSocketAddress operations,
    Observer log,
    Configuration.@Nullable Tls tls,
    Proxies proxies,
    UsingPasskeys.Site passkeys,
    Configuration.@Nullable Secrets keys,
    int databaseConnections,
    int connections,
    int requests,
    Duration grace,
    Patience patience) {
  /** For a look at it at {@code http://localhost:8080}: passkeys want a name, not digits. */
  private static final UsingPasskeys.Site LOCAL =
      new UsingPasskeys.Site("localhost", Set.of("http://localhost:8080"));

  /** With the usual patience. */
  public Surroundings(
      @Nullable InetSocketAddress operations,
      Observer log,
      Configuration.@Nullable Tls tls,
      Proxies proxies,
      UsingPasskeys.Site passkeys,
      Configuration.@Nullable Secrets keys,
      int databaseConnections,
      int connections,
      int requests,
      Duration grace) {
    this(
        operations,
        log,
        tls,
        proxies,
        passkeys,
        keys,
        databaseConnections,
        connections,
        requests,
        grace,
        Patience.DEFAULT);
  }

  /** Nobody looks, and nobody stands before it: for a look at it, and for tests. */
  public static Surroundings none() {
    return new Surroundings(
        null,
        Observer.NONE,
        null,
        Proxies.none(),
        LOCAL,
        null,
        10,
        1_024,
        256,
        Duration.ofSeconds(10));
  }
}
