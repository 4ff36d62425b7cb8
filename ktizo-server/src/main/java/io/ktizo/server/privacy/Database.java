package io.ktizo.server.privacy;

import io.ktizo.server.terminal.Terminal;
import java.sql.DriverManager;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say which database; the password is none of them. */
@SuppressWarnings("NullAway.Init") // the library fills in the fields
final class Database {
  /** Holds the password, so that it stands in no process list and no shell history. */
  static final String PASSWORD = "KTIZO_DB_PASSWORD";

  @Option(
      names = "--url",
      required = true,
      paramLabel = "JDBC-URL",
      description = "Address of the database, for instance jdbc:postgresql://localhost/shop.")
  private String url;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description =
          "User of the database. The password is read from the environment variable "
              + PASSWORD
              + ", or else asked for.")
  private @Nullable String user;

  DataSource open() {
    try {
      DriverManager.getDriver(url);
    } catch (SQLException unknown) {
      throw new IllegalArgumentException(
          "no driver here understands this address: the engine speaks to PostgreSQL"
              + " (jdbc:postgresql://HOST/DATABASE) and H2 (jdbc:h2:FILE)");
    }
    String password = System.getenv(PASSWORD);
    if (password == null && user != null) {
      password =
          Terminal.console()
              .map(console -> console.readPassword("Password of %s: ", user))
              .map(String::valueOf)
              .orElse(null);
    }
    return new UrlDataSource(url, user, password);
  }
}
