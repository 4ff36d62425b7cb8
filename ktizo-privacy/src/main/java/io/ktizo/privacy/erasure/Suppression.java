package io.ktizo.privacy.erasure;

import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import io.ktizo.privacy.store.Vault;
import java.time.Instant;
import java.util.List;

/** Who must not be imported again, by keyed hashes of what he is known by. */
final class Suppression {
  private static final String STEP = "keep the suppression list";
  private static final String TABLE = Store.SCHEMA + ".suppression";
  private static final String USE = "suppression";

  private Suppression() {}

  static void add(
      Session session, Vault vault, List<ResidueScan.Identifier> identifiers, Instant now) {
    for (ResidueScan.Identifier identifier : identifiers) {
      if (identifier.unmistakable()) {
        for (String value : identifier.values()) {
          String hash = vault.hash(vault.currentId(), USE, Vault.normal(value));
          session.update(
              STEP,
              null,
              "INSERT INTO "
                  + TABLE
                  + " (hash, key_id, since) SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR),"
                  + " CAST(? AS TIMESTAMP WITH TIME ZONE) WHERE NOT EXISTS (SELECT 1 FROM "
                  + TABLE
                  + " WHERE hash = ?)",
              hash,
              vault.currentId(),
              now,
              hash);
        }
      }
    }
  }

  static boolean contains(Session session, Vault vault, String identifier) {
    for (String id : vault.ids()) {
      long found =
          session.count(
              STEP,
              null,
              "SELECT COUNT(*) FROM " + TABLE + " WHERE hash = ?",
              vault.hash(id, USE, Vault.normal(identifier)));
      if (found > 0) {
        return true;
      }
    }
    return false;
  }
}
