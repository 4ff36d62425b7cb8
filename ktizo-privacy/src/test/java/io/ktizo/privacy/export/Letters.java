package io.ktizo.privacy.export;

import io.ktizo.privacy.Databases;
import io.ktizo.privacy.datamap.Category;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.LegalBasis;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.Link.Relation;
import io.ktizo.privacy.datamap.Recipient;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.datamap.Strategy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Period;
import java.util.List;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A small application in which people write letters to each other and pay for stamps: rows of two
 * people, secrets, documents, a table without a key.
 */
final class Letters {
  static final Link.OnErasure GONE = new Link.OnErasure(new Link.DeleteRow(), new Link.DeleteRow());

  private static final String[] TABLES = {
    "CREATE TABLE people (id INT PRIMARY KEY, email VARCHAR(200), name VARCHAR(200), password_hash"
        + " VARCHAR(100), joined DATE)",
    "CREATE TABLE letters (id INT PRIMARY KEY, sender INT, receiver INT, sender_note VARCHAR(200),"
        + " receiver_note VARCHAR(200), body VARCHAR(4000))",
    "CREATE TABLE stamps (person INT, n INT, price NUMERIC(12,2), paid TIMESTAMP, weight DOUBLE"
        + " PRECISION, big BIGINT, gift BOOLEAN, scan VARBINARY(100), PRIMARY KEY (person, n))",
    "CREATE TABLE visits (person INT, page VARCHAR(100))",
    "CREATE TABLE settings (person INT PRIMARY KEY, doc VARCHAR(2000))",
    "CREATE TABLE scores (person INT PRIMARY KEY, score INT)"
  };

  private static final String[] ROWS = {
    "INSERT INTO people VALUES (1, 'ada@example.org', 'Ada', 'HASH-OF-ADA', DATE '2020-01-02')",
    "INSERT INTO people VALUES (2, 'bob@example.org', 'Bob', 'HASH-OF-BOB', DATE '2021-03-04')",
    "INSERT INTO letters VALUES (10, 1, 2, 'ADAS-NOTE-10', 'BOBS-NOTE-10', 'Dear Bob')",
    "INSERT INTO letters VALUES (11, 2, 1, 'BOBS-NOTE-11', 'ADAS-NOTE-11', 'Dear Ada')",
    "INSERT INTO letters VALUES (12, 2, 2, 'BOBS-NOTE-12', NULL, 'Dear myself')",
    "INSERT INTO stamps VALUES (1, 2, 12.50, TIMESTAMP '2024-02-29 10:20:00', 0.5,"
        + " 9007199254740993, TRUE, CAST(NULL AS VARBINARY(100)))",
    "INSERT INTO stamps VALUES (1, 1, 0.10, TIMESTAMP '2023-06-07 08:09:10.123456', NULL, 7,"
        + " FALSE, CAST(NULL AS VARBINARY(100)))",
    "INSERT INTO stamps VALUES (2, 1, 99.99, TIMESTAMP '2023-06-07 08:09:10', 1, 1, FALSE,"
        + " CAST(NULL AS VARBINARY(100)))",
    "INSERT INTO visits VALUES (1, 'b'), (1, 'a'), (2, 'BOBS-PAGE'), (1, 'a')",
    "INSERT INTO settings VALUES (1,"
        + " '{\"theme\":\"dark\",\"token\":\"TOKEN-OF-ADA\",\"friends\":[{\"nick\":\"Z\",\"secret\":\"S1\"}],"
        + "\"unclassified\":\"U1\"}')",
    "INSERT INTO settings VALUES (2, 'no json, TOKEN-OF-BOB')",
    "INSERT INTO scores VALUES (1, 812)",
    "INSERT INTO scores VALUES (2, 3)"
  };

  private Letters() {}

  /** A fresh database with the tables and two people. */
  static DataSource create(Databases kind) throws SQLException {
    DataSource source = empty(kind);
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : TABLES) {
        statement.execute(
            kind == Databases.H2 ? sql : sql.replaceAll("VARBINARY\\(100\\)", "BYTEA"));
      }
      for (String sql : ROWS) {
        statement.execute(
            kind == Databases.H2 ? sql : sql.replaceAll("VARBINARY\\(100\\)", "BYTEA"));
      }
    }
    return source;
  }

  /** A fresh database without tables. */
  static DataSource empty(Databases kind) throws SQLException {
    String url = kind.url();
    if (kind == Databases.H2) {
      JdbcDataSource source = new JdbcDataSource();
      source.setURL(url);
      return source;
    }
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    DriverManager.getConnection(url).close();
    return source;
  }

  static DataMap map() {
    return DataMap.builder("letters")
        .purpose("post", LegalBasis.CONTRACT, "To carry your letters")
        .purpose("offers", LegalBasis.CONSENT, "To send you offers")
        .purpose("tax", LegalBasis.LEGAL_OBLIGATION, "To keep books")
        .purpose("fraud", LegalBasis.LEGITIMATE_INTERESTS, "To find fraud")
        .recipient("carrier", Recipient.Role.PROCESSOR, "brings the letters")
        .recipient("printer", Recipient.Role.PROCESSOR, "prints the stamps")
        .retention(
            "account", Period.ofDays(30), Retention.From.END_OF_RELATION, "so that you can return")
        .mandatoryRetention("books", Period.ofYears(8), Retention.From.END_OF_YEAR, "§ 147 AO")
        .subject("person", "people", "id", "email")
        .dataSet(
            "people",
            "people",
            "Your account",
            set ->
                set.retention("account")
                    .field("id", Category.UNIQUE_ID, "post")
                    .field(
                        "email",
                        Category.EMAIL,
                        field -> field.purposes("post", "offers").recipients("carrier"))
                    .field("name", Category.NAME, "post")
                    .field(
                        "password_hash",
                        Category.PASSWORD,
                        field -> field.purposes("post").secret())
                    .field(
                        "joined",
                        Category.TIMESTAMP,
                        field -> field.purposes("post").source(Field.OBSERVED)))
        .dataSet(
            "letters",
            "letters",
            "Letters that you wrote or got",
            set ->
                set.retention("account")
                    .link(
                        Relation.OWNED_BY,
                        "people",
                        new Link.OnErasure(
                            new Link.DeleteRow(), new Link.Anonymise(List.of("sender_note"))),
                        new Link.Hide(List.of("receiver_note")),
                        "sender",
                        "id")
                    .link(
                        Relation.OWNED_BY,
                        "people",
                        new Link.OnErasure(
                            new Link.DeleteRow(), new Link.Anonymise(List.of("receiver_note"))),
                        new Link.Hide(List.of("sender_note")),
                        "receiver",
                        "id")
                    .field("id", Category.REFERENCE, "post")
                    .field("sender", Category.REFERENCE, "post")
                    .field("receiver", Category.REFERENCE, "post")
                    .field(
                        "sender_note",
                        Category.FREE_TEXT,
                        field -> field.purposes("post").erase(new Strategy.SetNull()).freeText())
                    .field(
                        "receiver_note",
                        Category.FREE_TEXT,
                        field -> field.purposes("post").erase(new Strategy.SetNull()).freeText())
                    .field("body", Category.COMMUNICATION, "post"))
        .dataSet(
            "stamps",
            "stamps",
            "Stamps that you bought",
            set ->
                set.retention("books")
                    .since("paid")
                    .link(Relation.OWNED_BY, "people", GONE, new Link.ShowAll(), "person", "id")
                    .field("person", Category.REFERENCE, "tax")
                    .field("n", Category.NOT_PERSONAL)
                    .field(
                        "price",
                        Category.TRANSACTION,
                        field -> field.purposes("tax").recipients("printer"))
                    .field("paid", Category.TIMESTAMP, "tax")
                    .field("weight", Category.NOT_PERSONAL)
                    .field("big", Category.NOT_PERSONAL)
                    .field("gift", Category.NOT_PERSONAL)
                    .field("scan", Category.FILE, "tax"))
        .dataSet(
            "visits",
            "visits",
            "Pages that you saw",
            set ->
                set.retention("account")
                    .link(Relation.OWNED_BY, "people", GONE, new Link.ShowAll(), "person", "id")
                    .field("person", Category.REFERENCE, "offers")
                    .field(
                        "page",
                        Category.USAGE,
                        field -> field.purposes("offers").source(Field.OBSERVED)))
        .dataSet(
            "settings",
            "settings",
            "How you set the application",
            set ->
                set.retention("account")
                    .link(Relation.OWNED_BY, "people", GONE, new Link.ShowAll(), "person", "id")
                    .field("person", Category.REFERENCE, "post")
                    .field(
                        "doc",
                        Category.PREFERENCE,
                        field ->
                            field
                                .purposes("post")
                                .path("$.theme", Category.PREFERENCE, path -> path.purposes("post"))
                                .path(
                                    "$.token",
                                    Category.CREDENTIAL,
                                    path -> path.purposes("post").secret())
                                .path(
                                    "$.friends[*]",
                                    Category.PREFERENCE,
                                    path -> path.purposes("post"))
                                .path(
                                    "$.friends[*].secret",
                                    Category.CREDENTIAL,
                                    path -> path.purposes("post").secret())))
        .dataSet(
            "scores",
            "scores",
            "How likely we think fraud is",
            set ->
                set.retention("account")
                    .link(Relation.OWNED_BY, "people", GONE, new Link.ShowAll(), "person", "id")
                    .field(
                        "person",
                        Category.REFERENCE,
                        field -> field.purposes("fraud").source("our fraud model"))
                    .field(
                        "score",
                        Category.STATUS,
                        field -> field.purposes("fraud").source("our fraud model")))
        .build();
  }
}
