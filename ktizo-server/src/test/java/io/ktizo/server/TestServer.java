package io.ktizo.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.account.UsingPasskeys;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.print.LayerEstimator;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.H2Address;
import io.ktizo.server.desk.Retention;
import io.ktizo.server.http.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.h2.jdbcx.JdbcDataSource;
import org.jspecify.annotations.Nullable;

/** A server on a free port with a folder of its own, and a client for it. */
public final class TestServer implements AutoCloseable {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Small, so that tests of the limits are fast. */
  public static final MeshLimits LIMITS =
      new MeshLimits(2L << 20, 8L << 20, 200, 200, 40_000, 32, Duration.ofSeconds(10));

  /** Hashing that costs next to nothing. */
  public static final Passwords.Cost CHEAP = new Passwords.Cost(64, 1);

  /** For tests of other things than the throttle. */
  public static final AddressThrottle.Limits GENEROUS =
      new AddressThrottle.Limits(100_000, 100_000, 100_000, 100_000, 100);

  private final Path data;
  private final KtizoServer server;
  private final Mailbox mails;
  private final AtomicReference<Duration> ahead;
  private final HttpClient client = HttpClient.newHttpClient();

  private TestServer(
      Path data, KtizoServer server, Mailbox mails, AtomicReference<Duration> ahead) {
    this.data = data;
    this.server = server;
    this.mails = mails;
    this.ahead = ahead;
  }

  public static TestServer in(Path data) {
    return in(data, Retention.DEMO);
  }

  public static TestServer in(Path data, Retention retention) {
    return start(data, null, retention, GENEROUS, false);
  }

  /** With the accounts that everybody knows. */
  public static TestServer demo(Path data) {
    return start(data, null, Retention.DEMO, GENEROUS, true);
  }

  /** With a database elsewhere. */
  public static TestServer on(Path data, Foundation.Place database) {
    return start(data, database, Retention.DEMO, GENEROUS, false);
  }

  /** With a throttle as it is in production. */
  public static TestServer throttled(Path data, AddressThrottle.Limits limits) {
    return start(data, null, Retention.DEMO, limits, false);
  }

  private static TestServer start(
      Path data,
      Foundation.@Nullable Place database,
      Retention retention,
      AddressThrottle.Limits limits,
      boolean demo) {
    KtizoServer.Settings settings = settings(data).with(retention, LIMITS);
    return start(data, database == null ? settings : settings.with(database), limits, demo);
  }

  private static TestServer start(
      Path data, KtizoServer.Settings settings, AddressThrottle.Limits limits, boolean demo) {
    Mailbox mails = new Mailbox();
    AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    return new TestServer(
        data,
        KtizoServer.start(
            settings.with(new KtizoServer.People(demo, false, CHEAP, limits, mails)),
            DemoShops.load(),
            new LayerEstimator(),
            () -> Instant.now().plus(ahead.get())),
        mails,
        ahead);
  }

  /** Lets time pass for the server. */
  public void pass(Duration time) {
    ahead.updateAndGet(before -> before.plus(time));
  }

  /** What time it is for the server. */
  public Instant now() {
    return Instant.now().plus(ahead.get());
  }

  /** The mails that it sent. */
  public Mailbox mails() {
    return mails;
  }

  /** As the operator's console shows it. */
  public String firstAdministratorToken() {
    return server.firstAdministratorToken().orElseThrow();
  }

  /** One with settings of its own, in other respects as {@link #in(Path)}. */
  public static TestServer with(Path data, KtizoServer.Settings settings) {
    return start(data, settings.with(Retention.DEMO, LIMITS), GENEROUS, false);
  }

  /** For a browser: at a port that is known beforehand, for whose address passkeys are good. */
  public static TestServer forPasskeys(Path data, boolean demo) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Surroundings around = Surroundings.none();
    KtizoServer.Settings settings =
        new KtizoServer.Settings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port), data)
            .with(
                new Surroundings(
                    null,
                    around.log(),
                    null,
                    around.proxies(),
                    new UsingPasskeys.Site("localhost", Set.of("http://localhost:" + port)),
                    null,
                    around.databaseConnections(),
                    around.connections(),
                    around.requests(),
                    around.grace()))
            .with(Retention.DEMO, LIMITS);
    return start(data, settings, GENEROUS, demo);
  }

  /** With exactly these settings; {@link #mails} stays empty. */
  public static TestServer as(Path data, KtizoServer.Settings settings) {
    return new TestServer(
        data,
        KtizoServer.start(
            settings, DemoShops.load(), new LayerEstimator(), java.time.InstantSource.system()),
        new Mailbox(),
        new AtomicReference<>(Duration.ZERO));
  }

  /** Settings for a free port. */
  public static KtizoServer.Settings settings(Path data) {
    return new KtizoServer.Settings(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), data);
  }

  /** The embedded database of this server, beside it. */
  public Database database() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL(H2Address.file(data.resolve("ktizo.data")) + ";DB_CLOSE_ON_EXIT=FALSE");
    source.setUser("ktizo");
    return Database.over(source);
  }

  /** The table of routes. */
  public List<Route> routes() {
    return server.routes();
  }

  public URI uri(String path) {
    return URI.create(server.url()).resolve(path);
  }

  public int port() {
    return URI.create(server.url()).getPort();
  }

  /** Names of all files that uploads may have left, wherever below the data folder. */
  public List<String> filesOfModels() {
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(Files::isRegularFile)
          .map(file -> data.relativize(file).toString())
          .filter(name -> !name.startsWith("ktizo.") && !name.equals("master.key"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  public HttpResponse<byte[]> get(String path) {
    return send(HttpRequest.newBuilder(uri(path)).build());
  }

  public HttpResponse<byte[]> sendModel(String query, byte[] file) {
    return send(
        HttpRequest.newBuilder(uri("/api/v1/models" + query))
            .POST(HttpRequest.BodyPublishers.ofByteArray(file))
            .build());
  }

  public HttpResponse<byte[]> ask(String json) {
    return send(
        HttpRequest.newBuilder(uri("/api/v1/quotes"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  /** The id of a model that must be accepted. */
  public String modelId(byte[] file) {
    HttpResponse<byte[]> answer = sendModel("?name=part.stl", file);
    if (answer.statusCode() != 201) {
      throw new AssertionError(text(answer));
    }
    return json(answer).get("id").textValue();
  }

  public static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  public static JsonNode json(HttpResponse<byte[]> answer) {
    return json(text(answer));
  }

  public static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException("not JSON: " + text, e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
