package io.ktizo.privacy.erasure;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.datamap.LiveSchema;
import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import io.ktizo.privacy.erasure.Scanner.Wanted;
import io.ktizo.privacy.store.Dialect;
import io.ktizo.privacy.store.Session;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLXML;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads through every column of every table of a database, described by the map or not, that can
 * hold text or bytes, and through PostgreSQL's large objects, and looks for people's identifiers in
 * every way of writing that {@link Encodings} knows. It knows nothing of ownership or of what was
 * erased: one statement for each table, read in portions, however many people are looked for.
 */
public final class ResidueScan {
  private static final String STEP = "look for residue";
  private static final int CHUNK = 1 << 20;

  private final Scanner scanner;
  private final Map<String, Set<String>> identifiers;
  private final Map<String, Set<String>> tooShort;
  private final Set<String> skipped = new LinkedHashSet<>();

  private ResidueScan(
      Scanner scanner, Map<String, Set<String>> identifiers, Map<String, Set<String>> tooShort) {
    this.scanner = scanner;
    this.identifiers = identifiers;
    this.tooShort = tooShort;
  }

  /**
   * A field's values to look for.
   *
   * @param name of the field, for the report
   * @param unmistakable whether a value belongs to one person only
   * @param hashed whether plain hashes of it are looked for too
   * @param values what it held; those shorter than five characters are left out, since they turn up
   *     by chance, and are reported as skipped
   */
  public record Identifier(String name, boolean unmistakable, boolean hashed, List<String> values) {
    public Identifier {
      values = List.copyOf(values);
    }
  }

  /** A scan for the identifiers of one person. */
  public static ResidueScan of(List<Identifier> identifiers) {
    return of(Map.of("", identifiers));
  }

  /**
   * A scan for several people at once.
   *
   * @param wanted whatever name each of them goes by → his identifiers
   */
  static ResidueScan of(Map<String, List<Identifier>> wanted) {
    List<Wanted> patterns = new ArrayList<>();
    Map<String, Set<String>> names = new LinkedHashMap<>();
    Map<String, Set<String>> tooShort = new LinkedHashMap<>();
    wanted.forEach(
        (owner, identifiers) -> {
          Set<String> his = names.computeIfAbsent(owner, one -> new LinkedHashSet<>());
          Set<String> without = tooShort.computeIfAbsent(owner, one -> new LinkedHashSet<>());
          for (Identifier identifier : identifiers) {
            for (String value : identifier.values()) {
              if (value.strip().length() < Encodings.SHORTEST) {
                without.add("a value of " + identifier.name() + ": too short to look for");
                continue;
              }
              his.add(identifier.name());
              for (Encodings.Pattern pattern : Encodings.of(value.strip(), identifier.hashed())) {
                patterns.add(
                    new Wanted(owner, identifier.name(), identifier.unmistakable(), pattern));
              }
            }
          }
        });
    return new ResidueScan(new Scanner(patterns), names, tooShort);
  }

  /** The ways of writing in which a stream holds an identifier: for files, and for raw storage. */
  public Set<String> in(InputStream stream) throws IOException {
    return scanner.in(stream).stream()
        .map(found -> found.identifier() + " as " + found.pattern().name())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** The same, kept apart by field and way of writing. */
  Set<Residue.Place> in(InputStream stream, String where, String what) throws IOException {
    return scanner.in(stream).stream()
        .map(found -> place(where, what, found))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Reads through a database for one person.
   *
   * @param session in whose snapshot
   * @throws StepFailedException if the database does not answer
   */
  public Residue run(Session session) {
    return runAll(session).values().iterator().next();
  }

  /** Reads through a database once for everybody: one report for each. */
  Map<String, Residue> runAll(Session session) {
    Map<String, List<Residue.Place>> places = new LinkedHashMap<>();
    identifiers.keySet().forEach(owner -> places.put(owner, new ArrayList<>()));
    long searched = 0;
    if (!scanner.idle()) {
      for (Table table : tables(session)) {
        List<Column> columns = table.columns().stream().filter(this::searchable).toList();
        if (!columns.isEmpty()) {
          searched += search(session, table, columns, places) ? columns.size() : 0;
        }
      }
      if (session.dialect() == Dialect.POSTGRESQL) {
        largeObjects(session, places);
      }
    }
    Map<String, Residue> reports = new LinkedHashMap<>();
    for (Map.Entry<String, Set<String>> one : identifiers.entrySet()) {
      Set<String> without = new LinkedHashSet<>(tooShort.getOrDefault(one.getKey(), Set.of()));
      without.addAll(skipped);
      reports.put(
          one.getKey(),
          new Residue(
              places.getOrDefault(one.getKey(), List.of()),
              searched,
              0,
              List.copyOf(without),
              List.copyOf(one.getValue())));
    }
    return reports;
  }

  private static List<Table> tables(Session session) {
    try {
      return LiveSchema.stored(session.connection());
    } catch (SQLException refused) {
      throw StepFailedException.of("read the schema", null, refused);
    }
  }

  /** Numbers, moments and truths hold no text; everything else is read. */
  private boolean searchable(Column column) {
    if (column.typeName().equalsIgnoreCase("oid")) {
      // The number of a large object, which is read by itself.
      return false;
    }
    return switch (column.type()) {
      case TINYINT,
          SMALLINT,
          INTEGER,
          REAL,
          FLOAT,
          DOUBLE,
          DATE,
          TIME,
          TIMESTAMP,
          TIME_WITH_TIMEZONE,
          TIMESTAMP_WITH_TIMEZONE,
          BOOLEAN,
          BIT,
          NULL,
          ROWID ->
          false;
      default -> true;
    };
  }

  /** Whether the table could be read. */
  private boolean search(
      Session session, Table table, List<Column> columns, Map<String, List<Residue.Place>> places) {
    String name = table.schema() + "." + table.name();
    String sql =
        "SELECT "
            + columns.stream()
                .map(column -> session.dialect().quote(column.name()))
                .collect(Collectors.joining(", "))
            + " FROM "
            + session.dialect().quote(table.schema())
            + "."
            + session.dialect().quote(table.name());
    Hits hits = new Hits();
    boolean read =
        session.ifAllowed(
            () ->
                session.each(
                    STEP,
                    name,
                    row -> {
                      for (int i = 0; i < columns.size(); i++) {
                        hits.add(
                            look(row, i + 1, name, columns.get(i)), name, columns.get(i).name());
                      }
                    },
                    sql));
    if (!read) {
      skipped.add(name + ": this user may not read it");
      return false;
    }
    hits.into(places);
    return true;
  }

  /** Rows in which something was found, for each person and place. */
  private static final class Hits {
    private final Map<String, Map<Residue.Place, Long>> hits = new LinkedHashMap<>();

    /** What was found in one value. */
    void add(Set<Wanted> found, String table, String column) {
      Map<String, Set<Residue.Place>> here = new LinkedHashMap<>();
      for (Wanted one : found) {
        here.computeIfAbsent(one.owner(), owner -> new LinkedHashSet<>())
            .add(place(table, column, one));
      }
      here.forEach(
          (owner, places) -> {
            Map<Residue.Place, Long> his =
                hits.computeIfAbsent(owner, one -> new LinkedHashMap<>());
            places.forEach(place -> his.merge(place, 1L, Long::sum));
          });
    }

    void into(Map<String, List<Residue.Place>> places) {
      hits.forEach(
          (owner, his) -> {
            List<Residue.Place> all = places.computeIfAbsent(owner, one -> new ArrayList<>());
            his.forEach((place, rows) -> all.add(place.inRows(rows)));
          });
    }
  }

  private static Residue.Place place(String table, String column, Wanted found) {
    return new Residue.Place(
        table, column, found.identifier(), found.pattern().name(), 1, found.unmistakable(), null);
  }

  /** What {@code lo_create} keeps beside all tables; a column of type oid only has its number. */
  private void largeObjects(Session session, Map<String, List<Residue.Place>> places) {
    Hits hits = new Hits();
    for (long object :
        session.query(
            STEP,
            "pg_largeobject",
            row -> row.getLong(1),
            "SELECT oid FROM pg_largeobject_metadata ORDER BY oid")) {
      boolean read =
          session.ifAllowed(
              () -> {
                try (InputStream content = new LargeObject(session, object)) {
                  hits.add(scanner.in(content), "pg_largeobject", "data");
                } catch (IOException impossible) {
                  throw new IllegalStateException("a query is no file", impossible);
                }
              });
      if (!read) {
        skipped.add("large objects: this user may not read all of them");
      }
    }
    hits.into(places);
  }

  /** A large object, read in portions. */
  private static final class LargeObject extends InputStream {
    private final Session session;
    private final long object;
    private long next;
    private byte[] chunk = new byte[0];
    private int at;

    LargeObject(Session session, long object) {
      this.session = session;
      this.object = object;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) {
      if (at == chunk.length) {
        chunk =
            session
                .query(
                    STEP,
                    "pg_largeobject",
                    row -> row.getBytes(1),
                    "SELECT lo_get(CAST(? AS oid), ?, ?)",
                    object,
                    next,
                    CHUNK)
                .getFirst();
        next += chunk.length;
        at = 0;
        if (chunk.length == 0) {
          return -1;
        }
      }
      int taken = Math.min(length, chunk.length - at);
      System.arraycopy(chunk, at, into, from, taken);
      at += taken;
      return taken;
    }
  }

  private Set<Wanted> look(ResultSet row, int i, String table, Column column) throws SQLException {
    try {
      if (column.json()) {
        String text = row.getString(i);
        return text == null ? Set.of() : scanner.in(text);
      }
      switch (column.type()) {
        case CLOB, NCLOB, LONGVARCHAR, LONGNVARCHAR -> {
          String text = row.getString(i);
          return text == null ? Set.of() : scanner.in(text);
        }
        case BINARY, VARBINARY, LONGVARBINARY, BLOB -> {
          try (InputStream bytes = row.getBinaryStream(i)) {
            return bytes == null ? Set.of() : scanner.in(bytes);
          }
        }
        default -> {
          return value(row.getObject(i), row, i);
        }
      }
    } catch (IOException broken) {
      throw new StepFailedException(STEP, table, column.name(), broken.getClass().getSimpleName());
    }
  }

  private Set<Wanted> value(@org.jspecify.annotations.Nullable Object value, ResultSet row, int i)
      throws SQLException, IOException {
    return switch (value) {
      case null -> Set.of();
      case byte[] bytes -> scanner.in(bytes);
      case Clob clob -> scanner.in(clob.getSubString(1, Math.toIntExact(clob.length())));
      case Blob blob -> {
        try (InputStream bytes = blob.getBinaryStream()) {
          yield scanner.in(bytes);
        }
      }
      case Array array -> scanner.in(String.valueOf(deep(array.getArray())));
      case SQLXML xml -> scanner.in(String.valueOf(xml.getString()));
      default -> {
        String text = row.getString(i);
        yield text == null ? Set.of() : scanner.in(text);
      }
    };
  }

  private static String deep(Object array) {
    return array instanceof Object[] values ? Arrays.deepToString(values) : String.valueOf(array);
  }
}
