package io.ktizo.privacy.holder;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.holder.CompiledMap.Arrival;
import io.ktizo.privacy.holder.CompiledMap.Relation;
import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows that an erasure had to leave because a law or a duty keeps them. They are noted by their
 * primary key, since nothing else leads to them once the person is cut off, and go when the day of
 * every rule that kept them has come: by the rules as the map has them then, so that a law that
 * changes is followed.
 */
public final class KeptRows {
  private static final String NOTES = Store.SCHEMA + ".erasure_kept";
  private static final String STEP = "take away what was kept";
  private static final int KEYS = 4;

  private KeptRows() {}

  /**
   * What one run had left and what is gone now.
   *
   * @param run the erasure's
   * @param rows how many rows went
   */
  public record Gone(String run, String dataSet, long rows) {}

  /** Notes the rows that one erasure keeps, before it touches anything. */
  static void note(Ownership ownership, Decision decision, String run, LocalDate day) {
    Relation at = decision.at();
    List<String> keys = at.table().primaryKey();
    if (at.table().view() || keys.isEmpty() || keys.size() > KEYS) {
      return;
    }
    for (int i = 0; i < decision.ways().size(); i++) {
      Arrival way = decision.ways().get(i);
      if (!way.owning() || !(Decision.last(way) instanceof Link.KeepUntil keep)) {
        continue;
      }
      Retention rule = Decision.retention(ownership.map().map(), keep);
      String since = rule.from() == Retention.From.END_OF_RELATION ? null : at.set().since();
      List<Object> parameters = new ArrayList<>(List.of(run, at.name(), rule.name()));
      if (since == null) {
        parameters.add(day);
      }
      ownership
          .session()
          .update(
              "note what is kept",
              at.name(),
              "INSERT INTO "
                  + NOTES
                  + " (run_id, data_set, retention, since"
                  + IntStream.range(0, keys.size())
                      .mapToObj(k -> ", k" + k)
                      .collect(Collectors.joining())
                  + ") SELECT CAST(? AS VARCHAR), CAST(? AS VARCHAR), CAST(? AS VARCHAR), "
                  + (since == null
                      ? "CAST(? AS DATE)"
                      : "CAST(" + ownership.x("x", at.column(since)) + " AS DATE)")
                  + keys.stream()
                      .map(key -> ", CAST(" + ownership.x("x", at.column(key)) + " AS VARCHAR)")
                      .collect(Collectors.joining())
                  + " FROM "
                  + ownership.marked(at)
                  + " WHERE m.fate = "
                  + Decision.KEPT
                  + " AND m.w"
                  + i
                  + " = 3",
              parameters.toArray());
    }
  }

  /** The data sets of which rows are noted. */
  public static List<String> dataSets(Session session) {
    return session.query(
        STEP,
        null,
        row -> row.getString(1),
        "SELECT DISTINCT data_set FROM " + NOTES + " ORDER BY data_set");
  }

  /**
   * Takes away the rows of one data set whose day has come. Committing is left to the caller.
   *
   * @return what went, by run; empty if nothing is due
   * @throws StepFailedException if the database refuses, for instance because other rows refer to
   *     one of these, or if a row is still there afterwards
   */
  public static List<Gone> release(
      CompiledMap map, Session session, String dataSet, LocalDate today) {
    if (map.map().dataSet(dataSet).isEmpty()) {
      // The map has forgotten the table: nobody knows how long its rows have to stay.
      return List.of();
    }
    Relation at = map.named(dataSet);
    List<String> keys = at.table().primaryKey();
    List<Object> days = new ArrayList<>();
    StringBuilder due = new StringBuilder("(CASE");
    for (Retention rule : map.map().retentions()) {
      due.append(" WHEN k.retention = CAST(? AS VARCHAR) AND k.since < CAST(? AS DATE) THEN 1");
      days.add(rule.name());
      days.add(TableErasure.firstDayStillKept(rule, today));
    }
    due.append(" ELSE 0 END)");
    String mine =
        IntStream.range(0, keys.size())
            .mapToObj(
                i -> "CAST(" + quoted(session, at.column(keys.get(i))) + " AS VARCHAR) = k.k" + i)
            .collect(Collectors.joining(" AND "));
    String same =
        IntStream.range(0, keys.size())
            .mapToObj(i -> "o.k" + i + " = k.k" + i)
            .collect(Collectors.joining(" AND "));
    // A row goes when nothing that is noted about it has still to wait.
    String ready =
        NOTES
            + " k WHERE k.data_set = CAST(? AS VARCHAR) AND NOT EXISTS (SELECT 1 FROM "
            + NOTES
            + " o WHERE o.data_set = k.data_set AND "
            + same
            + " AND "
            + due.toString().replace("k.", "o.")
            + " = 0)";
    List<Object> parameters = new ArrayList<>(List.of(dataSet));
    parameters.addAll(days);
    String rows = at.sql() + " x WHERE EXISTS (SELECT 1 FROM " + ready + " AND " + mine + ")";
    Map<String, Long> byRun = new LinkedHashMap<>();
    session.each(
        STEP,
        dataSet,
        row -> byRun.put(row.getString(1), row.getLong(2)),
        "SELECT n.run_id, COUNT(*) FROM (SELECT DISTINCT k.run_id, "
            + IntStream.range(0, keys.size())
                .mapToObj(i -> "k.k" + i)
                .collect(Collectors.joining(", "))
            + " FROM "
            + ready
            + " AND EXISTS (SELECT 1 FROM "
            + at.sql()
            + " x WHERE "
            + mine
            + ")) n GROUP BY n.run_id ORDER BY n.run_id",
        parameters.toArray());
    if (!byRun.isEmpty()) {
      session.update(STEP, dataSet, "DELETE FROM " + rows, parameters.toArray());
      long left =
          session.count(STEP, dataSet, "SELECT COUNT(*) FROM " + rows, parameters.toArray());
      if (left > 0) {
        throw new StepFailedException(
            STEP,
            dataSet,
            null,
            left + " rows are still there: a trigger or a rule keeps the database from deleting");
      }
    }
    // Also of rows that somebody else took away.
    List<Object> again = new ArrayList<>(days);
    again.add(0, dataSet);
    session.update(
        STEP,
        dataSet,
        "DELETE FROM "
            + NOTES
            + " k WHERE k.data_set = CAST(? AS VARCHAR) AND "
            + due
            + " = 1 AND NOT EXISTS (SELECT 1 FROM "
            + at.sql()
            + " x WHERE "
            + mine
            + ")",
        again.toArray());
    return byRun.entrySet().stream()
        .map(one -> new Gone(one.getKey(), dataSet, one.getValue()))
        .toList();
  }

  private static String quoted(Session session, Column column) {
    return "x." + session.dialect().quote(column.name());
  }

  /** How many rows of a run are still kept. */
  public static long left(Session session, String run) {
    return session.count(
        STEP, null, "SELECT COUNT(*) FROM " + NOTES + " WHERE run_id = CAST(? AS VARCHAR)", run);
  }
}
