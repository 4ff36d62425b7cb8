package io.ktizo.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.helidon.dbclient.DbClient;
import io.helidon.dbclient.DbClientException;
import io.helidon.dbclient.jdbc.JdbcClientBuilder;
import io.ktizo.core.sql.Connections;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.DbClientConnections;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.sql.UnavailableException;
import io.ktizo.core.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * The stores over connections that a Helidon DB Client lends, held to the same contract as over a
 * data source. This module's class path has Helidon 4.1.7 and no other; the enforcer sees to that.
 */
class DbClientStoreTest {

  /** On H2. */
  @Nested
  class OnH2 extends Lent {
    OnH2() {
      super(Client.H2);
    }
  }

  /** On PostgreSQL. */
  @Nested
  class OnPostgres extends Lent {
    OnPostgres() {
      super(Client.POSTGRES);
    }
  }

  abstract static class Lent extends JdbcAccountStoreContract {
    private final Client client;

    Lent(Client client) {
      this.client = client;
    }

    @Override
    protected Database database() {
      return client.database;
    }

    @Override
    protected int borrowed() {
      return client.test.borrowed();
    }

    @Test
    void a_dry_pool_is_told_as_such_and_heals() throws SQLException {
      List<Connection> taken = new ArrayList<>();
      try {
        for (int count = 0; count < 8; count++) {
          taken.add(client.connections.borrow());
        }
        assertThatExceptionOfType(UnavailableException.class)
            .isThrownBy(() -> database().sql("SELECT 1 AS one").one(row -> row.integer("one")));
      } finally {
        for (Connection connection : taken) {
          connection.close();
        }
      }
      assertThat(database().sql("SELECT 1 AS one").list(row -> row.integer("one")))
          .containsExactly(1);
    }

    @Test
    void what_the_client_itself_writes_is_seen_and_the_other_way_round() {
      String about = "thing_of_the_client";
      client
          .client
          .execute()
          .dml(
              "INSERT INTO event_streams (about, last_number, due_at, attempts)"
                  + " VALUES (?, 1, CURRENT_TIMESTAMP, 0)",
              about);
      assertThat(database().sql("SELECT about FROM event_streams").list(row -> row.text("about")))
          .containsExactly(about);
      database().sql("UPDATE event_streams SET attempts = 7").update();
      assertThat(
              client
                  .client
                  .execute()
                  .get("SELECT attempts FROM event_streams WHERE about = ?", about)
                  .orElseThrow()
                  .column("attempts")
                  .getInt())
          .isEqualTo(7);
    }
  }

  /** A client over a pool, of which the pool is closed with the JVM. */
  static final class Client {
    static final Client H2 = new Client(Dialect.H2);
    static final Client POSTGRES = new Client(Dialect.POSTGRESQL);

    final TestDatabase test;
    final DbClient client;
    final Connections connections;
    final Database database;

    private Client(Dialect dialect) {
      this.test = TestDatabase.create(dialect);
      this.client = JdbcClientBuilder.create().connectionPool(() -> connectionOf(test)).build();
      this.connections = new DbClientConnections(client);
      this.database = Database.over(connections);
      CoreTables.migrations().apply(connections.asDataSource());
    }

    /** As Helidon's own pool does it. */
    private static Connection connectionOf(TestDatabase test) {
      try {
        return test.dataSource().getConnection();
      } catch (SQLException e) {
        throw new DbClientException("Failed to create a connection to " + test.url(), e);
      }
    }
  }
}
