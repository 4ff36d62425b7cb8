package io.ktizo.storage.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.sql.Migrations;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The data maps beside the migrations against what the migrations make, both ways. */
final class DataMapCoverageTest {
  @ParameterizedTest
  @EnumSource
  void every_column_of_the_catalogue_is_declared(Dialect dialect) throws Exception {
    assertComplete(dialect, SqlCatalogue.MIGRATIONS, "data-map.yaml", "ktizo_storage_history");
  }

  @ParameterizedTest
  @EnumSource
  void every_column_of_the_keys_is_declared(Dialect dialect) throws Exception {
    assertComplete(
        dialect, SqlWrappedKeys.MIGRATIONS, "keys-data-map.yaml", "ktizo_storage_keys_history");
  }

  private static void assertComplete(
      Dialect dialect, Migrations migrations, String name, String history) throws Exception {
    DataMap map = map(name);
    try (TestDatabase database = TestDatabase.create(dialect).migrated(migrations);
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      // Flyway's own table says nothing about anybody.
      statement.execute("DROP TABLE " + history);
      Coverage coverage = Coverage.of(map, connection, LocalDate.of(2026, 11, 25));

      assertThat(coverage.gaps()).isEmpty();
      assertThat(coverage.tables()).isEqualTo(map.dataSets().size());
      statement.execute("ALTER TABLE " + map.dataSets().get(0).table() + " ADD COLUMN extra INT");
      assertThat(Coverage.of(map, connection, LocalDate.of(2026, 11, 25)).complete()).isFalse();
    }
  }

  private static DataMap map(String name) throws IOException {
    try (InputStream in = SqlCatalogue.class.getResourceAsStream(name)) {
      return DataMap.parse(
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
