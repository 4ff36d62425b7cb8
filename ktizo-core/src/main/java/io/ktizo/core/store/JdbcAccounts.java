package io.ktizo.core.store;

import io.ktizo.core.account.Account;
import io.ktizo.core.account.AccountId;
import io.ktizo.core.account.Accounts;
import io.ktizo.core.account.EmailAddress;
import io.ktizo.core.account.EmailTakenException;
import io.ktizo.core.account.OneTimeToken;
import io.ktizo.core.account.PlatformRole;
import io.ktizo.core.account.Token;
import io.ktizo.core.event.Event;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.sql.ConstraintException;
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Sql;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.sql.Transaction;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Accounts in a database. */
public final class JdbcAccounts implements Accounts {
  private static final String SELECT =
      """
      SELECT id, version, email, pending_email, name, password_hash, state, role, age_confirmed_at,
        created_at, verified_at, totp_secret, totp_confirmed, totp_last_step
      FROM accounts
      """;
  private static final String BY_ID = SELECT + "WHERE id = :id";
  private static final String BY_EMAIL = SELECT + "WHERE email_key = :key";

  private static final String ANY_ADMINISTRATOR =
      "SELECT id FROM accounts WHERE role = 'ADMINISTRATOR' AND state = 'OPEN' LIMIT 1";
  private static final Token.Hash FIRST_ADMINISTRATOR_GATE =
      new Token("gate of the first administrator").hash();

  private final Database database;
  private final JdbcOutbox outbox;

  /** Accounts in this database, whose events go to this outbox. */
  public JdbcAccounts(Database database, JdbcOutbox outbox) {
    this.database = database;
    this.outbox = outbox;
  }

  @Override
  public boolean add(Account account, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          boolean added =
              values(
                          transaction.sql(
                              """
                              INSERT INTO accounts (id, version, email, email_key, pending_email, name,
                                password_hash, state, role, age_confirmed_at, created_at, verified_at,
                                totp_secret, totp_confirmed, totp_last_step)
                              VALUES (:id, :version, :email, :emailKey, :pendingEmail, :name,
                                :passwordHash, :state, :role, :ageConfirmedAt, :createdAt, :verifiedAt,
                                :totpSecret, :totpConfirmed, :totpLastStep)
                              ON CONFLICT DO NOTHING
                              """),
                          account)
                      .bind("name", account.name())
                      .bind("ageConfirmedAt", account.ageConfirmedAt())
                      .bind("createdAt", account.createdAt())
                      .update()
                  == 1;
          if (added) {
            outbox.append(transaction, events);
          }
          return added;
        });
  }

  private static Sql values(Sql statement, Account account) {
    Account.SecondFactor factor = account.totp();
    EmailAddress pending = account.pendingEmail();
    return statement
        .bind("id", account.id())
        .bind("version", account.version())
        .bind("email", account.email().text())
        .bind("emailKey", account.email().key())
        .bind("pendingEmail", pending == null ? null : pending.text())
        .bind("passwordHash", account.passwordHash())
        .bind("state", account.state())
        .bind("role", account.role())
        .bind("verifiedAt", account.verifiedAt())
        .bind("totpSecret", factor == null ? null : factor.sealedSecret())
        .bind("totpConfirmed", factor != null && factor.confirmed())
        .bind("totpLastStep", factor == null ? 0L : factor.lastStep());
  }

  @Override
  public Optional<Account> find(AccountId id) {
    return database.sql(BY_ID).bind("id", id).optional(JdbcAccounts::account);
  }

  @Override
  public Optional<Account> findByEmail(EmailAddress email) {
    return database.sql(BY_EMAIL).bind("key", email.key()).optional(JdbcAccounts::account);
  }

  private static Account account(Row row) {
    String pending = row.textOrNull("pending_email");
    String secret = row.textOrNull("totp_secret");
    return new Account(
        row.id("id", AccountId.FORM),
        row.number("version"),
        new EmailAddress(row.text("email")),
        pending == null ? null : new EmailAddress(pending),
        row.text("name"),
        row.text("password_hash"),
        row.constant("state", Account.State.class),
        row.constant("role", PlatformRole.class),
        row.instant("age_confirmed_at"),
        row.instant("created_at"),
        row.instantOrNull("verified_at"),
        secret == null
            ? null
            : new Account.SecondFactor(
                secret, row.truth("totp_confirmed"), row.number("totp_last_step")));
  }

  @Override
  public Account save(Account changed, List<Event> events) {
    try {
      return database.inTransaction(transaction -> save(transaction, changed, events));
    } catch (ConstraintException e) {
      if (e.isDuplicateOf("accounts_email_key")) {
        throw new EmailTakenException(changed.id());
      }
      throw e;
    }
  }

  private Account save(Transaction transaction, Account changed, List<Event> events) {
    int updated =
        values(
                transaction.sql(
                    """
                    UPDATE accounts
                    SET version = version + 1, email = :email, email_key = :emailKey,
                      pending_email = :pendingEmail, name = :name, password_hash = :passwordHash,
                      state = :state, role = :role, verified_at = :verifiedAt,
                      totp_secret = :totpSecret, totp_confirmed = :totpConfirmed,
                      totp_last_step = :totpLastStep
                    WHERE id = :id AND version = :version
                    """),
                changed)
            .bind("name", changed.name())
            .update();
    if (updated == 0) {
      throw new StaleVersionException(changed.id(), changed.version());
    }
    outbox.append(transaction, events);
    return changed.atVersion(changed.version() + 1);
  }

  @Override
  public void tell(List<Event> events) {
    database.run(transaction -> outbox.append(transaction, events));
  }

  @Override
  public boolean hasAdministrator() {
    return database.sql(ANY_ADMINISTRATOR).optional(row -> true).isPresent();
  }

  @Override
  public boolean becomeFirstAdministrator(
      Token.Hash token, Account administrator, List<Event> events, Instant now) {
    return database.inTransaction(
        transaction -> {
          enterAlone(transaction, now);
          boolean right =
              transaction
                      .sql(
                          """
                          DELETE FROM account_tokens
                          WHERE hash = :hash AND purpose = :purpose AND expires_at > :now
                          """)
                      .bind("hash", token.bytes())
                      .bind("purpose", OneTimeToken.Purpose.FIRST_ADMINISTRATOR)
                      .bind("now", now)
                      .update()
                  == 1;
          boolean done =
              right && transaction.sql(ANY_ADMINISTRATOR).optional(row -> true).isEmpty();
          if (done) {
            save(transaction, administrator, events);
          }
          // A token that came too late is worth nothing either way; the gate's row goes with them.
          transaction
              .sql(
                  "DELETE FROM account_tokens WHERE hash = :gate OR (:done AND purpose = :purpose)")
              .bind("gate", FIRST_ADMINISTRATOR_GATE.bytes())
              .bind("done", done)
              .bind("purpose", OneTimeToken.Purpose.FIRST_ADMINISTRATOR)
              .update();
          return done;
        });
  }

  /**
   * Lets one transaction at a time pass: the others wait for its row to be committed or undone, and
   * then see what it has done. There is no row of everybody's that could be locked instead.
   */
  private static void enterAlone(Transaction transaction, Instant now) {
    int entered =
        transaction
            .sql(
                """
                INSERT INTO account_tokens (hash, purpose, account_id, expires_at, detail)
                VALUES (:gate, 'GATE', NULL, :now, NULL)
                ON CONFLICT DO NOTHING
                """)
            .bind("gate", FIRST_ADMINISTRATOR_GATE.bytes())
            .bind("now", now)
            .update();
    if (entered == 0) {
      throw new IllegalStateException("the gate's row is never committed");
    }
  }

  @Override
  public void issue(OneTimeToken token, Instant now) {
    database.run(
        transaction -> {
          transaction
              .sql(
                  """
                  DELETE FROM account_tokens
                  WHERE (account_id = :account OR account_id IS NULL) AND expires_at <= :now
                  """)
              .bind("account", token.account())
              .bind("now", now)
              .update();
          transaction
              .sql(
                  """
                  INSERT INTO account_tokens (hash, purpose, account_id, expires_at, detail)
                  VALUES (:hash, :purpose, :account, :expiresAt, :detail)
                  """)
              .bind("hash", token.hash().bytes())
              .bind("purpose", token.purpose())
              .bind("account", token.account())
              .bind("expiresAt", token.expiresAt())
              .bind("detail", token.detail())
              .update();
        });
  }

  @Override
  public Optional<OneTimeToken> consume(
      Token.Hash hash, OneTimeToken.Purpose purpose, Instant now) {
    return database.inTransaction(
        transaction -> {
          Optional<OneTimeToken> token =
              transaction
                  .sql(
                      """
                      SELECT account_id, expires_at, detail FROM account_tokens
                      WHERE hash = :hash AND purpose = :purpose AND expires_at > :now
                      """)
                  .bind("hash", hash.bytes())
                  .bind("purpose", purpose)
                  .bind("now", now)
                  .optional(
                      row ->
                          new OneTimeToken(
                              hash,
                              purpose,
                              row.idOrNull("account_id", AccountId.FORM),
                              row.instant("expires_at"),
                              row.textOrNull("detail")));
          // Of several callers, the one whose deletion finds the row has the right.
          return token.filter(
              found ->
                  transaction
                          .sql("DELETE FROM account_tokens WHERE hash = :hash")
                          .bind("hash", hash.bytes())
                          .update()
                      == 1);
        });
  }

  @Override
  public void revokeTokens(AccountId account, Collection<OneTimeToken.Purpose> purposes) {
    database
        .sql("DELETE FROM account_tokens WHERE account_id = :account AND purpose = ANY(:purposes)")
        .bind("account", account)
        .bind("purposes", purposes)
        .update();
  }

  @Override
  public void replaceRecoveryCodes(AccountId account, Collection<Token.Hash> codes) {
    database.run(
        transaction -> {
          transaction
              .sql("DELETE FROM recovery_codes WHERE account_id = :account")
              .bind("account", account)
              .update();
          transaction.batch(
              "INSERT INTO recovery_codes (account_id, hash) VALUES (:account, :hash)",
              codes,
              (values, code) -> values.bind("account", account).bind("hash", code.bytes()));
        });
  }

  @Override
  public boolean consumeRecoveryCode(AccountId account, Token.Hash code) {
    return database
            .sql("DELETE FROM recovery_codes WHERE account_id = :account AND hash = :hash")
            .bind("account", account)
            .bind("hash", code.bytes())
            .update()
        == 1;
  }

  @Override
  public int recoveryCodes(AccountId account) {
    return database
        .sql("SELECT COUNT(*) AS n FROM recovery_codes WHERE account_id = :account")
        .bind("account", account)
        .one(row -> row.integer("n"));
  }
}
