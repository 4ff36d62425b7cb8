package io.ktizo.privacy.erasure;

import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which entries of the ledger outside this database has carried out. */
final class Applied {
  private static final String STEP = "compare the database with the ledger";
  private static final String TABLE = Store.SCHEMA + ".ledger_applied";

  private Applied() {}

  static void note(Session session, String ledger, Ledger.Entry entry) {
    session.update(
        STEP,
        null,
        "INSERT INTO "
            + TABLE
            + " (ledger_id, entry, head) SELECT CAST(? AS VARCHAR), CAST(? AS BIGINT), CAST(? AS"
            + " VARCHAR) WHERE NOT EXISTS (SELECT 1 FROM "
            + TABLE
            + " WHERE ledger_id = ? AND entry = ?)",
        ledger,
        entry.number(),
        entry.chain(),
        ledger,
        entry.number());
  }

  private record Last(long count, long entry) {}

  /**
   * Entries that the database lacks and that no run in it is about to carry out.
   *
   * @throws LedgerException if the ledger is not the one that the database knows
   */
  static List<Ledger.Entry> missing(Session session, @Nullable Ledger ledger) {
    List<String> known =
        session.query(
            STEP, null, row -> row.getString(1), "SELECT DISTINCT ledger_id FROM " + TABLE);
    if (ledger == null) {
      if (!known.isEmpty()) {
        throw new LedgerException(
            "erasures of this database are noted in a ledger: hand it to the engine's builder, or"
                + " nobody can tell whether a restored database brought people back");
      }
      return List.of();
    }
    String id = ledger.id();
    if (!known.isEmpty() && !known.contains(id)) {
      throw new LedgerException(
          "this database was worked on with ledger " + known.getFirst() + ", not with " + id);
    }
    Last last =
        session
            .query(
                STEP,
                null,
                row -> new Last(row.getLong(1), row.getLong(2)),
                "SELECT COUNT(*), COALESCE(MAX(entry), 0) FROM " + TABLE + " WHERE ledger_id = ?",
                id)
            .getFirst();
    Optional<Ledger.Entry> newest = ledger.last();
    if (newest.map(Ledger.Entry::number).orElse(0L) < last.entry()) {
      throw new LedgerException(
          "the ledger ends before entry "
              + last.entry()
              + ", which this database has carried out: it was cut off, or is an older copy");
    }
    if (last.entry() > 0) {
      String head =
          session
              .query(
                  STEP,
                  null,
                  row -> row.getString(1),
                  "SELECT head FROM " + TABLE + " WHERE ledger_id = ? AND entry = ?",
                  id,
                  last.entry())
              .getFirst();
      if (!ledger.after(last.entry() - 1).getFirst().chain().equals(head)) {
        throw new LedgerException(
            "entry " + last.entry() + " of the ledger is not the one that was carried out");
      }
    }
    if (newest.isEmpty()
        || (last.count() == last.entry() && last.entry() == newest.get().number())) {
      return List.of();
    }
    Set<Long> applied =
        new HashSet<>(
            session.query(
                STEP,
                null,
                row -> row.getLong(1),
                "SELECT entry FROM " + TABLE + " WHERE ledger_id = ?",
                id));
    Set<String> active = new HashSet<>();
    Journal.active(session).forEach(run -> active.add(run.id()));
    return ledger.after(0).stream()
        .filter(entry -> !applied.contains(entry.number()) && !active.contains(entry.runId()))
        .toList();
  }
}
