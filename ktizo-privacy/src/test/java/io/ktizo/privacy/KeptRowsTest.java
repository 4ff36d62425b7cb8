package io.ktizo.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.erasure.Supplement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
class KeptRowsTest {
  private static final Subject ANN = new Subject("buyer", "1");

  private static final DataMap MAP =
      DataMap.parse(
          """
          dataMap: 1
          name: books
          purposes:
            sale: {description: Selling, basis: contract}
          retentions:
            account: {keep: P30D, from: end-of-relation, ground: own rule}
            books: {keep: P8Y, from: end-of-year, ground: "DE § 147 AO", mandatory: true}
          subjects:
            buyer: {dataSet: buyer, key: id, identifiers: [email]}
          dataSets:
            buyer:
              retention: account
              purposes: sale
              fields: {id: identifier.unique, email: contact.email}
            invoice:
              retention: books
              since: issued
              purposes: sale
              links:
                - to: buyer
                  on: {buyer_id: id}
                  relation: owned-by
                  erase: {last: {keep-until: books, anonymise: [buyer_id]}, shared: leave}
              fields:
                year: none
                number: none
                buyer_id: {category: record.reference, erase: set-null}
                issued: record.timestamp
            line:
              retention: books
              since: issued
              purposes: sale
              links:
                - to: invoice
                  on: {year: year, number: number}
                  relation: owned-by
                  erase: {last: {keep-until: books}, shared: leave}
              fields: {id: none, year: none, number: none, issued: record.timestamp}
          """);

  private static void fill(Connection connection) throws SQLException {
    run(
        connection,
        "CREATE TABLE buyer (id INT PRIMARY KEY, email VARCHAR(60))",
        "CREATE TABLE invoice (\"year\" INT, number INT, buyer_id INT REFERENCES buyer (id), issued"
            + " TIMESTAMP, PRIMARY KEY (\"year\", number))",
        "CREATE TABLE line (id INT PRIMARY KEY, \"year\" INT, number INT, issued TIMESTAMP, FOREIGN"
            + " KEY (\"year\", number) REFERENCES invoice)",
        "INSERT INTO buyer VALUES (1, 'ann@buyer.example'), (2, 'bob@buyer.example')",
        "INSERT INTO invoice VALUES (2020, 1, 1, TIMESTAMP '2020-05-01 10:00:00'), (2025, 1, 1,"
            + " TIMESTAMP '2025-05-01 10:00:00'), (2020, 2, 2, TIMESTAMP '2020-05-01 10:00:00')",
        "INSERT INTO line VALUES (1, 2020, 1, TIMESTAMP '2020-05-01 10:00:00'), (2, 2025, 1,"
            + " TIMESTAMP '2025-05-01 10:00:00'), (3, 2020, 2, TIMESTAMP '2020-05-01 10:00:00')");
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String one : statements) {
        statement.execute(one);
      }
    }
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }

  private static Privacy on(DataSource source, String day) {
    return Privacy.builder()
        .dataSource(source)
        .dataMap(MAP)
        .keys(KeySource.of("k1", new byte[32]))
        .clock(() -> Instant.parse(day + "T00:00:00Z"))
        .build();
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void kept_rows_go_on_their_day_and_no_day_before(Databases database) throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      fill(keep);
      Certificate certificate = on(source, "2026-11-23").erase(ANN);
      assertThat(certificate.outcome()).isEqualTo(Certificate.Outcome.COMPLETE_BUT_KEPT);
      assertThat(certificate.dataSet("invoice").keptUntil()).isEqualTo("2033-12-31");

      // From the end of 2020 for eight years: the last day is 2028-12-31.
      assertThat(on(source, "2028-12-31").releaseDue()).isEmpty();
      assertThat(rows(keep, "SELECT id FROM line ORDER BY id")).containsExactly("1", "2", "3");

      Privacy due = on(source, "2029-01-01");
      List<Supplement> supplements = due.releaseDue();

      assertThat(rows(keep, "SELECT id FROM line ORDER BY id")).containsExactly("2", "3");
      assertThat(rows(keep, "SELECT number FROM invoice ORDER BY \"year\", number"))
          .containsExactly("2", "1");
      assertThat(supplements)
          .allMatch(one -> one.certificate().equals(certificate.id()))
          .allMatch(due::verify);
      assertThat(supplements.stream().map(Supplement::gone))
          .containsExactlyInAnyOrder(java.util.Map.of("invoice", 1L), java.util.Map.of("line", 1L));
      assertThat(supplements.getLast().left()).isEqualTo(2);
      assertThat(due.releaseDue()).isEmpty();
      assertThat(due.supplements(certificate.id())).hasSize(2);

      assertThat(on(source, "2034-01-01").releaseDue().getLast().left()).isZero();
      // Of the other buyer nothing was ever kept: he is still there.
      assertThat(rows(keep, "SELECT id FROM line")).containsExactly("3");
      Supplement forged = supplements.getFirst();
      assertThat(
              due.verify(
                  new Supplement(
                      1,
                      forged.certificate(),
                      forged.keyId(),
                      forged.written(),
                      forged.gone(),
                      0,
                      forged.signature())))
          .isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void rows_that_cannot_go_are_said_and_tried_again(Databases database) throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      fill(keep);
      Certificate certificate = on(source, "2026-11-23").erase(ANN);
      run(keep, "INSERT INTO line VALUES (9, 2020, 1, TIMESTAMP '2026-12-01 10:00:00')");
      Privacy due = on(source, "2029-01-01");

      assertThatThrownBy(due::releaseDue)
          .isInstanceOf(StepFailedException.class)
          .hasMessageContaining("take away what was kept in invoice failed");

      assertThat(rows(keep, "SELECT id FROM line ORDER BY id")).containsExactly("2", "3", "9");
      assertThat(due.supplements(certificate.id())).hasSize(1);
      run(keep, "DELETE FROM line WHERE id = 9");
      assertThat(due.releaseDue()).hasSize(1);
      assertThat(rows(keep, "SELECT number FROM invoice WHERE \"year\" = 2020"))
          .containsExactly("2");
    }
  }
}
