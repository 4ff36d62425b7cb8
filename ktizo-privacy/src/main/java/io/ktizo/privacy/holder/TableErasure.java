package io.ktizo.privacy.holder;

import io.ktizo.privacy.Progress;
import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.datamap.Strategy;
import io.ktizo.privacy.holder.CompiledMap.Arrival;
import io.ktizo.privacy.holder.CompiledMap.Reference;
import io.ktizo.privacy.holder.CompiledMap.Relation;
import io.ktizo.privacy.store.Dialect;
import io.ktizo.privacy.store.Session;
import java.sql.DatabaseMetaData;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Erases one person's rows: decides by the rules of every link what becomes of each marked row,
 * says what stands in the way, and carries it out, all in the session's transaction and all
 * set-based. Committing is left to the caller, so that his own note of it is part of the same
 * transaction.
 *
 * <p>Tables are never touched before {@link #run}. Not for use by several threads.
 */
public final class TableErasure {
  private static final String DECIDE = "decide what becomes of rows";
  private static final String ANONYMISE = "anonymise rows";
  private static final String DELETE = "delete rows";
  private static final String READ_BACK = "read back";
  private static final int LOOKS = 60;
  private static final int DOCUMENTS = 500;

  private final Ownership ownership;
  private final CompiledMap map;
  private final Session session;
  private final Dialect dialect;
  private final Instant now;
  private final Masking masking;
  private final List<Decision> decisions = new ArrayList<>();

  /**
   * Decides, and touches nothing.
   *
   * @param now against which times of retention are measured
   * @param hashKey for keyed hashes, 32 bytes; {@code null} if there are no secrets
   */
  public TableErasure(Ownership ownership, Instant now, byte @Nullable [] hashKey) {
    this.ownership = ownership;
    this.map = ownership.map();
    this.session = ownership.session();
    this.dialect = session.dialect();
    this.now = now;
    this.masking = new Masking(dialect, hashKey);
    for (Relation at : map.relations()) {
      if (ownership.scope().reached().contains(at)) {
        decisions.add(map.decision(ownership.kind(), at));
      }
    }
    decisions.forEach(this::decide);
  }

  /**
   * What becomes of the rows of one data set.
   *
   * @param dataSet its name
   * @param deleted rows that go, or went
   * @param anonymised field → rows that lose its value, or lost it
   * @param kept rows that stay because their time of retention is not over
   * @param left rows that stay although the person can be reached through them: others own them, or
   *     he could only read them, or nothing but anonymous values is left of them
   * @param until the day on which the last of the kept rows may go; {@code null} if none is kept,
   *     or if a row does not say when its time began
   * @param grounds why rows are kept, law or duty; empty if none is
   */
  public record Effect(
      String dataSet,
      long deleted,
      Map<String, Long> anonymised,
      long kept,
      long left,
      @Nullable LocalDate until,
      List<String> grounds) {
    public Effect {
      anonymised = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(anonymised));
      grounds = List.copyOf(grounds);
    }

    /** Whether no row of it is concerned. */
    public boolean empty() {
      return deleted == 0 && kept == 0 && left == 0;
    }
  }

  /**
   * Something that would make an erasure fail, or take away what must stay.
   *
   * @param dataSet where
   * @param field the column, if it is about one
   * @param rows how many rows stand in the way
   * @param message why, and what to do
   */
  public record Obstacle(String dataSet, @Nullable String field, long rows, String message) {
    @Override
    public String toString() {
      return dataSet + (field == null ? "" : "." + field) + ": " + message;
    }
  }

  // ---- deciding ----

  private void decide(Decision decision) {
    Relation at = decision.at();
    if (decision.goes() || ownership.derived(at)) {
      return;
    }
    String marks = ownership.marks(at);
    if (!decision.constant()) {
      for (int i = 0; i < decision.ways().size(); i++) {
        Arrival way = decision.ways().get(i);
        level(at, way, i, 1);
        if (way.owning()) {
          level(at, way, i, 2);
          if (Decision.last(way) instanceof Link.KeepUntil keep) {
            keep(at, keep, i);
          }
        }
      }
    }
    session.update(DECIDE, at.name(), "UPDATE " + marks + " SET " + decision.assignments());
  }

  private void level(Relation at, Arrival way, int i, int level) {
    Fragment through = ownership.through(at, way, level == 2);
    session.update(
        DECIDE,
        at.name(),
        "UPDATE "
            + ownership.marks(at)
            + " m SET w"
            + i
            + " = "
            + level
            + " WHERE EXISTS (SELECT 1 FROM "
            + at.sql()
            + " x WHERE "
            + ownership.same(at, "x", "m")
            + " AND "
            + through.sql()
            + ")",
        through.parameters().toArray());
  }

  private void keep(Relation at, Link.KeepUntil keep, int i) {
    Fragment running = running(at, Decision.retention(map.map(), keep));
    session.update(
        DECIDE,
        at.name(),
        "UPDATE "
            + ownership.marks(at)
            + " m SET w"
            + i
            + " = 3 WHERE w"
            + i
            + " = 2 AND EXISTS (SELECT 1 FROM "
            + at.sql()
            + " x WHERE "
            + ownership.same(at, "x", "m")
            + " AND "
            + running.sql()
            + ")",
        running.parameters().toArray());
  }

  /** Whether the time of retention of a row {@code x} is not over; unknown counts as not over. */
  private Fragment running(Relation at, Retention rule) {
    String since = at.set().since();
    if (rule.from() == Retention.From.END_OF_RELATION || since == null) {
      return Fragment.TRUE;
    }
    Column column = at.column(since);
    String sql = ownership.x("x", column);
    return new Fragment(
        "(" + sql + " IS NULL OR " + sql + " >= " + moment(column) + ")",
        List.of(bound(column, firstDayStillKept(rule))));
  }

  private static String moment(Column column) {
    return switch (column.type()) {
      case DATE -> "CAST(? AS DATE)";
      case TIMESTAMP -> "CAST(? AS TIMESTAMP)";
      default -> "CAST(? AS TIMESTAMP WITH TIME ZONE)";
    };
  }

  private static Object bound(Column column, LocalDate day) {
    return switch (column.type()) {
      case DATE -> day;
      case TIMESTAMP -> Timestamp.valueOf(day.atStartOfDay());
      default -> day.atStartOfDay().atOffset(ZoneOffset.UTC);
    };
  }

  /** Notes the rows that stay for a time, so that {@link KeptRows} finds them when it is over. */
  public void noteKept(String run) {
    LocalDate day = LocalDate.ofInstant(now, ZoneOffset.UTC);
    decisions.forEach(decision -> KeptRows.note(ownership, decision, run, day));
  }

  private LocalDate firstDayStillKept(Retention rule) {
    return firstDayStillKept(rule, LocalDate.ofInstant(now, ZoneOffset.UTC));
  }

  /** The earliest day on which a row may have begun to count and still has to be kept. */
  static LocalDate firstDayStillKept(Retention rule, LocalDate today) {
    // Months are of different length: begin a little early and go on to the exact day.
    LocalDate day = today.minus(rule.keep()).minusDays(3);
    if (rule.from() == Retention.From.END_OF_YEAR) {
      day = LocalDate.of(day.getYear() - 1, 1, 1);
      while (end(rule, day).isBefore(today)) {
        day = day.plusYears(1);
      }
      return day;
    }
    while (end(rule, day).isBefore(today)) {
      day = day.plusDays(1);
    }
    return day;
  }

  /** The last day on which a row that began to count on a day has to be kept. */
  private static LocalDate end(Retention rule, LocalDate began) {
    return switch (rule.from()) {
      case END_OF_YEAR -> LocalDate.of(began.getYear(), 12, 31).plus(rule.keep());
      case ROW, END_OF_RELATION -> began.plus(rule.keep());
    };
  }

  // ---- counting ----

  /** What would become of each data set that the person can reach, in the order of the map. */
  public List<Effect> effects() {
    return decisions.stream().map(this::effect).toList();
  }

  private Effect effect(Decision decision) {
    Relation at = decision.at();
    List<String> sums =
        new ArrayList<>(
            List.of(
                sum("m.fate = " + Decision.GOES),
                sum("m.fate = " + Decision.KEPT),
                sum("m.fate IN (" + Decision.STAYS + ", " + Decision.ANONYMISED + ")")));
    for (int i = 0; i < decision.fields().size(); i++) {
      sums.add(sum("m.a" + i + " = 1 AND m.fate <> " + Decision.GOES));
    }
    List<Long> counts =
        session
            .query(
                "count rows",
                at.name(),
                row ->
                    IntStream.rangeClosed(1, sums.size())
                        .mapToObj(
                            i -> {
                              try {
                                return row.getLong(i);
                              } catch (java.sql.SQLException refused) {
                                throw StepFailedException.of("count rows", at.name(), refused);
                              }
                            })
                        .toList(),
                "SELECT " + String.join(", ", sums) + " FROM " + ownership.marked(at))
            .getFirst();
    Map<String, Long> anonymised = new LinkedHashMap<>();
    for (int i = 0; i < decision.fields().size(); i++) {
      if (counts.get(3 + i) > 0) {
        anonymised.put(decision.fields().get(i).name(), counts.get(3 + i));
      }
    }
    boolean kept = counts.get(1) > 0;
    return new Effect(
        at.name(),
        counts.getFirst(),
        anonymised,
        counts.get(1),
        counts.get(2),
        kept ? until(decision) : null,
        kept ? grounds(decision) : List.of());
  }

  private static String sum(String condition) {
    return "COALESCE(SUM(CASE WHEN " + condition + " THEN 1 ELSE 0 END), 0)";
  }

  private List<String> grounds(Decision decision) {
    Set<String> grounds = new TreeSet<>();
    for (Arrival way : decision.ways()) {
      if (way.owning() && Decision.last(way) instanceof Link.KeepUntil keep) {
        Retention rule = Decision.retention(map.map(), keep);
        grounds.add(rule.name() + ": " + rule.ground());
      }
    }
    return List.copyOf(grounds);
  }

  /** The last day of the last kept row; for several rules the latest. */
  private @Nullable LocalDate until(Decision decision) {
    Relation at = decision.at();
    LocalDate latest = null;
    for (int i = 0; i < decision.ways().size(); i++) {
      if (!decision.ways().get(i).owning()
          || !(Decision.last(decision.ways().get(i)) instanceof Link.KeepUntil keep)) {
        continue;
      }
      Retention rule = Decision.retention(map.map(), keep);
      LocalDate end;
      String since = at.set().since();
      if (rule.from() == Retention.From.END_OF_RELATION || since == null) {
        end = LocalDate.ofInstant(now, ZoneOffset.UTC).plus(rule.keep());
      } else {
        List<Optional<LocalDate>> youngest =
            session
                .query(
                    "count rows",
                    at.name(),
                    row -> Optional.ofNullable(row.getObject(1, LocalDateTime.class)),
                    "SELECT MAX(CAST("
                        + ownership.x("x", at.column(since))
                        + " AS TIMESTAMP)) FROM "
                        + ownership.marked(at)
                        + " WHERE m.w"
                        + i
                        + " = 3")
                .stream()
                .map(found -> found.map(LocalDateTime::toLocalDate))
                .toList();
        if (youngest.getFirst().isEmpty()) {
          continue;
        }
        end = end(rule, youngest.getFirst().get());
      }
      latest = latest == null || end.isAfter(latest) ? end : latest;
    }
    return latest;
  }

  // ---- what stands in the way ----

  /**
   * What would make {@link #run} fail, or would make the database take away more than the rules
   * say: rows that stay and refer to rows that go.
   */
  public List<Obstacle> obstacles() {
    List<Obstacle> found = new ArrayList<>();
    for (Reference reference : map.references()) {
      if (ownership.scope().reached().contains(reference.to())
          && !reference.letsGo()
          && !goesAlong(reference)) {
        obstacle(reference).ifPresent(found::add);
      }
    }
    for (Decision decision : decisions) {
      if (decision.at().table().view()) {
        long rows =
            session.count(
                DECIDE,
                decision.at().name(),
                "SELECT COUNT(*) FROM "
                    + ownership.marks(decision.at())
                    + " m WHERE m.fate <> "
                    + Decision.GOES
                    + " AND "
                    + anyFlag(decision));
        if (rows > 0) {
          found.add(
              new Obstacle(
                  decision.at().name(),
                  null,
                  rows,
                  "a view cannot be anonymised: describe the table that it shows"));
        }
      }
    }
    return found;
  }

  /**
   * Whether the map alone says that whatever refers to a row that goes will go with it, or let go
   * of it: it belongs to the same people along this very reference, and to nobody else.
   */
  private boolean goesAlong(Reference reference) {
    Optional<Relation> child = map.of(reference.schema(), reference.table());
    if (child.isEmpty() || !ownership.scope().exclusive(child.get())) {
      return false;
    }
    Decision decision = map.decision(ownership.kind(), child.get());
    return decision.ways().size() == 1
        && decision.ways().getFirst() instanceof CompiledMap.Along along
        && along.from().equals(reference.to())
        && (Decision.last(along) instanceof Link.DeleteRow
            || decision.fields().stream()
                .anyMatch(
                    field ->
                        decision.surelyTouches(field)
                            && along.atColumns().contains(child.get().column(field.name()))))
        && names(along.atColumns()).equals(reference.columns())
        && names(along.fromColumns()).equals(reference.targets());
  }

  private static List<String> names(List<Column> columns) {
    return columns.stream().map(Column::name).toList();
  }

  private Optional<Obstacle> obstacle(Reference reference) {
    Relation to = reference.to();
    String joins =
        IntStream.range(0, reference.columns().size())
            .mapToObj(
                i ->
                    "p."
                        + dialect.quote(reference.targets().get(i))
                        + " = c."
                        + dialect.quote(reference.columns().get(i)))
            .collect(Collectors.joining(" AND "));
    String sql =
        // A target of references is unique, so that no row is counted twice.
        "SELECT COUNT(*) FROM "
            + ownership.joined(to, "p", "g")
            + " JOIN "
            + dialect.quote(reference.schema())
            + "."
            + dialect.quote(reference.table())
            + " c ON "
            + joins
            + " WHERE g.fate = "
            + Decision.GOES;
    Optional<Relation> child = map.of(reference.schema(), reference.table());
    if (child.isPresent() && ownership.scope().reached().contains(child.get())) {
      List<String> released = new ArrayList<>(List.of("m.fate = " + Decision.GOES));
      Decision decision = map.decision(ownership.kind(), child.get());
      for (int i = 0; i < decision.fields().size(); i++) {
        Field field = decision.fields().get(i);
        if (reference.columns().contains(child.get().column(field.name()).name())) {
          released.add("m.a" + i + " = 1");
        }
      }
      sql +=
          " AND NOT EXISTS (SELECT 1 FROM "
              + ownership.marks(child.get())
              + " m WHERE "
              + ownership.same(child.get(), "c", "m")
              + " AND ("
              + String.join(" OR ", released)
              + "))";
    }
    long rows = session.count("look for obstacles", to.name(), sql);
    if (rows == 0) {
      return Optional.empty();
    }
    boolean cascades = reference.rule() == DatabaseMetaData.importedKeyCascade;
    String name = child.map(Relation::name).orElse(reference.schema() + "." + reference.table());
    return Optional.of(
        new Obstacle(
            name,
            String.join(", ", reference.columns()),
            rows,
            rows
                + (rows == 1
                    ? " row that stays refers to a row of "
                    : " rows that stay refer to rows of ")
                + to.name()
                + " that would go"
                + (cascades ? ", and ON DELETE CASCADE would take what must stay" : "")
                + ": anonymise this column, or keep or anonymise the rows of "
                + to.name()));
  }

  // ---- values that are needed later ----

  /**
   * The values of fields in rows that the erasure concerns, sorted, none twice: identifiers that
   * holders find data by, and that a scan for residue looks for.
   *
   * @param fields of one data set
   * @param touchedOnly whether only values count that the erasure takes away
   * @param limit at most so many values a field
   */
  public Map<String, List<String>> values(
      DataSet set, List<Field> fields, boolean touchedOnly, int limit) {
    Map<String, List<String>> found = new LinkedHashMap<>();
    Relation at = map.named(set.name());
    if (!ownership.scope().reached().contains(at)) {
      return found;
    }
    Decision decision = map.decision(ownership.kind(), at);
    for (Field field : fields) {
      String sql = ownership.x("x", at.column(field.name()));
      int flag = decision.fields().indexOf(field);
      String gone = "(m.fate = " + Decision.GOES + (flag < 0 ? ")" : " OR m.a" + flag + " = 1)");
      List<String> values =
          session.query(
              "capture identifiers",
              set.name(),
              row -> row.getString(1),
              "SELECT DISTINCT CAST("
                  + sql
                  + " AS VARCHAR) FROM "
                  + ownership.marked(at)
                  + " WHERE "
                  + sql
                  + " IS NOT NULL AND "
                  + (touchedOnly ? gone : "m.owned = 1")
                  + " ORDER BY 1 FETCH FIRST "
                  + limit
                  + " ROWS ONLY");
      if (!values.isEmpty()) {
        found.put(set.name() + "." + field.name(), values);
      }
    }
    return found;
  }

  // ---- carrying it out ----

  /**
   * Carries it out and reads it back. After an exception the transaction must be rolled back.
   *
   * @return what was read back, data set by data set
   * @throws StepFailedException if the database refuses, or if something is still there afterwards:
   *     a trigger or a rule may swallow a statement without a word
   */
  public List<Effect> run(Progress progress) {
    if (dialect == Dialect.POSTGRESQL) {
      session.define(DELETE, null, "SET CONSTRAINTS ALL DEFERRED");
    }
    List<Decision> tables =
        decisions.stream().filter(decision -> !decision.at().table().view()).toList();
    // Counted first: afterwards rows may no longer have what they were told apart by.
    Map<Relation, Effect> effects = new LinkedHashMap<>();
    for (Decision decision : decisions) {
      effects.put(
          decision.at(), decision.goes() || told(decision) ? nothing(decision) : effect(decision));
    }
    for (Decision decision : tables) {
      if (!decision.fields().isEmpty()) {
        long changed = anonymise(decision);
        if (told(decision)) {
          effects.put(decision.at(), changed(decision, changed));
        }
      }
    }
    Map<Relation, Long> deleted = new LinkedHashMap<>();
    List<Decision> unseen = new ArrayList<>(tables);
    List<Relation> order = order(tables);
    long done = 0;
    for (Relation at : order) {
      if (map.decision(ownership.kind(), at).mayGo()) {
        if (unseen.stream().anyMatch(one -> ownership.derivation().leadsThrough(one.at(), at))) {
          // What is found by these rows is looked for while they are there.
          readBack(unseen.stream().filter(one -> deleted.containsKey(one.at())).toList());
          unseen.removeIf(one -> deleted.containsKey(one.at()));
        }
        deleted.put(at, delete(at));
      } else {
        deleted.put(at, 0L);
      }
      done++;
      progress.at(DELETE, at.name(), done, order.size());
    }
    readBack(unseen);
    return effects.values().stream()
        .map(
            effect ->
                new Effect(
                    effect.dataSet(),
                    deleted.getOrDefault(map.named(effect.dataSet()), 0L),
                    effect.anonymised(),
                    effect.kept(),
                    effect.left(),
                    effect.until(),
                    effect.grounds()))
        .toList();
  }

  /** Whether anonymising itself tells how many rows there are: every one loses the same fields. */
  private static boolean told(Decision decision) {
    return decision.fixed()
        && !decision.goes()
        && !decision.fields().isEmpty()
        && decision.fields().stream()
            .map(field -> field.strategy().orElseThrow())
            .noneMatch(Strategy.ByPath.class::isInstance);
  }

  private static Effect nothing(Decision decision) {
    return new Effect(decision.at().name(), 0, Map.of(), 0, 0, null, List.of());
  }

  private static Effect changed(Decision decision, long rows) {
    Map<String, Long> anonymised = new LinkedHashMap<>();
    for (Field field : decision.fields()) {
      if (rows > 0 && decision.surelyTouches(field)) {
        anonymised.put(field.name(), rows);
      }
    }
    return new Effect(decision.at().name(), 0, anonymised, 0, rows, null, List.of());
  }

  private static String anyFlag(Decision decision) {
    return decision.fields().isEmpty()
        ? "1 = 0"
        : IntStream.range(0, decision.fields().size())
            .mapToObj(i -> "m.a" + i + " = 1")
            .collect(Collectors.joining(" OR ", "(", ")"));
  }

  /** {@code marks m ON …} for rows {@code x}. */
  private String marked(Relation at) {
    return ownership.derived(at)
        ? ownership.stepMarks(at) + " m ON " + ownership.sameStep(at, "x", "m")
        : ownership.marks(at) + " m ON " + ownership.same(at, "x", "m");
  }

  /** {@code row IN marks}, in the form that lets a database use an index on the row's columns. */
  private String in(Relation at, String row, String condition) {
    if (ownership.derived(at)) {
      // All its rows have one fate, so that whoever asks knows that the condition holds.
      return ownership.reached(at, row);
    }
    boolean plain = at.identity().size() == 1 || at.identity().stream().noneMatch(Column::nullable);
    if (!plain) {
      return "EXISTS (SELECT 1 FROM "
          + ownership.marks(at)
          + " m WHERE "
          + ownership.same(at, row, "m")
          + " AND "
          + condition
          + ")";
    }
    String columns =
        at.identity().stream()
            .map(column -> ownership.x(row, column))
            .collect(Collectors.joining(", "));
    String keys =
        IntStream.range(0, at.identity().size())
            .mapToObj(i -> "m.k" + i)
            .collect(Collectors.joining(", "));
    return (at.identity().size() == 1 ? columns : "(" + columns + ")")
        + " IN (SELECT "
        + keys
        + " FROM "
        + ownership.marks(at)
        + " m WHERE "
        + condition
        + ")";
  }

  /**
   * Whether marks are merged into a table: H2 would ask them again for each row; merging, it goes
   * from mark to rows. What is spelled out it finds by an index.
   */
  private boolean merges(Relation at) {
    return dialect == Dialect.H2 && !ownership.spelled(at);
  }

  private long anonymise(Decision decision) {
    Relation at = decision.at();
    boolean merging = merges(at);
    List<String> assignments = new ArrayList<>();
    List<Object> parameters = new ArrayList<>();
    for (int i = 0; i < decision.fields().size(); i++) {
      Field field = decision.fields().get(i);
      if (decision.fixed() && !decision.surelyTouches(field)) {
        continue;
      }
      if (field.strategy().orElseThrow() instanceof Strategy.ByPath) {
        rewrite(decision, i);
        continue;
      }
      Column column = at.column(field.name());
      String old = ownership.x("x", column);
      Fragment value = masking.value(field.strategy().orElseThrow(), column, old);
      String flag = "m.a" + i + " = 1";
      boolean always = decision.surelyTouches(field) || decision.fields().size() == 1;
      assignments.add(
          dialect.quote(column.name())
              + " = "
              + (always
                  ? value.sql()
                  : "CASE WHEN "
                      + (merging ? flag : in(at, "x", flag))
                      + " THEN "
                      + value.sql()
                      + " ELSE "
                      + old
                      + " END"));
      parameters.addAll(value.parameters());
    }
    if (assignments.isEmpty()) {
      return 0;
    }
    String touched = "m.fate <> " + Decision.GOES + " AND " + anyFlag(decision);
    String changes = String.join(", ", assignments);
    return session.update(
        ANONYMISE,
        at.name(),
        merging
            ? "MERGE INTO "
                + at.sql()
                + " x USING "
                + marked(at)
                + " AND "
                + touched
                + " WHEN MATCHED THEN UPDATE SET "
                + changes
            : "UPDATE " + at.sql() + " x SET " + changes + " WHERE " + in(at, "x", touched),
        parameters.toArray());
  }

  /**
   * Rewrites documents: each is read, since no two databases change JSON alike, and all that were
   * read in a portion are written by one statement. Done before anything else changes the rows, and
   * read back at once, while they can still be told.
   */
  private void rewrite(Decision decision, int i) {
    Relation at = decision.at();
    Field field = decision.fields().get(i);
    Column column = at.column(field.name());
    String flag = "m.fate <> " + Decision.GOES + " AND m.a" + i + " = 1";
    String text = document(column);
    DocumentErasure rules = masking.documents(field);
    Map<String, String> portion = new LinkedHashMap<>();
    String query =
        "SELECT "
            + text
            + " FROM "
            + ownership.marked(at)
            + " WHERE "
            + flag
            + " AND "
            + ownership.x("x", column)
            + " IS NOT NULL";
    session.each(
        ANONYMISE,
        at.name(),
        row -> {
          String old = row.getString(1);
          String erased = rules.erased(old);
          if (!erased.equals(old)) {
            portion.put(old, erased);
          }
          if (portion.size() == DOCUMENTS) {
            write(at, column, flag, portion);
            portion.clear();
          }
        },
        query);
    if (!portion.isEmpty()) {
      write(at, column, flag, portion);
    }
    long[] left = new long[1];
    session.each(
        READ_BACK, at.name(), row -> left[0] += rules.unmade(row.getString(1)) ? 1 : 0, query);
    if (left[0] > 0) {
      throw new StepFailedException(
          ANONYMISE,
          at.name(),
          field.name(),
          left[0] + " documents still have their values: a trigger or a rule keeps them there");
    }
  }

  private String document(Column column) {
    String sql = ownership.x("x", column);
    return column.json() ? "CAST(" + sql + " AS VARCHAR)" : sql;
  }

  private void write(Relation at, Column column, String flag, Map<String, String> documents) {
    java.sql.Array before = session.texts(documents.keySet());
    java.sql.Array after = session.texts(documents.values());
    String name = dialect.quote(column.name());
    String same = document(column) + " = u.o";
    session.update(
        ANONYMISE,
        at.name(),
        dialect == Dialect.H2
            ? "MERGE INTO "
                + at.sql()
                + " x USING (SELECT m.*, u.o, u.n FROM "
                + (ownership.derived(at) ? ownership.stepMarks(at) : ownership.marks(at))
                + " m, UNNEST(CAST(? AS VARCHAR ARRAY), CAST(? AS VARCHAR ARRAY)) u(o, n)) m ON "
                + (ownership.derived(at)
                    ? ownership.sameStep(at, "x", "m")
                    : ownership.same(at, "x", "m"))
                + " AND "
                + flag
                + " AND "
                + same.replace("u.o", "m.o")
                + " WHEN MATCHED THEN UPDATE SET "
                + name
                + " = m.n"
                + (column.json() ? " FORMAT JSON" : "")
            : "UPDATE "
                + at.sql()
                + " x SET "
                + name
                + " = CAST(u.n AS "
                + (column.json() ? column.typeName() : "VARCHAR")
                + ") FROM unnest(CAST(? AS text[]), CAST(? AS text[])) u(o, n) WHERE "
                + same
                + " AND "
                + in(at, "x", flag),
        before,
        after);
  }

  private long delete(Relation at) {
    String goes = in(at, "x", "m.fate = " + Decision.GOES);
    long deleted = 0;
    if (dialect == Dialect.H2) {
      for (Reference reference : map.references()) {
        boolean toItself =
            reference.to().equals(at)
                && map.of(reference.schema(), reference.table()).filter(at::equals).isPresent();
        if (toItself && reference.rule() != DatabaseMetaData.importedKeyCascade) {
          deleted += release(at, reference, goes);
        }
      }
    }
    String sql =
        merges(at)
            ? "MERGE INTO "
                + at.sql()
                + " x USING "
                + marked(at)
                + " AND m.fate = "
                + Decision.GOES
                + " WHEN MATCHED THEN DELETE"
            : "DELETE FROM " + at.sql() + " x WHERE " + goes;
    return deleted + session.update(DELETE, at.name(), sql);
  }

  /**
   * H2 holds a table to references to itself after each row, not after the statement: rows that go
   * let go of each other first, or, if the column takes no NULL, go from the leaves inwards.
   */
  private long release(Relation at, Reference reference, String goes) {
    Optional<Column> cut = takesNull(at, reference);
    if (cut.isPresent()) {
      session.update(
          DELETE,
          at.name(),
          "UPDATE "
              + at.sql()
              + " x SET "
              + dialect.quote(cut.get().name())
              + " = NULL WHERE "
              + goes);
      return 0;
    }
    String referred =
        IntStream.range(0, reference.columns().size())
            .mapToObj(
                i ->
                    "c."
                        + dialect.quote(reference.columns().get(i))
                        + " = x."
                        + dialect.quote(reference.targets().get(i)))
            .collect(Collectors.joining(" AND "));
    long deleted = 0;
    long now = 1;
    while (now > 0) {
      now =
          session.update(
              DELETE,
              at.name(),
              "DELETE FROM "
                  + at.sql()
                  + " x WHERE "
                  + goes
                  + " AND NOT EXISTS (SELECT 1 FROM "
                  + at.sql()
                  + " c WHERE "
                  + referred
                  + ")");
      deleted += now;
    }
    return deleted;
  }

  /**
   * Tables of which rows go, referring ones before those that they refer to. Where references lead
   * round, one that takes NULL is cut first, in the rows that go only.
   */
  private List<Relation> order(List<Decision> tables) {
    Set<Relation> open = new LinkedHashSet<>();
    for (Decision decision : tables) {
      open.add(decision.at());
    }
    Set<Reference> binding = new LinkedHashSet<>();
    for (Reference reference : map.references()) {
      Optional<Relation> child = map.of(reference.schema(), reference.table());
      if (child.isPresent()
          && open.contains(child.get())
          && !child.get().equals(reference.to())
          && !reference.deferrable()
          && reference.rule() != DatabaseMetaData.importedKeyCascade) {
        binding.add(reference);
      }
    }
    List<Relation> order = new ArrayList<>();
    while (!open.isEmpty()) {
      // Those by which others are found come late, so that what they lead to is read back at once.
      Optional<Relation> free =
          open.stream()
              .filter(at -> binding.stream().noneMatch(reference -> reference.to().equals(at)))
              .filter(
                  at ->
                      open.stream().noneMatch(one -> ownership.derivation().leadsThrough(one, at)))
              .min(Comparator.comparing(at -> ownership.derivation().leadsOn(at)));
      Relation next = free.orElseGet(() -> cut(open, binding));
      if (free.isPresent()) {
        order.add(next);
        open.remove(next);
        binding.removeIf(reference -> child(reference).equals(next));
      }
    }
    return order;
  }

  private Relation child(Reference reference) {
    return map.of(reference.schema(), reference.table()).orElseThrow();
  }

  /** A column that can let go of what a row refers to before the row itself goes. */
  private Optional<Column> takesNull(Relation child, Reference reference) {
    return reference.columns().stream()
        .flatMap(name -> child.table().column(name).stream())
        .filter(column -> column.nullable() && !column.generated())
        .filter(column -> !child.table().primaryKey().contains(column.name()))
        // What tells the row apart must stay until the row is gone.
        .filter(column -> !child.identity().contains(column))
        .filter(column -> !ownership.derivation().compares(child, column))
        .findFirst();
  }

  private Relation cut(Set<Relation> open, Set<Reference> binding) {
    for (Reference reference : binding) {
      Relation child = child(reference);
      Optional<Column> takesNull = takesNull(child, reference);
      if (takesNull.isPresent()) {
        session.update(
            DELETE,
            child.name(),
            "UPDATE "
                + child.sql()
                + " x SET "
                + dialect.quote(takesNull.get().name())
                + " = NULL WHERE "
                + in(child, "x", "m.fate = " + Decision.GOES));
        binding.remove(reference);
        return child;
      }
    }
    // Nothing to cut: the rows may still not refer to each other, so let the database decide.
    Reference first = binding.iterator().next();
    binding.remove(first);
    return open.iterator().next();
  }

  /** A look at what should not be there any more: {@code x} and {@code m} are rows and marks. */
  private record Look(Decision decision, @Nullable Field field, Fragment condition) {}

  /**
   * Looks for what should be gone, by other statements than those that took it away: one for all
   * tables.
   */
  private void readBack(List<Decision> tables) {
    List<Look> all = new ArrayList<>();
    for (Decision decision : tables) {
      List<Look> looks = looks(decision);
      if (!looks.isEmpty()) {
        all.add(
            new Look(decision, null, Fragment.any(looks.stream().map(Look::condition).toList())));
      }
    }
    // A limit that keeps a statement of many tables readable for the database.
    for (int i = 0; i < all.size(); i += LOOKS) {
      List<Look> some = all.subList(i, Math.min(i + LOOKS, all.size()));
      List<Long> left = look(some);
      for (int n = 0; n < left.size(); n++) {
        if (left.get(n) > 0) {
          throw stillThere(looks(some.get(n).decision()));
        }
      }
    }
  }

  private List<Look> looks(Decision decision) {
    List<Look> looks = new ArrayList<>();
    if (decision.mayGo()) {
      looks.add(new Look(decision, null, new Fragment("m.fate = " + Decision.GOES)));
    }
    for (int i = 0; i < decision.fields().size(); i++) {
      Field field = decision.fields().get(i);
      boolean documents = field.strategy().orElseThrow() instanceof Strategy.ByPath;
      if (!documents && (!decision.fixed() || decision.surelyTouches(field))) {
        Column column = decision.at().column(field.name());
        String flag = "(m.fate <> " + Decision.GOES + " AND m.a" + i + " = 1 AND ";
        looks.add(
            new Look(
                decision,
                field,
                masking
                    .unmade(field.strategy().orElseThrow(), column, ownership.x("x", column))
                    .wrap(unmade -> flag + unmade + ")")));
      }
    }
    return looks;
  }

  private List<Long> look(List<Look> looks) {
    List<String> texts = new ArrayList<>();
    List<Object> parameters = new ArrayList<>();
    for (Look look : looks) {
      texts.add(
          "(SELECT COUNT(*) FROM "
              + ownership.marked(look.decision().at())
              + " WHERE "
              + look.condition().sql()
              + ")");
      parameters.addAll(look.condition().parameters());
    }
    List<Long> left = new ArrayList<>();
    session.each(
        READ_BACK,
        looks.size() == 1 ? looks.getFirst().decision().at().name() : null,
        row -> {
          for (int i = 1; i <= texts.size(); i++) {
            left.add(row.getLong(i));
          }
        },
        "SELECT " + String.join(", ", texts),
        parameters.toArray());
    return left;
  }

  /** Says what of one table is still there. */
  private StepFailedException stillThere(List<Look> looks) {
    String dataSet = looks.getFirst().decision().at().name();
    List<Long> left = look(looks);
    for (int i = 0; i < looks.size(); i++) {
      Field field = looks.get(i).field();
      if (left.get(i) > 0) {
        return field == null
            ? new StepFailedException(
                DELETE,
                dataSet,
                null,
                left.get(i)
                    + " rows are still there: a trigger or a rule keeps the database from deleting")
            : new StepFailedException(
                ANONYMISE,
                dataSet,
                field.name(),
                left.get(i) + " rows still have their value: a trigger or a rule keeps it there");
      }
    }
    throw new IllegalStateException(dataSet + " changed while it was read back");
  }
}
