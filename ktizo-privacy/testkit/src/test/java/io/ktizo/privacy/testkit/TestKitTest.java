package io.ktizo.privacy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.ktizo.privacy.KeySource;
import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.DataMap;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.opentest4j.AssertionFailedError;

class TestKitTest {
  private static final Subject ADA = new Subject("reader", "1");
  private static final DataMap MAP =
      DataMap.parse(
          """
          dataMap: 1
          name: library
          purposes:
            lending: {description: Lending books to you, basis: contract}
          retentions:
            account: {keep: P30D, from: end-of-relation, ground: own rule}
          subjects:
            reader: {dataSet: readers, key: id, identifiers: [email]}
          dataSets:
            readers:
              retention: account
              purposes: lending
              fields:
                id: identifier.unique
                email: contact.email
                password_hash: {category: credential.password, secret: true}
            loans:
              retention: account
              purposes: lending
              links:
                - {to: readers, on: {reader_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields: {id: record.reference, reader_id: record.reference, title: behaviour.purchase}
          """);

  private static DataSource database(String... more) {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE readers (id INT PRIMARY KEY, email VARCHAR(99), password_hash"
              + " VARCHAR(99))");
      statement.execute(
          "CREATE TABLE loans (id INT PRIMARY KEY, reader_id INT REFERENCES readers(id), title"
              + " VARCHAR(99))");
      statement.execute("INSERT INTO readers VALUES (1, 'ada@example.org', 'HASH-OF-ADA')");
      statement.execute("INSERT INTO readers VALUES (2, 'bob@example.org', 'HASH-OF-BOB')");
      statement.execute("INSERT INTO loans VALUES (1, 1, 'Sketch of the Engine')");
      statement.execute("INSERT INTO loans VALUES (2, 2, 'Walden Two')");
      for (String sql : more) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return source;
  }

  private static Privacy privacy(DataSource source) {
    return Privacy.builder()
        .dataSource(source)
        .dataMap(MAP)
        .keys(KeySource.of("k", new byte[32]))
        .build();
  }

  /** A host's test of a schema that the map describes. */
  static class Covered {
    @RegisterExtension static final CoverageGate GATE = CoverageGate.of(TestKitTest::database, MAP);

    @Test
    void runs() {}
  }

  /** A host's test after somebody added a column. */
  static class Drifted {
    @RegisterExtension
    static final CoverageGate GATE =
        CoverageGate.of(() -> database("ALTER TABLE loans ADD COLUMN remark VARCHAR(99)"), MAP);

    @Test
    void runs() {}
  }

  private static TestExecutionSummary run(Class<?> test) {
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request().selectors(selectClass(test)).build();
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, listener);
    return listener.getSummary();
  }

  @Test
  void a_gap_in_the_map_fails_the_build_and_names_the_column() {
    assertThat(run(Covered.class).getTestsSucceededCount()).isEqualTo(1);

    TestExecutionSummary drifted = run(Drifted.class);

    assertThat(drifted.getTestsSucceededCount()).isZero();
    assertThat(drifted.getFailures())
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure.getException())
                    .hasMessageContaining("1 gap")
                    .hasMessageContaining("UNDECLARED_COLUMN")
                    .hasMessageContainingAll("LOANS", "REMARK"));
  }

  @Test
  void a_waiver_that_will_have_ended_is_a_gap_on_that_day() {
    DataMap waiving =
        DataMap.parse(
            MAP.toYaml()
                + "waivers:\n"
                + "  - {table: LOANS, column: REMARK, until: 2027-01-31, reason: in review}\n");
    CoverageGate gate =
        CoverageGate.of(() -> database("ALTER TABLE loans ADD COLUMN remark VARCHAR(99)"), waiving);

    assertThat(gate.on(LocalDate.of(2027, 1, 31)).gaps()).isEmpty();
    assertThat(gate.on(LocalDate.of(2027, 2, 1)).gaps()).isNotEmpty();
  }

  @Test
  void an_export_is_held_to_what_must_and_must_not_be_in_it() {
    Privacy privacy = privacy(database());

    PrivacyAssertions.assertExportContains(privacy, ADA, "ada@example.org", "Sketch of the Engine");
    PrivacyAssertions.assertExportLacks(privacy, ADA, "HASH-OF-ADA", "bob@example.org");
    PrivacyAssertions.assertExportedRows(privacy, ADA, "loans", 1);
    assertThatThrownBy(
            () -> PrivacyAssertions.assertExportContains(privacy, ADA, "Walden Two", "HASH-OF"))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContainingAll("Walden Two", "HASH-OF");
    assertThatThrownBy(() -> PrivacyAssertions.assertExportLacks(privacy, ADA, "Sketch"))
        .isInstanceOf(AssertionFailedError.class);
    assertThatThrownBy(() -> PrivacyAssertions.assertExportedRows(privacy, ADA, "loans", 2))
        .isInstanceOf(AssertionFailedError.class);
  }

  @Test
  void somebody_is_erased_when_no_trace_is_left_even_where_the_map_does_not_look() {
    DataSource source = database("CREATE TABLE log (line VARCHAR(99))");
    Privacy privacy = privacy(source);
    assertThatThrownBy(
            () -> PrivacyAssertions.assertErased(privacy, source, ADA, "ada@example.org"))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContainingAll("an export still finds", "EMAIL");

    privacy.erase(ADA);
    PrivacyAssertions.assertErased(privacy, source, ADA, "ada@example.org", "Sketch of the Engine");

    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      // ada@example.org in Base64.
      statement.execute("INSERT INTO log VALUES ('user=YWRhQGV4YW1wbGUub3Jn')");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    assertThatThrownBy(
            () -> PrivacyAssertions.assertErased(privacy, source, ADA, "ada@example.org"))
        .isInstanceOf(AssertionFailedError.class)
        .hasMessageContaining("LOG");
  }
}
