package io.ktizo.server.operations;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.ktizo.server.http.Observer;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One line of JSON for each request, and another for each that was refused for the sake of security
 * (ASVS 16.3). Fields are a fixed list: neither paths nor queries, headers, bodies or addresses.
 */
public final class AccessLog implements Observer {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<Integer> SECURITY = Set.of(401, 403, 429);

  private final InstantSource clock;
  private final Consumer<String> requests;
  private final Consumer<String> security;

  /**
   * A log.
   *
   * @param requests takes the line of each request
   * @param security takes the lines that concern security
   */
  public AccessLog(InstantSource clock, Consumer<String> requests, Consumer<String> security) {
    this.clock = clock;
    this.requests = requests;
    this.security = security;
  }

  /** To the logs {@code io.ktizo.access} and {@code io.ktizo.security}. */
  public static AccessLog toSystemLog(InstantSource clock) {
    System.Logger access = System.getLogger("io.ktizo.access");
    System.Logger security = System.getLogger("io.ktizo.security");
    return new AccessLog(
        clock,
        line -> access.log(System.Logger.Level.INFO, () -> line),
        line -> security.log(System.Logger.Level.WARNING, () -> line));
  }

  @Override
  public void answered(Observation observation) {
    requests.accept(line(observation, "request"));
    if (SECURITY.contains(observation.status())) {
      security.accept(line(observation, kind(observation.status())));
    }
  }

  private static String kind(int status) {
    return switch (status) {
      case 401 -> "authentication-refused";
      case 403 -> "authorization-refused";
      default -> "throttled";
    };
  }

  private String line(Observation observation, String event) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("at", clock.instant().toString());
      json.writeStringField("event", event);
      json.writeStringField("request", observation.requestId());
      json.writeStringField("method", observation.method());
      json.writeStringField("route", observation.route());
      json.writeNumberField("status", observation.status());
      if (!observation.code().isEmpty()) {
        json.writeStringField("code", observation.code());
      }
      json.writeNumberField("micros", observation.nanos() / 1_000);
      json.writeNumberField("bytes", Math.max(0, observation.bytes()));
      json.writeStringField("network", observation.network());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be written to", e);
    }
    return line.toString();
  }
}
