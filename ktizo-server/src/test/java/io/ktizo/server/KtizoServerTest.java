package io.ktizo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.core.print.LayerEstimator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server does before it serves: whom it listens to, what it finds in its folder. */
class KtizoServerTest {
  @TempDir Path folder;

  @Test
  void a16_a_demo_refuses_an_address_that_others_can_reach() {
    for (String host : List.of("0.0.0.0", "192.0.2.1", "::")) {
      KtizoServer.Settings settings =
          new KtizoServer.Settings(new InetSocketAddress(host, 0), folder);
      assertThatThrownBy(
              () ->
                  KtizoServer.start(
                      settings, DemoShops.load(), new LayerEstimator(), InstantSource.system()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("loopback");
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void the_folder_of_a_server_before_accounts_is_carried_over_once() throws Exception {
    // As that server made its tables.
    String old = "jdbc:h2:file:" + folder.resolve("ktizo") + ";WRITE_DELAY=0";
    try (Connection connection = DriverManager.getConnection(old, "ktizo", "");
        Statement statement = connection.createStatement()) {
      statement.execute(
          """
          CREATE TABLE IF NOT EXISTS uploaded_model (
            id UUID PRIMARY KEY,
            name VARCHAR(200) NOT NULL,
            file_sha256 CHAR(64) NOT NULL,
            file_bytes BIGINT NOT NULL,
            received TIMESTAMP(6) WITH TIME ZONE NOT NULL,
            report CHARACTER LARGE OBJECT NOT NULL
          );
          CREATE TABLE IF NOT EXISTS issued_quote (
            id UUID PRIMARY KEY,
            model_id UUID NOT NULL REFERENCES uploaded_model (id) ON DELETE CASCADE,
            issued TIMESTAMP(6) WITH TIME ZONE NOT NULL,
            document CHARACTER LARGE OBJECT NOT NULL
          );
          INSERT INTO uploaded_model VALUES ('0199a3c2-7d1e-7b3a-9c51-0f4e6d2b8a17', 'bracket.stl',
            REPEAT('a', 64), 7, TIMESTAMP WITH TIME ZONE '2099-01-01 12:00:00+00', REPEAT('é', 5000));
          INSERT INTO issued_quote VALUES ('0199a3c2-7d1e-7b3a-9c51-0f4e6d2b8a18',
            '0199a3c2-7d1e-7b3a-9c51-0f4e6d2b8a17',
            TIMESTAMP WITH TIME ZONE '2099-01-01 12:00:01+00', '{}');
          """);
    }

    assertCarriedOver();
    assertThat(folder.resolve("ktizo.mv.db")).doesNotExist();
    assertCarriedOver();
  }

  private void assertCarriedOver() {
    try (Foundation foundation =
        Foundation.open(new Foundation.Place.Folder(folder), InstantSource.system())) {
      String model =
          foundation
              .database()
              .sql("SELECT name, report FROM uploaded_model")
              .one(row -> row.text("name") + " " + row.text("report").length());
      String quote =
          foundation
              .database()
              .sql("SELECT document FROM issued_quote")
              .one(row -> row.text("document"));
      assertThat(model).isEqualTo("bracket.stl 5000");
      assertThat(quote).isEqualTo("{}");
    }
  }

  @Test
  void an_earlier_server_that_still_runs_keeps_its_folder() throws SQLException {
    String old = "jdbc:h2:file:" + folder.resolve("ktizo");
    try (Connection connection = DriverManager.getConnection(old, "ktizo", "");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE uploaded_model (id INTEGER)");
      // Its tables are not those of the desk: nothing is carried over, and nothing is lost.
      assertThatThrownBy(
              () -> Foundation.open(new Foundation.Place.Folder(folder), InstantSource.system()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("earlier database");
    }
    assertThat(folder.resolve("ktizo.mv.db")).exists();
  }

  @Test
  void the_secret_is_made_once_for_its_owner_alone_and_gives_a_key_for_each_purpose()
      throws IOException {
    Path file = folder.resolve("master.key");
    SecureRandom random = new SecureRandom();
    Secrets first = Secrets.inFile(file, random);
    Secrets again = Secrets.inFile(file, random);

    assertThat(again.key("a")).isEqualTo(first.key("a")).hasSize(32);
    assertThat(first.key("b")).isNotEqualTo(first.key("a"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.writeString(file, "not a secret");
    assertThatThrownBy(() -> Secrets.inFile(file, random))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageNotContaining("not a secret");
    assertThatThrownBy(() -> Secrets.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keys_are_derived_as_another_implementation_of_rfc_5869_derives_them() {
    byte[] master = HexFormat.of().parseHex("0123456789abcdef".repeat(4));
    HKDFBytesGenerator hkdf = new HKDFBytesGenerator(new SHA256Digest());
    hkdf.init(new HKDFParameters(master, null, "second factors".getBytes(StandardCharsets.UTF_8)));
    byte[] expected = new byte[32];
    hkdf.generateBytes(expected, 0, 32);

    assertThat(Secrets.of(master).key("second factors")).isEqualTo(expected);
  }
}
