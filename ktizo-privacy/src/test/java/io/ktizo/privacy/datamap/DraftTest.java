package io.ktizo.privacy.datamap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.ktizo.privacy.Databases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DraftTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 11, 23);

  private static final String[] LIBRARY = {
    "CREATE TABLE readers (id INT PRIMARY KEY, e_mail VARCHAR(200) NOT NULL UNIQUE,"
        + " first_name VARCHAR(60), password_hash VARCHAR(100), birth_date DATE)",
    "CREATE TABLE addresses (id INT PRIMARY KEY, street VARCHAR(90), city VARCHAR(60))",
    "CREATE TABLE books (id INT PRIMARY KEY, name VARCHAR(200), price NUMERIC(9,2))",
    "CREATE TABLE loans (id INT PRIMARY KEY, reader_id INT NOT NULL REFERENCES readers(id),"
        + " book_id INT NOT NULL REFERENCES books(id), address_id INT REFERENCES addresses(id))",
    "CREATE TABLE fines (loan_id INT PRIMARY KEY REFERENCES loans(id), amount NUMERIC(9,2), comment"
        + " VARCHAR(500))",
    "CREATE TABLE wishes (id INT PRIMARY KEY, reader_id INT, title VARCHAR(100))",
    "CREATE TABLE newsletter (email VARCHAR(200), since DATE)"
  };

  @ParameterizedTest
  @EnumSource
  void a_draft_is_a_valid_map_that_leaves_only_questions_open(Databases database)
      throws SQLException {
    try (Connection connection = database.open()) {
      create(connection, LIBRARY);

      DataMap draft = Draft.of(LiveSchema.read(connection), "library", List.of("readers"));

      assertThat(DataMap.parse(draft.toYaml())).isEqualTo(draft);
      assertThat(Coverage.of(draft, connection, TODAY).gaps())
          .isNotEmpty()
          .allMatch(gap -> gap.kind() == Gap.Kind.OPEN_QUESTION);
      long columns = draft.dataSets().stream().mapToLong(set -> set.fields().size()).sum();
      assertThat(draft.openQuestions()).hasSize((int) columns);
    }
  }

  @ParameterizedTest
  @EnumSource
  void people_travel_along_keys_names_and_addresses(Databases database) throws SQLException {
    try (Connection connection = database.open()) {
      create(connection, LIBRARY);

      DataMap draft = Draft.of(LiveSchema.read(connection), "library", List.of("readers"));

      assertThat(draft.subjects()).extracting(SubjectKind::name).containsExactly("reader", "guest");
      assertThat(links(draft, "loans"))
          .containsExactlyInAnyOrder("OWNED_BY readers", "OWNS addresses");
      assertThat(links(draft, "fines")).containsExactly("OWNED_BY loans");
      assertThat(links(draft, "wishes")).containsExactly("OWNED_BY readers");
      assertThat(links(draft, "newsletter")).containsExactly("OWNED_BY guest");
      assertThat(links(draft, "books")).isEmpty();
      assertThat(categories(draft, "readers"))
          .containsExactly(
              Category.UNIQUE_ID,
              Category.EMAIL,
              Category.NAME,
              Category.PASSWORD,
              Category.BIRTH_DATE);
      assertThat(categories(draft, "books")).containsOnly(Category.NOT_PERSONAL);
      assertThat(
              draft.dataSet("readers").orElseThrow().field("password_hash").orElseThrow().secret())
          .isTrue();
    }
  }

  @Test
  void tables_of_people_are_guessed_where_nobody_tells_them() throws SQLException {
    try (Connection connection = Databases.H2.open()) {
      create(
          connection,
          "CREATE TABLE customers (id INT PRIMARY KEY, email VARCHAR(99))",
          "CREATE TABLE visits (id INT PRIMARY KEY, customer_id INT, seen DATE)");

      DataMap draft = Draft.of(LiveSchema.read(connection), "shop");

      assertThat(draft.subjects()).extracting(SubjectKind::name).containsExactly("customer");
      assertThat(links(draft, "visits")).containsExactly("OWNED_BY customers");
    }
  }

  @Test
  void a_table_of_people_that_does_not_exist_is_refused() throws SQLException {
    try (Connection connection = Databases.H2.open()) {
      LiveSchema schema = LiveSchema.read(connection);

      assertThatThrownBy(() -> Draft.of(schema, "empty", List.of("nobody")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("nobody");
    }
  }

  @Test
  void a_schema_without_a_single_foreign_key_still_gets_links() throws Exception {
    Path sample =
        Path.of(
            System.getProperty("ktizo.root"),
            "..",
            "shared",
            "corpus",
            "privacy",
            "shop",
            "postgres_sample.sql");
    assumeThat(sample)
        .as("the corpus of foreign test material is not beside the checkout")
        .exists();
    try (Connection connection = Databases.POSTGRESQL.open()) {
      load(connection, sample);

      DataMap draft = Draft.of(LiveSchema.read(connection), "shop");

      assertThat(draft.subjects()).extracting(SubjectKind::name).contains("customer", "employee");
      assertThat(links(draft, "orders")).contains("OWNED_BY customer");
      assertThat(Coverage.of(draft, connection, TODAY).gaps())
          .allMatch(gap -> gap.kind() == Gap.Kind.OPEN_QUESTION);
    }
  }

  private static void load(Connection connection, Path script) throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(Files.readString(script));
    }
  }

  private static void create(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> links(DataMap map, String dataSet) {
    return map.dataSet(dataSet).orElseThrow().links().stream()
        .map(
            link ->
                link.relation()
                    + " "
                    + switch (link.target()) {
                      case Link.ToRows rows -> rows.dataSet();
                      case Link.ToPerson person -> person.kind();
                    })
        .toList();
  }

  private static List<Category> categories(DataMap map, String dataSet) {
    return map.dataSet(dataSet).orElseThrow().fields().stream().map(Field::category).toList();
  }
}
