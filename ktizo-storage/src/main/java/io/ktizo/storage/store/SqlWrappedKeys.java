package io.ktizo.storage.store;

import io.ktizo.core.sql.ConstraintException;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Migrations;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.RowMapper;
import io.ktizo.storage.KeyId;
import io.ktizo.storage.Owner;
import io.ktizo.storage.crypto.WrappedKey;
import io.ktizo.storage.crypto.WrappedKeys;
import java.util.List;
import java.util.Optional;

/**
 * Keeps wrapped keys in a database. Give it one of its own: a backup that holds both the files and
 * this holds everything that destroying a key was to take away.
 */
public final class SqlWrappedKeys implements WrappedKeys {
  /** The tables. */
  public static final Migrations MIGRATIONS =
      Migrations.of("ktizo_storage_keys", "io/ktizo/storage/store/keys");

  private static final RowMapper<Owner> OWNER = row -> new Owner(row.text("owner"));

  private final Database database;

  /** Over a database to which {@link #MIGRATIONS} were applied. */
  public SqlWrappedKeys(Database database) {
    this.database = database;
  }

  @Override
  public Optional<WrappedKey> ownerKey(Owner owner) {
    return database
        .sql("SELECT master_version, wrapped FROM storage_owner_keys WHERE owner = :owner")
        .bind("owner", owner.value())
        .optional(SqlWrappedKeys::wrappedKey);
  }

  private static WrappedKey wrappedKey(Row row) {
    return new WrappedKey(row.text("master_version"), row.bytes("wrapped"));
  }

  @Override
  public WrappedKey putOwnerKeyIfAbsent(Owner owner, WrappedKey key) {
    while (true) {
      database
          .sql(
              """
              INSERT INTO storage_owner_keys (owner, master_version, wrapped)
              VALUES (:owner, :version, :wrapped)
              ON CONFLICT DO NOTHING
              """)
          .bind("owner", owner.value())
          .bind("version", key.masterVersion())
          .bind("wrapped", key.bytes())
          .update();
      Optional<WrappedKey> there = ownerKey(owner);
      if (there.isPresent()) {
        return there.get();
      }
      // Destroyed between the two statements; the next round puts it again.
    }
  }

  @Override
  public boolean replaceOwnerKey(Owner owner, WrappedKey before, WrappedKey after) {
    return database
            .sql(
                """
                UPDATE storage_owner_keys SET master_version = :version, wrapped = :wrapped
                WHERE owner = :owner AND master_version = :oldVersion AND wrapped = :oldWrapped
                """)
            .bind("owner", owner.value())
            .bind("version", after.masterVersion())
            .bind("wrapped", after.bytes())
            .bind("oldVersion", before.masterVersion())
            .bind("oldWrapped", before.bytes())
            .update()
        == 1;
  }

  @Override
  public List<Owner> notWrappedBy(String masterVersion, int limit) {
    return database
        .sql("SELECT owner FROM storage_owner_keys WHERE master_version <> :version LIMIT :most")
        .bind("version", masterVersion)
        .bind("most", limit)
        .list(OWNER);
  }

  @Override
  public boolean putContentKey(KeyId id, ContentKey key) {
    try {
      database
          .sql(
              """
              INSERT INTO storage_content_keys (id, owner, wrapped) VALUES (:id, :owner, :wrapped)
              """)
          .bind("id", id)
          .bind("owner", key.owner().value())
          .bind("wrapped", key.wrapped())
          .update();
      return true;
    } catch (ConstraintException e) {
      if (e.rule() == ConstraintException.Rule.REFERENCE) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public Optional<ContentKey> contentKey(KeyId id) {
    return database
        .sql("SELECT owner, wrapped FROM storage_content_keys WHERE id = :id")
        .bind("id", id)
        .optional(row -> new ContentKey(OWNER.map(row), row.bytes("wrapped")));
  }

  @Override
  public void destroyContentKey(KeyId id) {
    database.sql("DELETE FROM storage_content_keys WHERE id = :id").bind("id", id).update();
  }

  @Override
  public void destroyOwner(Owner owner) {
    // The contents' keys go with it, those too that are being put at this moment.
    database
        .sql("DELETE FROM storage_owner_keys WHERE owner = :owner")
        .bind("owner", owner.value())
        .update();
  }

  @Override
  public boolean hasKeys(Owner owner) {
    return database
            .sql(
                """
                SELECT (SELECT COUNT(*) FROM storage_owner_keys WHERE owner = :owner)
                     + (SELECT COUNT(*) FROM storage_content_keys WHERE owner = :owner) AS keys
                """)
            .bind("owner", owner.value())
            .one(row -> row.number("keys"))
        > 0;
  }
}
