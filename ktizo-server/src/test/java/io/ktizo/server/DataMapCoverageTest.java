package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.core.sql.H2Address;
import io.ktizo.core.store.CoreTables;
import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.server.store.ServerTables;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** Each module's data map names each column of its tables, and nothing else. */
class DataMapCoverageTest {
  @Test
  void the_map_of_the_core_covers_its_tables() throws Exception {
    JdbcDataSource dataSource = new JdbcDataSource();
    dataSource.setURL(H2Address.memory("data-map-coverage"));
    try (Connection connection = dataSource.getConnection()) {
      CoreTables.migrations().apply(dataSource);
      Coverage coverage =
          Coverage.of(map(CoreTables.dataMap()), connection, LocalDate.now(ZoneOffset.UTC));
      assertThat(coverage.gaps()).isEmpty();
      assertThat(coverage.complete()).isTrue();
    }
  }

  @Test
  void the_map_of_the_server_covers_its_tables() throws Exception {
    JdbcDataSource dataSource = new JdbcDataSource();
    dataSource.setURL(H2Address.memory("data-map-coverage-server"));
    try (Connection connection = dataSource.getConnection()) {
      ServerTables.migrations().apply(dataSource);
      Coverage coverage =
          Coverage.of(map(ServerTables.dataMap()), connection, LocalDate.now(ZoneOffset.UTC));
      assertThat(coverage.gaps()).isEmpty();
      assertThat(coverage.complete()).isTrue();
    }
  }

  private static DataMap map(InputStream yaml) throws Exception {
    try (yaml) {
      return DataMap.parse(new String(yaml.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
