package io.ktizo.server;

import io.ktizo.server.http.Proxies;
import io.ktizo.server.http.Repeats;
import io.ktizo.server.http.Route;
import io.ktizo.server.http.Web;
import io.ktizo.server.store.StoredAnswers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** The routes of one room on a free port, with nothing around them. */
final class PlainWeb {
  private static final long MOST_BODY_BYTES = 4 << 20;

  private PlainWeb() {}

  static Web start(
      Foundation foundation, Secrets secrets, List<Route> routes, InstantSource clock) {
    PeopleRoom people =
        PeopleRoom.open(
            foundation,
            ServerKeys.of(secrets, foundation.random()),
            KtizoServer.People.forDemo(),
            Surroundings.none().passkeys());
    return Web.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        routes,
        people.door(),
        new Repeats(
            new StoredAnswers(foundation.database()),
            secrets.key("repeated requests"),
            foundation.random(),
            clock),
        () -> {},
        MOST_BODY_BYTES,
        new Web.Terms(null, Proxies.none(), observation -> {}, 1_024, 256, Duration.ofSeconds(10)));
  }
}
