package io.ktizo.payments.store;

import io.ktizo.core.sql.Database;
import io.ktizo.payments.sandbox.SandboxMemory;
import java.util.List;

/**
 * The sandbox's memory in the database of its payments. For one process at a time, as the sandbox
 * is.
 */
public final class JdbcSandboxMemory implements SandboxMemory {
  private final Database database;

  /** In this database, with the tables of {@link JdbcPayments#MIGRATIONS}. */
  public JdbcSandboxMemory(Database database) {
    this.database = database;
  }

  @Override
  public void append(String call) {
    database.sql("INSERT INTO sandbox_calls (call) VALUES (:call)").bind("call", call).update();
  }

  @Override
  public List<String> calls() {
    return database
        .sql("SELECT call FROM sandbox_calls ORDER BY number")
        .list(row -> row.text("call"));
  }
}
