package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Action;
import io.ktizo.core.event.EventId;
import io.ktizo.core.event.Outbox;
import io.ktizo.core.event.ParkedEvent;
import java.time.Instant;
import java.util.List;

/** What waits for somebody to look at it: events that could not be dealt with. */
public final class OperationEndpoints {
  private static final int MOST = 10_000;

  private final Outbox outbox;

  /** Over this outbox. */
  public OperationEndpoints(Outbox outbox) {
    this.outbox = outbox;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get("/api/v1/parked-events", Access.to(Action.SEE_PARKED_EVENTS), this::list),
        Route.post(
                "/api/v1/parked-events/{event}/retry",
                Access.to(Action.RETRY_PARKED_EVENT),
                this::retry)
            .neverRepeated(),
        Route.delete(
            "/api/v1/parked-events/{event}", Access.to(Action.RETRY_PARKED_EVENT), this::drop));
  }

  /** An event that was given up. */
  record Parked(
      EventId id,
      String type,
      String about,
      Instant happenedAt,
      Instant parkedAt,
      int attempts,
      String failure,
      long waiting) {
    static Parked of(ParkedEvent parked) {
      return new Parked(
          parked.event().id(),
          parked.event().type(),
          parked.event().about(),
          parked.event().at(),
          parked.since(),
          parked.attempts(),
          parked.failure(),
          parked.waiting());
    }
  }

  private Answer list(Call call) {
    call.require(Action.SEE_PARKED_EVENTS, Standing.anybody());
    return Answer.json(
        200,
        call.page()
            .slice(
                outbox.parked(MOST),
                parked -> parked.event().id().toString(),
                Parked::of,
                call.seal()));
  }

  private Answer retry(Call call) {
    call.require(Action.RETRY_PARKED_EVENT, Standing.anybody());
    return done(outbox.retry(call.id("event", EventId.FORM), call.now()));
  }

  private Answer drop(Call call) {
    call.require(Action.RETRY_PARKED_EVENT, Standing.anybody());
    return done(outbox.drop(call.id("event", EventId.FORM), call.now()));
  }

  private static Answer done(boolean wasParked) {
    if (!wasParked) {
      throw new ProblemException(Problem.noSuchThing());
    }
    return Answer.nothing(204);
  }
}
