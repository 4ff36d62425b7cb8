package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.CredentialId;
import io.ktizo.core.account.Passkey;
import io.ktizo.core.account.PasskeyId;
import io.ktizo.core.account.Passkeys;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Passkeys in a database. */
public final class JdbcPasskeys implements Passkeys {
  private static final String SELECT =
      """
      SELECT id, account_id, credential_id, public_key, sign_count, name, created_at, last_used_at
      FROM passkeys
      """;

  private final Database database;

  /** Passkeys in this database. */
  public JdbcPasskeys(Database database) {
    this.database = database;
  }

  @Override
  public boolean add(Passkey passkey) {
    return database
            .sql(
                """
                INSERT INTO passkeys (id, account_id, credential_id, public_key, sign_count, name,
                  created_at, last_used_at)
                VALUES (:id, :account, :credential, :publicKey, :signCount, :name, :createdAt,
                  :lastUsedAt)
                ON CONFLICT DO NOTHING
                """)
            .bind("id", passkey.id())
            .bind("account", passkey.account())
            .bind("credential", passkey.credential().bytes())
            .bind("publicKey", passkey.publicKey())
            .bind("signCount", passkey.signCount())
            .bind("name", passkey.name())
            .bind("createdAt", passkey.createdAt())
            .bind("lastUsedAt", passkey.lastUsedAt())
            .update()
        == 1;
  }

  @Override
  public Optional<Passkey> find(CredentialId credential) {
    return database
        .sql(SELECT + "WHERE credential_id = :credential")
        .bind("credential", credential.bytes())
        .optional(JdbcPasskeys::passkey);
  }

  @Override
  public List<Passkey> of(AccountId account) {
    return database
        .sql(SELECT + "WHERE account_id = :account ORDER BY created_at, id")
        .bind("account", account)
        .list(JdbcPasskeys::passkey);
  }

  private static Passkey passkey(Row row) {
    return new Passkey(
        row.id("id", PasskeyId.FORM),
        row.id("account_id", AccountId.FORM),
        new CredentialId(row.bytes("credential_id")),
        row.text("public_key"),
        row.number("sign_count"),
        row.text("name"),
        row.instant("created_at"),
        row.instantOrNull("last_used_at"));
  }

  @Override
  public boolean used(PasskeyId id, long signCount, Instant at) {
    return database
            .sql(
                """
                UPDATE passkeys SET sign_count = :signCount, last_used_at = :at
                WHERE id = :id AND (sign_count < :signCount OR (sign_count = 0 AND :signCount = 0))
                """)
            .bind("signCount", signCount)
            .bind("at", at)
            .bind("id", id)
            .update()
        == 1;
  }

  @Override
  public boolean rename(AccountId account, PasskeyId id, String name) {
    return database
            .sql("UPDATE passkeys SET name = :name WHERE id = :id AND account_id = :account")
            .bind("name", name)
            .bind("id", id)
            .bind("account", account)
            .update()
        == 1;
  }

  @Override
  public boolean remove(AccountId account, PasskeyId id) {
    return database
            .sql("DELETE FROM passkeys WHERE id = :id AND account_id = :account")
            .bind("id", id)
            .bind("account", account)
            .update()
        == 1;
  }

  @Override
  public int removeAddedSince(AccountId account, Instant since) {
    return database
        .sql("DELETE FROM passkeys WHERE account_id = :account AND created_at >= :since")
        .bind("account", account)
        .bind("since", since)
        .update();
  }
}
