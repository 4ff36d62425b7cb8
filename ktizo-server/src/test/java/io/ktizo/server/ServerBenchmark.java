package io.ktizo.server;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.print.LayerEstimator;
import io.ktizo.core.sql.H2Address;
import io.ktizo.server.desk.Retention;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads one model by id through the whole server and, beside it, through a bare Helidon endpoint
 * that does the same SELECT on the same database; wrk asks one, then the other, several times. What
 * counts is the ratio of the medians of one run. Arguments: seconds of each measurement, rounds.
 *
 * <p>{@code mvn -B -pl ktizo-server -am test-compile exec:exec -Pbench-server}; needs wrk on the
 * path.
 */
final class ServerBenchmark {
  private static final String SELECT =
      """
      SELECT name, file_sha256, file_bytes, received, report
      FROM uploaded_model
      WHERE id = ?
      """;
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern TAIL = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");
  private static final Pattern ERRORS = Pattern.compile("Non-2xx or 3xx responses: ([0-9]+)");

  private ServerBenchmark() {}

  private record Measured(double rate, double tailMillis, long errors) {}

  public static void main(String[] arguments) throws Exception {
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    System.out.printf(
        Locale.ROOT,
        "JDK %s, %d cores, load %.1f%n",
        System.getProperty("java.version"),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    Path folder = Files.createTempDirectory("ktizo-bench-");
    compare("H2", folder, null, seconds, rounds);
    try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
      compare(
          "PostgreSQL",
          Files.createTempDirectory("ktizo-bench-"),
          new Foundation.Place.Postgres(
              postgres.getJdbcUrl("postgres", "postgres"), "postgres", "postgres"),
          seconds,
          rounds);
    }
  }

  private static void compare(
      String name, Path folder, Foundation.Place.@Nullable Postgres place, int seconds, int rounds)
      throws Exception {
    try (KtizoServer server = server(folder, place);
        HikariDataSource pool = pool(folder, place)) {
      String id = upload(server);
      WebServer bare = bare(pool, UUID.fromString(uuidOf(pool)));
      try {
        String ours = server.url() + "api/v1/models/" + id;
        String theirs = "http://127.0.0.1:" + bare.port() + "/model";
        wrk(theirs, 64, seconds);
        wrk(ours, 64, seconds);
        List<Double> bares = new ArrayList<>();
        List<Double> wholes = new ArrayList<>();
        List<Double> tails = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
          bares.add(wrk(theirs, 64, seconds).rate());
          Measured whole = wrk(ours, 64, seconds);
          wholes.add(whole.rate());
          tails.add(whole.tailMillis());
        }
        System.out.printf(
            Locale.ROOT,
            "%s: bare %.0f/s, ours %.0f/s, ratio %.2f, p99 %.1f ms (medians of %d)%n",
            name,
            median(bares),
            median(wholes),
            median(wholes) / median(bares),
            median(tails),
            rounds);
        Measured peak = wrk(ours, 128, seconds);
        Measured twice = wrk(ours, 256, seconds);
        System.out.printf(
            Locale.ROOT,
            "%s: 128 connections %.0f/s, 256 connections %.0f/s (%.2f), refused %d%n",
            name,
            peak.rate(),
            twice.rate(),
            twice.rate() / peak.rate(),
            twice.errors());
      } finally {
        bare.stop();
      }
    }
  }

  private static KtizoServer server(Path folder, Foundation.@Nullable Place place) {
    KtizoServer.Settings settings =
        new KtizoServer.Settings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder)
            .with(
                Retention.DEMO,
                new MeshLimits(2L << 20, 8L << 20, 200, 200, 40_000, 32, Duration.ofSeconds(10)))
            .with(
                new KtizoServer.People(
                    false,
                    false,
                    Passwords.Cost.DEFAULT,
                    AddressThrottle.Limits.DEFAULT,
                    new Mailbox()));
    return KtizoServer.start(
        place == null ? settings : settings.with(place),
        DemoShops.load(),
        new LayerEstimator(),
        InstantSource.system());
  }

  private static HikariDataSource pool(Path folder, Foundation.Place.@Nullable Postgres place) {
    HikariConfig configuration = new HikariConfig();
    configuration.setMaximumPoolSize(10);
    configuration.setJdbcUrl(
        place == null ? H2Address.file(folder.resolve("ktizo.data")) : place.url());
    configuration.setUsername(place == null ? "ktizo" : place.user());
    configuration.setPassword(place == null ? "" : place.password());
    return new HikariDataSource(configuration);
  }

  private static String upload(KtizoServer server) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(server.url() + "api/v1/models?name=part.stl"))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(StlFiles.cube(20)))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      Matcher id = Pattern.compile("\"id\"\\s*:\\s*\"(model_[^\"]+)\"").matcher(answer.body());
      if (answer.statusCode() != 201 || !id.find()) {
        throw new IllegalStateException("the model was refused: " + answer.body());
      }
      return id.group(1);
    }
  }

  private static String uuidOf(HikariDataSource pool) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement("SELECT id FROM uploaded_model");
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getString(1);
    }
  }

  private static WebServer bare(HikariDataSource pool, UUID id) {
    return WebServer.builder()
        .host("127.0.0.1")
        .port(0)
        .shutdownHook(false)
        .useNio(false)
        .routing(
            HttpRouting.builder()
                .get(
                    "/model",
                    (request, response) -> {
                      response.header(HeaderNames.CONTENT_TYPE, "application/json");
                      response.send(read(pool, id).getBytes(StandardCharsets.UTF_8));
                    }))
        .build()
        .start();
  }

  private static String read(HikariDataSource pool, UUID id) {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(SELECT)) {
      statement.setObject(1, id);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getString("report");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Measured wrk(String url, int connections, int seconds)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("wrk", "--latency", "-t1", "-c" + connections, "-d" + seconds + "s", url)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    Matcher rate = RATE.matcher(said);
    Matcher tail = TAIL.matcher(said);
    if (process.waitFor() != 0 || !rate.find() || !tail.find()) {
      throw new IllegalStateException("wrk: " + said);
    }
    double factor =
        switch (tail.group(2)) {
          case "us" -> 0.001;
          case "ms" -> 1;
          default -> 1_000;
        };
    Matcher errors = ERRORS.matcher(said);
    return new Measured(
        Double.parseDouble(rate.group(1)),
        Double.parseDouble(tail.group(1)) * factor,
        errors.find() ? Long.parseLong(errors.group(1)) : 0);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
