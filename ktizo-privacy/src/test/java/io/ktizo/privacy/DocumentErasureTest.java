package io.ktizo.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.Fate;
import io.ktizo.privacy.datamap.Gap;
import io.ktizo.privacy.erasure.Certificate;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import javax.sql.DataSource;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@NullUnmarked
class DocumentErasureTest {
  private static final String TEXT =
      """
      dataMap: 1
      name: forms
      purposes:
        forms: {description: Filling in forms, basis: contract}
      retentions:
        account: {keep: P30D, from: end-of-relation, ground: own rule}
      subjects:
        person: {dataSet: person, key: id, identifiers: [email]}
      dataSets:
        person:
          retention: account
          purposes: forms
          fields: {id: identifier.unique, email: contact.email}
        form:
          retention: account
          purposes: forms
          links:
            - to: person
              on: {person_id: id}
              relation: owned-by
              erase: {last: {anonymise: [person_id, answers, raw]}, shared: leave}
          fields:
            id: none
            person_id: {category: record.reference, erase: set-null}
            answers: DOCUMENT
            raw: DOCUMENT
      """;

  private static final String DOCUMENT =
      """

                  category: content.free-text
                  paths:
                    "$.mail": {category: contact.email, erase: {replace: email}}
                    "$.born": {category: demographic.birth-date, erase: {generalise: year}}
                    "$.zip": {category: contact.address.postal-code, erase: {prefix: 2}}
                    "$.ref": {category: identifier.pseudonym, erase: keyed-hash}
                    "$.friends[*].name": {category: contact.name, erase: {constant: gone}}
                    "$.extra": {category: content.free-text, erase: set-null}
                    "$.theme": {category: none}
                    "$.friends[*].since": {category: none, erase: retain}
                    "$.price": {category: none}\
      """
          .indent(10)
          .stripTrailing();

  private static final DataMap MAP = DataMap.parse(TEXT.replace("DOCUMENT", DOCUMENT));

  private static final String ANSWERS =
      """
      {"mail": "private@form.example", "born": "1980-02-03", "zip": "53123", "ref": "A-17",
       "friends": [{"name": "Bob Bowman", "since": 2001}, {"name": "Cy", "since": 2002}],
       "extra": {"deep": ["private@form.example"]}, "theme": "dark", "price": 10.50}
      """;

  private static String text(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }

  private static void create(Connection connection, Databases database) throws SQLException {
    String json = database == Databases.H2 ? "JSON" : "JSONB";
    String format = database == Databases.H2 ? " FORMAT JSON" : "";
    String text = database == Databases.H2 ? "CLOB" : "TEXT";
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE person (id INT PRIMARY KEY, email VARCHAR(60))");
      statement.execute(
          "CREATE TABLE form (id INT PRIMARY KEY, person_id INT REFERENCES person (id), answers "
              + json
              + ", raw "
              + text
              + ")");
      statement.execute(
          "INSERT INTO person VALUES (1, 'ann@form.example'), (2, 'bob@form.example')");
      String row = "(%d, %s, '" + ANSWERS + "'" + format + ", '%s')";
      statement.execute(
          "INSERT INTO form VALUES "
              + row.formatted(1, 1, ANSWERS)
              + ", "
              // The same document of somebody else.
              + row.formatted(2, 2, ANSWERS)
              + ", "
              + row.formatted(3, 1, "no document of ann@form.example"));
      statement.execute("INSERT INTO form (id, person_id) VALUES (4, 1)");
    }
  }

  @ParameterizedTest
  @EnumSource(Databases.class)
  void each_path_of_a_document_goes_by_its_own_rule_and_others_stay(Databases database)
      throws Exception {
    DataSource source = Databases.at(database.url());
    try (Connection keep = source.getConnection()) {
      create(keep, database);
      String ofBob = text(keep, "SELECT answers FROM form WHERE id = 2");
      Privacy privacy =
          Privacy.builder()
              .dataSource(source)
              .dataMap(MAP)
              .keys(KeySource.of("k1", new byte[32]))
              .build();

      Certificate certificate = privacy.erase(new Subject("person", "1"));

      assertThat(certificate.residue().places()).isEmpty();
      assertThat(certificate.outcome()).isEqualTo(Certificate.Outcome.COMPLETE);
      for (String column : new String[] {"answers", "raw"}) {
        JsonNode left =
            JsonMapper.builder()
                .build()
                .readTree(text(keep, "SELECT " + column + " FROM form WHERE id = 1"));
        assertThat(left.path("mail").asText()).matches("erased-[0-9a-f]{32}@erased\\.invalid");
        assertThat(left.path("born").asText()).isEqualTo("1980-01-01");
        assertThat(left.path("zip").asText()).isEqualTo("53");
        assertThat(left.path("ref").asText()).matches("[0-9a-f]{64}");
        assertThat(left.path("friends").path(0).path("name").asText()).isEqualTo("gone");
        assertThat(left.path("friends").path(1).path("since").asInt()).isEqualTo(2002);
        assertThat(left.path("extra").isNull()).isTrue();
        assertThat(left.path("theme").asText()).isEqualTo("dark");
        assertThat(left.path("price").decimalValue()).isEqualByComparingTo("10.50");
      }
      assertThat(text(keep, "SELECT raw FROM form WHERE id = 3")).isEqualTo("null");
      assertThat(text(keep, "SELECT answers FROM form WHERE id = 4")).isNull();
      assertThat(text(keep, "SELECT answers FROM form WHERE id = 2")).isEqualTo(ofBob);
      assertThat(text(keep, "SELECT raw FROM form WHERE id = 2")).isEqualTo(ANSWERS);
      assertThat(certificate.dataSet("form").masked())
          .contains(
              new Certificate.Masked(
                  "answers", 3, "its document's paths erased, each by its own rule", false));
    }
  }

  @Test
  void a_document_of_which_nothing_is_erased_is_a_gap_and_the_fate_of_paths_is_told()
      throws Exception {
    String yaml = MAP.toYaml();
    assertThat(DataMap.parse(yaml)).isEqualTo(MAP);
    assertThat(Fate.of(MAP))
        .filteredOn(fate -> fate.field().equals("answers"))
        .first()
        .asString()
        .contains("$.born cut to its year (pseudonymous only)", "$.extra set to NULL");
    try (Connection keep = Databases.at(Databases.H2.url()).getConnection()) {
      create(keep, Databases.H2);
      DataMap forgetful =
          DataMap.parse(
              TEXT.replace(
                  "DOCUMENT",
                  DOCUMENT.replace("content.free-text, erase: set-null}", "content.free-text}")));
      assertThat(Coverage.of(MAP, keep, LocalDate.of(2026, 11, 25)).gaps())
          .extracting(Gap::kind)
          .containsExactly(Gap.Kind.DOCUMENT_WITHOUT_PATHS);
      assertThat(Coverage.of(forgetful, keep, LocalDate.of(2026, 11, 25)).gaps())
          .filteredOn(gap -> gap.kind() == Gap.Kind.NOT_ERASED)
          .extracting(Gap::column)
          .containsExactly("answers.extra", "raw.extra");
    }
  }
}
