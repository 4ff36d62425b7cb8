package io.ktizo.payments.store;

import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.Transaction;
import io.ktizo.payments.sandbox.SandboxMemory;
import java.util.List;

/**
 * The sandbox's memory in the database of its payments, shared by all instances of a host. Whoever
 * keeps a call holds one row until it is committed, so places are given in the order of commits.
 */
public final class JdbcSandboxMemory implements SandboxMemory {
  private static final String AFTER =
      "SELECT number, call FROM sandbox_calls WHERE number > :after ORDER BY number";

  private final Database database;

  /** In this database, with the tables of {@link JdbcPayments#MIGRATIONS}. */
  public JdbcSandboxMemory(Database database) {
    this.database = database;
  }

  @Override
  public List<Kept> append(String call, long after) {
    return database.inTransaction(
        transaction -> {
          holdTurn(transaction);
          transaction
              .sql("INSERT INTO sandbox_calls (call) VALUES (:call)")
              .bind("call", call)
              .update();
          return transaction.sql(AFTER).bind("after", after).list(JdbcSandboxMemory::kept);
        });
  }

  private static void holdTurn(Transaction transaction) {
    transaction
        .sql("SELECT id FROM sandbox_turn WHERE id = 1 FOR UPDATE")
        .one(row -> row.integer("id"));
  }

  @Override
  public List<Kept> after(long place) {
    return database.sql(AFTER).bind("after", place).list(JdbcSandboxMemory::kept);
  }

  private static Kept kept(Row row) {
    return new Kept(row.number("number"), row.text("call"));
  }
}
