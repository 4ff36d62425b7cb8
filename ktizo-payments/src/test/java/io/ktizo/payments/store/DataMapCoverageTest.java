package io.ktizo.payments.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The data map beside the migrations against what the migrations make, both ways. */
final class DataMapCoverageTest {
  private static final LocalDate DAY = LocalDate.of(2026, 11, 25);

  @ParameterizedTest
  @EnumSource
  void every_column_is_declared(Dialect dialect) throws Exception {
    DataMap map;
    try (InputStream in = JdbcPayments.class.getResourceAsStream("data-map.yaml")) {
      map =
          DataMap.parse(
              new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    }
    try (TestDatabase database = TestDatabase.create(dialect).migrated(JdbcPayments.MIGRATIONS);
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      // Flyway's own table says nothing about anybody.
      statement.execute("DROP TABLE ktizo_payments_history");
      Coverage coverage = Coverage.of(map, connection, DAY);

      assertThat(coverage.gaps()).isEmpty();
      assertThat(coverage.tables()).isEqualTo(map.dataSets().size());
      statement.execute("ALTER TABLE payables ADD COLUMN extra INT");
      assertThat(Coverage.of(map, connection, DAY).complete()).isFalse();
    }
  }
}
