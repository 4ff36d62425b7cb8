package io.ktizo.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.erasure.Certificate;
import io.ktizo.privacy.erasure.Certificate.Depth;
import io.ktizo.privacy.erasure.ErasureBlockedException;
import io.ktizo.privacy.export.Disclosure;
import io.ktizo.privacy.export.Scope;
import io.ktizo.privacy.holder.PersonalDataHolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an erasure and an export do beside rows: files, shelves, recipients, what comes late. */
@NullUnmarked
@Isolated("others' transactions keep PostgreSQL from giving rows up")
class FollowUpsTest {
  private static final Subject ANN = new Subject("member", "1");

  @TempDir Path folder;

  /** Keeps what it is given and counts nothing. */
  private static class Papers implements PersonalDataHolder {
    private final List<byte[]> left;
    private final Runnable erasing;

    Papers(List<byte[]> left, Runnable erasing) {
      this.left = left;
      this.erasing = erasing;
    }

    @Override
    public Description describe() {
      return new Description(
          "papers",
          "Papers",
          List.of(
              new Kind(
                  "paper",
                  "A paper",
                  io.ktizo.privacy.datamap.Category.FILE,
                  List.of(),
                  List.of(),
                  null,
                  "subject")),
          List.of(),
          null);
    }

    @Override
    public void export(Request request, Items items) {}

    @Override
    public Outcome erase(Request request) {
      erasing.run();
      return new Erased(Map.of());
    }

    @Override
    public Finding verify(Request request) {
      return new Nothing();
    }

    @Override
    public Optional<String> search(Contents contents) throws IOException {
      for (byte[] paper : left) {
        contents.file("paper", new ByteArrayInputStream(paper));
      }
      return Optional.empty();
    }
  }

  private Privacy.Builder engine(DataSource source) {
    return Privacy.builder()
        .dataSource(source)
        .dataMap(SmallClub.MAP)
        .clock(SmallClub.CLOCK)
        .keys(KeySource.of("k1", new byte[32]));
  }

  private void club(Connection connection) throws SQLException, IOException {
    SmallClub.create(connection);
    SmallClub.folder(folder);
    SmallClub.fill(connection, folder);
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void a_name_in_somebody_elses_file_is_found_and_the_erasure_is_not_called_complete()
      throws Exception {
    DataSource source = Databases.at(Databases.H2.url());
    try (Connection keep = source.getConnection()) {
      club(keep);
      byte[] wrapped =
          Base64.getMimeEncoder(20, "\r\n".getBytes(StandardCharsets.US_ASCII))
              .encode("From: ann@club.example to all".getBytes(StandardCharsets.UTF_8));
      byte[] harmless = "nothing of anybody".getBytes(StandardCharsets.UTF_8);

      Certificate certificate =
          engine(source)
              .holders(new Papers(List.of(harmless, wrapped), () -> {}))
              .build()
              .erase(ANN);

      assertThat(certificate.outcome()).isEqualTo(Certificate.Outcome.INCOMPLETE);
      assertThat(certificate.residue().files()).isEqualTo(2);
      assertThat(certificate.residue().places())
          .filteredOn(place -> place.table().equals("papers"))
          .singleElement()
          .satisfies(
              place -> {
                assertThat(place.column()).isEqualTo("paper");
                assertThat(place.identifier()).isEqualTo("member.email");
                assertThat(place.encoding()).isEqualTo("base64");
                assertThat(place.rows()).isEqualTo(1);
              });
    }
  }

  @Test
  void a_large_object_and_a_materialised_view_that_hold_an_address_are_found() throws Exception {
    DataSource source = Databases.at(Databases.POSTGRESQL.url());
    try (Connection keep = source.getConnection()) {
      club(keep);
      run(keep, "SELECT lo_from_bytea(0, convert_to('x ANN@club.example y', 'UTF8'))");
      run(keep, "CREATE MATERIALIZED VIEW mails AS SELECT email FROM member");

      Certificate certificate = engine(source).build().erase(ANN);

      assertThat(certificate.residue().places())
          .extracting(place -> place.table() + "." + place.column())
          .containsExactlyInAnyOrder("public.mails.email", "pg_largeobject.data");
      run(keep, "REFRESH MATERIALIZED VIEW mails");
      run(keep, "SELECT lo_unlink(oid) FROM pg_largeobject_metadata");
      assertThat(engine(source).build().erase(ANN).residue().places()).isEmpty();
    }
  }

  @Test
  void tables_that_the_user_may_not_read_are_said_and_no_failure() throws Exception {
    String url = Databases.POSTGRESQL.url();
    try (Connection keep = Databases.at(url).getConnection()) {
      club(keep);
      run(keep, "CREATE SCHEMA locked");
      run(keep, "CREATE TABLE locked.notes (note TEXT)");
      run(keep, "DROP ROLE IF EXISTS clerk");
      run(keep, "CREATE ROLE clerk LOGIN");
      run(keep, "GRANT ALL ON SCHEMA public TO clerk");
      run(keep, "GRANT ALL ON ALL TABLES IN SCHEMA public TO clerk");
      run(keep, "GRANT USAGE ON SCHEMA locked TO clerk");
      run(keep, "GRANT CREATE, TEMPORARY ON DATABASE " + keep.getCatalog() + " TO clerk");

      Certificate certificate =
          engine(Databases.at(url.replace("user=postgres", "user=clerk"))).build().erase(ANN);

      assertThat(certificate.outcome()).isEqualTo(Certificate.Outcome.COMPLETE_BUT_KEPT);
      assertThat(certificate.residue().skipped())
          .contains("locked.notes: this user may not read it");
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void an_erasure_takes_the_persons_archives_from_the_shelf(Databases database) throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      club(keep);
      Privacy privacy =
          engine(source).exportShelf(folder.resolve("shelf"), Duration.ofDays(7)).build();
      privacy.exports().make(new Subject("member", "01"), Scope.ACCESS);
      String other = privacy.exports().make(new Subject("member", "2"), Scope.ACCESS).id();

      Certificate certificate = privacy.erase(ANN);

      assertThat(privacy.exports().list()).singleElement().extracting("id").isEqualTo(other);
      assertThat(certificate.holders())
          .singleElement()
          .satisfies(
              part -> {
                assertThat(part.holder()).isEqualTo("ktizo-exports");
                assertThat(part.verified()).isEqualTo("nothing");
              });
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void who_really_got_data_is_told_to_the_person_alone_until_he_goes(Databases database)
      throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      club(keep);
      Privacy privacy = engine(source).recordDisclosures().build();
      privacy.disclosed(
          new Subject("member", "01"),
          new Disclosure(
              "Printing House Ltd",
              "letter",
              "1",
              "your letter, to print it",
              Instant.parse("2026-11-01T10:00:00Z")));

      assertThat(disclosures(privacy, ANN))
          .contains("Printing House Ltd", "your letter, to print it");
      assertThat(disclosures(privacy, new Subject("member", "2"))).doesNotContain("Printing House");

      privacy.erase(ANN);

      assertThat(count(keep, "\"ktizo_privacy\".disclosure")).isZero();
      assertThatThrownBy(
              () ->
                  engine(source)
                      .build()
                      .disclosed(ANN, new Disclosure("a", null, null, "b", Instant.EPOCH)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("recordDisclosures");
    }
  }

  private static long count(Connection connection, String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String disclosures(Privacy privacy, Subject subject) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    privacy.export(subject, out);
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals("disclosures.json")) {
          return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        }
      }
    }
    return "";
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void rows_that_come_while_holders_erase_block_the_run_and_not_for_good(Databases database)
      throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      club(keep);
      run(keep, "CREATE TABLE loan (id INT PRIMARY KEY, member_id INT REFERENCES member (id))");
      Privacy privacy =
          engine(source)
              .holders(
                  new Papers(
                      List.of(),
                      () -> {
                        try (Connection late = source.getConnection()) {
                          run(late, "INSERT INTO loan VALUES (1, 1)");
                        } catch (SQLException again) {
                          // Asked again on resume: the row is there already.
                          assertThat(again.getSQLState()).startsWith("23");
                        }
                      }))
              .build();

      ErasureBlockedException blocked =
          catchThrowableOfType(ErasureBlockedException.class, () -> privacy.erase(ANN));

      assertThat(blocked.obstacles()).hasSize(1);
      assertThat(blocked).hasMessageContaining("take out of the way and resume");
      assertThat(SmallClub.rows(keep)).contains("member|1|ann@club.example|Ann Archer");
      run(keep, "DELETE FROM loan");
      assertThat(privacy.resume())
          .singleElement()
          .satisfies(
              one -> assertThat(one.outcome()).isEqualTo(Certificate.Outcome.COMPLETE_BUT_KEPT));
      assertThat(privacy.certificates(ANN)).hasSize(1);
    }
  }

  @Test
  void a_request_for_storage_is_remembered_by_whoever_resumes() throws Exception {
    DataSource source = Databases.at(Databases.POSTGRESQL.url());
    try (Connection keep = source.getConnection()) {
      club(keep);
      boolean[] fails = {true};
      Privacy privacy =
          engine(source)
              .holders(
                  new Papers(
                      List.of(),
                      () -> {
                        if (fails[0]) {
                          throw new IllegalStateException("not now");
                        }
                      }))
              .build();
      assertThatThrownBy(() -> privacy.erase(ANN)).isInstanceOf(IllegalStateException.class);
      // The run that was begun for less takes the greater request up.
      assertThatThrownBy(() -> privacy.eraseFromStorage(ANN))
          .isInstanceOf(IllegalStateException.class);
      fails[0] = false;

      Certificate certificate = privacy.resume().getFirst();

      assertThat(certificate.level(Depth.STORAGE).reached())
          .as(certificate.level(Depth.STORAGE).statement())
          .isTrue();
    }
  }

  @Test
  void what_is_hidden_from_readers_is_shown_to_him_who_owns_the_row() throws Exception {
    DataSource source = Databases.at(Databases.H2.url());
    try (Connection keep = source.getConnection()) {
      run(keep, "CREATE TABLE member (id INT PRIMARY KEY)");
      run(keep, "CREATE TABLE note (id INT PRIMARY KEY, writer INT, reader INT, pen VARCHAR(9))");
      run(keep, "INSERT INTO member VALUES (1), (2)");
      run(keep, "INSERT INTO note VALUES (1, 1, 1, 'mine'), (2, 2, 1, 'theirs')");
      DataMap map =
          DataMap.parse(
              """
              dataMap: 1
              name: notes
              purposes:
                p: {description: Notes, basis: contract}
              retentions:
                r: {keep: P1D, from: end-of-relation, ground: own rule}
              subjects:
                member: {dataSet: member, key: id}
              dataSets:
                member: {retention: r, purposes: p, fields: {id: identifier.unique}}
                note:
                  retention: r
                  purposes: p
                  links:
                    - {to: member, on: {writer: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                    - {to: member, on: {reader: id}, relation: accessed-by, erase: {last: delete-row, shared: leave}, export: {hide: [writer, pen]}}
                  fields: {id: none, writer: record.reference, reader: record.reference, pen: contact.name}
              """);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Privacy.builder().dataSource(source).dataMap(map).build().export(ANN, out);
      Path zip = folder.resolve("a.zip");
      Files.write(zip, out.toByteArray());
      String csv = "";
      try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
        for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
          if (entry.getName().equals("data/note.csv")) {
            csv = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          }
        }
      }
      assertThat(csv).contains("mine").doesNotContain("theirs");
    }
  }
}
