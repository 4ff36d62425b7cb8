package io.ktizo.privacy.erasure;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.store.Session;
import io.ktizo.privacy.store.Store;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The engine's book of erasures: runs and their steps. All methods work in the session given. */
final class Journal {
  private static final String STEP = "keep the journal of erasures";
  private static final String S = Store.SCHEMA;

  private Journal() {}

  /** A run of one erasure; never compared, so that bytes may be part of it. */
  @SuppressWarnings("ArrayRecordComponent")
  record Run(
      String id,
      String kind,
      String keyId,
      String subjectHash,
      long fence,
      Instant begun,
      byte @Nullable [] sealed) {}

  /** What is done in a step. */
  enum Action {
    HOLDER,
    TABLES,
    VERIFY,
    RESIDUE,
    STORAGE
  }

  enum State {
    OPEN,
    LATER,
    DONE
  }

  /** A step; {@code about} names a holder, or is empty. Never compared either. */
  @SuppressWarnings("ArrayRecordComponent")
  record Step(
      int number,
      Action action,
      String about,
      String idempotencyKey,
      State state,
      byte @Nullable [] outcome) {}

  static Optional<Run> active(Session session, String subjectHash) {
    return runs(session, "active_hash = ?", subjectHash).stream().findFirst();
  }

  static List<Run> active(Session session) {
    return runs(session, "active_hash IS NOT NULL");
  }

  static Optional<Run> run(Session session, String id) {
    return runs(session, "id = ?", id).stream().findFirst();
  }

  private static List<Run> runs(Session session, String condition, Object... parameters) {
    return session.query(
        STEP,
        null,
        row ->
            new Run(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5),
                row.getObject(6, OffsetDateTime.class).toInstant(),
                row.getBytes(7)),
        "SELECT id, kind, key_id, subject_hash, fence, begun, sealed FROM "
            + S
            + ".erasure_run WHERE "
            + condition
            + " ORDER BY begun, id",
        parameters);
  }

  static void begin(Session session, Run run) {
    session.update(
        STEP,
        null,
        "INSERT INTO "
            + S
            + ".erasure_run (id, kind, key_id, subject_hash, active_hash, state, fence, begun,"
            + " sealed) VALUES (?, ?, ?, ?, ?, 'OPEN', 0, ?, ?)",
        run.id(),
        run.kind(),
        run.keyId(),
        run.subjectHash(),
        run.subjectHash(),
        run.begun(),
        run.sealed());
    session.update(STEP, null, "INSERT INTO " + S + ".erasure_lease (run_id) VALUES (?)", run.id());
  }

  /**
   * Locks the run for as long as the session's transaction lasts.
   *
   * @return whether it was free
   */
  static boolean lease(Session session, String run) {
    return !session
        .query(
            STEP,
            null,
            row -> row.getString(1),
            "SELECT run_id FROM " + S + ".erasure_lease WHERE run_id = ? FOR UPDATE SKIP LOCKED",
            run)
        .isEmpty();
  }

  static void dropLease(Session session, String run) {
    session.update(STEP, null, "DELETE FROM " + S + ".erasure_lease WHERE run_id = ?", run);
  }

  /** Takes the run over from whoever worked on it before. */
  static long takeOver(Session session, String run) {
    session.update(
        STEP, null, "UPDATE " + S + ".erasure_run SET fence = fence + 1 WHERE id = ?", run);
    return session.count(STEP, null, "SELECT fence FROM " + S + ".erasure_run WHERE id = ?", run);
  }

  /**
   * Makes sure that nobody has taken the run over, and keeps it so until the transaction ends.
   *
   * @throws StepFailedException if somebody has
   */
  static void fence(Session session, String run, long fence) {
    long mine =
        session.update(
            STEP,
            null,
            "UPDATE " + S + ".erasure_run SET state = 'OPEN' WHERE id = ? AND fence = ?",
            run,
            fence);
    if (mine != 1) {
      throw new StepFailedException(STEP, null, null, "another instance has taken the run over");
    }
  }

  static void seal(Session session, String run, byte[] sealed) {
    session.update(
        STEP, null, "UPDATE " + S + ".erasure_run SET sealed = ? WHERE id = ?", sealed, run);
  }

  static void add(Session session, String run, Step step) {
    session.update(
        STEP,
        null,
        "INSERT INTO "
            + S
            + ".erasure_step (run_id, number, action, about, idempotency_key, state, attempts)"
            + " VALUES (?, ?, ?, ?, ?, ?, 0)",
        run,
        step.number(),
        step.action().name(),
        step.about(),
        step.idempotencyKey(),
        step.state().name());
  }

  static List<Step> steps(Session session, String run) {
    return session.query(
        STEP,
        null,
        row ->
            new Step(
                row.getInt(1),
                Action.valueOf(row.getString(2)),
                row.getString(3),
                row.getString(4),
                State.valueOf(row.getString(5)),
                row.getBytes(6)),
        "SELECT number, action, about, idempotency_key, state, outcome FROM "
            + S
            + ".erasure_step WHERE run_id = ? ORDER BY number",
        run);
  }

  static void attempt(Session session, String run, Step step) {
    session.update(
        STEP,
        null,
        "UPDATE " + S + ".erasure_step SET attempts = attempts + 1 WHERE run_id = ? AND number = ?",
        run,
        step.number());
  }

  static void settle(Session session, String run, Step step, State state, byte[] outcome) {
    session.update(
        STEP,
        null,
        "UPDATE " + S + ".erasure_step SET state = ?, outcome = ? WHERE run_id = ? AND number = ?",
        state.name(),
        outcome,
        run,
        step.number());
  }

  /** Steps that look at what was done are done again once something more was done. */
  static void reopen(Session session, String run, Action action) {
    session.update(
        STEP,
        null,
        "UPDATE " + S + ".erasure_step SET state = 'OPEN' WHERE run_id = ? AND action = ?",
        run,
        action.name());
  }

  static void finish(Session session, String run, Instant when, byte[] certificate) {
    session.update(
        STEP,
        null,
        "UPDATE "
            + S
            + ".erasure_run SET state = 'DONE', active_hash = NULL, sealed = NULL, finished = ?,"
            + " certificate = ? WHERE id = ?",
        when,
        certificate,
        run);
  }

  /** Nothing was touched: it is as if nobody had asked, but for the note that somebody did. */
  static void refuse(Session session, String run, Instant when) {
    session.update(
        STEP,
        null,
        "UPDATE "
            + S
            + ".erasure_run SET state = 'REFUSED', active_hash = NULL, sealed = NULL, finished = ?"
            + " WHERE id = ?",
        when,
        run);
  }

  static List<byte[]> certificates(Session session, String subjectHash) {
    return session.query(
        STEP,
        null,
        row -> row.getBytes(1),
        "SELECT certificate FROM "
            + S
            + ".erasure_run WHERE subject_hash = ? AND certificate IS NOT NULL ORDER BY finished",
        subjectHash);
  }

  static Optional<byte[]> certificate(Session session, String run) {
    return session
        .query(
            STEP,
            null,
            row -> Optional.ofNullable(row.getBytes(1)),
            "SELECT certificate FROM " + S + ".erasure_run WHERE id = ?",
            run)
        .stream()
        .flatMap(Optional::stream)
        .findFirst();
  }
}
