package io.ktizo.examples.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import io.ktizo.privacy.KeySource;
import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.testkit.CoverageGate;
import io.ktizo.privacy.testkit.PrivacyAssertions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PrivacyForYourAppTest {
  /** The build fails here as soon as somebody adds a column and does not say what it holds. */
  @RegisterExtension static final CoverageGate GATE;

  static {
    try {
      GATE = CoverageGate.of(PrivacyForYourAppTest::database, LibraryOfThings.map());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final Subject ADA = new Subject("member", "1");

  @TempDir private Path folder;

  private static DataSource database() {
    try {
      return LibraryOfThings.database();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void a_member_gets_what_is_hers_and_then_is_gone_but_for_the_invoice() throws Exception {
    DataSource database = database();
    PrivacyForYourApp app = new PrivacyForYourApp(database, LibraryOfThings.map(), new byte[32]);
    Privacy privacy =
        Privacy.builder()
            .dataSource(database)
            .dataMap(LibraryOfThings.map())
            .keys(KeySource.of("2026", new byte[32]))
            .build();

    // One membership, one loan, one invoice, two messages.
    assertThat(app.export(1, folder.resolve("ada.zip")).rows()).isEqualTo(5);
    PrivacyAssertions.assertExportContains(privacy, ADA, "ada@example.org", "Sure, on Friday.");
    PrivacyAssertions.assertExportLacks(privacy, ADA, "argon2id", "bob@example.org", "2 Example");

    Certificate certificate = app.erase(1);

    assertThat(certificate.outcome()).isEqualTo(Certificate.Outcome.COMPLETE_BUT_KEPT);
    assertThat(certificate.dataSet("invoices").keptUntil()).isEqualTo("2034-12-31");
    assertThat(rows(database, "SELECT id FROM members")).isEqualTo("2 ");
    assertThat(rows(database, "SELECT tool_id FROM loans")).isEqualTo("2 ");
    assertThat(rows(database, "SELECT member_id, amount FROM invoices ORDER BY id"))
        .isEqualTo("null 12.50 2 8.00 ");
    assertThat(rows(database, "SELECT sender_id, receiver_id, body FROM messages ORDER BY id"))
        .isEqualTo("null 2 (gone) 2 null Sure, on Friday. ");
  }

  @Test
  void the_example_runs() throws Exception {
    Path zip = folder.resolve("run.zip");
    LibraryOfThings.main(new String[] {zip.toString()});
    assertThat(zip).isNotEmptyFile();
  }

  private static String rows(DataSource database, String sql) throws SQLException {
    StringBuilder text = new StringBuilder();
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          text.append(rows.getString(i)).append(' ');
        }
      }
    }
    return text.toString();
  }
}
