package io.ktizo.server.http;

import io.ktizo.core.account.Permissions.Relation;
import io.ktizo.core.event.EventId;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.H2Address;
import io.ktizo.server.Browser;
import io.ktizo.server.StlFiles;
import io.ktizo.server.TestServer;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The objects that the parameters in paths name, for {@link AuthorizationMatrixTest}: whoever adds
 * a route with a new parameter adds one line to {@link #all}, under the path up to the parameter.
 */
final class Things {
  private final TestServer server;
  private final Path data;
  private final Browser stranger;

  /**
   * Things of a server.
   *
   * @param data its folder
   * @param stranger a member whose things are somebody else's for everybody else
   */
  Things(TestServer server, Path data, Browser stranger) {
    this.server = server;
    this.data = data;
    this.stranger = stranger;
  }

  /** One kind of thing. */
  @FunctionalInterface
  interface Thing {
    /**
     * A thing that is there.
     *
     * @param caller who will ask for it
     * @param relation how he stands to it
     * @return its id as it stands in the path; nothing if no thing of the kind can stand so to him
     */
    Optional<String> of(Browser caller, Relation relation);
  }

  /** All of them, by the path up to their parameter. */
  Map<String, Thing> all() {
    return Map.of(
        "/api/v1/models/{id}", this::model,
        "/api/v1/quotes/{id}", this::quote,
        "/api/v1/sessions/{session}", this::session,
        "/api/v1/api-keys/{key}", this::key,
        "/api/v1/members/{member}", this::member,
        "/api/v1/parked-events/{event}", this::event);
  }

  /** Whoever knows its id is its owner. */
  private Optional<String> model(Browser caller, Relation relation) {
    return relation == Relation.OWN
        ? Optional.of(server.modelId(StlFiles.cube(20)))
        : Optional.empty();
  }

  private Optional<String> quote(Browser caller, Relation relation) {
    return model(caller, relation)
        .map(id -> TestServer.json(server.ask("{\"model\":\"" + id + "\"}")).get("id").textValue());
  }

  private Optional<String> session(Browser caller, Relation relation) {
    return owner(caller, relation)
        .map(
            owner ->
                TestServer.json(Browser.expect(200, owner.get("/api/v1/session")))
                    .get("id")
                    .textValue());
  }

  private Optional<String> key(Browser caller, Relation relation) {
    return owner(caller, relation)
        .flatMap(
            owner ->
                Optional.ofNullable(
                        TestServer.json(Browser.expect(200, owner.get("/api/v1/api-keys")))
                            .get("items")
                            .get(0))
                    .map(key -> key.get("id").textValue()));
  }

  private Optional<String> member(Browser caller, Relation relation) {
    return owner(caller, relation).map(Browser::accountId);
  }

  /** Whose thing it is; nobody's if the caller is not signed in and it should be his own. */
  private Optional<Browser> owner(Browser caller, Relation relation) {
    return switch (relation) {
      case OWN -> caller.cookie().isPresent() ? Optional.of(caller) : Optional.empty();
      case FOREIGN -> Optional.of(stranger);
      case ANYBODY, HIS_SHOP -> Optional.empty();
    };
  }

  private Optional<String> event(Browser caller, Relation relation) {
    if (relation != Relation.ANYBODY) {
      return Optional.empty();
    }
    Instant now = server.now();
    EventId id = EventId.FORM.next(new TimeOrderedIds(InstantSource.fixed(now), new Random()));
    // As the outbox leaves an event that failed too often; waiting for that would take half an
    // hour.
    Database database =
        Database.over(
            () ->
                DriverManager.getConnection(
                    H2Address.file(data.resolve("ktizo.data")), "ktizo", ""));
    database.run(
        transaction -> {
          transaction
              .sql(
                  """
                  INSERT INTO event_streams
                    (about, last_number, due_at, attempts, owner, parked_at, failure)
                  VALUES (:about, 1, :now, 10, NULL, :now, 'java.io.IOException')
                  """)
              .bind("about", "parked_" + id)
              .bind("now", now)
              .update();
          transaction
              .sql(
                  """
                  INSERT INTO events (about, number, id, type, happened_at, facts)
                  VALUES (:about, 1, :id, 'something-happened', :now, '')
                  """)
              .bind("about", "parked_" + id)
              .bind("id", id)
              .bind("now", now)
              .update();
        });
    return Optional.of(id.toString());
  }
}
