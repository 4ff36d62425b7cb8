package io.ktizo.core.store;

import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Session;
import io.ktizo.core.account.SessionId;
import io.ktizo.core.account.Sessions;
import io.ktizo.core.account.Token;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Sessions in a database, so that all instances see the same ones. */
public final class JdbcSessions implements Sessions {
  private final Database database;

  /** Sessions in this database. */
  public JdbcSessions(Database database) {
    this.database = database;
  }

  @Override
  public void add(Session session) {
    database
        .sql(
            """
            INSERT INTO sessions
              (id, account_id, hash, created_at, last_seen_at, assurance, proven_at, device)
            VALUES (:id, :account, :hash, :createdAt, :lastSeenAt, :assurance, :provenAt, :device)
            """)
        .bind("id", session.id())
        .bind("account", session.account())
        .bind("hash", session.hash().bytes())
        .bind("createdAt", session.createdAt())
        .bind("lastSeenAt", session.lastSeenAt())
        .bind("assurance", session.assurance())
        .bind("provenAt", session.provenAt())
        .bind("device", session.device())
        .update();
  }

  @Override
  public Optional<Session> find(Token.Hash hash) {
    return database
        .sql(
            """
            SELECT id, account_id, hash, created_at, last_seen_at, assurance, proven_at, device
            FROM sessions WHERE hash = :hash
            """)
        .bind("hash", hash.bytes())
        .optional(JdbcSessions::session);
  }

  private static Session session(Row row) {
    return new Session(
        row.id("id", SessionId.FORM),
        row.id("account_id", AccountId.FORM),
        new Token.Hash(row.bytes("hash")),
        row.instant("created_at"),
        row.instant("last_seen_at"),
        row.constant("assurance", Session.Assurance.class),
        row.instant("proven_at"),
        row.text("device"));
  }

  @Override
  public void touch(SessionId id, Instant at) {
    database
        .sql("UPDATE sessions SET last_seen_at = :at WHERE id = :id AND last_seen_at < :at")
        .bind("at", at)
        .bind("id", id)
        .update();
  }

  @Override
  public boolean renew(
      SessionId id, Token.Hash hash, Session.Assurance assurance, Instant provenAt) {
    return database
            .sql(
                """
                UPDATE sessions
                SET hash = :hash, assurance = :assurance, proven_at = :at, last_seen_at = :at
                WHERE id = :id
                """)
            .bind("hash", hash.bytes())
            .bind("assurance", assurance)
            .bind("at", provenAt)
            .bind("id", id)
            .update()
        == 1;
  }

  @Override
  public List<Session> of(AccountId account) {
    return database
        .sql(
            """
            SELECT id, account_id, hash, created_at, last_seen_at, assurance, proven_at, device
            FROM sessions WHERE account_id = :account
            ORDER BY last_seen_at DESC, id DESC
            """)
        .bind("account", account)
        .list(JdbcSessions::session);
  }

  @Override
  public boolean end(AccountId account, SessionId id) {
    return database
            .sql("DELETE FROM sessions WHERE id = :id AND account_id = :account")
            .bind("id", id)
            .bind("account", account)
            .update()
        == 1;
  }

  @Override
  public int endOthers(AccountId account, SessionId kept) {
    return database
        .sql("DELETE FROM sessions WHERE account_id = :account AND id <> :kept")
        .bind("account", account)
        .bind("kept", kept)
        .update();
  }

  @Override
  public int endAll(AccountId account) {
    return database
        .sql("DELETE FROM sessions WHERE account_id = :account")
        .bind("account", account)
        .update();
  }

  @Override
  public int removeOver(Instant createdBefore, Instant seenBefore) {
    return database
        .sql("DELETE FROM sessions WHERE created_at < :created OR last_seen_at < :seen")
        .bind("created", createdBefore)
        .bind("seen", seenBefore)
        .update();
  }
}
