package io.ktizo.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is weak or missing is found (X06 of the test programme), and what is not is let pass. */
class ConfigurationCheckTest {
  private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");
  private static final ConfigurationCheck.RunningAs PLAIN =
      new ConfigurationCheck.RunningAs("ktizo", List.of("-Xmx512m"));

  @TempDir Path folder;
  private final Random random = new Random(4);
  private final Map<String, String> environment = new LinkedHashMap<>();

  /** A configuration for production with which nothing is wrong. */
  @BeforeEach
  void all_is_well() {
    environment.put("KTIZO_MODE", "production");
    environment.put("KTIZO_WEB_PUBLIC_URL", "https://print.test");
    environment.put("KTIZO_WEB_TRUSTED_PROXIES", "10.0.0.7");
    environment.put("KTIZO_DATABASE_URL", "jdbc:postgresql://db.test/ktizo?sslmode=verify-full");
    environment.put("KTIZO_DATABASE_USER", "ktizo");
    environment.put("KTIZO_DATABASE_PASSWORD", "kq7hT2vPz9sLm4Xc");
    environment.put("KTIZO_DATA_FOLDER", folder.toString());
    environment.put("KTIZO_MAIL_HOST", "smtp.test");
    environment.put("KTIZO_MAIL_FROM", "no-reply@print.test");
    environment.put(
        "KTIZO_STORAGE_KEYS_URL", "jdbc:postgresql://keys.test/keys?sslmode=verify-full");
    environment.put("KTIZO_PAYMENTS_GATEWAY", "stripe");
    environment.put("KTIZO_PAYMENTS_STRIPE_KEY", "rk_" + "live_51Hq8ZzKq");
    environment.put("KTIZO_PAYMENTS_STRIPE_WEBHOOK_SECRETS", "whsec_" + "9fKq2Lm8Zx7T");
    for (String name : List.of("PEPPER", "BOX", "LINKS", "FILES", "PRIVACY")) {
      environment.put("KTIZO_SECRETS_" + name, "2026-12=" + chance());
    }
    environment.put("KTIZO_OPERATOR_LEGAL_NAME", "Druckhaus Nord GmbH");
    environment.put("KTIZO_OPERATOR_CONTACT_EMAIL", "privacy@print.test");
  }

  private String chance() {
    byte[] key = new byte[32];
    random.nextBytes(key);
    return Base64.getEncoder().encodeToString(key);
  }

  private List<Finding> findings() {
    return findings(PLAIN);
  }

  private List<Finding> findings(ConfigurationCheck.RunningAs process) {
    return ConfigurationCheck.findings(
        new ConfigurationSources().environment(environment).read(), process, NOW);
  }

  private static Set<String> codes(List<Finding> findings, Finding.Severity severity) {
    return findings.stream()
        .filter(finding -> finding.severity() == severity)
        .map(Finding::code)
        .collect(Collectors.toSet());
  }

  private Set<String> errors() {
    return codes(findings(), Finding.Severity.ERROR);
  }

  private Set<String> warnings() {
    return codes(findings(), Finding.Severity.WARNING);
  }

  private ConfigurationCheckTest with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  private ConfigurationCheckTest without(String... variables) {
    Arrays.asList(variables).forEach(environment::remove);
    return this;
  }

  @Test
  void a_good_configuration_for_production_has_neither_errors_nor_warnings() {
    assertThat(errors()).isEmpty();
    assertThat(warnings()).isEmpty();
    assertThat(codes(findings(), Finding.Severity.OK)).contains("mode.production", "web.tls");
  }

  @Test
  void peoples_keys_in_the_common_database_are_told() {
    assertThat(without("KTIZO_STORAGE_KEYS_URL").warnings()).containsExactly("storage.keys.shared");
    assertThat(with("KTIZO_STORAGE_KEYS_URL", "jdbc:h2:mem:x").errors())
        .containsExactly("storage.keys.url");
  }

  @Test
  void a_key_service_takes_the_place_of_the_secret_for_files_and_needs_all_of_its_settings() {
    with("KTIZO_STORAGE_KMS_KEYS", "2026=arn:aws:kms:eu-west-1:111122223333:key/a");
    assertThat(errors()).containsExactlyInAnyOrder("storage.kms.both", "storage.kms.incomplete");
    with("KTIZO_STORAGE_KMS_REGION", "eu-west-1");
    with("KTIZO_STORAGE_KMS_ACCESS_KEY", "AKIA" + "X".repeat(16));
    with("KTIZO_STORAGE_KMS_SECRET_KEY", chance());
    without("KTIZO_SECRETS_FILES");
    assertThat(errors()).isEmpty();
    assertThat(with("KTIZO_STORAGE_KMS_ENDPOINT", "http://kms.test").errors())
        .containsExactly("storage.kms.plain");
  }

  @Test
  void the_first_run_is_a_demo_without_errors() {
    environment.clear();
    assertThat(errors()).isEmpty();
    assertThat(warnings()).containsExactly("mode.demo");
  }

  @Test
  void the_first_run_is_not_fit_for_production() {
    environment.clear();
    with("KTIZO_MODE", "production");
    assertThat(errors())
        .containsExactlyInAnyOrder(
            "web.public-url.missing",
            "web.plain-http",
            "secret.missing",
            "database.embedded",
            "mail.missing",
            "data.folder.missing",
            "payments.sandbox",
            "operator.legal-name",
            "operator.contact-email");
  }

  @ParameterizedTest
  @CsvSource({
    // what is said, and the error that follows
    "KTIZO_WEB_PUBLIC_URL, http://print.test, web.public-url.plain",
    "KTIZO_WEB_PUBLIC_URL, https://localhost:8443, web.public-url.loopback",
    "KTIZO_WEB_TRUSTED_PROXIES, 0.0.0.0/0, web.trusted-proxies.too-wide",
    "KTIZO_WEB_TRUSTED_PROXIES, ::/0, web.trusted-proxies.too-wide",
    "KTIZO_OPERATIONS_ADDRESS, 0.0.0.0, operations.public",
    "KTIZO_OPERATIONS_PORT, 8080, operations.same-port",
    "KTIZO_DATABASE_URL, jdbc:h2:file:./ktizo, database.embedded",
    "KTIZO_DATABASE_URL, jdbc:mysql://db.test/ktizo, database.unknown",
    "KTIZO_DATABASE_URL, jdbc:postgresql://db.test/k?password=hunter2&sslmode=verify-full,"
        + " database.password.in-url",
    "KTIZO_DATABASE_PASSWORD, hunter2, database.password.weak",
    "KTIZO_DATABASE_PASSWORD, changeme-changeme, database.password.weak",
    "KTIZO_MAIL_FROM, nobody, mail.from",
    "KTIZO_MAIL_SECURITY, none, mail.plain",
    "KTIZO_MAIL_USER, ktizo, mail.password.missing",
    "KTIZO_STORAGE_KIND, memory, storage.memory",
    "KTIZO_STORAGE_KIND, s3, storage.s3.incomplete",
    "KTIZO_STORAGE_KIND, s3, storage.s3.keys",
    "KTIZO_PAYMENTS_GATEWAY, sandbox, payments.sandbox",
    "KTIZO_PAYMENTS_STRIPE_KEY, sk_test_51Hq8ZzKq, payments.stripe.test-key",
    "KTIZO_PAYMENTS_STRIPE_KEY, pk_live_51Hq8ZzKq, payments.stripe.key",
    "KTIZO_PAYMENTS_STRIPE_WEBHOOK_SECRETS, secret, payments.stripe.webhook-secrets",
    "KTIZO_PAYMENTS_TAX, stripe, payments.tax-country",
    "KTIZO_OPERATOR_LEGAL_NAME, Your Company, operator.placeholder",
    "KTIZO_OPERATOR_CONTACT_EMAIL, privacy@example.org, operator.placeholder",
    "KTIZO_OPERATOR_CONTACT_EMAIL, on request, operator.contact-email",
    "KTIZO_DEMO_ACCOUNTS, true, demo.accounts",
  })
  void each_weakness_is_an_error_of_its_own(String variable, String value, String code) {
    assertThat(with(variable, value).errors()).contains(code);
  }

  @ParameterizedTest
  @CsvSource({
    "KTIZO_WEB_PUBLIC_URL, web.public-url.missing",
    "KTIZO_WEB_TRUSTED_PROXIES, web.plain-http",
    "KTIZO_DATABASE_URL, database.embedded",
    "KTIZO_MAIL_HOST, mail.missing",
    "KTIZO_MAIL_FROM, mail.from",
    "KTIZO_DATA_FOLDER, data.folder.missing",
    "KTIZO_PAYMENTS_STRIPE_KEY, payments.stripe.key",
    "KTIZO_PAYMENTS_STRIPE_WEBHOOK_SECRETS, payments.stripe.webhook-secrets",
    "KTIZO_SECRETS_PEPPER, secret.missing",
    "KTIZO_SECRETS_BOX, secret.missing",
    "KTIZO_SECRETS_LINKS, secret.missing",
    "KTIZO_SECRETS_FILES, secret.missing",
    "KTIZO_SECRETS_PRIVACY, secret.missing",
    "KTIZO_OPERATOR_LEGAL_NAME, operator.legal-name",
    "KTIZO_OPERATOR_CONTACT_EMAIL, operator.contact-email"
  })
  void what_is_missing_is_an_error(String variable, String code) {
    assertThat(without(variable).errors()).containsExactly(code);
  }

  @Test
  void keys_that_are_not_made_by_chance_are_weak() {
    byte[] zeros = new byte[32];
    byte[] counting = new byte[32];
    for (int at = 0; at < 32; at++) {
      counting[at] = (byte) (at + 1);
    }
    byte[] words =
        "correct horse battery staple 123".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    for (byte[] key : List.of(zeros, counting, words)) {
      with("KTIZO_SECRETS_BOX", "a=" + Base64.getEncoder().encodeToString(key));
      assertThat(errors()).containsExactly("secret.weak");
    }
  }

  @Test
  void keys_of_chance_are_never_called_weak() {
    for (int times = 0; times < 20_000; times++) {
      byte[] key = new byte[32];
      random.nextBytes(key);
      assertThat(ConfigurationCheck.isWeak(key)).isFalse();
    }
  }

  @Test
  void one_key_for_two_purposes_is_an_error_and_a_former_key_is_looked_at_too() {
    String key = chance();
    with("KTIZO_SECRETS_BOX", "a=" + key)
        .with("KTIZO_SECRETS_LINKS", "b=" + chance() + " a=" + key);
    assertThat(errors()).containsExactly("secret.reused");
  }

  @Test
  void files_that_others_may_read_are_an_error_and_in_a_demo_a_warning() throws IOException {
    Path file = Files.writeString(folder.resolve("pepper.keys"), "a=" + chance() + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    without("KTIZO_SECRETS_PEPPER").with("KTIZO_SECRETS_PEPPER_FILE", file.toString());
    assertThat(errors()).containsExactly("secret.exposed");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    assertThat(errors()).isEmpty();

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    environment.clear();
    with("KTIZO_SECRETS_PEPPER_FILE", file.toString());
    assertThat(errors()).isEmpty();
    assertThat(warnings()).contains("secret.exposed");
  }

  @Test
  void a_demo_refuses_a_public_address_and_real_money() {
    environment.clear();
    with("KTIZO_WEB_ADDRESS", "0.0.0.0").with("KTIZO_PAYMENTS_GATEWAY", "stripe");
    assertThat(errors()).containsExactlyInAnyOrder("demo.public-address", "demo.real-money");
    with("KTIZO_WEB_ADDRESS", "::1").with("KTIZO_PAYMENTS_GATEWAY", "sandbox");
    assertThat(errors()).isEmpty();
  }

  @Test
  void a_debugger_is_an_error_and_root_a_warning() {
    List<Finding> findings =
        findings(
            new ConfigurationCheck.RunningAs(
                "root", List.of("-agentlib:jdwp=transport=dt_socket,server=y,address=*:5005")));
    assertThat(codes(findings, Finding.Severity.ERROR)).containsExactly("process.debugger");
    assertThat(codes(findings, Finding.Severity.WARNING)).containsExactly("process.root");
  }

  @Test
  void a_database_beyond_this_machine_wants_tls() {
    assertThat(with("KTIZO_DATABASE_URL", "jdbc:postgresql://db.test:5432/ktizo").warnings())
        .containsExactly("database.plain");
    for (String local :
        List.of(
            "jdbc:postgresql:ktizo",
            "jdbc:postgresql://[::1]/k",
            "jdbc:postgresql://127.0.0.1:5/k")) {
      assertThat(with("KTIZO_DATABASE_URL", local).warnings()).isEmpty();
    }
  }

  @Test
  void a_certificate_is_looked_at() throws Exception {
    Path keyStore = folder.resolve("site.p12");
    with("KTIZO_TLS_KEY_STORE", keyStore.toString()).with("KTIZO_TLS_PASSWORD", "kq7hT2vPz9");
    without("KTIZO_WEB_TRUSTED_PROXIES");
    assertThat(errors()).containsExactly("tls.unreadable");

    TestCertificates.write(keyStore, "kq7hT2vPz9", NOW, Duration.ofDays(90));
    assertThat(errors()).isEmpty();
    assertThat(warnings()).isEmpty();

    TestCertificates.write(
        keyStore, "kq7hT2vPz9", NOW.minus(Duration.ofDays(80)), Duration.ofDays(90));
    assertThat(warnings()).containsExactly("tls.expires");
    TestCertificates.write(
        keyStore, "kq7hT2vPz9", NOW.minus(Duration.ofDays(91)), Duration.ofDays(90));
    assertThat(errors()).containsExactly("tls.expired");
    TestCertificates.write(
        keyStore, "kq7hT2vPz9", NOW.plus(Duration.ofDays(1)), Duration.ofDays(90));
    assertThat(errors()).containsExactly("tls.early");

    try (OutputStream out = Files.newOutputStream(keyStore)) {
      java.security.KeyStore empty = java.security.KeyStore.getInstance("PKCS12");
      empty.load(null, null);
      empty.store(out, "kq7hT2vPz9".toCharArray());
    }
    assertThat(errors()).containsExactly("tls.no-key");
  }

  @Test
  void no_finding_shows_a_secret() {
    List<String> secrets =
        List.of(
            "hunter2",
            "sk_test_51Hq8ZzKq",
            "whsec-wrong",
            "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0");
    with("KTIZO_DATABASE_PASSWORD", secrets.get(0))
        .with("KTIZO_PAYMENTS_STRIPE_KEY", secrets.get(1))
        .with("KTIZO_PAYMENTS_STRIPE_WEBHOOK_SECRETS", secrets.get(2))
        .with("KTIZO_SECRETS_BOX", "a=" + secrets.get(3));
    Configuration configuration = new ConfigurationSources().environment(environment).read();
    String shown = configuration + " " + findings();
    assertThat(findings()).hasSizeGreaterThan(5);
    assertThat(secrets).allSatisfy(secret -> assertThat(shown).doesNotContain(secret));
  }

  @Test
  void every_error_says_how_to_mend_it() {
    environment.clear();
    with("KTIZO_MODE", "production");
    assertThat(findings())
        .filteredOn(finding -> finding.severity() != Finding.Severity.OK)
        .allSatisfy(finding -> assertThat(finding.mend()).isNotBlank());
  }
}
