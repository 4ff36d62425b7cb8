package io.ktizo.examples.privacy;

import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.export.Exported;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** The application: a library of things with five tables. It knows nothing of privacy. */
public final class LibraryOfThings {
  private LibraryOfThings() {}

  /** Exports Ada to {@code ada.zip}, or to the file that is named, and erases her. */
  public static void main(String[] arguments) throws IOException, SQLException {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    PrivacyForYourApp privacy = new PrivacyForYourApp(database(), map(), secret);
    Path zip = Path.of(arguments.length == 0 ? "ada.zip" : arguments[0]);

    Exported exported = privacy.export(1, zip);
    System.out.println(zip + " holds " + exported.rows() + " rows; open its index.html");

    Certificate certificate = privacy.erase(1);
    System.out.println("erased: " + certificate.outcome());
    System.out.println(certificate.toJson());
  }

  /** A database in memory with the application's tables and two members. */
  static DataSource database() throws IOException, SQLException {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + java.util.UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(resource("schema.sql"));
    }
    return source;
  }

  /** What the application holds, as its privacy officer reviewed it. */
  static DataMap map() throws IOException {
    return DataMap.parse(resource("data-map.yaml"));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = LibraryOfThings.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is missing from the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
