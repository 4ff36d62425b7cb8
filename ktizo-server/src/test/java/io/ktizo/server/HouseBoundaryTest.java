package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import io.ktizo.core.mesh.MeshThatKnowsPrices;
import io.ktizo.payments.PaymentThatStoresFiles;
import io.ktizo.privacy.PrivacyThatKnowsOrders;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The house of docs/adr/0002 as data: each room, and what it may know. What a room may not know, it
 * must not import. Arrows inside a module stand here; arrows between modules are held by the
 * enforcer too.
 */
class HouseBoundaryTest {
  private static final String ANNOTATIONS = "org.jspecify.annotations";

  /** The JDK without windows, databases, networks and scripts: what a computation needs. */
  private static final List<String> PLAIN_JDK =
      List.of(
          "java.io",
          "java.lang..",
          "java.math",
          // A URI is text with rules; nothing is fetched.
          "java.net.URI",
          "java.net.URISyntaxException",
          "java.nio..",
          "java.security..",
          "java.text",
          "java.time..",
          "java.util..",
          "javax.xml.stream..");

  private static final List<String> WHOLE_JDK = List.of("java..", "javax..");

  /** One line of the picture. */
  private record Room(String packages, List<String> mayKnow) {}

  private static Room room(String packages, List<String> jdk, String... mayKnow) {
    List<String> all = new ArrayList<>(jdk);
    all.add(packages);
    all.add(ANNOTATIONS);
    all.addAll(List.of(mayKnow));
    return new Room(packages, all);
  }

  private static final String MESH = "io.ktizo.core.mesh..";
  private static final String PRINT = "io.ktizo.core.print..";
  private static final String SPLIT = "io.ktizo.core.money..";
  private static final String IDS = "io.ktizo.core.id..";
  private static final String SQL = "io.ktizo.core.sql..";
  private static final String EVENTS = "io.ktizo.core.event..";
  private static final String ACCOUNTS = "io.ktizo.core.account..";
  private static final String SHOPS = "io.ktizo.core.shop..";
  private static final String WEBHOOKS = "io.ktizo.core.webhook..";
  private static final String QUOTES = "io.ktizo.core.quote..";
  private static final String MONEY = "org.joda.money..";
  private static final String JACKSON = "com.fasterxml.jackson..";

  /** The rooms. A package of the project that is in none of them fails the test below. */
  private static final List<Room> HOUSE =
      List.of(
          room("io.ktizo.core", PLAIN_JDK),
          room(MESH, PLAIN_JDK),
          room(PRINT, PLAIN_JDK, MESH),
          room(SPLIT, PLAIN_JDK, MONEY),
          room("io.ktizo.core.quote..", PLAIN_JDK, PRINT, MESH, SPLIT, MONEY),
          room(IDS, WHOLE_JDK, "io.ktizo.core", "com.github.f4b6a3.."),
          room(
              SQL, WHOLE_JDK, "io.ktizo.core", IDS, "io.helidon.dbclient..", "org.flywaydb.core.."),
          room(EVENTS, WHOLE_JDK, "io.ktizo.core", IDS, SQL),
          room(
              "io.ktizo.core.job..",
              WHOLE_JDK,
              "io.ktizo.core",
              IDS,
              SQL,
              "com.github.kagkarlsson.."),
          room(
              ACCOUNTS,
              WHOLE_JDK,
              "io.ktizo.core",
              IDS,
              SQL,
              EVENTS,
              "org.bouncycastle..",
              "io.github.bucket4j..",
              "com.nulabinc..",
              "com.yubico.webauthn..",
              // Only the exception that the library above throws.
              "com.fasterxml.jackson.core"),
          room(
              SHOPS,
              WHOLE_JDK,
              "io.ktizo.core",
              IDS,
              SQL,
              EVENTS,
              ACCOUNTS,
              QUOTES,
              PRINT,
              MESH,
              MONEY,
              JACKSON),
          room(WEBHOOKS, WHOLE_JDK, "io.ktizo.core", IDS, SQL, EVENTS, ACCOUNTS, SHOPS, JACKSON),
          room(
              "io.ktizo.core.store..",
              WHOLE_JDK,
              "io.ktizo.core",
              IDS,
              SQL,
              EVENTS,
              ACCOUNTS,
              SHOPS,
              WEBHOOKS,
              QUOTES,
              MONEY),
          room(
              "io.ktizo.privacy..",
              WHOLE_JDK,
              JACKSON,
              "org.yaml.snakeyaml..",
              "org.flywaydb.core.."),
          room(
              "io.ktizo.payments..",
              WHOLE_JDK,
              "io.ktizo.core..",
              "io.ktizo.privacy..",
              MONEY,
              JACKSON,
              "com.stripe..",
              "org.openpdf..",
              "com.google.gson..",
              "com.github.f4b6a3..",
              "org.flywaydb.core.."),
          room(
              "io.ktizo.storage..",
              WHOLE_JDK,
              "io.ktizo.core..",
              "io.ktizo.privacy..",
              JACKSON,
              "org.apache.tika..",
              "com.google.crypto.tink..",
              "software.amazon.awssdk..",
              "com.github.f4b6a3..",
              "org.flywaydb.core.."),
          room(
              "io.ktizo.server",
              WHOLE_JDK,
              "io.ktizo.core..",
              "io.ktizo.payments..",
              "io.ktizo.server.config..",
              "io.ktizo.server.mail..",
              "io.ktizo.server.operations..",
              "io.ktizo.server.desk..",
              "io.ktizo.server.http..",
              "io.ktizo.server.outside..",
              "io.ktizo.server.privacy..",
              "io.ktizo.server.store..",
              "io.ktizo.server.terminal..",
              "io.ktizo.storage..",
              "io.ktizo.privacy",
              JACKSON,
              MONEY,
              "com.zaxxer.hikari..",
              "picocli.."),
          room(
              "io.ktizo.server.operations..",
              WHOLE_JDK,
              JACKSON,
              "io.ktizo.server.http..",
              "io.micrometer..",
              "io.helidon.webserver..",
              "io.helidon.http.."),
          room("io.ktizo.server.config..", WHOLE_JDK, ACCOUNTS, JACKSON, MONEY),
          room("io.ktizo.server.mail..", WHOLE_JDK, ACCOUNTS, SHOPS, "jakarta.mail..", "gg.jte.."),
          room("io.ktizo.server.terminal..", WHOLE_JDK),
          room(
              "io.ktizo.server.privacy..",
              WHOLE_JDK,
              "io.ktizo.privacy..",
              "io.ktizo.server.terminal..",
              JACKSON,
              "picocli.."),
          room("io.ktizo.server.outside..", WHOLE_JDK, WEBHOOKS),
          room(
              "io.ktizo.server.desk..",
              WHOLE_JDK,
              "io.ktizo.core..",
              JACKSON,
              MONEY,
              "com.github.f4b6a3.."),
          room("io.ktizo.server.store..", WHOLE_JDK, "io.ktizo.core.."),
          room(
              "io.ktizo.server.http..",
              WHOLE_JDK,
              "io.ktizo.server.config..",
              "io.ktizo.server.mail..",
              "io.ktizo.core..",
              "io.ktizo.payments..",
              "io.ktizo.server.desk..",
              "io.ktizo.server.store..",
              "io.ktizo.storage..",
              JACKSON,
              MONEY,
              "io.helidon.webserver..",
              "io.helidon.http..",
              "io.helidon.common..",
              "jakarta.validation..",
              "org.hibernate.validator.."));

  private static JavaClasses house;

  @BeforeAll
  static void read_the_house() {
    house =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            // Test kits are tests, though they stand among the sources.
            .withImportOption(location -> !location.contains("testkit"))
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.ktizo");
    assertThat(house.size()).isGreaterThan(100);
  }

  @Test
  void every_room_knows_only_what_it_may() {
    List<String> violations = new ArrayList<>();
    for (Room room : HOUSE) {
      violations.addAll(check(room, house).getFailureReport().getDetails());
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void every_package_is_in_a_room() {
    TreeSet<String> homeless = new TreeSet<>();
    for (JavaClass type : house) {
      String name = type.getPackageName();
      if (HOUSE.stream().noneMatch(room -> inside(type, room.packages()))) {
        homeless.add(name);
      }
    }
    assertThat(homeless).as("packages without a line in HOUSE").isEmpty();
  }

  @Test
  void nobody_in_the_server_speaks_to_helidons_db_client() {
    ArchRule rule =
        ArchRuleDefinition.noClasses()
            .that()
            .resideInAPackage("io.ktizo.server..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.helidon.dbclient..");
    assertThat(rule.evaluate(house).hasViolation()).isFalse();
  }

  @Test
  void a_mesh_that_knows_prices_is_caught() {
    assertCaught(MESH, MeshThatKnowsPrices.class, "io.ktizo.core.quote.PriceList");
  }

  @Test
  void a_payment_that_stores_files_is_caught() {
    assertCaught(
        "io.ktizo.payments..", PaymentThatStoresFiles.class, "io.ktizo.server.desk.Models");
  }

  @Test
  void privacy_that_knows_orders_is_caught() {
    assertCaught("io.ktizo.privacy..", PrivacyThatKnowsOrders.class, "io.ktizo.core.quote.Quote");
  }

  /** Proof that the rule can fail: a class that breaks it, in the room that it breaks it from. */
  private static void assertCaught(String packages, Class<?> offender, String known) {
    Room room =
        HOUSE.stream()
            .filter(candidate -> candidate.packages().equals(packages))
            .findFirst()
            .orElseThrow();
    EvaluationResult result = check(room, new ClassFileImporter().importClasses(offender));
    assertThat(result.hasViolation()).isTrue();
    assertThat(result.getFailureReport().getDetails()).anyMatch(detail -> detail.contains(known));
  }

  private static EvaluationResult check(Room room, JavaClasses classes) {
    return ArchRuleDefinition.classes()
        .that(
            DescribedPredicate.describe(
                "are in " + room.packages(), type -> inside(type, room.packages())))
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.describe(
                "it may know",
                type -> room.mayKnow().stream().anyMatch(known -> inside(type, known))))
        .allowEmptyShould(true)
        .evaluate(classes);
  }

  /** Whether a type is the one named, in the package named, or with two dots also below it. */
  private static boolean inside(JavaClass type, String packages) {
    JavaClass element = type.getBaseComponentType();
    if (element.isPrimitive()) {
      return true;
    }
    String name = element.getPackageName();
    if (!packages.endsWith("..")) {
      return name.equals(packages) || element.getName().equals(packages);
    }
    String root = packages.substring(0, packages.length() - 2);
    return name.equals(root) || name.startsWith(root + ".");
  }
}
