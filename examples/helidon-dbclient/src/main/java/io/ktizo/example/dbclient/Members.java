package io.ktizo.example.dbclient;

import com.zaxxer.hikari.HikariDataSource;
import io.helidon.dbclient.DbClient;
import io.helidon.dbclient.DbClientException;
import io.helidon.dbclient.jdbc.JdbcClientBuilder;
import io.ktizo.core.account.AccountEnvironment;
import io.ktizo.core.account.AccountMailing;
import io.ktizo.core.account.AddressThrottle;
import io.ktizo.core.account.AesSecretBox;
import io.ktizo.core.account.CommonPasswords;
import io.ktizo.core.account.PasswordRules;
import io.ktizo.core.account.Passwords;
import io.ktizo.core.account.Registering;
import io.ktizo.core.account.SigningIn;
import io.ktizo.core.event.Delivery;
import io.ktizo.core.event.DeliveryRules;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Connections;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.DbClientConnections;
import io.ktizo.core.sql.H2Address;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.store.JdbcAccounts;
import io.ktizo.core.store.JdbcSessions;
import io.ktizo.core.store.JdbcSignInAttempts;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/** Members of an application that already has a Helidon DB Client: its connections are lent. */
public final class Members implements AutoCloseable {
  private final HikariDataSource pool = new HikariDataSource();
  private final DbClient client;
  private final Delivery delivery;
  private final Registering registering;
  private final SigningIn signingIn;

  /** Members in an H2 database in memory. */
  public Members(String name, AccountMailing.Mailer mailer) {
    pool.setJdbcUrl(H2Address.memory(name));
    client = JdbcClientBuilder.create().connectionPool(this::connection).build();

    Connections lent = new DbClientConnections(client);
    CoreTables.migrations().apply(lent.asDataSource());
    Database database = Database.over(lent);
    JdbcOutbox outbox = new JdbcOutbox(database);
    AccountEnvironment host = environment(database, outbox);

    registering = new Registering(host);
    signingIn = new SigningIn(host);
    delivery =
        new Delivery(outbox, new AccountMailing(host, mailer), DeliveryRules.DEFAULT, host.clock());
  }

  private static AccountEnvironment environment(Database database, JdbcOutbox outbox) {
    SecureRandom random = new SecureRandom();
    InstantSource clock = InstantSource.system();
    byte[] key = new byte[32];
    random.nextBytes(key); // A real host reads it from its key store.
    return new AccountEnvironment(
        new JdbcAccounts(database, outbox),
        new JdbcSessions(database),
        new JdbcSignInAttempts(database),
        new AddressThrottle(AddressThrottle.Limits.DEFAULT, clock),
        new Passwords(Passwords.Cost.DEFAULT, 2, Duration.ofSeconds(5), random),
        new PasswordRules(new CommonPasswords(), Set.of("example")),
        new AesSecretBox(key, random),
        new TimeOrderedIds(clock, random),
        clock,
        random,
        "Example");
  }

  private java.sql.Connection connection() {
    try {
      return pool.getConnection();
    } catch (SQLException e) {
      throw new DbClientException("no connection", e);
    }
  }

  /** Becoming a member. */
  public Registering registering() {
    return registering;
  }

  /** Signing in. */
  public SigningIn signingIn() {
    return signingIn;
  }

  /** Sends the mails that are due; a host would rather call {@link Delivery#start}. */
  public void sendMails() {
    int sent;
    do {
      sent = delivery.deliverDue();
    } while (sent > 0);
  }

  /** How many accounts there are, asked by the client itself: it sees the same database. */
  public long count() {
    return client
        .execute()
        .get("SELECT COUNT(*) AS n FROM accounts")
        .orElseThrow()
        .column("n")
        .getLong();
  }

  @Override
  public void close() {
    delivery.close();
    client.close();
    pool.close();
  }
}
