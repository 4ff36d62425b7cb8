package io.ktizo.privacy.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.KeySource;
import io.ktizo.privacy.Privacy;
import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.Subject;
import io.ktizo.privacy.UnfitDataMapException;
import io.ktizo.privacy.UnknownSubjectKindException;
import io.ktizo.privacy.datamap.DataMap;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
class AwkwardSchemaTest {
  private static final String HEAD =
      """
      dataMap: 1
      name: awkward
      purposes:
        p: {description: Something, basis: contract}
      retentions:
        r: {keep: P30D, from: end-of-relation, ground: own rule}
      subjects:
        person: {dataSet: person, key: id, identifiers: []}
      dataSets:
        person:
          retention: r
          purposes: p
          fields: {id: identifier.unique, name: contact.name}
      """;

  private static final Subject ONE = new Subject("person", "1");

  private static Privacy engine(DataSource source, String dataSets) {
    return Privacy.builder()
        .dataSource(source)
        .dataMap(DataMap.parse(HEAD + dataSets.indent(2)))
        .keys(KeySource.of("k1", new byte[32]))
        .build();
  }

  private static void run(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static void people(Connection connection) throws SQLException {
    run(
        connection,
        "CREATE TABLE person (id INT PRIMARY KEY, name VARCHAR(40))",
        "INSERT INTO person VALUES (1, 'Ann Archer'), (2, 'Bob Bowman')");
  }

  private static List<String> rows(Connection connection, String sql) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(rows.getString(i));
        }
        found.add(String.join("|", values));
      }
    }
    found.sort(null);
    return found;
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void circles_self_references_composite_keys_and_odd_names_are_followed(Databases database)
      throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      run(
          keep,
          "CREATE SCHEMA \"Odd One\"",
          "CREATE TABLE \"Odd One\".\"Group By\" (\"a b\" INT, \"B\" VARCHAR(9), owner INT, head"
              + " INT, PRIMARY KEY (\"a b\", \"B\"))",
          "CREATE TABLE post (id INT PRIMARY KEY, g1 INT, g2 VARCHAR(9), parent INT REFERENCES post"
              + " (id), FOREIGN KEY (g1, g2) REFERENCES \"Odd One\".\"Group By\" (\"a b\", \"B\"))",
          "ALTER TABLE \"Odd One\".\"Group By\" ADD FOREIGN KEY (head) REFERENCES public.post (id)",
          "INSERT INTO \"Odd One\".\"Group By\" VALUES (1, 'x', 1, NULL), (1, 'y', 2, NULL)",
          "INSERT INTO post VALUES (10, 1, 'x', NULL), (20, 1, 'y', NULL)",
          "UPDATE \"Odd One\".\"Group By\" SET head = CASE owner WHEN 1 THEN 10 ELSE 20 END");
      for (int i = 11; i < 19; i++) {
        run(keep, "INSERT INTO post VALUES (" + i + ", NULL, NULL, " + (i - 1) + ")");
      }
      Privacy privacy =
          engine(
              source,
              """
              groups:
                table: Odd One.Group By
                retention: r
                purposes: p
                links:
                  - {to: person, on: {owner: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                fields: {"a b": record.reference, "B": none, owner: record.reference, head: record.reference}
              post:
                retention: r
                purposes: p
                links:
                  - {to: groups, on: {g1: "a b", g2: "B"}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                  - {to: post, on: {parent: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                fields: {id: none, g1: record.reference, g2: none, parent: record.reference}
              """);

      assertThat(privacy.planErasure(ONE).obstacles()).isEmpty();
      Certificate certificate = privacy.erase(ONE);

      assertThat(certificate.dataSet("post").deleted()).isEqualTo(9);
      assertThat(rows(keep, "SELECT id FROM post")).containsExactly("20");
      assertThat(rows(keep, "SELECT \"B\" FROM \"Odd One\".\"Group By\"")).containsExactly("y");
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void each_strategy_leaves_what_it_says_and_the_certificate_calls_it_by_its_name(
      Databases database) throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      run(
          keep,
          "CREATE TABLE act (id INT PRIMARY KEY, who INT, mail VARCHAR(60) NOT NULL UNIQUE, phone"
              + " VARCHAR(30) NOT NULL, label VARCHAR(40) NOT NULL, code UUID NOT NULL, amount"
              + " NUMERIC(8,2), born DATE, seen TIMESTAMP, zip VARCHAR(10), ref VARCHAR(64), state"
              + " VARCHAR(10) NOT NULL, level INT NOT NULL, twice INT GENERATED ALWAYS AS (level *"
              + " 2)"
              + (database == Databases.H2 ? "" : " STORED")
              + ")");
      for (int i = 1; i <= 3; i++) {
        run(
            keep,
            "INSERT INTO act (id, who, mail, phone, label, code, amount, born, seen, zip, ref,"
                + " state, level) VALUES ("
                + i
                + ", "
                + (i < 3 ? 1 : 2)
                + ", 'm"
                + i
                + "@mail.example', '+49 30 12345"
                + i
                + "', 'Ann Archer', '"
                + new java.util.UUID(0, i)
                + "', 12.5, DATE '1980-05-17', TIMESTAMP '2020-02-03 04:05:06', '10115', 'same',"
                + " 'open', 3)");
      }
      Privacy privacy =
          engine(
              source,
              """
              act:
                retention: r
                purposes: p
                links:
                  - to: person
                    on: {who: id}
                    relation: owned-by
                    erase:
                      last: {anonymise: [who, mail, phone, label, code, amount, born, seen, zip, ref, state, level]}
                      shared: leave
                fields:
                  id: none
                  who: {category: record.reference, erase: set-null}
                  mail: {category: contact.email, erase: {replace: email}}
                  phone: {category: contact.phone, erase: {replace: phone}}
                  label: {category: contact.name, erase: {replace: name}}
                  code: {category: identifier.unique, erase: {replace: uuid}}
                  amount: {category: financial.transaction, erase: {replace: number}}
                  born: {category: demographic.birth-date, erase: {generalise: year}}
                  seen: {category: behaviour.usage, erase: {generalise: month}}
                  zip: {category: contact.address.postal-code, erase: {prefix: 2}}
                  ref: {category: record.reference, erase: keyed-hash}
                  state: {category: record.status, erase: {constant: gone}}
                  level: {category: record.status, erase: {constant: "0"}}
                  twice: none
              """);

      Certificate certificate = privacy.erase(ONE);

      assertThat(rows(keep, "SELECT id, who, born, zip, state, level, twice FROM act"))
          .containsExactly(
              "1|null|1980-01-01|10|gone|0|0",
              "2|null|1980-01-01|10|gone|0|0",
              "3|2|1980-05-17|10115|open|3|6");
      assertThat(rows(keep, "SELECT mail FROM act WHERE id < 3"))
          .doesNotHaveDuplicates()
          .allMatch(mail -> mail.matches("erased-[0-9a-f]{32}@erased\\.invalid"));
      assertThat(rows(keep, "SELECT phone FROM act WHERE id < 3"))
          .allMatch(phone -> phone.matches("\\+999\\d{12}"));
      assertThat(rows(keep, "SELECT label FROM act WHERE id < 3"))
          .allMatch(label -> label.matches("Erased [0-9a-f]{32}"));
      assertThat(rows(keep, "SELECT amount FROM act WHERE id < 3 AND amount < 0")).hasSize(2);
      assertThat(rows(keep, "SELECT CAST(seen AS DATE) FROM act WHERE id < 3"))
          .containsExactly("2020-02-01", "2020-02-01");
      // HMAC-SHA-256 by another implementation: the JDK's, under the key that the vault derives.
      byte[] key =
          new io.ktizo.privacy.store.Vault(KeySource.of("k1", new byte[32])).derive("k1", "column");
      javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
      mac.init(new javax.crypto.spec.SecretKeySpec(key, "HmacSHA256"));
      String hash =
          java.util.HexFormat.of()
              .formatHex(mac.doFinal("same".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      assertThat(rows(keep, "SELECT ref FROM act WHERE id < 3")).containsExactly(hash, hash);
      assertThat(certificate.dataSet("act").masked())
          .filteredOn(masked -> !masked.anonymous())
          .extracting(Certificate.Masked::field)
          .containsExactlyInAnyOrder("born", "seen", "zip", "ref");
      assertThat(certificate.toHtml())
          .contains("zip in 2 rows: cut to 2 characters (pseudonymous only)");
    }
  }

  private static final String NOTE =
      """
      note:
        retention: r
        purposes: p
        links:
          - {to: person, on: {who: id}, relation: %s, erase: {last: delete-row, shared: leave}}
        fields: {id: none, who: record.reference}
      """;

  @ParameterizedTest
  @EnumSource(Databases.class)
  void rows_that_stay_and_refer_to_rows_that_go_are_an_obstacle_and_nothing_is_touched(
      Databases database) throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      run(
          keep,
          "CREATE TABLE note (id INT, who INT REFERENCES person (id))",
          "CREATE TABLE hidden (who INT REFERENCES person (id) ON DELETE CASCADE)",
          "INSERT INTO note VALUES (1, 1), (2, 1), (3, 2)",
          "INSERT INTO hidden VALUES (1), (2)");
      Privacy privacy = engine(source, NOTE.formatted("accessed-by"));

      ErasureRefusedException refused =
          catchThrowableOfType(ErasureRefusedException.class, () -> privacy.erase(ONE));

      assertThat(refused.obstacles()).hasSize(2);
      assertThat(refused)
          .hasMessageContaining("note.who: 2 rows that stay refer to rows of person that would go")
          .hasMessageContaining("hidden.who: 1 row that stays refers to a row of person")
          .hasMessageContaining("ON DELETE CASCADE would take what must stay");
      assertThat(privacy.planErasure(ONE).obstacles()).isEqualTo(refused.obstacles());
      assertThat(rows(keep, "SELECT id FROM person")).hasSize(2);
      assertThat(privacy.resume()).isEmpty();
    }
  }

  /** For H2, whose triggers are classes. */
  public static final class Objecting implements org.h2.api.Trigger {
    @Override
    public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
      throw new SQLException("Ann Archer must stay", "45000");
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void a_trigger_that_objects_fails_the_step_and_leaves_everything(Databases database)
      throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      run(
          keep,
          "CREATE TABLE note (id INT, who INT REFERENCES person (id))",
          "INSERT INTO note VALUES (1, 1)");
      if (database == Databases.H2) {
        run(
            keep,
            "CREATE TRIGGER objecting BEFORE DELETE ON person FOR EACH ROW CALL '"
                + Objecting.class.getName()
                + "'");
      } else {
        run(
            keep,
            "CREATE FUNCTION object() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION"
                + " ''Ann Archer must stay'' USING ERRCODE = ''45000''; END'",
            "CREATE TRIGGER objecting BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION"
                + " object()");
      }
      Privacy privacy = engine(source, NOTE.formatted("owned-by"));

      StepFailedException failed =
          catchThrowableOfType(StepFailedException.class, () -> privacy.erase(ONE));

      assertThat(failed.dataSet()).contains("person");
      assertThat(failed.step()).isEqualTo("delete rows");
      assertThat(failed.sqlState()).contains("45000");
      assertThat(failed.getMessage()).doesNotContain("Ann");
      assertThat(rows(keep, "SELECT id FROM note")).hasSize(1);

      run(keep, "DROP TRIGGER objecting" + (database == Databases.H2 ? "" : " ON person"));
      assertThat(privacy.resume())
          .singleElement()
          .satisfies(one -> assertThat(one.outcome()).isEqualTo(Certificate.Outcome.COMPLETE));
      assertThat(rows(keep, "SELECT id FROM person")).containsExactly("2");
    }
  }

  @Test
  void a_trigger_that_swallows_a_delete_without_a_word_is_noticed() throws Exception {
    DataSource source = Databases.at(Databases.POSTGRESQL.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      run(
          keep,
          "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
          "CREATE TRIGGER swallowing BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION"
              + " swallow()");

      assertThatThrownBy(() -> engine(source, "").erase(ONE))
          .isInstanceOf(StepFailedException.class)
          .hasMessageContaining("delete rows in person failed: 1 rows are still there");
      assertThat(rows(keep, "SELECT id FROM person")).hasSize(2);
    }
  }

  @Test
  void every_fault_of_a_map_that_does_not_fit_is_listed_at_once() throws Exception {
    DataSource source = Databases.at(Databases.H2.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      run(keep, "CREATE TABLE note (id INT, who VARCHAR(9) NOT NULL)");
      Privacy privacy =
          engine(
              source,
              """
              note:
                retention: r
                purposes: p
                links:
                  - to: person
                    on: {who: id}
                    relation: owned-by
                    erase: {last: {anonymise: [who]}, shared: leave}
                fields: {id: none, who: {category: record.reference, erase: set-null}, lost: none}
              nowhere:
                retention: r
                purposes: p
                links:
                  - {to: person, on: {who: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
                fields: {who: record.reference}
              """);

      UnfitDataMapException unfit =
          catchThrowableOfType(UnfitDataMapException.class, () -> privacy.erase(ONE));

      assertThat(unfit.gaps())
          .extracting(gap -> gap.kind() + " " + gap.table() + "." + gap.column())
          .containsExactlyInAnyOrder(
              "MISSING_TABLE nowhere.*",
              "MISSING_COLUMN note.lost",
              "LINK_IMPOSSIBLE note.who",
              "STRATEGY_IMPOSSIBLE note.who");
      assertThat(rows(keep, "SELECT id FROM person")).hasSize(2);
    }
  }

  @Test
  void a_kind_that_nobody_declared_and_secrets_that_nobody_lent_are_said() throws Exception {
    DataSource source = Databases.at(Databases.H2.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      assertThatThrownBy(() -> engine(source, "").erase(new Subject("robot", "1")))
          .isInstanceOf(UnknownSubjectKindException.class)
          .hasMessageContaining("declared are person");
      Privacy without = Privacy.builder().dataSource(source).dataMap(DataMap.parse(HEAD)).build();
      assertThatThrownBy(() -> without.erase(ONE))
          .isInstanceOf(StepFailedException.class)
          .hasMessageContaining("hand a KeySource to the engine's builder");
    }
  }

  @Test
  void a_lost_connection_is_said_and_the_work_is_taken_up() throws Exception {
    DataSource source = Databases.at(Databases.POSTGRESQL.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      run(
          keep,
          "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM"
              + " pg_terminate_backend(pg_backend_pid()); RETURN OLD; END'",
          "CREATE TRIGGER cutting BEFORE DELETE ON person FOR EACH ROW EXECUTE FUNCTION cut()");
      Privacy privacy = engine(source, "");

      StepFailedException lost =
          catchThrowableOfType(StepFailedException.class, () -> privacy.erase(ONE));

      assertThat(lost.disconnected()).isTrue();
      run(keep, "DROP TRIGGER cutting ON person");
      assertThat(privacy.resume()).hasSize(1);
      assertThat(rows(keep, "SELECT id FROM person")).containsExactly("2");
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void two_instances_never_work_on_one_person_at_once(Databases database) throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      people(keep);
      List<Throwable> seen = new ArrayList<>();
      Privacy second = engine(source, "");
      Privacy first =
          Privacy.builder()
              .dataSource(source)
              .dataMap(DataMap.parse(HEAD))
              .keys(KeySource.of("k1", new byte[32]))
              .progress(
                  (step, about, done, total) -> {
                    if (step.equals("TABLES")) {
                      seen.add(
                          catchThrowableOfType(RuntimeException.class, () -> second.erase(ONE)));
                      assertThat(second.resume()).isEmpty();
                    }
                  })
              .build();

      assertThat(first.erase(ONE).outcome()).isEqualTo(Certificate.Outcome.COMPLETE);

      assertThat(seen).singleElement().isInstanceOf(ErasureUnderWayException.class);
    }
  }
}
