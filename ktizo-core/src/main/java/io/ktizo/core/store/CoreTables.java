package io.ktizo.core.store;

import io.ktizo.core.sql.Migrations;

/** The tables of this module. */
public final class CoreTables {
  private CoreTables() {}

  /** The scripts that make them; the history is kept in {@code ktizo_core_history}. */
  public static Migrations migrations() {
    return Migrations.of("ktizo_core", "io/ktizo/core/store/migration");
  }
}
