package io.ktizo.server.desk;

import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * The rows of uploaded models and issued quotes. Each method is one statement.
 *
 * <p>All throw a {@link io.ktizo.core.sql.DatabaseException} when the database does not do it.
 */
final class Records {
  private final Database database;

  Records(DataSource database) {
    this.database = Database.over(database);
  }

  void add(UploadedModel model) {
    database
        .sql(
            """
            INSERT INTO uploaded_model (id, name, file_sha256, file_bytes, received, report)
            VALUES (:id, :name, :sha256, :bytes, :received, :report)
            """)
        .bind("id", model.id().uuid())
        .bind("name", model.name())
        .bind("sha256", model.fileSha256())
        .bind("bytes", model.fileBytes())
        .bind("received", model.received())
        .bind("report", model.report())
        .update();
  }

  Optional<UploadedModel> model(DeskId id) {
    return database
        .sql(
            """
            SELECT name, file_sha256, file_bytes, received, report
            FROM uploaded_model
            WHERE id = :id
            """)
        .bind("id", id.uuid())
        .optional(
            row ->
                new UploadedModel(
                    id,
                    row.text("name"),
                    row.text("file_sha256"),
                    row.number("file_bytes"),
                    row.instant("received"),
                    row.text("report")));
  }

  void add(IssuedQuote quote) {
    database
        .sql(
            """
            INSERT INTO issued_quote (id, model_id, issued, document)
            VALUES (:id, :model, :issued, :document)
            """)
        .bind("id", quote.id().uuid())
        .bind("model", quote.model().uuid())
        .bind("issued", quote.issued())
        .bind("document", quote.document())
        .update();
  }

  Optional<IssuedQuote> quote(DeskId id) {
    return database
        .sql("SELECT model_id, issued, document FROM issued_quote WHERE id = :id")
        .bind("id", id.uuid())
        .optional(
            row ->
                new IssuedQuote(
                    id,
                    new DeskId(DeskId.Kind.MODEL, row.uuid("model_id")),
                    row.instant("issued"),
                    row.text("document")));
  }

  /** Ids and sizes of all models, oldest first. */
  List<Kept> modelsByAge() {
    return database
        .sql("SELECT id, file_bytes, received FROM uploaded_model ORDER BY received, id")
        .list(Kept::of);
  }

  /** Removes a model with its quotes. */
  void remove(DeskId model) {
    database.sql("DELETE FROM uploaded_model WHERE id = :id").bind("id", model.uuid()).update();
  }

  Set<UUID> modelIds() {
    Set<UUID> ids = new HashSet<>();
    modelsByAge().forEach(kept -> ids.add(kept.id().uuid()));
    return ids;
  }

  /** What retention looks at. */
  record Kept(DeskId id, long bytes, Instant received) {
    static Kept of(Row row) {
      return new Kept(
          new DeskId(DeskId.Kind.MODEL, row.uuid("id")),
          row.number("file_bytes"),
          row.instant("received"));
    }
  }
}
