package io.ktizo.server.http;

import io.ktizo.server.desk.Intake;
import io.ktizo.server.desk.Models;
import io.ktizo.server.desk.QuoteDesk;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/**
 * The table of routes. What stands here stands in {@code META-INF/openapi.yaml}, and vice versa.
 */
public final class Api {
  private final List<Route> routes;
  private final long mostBodyBytes;

  /** Over these use cases. */
  public Api(Intake intake, Models models, QuoteDesk desk, InstantSource clock) {
    routes =
        Stream.of(
                new ModelEndpoints(intake, models, desk, clock).routes(),
                new QuoteEndpoints(desk).routes(),
                new ShopEndpoints(desk.shops()).routes(),
                new Pages().routes())
            .flatMap(List::stream)
            .toList();
    mostBodyBytes = intake.mostBytes();
  }

  List<Route> routes() {
    return routes;
  }

  long mostBodyBytes() {
    return mostBodyBytes;
  }
}
