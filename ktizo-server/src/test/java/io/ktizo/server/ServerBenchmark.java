package io.ktizo.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.account.ShopRole;
import io.ktizo.core.print.LayerEstimator;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.H2Address;
import io.ktizo.server.operations.AccessLog;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a server bears on H2 and on PostgreSQL. The server is a process of its own; who asks it is
 * another, on the same machine.
 *
 * <ul>
 *   <li>wrk reads one model by id through the whole server and, by turns, through a bare Helidon
 *       endpoint in the same process that does the same SELECT on the same database. What counts is
 *       the ratio of the medians of one run.
 *   <li>wrk looks for the number of connections at which reads are fastest, then comes with twice
 *       as many.
 *   <li>{@link MixedUse} comes at a fixed rate ({@link FixedSchedule}), then as fast as it is
 *       answered, then at twice that rate.
 * </ul>
 *
 * <p>Arguments: seconds of each measurement, rounds, rate of the mixed requests, databases ({@code
 * h2}, {@code postgres}; both if none is named). {@code mvn -B -pl ktizo-server -am test-compile
 * exec:exec -Pbench-server}; needs wrk on the path. Numbers and machine: docs/benchmarks/server.md.
 */
public final class ServerBenchmark {
  private static final String SELECT =
      """
      SELECT name, file_sha256, file_bytes, received, report
      FROM uploaded_model
      WHERE id = ?
      """;
  private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([0-9.]+)");
  private static final Pattern TAIL = Pattern.compile("99%\\s+([0-9.]+)(us|ms|s)");
  private static final Pattern ERRORS = Pattern.compile("Non-2xx or 3xx responses: ([0-9]+)");
  private static final int PEOPLE = 512;
  private static final int STEADY = 128;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private ServerBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 1 && arguments[0].equals("serve")) {
      serve(Path.of(arguments[1]), arguments.length > 2 ? arguments[2] : null);
      return;
    }
    int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    double rate = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 2_000;
    List<String> databases =
        arguments.length > 3
            ? List.of(arguments).subList(3, arguments.length)
            : List.of("h2", "postgres");
    say(
        "JDK %s, %d cores, load %.1f",
        System.getProperty("java.version"),
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    if (databases.contains("h2")) {
      measure("H2", null, seconds, rounds, rate);
    }
    if (databases.contains("postgres")) {
      try (EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .start()) {
        measure(
            "PostgreSQL",
            postgres.getJdbcUrl("postgres", "postgres").replaceAll("\\?.*", ""),
            seconds,
            rounds,
            rate);
      }
    }
  }

  private static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  // ---- the server, in a process of its own

  /** On H2 in the folder, or on PostgreSQL; as in production but for TLS and a mail server. */
  private static void serve(Path folder, @Nullable String postgres)
      throws SQLException, InterruptedException {
    Foundation.Place.Postgres place =
        postgres == null ? null : new Foundation.Place.Postgres(postgres, "postgres", "postgres");
    InstantSource clock = InstantSource.system();
    KtizoServer.Settings settings =
        new KtizoServer.Settings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), folder)
            .with(
                new KtizoServer.People(
                    true,
                    false,
                    Passwords.Cost.DEFAULT,
                    AddressThrottle.Limits.DEFAULT,
                    new Mailbox()))
            .with(logging(clock));
    KtizoServer server =
        KtizoServer.start(
            place == null ? settings : settings.with(place),
            DemoShops.load(),
            new LayerEstimator(),
            clock);
    HikariDataSource pool = pool(folder, place);
    Database database = Database.over(pool);
    for (int i = 0; i < PEOPLE; i++) {
      System.out.println("PERSON " + TestPerson.in(database, "person").cookie());
    }
    WebServer bare = bare(pool);
    System.out.println("BARE " + bare.port());
    System.out.println("OURS " + server.url());
    new CountDownLatch(1).await();
  }

  /** With an access log whose lines are made and then dropped, as by a collector. */
  private static Surroundings logging(InstantSource clock) {
    Surroundings none = Surroundings.none();
    return new Surroundings(
        none.operations(),
        new AccessLog(clock, line -> {}, line -> {}),
        none.tls(),
        none.proxies(),
        none.passkeys(),
        none.keys(),
        none.databaseConnections(),
        none.connections(),
        none.requests(),
        none.grace());
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

  private static WebServer bare(HikariDataSource pool) {
    return WebServer.builder()
        .host("127.0.0.1")
        .port(0)
        .shutdownHook(false)
        .useNio(false)
        .routing(
            HttpRouting.builder()
                .get(
                    "/model/{id}",
                    (request, response) -> {
                      UUID id = UUID.fromString(request.path().pathParameters().get("id"));
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

  /** A server that runs, as the one who asks sees it. */
  private record Served(Process process, URI url, int barePort, List<String> people)
      implements AutoCloseable {
    static Served start(@Nullable String postgres) throws IOException {
      List<String> command =
          new ArrayList<>(
              List.of(
                  ProcessHandle.current().info().command().orElse("java"),
                  "-Xmx512m",
                  "-cp",
                  System.getProperty("java.class.path")));
      String more = System.getProperty("ktizo.bench.jvm", "");
      if (!more.isEmpty()) {
        command.add(1, more);
      }
      command.addAll(
          List.of(
              ServerBenchmark.class.getName(),
              "serve",
              Files.createTempDirectory("ktizo-bench-").toString()));
      if (postgres != null) {
        command.add(postgres);
      }
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      List<String> people = new ArrayList<>();
      int bare = 0;
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith("PERSON ")) {
          people.add(line.substring(7));
        } else if (line.startsWith("BARE ")) {
          bare = Integer.parseInt(line.substring(5));
        } else if (line.startsWith("OURS ")) {
          return new Served(process, URI.create(line.substring(5)), bare, List.copyOf(people));
        }
      }
      process.destroyForcibly();
      throw new IllegalStateException("the server did not start");
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  // ---- who asks

  private static void measure(
      String name, @Nullable String postgres, int seconds, int rounds, double rate)
      throws IOException, InterruptedException {
    try (Served server = Served.start(postgres)) {
      MixedUse.Place place = prepare(server);
      reads(name, server, place.model(), seconds, rounds);
      mixed(name, server, place, seconds, rate);
    }
  }

  private static void reads(String name, Served server, String model, int seconds, int rounds)
      throws IOException, InterruptedException {
    String ours = server.url() + "api/v1/models/" + model;
    String theirs =
        "http://127.0.0.1:"
            + server.barePort()
            + "/model/"
            + model.substring(model.indexOf('_') + 1);
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
    say(
        "%s, reads: bare %.0f/s, ours %.0f/s, ratio %.2f, p99 %.1f ms (64 connections, medians of"
            + " %d)",
        name, median(bares), median(wholes), median(wholes) / median(bares), median(tails), rounds);
    int best = 0;
    Measured peak = new Measured(0, 0);
    for (int connections : List.of(16, 32, 64, 128)) {
      Measured measured = wrk(ours, connections, seconds);
      if (measured.rate() > peak.rate()) {
        peak = measured;
        best = connections;
      }
    }
    Measured twice = wrk(ours, 2 * best, seconds);
    say(
        "%s, reads: peak %.0f/s with %d connections, %.0f/s with %d (%.2f)",
        name, peak.rate(), best, twice.rate(), 2 * best, twice.rate() / peak.rate());
  }

  private static void mixed(
      String name, Served server, MixedUse.Place place, int seconds, double rate)
      throws InterruptedException {
    MixedUse use = new MixedUse(server.url().getPort(), place);
    try (FixedSchedule schedule = new FixedSchedule(server.url().getPort(), PEOPLE, use::visitor)) {
      schedule.run(STEADY, rate / 2, seconds);
      schedule.run(STEADY, rate, seconds);
      FixedSchedule.Result steady = schedule.run(STEADY, rate, 3 * seconds);
      say(
          "%s, mixed: %.0f/s for %d s: p50 %.1f ms, p99 %.1f ms, p99.9 %.1f ms; %s",
          name,
          rate,
          3 * seconds,
          steady.millis(0.5),
          steady.millis(0.99),
          steady.millis(0.999),
          notGood(steady));
      for (String kind : MixedUse.kinds()) {
        say(
            "    %-22s %6d, p50 %6.1f ms, p99 %6.1f ms",
            kind,
            steady.timed().stream().filter(each -> each.kind().equals(kind)).count(),
            steady.millis(0.5, kind),
            steady.millis(0.99, kind));
      }
      double peak = 0;
      int best = 0;
      for (int connections : List.of(16, 32, 64, 128)) {
        double goodput = schedule.run(connections, Double.POSITIVE_INFINITY, seconds).goodput();
        if (goodput > peak) {
          peak = goodput;
          best = connections;
        }
      }
      FixedSchedule.Result twice = schedule.run(PEOPLE, 2 * peak, 2 * seconds);
      say(
          "%s, mixed: peak %.0f/s with %d connections; at twice that rate, %d connections: good"
              + " %.0f/s (%.2f), p99 of good ones %.0f ms; %s",
          name,
          peak,
          best,
          PEOPLE,
          twice.goodput(),
          twice.goodput() / peak,
          twice.millis(0.99),
          notGood(twice));
    }
  }

  private static String notGood(FixedSchedule.Result result) {
    long answered = result.timed().size();
    long refused = result.withStatus(503);
    long broken = result.withStatus(0);
    return String.format(
        Locale.ROOT,
        "of %d: good %d, refused with 503 %d, other answers %d, broken %d, not sent %d",
        result.asked(),
        result.good(),
        refused,
        answered - result.good() - refused - broken,
        broken,
        result.asked() - answered);
  }

  // ---- what there is to ask for

  private static MixedUse.Place prepare(Served server) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String model =
          ask(
                  client,
                  HttpRequest.newBuilder(server.url().resolve("/api/v1/models?name=part.stl"))
                      .POST(HttpRequest.BodyPublishers.ofByteArray(StlFiles.cube(20))))
              .get("id")
              .textValue();
      String quote =
          ask(
                  client,
                  posted(server, "/api/v1/quotes", "{\"model\":\"" + model + "\",\"quantity\":3}"))
              .get("id")
              .textValue();
      HttpResponse<String> in =
          client.send(
              posted(
                      server,
                      "/api/v1/sessions",
                      "{\"email\":\""
                          + DemoAccount.of(ShopRole.OWNER).email().text()
                          + "\",\"password\":\""
                          + DemoAccount.PASSWORD
                          + "\"}")
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      String keeper = in.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
      String shop =
          ask(
                  client,
                  HttpRequest.newBuilder(server.url().resolve("/api/v1/account/shops"))
                      .header("Cookie", keeper))
              .get("items")
              .get(0)
              .get("id")
              .textValue();
      return new MixedUse.Place(model, quote, shop, keeper, server.people());
    }
  }

  private static HttpRequest.Builder posted(Served server, String path, String json) {
    return HttpRequest.newBuilder(server.url().resolve(path))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  private static JsonNode ask(HttpClient client, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() >= 300) {
      throw new IllegalStateException("refused: " + answer.body());
    }
    return MAPPER.readTree(answer.body());
  }

  // ---- wrk

  /**
   * What wrk counted.
   *
   * @param rate good answers in a second
   */
  private record Measured(double rate, double tailMillis) {}

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
    double bad = errors.find() ? Double.parseDouble(errors.group(1)) / seconds : 0;
    return new Measured(
        Double.parseDouble(rate.group(1)) - bad, Double.parseDouble(tail.group(1)) * factor);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
