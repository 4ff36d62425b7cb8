package io.ktizo.server.desk;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The rows of uploaded models and issued quotes. Each method is one transaction. What a driver says
 * is kept as a cause and never shown.
 */
final class Records {
  private final DataSource database;

  Records(DataSource database) {
    this.database = database;
  }

  void add(UploadedModel model) {
    String sql =
        """
        INSERT INTO uploaded_model (id, name, file_sha256, file_bytes, received, report)
        VALUES (?, ?, ?, ?, ?, ?)
        """;
    run(
        "save a model",
        sql,
        statement -> {
          statement.setObject(1, model.id().uuid());
          statement.setString(2, model.name());
          statement.setString(3, model.fileSha256());
          statement.setLong(4, model.fileBytes());
          statement.setObject(5, utc(model.received()));
          statement.setString(6, model.report());
          return statement.executeUpdate();
        });
  }

  Optional<UploadedModel> model(DeskId id) {
    String sql =
        """
        SELECT name, file_sha256, file_bytes, received, report
        FROM uploaded_model
        WHERE id = ?
        """;
    return run(
        "read a model",
        sql,
        statement -> {
          statement.setObject(1, id.uuid());
          try (ResultSet row = statement.executeQuery()) {
            return row.next()
                ? Optional.of(
                    new UploadedModel(
                        id,
                        row.getString("name"),
                        row.getString("file_sha256"),
                        row.getLong("file_bytes"),
                        row.getObject("received", OffsetDateTime.class).toInstant(),
                        row.getString("report")))
                : Optional.empty();
          }
        });
  }

  void add(IssuedQuote quote) {
    String sql =
        """
        INSERT INTO issued_quote (id, model_id, issued, document)
        VALUES (?, ?, ?, ?)
        """;
    run(
        "save a quote",
        sql,
        statement -> {
          statement.setObject(1, quote.id().uuid());
          statement.setObject(2, quote.model().uuid());
          statement.setObject(3, utc(quote.issued()));
          statement.setString(4, quote.document());
          return statement.executeUpdate();
        });
  }

  Optional<IssuedQuote> quote(DeskId id) {
    String sql = "SELECT model_id, issued, document FROM issued_quote WHERE id = ?";
    return run(
        "read a quote",
        sql,
        statement -> {
          statement.setObject(1, id.uuid());
          try (ResultSet row = statement.executeQuery()) {
            return row.next()
                ? Optional.of(
                    new IssuedQuote(
                        id,
                        new DeskId(DeskId.Kind.MODEL, row.getObject("model_id", UUID.class)),
                        row.getObject("issued", OffsetDateTime.class).toInstant(),
                        row.getString("document")))
                : Optional.empty();
          }
        });
  }

  /** Ids and sizes of all models, oldest first. */
  List<Kept> modelsByAge() {
    String sql = "SELECT id, file_bytes, received FROM uploaded_model ORDER BY received, id";
    return run(
        "list models",
        sql,
        statement -> {
          List<Kept> kept = new ArrayList<>();
          try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
              kept.add(
                  new Kept(
                      new DeskId(DeskId.Kind.MODEL, row.getObject("id", UUID.class)),
                      row.getLong("file_bytes"),
                      row.getObject("received", OffsetDateTime.class).toInstant()));
            }
          }
          return kept;
        });
  }

  /** Removes a model with its quotes. */
  void remove(DeskId model) {
    run(
        "remove a model",
        "DELETE FROM uploaded_model WHERE id = ?",
        statement -> {
          statement.setObject(1, model.uuid());
          return statement.executeUpdate();
        });
  }

  Set<UUID> modelIds() {
    Set<UUID> ids = new HashSet<>();
    modelsByAge().forEach(kept -> ids.add(kept.id().uuid()));
    return ids;
  }

  /** What retention looks at. */
  record Kept(DeskId id, long bytes, Instant received) {}

  private interface Use<T> {
    T with(PreparedStatement statement) throws SQLException;
  }

  private <T> T run(String what, String sql, Use<T> use) {
    try (Connection connection = database.getConnection();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      return use.with(statement);
    } catch (SQLException e) {
      throw new DeskException("the database could not " + what, e);
    }
  }

  private static OffsetDateTime utc(Instant moment) {
    return moment.atOffset(ZoneOffset.UTC);
  }
}
