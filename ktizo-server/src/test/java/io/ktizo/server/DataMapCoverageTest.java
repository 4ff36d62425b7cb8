package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.Dialect;
import io.ktizo.core.sql.Migrations;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.testkit.TestDatabase;
import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.server.store.ServerTables;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each module's data map names each column of its tables, and nothing else, on both databases. */
class DataMapCoverageTest {
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void the_map_of_the_core_covers_its_tables(Dialect dialect) throws Exception {
    assertCovered(dialect, CoreTables.migrations(), CoreTables.dataMap());
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void the_map_of_the_server_covers_its_tables(Dialect dialect) throws Exception {
    assertCovered(dialect, ServerTables.migrations(), ServerTables.dataMap());
  }

  private static void assertCovered(Dialect dialect, Migrations migrations, InputStream yaml)
      throws Exception {
    try (TestDatabase database = TestDatabase.create(dialect).migrated(migrations);
        Connection connection = database.dataSource().getConnection()) {
      Coverage coverage = Coverage.of(map(yaml), connection, LocalDate.now(ZoneOffset.UTC));
      assertThat(coverage.gaps()).isEmpty();
      assertThat(coverage.complete()).isTrue();
    }
  }

  /** Else the check would be content with whatever it is shown. */
  @ParameterizedTest
  @EnumSource(Dialect.class)
  void a_column_that_nobody_declared_is_noticed(Dialect dialect) throws Exception {
    try (TestDatabase database = TestDatabase.create(dialect).migrated(CoreTables.migrations());
        Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE spools ADD COLUMN shelf VARCHAR(20)");
      Coverage coverage =
          Coverage.of(map(CoreTables.dataMap()), connection, LocalDate.now(ZoneOffset.UTC));
      assertThat(coverage.complete()).isFalse();
      assertThat(coverage.gaps().toString()).contains("shelf");
    }
  }

  private static DataMap map(InputStream yaml) throws Exception {
    try (yaml) {
      return DataMap.parse(new String(yaml.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
