package io.ktizo.server.store;

import io.ktizo.core.sql.Migrations;
import java.io.InputStream;
import java.util.Objects;

/** The tables of the server itself. */
public final class ServerTables {
  private ServerTables() {}

  /** The scripts that make them; the history is kept in {@code ktizo_server_history}. */
  public static Migrations migrations() {
    return Migrations.of("ktizo_server", "io/ktizo/server/store/migration");
  }

  /**
   * What each column means for a person's privacy, as YAML in the form of ktizo-privacy's data map;
   * to be closed by the caller.
   */
  public static InputStream dataMap() {
    InputStream yaml = ServerTables.class.getResourceAsStream("data-map.yaml");
    return Objects.requireNonNull(yaml, "the data map is missing from the jar");
  }
}
