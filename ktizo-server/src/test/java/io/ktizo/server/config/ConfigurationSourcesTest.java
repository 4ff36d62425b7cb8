package io.ktizo.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.joda.money.Money;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings from defaults, a file, the environment and options, and what is said about mistakes. */
class ConfigurationSourcesTest {
  @TempDir Path folder;

  private Path file(String yaml) throws IOException {
    return Files.writeString(folder.resolve("ktizo.yaml"), yaml);
  }

  private static List<Fault> faults(ConfigurationSources sources) {
    return catchThrowableOfType(ConfigurationException.class, sources::read).faults();
  }

  @Test
  void without_sources_there_are_the_defaults_of_a_first_run() {
    Configuration configuration = Configuration.firstRun();
    assertThat(configuration.mode()).isEqualTo(Mode.DEMO);
    assertThat(configuration.web())
        .isEqualTo(
            new Configuration.Web("127.0.0.1", 8080, null, List.of(), ProxyHeaders.X_FORWARDED));
    assertThat(configuration.operations())
        .isEqualTo(new Configuration.Operations(true, "127.0.0.1", 8081));
    assertThat(configuration.database().isEmbedded()).isTrue();
    assertThat(configuration.mail()).isNull();
    assertThat(configuration.tls()).isNull();
    assertThat(configuration.payments().gateway()).isEqualTo(Configuration.GatewayKind.SANDBOX);
  }

  @Test
  void limits_of_refunds_are_said_by_currency() throws IOException {
    Path file = file("payments:\n  refund-limits: [EUR 100.00, JPY 20000]\n");

    assertThat(new ConfigurationSources().file(file).read().payments().refundLimits())
        .containsExactly(Money.parse("EUR 100.00"), Money.parse("JPY 20000"));
    assertThat(Configuration.firstRun().payments().refundLimits())
        .contains(Money.parse("EUR 250.00"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"250", "EUR", "EUR -1.00", "EUR 0.001", "XXX9 1", "EUR 1.00,EUR 2.00"})
  void a_limit_that_is_none_is_told_with_its_place(String limits) {
    List<Fault> faults =
        faults(
            new ConfigurationSources().environment(Map.of("KTIZO_PAYMENTS_REFUND_LIMITS", limits)));

    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().toString()).contains("payments.refund-limits");
  }

  @Test
  void options_win_over_the_environment_and_that_over_the_file() throws IOException {
    Path file = file("web:\n  port: 1001\n  address: 127.0.0.3\nlimits:\n  requests: 7\n");
    Configuration configuration =
        new ConfigurationSources()
            .file(file)
            .environment(
                Map.of("KTIZO_WEB_PORT", "1002", "KTIZO_LIMITS_REQUESTS", "8", "PATH", "/"))
            .option("--port", "web.port", "1003")
            .option("--host", "web.address", null)
            .read();
    assertThat(configuration.web().port()).isEqualTo(1003);
    assertThat(configuration.limits().requests()).isEqualTo(8);
    assertThat(configuration.web().address()).isEqualTo("127.0.0.3");
    assertThat(configuration.operations().port()).isEqualTo(1004);
  }

  @Test
  void the_environment_may_name_the_file() throws IOException {
    Path file = file("web: {port: 1234}\n");
    assertThat(
            new ConfigurationSources()
                .environment(Map.of("KTIZO_CONFIG", file.toString()))
                .read()
                .web()
                .port())
        .isEqualTo(1234);
  }

  @Test
  void the_password_of_another_command_is_no_setting() {
    assertThat(new ConfigurationSources().environment(Map.of("KTIZO_DB_PASSWORD", "secret")).read())
        .isEqualTo(Configuration.firstRun());
  }

  @Test
  void everything_that_is_wrong_is_told_at_once_with_its_place() throws IOException {
    Path file =
        file(
            """
            mode: prodution
            web:
              port: 65536
              prot: 80
              trusted-proxies: [10.0.0.0/8, proxy.test, 10.0.0.0/33]
            tls:
              reload: soon
            limits:
              grace: [PT1S, PT2S]
            """);
    List<Fault> faults =
        faults(
            new ConfigurationSources()
                .file(file)
                .environment(Map.of("KTIZO_OPERATIONS_ENABLED", "yes", "KTIZO_WEB_PROT", "1"))
                .option("--set", "data.folders", "x"));
    assertThat(faults)
        .extracting(Fault::place)
        .containsExactlyInAnyOrder(
            file + ":1",
            file + ":3",
            file + ":4",
            file + ":5",
            file + ":7",
            file + ":9",
            "KTIZO_OPERATIONS_ENABLED",
            "KTIZO_WEB_PROT",
            "--set");
    assertThat(faults)
        .filteredOn(fault -> fault.place().endsWith(":4"))
        .first()
        .satisfies(fault -> assertThat(fault.message()).contains("web.prot", "web.port"));
    assertThat(faults)
        .filteredOn(fault -> fault.place().endsWith(":1"))
        .first()
        .satisfies(fault -> assertThat(fault.message()).contains("demo, production"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "web: {port: 1}\nweb.port: 2\n", // twice by two spellings
        "web:\n  port: 1\n  port: 2\n", // twice
        "- web\n", // a list
        "web: [unclosed\n",
        "web: &a {port: 1}\noperations: *a\n", // an alias
        "web:\n  trusted-proxies: [[10.0.0.1]]\n", // a list in a list
        "\u0000"
      })
  void a_file_that_cannot_be_meant_is_refused_with_its_name(String yaml) throws IOException {
    Path file = file(yaml);
    assertThat(faults(new ConfigurationSources().file(file)))
        .isNotEmpty()
        .allSatisfy(fault -> assertThat(fault.place()).startsWith(file.toString()));
  }

  @Test
  void a_missing_file_is_told() {
    Path none = folder.resolve("none.yaml");
    assertThat(faults(new ConfigurationSources().file(none)))
        .containsExactly(new Fault(none.toString(), "cannot be read"));
  }

  @Test
  void an_empty_file_and_names_without_values_leave_the_defaults() throws IOException {
    assertThat(new ConfigurationSources().file(file("")).read())
        .isEqualTo(Configuration.firstRun());
    assertThat(new ConfigurationSources().file(file("web:\n  port:\n")).read().web().port())
        .isEqualTo(8080);
  }

  @Test
  void secrets_come_from_the_environment_or_a_file_and_never_from_the_settings_or_options()
      throws IOException {
    Path secret = Files.writeString(folder.resolve("password"), "  from a file \n");
    Path settings = file("database: {url: 'jdbc:postgresql:k', password-file: password}\n");
    Secret read =
        Objects.requireNonNull(
            new ConfigurationSources().file(settings).read().database().password());
    assertThat(read.value()).isEqualTo("from a file");
    assertThat(read.file()).isEqualTo(secret);

    Path careless = file("database:\n  password: hunter2\n");
    assertThat(faults(new ConfigurationSources().file(careless)))
        .singleElement()
        .satisfies(
            fault -> {
              assertThat(fault.place()).isEqualTo(careless + ":2");
              assertThat(fault.toString()).doesNotContain("hunter2").contains("password-file");
            });
    assertThat(
            faults(new ConfigurationSources().option("--set", "database.password", "hunter2"))
                .toString())
        .contains("--set")
        .doesNotContain("hunter2");
    assertThat(
            faults(
                new ConfigurationSources()
                    .environment(
                        Map.of(
                            "KTIZO_DATABASE_PASSWORD",
                            "hunter2",
                            "KTIZO_DATABASE_PASSWORD_FILE",
                            secret.toString()))))
        .hasSize(1);
    assertThat(
            faults(
                new ConfigurationSources()
                    .environment(Map.of("KTIZO_DATABASE_PASSWORD_FILE", folder + "/none"))))
        .hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "no-key, id=base64",
    "a=AAAA, fewer than 32 bytes",
    "a=!!!!, not Base64",
    "'a=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        + " a=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=', id of another one"
  })
  void keys_that_are_none_are_told_without_showing_them(String keys, String complaint) {
    List<Fault> faults =
        faults(new ConfigurationSources().environment(Map.of("KTIZO_SECRETS_BOX", keys)));
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().place()).isEqualTo("KTIZO_SECRETS_BOX");
    assertThat(faults.getFirst().message()).contains(complaint).doesNotContain("AAAA", "!!!!");
  }

  @Test
  void a_new_key_is_put_before_the_others_in_a_file_for_its_owner_alone() throws IOException {
    Path file = folder.resolve("keys").resolve("pepper.keys");
    Instant day = Instant.parse("2026-12-01T12:00:00Z");
    assertThat(KeyFile.add(file, new Random(1), day)).isEqualTo("2026-12-01");
    assertThat(KeyFile.add(file, new Random(2), day)).isEqualTo("2026-12-01.2");
    assertThat(KeyFile.add(file, new Random(3), day.plus(Duration.ofDays(1))))
        .isEqualTo("2026-12-02");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));

    KeyRing ring =
        Objects.requireNonNull(
            new ConfigurationSources()
                .environment(Map.of("KTIZO_SECRETS_PEPPER_FILE", file.toString()))
                .read()
                .secrets()
                .pepper());
    assertThat(ring.current().id()).isEqualTo("2026-12-02");
    assertThat(ring.former())
        .extracting(KeyRing.Key::id)
        .containsExactly("2026-12-01.2", "2026-12-01");
    assertThat(ring.current().bytes()).hasSize(32);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "192.0.2.7, 192.0.2.7, true",
    "192.0.2.7, 192.0.2.6, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "fd00::/8, fd12::1, true",
    "fd00::/8, fe80::1, false",
    "10.0.0.0/8, ::1, false"
  })
  void a_network_holds_the_addresses_with_its_prefix(String network, String address, boolean held)
      throws IOException {
    assertThat(Network.parse(network).orElseThrow().contains(InetAddress.getByName(address)))
        .isEqualTo(held);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost",
        "10.0.0.0/33",
        "10.0.0",
        "10.0.0.0/-1",
        "10.0.0.0/ 8",
        "::/129",
        "1.2.3.4.5"
      })
  void what_is_no_network_is_none(String text) {
    assertThat(Network.parse(text)).isEmpty();
  }

  @Test
  void the_readme_has_a_line_for_each_setting_and_none_for_another() throws IOException {
    Path readme =
        Path.of(System.getProperty("ktizo.root", ".."))
            .resolve("ktizo-server")
            .resolve("README.md");
    List<String> told =
        Files.readAllLines(readme).stream()
            .filter(line -> line.matches("\\| `[a-z][a-z0-9.-]*\\.?[a-z0-9-]*`.*"))
            .flatMap(line -> java.util.Arrays.stream(line.split("\\|", 3)[1].split(",")))
            .map(name -> name.replace("`", "").strip())
            .filter(name -> name.contains(".") || name.equals("mode"))
            .toList();
    List<String> settings =
        ConfigurationSources.known().stream().filter(key -> !key.endsWith("-file")).toList();
    assertThat(told).containsExactlyInAnyOrderElementsOf(settings);
  }
}
