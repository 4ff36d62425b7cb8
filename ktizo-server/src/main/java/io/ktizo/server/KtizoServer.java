package io.ktizo.server;

import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Delivery;
import io.ktizo.core.event.DeliveryRules;
import io.ktizo.core.job.Jobs;
import io.ktizo.core.mesh.MeshLimits;
import io.ktizo.core.print.PrintEstimator;
import io.ktizo.payments.stripe.StripeSettings;
import io.ktizo.server.config.Configuration;
import io.ktizo.server.config.Secret;
import io.ktizo.server.desk.Retention;
import io.ktizo.server.desk.Shop;
import io.ktizo.server.http.MailEndpoints;
import io.ktizo.server.http.Pages;
import io.ktizo.server.http.Repeats;
import io.ktizo.server.http.Route;
import io.ktizo.server.http.Web;
import io.ktizo.server.mail.AccountLetters;
import io.ktizo.server.mail.Mailer;
import io.ktizo.server.mail.ShownLetters;
import io.ktizo.server.operations.Metrics;
import io.ktizo.server.operations.OperationsPort;
import io.ktizo.server.operations.ServerCertificate;
import io.ktizo.server.store.StoredAnswers;
import io.ktizo.storage.Quota;
import io.ktizo.storage.crypto.MasterKeys;
import io.ktizo.storage.s3.S3Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A running server: the rooms on one foundation, behind one table of routes. Several may run in one
 * JVM, each with a folder and a port of its own.
 */
public final class KtizoServer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(KtizoServer.class.getName());

  /** What a stranger's file may cost: 128 MiB, 512 MiB inflated, 4 million triangles, 20 s. */
  private static final MeshLimits LIMITS =
      new MeshLimits(128L << 20, 512L << 20, 200, 2_000, 4_000_000, 32, Duration.ofSeconds(20));

  private final Deque<AutoCloseable> open;
  private final Web web;
  private final String host;
  private final List<Route> routes;
  private final PeopleRoom people;
  private final String provider;
  private volatile boolean stopping;
  private volatile @Nullable OperationsPort operations;

  private KtizoServer(
      Deque<AutoCloseable> open,
      Web web,
      String host,
      List<Route> routes,
      PeopleRoom people,
      String provider) {
    this.open = open;
    this.web = web;
    this.host = host;
    this.routes = List.copyOf(routes);
    this.people = people;
    this.provider = provider;
  }

  /**
   * What an operator decides.
   *
   * @param address where to listen; port 0 takes a free one
   * @param data folder for database and files; {@code null} for a temporary one and a database in
   *     memory
   * @param database where the database is; {@code null} for one in the data folder
   * @param retention how much is kept of models that nobody ordered
   * @param limits what one file may cost
   * @param people how people are let in
   * @param storage how people's files are kept
   * @param money who takes it
   * @param surroundings what stands around the server
   */
  public record Settings(
      InetSocketAddress address,
      @Nullable Path data,
      Foundation.@Nullable Place database,
      Retention retention,
      MeshLimits limits,
      People people,
      Storage storage,
      Money money,
      Surroundings surroundings) {
    /** With the limits of a demo. */
    public Settings(InetSocketAddress address, @Nullable Path data) {
      this(
          address,
          data,
          null,
          Retention.DEMO,
          LIMITS,
          People.forDemo(),
          Storage.DEFAULT,
          Money.forDemo(),
          Surroundings.none());
    }

    /** The same with other limits of what is kept and of what one file may cost. */
    public Settings with(Retention otherRetention, MeshLimits otherLimits) {
      return new Settings(
          address,
          data,
          database,
          otherRetention,
          otherLimits,
          people,
          storage,
          money,
          surroundings);
    }

    /** The same with other rules for people. */
    public Settings with(People otherPeople) {
      return new Settings(
          address, data, database, retention, limits, otherPeople, storage, money, surroundings);
    }

    /** The same with a database elsewhere. */
    public Settings with(Foundation.Place otherDatabase) {
      return new Settings(
          address, data, otherDatabase, retention, limits, people, storage, money, surroundings);
    }

    /** The same with files kept otherwise. */
    public Settings with(Storage otherStorage) {
      return new Settings(
          address, data, database, retention, limits, people, otherStorage, money, surroundings);
    }

    /** The same with somebody else who takes the money. */
    public Settings with(Money otherMoney) {
      return new Settings(
          address, data, database, retention, limits, people, storage, otherMoney, surroundings);
    }

    /** The same with other things around it. */
    public Settings with(Surroundings otherSurroundings) {
      return new Settings(
          address, data, database, retention, limits, people, storage, money, otherSurroundings);
    }
  }

  /**
   * How people are let in.
   *
   * @param demo whether there is an account for each role with a password that everybody knows
   * @param secureCookie whether browsers come over TLS; {@code false} on the loopback address alone
   * @param passwords what hashing a password costs
   * @param throttle how much is let through
   * @param mailer how mails to people leave
   */
  public record People(
      boolean demo,
      boolean secureCookie,
      Passwords.Cost passwords,
      AddressThrottle.Limits throttle,
      Mailer mailer) {
    /** A demo on the loopback address, whose mails are shown and not sent. */
    public static People forDemo() {
      return new People(
          true,
          false,
          Passwords.Cost.DEFAULT,
          AddressThrottle.Limits.DEFAULT,
          new AccountLetters(
              "en",
              "KTIZO",
              URI.create("http://127.0.0.1:8080"),
              new ShownLetters(InstantSource.system())));
    }
  }

  /**
   * How people's files are kept.
   *
   * @param place where the bytes are; {@code null} for the folder {@code files} in the data folder,
   *     or in memory without one
   * @param master wraps the keys of people; {@code null} for a key derived from the server's secret
   * @param keys the database of people's wrapped keys, which ordinary backups must leave out if
   *     destroying them shall forget files in backups, too; {@code null} for a file of its own in
   *     the data folder, or the common database where that is shared
   * @param quota how much each person may keep and send
   * @param retention how long a file is kept that nobody orders from
   */
  public record Storage(
      @Nullable Place place,
      @Nullable MasterKeys master,
      Foundation.@Nullable Place keys,
      Quota quota,
      Duration retention) {
    /** Files beside the database, for 30 days. */
    public static final Storage DEFAULT =
        new Storage(null, null, null, Quota.DEFAULT, Duration.ofDays(30));

    /** Where the bytes of files are. */
    public sealed interface Place {}

    /** In a folder, which several instances may share. */
    public record Folder(Path folder) implements Place {}

    /** In a bucket. */
    public record Bucket(S3Settings settings) implements Place {}

    /** In memory, until the end. */
    public record Memory() implements Place {}

    /** The same with other quotas. */
    public Storage with(Quota otherQuota) {
      return new Storage(place, master, keys, otherQuota, retention);
    }

    /** The same in another place. */
    public Storage with(Place otherPlace) {
      return new Storage(otherPlace, master, keys, quota, retention);
    }

    /** The same with a master key of its own. */
    public Storage with(MasterKeys otherMaster) {
      return new Storage(place, otherMaster, keys, quota, retention);
    }
  }

  /**
   * Who takes the money.
   *
   * @param production whether real money is expected; then there is no sandbox
   * @param payments the provider and its keys
   * @param publicUrl where customers and Shops come back to from the provider's pages
   * @param stripeApi where Stripe is; elsewhere in tests alone
   */
  public record Money(
      boolean production, Configuration.Payments payments, URI publicUrl, URI stripeApi) {
    /** Played money. */
    public static Money forDemo() {
      return new Money(
          false,
          new Configuration.Payments(Configuration.GatewayKind.SANDBOX, null, null),
          URI.create("http://127.0.0.1:8080/"),
          StripeSettings.LIVE_API);
    }
  }

  /**
   * Starts a server.
   *
   * @throws IllegalStateException if the port or the folder is taken, or the database cannot be
   *     reached
   * @throws io.ktizo.server.desk.DeskException if the folder cannot be written
   */
  public static KtizoServer start(
      Settings settings, List<Shop> shops, PrintEstimator estimator, InstantSource clock) {
    requireLoopbackIfWeak(settings);
    Deque<AutoCloseable> open = new ArrayDeque<>();
    try {
      Path folder = folder(settings.data(), open);
      Surroundings around = settings.surroundings();
      Foundation foundation = Foundation.open(place(settings), around.databaseConnections(), clock);
      open.push(foundation);
      Secrets secrets =
          settings.data() == null
              ? Secrets.passing(foundation.random())
              : Secrets.inFile(folder.resolve("master.key"), foundation.random());
      Configuration.Secrets configured = around.keys();
      ServerKeys keys =
          configured == null
              ? ServerKeys.of(secrets, foundation.random())
              : ServerKeys.of(configured, foundation.random());
      if (settings.people().mailer() instanceof AutoCloseable mailer) {
        open.push(mailer);
      }
      if (settings.storage().master() instanceof AutoCloseable keysOfFiles) {
        open.push(keysOfFiles);
      }
      PeopleRoom people = PeopleRoom.open(foundation, keys, settings.people(), around.passkeys());
      if (settings.people().demo()) {
        people.openDemoAccounts();
      } else {
        people.shutDemoAccounts();
      }
      PaymentRoom money =
          PaymentRoom.open(foundation, secrets, settings.money(), StaffOfShops.in(foundation));
      ShopRoom shopRoom =
          ShopRoom.open(
              foundation,
              secrets,
              people.accounts(),
              settings.people(),
              estimator,
              money::canBePaid);
      open.push(shopRoom);
      shopRoom.openDemoShops(shops, people, settings.people().demo());
      DeskRoom desk = DeskRoom.open(foundation, folder, settings, shopRoom, estimator);
      open.push(desk);
      FileRoom files =
          FileRoom.open(
              foundation, secrets, settings.data(), place(settings), settings.storage(), desk);
      open.push(files);

      List<Route> routes = new ArrayList<>();
      routes.addAll(desk.routes());
      routes.addAll(people.routes());
      routes.addAll(files.routes());
      routes.addAll(money.routes());
      routes.addAll(shopRoom.routes());
      routes.addAll(
          new MailEndpoints(
                  settings.people().mailer() instanceof AccountLetters letters
                      ? letters.shown()
                      : Optional.empty())
              .routes());
      routes.addAll(new Pages(settings.people().demo()).routes());

      Delivery delivery =
          new Delivery(
              foundation.outbox(), Reactions.of(people, shopRoom), DeliveryRules.DEFAULT, clock);
      open.push(delivery.start());
      Jobs.Builder jobs = Jobs.on(foundation.dataSource(), clock);
      people.schedule(jobs);
      shopRoom.schedule(jobs);
      StoredAnswers answers = new StoredAnswers(foundation.database());
      jobs.every(
          "idempotency-sweep", Duration.ofHours(1), () -> answers.removeOld(clock.instant()));
      files.schedule(jobs);
      money.schedule(jobs);
      open.push(jobs.start());
      Metrics metrics = new Metrics();
      open.push(metrics);
      Web web =
          Web.start(
              settings.address(),
              routes,
              people.door(),
              new Repeats(
                  answers, keys.edge().key("repeated requests"), foundation.random(), clock),
              delivery::ring,
              Math.max(desk.mostBodyBytes(), files.mostBodyBytes()),
              new Web.Terms(
                  certificate(around, open),
                  around.proxies(),
                  observation -> {
                    metrics.answered(observation);
                    around.log().answered(observation);
                  },
                  around.connections(),
                  around.requests(),
                  around.grace(),
                  around.patience()));
      open.push(web);
      KtizoServer server =
          new KtizoServer(
              open, web, settings.address().getHostString(), routes, people, money.provider());
      server.openOperations(around, metrics, foundation);
      return server;
    } catch (RuntimeException e) {
      closeAll(open);
      throw e;
    }
  }

  private static @Nullable SSLContext certificate(Surroundings around, Deque<AutoCloseable> open) {
    Configuration.Tls tls = around.tls();
    if (tls == null) {
      return null;
    }
    Secret password = tls.password();
    ServerCertificate certificate =
        ServerCertificate.in(
            tls.keyStore(), password == null ? null : password.value(), tls.reload());
    open.push(certificate);
    return certificate.context();
  }

  private void openOperations(Surroundings around, Metrics metrics, Foundation foundation) {
    metrics.gauge(
        "ktizo.events.waiting",
        "Events that are not yet delivered",
        () -> foundation.outbox().backlog().events());
    metrics.gauge(
        "ktizo.events.parked",
        "Things whose events wait for staff",
        () -> foundation.outbox().parked(1_000).size());
    metrics.gauge(
        "ktizo.database.connections.busy",
        "Connections to the database that are in use",
        foundation::busyConnections);
    InetSocketAddress address = around.operations();
    if (address != null) {
      OperationsPort port =
          OperationsPort.start(address, metrics, () -> !stopping && foundation.answers());
      operations = port;
      // Given back last, so that it tells of the stop while the last requests are finished.
      open.addLast(port);
    }
  }

  private static Foundation.Place place(Settings settings) {
    Foundation.Place elsewhere = settings.database();
    if (elsewhere != null) {
      return elsewhere;
    }
    Path data = settings.data();
    return data == null ? new Foundation.Place.Memory() : new Foundation.Place.Folder(data);
  }

  private static void requireLoopbackIfWeak(Settings settings) {
    boolean weak = settings.people().demo() || !settings.people().secureCookie();
    InetAddress address = settings.address().getAddress();
    if (weak && (address == null || !address.isLoopbackAddress())) {
      throw new IllegalStateException(
          "a demo has passwords that everybody knows, and no TLS: it listens on the loopback"
              + " address alone (--host 127.0.0.1)");
    }
  }

  /**
   * A token that makes whoever is signed in the first administrator, for the operator's console
   * alone; good for 15 minutes, once. Nothing if there is an administrator.
   */
  public Optional<String> firstAdministratorToken() {
    return people.firstAdministratorToken().map(Token::secret);
  }

  /** Who takes the money: {@code sandbox, no real money} or {@code stripe, live}. */
  public String provider() {
    return provider;
  }

  /** The table of routes. */
  List<Route> routes() {
    return routes;
  }

  /** For instance {@code http://127.0.0.1:8080/}. */
  public String url() {
    String authority = host.contains(":") ? "[" + host + "]" : host;
    return (web.isTls() ? "https://" : "http://") + authority + ":" + web.port() + "/";
  }

  /** Port of health and metrics; nothing if there is none. */
  public OptionalInt operationsPort() {
    OperationsPort port = operations;
    return port == null ? OptionalInt.empty() : OptionalInt.of(port.port());
  }

  /** Says that it is not ready any more, finishes what it is doing, then gives everything back. */
  @Override
  public void close() {
    stopping = true;
    closeAll(open);
  }

  private static Path folder(@Nullable Path data, Deque<AutoCloseable> open) {
    try {
      if (data != null) {
        return Files.createDirectories(data);
      }
      Path temporary = Files.createTempDirectory("ktizo-");
      open.push(() -> remove(temporary));
      return temporary;
    } catch (IOException e) {
      throw new IllegalStateException("the data folder could not be made: " + data, e);
    }
  }

  private static void closeAll(Deque<AutoCloseable> open) {
    while (!open.isEmpty()) {
      AutoCloseable next = open.pop();
      try {
        next.close();
      } catch (Exception e) {
        LOG.log(Level.WARNING, "could not be closed: " + next.getClass().getSimpleName(), e);
      }
    }
  }

  private static void remove(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("the temporary folder could not be removed", e);
    }
  }
}
