package io.ktizo.server.config;

import io.ktizo.core.account.EmailAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Says what is weak or missing in a configuration. Nothing is opened but the files that it names:
 * neither database nor mail server is asked. A finding never quotes a secret.
 */
public final class ConfigurationCheck {
  private static final Duration RENEW = Duration.ofDays(21);

  /** Parts of values that people leave as they found them in an example. */
  private static final List<String> PLACEHOLDERS =
      List.of(
          "example", "changeme", "change-me", "todo", "your-", "your ", "placeholder", "<", ">");

  private final Configuration configuration;
  private final RunningAs process;
  private final Instant now;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * What is known of the process that runs the server.
   *
   * @param user name of its user
   * @param arguments of its virtual machine
   */
  public record RunningAs(String user, List<String> arguments) {
    public RunningAs {
      arguments = List.copyOf(arguments);
    }
  }

  private ConfigurationCheck(Configuration configuration, RunningAs process, Instant now) {
    this.configuration = configuration;
    this.process = process;
    this.now = now;
  }

  /** Everything that is to be said, errors first. */
  public static List<Finding> findings(
      Configuration configuration, RunningAs process, Instant now) {
    ConfigurationCheck check = new ConfigurationCheck(configuration, process, now);
    check.run();
    return check.findings.stream().sorted((a, b) -> a.severity().compareTo(b.severity())).toList();
  }

  private void run() {
    exposedFiles();
    certificate();
    trustedProxies();
    operations();
    if (configuration.isProduction()) {
      ok("mode.production", "mode", "production");
      web();
      secrets();
      database();
      mail();
      storage();
      payments();
      operator();
      demo();
      process();
    } else {
      demoMode();
    }
  }

  private void error(String code, String setting, String what, String mend) {
    findings.add(new Finding(Finding.Severity.ERROR, code, setting, what, mend));
  }

  private void warning(String code, String setting, String what, String mend) {
    findings.add(new Finding(Finding.Severity.WARNING, code, setting, what, mend));
  }

  private void ok(String code, String setting, String what) {
    findings.add(new Finding(Finding.Severity.OK, code, setting, what, ""));
  }

  private void demoMode() {
    warning(
        "mode.demo",
        "mode",
        "demo: accounts with known passwords, payments are played, mails are only shown",
        "for real people: mode: production");
    if (!Configuration.isLoopback(configuration.web().address())) {
      error(
          "demo.public-address",
          "web.address",
          "a demo would be open to others: " + configuration.web().address(),
          "bind it to 127.0.0.1, or run it in production mode");
    }
    if (configuration.payments().gateway() != Configuration.GatewayKind.SANDBOX) {
      error(
          "demo.real-money",
          "payments.gateway",
          "a demo must not take real money",
          "payments.gateway: sandbox, or mode: production");
    }
    if (configuration.payments().tax() == Configuration.TaxKind.STRIPE) {
      error(
          "demo.real-taxes",
          "payments.tax",
          "played sales do not belong into tax records",
          "payments.tax: table, or mode: production");
    }
  }

  // --- The way to people

  private void web() {
    Configuration.Web web = configuration.web();
    URI publicUrl = web.publicUrl();
    if (publicUrl == null) {
      error(
          "web.public-url.missing",
          "web.public-url",
          "links in mails, passkeys and cookies need the address that people type",
          "web.public-url: https://…");
    } else if (!"https".equals(publicUrl.getScheme())) {
      error(
          "web.public-url.plain",
          "web.public-url",
          "people would reach the server without encryption",
          "web.public-url: https://…");
    } else if (Configuration.isLoopback(String.valueOf(publicUrl.getHost()))) {
      error(
          "web.public-url.loopback",
          "web.public-url",
          "nobody else can reach that address",
          "the address that people type");
    } else {
      ok("web.public-url", "web.public-url", "https");
    }
    if (configuration.tls() != null) {
      ok("web.tls", "tls.key-store", "the server speaks TLS itself");
    } else if (!web.trustedProxies().isEmpty()) {
      ok("web.tls", "web.trusted-proxies", "a trusted proxy speaks TLS and says so");
    } else {
      error(
          "web.plain-http",
          "tls.key-store",
          "plain HTTP, and no trusted proxy in front that says it speaks TLS",
          "tls.key-store: FILE.p12, or web.trusted-proxies: [address of the proxy]");
    }
  }

  private void trustedProxies() {
    for (Network network : configuration.web().trustedProxies()) {
      int least = network.address().getAddress().length == 4 ? 8 : 16;
      if (network.prefix() < least) {
        error(
            "web.trusted-proxies.too-wide",
            "web.trusted-proxies",
            "almost anybody could say who he is: " + network,
            "the address of each proxy, or its network");
      }
    }
  }

  private void operations() {
    Configuration.Operations operations = configuration.operations();
    if (!operations.enabled()) {
      warning(
          "operations.off",
          "operations.enabled",
          "nobody sees health and metrics",
          "operations.enabled: true");
      return;
    }
    if (operations.port() != 0 && operations.port() == configuration.web().port()) {
      error(
          "operations.same-port",
          "operations.port",
          "health and metrics need a port of their own",
          "another port than web.port");
    }
    Optional<InetAddress> address = Network.literal(operations.address());
    if (Configuration.isLoopback(operations.address())) {
      ok("operations", "operations.address", "health and metrics are seen from this machine alone");
    } else if (address.filter(ConfigurationCheck::isPrivate).isPresent()) {
      warning(
          "operations.network",
          "operations.address",
          "everybody in the network " + operations.address() + " sees metrics",
          "let only the monitoring in, by a firewall");
    } else {
      error(
          "operations.public",
          "operations.address",
          "metrics would be open to everybody",
          "127.0.0.1, or an address of a private network");
    }
  }

  private static boolean isPrivate(InetAddress address) {
    boolean uniqueLocal =
        address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc;
    return address.isSiteLocalAddress() || uniqueLocal;
  }

  private void certificate() {
    Configuration.Tls tls = configuration.tls();
    if (tls == null) {
      return;
    }
    try (InputStream in = Files.newInputStream(tls.keyStore())) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      Secret password = tls.password();
      store.load(in, password == null ? null : password.value().toCharArray());
      List<X509Certificate> certificates = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        Certificate certificate = store.getCertificate(alias);
        if (store.isKeyEntry(alias) && certificate instanceof X509Certificate x509) {
          certificates.add(x509);
        }
      }
      if (certificates.size() == 1) {
        validity(certificates.getFirst());
      } else {
        error(
            "tls.no-key",
            "tls.key-store",
            "holds " + certificates.size() + " keys with a certificate",
            "exactly one key with its chain");
      }
    } catch (IOException | GeneralSecurityException e) {
      // The message may quote the path's neighbours; the class says enough.
      error(
          "tls.unreadable",
          "tls.key-store",
          "is no readable PKCS#12 file under this password",
          "look at path, rights and tls.password-file");
    }
    exposed("tls.key-store", tls.keyStore());
  }

  private void validity(X509Certificate certificate) {
    Instant end = certificate.getNotAfter().toInstant();
    if (now.isBefore(certificate.getNotBefore().toInstant())) {
      error("tls.early", "tls.key-store", "the certificate is not valid yet", "look at the clock");
    } else if (!now.isBefore(end)) {
      error("tls.expired", "tls.key-store", "the certificate ended on " + end, "renew it");
    } else if (!now.isBefore(end.minus(RENEW))) {
      warning("tls.expires", "tls.key-store", "the certificate ends on " + end, "renew it");
    } else {
      ok("tls.certificate", "tls.key-store", "valid until " + end);
    }
  }

  // --- Secrets

  private void secrets() {
    Configuration.Secrets secrets = configuration.secrets();
    Map<String, @Nullable KeyRing> rings = new LinkedHashMap<>();
    rings.put("secrets.pepper", secrets.pepper());
    rings.put("secrets.box", secrets.box());
    rings.put("secrets.links", secrets.links());
    if (!configuration.storage().kms().isUsed()) {
      rings.put("secrets.files", secrets.files());
    }
    rings.put("secrets.privacy", secrets.privacy());
    Map<String, String> seen = new LinkedHashMap<>();
    rings.forEach((setting, ring) -> ring(setting, ring, seen));
  }

  private void ring(String setting, @Nullable KeyRing ring, Map<String, String> seen) {
    if (ring == null) {
      error(
          "secret.missing",
          setting,
          "there is no key",
          "ktizo key FILE makes one; then " + setting + "-file: FILE");
      return;
    }
    boolean good = true;
    for (KeyRing.Key key : ring.keys()) {
      if (isWeak(key.bytes())) {
        good = false;
        error(
            "secret.weak",
            setting,
            "key " + key.id() + " is not made by chance",
            "ktizo key " + setting.replace('.', '-') + ".keys makes another one");
      }
      String other = seen.putIfAbsent(key.base64(), setting);
      if (other != null && !other.equals(setting)) {
        good = false;
        error(
            "secret.reused",
            setting,
            "key " + key.id() + " serves " + other + ", too",
            "a key of its own for each purpose");
      }
    }
    if (good) {
      ok("secret", setting, "key in use: " + ring.current().id());
    }
  }

  /**
   * Whether bytes are anything but chance: text, a run, few different ones. Of 32 bytes of chance
   * at least 20 differ but once in about 10¹⁰ cases, and hardly ever are all of them printable.
   */
  static boolean isWeak(byte[] key) {
    Set<Byte> different = new TreeSet<>();
    boolean printable = true;
    boolean run = true;
    for (int at = 0; at < key.length; at++) {
      different.add(key[at]);
      printable &= key[at] >= 0x20 && key[at] < 0x7f;
      run &= at < 2 || key[at] - key[at - 1] == key[1] - key[0];
    }
    return printable || run || different.size() < Math.min(20, key.length / 2 + 4);
  }

  private void exposedFiles() {
    Map<String, @Nullable Secret> all = new LinkedHashMap<>();
    all.put("database.password", configuration.database().password());
    Configuration.Mail mail = configuration.mail();
    all.put("mail.password", mail == null ? null : mail.password());
    Configuration.Tls tls = configuration.tls();
    all.put("tls.password", tls == null ? null : tls.password());
    all.put("storage.access-key", configuration.storage().accessKey());
    all.put("storage.secret-key", configuration.storage().secretKey());
    all.put("storage.keys.password", configuration.storage().keys().password());
    all.put("storage.kms.access-key", configuration.storage().kms().accessKey());
    all.put("storage.kms.secret-key", configuration.storage().kms().secretKey());
    all.put("payments.stripe.key", configuration.payments().stripeKey());
    all.put("payments.stripe.webhook-secrets", configuration.payments().stripeWebhookSecrets());
    Configuration.Secrets secrets = configuration.secrets();
    all.put("secrets.pepper", source(secrets.pepper()));
    all.put("secrets.box", source(secrets.box()));
    all.put("secrets.links", source(secrets.links()));
    all.put("secrets.files", source(secrets.files()));
    all.put("secrets.privacy", source(secrets.privacy()));
    all.forEach(
        (setting, secret) -> {
          if (secret != null && secret.exposed()) {
            exposed(setting + "-file", secret.file());
          }
        });
  }

  private static @Nullable Secret source(@Nullable KeyRing ring) {
    return ring == null ? null : ring.source();
  }

  private void exposed(String setting, @Nullable Path file) {
    try {
      if (file == null || !Files.exists(file) || !Section.isExposed(file)) {
        return;
      }
    } catch (IOException e) {
      return;
    }
    String what = "others on this machine may read " + file;
    String mend = "chmod 400 " + file;
    if (configuration.isProduction()) {
      error("secret.exposed", setting, what, mend);
    } else {
      warning("secret.exposed", setting, what, mend);
    }
  }

  // --- What the server leans on

  private void database() {
    Configuration.Database database = configuration.database();
    String url = database.url();
    if (database.isEmbedded() || url == null) {
      error(
          "database.embedded",
          "database.url",
          "the embedded H2 may lose commits when the machine fails",
          "database.url: jdbc:postgresql://…");
      return;
    }
    if (!url.startsWith("jdbc:postgresql:")) {
      error(
          "database.unknown",
          "database.url",
          "is no JDBC URL of PostgreSQL",
          "database.url: jdbc:postgresql://…");
      return;
    }
    if (url.toLowerCase(Locale.ROOT).contains("password=")) {
      error(
          "database.password.in-url",
          "database.url",
          "the URL holds a password, and URLs get into logs",
          "database.password-file: FILE");
    }
    Secret password = database.password();
    if (password == null) {
      warning(
          "database.password.missing",
          "database.password",
          "whoever reaches the database may get in",
          "database.password-file: FILE, unless the database knows the process by other means");
    } else if (password.value().length() < 12 || isPlaceholder(password.value())) {
      error(
          "database.password.weak",
          "database.password",
          "the password can be guessed",
          "at least 12 characters of chance");
    }
    String host = hostOf(url);
    if (!Configuration.isLoopback(host)
        && !url.toLowerCase(Locale.ROOT).contains("sslmode=verify-full")) {
      warning(
          "database.plain",
          "database.url",
          "rows travel to " + host + " unencrypted, or to whoever claims to be it",
          "add sslmode=verify-full");
    } else {
      ok("database", "database.url", "PostgreSQL");
    }
  }

  private static String hostOf(String url) {
    // jdbc:postgresql://host:port,host:port/name, or jdbc:postgresql:name for this machine
    if (!url.startsWith("jdbc:postgresql://")) {
      return "localhost";
    }
    String rest = url.substring("jdbc:postgresql://".length());
    String authority = rest.split("[/?]", 2)[0];
    if (authority.isEmpty()) {
      return "localhost";
    }
    if (authority.startsWith("[")) {
      return authority.substring(1, Math.max(1, authority.indexOf(']')));
    }
    return authority.contains(",") ? authority : authority.split(":", 2)[0];
  }

  private void mail() {
    Configuration.Mail mail = configuration.mail();
    if (mail == null) {
      error(
          "mail.missing",
          "mail.host",
          "nobody could prove an address or set a new password",
          "mail.host and mail.from");
      return;
    }
    String from = mail.from();
    if (from == null || EmailAddress.parse(from).isEmpty()) {
      error("mail.from", "mail.from", "mails have no sender", "mail.from: an e-mail address");
    }
    if (mail.security() == Configuration.MailSecurity.NONE
        && !Configuration.isLoopback(mail.host())) {
      error(
          "mail.plain",
          "mail.security",
          "mails with tokens in them would travel unencrypted to " + mail.host(),
          "mail.security: starttls or tls");
    }
    if (mail.user() != null && mail.password() == null) {
      error(
          "mail.password.missing",
          "mail.password",
          "there is a user without a password",
          "mail.password-file: FILE");
    }
    if (findings.stream().noneMatch(finding -> finding.code().startsWith("mail."))) {
      ok("mail", "mail.host", mail.security() == Configuration.MailSecurity.NONE ? "local" : "TLS");
    }
  }

  private void storage() {
    Configuration.Storage storage = configuration.storage();
    switch (storage.kind()) {
      case MEMORY ->
          error(
              "storage.memory",
              "storage.kind",
              "files of customers would be gone with the process",
              "storage.kind: directory or s3");
      case DIRECTORY -> {
        if (configuration.dataFolder() == null) {
          error(
              "data.folder.missing",
              "data.folder",
              "there is no place for files",
              "data.folder: DIR, or storage.kind: s3");
        } else {
          ok("storage", "storage.kind", "directory, for one instance");
        }
      }
      case S3 -> s3(storage);
    }
    keysOfFiles(storage);
  }

  private void keysOfFiles(Configuration.Storage storage) {
    String url = storage.keys().url();
    if (url != null && !url.startsWith("jdbc:postgresql:")) {
      error(
          "storage.keys.url",
          "storage.keys.url",
          "people's keys are kept in a PostgreSQL",
          "storage.keys.url: jdbc:postgresql://…");
    } else if (url == null && !configuration.database().isEmbedded()) {
      warning(
          "storage.keys.shared",
          "storage.keys.url",
          "people's keys lie in the common database: its backups could still open the files of"
              + " somebody who was deleted",
          "storage.keys.url: a database that ordinary backups leave out");
    } else {
      ok("storage.keys", "storage.keys.url", "people's keys are apart from the common database");
    }
    Configuration.KeyService kms = storage.kms();
    if (!kms.isUsed()) {
      return;
    }
    if (kms.region() == null || kms.accessKey() == null || kms.secretKey() == null) {
      error(
          "storage.kms.incomplete",
          "storage.kms.region",
          "the key service needs a region and a key that signs requests",
          "storage.kms.region, storage.kms.access-key-file and storage.kms.secret-key-file");
    }
    if (configuration.secrets().files() != null) {
      error(
          "storage.kms.both",
          "storage.kms.keys",
          "people's keys are wrapped by the key service or by secrets.files, not by both",
          "leave out one of them");
    }
    URI endpoint = kms.endpoint();
    if (endpoint != null
        && "http".equals(endpoint.getScheme())
        && !Configuration.isLoopback(String.valueOf(endpoint.getHost()))) {
      error(
          "storage.kms.plain",
          "storage.kms.endpoint",
          "people's keys would travel unencrypted",
          "storage.kms.endpoint: https://…");
    }
  }

  private void s3(Configuration.Storage storage) {
    int before = findings.size();
    if (storage.bucket() == null || storage.region() == null) {
      error(
          "storage.s3.incomplete",
          "storage.bucket",
          "bucket or region is missing",
          "storage.bucket and storage.region");
    }
    if (storage.accessKey() == null || storage.secretKey() == null) {
      error(
          "storage.s3.keys",
          "storage.secret-key",
          "there is no key for the bucket",
          "storage.access-key-file and storage.secret-key-file");
    }
    URI endpoint = storage.endpoint();
    if (endpoint != null
        && "http".equals(endpoint.getScheme())
        && !Configuration.isLoopback(String.valueOf(endpoint.getHost()))) {
      error(
          "storage.s3.plain",
          "storage.endpoint",
          "the key's signature and the file's names would travel unencrypted",
          "storage.endpoint: https://…");
    }
    if (findings.size() == before) {
      ok("storage", "storage.kind", "s3");
    }
  }

  private void payments() {
    Configuration.Payments payments = configuration.payments();
    if (payments.gateway() == Configuration.GatewayKind.SANDBOX) {
      error(
          "payments.sandbox",
          "payments.gateway",
          "orders would be paid with played money",
          "payments.gateway: stripe");
      return;
    }
    int before = findings.size();
    Secret key = payments.stripeKey();
    if (key == null || !key.value().matches("(sk|rk)_(live|test)_[A-Za-z0-9]{8,250}")) {
      error(
          "payments.stripe.key",
          "payments.stripe.key",
          "there is no secret key of Stripe",
          "payments.stripe.key-file: FILE with sk_live_… or rk_live_…");
    } else if (key.value().contains("_test_")) {
      error(
          "payments.stripe.test-key",
          "payments.stripe.key",
          "the key is one for tests: no money would move",
          "the live key");
    }
    Secret signing = payments.stripeWebhookSecrets();
    if (signing == null
        || !Arrays.stream(signing.value().split("\\s+"))
            .allMatch(each -> each.matches("whsec_[A-Za-z0-9+/=]{8,250}"))) {
      error(
          "payments.stripe.webhook-secrets",
          "payments.stripe.webhook-secrets",
          "anybody could claim that something was paid, so nothing would be believed",
          "payments.stripe.webhook-secrets-file: FILE with whsec_…");
    }
    if (payments.tax() == Configuration.TaxKind.STRIPE && payments.taxCountry() == null) {
      error(
          "payments.tax-country",
          "payments.tax-country",
          "nobody knows for which seller Stripe Tax answers",
          "payments.tax-country: the country of the head office in Stripe's tax settings");
    }
    if (findings.size() == before) {
      ok("payments", "payments.gateway", "stripe");
    }
  }

  // --- Who runs it

  private void operator() {
    Configuration.Operator operator = configuration.operator();
    int before = findings.size();
    String name = operator.legalName();
    String email = operator.contactEmail();
    if (name == null) {
      error(
          "operator.legal-name",
          "operator.legal-name",
          "the privacy policy must name who runs the server",
          "operator.legal-name: the person or company");
    } else if (isPlaceholder(name)) {
      error(
          "operator.placeholder",
          "operator.legal-name",
          "is left from an example",
          "operator.legal-name: the person or company");
    }
    if (email == null || EmailAddress.parse(email).isEmpty()) {
      error(
          "operator.contact-email",
          "operator.contact-email",
          "the privacy policy must name an e-mail address for requests",
          "operator.contact-email: an address that somebody reads");
    } else if (isPlaceholder(email)) {
      error(
          "operator.placeholder",
          "operator.contact-email",
          "is left from an example",
          "operator.contact-email: an address that somebody reads");
    }
    if (findings.size() == before) {
      ok("operator", "operator.legal-name", "named");
    }
  }

  private static boolean isPlaceholder(String text) {
    String small = text.toLowerCase(Locale.ROOT);
    return PLACEHOLDERS.stream().anyMatch(small::contains);
  }

  private void demo() {
    if (configuration.demo().accounts()) {
      error(
          "demo.accounts",
          "demo.accounts",
          "everybody knows the passwords of the demo accounts",
          "demo.accounts: false");
    }
    if (configuration.demo().shops()) {
      warning("demo.shops", "demo.shops", "the demo Shops do not exist", "demo.shops: false");
    }
  }

  private void process() {
    if (process.arguments().stream()
        .anyMatch(argument -> argument.contains("jdwp") || argument.contains("jmxremote"))) {
      error(
          "process.debugger",
          "",
          "a debugger or JMX may get in: memory with passwords could be read",
          "start the JVM without -agentlib:jdwp and com.sun.management.jmxremote");
    }
    if (process.arguments().stream()
        .anyMatch(a -> a.startsWith("-XX:+HeapDumpOnOutOfMemoryError"))) {
      warning(
          "process.heap-dump",
          "",
          "a heap dump holds passwords and files of customers",
          "keep dumps in a folder that nobody else reads, or leave the option out");
    }
    if (process.user().equals("root")) {
      warning("process.root", "", "the server runs as root", "give it a user of its own");
    }
  }

  /** As text for a person, one finding a line. */
  public static String text(Finding finding) {
    StringBuilder line = new StringBuilder();
    line.append(finding.severity().name().toLowerCase(Locale.ROOT))
        .append(' ')
        .append(finding.code());
    if (!finding.setting().isEmpty()) {
      line.append(" (").append(finding.setting()).append(')');
    }
    line.append(": ").append(finding.what());
    if (!finding.mend().isEmpty()) {
      line.append(" → ").append(finding.mend());
    }
    return line.toString();
  }
}
