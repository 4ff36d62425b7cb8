package io.ktizo.storage.store;

import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Migrations;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.RowMapper;
import io.ktizo.core.sql.Transaction;
import io.ktizo.storage.Catalogue;
import io.ktizo.storage.ContentId;
import io.ktizo.storage.Denial;
import io.ktizo.storage.DerivedFile;
import io.ktizo.storage.Disclosure;
import io.ktizo.storage.Doomed;
import io.ktizo.storage.FileId;
import io.ktizo.storage.FileName;
import io.ktizo.storage.KeyId;
import io.ktizo.storage.Owner;
import io.ktizo.storage.Piece;
import io.ktizo.storage.Quota;
import io.ktizo.storage.Sha256;
import io.ktizo.storage.StoreKey;
import io.ktizo.storage.StoredFile;
import io.ktizo.storage.Upload;
import io.ktizo.storage.UploadId;
import io.ktizo.storage.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The catalogue in a database: H2 or PostgreSQL, shared by any number of instances.
 *
 * <p>Whatever changes an owner's quota first locks the owner's row in {@code storage_accounts};
 * whatever changes an upload or file locks its row. Rows are always locked in that order, so no two
 * transactions wait for each other.
 */
public final class SqlCatalogue implements Catalogue {
  /** The tables. */
  public static final Migrations MIGRATIONS =
      Migrations.of("ktizo_storage", "io/ktizo/storage/store/migration");

  private static final String UPLOAD_COLUMNS =
      """
      SELECT id, owner, name, length, deferred, kind, state, key_id, parts, received, reserved, created,
             expires, writer, judge, judging_until, file_id, refusal
      FROM storage_uploads
      """;
  private static final String FILE_COLUMNS =
      """
      SELECT f.id, f.owner, f.name, f.findings, f.created, f.kept, f.expires,
             c.id AS content_id, c.media_type, c.length, c.sha256, c.key_id
      FROM storage_files f JOIN storage_contents c ON c.id = f.content_id
      """;
  private static final RowMapper<UploadId> UPLOAD_ID = row -> row.id("id", UploadId.FORM);
  private static final RowMapper<FileId> FILE_ID = row -> row.id("id", FileId.FORM);
  private static final RowMapper<Piece> PIECE =
      row ->
          new Piece(
              new StoreKey(row.text("blob_name")), row.number("start_at"), row.number("length"));

  private final Database database;
  private final IdGenerator ids;

  /** Over a database to which {@link #MIGRATIONS} were applied. */
  public SqlCatalogue(Database database, IdGenerator ids) {
    this.database = database;
    this.ids = ids;
  }

  // Accounts

  private record Account(Usage usage, @Nullable Instant nextUpload) {}

  /** Locks the owner's row, making it if there is none. */
  private static Account lock(Transaction tx, Owner owner) {
    tx.sql(
            """
            INSERT INTO storage_accounts (owner, bytes, reserved_bytes, files, uploads, next_upload)
            VALUES (:owner, 0, 0, 0, 0, NULL)
            ON CONFLICT DO NOTHING
            """)
        .bind("owner", owner.value())
        .update();
    return tx.sql(
            """
            SELECT bytes, reserved_bytes, files, uploads, next_upload FROM storage_accounts
            WHERE owner = :owner FOR UPDATE
            """)
        .bind("owner", owner.value())
        .one(row -> new Account(usage(row), row.instantOrNull("next_upload")));
  }

  private static Usage usage(Row row) {
    return new Usage(
        row.number("bytes"),
        row.number("reserved_bytes"),
        row.integer("files"),
        row.integer("uploads"));
  }

  private static void add(
      Transaction tx, Owner owner, long bytes, long reserved, int files, int uploads) {
    tx.sql(
            """
            UPDATE storage_accounts
            SET bytes = bytes + :bytes, reserved_bytes = reserved_bytes + :reserved,
                files = files + :files, uploads = uploads + :uploads
            WHERE owner = :owner
            """)
        .bind("bytes", bytes)
        .bind("reserved", reserved)
        .bind("files", files)
        .bind("uploads", uploads)
        .bind("owner", owner.value())
        .update();
  }

  @Override
  public Usage usage(Owner owner) {
    return database
        .sql(
            """
            SELECT bytes, reserved_bytes, files, uploads FROM storage_accounts
            WHERE owner = :owner
            """)
        .bind("owner", owner.value())
        .optional(SqlCatalogue::usage)
        .orElse(Usage.NONE);
  }

  // Uploads

  @Override
  public List<Denial> admit(Upload upload, Quota quota, Instant now) {
    return database.inTransaction(
        tx -> {
          Account account = lock(tx, upload.owner());
          List<Denial> denials = new ArrayList<>();
          if (upload.length() > quota.fileBytes()) {
            denials.add(new Denial.FileTooLarge(quota.fileBytes()));
          }
          denials.addAll(Denial.of(quota, account.usage(), upload.reserved(), 1));
          Pace pace = Pace.of(account.nextUpload(), quota, now);
          pace.denial().ifPresent(denials::add);
          if (denials.isEmpty()) {
            insert(tx, upload);
            add(tx, upload.owner(), 0, upload.reserved(), 0, 1);
            tx.sql("UPDATE storage_accounts SET next_upload = :next WHERE owner = :owner")
                .bind("next", pace.next())
                .bind("owner", upload.owner().value())
                .update();
          }
          return List.copyOf(denials);
        });
  }

  private static void insert(Transaction tx, Upload upload) {
    tx.sql(
            """
            INSERT INTO storage_uploads (id, owner, name, length, deferred, kind, state, key_id,
              parts, received, reserved, created, expires)
            VALUES (:id, :owner, :name, :length, :deferred, :kind, :state, :key,
              :parts, 0, :reserved, :created, :expires)
            """)
        .bind("id", upload.id())
        .bind("owner", upload.owner().value())
        .bind("name", upload.name().value())
        .bind("length", upload.length())
        .bind("deferred", upload.deferred())
        .bind("kind", upload.kind())
        .bind("state", upload.state())
        .bind("key", upload.key())
        .bind(
            "parts",
            upload.parts().stream().map(UploadId::toString).collect(Collectors.joining(",")))
        .bind("reserved", upload.reserved())
        .bind("created", upload.created())
        .bind("expires", upload.expires())
        .update();
  }

  @Override
  public Joining join(Upload upload, Quota quota) {
    return database.inTransaction(
        tx -> {
          Account account = lock(tx, upload.owner());
          Map<UploadId, Upload> parts = new HashMap<>();
          for (UploadId id : new LinkedHashSet<>(upload.parts())) {
            Optional<Upload> part = lockUpload(tx, id);
            if (part.isEmpty() || !Joins.isFit(part.get(), upload)) {
              return new Joining.PartsUnfit();
            }
            parts.put(id, part.get());
          }
          long length = 0;
          for (UploadId id : upload.parts()) {
            Upload part = parts.get(id);
            length += part == null ? 0 : part.length();
          }
          long held = parts.values().stream().mapToLong(Upload::reserved).sum();
          List<Denial> denials = Joins.denials(quota, account.usage(), length, held);
          if (!denials.isEmpty()) {
            return new Joining.Denied(denials);
          }
          for (UploadId id : parts.keySet()) {
            tx.sql(
                    """
                    UPDATE storage_uploads
                    SET reserved = 0,
                        expires = CASE WHEN expires < :expires THEN :expires ELSE expires END
                    WHERE id = :id
                    """)
                .bind("expires", upload.expires())
                .bind("id", id)
                .update();
          }
          Upload joined = Joins.sized(upload, length);
          insert(tx, joined);
          add(tx, upload.owner(), 0, length - held, 0, 1);
          return new Joining.Joined(joined);
        });
  }

  @Override
  public Optional<Upload> upload(UploadId id) {
    return database.reading(tx -> find(tx, id, ""));
  }

  private static Optional<Upload> lockUpload(Transaction tx, UploadId id) {
    return find(tx, id, " FOR UPDATE");
  }

  private static Optional<Upload> find(Transaction tx, UploadId id, String lock) {
    return tx.sql(UPLOAD_COLUMNS + " WHERE id = :id" + lock)
        .bind("id", id)
        .optional(row -> upload(row, List.of()))
        .map(upload -> withPieces(upload, pieces(tx, id)));
  }

  private static List<Piece> pieces(Transaction tx, UploadId id) {
    return tx.sql(
            """
            SELECT blob_name, start_at, length FROM storage_upload_pieces
            WHERE upload_id = :id ORDER BY start_at
            """)
        .bind("id", id)
        .list(PIECE);
  }

  private static Upload upload(Row row, List<Piece> pieces) {
    String parts = row.text("parts");
    return new Upload(
        row.id("id", UploadId.FORM),
        new Owner(row.text("owner")),
        new FileName(row.text("name")),
        row.number("length"),
        row.truth("deferred"),
        row.constant("kind", Upload.Kind.class),
        row.constant("state", Upload.State.class),
        row.id("key_id", KeyId.FORM),
        pieces,
        parts.isEmpty()
            ? List.of()
            : Arrays.stream(parts.split(",", -1)).map(UploadId.FORM::parse).toList(),
        row.number("reserved"),
        row.instant("created"),
        row.instant("expires"),
        row.uuidOrNull("writer"),
        row.idOrNull("file_id", FileId.FORM),
        row.textOrNull("refusal"));
  }

  private static Upload withPieces(Upload upload, List<Piece> pieces) {
    return new Upload(
        upload.id(),
        upload.owner(),
        upload.name(),
        upload.length(),
        upload.deferred(),
        upload.kind(),
        upload.state(),
        upload.key(),
        pieces,
        upload.parts(),
        upload.reserved(),
        upload.created(),
        upload.expires(),
        upload.writer(),
        upload.file(),
        upload.refusal());
  }

  @Override
  public Optional<Upload> seize(UploadId id, @Nullable UUID writer) {
    return database.inTransaction(
        tx -> {
          lockAccountIfDeferred(tx, id);
          tx.sql("UPDATE storage_uploads SET writer = :writer WHERE id = :id")
              .bind("writer", writer)
              .bind("id", id)
              .update();
          return find(tx, id, "").map(upload -> settle(tx, upload));
        });
  }

  /** Before the upload's own row, since that is the order in which rows are locked. */
  private static void lockAccountIfDeferred(Transaction tx, UploadId id) {
    find(tx, id, "").filter(Upload::deferred).ifPresent(upload -> lock(tx, upload.owner()));
  }

  private static Upload settle(Transaction tx, Upload upload) {
    Upload settled = Uploads.settled(upload);
    if (settled.reserved() != upload.reserved()) {
      measure(tx, upload, settled);
    }
    return settled;
  }

  /** With the owner's row locked. */
  private static void measure(Transaction tx, Upload before, Upload after) {
    tx.sql(
            """
            UPDATE storage_uploads
            SET length = :length, deferred = :deferred, reserved = :reserved, state = :state
            WHERE id = :id
            """)
        .bind("length", after.length())
        .bind("deferred", after.deferred())
        .bind("reserved", after.reserved())
        .bind("state", after.state())
        .bind("id", after.id())
        .update();
    add(tx, after.owner(), 0, after.reserved() - before.reserved(), 0, 0);
  }

  @Override
  public long reserve(UploadId id, UUID writer, long wanted, Quota quota) {
    return database.inTransaction(
        tx -> {
          Optional<Upload> before = find(tx, id, "").filter(Upload::deferred);
          if (before.isEmpty()) {
            return 0L;
          }
          Account account = lock(tx, before.get().owner());
          Optional<Upload> now =
              lockUpload(tx, id)
                  .filter(upload -> upload.deferred() && writer.equals(upload.writer()));
          if (now.isEmpty()) {
            return 0L;
          }
          long granted = Uploads.grant(now.get(), quota, account.usage(), wanted);
          measure(tx, now.get(), Uploads.reserving(now.get(), now.get().reserved() + granted));
          return granted;
        });
  }

  @Override
  public Declaration declare(UploadId id, long length, Quota quota) {
    return database.inTransaction(
        tx -> {
          Optional<Upload> before = find(tx, id, "");
          if (before.isEmpty()) {
            return new Declaration.Unfit();
          }
          Account account = lock(tx, before.get().owner());
          Optional<Upload> locked = lockUpload(tx, id);
          if (locked.isEmpty() || length < locked.get().offset()) {
            return new Declaration.Unfit();
          }
          Upload upload = locked.get();
          if (!upload.deferred()) {
            return length == upload.length()
                ? new Declaration.Declared(upload)
                : new Declaration.Unfit();
          }
          List<Denial> denials = Uploads.denials(upload, length, quota, account.usage());
          if (!denials.isEmpty()) {
            return new Declaration.Denied(denials);
          }
          Upload declared = Uploads.declared(upload, length);
          measure(tx, upload, declared);
          return new Declaration.Declared(declared);
        });
  }

  @Override
  public void release(UploadId id, UUID writer) {
    database.run(
        tx -> {
          lockAccountIfDeferred(tx, id);
          int released =
              tx.sql(
                      """
                      UPDATE storage_uploads SET writer = NULL WHERE id = :id AND writer = :writer
                      """)
                  .bind("id", id)
                  .bind("writer", writer)
                  .update();
          if (released == 1) {
            find(tx, id, "").ifPresent(upload -> settle(tx, upload));
          }
        });
  }

  @Override
  public void announce(StoreKey blob, Instant until) {
    database
        .sql(
            """
            INSERT INTO storage_garbage (name, kind, doomed, due) VALUES (:name, 'BLOB', FALSE, :due)
            """)
        .bind("name", blob.value())
        .bind("due", until)
        .update();
  }

  @Override
  public void withdraw(StoreKey blob) {
    database
        .sql("UPDATE storage_garbage SET doomed = TRUE WHERE name = :name")
        .bind("name", blob.value())
        .update();
  }

  /** Whether the blob was announced and is not doomed yet; it is somebody's from now on. */
  private static boolean claim(Transaction tx, StoreKey blob) {
    return tx.sql("DELETE FROM storage_garbage WHERE name = :name AND NOT doomed")
            .bind("name", blob.value())
            .update()
        == 1;
  }

  /** What a transaction throws at itself to undo what it has begun. */
  private static final class Given extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Given() {
      super("a blob was given up", null, false, false);
    }
  }

  @Override
  public Optional<Upload> append(UploadId id, UUID writer, List<Piece> pieces, Instant expires) {
    try {
      return database.inTransaction(
          tx -> {
            Optional<Upload> found = lockUpload(tx, id);
            if (found.isEmpty() || !Uploads.mayAppend(found.get(), writer, pieces)) {
              return Optional.<Upload>empty();
            }
            if (!pieces.stream().allMatch(piece -> claim(tx, piece.blob()))) {
              throw new Given();
            }
            Upload longer = Uploads.with(found.get(), pieces, expires);
            tx.batch(
                """
                INSERT INTO storage_upload_pieces (upload_id, start_at, blob_name, length)
                VALUES (:id, :start, :blob, :length)
                """,
                pieces,
                (parameters, piece) ->
                    parameters
                        .bind("id", id)
                        .bind("start", piece.offset())
                        .bind("blob", piece.blob().value())
                        .bind("length", piece.length()));
            tx.sql(
                    """
                    UPDATE storage_uploads
                    SET received = :received, state = :state, expires = :expires WHERE id = :id
                    """)
                .bind("received", longer.offset())
                .bind("state", longer.state())
                .bind("expires", expires)
                .bind("id", id)
                .update();
            return Optional.of(longer);
          });
    } catch (Given up) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<Upload> claim(UploadId id, UUID worker, Instant now, Instant until) {
    return database.inTransaction(
        tx -> {
          int claimed =
              tx.sql(
                      """
                      UPDATE storage_uploads SET judge = :judge, judging_until = :until
                      WHERE id = :id AND state = 'RECEIVED'
                        AND (judging_until IS NULL OR judging_until <= :now)
                      """)
                  .bind("judge", worker)
                  .bind("until", until)
                  .bind("id", id)
                  .bind("now", now)
                  .update();
          return claimed == 1 ? find(tx, id, "") : Optional.empty();
        });
  }

  @Override
  public void unclaim(UploadId id, UUID worker) {
    database
        .sql(
            """
            UPDATE storage_uploads SET judge = NULL, judging_until = NULL
            WHERE id = :id AND judge = :judge
            """)
        .bind("id", id)
        .bind("judge", worker)
        .update();
  }

  /** Locks the owner's row, then the upload's, if this worker is judging it. */
  private static Optional<Upload> lockJudged(Transaction tx, UploadId id, UUID worker) {
    Optional<Upload> before = find(tx, id, "");
    if (before.isEmpty()) {
      return Optional.empty();
    }
    lock(tx, before.get().owner());
    return tx.sql(
            UPLOAD_COLUMNS + " WHERE id = :id AND state = 'RECEIVED' AND judge = :judge FOR UPDATE")
        .bind("id", id)
        .bind("judge", worker)
        .optional(row -> upload(row, List.of()))
        .map(upload -> withPieces(upload, pieces(tx, id)));
  }

  @Override
  public Optional<StoredFile> keep(UploadId id, UUID worker, StoredFile file) {
    try {
      return database.inTransaction(
          tx -> lockJudged(tx, id, worker).map(upload -> keep(tx, upload, file)));
    } catch (Given up) {
      return Optional.empty();
    }
  }

  private static StoredFile keep(Transaction tx, Upload upload, StoredFile file) {
    Set<StoreKey> own =
        upload.pieces().stream().map(Piece::blob).collect(Collectors.toUnmodifiableSet());
    List<StoreKey> wanted = file.content().pieces().stream().map(Piece::blob).toList();
    if (!wanted.stream().filter(blob -> !own.contains(blob)).allMatch(blob -> claim(tx, blob))) {
      throw new Given();
    }
    Optional<StoredFile.Content> same =
        tx.sql(
                """
                SELECT id AS content_id, media_type, length, sha256, key_id FROM storage_contents
                WHERE owner = :owner AND sha256 = :sha256
                """)
            .bind("owner", file.owner().value())
            .bind("sha256", file.content().sha256().hex())
            .optional(ContentRow::of)
            .map(row -> row.content(contentPieces(tx, row.id())));
    StoredFile kept = same.map(content -> Uploads.sharing(file, content)).orElse(file);
    Set<StoreKey> useless = new LinkedHashSet<>(own);
    if (same.isPresent()) {
      useless.addAll(wanted);
      doom(tx, upload.key());
    } else {
      wanted.forEach(useless::remove);
      insert(tx, file.owner(), file.content());
    }
    useless.forEach(blob -> doom(tx, blob));
    insert(tx, kept);
    tx.sql("DELETE FROM storage_upload_pieces WHERE upload_id = :id")
        .bind("id", upload.id())
        .update();
    tx.sql(
            """
            UPDATE storage_uploads
            SET state = 'KEPT', file_id = :file, reserved = 0, writer = NULL, judge = NULL,
                judging_until = NULL
            WHERE id = :id
            """)
        .bind("file", kept.id())
        .bind("id", upload.id())
        .update();
    long more = same.isPresent() ? 0 : file.content().length();
    add(tx, file.owner(), more, -upload.reserved(), 1, -1);
    upload.parts().forEach(part -> drop(tx, part));
    return kept;
  }

  private static void insert(Transaction tx, Owner owner, StoredFile.Content content) {
    tx.sql(
            """
            INSERT INTO storage_contents (id, owner, sha256, media_type, length, key_id)
            VALUES (:id, :owner, :sha256, :type, :length, :key)
            """)
        .bind("id", content.id())
        .bind("owner", owner.value())
        .bind("sha256", content.sha256().hex())
        .bind("type", content.mediaType())
        .bind("length", content.length())
        .bind("key", content.key())
        .update();
    tx.batch(
        """
        INSERT INTO storage_content_pieces (content_id, start_at, blob_name, length)
        VALUES (:id, :start, :blob, :length)
        """,
        content.pieces(),
        (parameters, piece) ->
            parameters
                .bind("id", content.id())
                .bind("start", piece.offset())
                .bind("blob", piece.blob().value())
                .bind("length", piece.length()));
  }

  private static void insert(Transaction tx, StoredFile file) {
    tx.sql(
            """
            INSERT INTO storage_files (id, owner, content_id, name, findings, created, kept, expires)
            VALUES (:id, :owner, :content, :name, :findings, :created, :kept, :expires)
            """)
        .bind("id", file.id())
        .bind("owner", file.owner().value())
        .bind("content", file.content().id())
        .bind("name", file.name().value())
        .bind(
            "findings",
            file.findings().stream().map(Enum::name).sorted().collect(Collectors.joining(",")))
        .bind("created", file.created())
        .bind("kept", file.kept())
        .bind("expires", file.expires())
        .update();
  }

  @Override
  public boolean refuse(UploadId id, UUID worker, String reason) {
    return database.inTransaction(
        tx -> {
          Optional<Upload> judged = lockJudged(tx, id, worker);
          judged.ifPresent(upload -> refuse(tx, upload, reason));
          return judged.isPresent();
        });
  }

  private static void refuse(Transaction tx, Upload upload, String reason) {
    doomBytes(tx, upload);
    tx.sql(
            """
            UPDATE storage_uploads
            SET state = 'REFUSED', refusal = :reason, reserved = 0, writer = NULL, judge = NULL,
                judging_until = NULL
            WHERE id = :id
            """)
        .bind("reason", reason)
        .bind("id", upload.id())
        .update();
    add(tx, upload.owner(), 0, -upload.reserved(), 0, -1);
    upload.parts().forEach(part -> drop(tx, part));
  }

  private static void doomBytes(Transaction tx, Upload upload) {
    upload.pieces().forEach(piece -> doom(tx, piece.blob()));
    doom(tx, upload.key());
    tx.sql("DELETE FROM storage_upload_pieces WHERE upload_id = :id")
        .bind("id", upload.id())
        .update();
  }

  @Override
  public boolean drop(UploadId id) {
    return drop(id, Instant.MAX);
  }

  @Override
  public boolean dropExpired(UploadId id, Instant now) {
    return drop(id, now);
  }

  private boolean drop(UploadId id, Instant expiredBy) {
    return database.inTransaction(
        tx -> {
          Optional<Upload> before = find(tx, id, "");
          before.ifPresent(upload -> lock(tx, upload.owner()));
          return lockUpload(tx, id).filter(now -> !now.expires().isAfter(expiredBy)).isPresent()
              && drop(tx, id);
        });
  }

  /** With the owner's row locked. */
  private static boolean drop(Transaction tx, UploadId id) {
    Optional<Upload> found = lockUpload(tx, id);
    found
        .filter(Uploads::isRunning)
        .ifPresent(
            upload -> {
              doomBytes(tx, upload);
              add(tx, upload.owner(), 0, -upload.reserved(), 0, -1);
            });
    tx.sql("DELETE FROM storage_uploads WHERE id = :id").bind("id", id).update();
    return found.isPresent();
  }

  @Override
  public List<UploadId> expiredUploads(Instant now, int limit) {
    return database
        .sql("SELECT id FROM storage_uploads WHERE expires <= :now ORDER BY expires LIMIT :most")
        .bind("now", now)
        .bind("most", limit)
        .list(UPLOAD_ID);
  }

  @Override
  public List<UploadId> unjudged(Instant now, int limit) {
    return database
        .sql(
            """
            SELECT id FROM storage_uploads
            WHERE state = 'RECEIVED' AND kind <> 'PART'
              AND (judging_until IS NULL OR judging_until <= :now)
            ORDER BY created LIMIT :most
            """)
        .bind("now", now)
        .bind("most", limit)
        .list(UPLOAD_ID);
  }

  // Files

  /** A content without its pieces. */
  private record ContentRow(ContentId id, String mediaType, long length, Sha256 sha256, KeyId key) {
    static ContentRow of(Row row) {
      return new ContentRow(
          row.id("content_id", ContentId.FORM),
          row.text("media_type"),
          row.number("length"),
          new Sha256(row.text("sha256")),
          row.id("key_id", KeyId.FORM));
    }

    StoredFile.Content content(List<Piece> pieces) {
      return new StoredFile.Content(id, mediaType, length, sha256, key, pieces);
    }
  }

  /** A file without its pieces. */
  private record FileRow(
      FileId id,
      Owner owner,
      FileName name,
      Set<StoredFile.Finding> findings,
      Instant created,
      Instant kept,
      @Nullable Instant expires,
      ContentRow content) {

    static FileRow of(Row row) {
      String findings = row.text("findings");
      return new FileRow(
          row.id("id", FileId.FORM),
          new Owner(row.text("owner")),
          new FileName(row.text("name")),
          findings.isEmpty()
              ? Set.of()
              : Arrays.stream(findings.split(",", -1))
                  .map(StoredFile.Finding::valueOf)
                  .collect(Collectors.toUnmodifiableSet()),
          row.instant("created"),
          row.instant("kept"),
          row.instantOrNull("expires"),
          ContentRow.of(row));
    }

    StoredFile file(List<Piece> pieces) {
      return new StoredFile(
          id, owner, name, content.content(pieces), findings, created, kept, expires);
    }
  }

  private static List<Piece> contentPieces(Transaction tx, ContentId id) {
    return tx.sql(
            """
            SELECT blob_name, start_at, length FROM storage_content_pieces
            WHERE content_id = :id ORDER BY start_at
            """)
        .bind("id", id)
        .list(PIECE);
  }

  private static List<StoredFile> withPieces(Transaction tx, List<FileRow> rows) {
    return rows.stream().map(row -> row.file(contentPieces(tx, row.content().id()))).toList();
  }

  @Override
  public Optional<StoredFile> file(FileId id) {
    return database.reading(
        tx ->
            tx.sql(FILE_COLUMNS + " WHERE f.id = :id")
                .bind("id", id)
                .optional(FileRow::of)
                .map(row -> row.file(contentPieces(tx, row.content().id()))));
  }

  @Override
  public List<StoredFile> files(Owner owner, @Nullable FileId after, int limit) {
    UUID from = after == null ? new UUID(0, 0) : after.value();
    return database.reading(
        tx ->
            withPieces(
                tx,
                tx.sql(
                        FILE_COLUMNS
                            + " WHERE f.owner = :owner AND f.id > :after ORDER BY f.id LIMIT :most")
                    .bind("owner", owner.value())
                    .bind("after", from)
                    .bind("most", limit)
                    .list(FileRow::of)));
  }

  @Override
  public boolean expire(FileId id, @Nullable Instant expires) {
    return database
            .sql("UPDATE storage_files SET expires = :expires WHERE id = :id")
            .bind("expires", expires)
            .bind("id", id)
            .update()
        == 1;
  }

  @Override
  public List<FileId> expiredFiles(Instant now, int limit) {
    return database
        .sql("SELECT id FROM storage_files WHERE expires <= :now ORDER BY expires LIMIT :most")
        .bind("now", now)
        .bind("most", limit)
        .list(FILE_ID);
  }

  @Override
  public boolean delete(FileId id) {
    return delete(id, null);
  }

  @Override
  public boolean deleteExpired(FileId id, Instant now) {
    return delete(id, now);
  }

  private boolean delete(FileId id, @Nullable Instant expiredBy) {
    return database.inTransaction(
        tx -> {
          Optional<Owner> owner =
              tx.sql("SELECT owner FROM storage_files WHERE id = :id")
                  .bind("id", id)
                  .optional(row -> new Owner(row.text("owner")));
          owner.ifPresent(his -> lock(tx, his));
          return owner.isPresent() && delete(tx, id, expiredBy);
        });
  }

  /** With the owner's row locked, so nobody adds a file to the content meanwhile. */
  private static boolean delete(Transaction tx, FileId id, @Nullable Instant expiredBy) {
    Optional<FileRow> found =
        tx.sql(FILE_COLUMNS + " WHERE f.id = :id").bind("id", id).optional(FileRow::of);
    int deleted =
        expiredBy == null
            ? tx.sql("DELETE FROM storage_files WHERE id = :id").bind("id", id).update()
            : tx.sql("DELETE FROM storage_files WHERE id = :id AND expires <= :now")
                .bind("id", id)
                .bind("now", expiredBy)
                .update();
    if (found.isEmpty() || deleted == 0) {
      return false;
    }
    FileRow file = found.get();
    boolean shared =
        tx.sql("SELECT COUNT(*) AS others FROM storage_files WHERE content_id = :content")
                .bind("content", file.content().id())
                .one(row -> row.number("others"))
            > 0;
    if (!shared) {
      deleteContent(tx, file.content());
    }
    add(tx, file.owner(), shared ? 0 : -file.content().length(), 0, -1, 0);
    return true;
  }

  private static void deleteContent(Transaction tx, ContentRow content) {
    // Locked first, so that nothing derived is attached between reading and deleting.
    tx.sql("SELECT id FROM storage_contents WHERE id = :id FOR UPDATE")
        .bind("id", content.id())
        .optional(row -> row.uuid("id"));
    List<Piece> pieces = new ArrayList<>(contentPieces(tx, content.id()));
    derived(tx, content.id()).forEach(made -> pieces.add(made.piece()));
    pieces.forEach(piece -> doom(tx, piece.blob()));
    doom(tx, content.key());
    // Pieces and what was derived go with it.
    tx.sql("DELETE FROM storage_contents WHERE id = :id").bind("id", content.id()).update();
  }

  @Override
  public boolean derive(FileId id, DerivedFile derived) {
    return database.inTransaction(
        tx -> {
          Optional<ContentId> content =
              tx.sql(
                      """
                      SELECT c.id AS content_id FROM storage_contents c
                      JOIN storage_files f ON f.content_id = c.id
                      WHERE f.id = :id FOR UPDATE
                      """)
                  .bind("id", id)
                  .optional(row -> row.id("content_id", ContentId.FORM));
          if (content.isEmpty() || !claim(tx, derived.piece().blob())) {
            return false;
          }
          derived(tx, content.get()).stream()
              .filter(before -> before.kind().equals(derived.kind()))
              .forEach(before -> doom(tx, before.piece().blob()));
          tx.sql("DELETE FROM storage_derived WHERE content_id = :content AND kind = :kind")
              .bind("content", content.get())
              .bind("kind", derived.kind())
              .update();
          tx.sql(
                  """
                  INSERT INTO storage_derived
                    (content_id, kind, media_type, sha256, start_at, blob_name, length)
                  VALUES (:content, :kind, :type, :sha256, :start, :blob, :length)
                  """)
              .bind("content", content.get())
              .bind("kind", derived.kind())
              .bind("type", derived.mediaType())
              .bind("sha256", derived.sha256().hex())
              .bind("start", derived.piece().offset())
              .bind("blob", derived.piece().blob().value())
              .bind("length", derived.piece().length())
              .update();
          return true;
        });
  }

  @Override
  public List<DerivedFile> derived(FileId id) {
    return database.reading(
        tx ->
            tx.sql("SELECT content_id FROM storage_files WHERE id = :id")
                .bind("id", id)
                .optional(row -> row.id("content_id", ContentId.FORM))
                .map(content -> derived(tx, content))
                .orElse(List.of()));
  }

  private static List<DerivedFile> derived(Transaction tx, ContentId content) {
    return tx.sql(
            """
            SELECT kind, media_type, sha256, start_at, blob_name, length FROM storage_derived
            WHERE content_id = :content ORDER BY kind
            """)
        .bind("content", content)
        .list(
            row ->
                new DerivedFile(
                    row.text("kind"),
                    row.text("media_type"),
                    new Sha256(row.text("sha256")),
                    PIECE.map(row)));
  }

  // People

  @Override
  public void disclose(Disclosure disclosure) {
    database
        .sql(
            """
            INSERT INTO storage_disclosures
              (id, file_id, owner, recipient, recipient_kind, ground, opened)
            VALUES (:id, :file, :owner, :recipient, :kind, :ground, :opened)
            """)
        .bind("id", ids.next())
        .bind("file", disclosure.file())
        .bind("owner", disclosure.owner().value())
        .bind("recipient", disclosure.recipient())
        .bind("kind", disclosure.kind())
        .bind("ground", disclosure.ground())
        .bind("opened", disclosure.at())
        .update();
  }

  @Override
  public List<Disclosure> disclosures(Owner owner) {
    return database
        .sql(
            """
            SELECT file_id, owner, recipient, recipient_kind, ground, opened
            FROM storage_disclosures WHERE owner = :owner ORDER BY opened, id
            """)
        .bind("owner", owner.value())
        .list(
            row ->
                new Disclosure(
                    row.id("file_id", FileId.FORM),
                    new Owner(row.text("owner")),
                    row.text("recipient"),
                    row.constant("recipient_kind", Disclosure.RecipientKind.class),
                    row.text("ground"),
                    row.instant("opened")));
  }

  @Override
  public List<Upload> uploads(Owner owner) {
    return database.reading(
        tx ->
            tx
                .sql(
                    UPLOAD_COLUMNS
                        + " WHERE owner = :owner AND state <> 'KEPT' ORDER BY created, id")
                .bind("owner", owner.value())
                .list(row -> upload(row, List.of()))
                .stream()
                .map(upload -> withPieces(upload, pieces(tx, upload.id())))
                .toList());
  }

  @Override
  public void erase(Owner owner) {
    database.run(
        tx -> {
          lock(tx, owner);
          tx.sql("SELECT id FROM storage_files WHERE owner = :owner")
              .bind("owner", owner.value())
              .list(FILE_ID)
              .forEach(file -> delete(tx, file, null));
          tx.sql("SELECT id FROM storage_uploads WHERE owner = :owner")
              .bind("owner", owner.value())
              .list(UPLOAD_ID)
              .forEach(upload -> drop(tx, upload));
          tx.sql("DELETE FROM storage_disclosures WHERE owner = :owner")
              .bind("owner", owner.value())
              .update();
          tx.sql("DELETE FROM storage_accounts WHERE owner = :owner")
              .bind("owner", owner.value())
              .update();
        });
  }

  @Override
  public long rowsAbout(Owner owner) {
    return database
        .sql(
            """
            SELECT (SELECT COUNT(*) FROM storage_files WHERE owner = :owner)
                 + (SELECT COUNT(*) FROM storage_uploads WHERE owner = :owner)
                 + (SELECT COUNT(*) FROM storage_contents WHERE owner = :owner)
                 + (SELECT COUNT(*) FROM storage_disclosures WHERE owner = :owner)
                 + (SELECT COUNT(*) FROM storage_accounts WHERE owner = :owner) AS total
            """)
        .bind("owner", owner.value())
        .one(row -> row.number("total"));
  }

  // Garbage

  private static void doom(Transaction tx, StoreKey blob) {
    doom(tx, blob.value(), "BLOB");
  }

  private static void doom(Transaction tx, KeyId key) {
    doom(tx, key.toString(), "KEY");
  }

  private static void doom(Transaction tx, String name, String kind) {
    tx.sql(
            """
            INSERT INTO storage_garbage (name, kind, doomed, due)
            VALUES (:name, :kind, TRUE, :due)
            ON CONFLICT DO NOTHING
            """)
        .bind("name", name)
        .bind("kind", kind)
        .bind("due", Instant.EPOCH)
        .update();
  }

  @Override
  public List<Doomed> doomed(Instant now, int limit) {
    return database.inTransaction(
        tx -> {
          tx.sql("UPDATE storage_garbage SET doomed = TRUE WHERE NOT doomed AND due <= :now")
              .bind("now", now)
              .update();
          return tx.sql(
                  "SELECT name, kind FROM storage_garbage WHERE doomed ORDER BY due LIMIT :most")
              .bind("most", limit)
              .list(
                  row ->
                      row.text("kind").equals("KEY")
                          ? new Doomed.Key(KeyId.FORM.parse(row.text("name")))
                          : new Doomed.Blob(new StoreKey(row.text("name"))));
        });
  }

  @Override
  public void gone(Doomed what) {
    String name =
        switch (what) {
          case Doomed.Blob blob -> blob.key().value();
          case Doomed.Key key -> key.id().toString();
        };
    database
        .sql("DELETE FROM storage_garbage WHERE name = :name AND doomed")
        .bind("name", name)
        .update();
  }

  // Inventory

  @Override
  public Set<StoreKey> unknown(Collection<StoreKey> blobs) {
    Set<StoreKey> left = new LinkedHashSet<>(blobs);
    database
        .sql(
            """
            SELECT name FROM storage_garbage WHERE name = ANY(:names)
            UNION SELECT blob_name FROM storage_upload_pieces WHERE blob_name = ANY(:names)
            UNION SELECT blob_name FROM storage_content_pieces WHERE blob_name = ANY(:names)
            UNION SELECT blob_name FROM storage_derived WHERE blob_name = ANY(:names)
            """)
        .bind("names", blobs.stream().map(StoreKey::value).toList())
        .list(row -> row.text("name"))
        .forEach(name -> left.removeIf(blob -> blob.value().equals(name)));
    return left;
  }

  @Override
  public List<Use> uses(@Nullable StoreKey after, int limit) {
    return database
        .sql(
            """
            SELECT blob_name, kind, id FROM (
              SELECT blob_name, 'UPLOAD' AS kind, upload_id AS id FROM storage_upload_pieces
              UNION ALL
              SELECT blob_name, 'CONTENT' AS kind, content_id AS id FROM storage_content_pieces
              UNION ALL
              SELECT blob_name, 'CONTENT' AS kind, content_id AS id FROM storage_derived
            ) blobs
            WHERE blob_name > :after ORDER BY blob_name LIMIT :most
            """)
        .bind("after", after == null ? "" : after.value())
        .bind("most", limit)
        .list(
            row ->
                new Use(
                    new StoreKey(row.text("blob_name")),
                    row.text("kind").equals("UPLOAD")
                        ? row.id("id", UploadId.FORM)
                        : row.id("id", ContentId.FORM)));
  }

  @Override
  public boolean isUsed(StoreKey blob) {
    return database
            .sql(
                """
                SELECT (SELECT COUNT(*) FROM storage_upload_pieces WHERE blob_name = :name)
                     + (SELECT COUNT(*) FROM storage_content_pieces WHERE blob_name = :name)
                     + (SELECT COUNT(*) FROM storage_derived WHERE blob_name = :name) AS uses
                """)
            .bind("name", blob.value())
            .one(row -> row.number("uses"))
        > 0;
  }

  @Override
  public List<FileId> files(ContentId content) {
    return database
        .sql("SELECT id FROM storage_files WHERE content_id = :content ORDER BY id")
        .bind("content", content)
        .list(FILE_ID);
  }
}
