package io.ktizo.server.config;

import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.joda.money.CurrencyUnit;
import org.joda.money.Money;
import org.jspecify.annotations.Nullable;

/**
 * Everything that an operator decides. Immutable; its text form shows no secret. {@link
 * #firstRun()} is what a first run gets: a demo on this machine that keeps nothing.
 *
 * @param mode what the server is run for
 * @param web where people reach it
 * @param operations where the operator looks at it
 * @param tls its certificate; {@code null} if it speaks plain HTTP
 * @param database where rows are kept
 * @param dataFolder where files and the embedded database lie; {@code null} to keep nothing
 * @param mail how mails leave; {@code null} to show them to staff instead
 * @param storage where uploaded files are kept
 * @param payments who takes the money
 * @param secrets the server's own keys
 * @param operator who runs it
 * @param limits what is let through
 * @param demo what a demo brings along
 */
public record Configuration(
    Mode mode,
    Web web,
    Operations operations,
    @Nullable Tls tls,
    Database database,
    @Nullable Path dataFolder,
    @Nullable Mail mail,
    Storage storage,
    Payments payments,
    Secrets secrets,
    Operator operator,
    Limits limits,
    Demo demo) {

  /** The defaults alone. */
  public static Configuration firstRun() {
    return new ConfigurationSources().read();
  }

  static Configuration read(Section root) {
    Mode mode = root.oneOf("mode", Mode.DEMO);
    Web web = Web.read(root.section("web"));
    return new Configuration(
        mode,
        web,
        Operations.read(root.section("operations"), web.port()),
        Tls.read(root.section("tls")),
        Database.read(root.section("database")),
        root.section("data").path("folder").orElse(null),
        Mail.read(root.section("mail")),
        Storage.read(root.section("storage")),
        Payments.read(root.section("payments")),
        Secrets.read(root.section("secrets")),
        Operator.read(root.section("operator")),
        Limits.read(root.section("limits")),
        Demo.read(root.section("demo"), mode == Mode.DEMO));
  }

  /** Whether real people and real money are served. */
  public boolean isProduction() {
    return mode == Mode.PRODUCTION;
  }

  /**
   * Where people reach the server.
   *
   * @param address to bind to: digits, or a name that means this machine
   * @param port to bind to; 0 takes a free one
   * @param publicUrl what people type, and what links in mails begin with; {@code null} if it
   *     follows from address and port
   * @param trustedProxies whose word about the client is believed; from nobody else
   * @param proxyHeaders by which header fields they tell it; the others are not read
   */
  public record Web(
      String address,
      int port,
      @Nullable URI publicUrl,
      List<Network> trustedProxies,
      ProxyHeaders proxyHeaders) {
    public Web {
      trustedProxies = List.copyOf(trustedProxies);
    }

    static Web read(Section web) {
      return new Web(
          web.text("address").orElse("127.0.0.1"),
          web.integer("port", 8080, 0, 65_535),
          web.site("public-url").orElse(null),
          web.list("trusted-proxies", "addresses or networks such as 10.0.0.0/8", Network::parse),
          web.oneOf("proxy-headers", ProxyHeaders.X_FORWARDED));
    }
  }

  /**
   * Where health and metrics are seen.
   *
   * @param enabled whether at all
   * @param address to bind to
   * @param port to bind to; 0 takes a free one. By default the one after the web's
   */
  public record Operations(boolean enabled, String address, int port) {
    static Operations read(Section operations, int webPort) {
      int next = webPort == 0 ? 0 : webPort == 65_535 ? webPort - 1 : webPort + 1;
      return new Operations(
          operations.truth("enabled", true),
          operations.text("address").orElse("127.0.0.1"),
          operations.integer("port", next, 0, 65_535));
    }
  }

  /**
   * The server's certificate.
   *
   * @param keyStore PKCS#12 file with key and chain
   * @param password of the file
   * @param reload how often to look whether the file was replaced
   */
  public record Tls(Path keyStore, @Nullable Secret password, Duration reload) {
    static @Nullable Tls read(Section tls) {
      Optional<Path> keyStore = tls.path("key-store");
      Optional<Secret> password = tls.secret("password");
      Duration reload =
          tls.duration("reload", Duration.ofMinutes(1), Duration.ofSeconds(1), Duration.ofDays(1));
      return keyStore.map(store -> new Tls(store, password.orElse(null), reload)).orElse(null);
    }
  }

  /**
   * Where rows are kept.
   *
   * @param url JDBC URL of a PostgreSQL; {@code null} for the embedded H2, which lies in the data
   *     folder, or in memory if there is none
   * @param user for the URL
   * @param password for the URL
   * @param connections most at once, at least 2
   */
  public record Database(
      @Nullable String url, @Nullable String user, @Nullable Secret password, int connections) {
    static Database read(Section database) {
      return new Database(
          database.text("url").orElse(null),
          database.text("user").orElse(null),
          database.secret("password").orElse(null),
          // Migrations hold one and work on another.
          database.integer("connections", 10, 2, 500));
    }

    /** Whether it is the embedded one, or an H2 elsewhere. */
    public boolean isEmbedded() {
      return url == null || url.startsWith("jdbc:h2:");
    }

    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
      return "Database[" + (isEmbedded() ? "H2" : "PostgreSQL") + ", " + connections + "]";
    }
  }

  /** How the connection to a mail server is protected. */
  public enum MailSecurity {
    /** TLS is asked for before anything else is said, and without it nothing is. */
    STARTTLS,
    /** TLS from the first byte. */
    TLS,
    /** Not at all: for a mail server on this machine. */
    NONE
  }

  /**
   * How mails leave.
   *
   * @param host mail server (SMTP submission)
   * @param port by default 587, with TLS 465, without 25
   * @param security of the connection
   * @param user to sign in as; {@code null} for nobody
   * @param password for the user
   * @param from address of the sender
   * @param timeout for connecting, and for each answer
   * @param language of mails: {@code en} or {@code de}
   */
  public record Mail(
      String host,
      int port,
      MailSecurity security,
      @Nullable String user,
      @Nullable Secret password,
      @Nullable String from,
      Duration timeout,
      String language) {
    static @Nullable Mail read(Section mail) {
      Optional<String> host = mail.text("host");
      MailSecurity security = mail.oneOf("security", MailSecurity.STARTTLS);
      int usual =
          switch (security) {
            case STARTTLS -> 587;
            case TLS -> 465;
            case NONE -> 25;
          };
      Mail read =
          new Mail(
              host.orElse(""),
              mail.integer("port", usual, 1, 65_535),
              security,
              mail.text("user").orElse(null),
              mail.secret("password").orElse(null),
              mail.text("from").orElse(null),
              mail.duration(
                  "timeout", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(20)),
              Section.word(mail.oneOf("language", Language.EN)));
      return host.isPresent() ? read : null;
    }
  }

  private enum Language {
    EN,
    DE
  }

  /** Where uploaded files are kept. */
  public enum StorageKind {
    /** In the data folder. */
    DIRECTORY,
    /** In a bucket of a service that speaks S3. */
    S3,
    /** In memory, until the end. */
    MEMORY
  }

  /**
   * Where uploaded files are kept.
   *
   * @param kind of the place
   * @param endpoint of the service; {@code null} for the region's own
   * @param region of the bucket
   * @param bucket name
   * @param accessKey id of the key
   * @param secretKey the key
   * @param folder that several instances share; {@code null} for one in the data folder
   * @param keys database of people's wrapped keys, apart from ordinary backups
   * @param kms where the keys above them are, if not in {@code secrets.files}
   * @param fileBytes longest file
   * @param personBytes of all files of one person
   * @param personFiles how many files one person may have
   * @param uploadsAnHour that one person may begin
   * @param retention of files that nobody ordered from
   */
  public record Storage(
      StorageKind kind,
      @Nullable URI endpoint,
      @Nullable String region,
      @Nullable String bucket,
      @Nullable Secret accessKey,
      @Nullable Secret secretKey,
      @Nullable Path folder,
      KeysDatabase keys,
      KeyService kms,
      long fileBytes,
      long personBytes,
      int personFiles,
      int uploadsAnHour,
      Duration retention) {
    static Storage read(Section storage) {
      return new Storage(
          storage.oneOf("kind", StorageKind.DIRECTORY),
          storage.site("endpoint").orElse(null),
          storage.text("region").orElse(null),
          storage.text("bucket").orElse(null),
          storage.secret("access-key").orElse(null),
          storage.secret("secret-key").orElse(null),
          storage.path("folder").orElse(null),
          KeysDatabase.read(storage.section("keys")),
          KeyService.read(storage.section("kms")),
          storage.number("file-bytes", 500L << 20, 1L << 10, 1L << 40),
          storage.number("person-bytes", 5L << 30, 1L << 10, 1L << 50),
          storage.integer("person-files", 1_000, 1, 10_000_000),
          storage.integer("uploads-an-hour", 120, 1, 1_000_000),
          storage.duration(
              "retention", Duration.ofDays(30), Duration.ofHours(1), Duration.ofDays(3_650)));
    }
  }

  /**
   * A PostgreSQL for people's wrapped keys alone.
   *
   * @param url of JDBC; {@code null} for none
   * @param user who signs in
   * @param password of the user
   */
  public record KeysDatabase(
      @Nullable String url, @Nullable String user, @Nullable Secret password) {
    static KeysDatabase read(Section keys) {
      return new KeysDatabase(
          keys.text("url").orElse(null),
          keys.text("user").orElse(null),
          keys.secret("password").orElse(null));
    }

    /** Without the URL, which may hold a password. */
    @Override
    public String toString() {
      return "KeysDatabase[" + user + "]";
    }
  }

  /**
   * A key management service (AWS KMS) that wraps people's keys.
   *
   * @param endpoint of the service; {@code null} for the region's own
   * @param region of the keys
   * @param accessKey id of the key that signs requests
   * @param secretKey that key
   * @param keys the service's keys by our versions of them, the one in use last; none if there is
   *     no such service
   */
  public record KeyService(
      @Nullable URI endpoint,
      @Nullable String region,
      @Nullable Secret accessKey,
      @Nullable Secret secretKey,
      List<Version> keys) {
    public KeyService {
      keys = List.copyOf(keys);
    }

    /**
     * A key of the service.
     *
     * @param version ours, 1 to 64 letters, digits, dashes and underscores
     * @param key id, ARN or alias
     */
    public record Version(String version, String key) {
      static Optional<Version> parse(String text) {
        int sign = text.indexOf('=');
        return text.matches("[A-Za-z0-9_-]{1,64}=\\S{1,2048}")
            ? Optional.of(new Version(text.substring(0, sign), text.substring(sign + 1)))
            : Optional.empty();
      }
    }

    static KeyService read(Section kms) {
      return new KeyService(
          kms.site("endpoint").orElse(null),
          kms.text("region").orElse(null),
          kms.secret("access-key").orElse(null),
          kms.secret("secret-key").orElse(null),
          kms.list("keys", "keys such as 2026=arn:aws:kms:…", Version::parse));
    }

    /** Whether there is one. */
    public boolean isUsed() {
      return !keys.isEmpty();
    }
  }

  /** Who takes the money. */
  public enum GatewayKind {
    /** Nobody: payments are played. */
    SANDBOX,
    /** Stripe Connect. */
    STRIPE
  }

  /** Who knows how much tax a sale bears. */
  public enum TaxKind {
    /** The table of European standard rates that comes along. */
    TABLE,
    /** Stripe Tax, which also keeps the records for tax returns. */
    STRIPE
  }

  /**
   * Who takes the money.
   *
   * @param gateway provider
   * @param stripeKey secret or restricted key of the platform's account
   * @param stripeWebhookSecrets signing secrets of the webhook, the one in use first; after a
   *     rotation the former one, too, separated by a space
   * @param tax who knows how much tax a sale bears
   * @param taxCountry where Stripe Tax has the platform's head office, ISO 3166-1 alpha-2; {@code
   *     null} if not said
   * @param refundLimits up to these one person alone may give back, at most one a currency; beyond,
   *     and of other currencies, it takes two
   */
  public record Payments(
      GatewayKind gateway,
      @Nullable Secret stripeKey,
      @Nullable Secret stripeWebhookSecrets,
      TaxKind tax,
      @Nullable String taxCountry,
      List<Money> refundLimits) {

    /** What one person may give back where nothing else is said. */
    public static final List<Money> USUAL_REFUND_LIMITS =
        Stream.of("EUR", "USD", "GBP", "CHF")
            .map(currency -> Money.ofMajor(CurrencyUnit.of(currency), 250))
            .toList();

    public Payments {
      refundLimits = List.copyOf(refundLimits);
    }

    /** Taxes by the table, and the usual limits. */
    public Payments(
        GatewayKind gateway, @Nullable Secret stripeKey, @Nullable Secret stripeWebhookSecrets) {
      this(gateway, stripeKey, stripeWebhookSecrets, TaxKind.TABLE, null, USUAL_REFUND_LIMITS);
    }

    static Payments read(Section payments) {
      Section stripe = payments.section("stripe");
      List<Money> limits =
          payments.distinct(
              "refund-limits",
              "amounts, one a currency, such as EUR 250.00",
              Payments::limit,
              Money::getCurrencyUnit);
      return new Payments(
          payments.oneOf("gateway", GatewayKind.SANDBOX),
          stripe.secret("key").orElse(null),
          stripe.secret("webhook-secrets").orElse(null),
          payments.oneOf("tax", TaxKind.TABLE),
          payments.country("tax-country").orElse(null),
          limits.isEmpty() ? USUAL_REFUND_LIMITS : limits);
    }

    private static Optional<Money> limit(String text) {
      try {
        return Optional.of(Money.parse(text.strip())).filter(Money::isPositiveOrZero);
      } catch (IllegalArgumentException | ArithmeticException e) {
        return Optional.empty();
      }
    }
  }

  /**
   * The server's own keys. In a demo they are made up and kept in the data folder.
   *
   * @param pepper mixed into passwords before they are hashed
   * @param box encrypts what must be read again, such as secrets of second factors
   * @param links signs links and what pages send back
   * @param files wraps the keys of stored files
   * @param privacy the privacy engine's: suppression list, certificates, exports
   */
  public record Secrets(
      @Nullable KeyRing pepper,
      @Nullable KeyRing box,
      @Nullable KeyRing links,
      @Nullable KeyRing files,
      @Nullable KeyRing privacy) {
    static Secrets read(Section secrets) {
      return new Secrets(
          secrets.keys("pepper"),
          secrets.keys("box"),
          secrets.keys("links"),
          secrets.keys("files"),
          secrets.keys("privacy"));
    }
  }

  /**
   * Who runs the server, as the privacy policy must name him (promise P0.1).
   *
   * @param legalName of the person or company; {@code null} if not said
   * @param contactEmail for questions and requests about privacy; {@code null} if not said
   */
  public record Operator(@Nullable String legalName, @Nullable String contactEmail) {
    static Operator read(Section operator) {
      return new Operator(
          operator.text("legal-name").orElse(null), operator.text("contact-email").orElse(null));
    }
  }

  /**
   * What is let through.
   *
   * @param fileBytes largest model file
   * @param connections open at once
   * @param requests worked on at once; the rest is told to come back
   * @param grace how long running requests may go on after the order to stop
   */
  public record Limits(long fileBytes, int connections, int requests, Duration grace) {
    static Limits read(Section limits) {
      return new Limits(
          limits.number("file-bytes", 128L << 20, 1L << 10, 2L << 30),
          limits.integer("connections", 1_024, 1, 100_000),
          limits.integer("requests", 256, 1, 100_000),
          limits.duration("grace", Duration.ofSeconds(10), Duration.ZERO, Duration.ofMinutes(5)));
    }
  }

  /**
   * What a demo brings along; by default nothing in production.
   *
   * @param accounts whether there is an account for each role, with a password that everybody knows
   * @param shops whether there are three Shops with invented prices
   */
  public record Demo(boolean accounts, boolean shops) {
    static Demo read(Section demo, boolean usual) {
      return new Demo(demo.truth("accounts", usual), demo.truth("shops", usual));
    }
  }

  /** Whether an address is reached from this machine alone. */
  static boolean isLoopback(String address) {
    return address.equalsIgnoreCase("localhost")
        || Network.literal(address).filter(InetAddress::isLoopbackAddress).isPresent();
  }
}
