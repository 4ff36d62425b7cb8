package io.ktizo.privacy.holder;

import io.ktizo.privacy.Subject;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.SubjectKind;
import io.ktizo.privacy.holder.CompiledMap.Along;
import io.ktizo.privacy.holder.CompiledMap.Arrival;
import io.ktizo.privacy.holder.CompiledMap.ByValue;
import io.ktizo.privacy.holder.CompiledMap.OwnRow;
import io.ktizo.privacy.holder.CompiledMap.Relation;
import io.ktizo.privacy.store.Dialect;
import io.ktizo.privacy.store.Session;
import java.sql.JDBCType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which rows one person owns, which he may read, and which of those he owns somebody else owns too.
 * The answer stands in temporary tables of the session, one for each data set that his kind can
 * reach, and is true of the session's snapshot: it ends with the transaction or with {@link
 * #close()}, whichever comes first.
 *
 * <p>The fixpoint of the calculus is reached table by table. A data set costs a constant number of
 * statements; only where links lead round in a circle does the length of the longest chain of rows
 * add to it. The number of rows never does.
 *
 * <p>Not for use by several threads.
 */
public final class Ownership implements AutoCloseable {
  private static final String MARK = "find whose rows these are";

  private final CompiledMap map;
  private final Session session;
  private final Dialect dialect;
  private final Subject subject;
  private final SubjectKind kind;
  private final Scope scope;
  private final Derivation derivation;
  private final String prefix;
  private final Map<Relation, Boolean> backward = new HashMap<>();

  /** Tables of which one row is his, and how its identity is written in SQL. */
  private final Map<Relation, List<String>> spelled = new HashMap<>();

  private Ownership(CompiledMap map, Session session, Subject subject) {
    this.map = map;
    this.session = session;
    this.dialect = session.dialect();
    this.subject = subject;
    this.kind = map.kind(subject.kind());
    this.scope = map.scope(kind);
    this.derivation = map.derivation(kind);
    this.prefix =
        "ktizo_" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt()) + "_";
  }

  /**
   * Follows the links from a person.
   *
   * @param session in whose snapshot; on H2 a transaction that is open is committed first, since H2
   *     commits when a table is made
   * @throws io.ktizo.privacy.UnknownSubjectKindException if the map does not know the kind
   * @throws io.ktizo.privacy.StepFailedException if the database refuses
   */
  public static Ownership of(CompiledMap map, Session session, Subject subject) {
    Ownership ownership = new Ownership(map, session, subject);
    try {
      ownership.prepare();
      ownership.mark();
      ownership.spell();
      ownership.findOtherOwners();
      return ownership;
    } catch (RuntimeException refused) {
      ownership.close();
      throw refused;
    }
  }

  /** The person. */
  public Subject subject() {
    return subject;
  }

  /** The data sets that this kind of person can reach, in the order of the map. */
  public List<DataSet> dataSets() {
    return map.map().dataSets().stream()
        .filter(set -> scope.reached().contains(map.named(set.name())))
        .toList();
  }

  /** How many rows of a data set the person owns. */
  public long owned(DataSet set) {
    return count(set, "m.owned = 1");
  }

  /** How many rows of a data set the person may read without owning them. */
  public long accessed(DataSet set) {
    return count(set, "m.owned = 0");
  }

  /** How many rows of a data set the person owns together with others. */
  public long shared(DataSet set) {
    return count(set, "m.owned = 1 AND m.other = 1");
  }

  private long count(DataSet set, String condition) {
    Relation at = map.named(set.name());
    if (!scope.reached().contains(at)) {
      return 0;
    }
    return session.count(
        "count rows", set.name(), "SELECT COUNT(*) FROM " + marked(at) + " WHERE " + condition);
  }

  /**
   * What the person may see of a data set, as a query: each row once, without rows that a link
   * leaves out, and without fields that a link hides.
   *
   * @param sql ends in a WHERE clause, to which more conditions on {@code x} and an ORDER BY may be
   *     appended
   * @param parameters of the query, in order
   * @param fields the columns that come first, in order; fields that are secret or not exported are
   *     not among them
   * @param hidden for each of these fields the position, counted from 1, of a column that is 1
   *     where a link hides the field from this person, whose value is then NULL; 0 if no link ever
   *     does
   * @param owned the position of a column that is 1 if he owns the row and 0 if he may only read it
   * @param order the columns of the row's identity for an ORDER BY; unique if the table has a key
   * @param keys the live columns of {@code order}, whose values come last in each row
   * @param firstKey the position of the first of them
   * @param unique whether no two rows agree in them
   */
  public record View(
      String sql,
      List<Object> parameters,
      List<Field> fields,
      List<Integer> hidden,
      int owned,
      List<String> order,
      List<Column> keys,
      int firstKey,
      boolean unique) {}

  /**
   * The query for an export of a data set.
   *
   * @throws IllegalArgumentException if this kind of person cannot reach it
   */
  public View view(DataSet set) {
    return view(set, set.fields().stream().filter(Field::exported).toList());
  }

  /**
   * The same for chosen fields.
   *
   * @param fields of the data set; the caller answers for secret ones
   */
  public View view(DataSet set, List<Field> fields) {
    Relation at = map.named(set.name());
    if (!scope.reached().contains(at)) {
      throw new IllegalArgumentException(kind.name() + " cannot reach " + set.name());
    }
    List<Arrival> arrivals = scope.arrivals(at);
    List<String> columns = new ArrayList<>();
    List<String> flags = new ArrayList<>();
    List<Integer> hidden = new ArrayList<>();
    List<Object> ofColumns = new ArrayList<>();
    List<Object> ofFlags = new ArrayList<>();
    for (Field field : fields) {
      String sql = "x." + dialect.quote(at.column(field.name()).name());
      List<Arrival> hiding = arrivals.stream().filter(one -> hides(at, one, field)).toList();
      if (hiding.isEmpty()) {
        columns.add(sql);
        hidden.add(0);
      } else {
        Fragment through = ruled(at, hiding, arrivals);
        columns.add("CASE WHEN " + through.sql() + " THEN NULL ELSE " + sql + " END");
        ofColumns.addAll(through.parameters());
        flags.add("CASE WHEN " + through.sql() + " THEN 1 ELSE 0 END");
        ofFlags.addAll(through.parameters());
        hidden.add(fields.size() + 1 + flags.size());
      }
    }
    List<Object> parameters = new ArrayList<>(ofColumns);
    parameters.addAll(ofFlags);
    List<Column> keys =
        at.table().primaryKey().isEmpty()
            ? at.identity()
            : at.table().primaryKey().stream().map(at::column).toList();
    List<String> order = keys.stream().map(column -> x("x", column)).toList();
    List<String> selected = new ArrayList<>(columns);
    selected.add("m.owned");
    selected.addAll(flags);
    int firstKey = selected.size() + 1;
    selected.addAll(order);
    List<Arrival> omitting =
        arrivals.stream()
            .filter(one -> export(one).map(Link.Omit.class::isInstance).orElse(false))
            .toList();
    String sql =
        "SELECT "
            + String.join(", ", selected)
            + " FROM "
            + joined(
                at, "x", "m", share(at).large() ? dialect.alongPrimaryKey(session, at.table()) : "")
            + " WHERE ";
    if (omitting.isEmpty()) {
      sql += Fragment.TRUE.sql();
    } else {
      Fragment through = ruled(at, omitting, arrivals);
      sql += "NOT " + through.sql();
      parameters.addAll(through.parameters());
    }
    return new View(
        sql,
        parameters,
        fields,
        hidden,
        fields.size() + 1,
        order,
        keys,
        firstKey,
        !at.table().primaryKey().isEmpty());
  }

  /**
   * How much of a table is the person's.
   *
   * @param rows his rows, counted up to a sixteenth of the table
   */
  private record Share(long rows, long table) {
    /** Whether walking the whole table in key order is cheaper than sorting his rows. */
    boolean large() {
      return rows > 20_000 && rows > table / 16;
    }
  }

  private Share share(Relation at) {
    if (!dialect.needsHelpToSort()) {
      return new Share(0, 0);
    }
    long table = session.count("count rows", at.name(), "SELECT COUNT(*) FROM " + at.sql());
    if (table <= 20_000) {
      return new Share(0, table);
    }
    long rows =
        session.count(
            "count rows",
            at.name(),
            "SELECT COUNT(*) FROM (SELECT 1 FROM " + marked(at) + " LIMIT ?) counted",
            Math.max(20_001, table / 16 + 1));
    return new Share(rows, table);
  }

  private boolean hides(Relation at, Arrival arrival, Field field) {
    return export(arrival)
        .filter(
            rule ->
                rule instanceof Link.Hide hide
                    && hide.columns().stream()
                        .flatMap(name -> at.set().field(name).stream())
                        .anyMatch(field::equals))
        .isPresent();
  }

  private static Optional<Link.OnExport> export(Arrival arrival) {
    return switch (arrival) {
      case OwnRow row -> Optional.empty();
      case ByValue value -> Optional.of(value.link().export());
      case Along along -> Optional.of(along.link().export());
    };
  }

  /**
   * Whether rules of these ways hold for row {@code x}, marked by {@code m}. Somebody who owns a
   * row sees what owners see, also if he could read it in another way besides: what is hidden from
   * readers is his own.
   */
  private Fragment ruled(Relation at, List<Arrival> ways, List<Arrival> all) {
    Fragment any = through(at, ways, all);
    if (scope.onlyOwned(at) || !scope.owned().contains(at)) {
      return any;
    }
    Fragment owning = Fragment.any(ways.stream().map(way -> through(at, way, true)).toList());
    List<Object> parameters = new ArrayList<>(owning.parameters());
    parameters.addAll(any.parameters());
    return new Fragment(
        "(m.owned = 1 AND " + owning.sql() + " OR m.owned = 0 AND " + any.sql() + ")", parameters);
  }

  /**
   * Whether the person arrived at row {@code x}, marked by {@code m}, in one of these ways. If they
   * are all the ways that there are, he did.
   */
  Fragment through(Relation at, List<Arrival> ways, List<Arrival> all) {
    return ways.size() == all.size()
        ? Fragment.TRUE.wrap(sql -> "(" + sql + ")")
        : Fragment.any(ways.stream().map(way -> through(at, way, false)).toList());
  }

  /** Whether he arrived at row {@code x} in this way, as an owner if so wanted. */
  Fragment through(Relation at, Arrival way, boolean asOwner) {
    if (asOwner && !way.owning()) {
      return Fragment.FALSE;
    }
    return switch (way) {
      case OwnRow row -> new Fragment("m.root = 1");
      case ByValue value ->
          Keys.equal(
                  "x." + dialect.quote(value.column().name()),
                  value.column(),
                  subject.key(),
                  value.ignoreCase())
              .orElse(Fragment.FALSE);
      case Along along -> {
        List<String> conditions = new ArrayList<>();
        String from;
        if (along.from().identity().containsAll(along.fromColumns())) {
          from = marks(along.from()) + " s";
          for (int i = 0; i < along.fromColumns().size(); i++) {
            int place = along.from().identity().indexOf(along.fromColumns().get(i));
            conditions.add("s.k" + place + " = " + x("x", along.atColumns().get(i)));
          }
        } else {
          from = joined(along.from(), "f", "s");
          for (int i = 0; i < along.fromColumns().size(); i++) {
            conditions.add(
                x("f", along.fromColumns().get(i)) + " = " + x("x", along.atColumns().get(i)));
          }
        }
        if (asOwner) {
          conditions.add("s.owned = 1");
        }
        yield new Fragment(
            "EXISTS (SELECT 1 FROM " + from + " WHERE " + String.join(" AND ", conditions) + ")");
      }
    };
  }

  CompiledMap map() {
    return map;
  }

  Session session() {
    return session;
  }

  Scope scope() {
    return scope;
  }

  SubjectKind kind() {
    return kind;
  }

  /** {@code table x JOIN marks m}: rows of the data set that are marked. */
  String marked(Relation at) {
    return joined(at, "x", "m");
  }

  String joined(Relation at, String row, String mark) {
    return joined(at, row, mark, "");
  }

  private String joined(Relation at, String row, String mark, String hint) {
    return at.sql()
        + " "
        + row
        + hint
        + " JOIN "
        + (derived(at)
            ? stepMarks(at) + " " + mark + " ON " + sameStep(at, row, mark)
            : marks(at) + " " + mark + " ON " + same(at, row, mark));
  }

  /** Whether a row has the identity of a mark. */
  String same(Relation at, String row, String mark) {
    return IntStream.range(0, at.identity().size())
        .mapToObj(
            i -> {
              Column column = at.identity().get(i);
              String mine = x(row, column);
              String theirs = mark + ".k" + i;
              boolean mayBeNull = column.nullable() && at.identity().size() > 1;
              return mayBeNull
                  ? "("
                      + mine
                      + " = "
                      + theirs
                      + " OR "
                      + mine
                      + " IS NULL AND "
                      + theirs
                      + " IS NULL)"
                  : mine + " = " + theirs;
            })
        .collect(Collectors.joining(" AND "));
  }

  String x(String row, Column column) {
    return row + "." + dialect.quote(column.name());
  }

  /**
   * The table of marks: {@code k0, k1, …, owned, gen, root, other} and what {@link Decision} adds.
   * Where the map alone says all of it, it is a query of the marks that the rows are reached from.
   */
  String marks(Relation at) {
    Optional<Along> step = derivation.step(at);
    if (step.isEmpty()) {
      return table(at);
    }
    if (step.get().atColumns().equals(at.identity())) {
      return stepMarks(at);
    }
    String identity =
        IntStream.range(0, at.identity().size())
            .mapToObj(i -> x(way(at), at.identity().get(i)) + " AS k" + i)
            .collect(Collectors.joining(", "));
    return "(SELECT " + identity + ", " + known(at) + chain(at, List.of()) + ")";
  }

  /**
   * The marks of a {@linkplain #derived derived} table told apart by what its one way in compares,
   * {@code k0, k1, …} in the order of that way's columns: found without a look at its rows.
   */
  String stepMarks(Relation at) {
    Along step = derivation.step(at).orElseThrow();
    return "(SELECT "
        + IntStream.range(0, step.fromColumns().size())
            .mapToObj(i -> target(step, i) + " AS k" + i)
            .collect(Collectors.joining(", "))
        + ", "
        + known(at)
        + chain(
            step.from(),
            spelled.containsKey(step.from())
                ? List.of()
                : IntStream.range(0, step.fromColumns().size())
                    .mapToObj(i -> target(step, i) + " IS NOT NULL")
                    .toList())
        + ")";
  }

  /** Whether a row of a derived table is meant by one of its {@linkplain #stepMarks marks}. */
  String sameStep(Relation at, String row, String mark) {
    List<Column> columns = derivation.step(at).orElseThrow().atColumns();
    return IntStream.range(0, columns.size())
        .mapToObj(i -> x(row, columns.get(i)) + " = " + mark + ".k" + i)
        .collect(Collectors.joining(" AND "));
  }

  /** The condition by which a row of a derived table is the person's: it refers to one that is. */
  String reached(Relation at, String row) {
    Along step = derivation.step(at).orElseThrow();
    if (spelled.containsKey(step.from())) {
      return IntStream.range(0, step.atColumns().size())
          .mapToObj(i -> x(row, step.atColumns().get(i)) + " = " + target(step, i))
          .collect(Collectors.joining(" AND "));
    }
    String columns =
        step.atColumns().stream().map(one -> x(row, one)).collect(Collectors.joining(", "));
    String targets =
        IntStream.range(0, step.fromColumns().size())
            .mapToObj(i -> target(step, i))
            .collect(Collectors.joining(", "));
    return (step.atColumns().size() == 1 ? columns : "(" + columns + ")")
        + " IN (SELECT "
        + targets
        + chain(step.from(), List.of())
        + ")";
  }

  private String known(Relation at) {
    return "1 AS owned, 0 AS gen, 0 AS root, 0 AS other, " + map.decision(kind, at).known();
  }

  /** What a step compares with column {@code i}: in marks, or in rows that stand for them. */
  private String target(Along step, int i) {
    Column column = step.fromColumns().get(i);
    if (derived(step.from())) {
      return x(way(step.from()), column);
    }
    int key = step.from().identity().indexOf(column);
    List<String> values = spelled.get(step.from());
    return values == null ? way(step.from()) + ".k" + key : values.get(key);
  }

  /** The name of a table on the way to another. */
  private static String way(Relation at) {
    return "s" + at.index();
  }

  /**
   * {@code FROM … WHERE …} from the marks that are written down to the rows of a table: what is
   * owned, step by step. A mark that can be {@linkplain #spell() spelled} is not looked up.
   */
  private String chain(Relation at, List<String> more) {
    List<String> rows = new ArrayList<>();
    List<String> conditions = new ArrayList<>();
    Relation here = at;
    for (Optional<Along> step = derivation.step(here);
        step.isPresent();
        step = derivation.step(here)) {
      Along along = step.get();
      String row = way(here);
      rows.addFirst(here.sql() + " " + row);
      conditions.addFirst(
          IntStream.range(0, along.atColumns().size())
              .mapToObj(i -> x(row, along.atColumns().get(i)) + " = " + target(along, i))
              .collect(Collectors.joining(" AND ")));
      here = along.from();
    }
    if (!spelled.containsKey(here)) {
      rows.addFirst(table(here) + " " + way(here));
      conditions.addFirst(way(here) + ".owned = 1");
    }
    conditions.addAll(more);
    return (rows.isEmpty() ? "" : " FROM " + String.join(", ", rows))
        + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
  }

  /**
   * Whether the marks of a derived table rest on one that is spelled, so that a condition of
   * columns and constants says which of its rows are the person's.
   */
  boolean spelled(Relation at) {
    Relation here = at;
    for (Optional<Along> step = derivation.step(here);
        step.isPresent();
        step = derivation.step(here)) {
      here = step.get().from();
    }
    return spelled.containsKey(here);
  }

  /**
   * Where one row begins a chain, as a person's own does, and is told by numbers or UUIDs, these
   * stand in the statements instead of a look at its mark: any database then finds rows by their
   * index, as if it had been asked by hand. Names and addresses are never written so, since a
   * database shows its statements to its operators.
   */
  private void spell() {
    for (Relation at : scope.reached()) {
      if (!derived(at)
          && derivation.begins(at)
          && at.identity().stream().allMatch(Ownership::spellable)) {
        List<List<String>> owned =
            session.query(
                MARK,
                at.name(),
                row -> {
                  List<String> values = new ArrayList<>();
                  for (int i = 0; i < at.identity().size(); i++) {
                    String value = row.getString(i + 1);
                    if (value != null) {
                      values.add(literal(at.identity().get(i), value));
                    }
                  }
                  return values;
                },
                "SELECT "
                    + keys(at)
                    + " FROM "
                    + table(at)
                    + " WHERE owned = 1 FETCH FIRST 2 ROWS ONLY");
        if (owned.size() == 1 && owned.getFirst().size() == at.identity().size()) {
          spelled.put(at, owned.getFirst());
        }
      }
    }
  }

  private static boolean spellable(Column column) {
    return uuid(column)
        || switch (column.type()) {
          case SMALLINT, INTEGER, BIGINT -> true;
          default -> false;
        };
  }

  private static boolean uuid(Column column) {
    return column.typeName().equalsIgnoreCase("uuid");
  }

  private static String literal(Column column, String value) {
    return uuid(column)
        ? "CAST('" + UUID.fromString(value) + "' AS UUID)"
        : Long.toString(Long.parseLong(value));
  }

  private String table(Relation at) {
    return dialect.quote(prefix + at.index());
  }

  /** Whether the marks of a table are a query of others, and cannot be written. */
  boolean derived(Relation at) {
    return derivation.step(at).isPresent();
  }

  Derivation derivation() {
    return derivation;
  }

  /** The table in which other owners are looked for: {@code k0, k1, …, gen, other}. */
  private String others(Relation at) {
    return dialect.quote(prefix + "o" + at.index());
  }

  /** {@code k0, k1, …}. */
  private static String keys(Relation at) {
    return IntStream.range(0, at.identity().size())
        .mapToObj(i -> "k" + i)
        .collect(Collectors.joining(", "));
  }

  private String identity(Relation at, String row) {
    return at.identity().stream().map(column -> x(row, column)).collect(Collectors.joining(", "));
  }

  private void prepare() {
    // Made before anything is read: on H2 making a table commits.
    for (Relation at : scope.reached()) {
      if (derived(at)) {
        continue;
      }
      List<String> numbers = new ArrayList<>(List.of("owned", "gen", "root", "other"));
      numbers.addAll(map.decision(kind, at).columns());
      make(at, marks(at), numbers);
    }
    for (Relation at : scope.upstream(scope.shareable())) {
      make(at, others(at), List.of("gen", "other"));
      backward.put(at, true);
    }
  }

  private void make(Relation at, String name, List<String> numbers) {
    String columns =
        IntStream.range(0, at.identity().size())
            .mapToObj(i -> x("x", at.identity().get(i)) + " AS k" + i)
            .collect(Collectors.joining(", "));
    String counters =
        numbers.stream()
            .map(number -> "CAST(0 AS INTEGER) AS " + number)
            .collect(Collectors.joining(", "));
    session.define(
        "prepare",
        at.name(),
        dialect.temporaryTable(
            name, "SELECT " + columns + ", " + counters + " FROM " + at.sql() + " x"));
    // PostgreSQL joins by hashing; H2 only by an index.
    boolean indexed =
        dialect == Dialect.H2
            && at.identity().stream()
                .noneMatch(
                    column -> column.type() == JDBCType.CLOB || column.type() == JDBCType.NCLOB);
    if (indexed) {
      session.define("prepare", at.name(), "CREATE INDEX ON " + name + " (" + keys(at) + ")");
    }
  }

  private void mark() {
    for (Arrival seed : scope.seeds()) {
      if (seed.owning()) {
        seed(seed);
      }
    }
    List<Along> steps = scope.stepsTaken();
    List<Along> owning =
        steps.stream()
            .filter(step -> step.owning() && scope.owned().contains(step.from()))
            .toList();
    spread(Scope.order(scope.owned(), owning), owning, "s.owned = 1", 1);

    if (!scope.reads()) {
      return;
    }
    // Who only reads comes second: a row that is owned need not be told that it may be read.
    for (Arrival seed : scope.seeds()) {
      if (!seed.owning()) {
        seed(seed);
      }
    }
    for (Along step : steps) {
      if (!step.owning() && scope.owned().contains(step.from())) {
        go(step, "s.owned = 1", 0, 0);
      }
    }
    spread(Scope.order(scope.reached(), steps), steps, "s.owned = 0", 0);
  }

  private void seed(Arrival seed) {
    Optional<Fragment> his =
        switch (seed) {
          case OwnRow row ->
              Keys.equal(
                  x("x", row.at().column(Objects.requireNonNull(row.kind().key()))),
                  row.at().column(Objects.requireNonNull(row.kind().key())),
                  subject.key(),
                  false);
          case ByValue value ->
              Keys.equal(x("x", value.column()), value.column(), subject.key(), value.ignoreCase());
          case Along along -> Optional.empty();
        };
    if (his.isEmpty()) {
      return;
    }
    Relation at = seed.at();
    String sql =
        "INSERT INTO "
            + marks(at)
            + " ("
            + keys(at)
            + ", owned, gen, root, other, fate) SELECT DISTINCT "
            + identity(at, "x")
            + (seed.owning() ? ", 1" : ", 0")
            + ", 0, "
            + (seed instanceof OwnRow ? "1" : "0")
            + ", 0, "
            + fate(at)
            + " FROM "
            + at.sql()
            + " x WHERE "
            + his.get().sql()
            + " AND "
            + unmarked(at, marks(at), "x");
    session.update(MARK, at.name(), sql, his.get().parameters().toArray());
    if (seed instanceof OwnRow) {
      // He may have owned his own row by another way before.
      session.update(
          MARK,
          at.name(),
          "UPDATE "
              + marks(at)
              + " SET root = 1 WHERE root = 0 AND EXISTS (SELECT 1 FROM "
              + at.sql()
              + " x WHERE "
              + same(at, "x", marks(at))
              + " AND "
              + his.get().sql()
              + ")",
          his.get().parameters().toArray());
    }
  }

  /** What becomes of a row unless it is decided otherwise; see {@link Decision}. */
  private int fate(Relation at) {
    Decision decision = map.decision(kind, at);
    return decision.goes() ? Decision.GOES : Decision.STAYS;
  }

  private String unmarked(Relation at, String table, String row) {
    return "NOT EXISTS (SELECT 1 FROM " + table + " e WHERE " + same(at, row, "e") + ")";
  }

  /** Lets marks of one sort travel through the tables in order, round circles until they end. */
  private void spread(List<Set<Relation>> order, List<Along> steps, String source, int owned) {
    for (Set<Relation> group : order) {
      for (Along step : steps) {
        if (group.contains(step.at()) && !group.contains(step.from())) {
          go(step, source, owned, 0);
        }
      }
      if (Scope.circular(group, steps)) {
        long found = 1;
        for (int gen = 1; found > 0; gen++) {
          found = 0;
          for (Along step : steps) {
            if (group.contains(step.at()) && group.contains(step.from())) {
              found += go(step, source + " AND s.gen = " + (gen - 1), owned, gen);
            }
          }
        }
      }
    }
  }

  private long go(Along step, String source, int owned, int gen) {
    Relation at = step.at();
    if (derived(at)) {
      return 0;
    }
    boolean short1 = step.from().identity().containsAll(step.fromColumns());
    List<String> values = new ArrayList<>();
    for (int i = 0; i < step.fromColumns().size(); i++) {
      values.add(
          short1
              ? "s.k" + step.from().identity().indexOf(step.fromColumns().get(i))
              : x("f", step.fromColumns().get(i)));
    }
    String from = short1 ? marks(step.from()) + " s" : joined(step.from(), "f", "s");
    String sql =
        "INSERT INTO "
            + marks(at)
            + " ("
            + keys(at)
            + ", owned, gen, root, other, fate) SELECT DISTINCT ";
    if (scope.leaf(at) && step.atColumns().equals(at.identity()) && values.size() == 1) {
      // Nobody goes on from here, and the reference alone tells the rows: no need to look at them.
      String value = values.getFirst();
      sql +=
          value
              + ", "
              + owned
              + ", "
              + gen
              + ", 0, 0, "
              + fate(at)
              + " FROM "
              + from
              + " WHERE "
              + source
              + " AND "
              + value
              + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
              + marks(at)
              + " e WHERE e.k0 = "
              + value
              + ")";
    } else {
      String joins =
          IntStream.range(0, values.size())
              .mapToObj(i -> x("x", step.atColumns().get(i)) + " = " + values.get(i))
              .collect(Collectors.joining(" AND "));
      sql +=
          identity(at, "x")
              + ", "
              + owned
              + ", "
              + gen
              + ", 0, 0, "
              + fate(at)
              + " FROM "
              + from
              + " JOIN "
              + at.sql()
              + " x ON "
              + joins
              + " WHERE "
              + source
              + " AND "
              + unmarked(at, marks(at), "x");
    }
    return session.update(MARK, at.name(), sql);
  }

  private void findOtherOwners() {
    Set<Relation> shareable = scope.shareable();
    if (shareable.isEmpty()) {
      return;
    }
    Set<Relation> upstream = new LinkedHashSet<>(backward.keySet());
    List<Along> steps =
        scope.steps().stream()
            .filter(step -> step.owning() && upstream.contains(step.at()))
            .toList();
    for (Relation at : shareable) {
      session.update(
          MARK,
          at.name(),
          "INSERT INTO "
              + others(at)
              + " ("
              + keys(at)
              + ", gen, other) SELECT "
              + keys(at)
              + ", 0, 0 FROM "
              + marks(at)
              + " WHERE owned = 1");
      owners(at, 0);
    }
    long found = 1;
    for (int gen = 1; found > 0; gen++) {
      found = 0;
      for (Along step : steps) {
        found += back(step, gen);
      }
      if (found > 0) {
        for (Relation at : upstream) {
          owners(at, gen);
        }
      }
    }
    found = 1;
    while (found > 0) {
      found = 0;
      for (Along step : steps) {
        found += forth(step);
      }
    }
    for (Relation at : shareable) {
      session.update(
          MARK,
          at.name(),
          "UPDATE "
              + marks(at)
              + " SET other = 1 WHERE owned = 1 AND EXISTS (SELECT 1 FROM "
              + others(at)
              + " o WHERE o.other = 1 AND "
              + sameKeys(at, "o", marks(at))
              + ")");
    }
  }

  private static String sameKeys(Relation at, String one, String other) {
    return IntStream.range(0, at.identity().size())
        .mapToObj(
            i -> {
              String mine = one + ".k" + i;
              String theirs = other + ".k" + i;
              return at.identity().get(i).nullable() && at.identity().size() > 1
                  ? "("
                      + mine
                      + " = "
                      + theirs
                      + " OR "
                      + mine
                      + " IS NULL AND "
                      + theirs
                      + " IS NULL)"
                  : mine + " = " + theirs;
            })
        .collect(Collectors.joining(" AND "));
  }

  /** Marks rows that belong to another person at first hand. */
  private void owners(Relation at, int gen) {
    List<Fragment> somebodyElse = new ArrayList<>();
    boolean people = false;
    for (Arrival arrival : map.arrivals()) {
      if (arrival.at().equals(at) && arrival.owning()) {
        switch (arrival) {
          case OwnRow row -> people = true;
          case ByValue value -> {
            String column = x("x", value.column());
            String named =
                column
                    + " IS NOT NULL"
                    + (Keys.text(value.column().type()) ? " AND " + column + " <> ''" : "");
            Optional<Fragment> his =
                value.kind().equals(kind)
                    ? Keys.equal(column, value.column(), subject.key(), value.ignoreCase())
                    : knownBy(value);
            somebodyElse.add(
                his.map(one -> one.wrap(sql -> "(" + named + " AND NOT (" + sql + "))"))
                    .orElse(new Fragment("(" + named + ")")));
          }
          case Along along -> {}
        }
      }
    }
    if (people) {
      somebodyElse.add(
          at.name().equals(kind.dataSet())
              ? new Fragment(
                  "NOT EXISTS (SELECT 1 FROM "
                      + marks(at)
                      + " r WHERE r.root = 1 AND "
                      + same(at, "x", "r")
                      + ")")
              : Fragment.TRUE);
    }
    if (!somebodyElse.isEmpty()) {
      Fragment any = Fragment.any(somebodyElse);
      session.update(
          MARK,
          at.name(),
          "UPDATE "
              + others(at)
              + " SET other = 1 WHERE gen = "
              + gen
              + " AND EXISTS (SELECT 1 FROM "
              + at.sql()
              + " x WHERE "
              + same(at, "x", others(at))
              + " AND "
              + any.sql()
              + ")",
          any.parameters().toArray());
    }
  }

  /** Whether a value is one that the person, who has a row, is known by too: the same human. */
  private Optional<Fragment> knownBy(ByValue value) {
    if (kind.dataSet() == null || kind.identifiers().isEmpty()) {
      return Optional.empty();
    }
    Relation own = map.named(kind.dataSet());
    String column = x("x", value.column());
    List<String> same =
        kind.identifiers().stream()
            .map(own::column)
            .filter(one -> Keys.text(one.type()) && Keys.text(value.column().type()))
            .map(
                one ->
                    value.ignoreCase()
                        ? "LOWER(" + x("p", one) + ") = LOWER(" + column + ")"
                        : x("p", one) + " = " + column)
            .toList();
    return same.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Fragment(
                "EXISTS (SELECT 1 FROM "
                    + joined(own, "p", "r")
                    + " WHERE r.root = 1 AND ("
                    + String.join(" OR ", same)
                    + "))"));
  }

  /**
   * Goes back to the rows that a row has its owners from, unless another owner is known already.
   */
  private long back(Along step, int gen) {
    Relation from = step.from();
    Relation at = step.at();
    String joins =
        IntStream.range(0, step.fromColumns().size())
            .mapToObj(
                i -> x("f", step.fromColumns().get(i)) + " = " + x("x", step.atColumns().get(i)))
            .collect(Collectors.joining(" AND "));
    String sql =
        "INSERT INTO "
            + others(from)
            + " ("
            + keys(from)
            + ", gen, other) SELECT DISTINCT "
            + identity(from, "f")
            + ", "
            + gen
            + ", 0 FROM "
            + others(at)
            + " o JOIN "
            + at.sql()
            + " x ON "
            + same(at, "x", "o")
            + " JOIN "
            + from.sql()
            + " f ON "
            + joins
            + " WHERE o.gen = "
            + (gen - 1)
            + " AND o.other = 0 AND "
            + unmarked(from, others(from), "f");
    if (scope.owned().contains(from) && scope.exclusive(from)) {
      sql +=
          " AND NOT EXISTS (SELECT 1 FROM "
              + marks(from)
              + " s WHERE s.owned = 1 AND "
              + same(from, "f", "s")
              + ")";
    }
    return session.update(MARK, from.name(), sql);
  }

  /** Carries the word of another owner forward along one way. */
  private long forth(Along step) {
    Relation at = step.at();
    String joins =
        IntStream.range(0, step.fromColumns().size())
            .mapToObj(
                i -> x("f", step.fromColumns().get(i)) + " = " + x("x", step.atColumns().get(i)))
            .collect(Collectors.joining(" AND "));
    return session.update(
        MARK,
        at.name(),
        "UPDATE "
            + others(at)
            + " SET other = 1 WHERE other = 0 AND EXISTS (SELECT 1 FROM "
            + at.sql()
            + " x JOIN "
            + step.from().sql()
            + " f ON "
            + joins
            + " JOIN "
            + others(step.from())
            + " o ON "
            + same(step.from(), "f", "o")
            + " WHERE o.other = 1 AND "
            + same(at, "x", others(at))
            + ")");
  }

  /** Rolls back what was not committed, and drops the temporary tables. */
  @Override
  public void close() {
    // First, since on H2 dropping commits whatever is open.
    session.rollback();
    List<String> names = new ArrayList<>();
    scope.reached().stream().filter(at -> !derived(at)).forEach(at -> names.add(table(at)));
    backward.keySet().forEach(at -> names.add(others(at)));
    if (!names.isEmpty()) {
      session.define("tidy up", null, "DROP TABLE IF EXISTS " + String.join(", ", names));
      session.commit();
    }
  }
}
