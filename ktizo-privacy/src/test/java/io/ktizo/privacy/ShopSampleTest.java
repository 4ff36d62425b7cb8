package io.ktizo.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.erasure.Certificate.Depth;
import io.ktizo.privacy.erasure.Certificate.Outcome;
import io.ktizo.privacy.erasure.ErasurePlan;
import io.ktizo.privacy.export.ExportArchive;
import io.ktizo.privacy.holder.TableErasure.Effect;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Isolated("others' transactions keep PostgreSQL from giving rows up")
class ShopSampleTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.parse("2026-11-23T10:00:00Z"));

  private static Privacy engine(DataSource source) {
    return Privacy.builder()
        .dataSource(source)
        .dataMap(ShopSample.MAP)
        .clock(CLOCK)
        .keys(KeySource.of("k1", new byte[32]))
        .build();
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void a_customer_goes_with_everything_of_his_and_nobody_else_is_touched(Databases database)
      throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      ShopSample.load(keep, database);
      List<String> before = ShopSample.rows(keep);
      Privacy privacy = engine(source);
      assertThat(privacy.coverage().gaps())
          .as("the map describes the shop")
          .noneMatch(gap -> !gap.table().startsWith("backup_schema"));

      ErasurePlan plan = privacy.planErasure(new Subject("customer", "1"));
      assertThat(plan.obstacles()).isEmpty();
      assertThat(ShopSample.rows(keep)).as("a plan touches nothing").isEqualTo(before);

      Certificate certificate = privacy.erase(new Subject("customer", "1"));

      // Read off the sample by hand: John is customer 1.
      List<String> gone =
          before.stream()
              .filter(
                  row ->
                      row.startsWith("customer|1|")
                          || row.startsWith("payment_card|pay_aaa-aaa|")
                          || row.matches("orders\\|ord_(aaa-aaa|ccc-ccc|ddd-ddd)\\|.*")
                          || row.matches("order_item\\|ord_(aaa-aaa|ccc-ccc|ddd-ddd)\\|.*")
                          || row.startsWith("visit|customer-1@")
                          || row.matches("login\\|[1-6]\\|.*")
                          || row.startsWith("service_request|ser_aaa-aaa|")
                          || row.startsWith("composite_pk_test|1|10|")
                          || row.startsWith("loyalty|CH-2|"))
              .toList();
      assertThat(gone).hasSize(1 + 1 + 3 + 4 + 1 + 6 + 1 + 1 + 1);
      List<String> expected = new java.util.ArrayList<>(before);
      expected.removeAll(gone);
      assertThat(ShopSample.rows(keep)).isEqualTo(expected);

      assertThat(certificate.outcome()).isEqualTo(Outcome.COMPLETE);
      assertThat(certificate.residue().places()).isEmpty();
      assertThat(certificate.residue().searched()).isGreaterThan(30);
      assertThat(certificate.level(Depth.LOGICAL).reached()).isTrue();
      assertThat(certificate.level(Depth.STORAGE).reached()).isFalse();
      assertThat(certificate.dataSets().stream().mapToLong(Certificate.DataSetPart::deleted).sum())
          .isEqualTo(gone.size());
      assertThat(plan.dataSets().stream().mapToLong(Effect::deleted).sum()).isEqualTo(gone.size());
      assertThat(certificate.dataSet("address").left()).isEqualTo(2);
      assertThat(certificate.toJson()).doesNotContain("John", "customer-1@");
      assertThat(privacy.verify(certificate).genuine()).isTrue();
      assertThat(privacy.isSuppressed("Customer-1@Example.com")).isTrue();
      assertThat(privacy.isSuppressed("customer-2@example.com")).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void an_address_goes_with_the_last_who_used_it_and_a_card_is_cut_from_anothers_order(
      Databases database) throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      ShopSample.load(keep, database);
      Privacy privacy = engine(source);

      privacy.erase(new Subject("customer", "3"));
      assertThat(ShopSample.rows(keep)).noneMatch(row -> row.startsWith("address|4|"));

      privacy.erase(new Subject("customer", "2"));
      // Order ddd is John's, paid with a card that is gone now.
      assertThat(ShopSample.rows(keep)).contains("orders|ord_ddd-ddd|1|1|null");
      assertThat(ShopSample.rows(keep)).anyMatch(row -> row.startsWith("address|1|"));
      // Address 2 was Jill's, but one of John's orders went there.
      assertThat(ShopSample.rows(keep)).anyMatch(row -> row.startsWith("address|2|"));

      privacy.erase(new Subject("customer", "1"));
      assertThat(ShopSample.rows(keep))
          .filteredOn(row -> row.startsWith("address|"))
          .hasSize(1)
          .allMatch(row -> row.startsWith("address|3|"));
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void erasing_twice_changes_nothing_more_and_says_so(Databases database) throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      ShopSample.load(keep, database);
      Privacy privacy = engine(source);
      privacy.erase(new Subject("customer", "1"));
      List<String> after = ShopSample.rows(keep);

      Certificate second = privacy.erase(new Subject("customer", "1"));

      assertThat(ShopSample.rows(keep)).isEqualTo(after);
      assertThat(second.outcome()).isEqualTo(Outcome.COMPLETE);
      assertThat(second.dataSets()).isEmpty();
      assertThat(privacy.resume()).isEmpty();
      assertThat(privacy.erase(new Subject("customer", "no number")).dataSets()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void a_customer_gets_everything_of_his_and_nothing_of_others(Databases database)
      throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      ShopSample.load(keep, database);

      // Read off the sample by hand: John is customer 1.
      assertThat(exported(source, "1"))
          .containsExactlyInAnyOrder(
              "address 1",
              "address 2",
              "customer 1",
              "payment_card pay_aaa-aaa",
              // He is the card's holder here too: what is hidden from holders is his own.
              "orders ord_aaa-aaa",
              "orders ord_ccc-ccc",
              "orders ord_ddd-ddd",
              "order_item ord_aaa-aaa 1",
              "order_item ord_ccc-ccc 1",
              "order_item ord_ccc-ccc 2",
              "order_item ord_ddd-ddd 1",
              "visit customer-1@example.com",
              "login 1",
              "login 2",
              "login 3",
              "login 4",
              "login 5",
              "login 6",
              "service_request ser_aaa-aaa",
              "composite_pk_test 1 10",
              "loyalty CH-2");
      // Jill's card paid one of John's orders: she sees it, but neither him nor where it went.
      assertThat(exported(source, "2"))
          .contains(
              "orders ord_bbb-bbb", "orders ord_ddd-ddd without customer_id,shipping_address_id")
          .doesNotContain("customer 1", "payment_card pay_aaa-aaa", "login 1");
      assertThat(exported(source, "4711")).isEmpty();
    }
  }

  /** {@code table key}, with the names of columns that were hidden. */
  private static List<String> exported(DataSource source, String customer) throws Exception {
    Path zip = Files.createTempFile("shop", ".zip");
    try (OutputStream out = Files.newOutputStream(zip)) {
      engine(source).export(new Subject("customer", customer), out);
    }
    List<String> found = new ArrayList<>();
    try (ExportArchive archive = ExportArchive.open(zip)) {
      for (String entry : archive.entries()) {
        try (InputStream content = archive.open(entry)) {
          String text = new String(content.readAllBytes(), StandardCharsets.UTF_8);
          // The code of every card, and names and addresses of the other customers.
          assertThat(text).doesNotContain("\"code\"", "\"321\"", "jane@example.com");
          if (!customer.equals("1")) {
            assertThat(text).doesNotContain("John", "customer-1");
          }
          if (!customer.equals("2")) {
            assertThat(text).doesNotContain("Jill", "customer-2");
          }
        }
      }
      for (String set : archive.dataSets()) {
        int keys =
            switch (set) {
              case "order_item", "composite_pk_test" -> 2;
              default -> 1;
            };
        archive.rows(
            set,
            row ->
                found.add(
                    set
                        + row.values().values().stream()
                            .limit(keys)
                            .map(value -> " " + value)
                            .collect(Collectors.joining())
                        + (row.hidden().isEmpty()
                            ? ""
                            : " without " + String.join(",", row.hidden()))));
      }
    } finally {
      Files.delete(zip);
    }
    return found;
  }
}
