package io.ktizo.privacy.erasure;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.holder.Application;
import io.ktizo.privacy.holder.CompiledMap;
import io.ktizo.privacy.holder.KeptRows;
import io.ktizo.privacy.holder.KeptRows.Gone;
import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import io.ktizo.privacy.store.Vault;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes away what erasures had to leave, when its day has come. Each data set is a transaction of
 * its own together with the supplements about it, so that a process that dies has done some of the
 * work whole, and the next one does the rest.
 */
final class Releasing {
  private static final String STEP = "take away what was kept";
  private static final String TABLE = Store.SCHEMA + ".erasure_supplement";

  private final Application application;

  Releasing(Application application) {
    this.application = application;
  }

  /**
   * Does it for every data set; one that has to wait for others is tried again after them.
   *
   * @throws StepFailedException the first refusal, once all others have been tried
   */
  List<Supplement> run() {
    Vault vault = application.needVault(STEP);
    Instant now = application.clock().instant();
    LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
    Deque<String> open = new ArrayDeque<>();
    try (Session session = application.store().open()) {
      open.addAll(KeptRows.dataSets(session));
    }
    int total = open.size();
    List<Supplement> written = new ArrayList<>();
    @Nullable StepFailedException first = null;
    // How many were tried since one succeeded: when it is all of them, none can go on.
    int refused = 0;
    while (!open.isEmpty() && refused < open.size()) {
      String dataSet = open.remove();
      try (Session session = application.store().open()) {
        CompiledMap map = application.compiled(session);
        List<Gone> gone = KeptRows.release(map, session, dataSet, today);
        written.addAll(note(session, vault, gone, now));
        session.commit();
        refused = 0;
        first = null;
        application.progress().at("release", dataSet, total - open.size(), total);
      } catch (StepFailedException failed) {
        open.add(dataSet);
        refused++;
        first = first == null ? failed : first;
      }
    }
    if (first != null) {
      throw first;
    }
    return written;
  }

  private static List<Supplement> note(Session session, Vault vault, List<Gone> gone, Instant now) {
    Map<String, Map<String, Long>> byRun = new LinkedHashMap<>();
    for (Gone one : gone) {
      byRun
          .computeIfAbsent(one.run(), run -> new LinkedHashMap<>())
          .merge(one.dataSet(), one.rows(), Long::sum);
    }
    List<Supplement> written = new ArrayList<>();
    byRun.forEach(
        (run, rows) -> {
          Supplement supplement =
              Signing.sign(
                  vault,
                  new Supplement(
                      1,
                      run,
                      vault.currentId(),
                      now.toString(),
                      rows,
                      KeptRows.left(session, run),
                      null));
          session.update(
              STEP,
              null,
              "INSERT INTO " + TABLE + " (id, run_id, written, content) VALUES (?, ?, ?, ?)",
              UUID.randomUUID().toString(),
              run,
              now,
              Json.write(supplement));
          written.add(supplement);
        });
    return written;
  }

  /** What was added to a certificate, oldest first. */
  static List<Supplement> of(Session session, String run) {
    return session.query(
        STEP,
        null,
        row -> Json.read(row.getBytes(1), Supplement.class),
        "SELECT content FROM " + TABLE + " WHERE run_id = ? ORDER BY written, id",
        run);
  }
}
