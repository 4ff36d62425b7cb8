package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.ApiKey;
import io.ktizo.core.account.ApiKeyId;
import io.ktizo.core.account.ApiKeys;
import io.ktizo.core.account.ApiScope;
import io.ktizo.core.account.Token;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** API keys in a database. */
public final class JdbcApiKeys implements ApiKeys {
  private static final String SELECT =
      """
      SELECT id, account_id, name, hash, scopes, created_at, expires_at, last_used_at FROM api_keys
      """;

  private final Database database;

  /** Keys in this database. */
  public JdbcApiKeys(Database database) {
    this.database = database;
  }

  @Override
  public void add(ApiKey key) {
    database
        .sql(
            """
            INSERT INTO api_keys
              (id, account_id, name, hash, scopes, created_at, expires_at, last_used_at)
            VALUES (:id, :account, :name, :hash, :scopes, :createdAt, :expiresAt, :lastUsedAt)
            """)
        .bind("id", key.id())
        .bind("account", key.account())
        .bind("name", key.name())
        .bind("hash", key.hash().bytes())
        .bind("scopes", key.scopes())
        .bind("createdAt", key.createdAt())
        .bind("expiresAt", key.expiresAt())
        .bind("lastUsedAt", key.lastUsedAt())
        .update();
  }

  @Override
  public Optional<ApiKey> find(ApiKeyId id) {
    return database.sql(SELECT + "WHERE id = :id").bind("id", id).optional(JdbcApiKeys::key);
  }

  @Override
  public List<ApiKey> of(AccountId account) {
    return database
        .sql(SELECT + "WHERE account_id = :account ORDER BY created_at DESC, id DESC")
        .bind("account", account)
        .list(JdbcApiKeys::key);
  }

  private static ApiKey key(Row row) {
    Set<ApiScope> scopes = EnumSet.noneOf(ApiScope.class);
    row.texts("scopes").forEach(name -> scopes.add(ApiScope.valueOf(name)));
    return new ApiKey(
        row.id("id", ApiKeyId.FORM),
        row.id("account_id", AccountId.FORM),
        row.text("name"),
        new Token.Hash(row.bytes("hash")),
        scopes,
        row.instant("created_at"),
        row.instantOrNull("expires_at"),
        row.instantOrNull("last_used_at"));
  }

  @Override
  public void touch(ApiKeyId id, Instant at) {
    database
        .sql("UPDATE api_keys SET last_used_at = :at WHERE id = :id")
        .bind("at", at)
        .bind("id", id)
        .update();
  }

  @Override
  public boolean remove(AccountId account, ApiKeyId id) {
    return database
            .sql("DELETE FROM api_keys WHERE id = :id AND account_id = :account")
            .bind("id", id)
            .bind("account", account)
            .update()
        == 1;
  }

  @Override
  public int removeAll(AccountId account) {
    return database
        .sql("DELETE FROM api_keys WHERE account_id = :account")
        .bind("account", account)
        .update();
  }
}
