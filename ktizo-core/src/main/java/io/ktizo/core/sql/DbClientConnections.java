package io.ktizo.core.sql;

import io.helidon.dbclient.DbClient;
import io.helidon.dbclient.DbClientException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/**
 * Connections that a host lends from its Helidon {@link DbClient}: {@code Database.over(new
 * DbClientConnections(client))}. Needs the optional library {@code helidon-dbclient} 4.1.7, and on
 * the class path no other version of Helidon.
 *
 * <p>Each {@code DbClient.unwrap(Connection)} takes another connection from the client's pool, and
 * closing it gives it back; nothing else of the client is used. Transactions that the host runs by
 * {@code DbClient.transaction()} are on other connections and do not see each other's changes.
 */
public final class DbClientConnections implements Connections {
  private final DbClient client;

  /** The connections of this client, which remains the host's to close. */
  public DbClientConnections(DbClient client) {
    this.client = client;
  }

  @Override
  public Connection borrow() throws SQLException {
    try {
      return client.unwrap(Connection.class);
    } catch (DbClientException e) {
      // What it throws when the pool is dry. Its message may hold the driver's.
      SQLException dry = new SQLTransientConnectionException("the client lends no connection");
      dry.setStackTrace(e.getStackTrace());
      throw dry;
    } catch (UnsupportedOperationException e) {
      throw new IllegalArgumentException("a DbClient that is not over JDBC", e);
    }
  }
}
