package io.ktizo.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.erasure.Erasing;
import io.ktizo.privacy.erasure.FileLedger;
import io.ktizo.privacy.erasure.LedgerException;
import io.ktizo.privacy.erasure.RestoredDatabaseException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@NullUnmarked
@Execution(ExecutionMode.CONCURRENT)
class RestoreReplayTest {
  private static final int PEOPLE = 1200;
  private static final int ERASED = 1000;

  /** Where erasing costs more: fewer, unless there is time. */
  private static final int ERASED_POSTGRESQL = Boolean.getBoolean("ktizo.long") ? ERASED : 200;

  private static final DataMap MAP =
      DataMap.parse(
          """
          dataMap: 1
          name: newsletter
          purposes:
            news: {description: Sending news, basis: consent}
          retentions:
            list: {keep: P30D, from: end-of-relation, ground: own rule}
          subjects:
            reader: {dataSet: reader, key: id, identifiers: [email]}
            guest: {identifiers: [email]}
          dataSets:
            reader:
              retention: list
              purposes: news
              fields: {id: identifier.unique, email: contact.email}
            click:
              retention: list
              purposes: news
              links:
                - {to: reader, on: {reader_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields: {reader_id: record.reference, page: behaviour.usage}
            comment:
              table: remark
              retention: list
              purposes: news
              links:
                - {person: guest, column: email, ignoreCase: true, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields: {email: contact.email, content: {category: content.free-text, freeText: true}}
          """);

  @TempDir Path folder;

  private static Privacy engine(DataSource source, FileLedger ledger) {
    Privacy.Builder builder =
        Privacy.builder()
            .dataSource(source)
            .dataMap(MAP)
            .clock(SmallClub.CLOCK)
            .keys(
                KeySource.of(
                    "k1", "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII)));
    return ledger == null ? builder.build() : builder.ledger(ledger).build();
  }

  private static void fill(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE reader (id INT PRIMARY KEY, email VARCHAR(60))");
      statement.execute(
          "CREATE TABLE click (reader_id INT REFERENCES reader (id), page VARCHAR(20))");
      statement.execute("CREATE TABLE remark (email VARCHAR(60), content VARCHAR(60))");
    }
    try (PreparedStatement reader =
            connection.prepareStatement("INSERT INTO reader VALUES (?, ?)");
        PreparedStatement click = connection.prepareStatement("INSERT INTO click VALUES (?, ?)");
        PreparedStatement remark =
            connection.prepareStatement("INSERT INTO remark VALUES (?, 'well said')")) {
      for (int i = 0; i < PEOPLE; i++) {
        reader.setInt(1, i);
        reader.setString(2, "reader" + i + "@mail.example");
        reader.addBatch();
        click.setInt(1, i);
        click.setString(2, "page");
        click.addBatch();
      }
      reader.executeBatch();
      click.executeBatch();
      for (int i = 0; i < 40; i++) {
        remark.setString(1, (i % 2 == 0 ? "Guest" : "guest") + i / 2 + "@mail.example");
        remark.addBatch();
      }
      remark.executeBatch();
    }
  }

  private static long count(DataSource source, String table) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static List<Subject> people(int erased) {
    List<Subject> people = new ArrayList<>();
    for (int i = 0; i < erased - 10; i++) {
      people.add(new Subject("reader", Integer.toString(i)));
    }
    for (int i = 0; i < 10; i++) {
      people.add(new Subject("guest", "guest" + i + "@mail.example"));
    }
    return people;
  }

  @Test
  void none_of_a_thousand_erased_people_comes_back_with_a_restored_file_of_h2() throws Exception {
    Path file = folder.resolve("news.mv.db");
    DataSource source =
        Databases.at(
            "jdbc:h2:file:"
                + folder.resolve("news")
                + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;WRITE_DELAY=0");
    try (Connection connection = source.getConnection()) {
      fill(connection);
    }
    FileLedger ledger = FileLedger.create(folder.resolve("ledger"));
    engine(source, ledger).start();
    // H2's file is whole once the last connection is closed.
    Path backup = folder.resolve("backup");
    Files.copy(file, backup);

    try (Connection keep = source.getConnection()) {
      Privacy privacy = engine(source, ledger);
      assertThat(privacy.eraseAll(people(ERASED))).hasSize(ERASED);
      assertThat(keep.isValid(1)).isTrue();
    }
    assertThat(count(source, "reader")).isEqualTo(PEOPLE - 990);
    assertThat(count(source, "remark")).isEqualTo(20);

    Files.copy(backup, file, StandardCopyOption.REPLACE_EXISTING);
    assertThat(count(source, "reader")).as("everybody is back").isEqualTo(PEOPLE);
    try (Connection keep = source.getConnection()) {
      refusesUntilStarted(source, ledger, ERASED);
      assertThat(keep.isValid(1)).isTrue();
    }
    assertThat(count(source, "reader")).isEqualTo(PEOPLE - 990);
    assertThat(count(source, "click")).isEqualTo(PEOPLE - 990);
    assertThat(count(source, "remark")).isEqualTo(20);
  }

  private static void refusesUntilStarted(DataSource source, FileLedger ledger, int erased) {
    Privacy restored = engine(source, ledger);
    assertThatThrownBy(() -> restored.planErasure(new Subject("reader", "1")))
        .isInstanceOf(RestoredDatabaseException.class)
        .hasMessageContaining("lacks " + erased + " erasures");
    assertThatThrownBy(() -> restored.erase(new Subject("reader", "1199")))
        .isInstanceOf(RestoredDatabaseException.class);

    Erasing.Replay replay = restored.start();

    assertThat(replay).isEqualTo(new Erasing.Replay(erased, erased));
    assertThat(restored.start()).isEqualTo(new Erasing.Replay(0, 0));
  }

  @Test
  void none_of_many_erased_people_comes_back_with_a_restored_postgresql() throws Exception {
    String url = Databases.POSTGRESQL.url();
    DataSource source = Databases.at(url);
    try (Connection connection = source.getConnection()) {
      fill(connection);
    }
    FileLedger ledger = FileLedger.create(folder.resolve("ledger"));
    engine(source, ledger).start();
    String name = url.replaceFirst(".*/([^?]*).*", "$1");
    String backup = url.replace(name, name + "_backup");
    try (Connection connection = Databases.at(url.replace(name, "postgres")).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name + "_backup TEMPLATE " + name);
    }
    Privacy privacy = engine(Databases.pooled(url), ledger);
    assertThat(privacy.eraseAll(people(ERASED_POSTGRESQL))).hasSize(ERASED_POSTGRESQL);

    DataSource restored = Databases.pooled(backup);
    assertThat(count(restored, "reader")).as("everybody is back").isEqualTo(PEOPLE);
    refusesUntilStarted(restored, ledger, ERASED_POSTGRESQL);
    assertThat(count(restored, "reader")).isEqualTo(PEOPLE + 10 - ERASED_POSTGRESQL);
    assertThat(count(restored, "click")).isEqualTo(PEOPLE + 10 - ERASED_POSTGRESQL);
    assertThat(count(restored, "remark")).isEqualTo(20);
  }

  @Test
  void without_its_ledger_the_engine_refuses_and_says_why() throws Exception {
    String url = Databases.H2.url();
    DataSource source = Databases.at(url);
    try (Connection keep = source.getConnection()) {
      fill(keep);
      Path file = folder.resolve("ledger");
      engine(source, FileLedger.create(file)).erase(new Subject("reader", "1"));
      engine(source, FileLedger.at(file)).erase(new Subject("reader", "2"));
      byte[] whole = Files.readAllBytes(file);

      assertThatThrownBy(() -> engine(source, null).start())
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("hand it to the engine's builder");

      Files.delete(file);
      assertThatThrownBy(() -> engine(source, FileLedger.at(file)).start())
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("there is no ledger");
      assertThatThrownBy(
              () -> engine(source, FileLedger.at(file)).erase(new Subject("reader", "3")))
          .isInstanceOf(LedgerException.class);

      Path other = folder.resolve("other");
      assertThatThrownBy(() -> engine(source, FileLedger.create(other)).start())
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("was worked on with ledger");

      String text = new String(whole, StandardCharsets.UTF_8);
      Files.writeString(file, text.substring(0, text.stripTrailing().lastIndexOf('\n') + 1));
      assertThatThrownBy(() -> engine(source, FileLedger.at(file)).start())
          .isInstanceOf(LedgerException.class)
          .hasMessageContaining("cut off");

      Files.write(file, whole);
      assertThat(engine(source, FileLedger.at(file)).start()).isEqualTo(new Erasing.Replay(0, 0));
    }
  }

  @Test
  void a_ledger_in_which_any_byte_was_changed_is_not_relied_on() throws Exception {
    Path file = folder.resolve("ledger");
    FileLedger ledger = FileLedger.create(file);
    for (int i = 0; i < 5; i++) {
      ledger.append("run" + i, "reader", "k1", "hash" + i);
    }
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      byte[] changed = whole.clone();
      int at = random.nextInt(whole.length - 1);
      changed[at] ^= (byte) (1 << random.nextInt(7));
      Files.write(file, changed);
      assertThatThrownBy(() -> FileLedger.at(file).after(5))
          .as("byte %s", at)
          .isInstanceOf(LedgerException.class);
    }
  }

  @Test
  void a_line_that_a_crash_left_unfinished_is_cut_off_by_the_next_writer() throws Exception {
    Path file = folder.resolve("ledger");
    FileLedger ledger = FileLedger.create(file);
    ledger.append("run1", "reader", "k1", "hash1");
    Files.writeString(file, "2\trun2\tread", java.nio.file.StandardOpenOption.APPEND);

    assertThat(FileLedger.at(file).after(0)).hasSize(1);
    assertThat(FileLedger.at(file).append("run2", "reader", "k1", "hash2").number()).isEqualTo(2);
    assertThat(FileLedger.at(file).append("run2", "reader", "k1", "hash2").number()).isEqualTo(2);
    assertThat(FileLedger.at(file).after(0)).hasSize(2);
  }
}
