package io.ktizo.privacy;

import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.erasure.FileLedger;
import io.ktizo.privacy.erasure.Ledger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A club with members, letters between them, invoices that are kept, and pictures in a folder. */
final class SmallClub {
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-23T10:00:00Z"));

  static final DataMap MAP =
      DataMap.parse(
          """
          dataMap: 1
          name: club
          purposes:
            club: {description: Being a member, basis: contract}
          retentions:
            membership: {keep: P30D, from: end-of-relation, ground: own rule}
            books: {keep: P8Y, from: end-of-year, ground: "DE § 147 AO", mandatory: true}
          subjects:
            member: {dataSet: member, key: id, identifiers: [email]}
          dataSets:
            member:
              retention: membership
              purposes: club
              fields:
                id: identifier.unique
                email: contact.email
                name: contact.name
            letter:
              retention: membership
              purposes: club
              links:
                - to: member
                  on: {writer: id}
                  relation: owned-by
                  erase: {last: delete-row, shared: {anonymise: [writer, writer_name]}}
                - to: member
                  on: {reader: id}
                  relation: owned-by
                  erase: {last: delete-row, shared: {anonymise: [reader]}}
              fields:
                id: none
                writer: {category: record.reference, erase: set-null}
                writer_name: {category: contact.name, erase: {constant: gone}}
                reader: {category: record.reference, erase: set-null}
                content: {category: content.communication, freeText: true}
            invoice:
              retention: books
              since: issued
              purposes: club
              links:
                - to: member
                  on: {member_id: id}
                  relation: owned-by
                  erase: {last: {keep-until: books, anonymise: [member_id]}, shared: leave}
              fields:
                id: none
                member_id: {category: record.reference, erase: set-null}
                issued: record.timestamp
                amount: financial.transaction
            picture:
              retention: membership
              purposes: club
              links:
                - {to: member, on: {member_id: id}, relation: owned-by, erase: {last: delete-row, shared: leave}}
              fields:
                file: {category: content.file}
                member_id: record.reference
          """);

  private static final List<String> TABLES = List.of("member", "letter", "invoice", "picture");

  private SmallClub() {}

  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE member (id INT PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, name"
              + " VARCHAR(80) NOT NULL)");
      statement.execute(
          "CREATE TABLE letter (id INT PRIMARY KEY, writer INT REFERENCES member (id), writer_name"
              + " VARCHAR(80), reader INT REFERENCES member (id), content VARCHAR(200))");
      statement.execute(
          "CREATE TABLE invoice (id INT PRIMARY KEY, member_id INT REFERENCES member (id), issued"
              + " DATE, amount INT)");
      statement.execute(
          "CREATE TABLE picture (file VARCHAR(80), member_id INT REFERENCES member (id))");
    }
  }

  /** Takes out what is there, the engine's own notes too, and puts the club's first days in. */
  static void fill(Connection connection, Path folder) throws SQLException, IOException {
    try (Statement statement = connection.createStatement()) {
      if (exists(connection, "ledger_applied")) {
        for (String own :
            List.of(
                "erasure_run", "erasure_lease", "erasure_step", "suppression", "ledger_applied")) {
          statement.execute("DELETE FROM \"ktizo_privacy\"." + own);
        }
      }
      for (String table : List.of("letter", "invoice", "picture", "member")) {
        statement.execute("DELETE FROM " + table);
      }
      statement.execute(
          "INSERT INTO member VALUES (1, 'ann@club.example', 'Ann Archer'), (2, 'bob@club.example',"
              + " 'Bob Bowman')");
      statement.execute(
          "INSERT INTO letter VALUES (1, 1, 'Ann Archer', 2, 'hello'), (2, 2, 'Bob Bowman', 1,"
              + " 'hi'), (3, 1, 'Ann Archer', 1, 'to me')");
      statement.execute(
          "INSERT INTO invoice VALUES (1, 1, DATE '2025-03-01', 10), (2, 1, DATE '2010-03-01', 10),"
              + " (3, 2, DATE '2025-03-01', 10)");
      statement.execute(
          "INSERT INTO picture VALUES ('ann1.png', 1), ('ann2.png', 1), ('bob.png', 2)");
    }
    for (String file : List.of("ann1.png", "ann2.png", "bob.png")) {
      Files.writeString(folder.resolve(file), file);
    }
  }

  private static boolean exists(Connection connection, String table) throws SQLException {
    try (ResultSet rows = connection.getMetaData().getTables(null, "ktizo_privacy", table, null)) {
      if (rows.next()) {
        return true;
      }
    }
    try (ResultSet rows =
        connection
            .getMetaData()
            .getTables(null, "ktizo_privacy", table.toUpperCase(java.util.Locale.ROOT), null)) {
      return rows.next();
    }
  }

  static List<String> rows(Connection connection) throws SQLException {
    List<String> found = new ArrayList<>();
    for (String table : TABLES) {
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
        while (rows.next()) {
          StringBuilder text = new StringBuilder(table);
          for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            text.append('|').append(rows.getString(i));
          }
          found.add(text.toString());
        }
      }
    }
    found.sort(null);
    return found;
  }

  static Privacy engine(DataSource source, Path folder, Fragile fragile) {
    Ledger ledger = FileLedger.at(folder.resolve("ledger"));
    return Privacy.builder()
        .dataSource(fragile.around(source))
        .dataMap(MAP)
        .clock(CLOCK)
        .keys(KeySource.of("k1", new byte[32]))
        .ledger(fragile.around(ledger))
        .holders(
            fragile.around(new FolderHolder("pictures", folder, "picture.file")),
            fragile.around(
                new FolderHolder("previews", folder.resolve("previews"), "picture.file")))
        .build();
  }

  static void folder(Path folder) {
    try {
      Files.createDirectories(folder.resolve("previews"));
      if (!Files.exists(folder.resolve("ledger"))) {
        FileLedger.create(folder.resolve("ledger"));
      }
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }
}
