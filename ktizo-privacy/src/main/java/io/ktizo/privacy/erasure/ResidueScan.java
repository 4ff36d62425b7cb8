package io.ktizo.privacy.erasure;

import io.ktizo.privacy.StepFailedException;
import io.ktizo.privacy.datamap.LiveSchema;
import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import io.ktizo.privacy.erasure.Scanner.Wanted;
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
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads through every column of every table of a database, described by the map or not, that can
 * hold text or bytes, and looks for a person's identifiers in every way of writing that {@link
 * Encodings} knows. It knows nothing of ownership or of what was erased: one statement for each
 * table, read in portions.
 */
public final class ResidueScan {
  private final Scanner scanner;
  private final Set<String> identifiers;
  private final List<String> skipped = new ArrayList<>();

  private ResidueScan(Scanner scanner, Set<String> identifiers) {
    this.scanner = scanner;
    this.identifiers = identifiers;
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

  /** A scan for these identifiers. */
  public static ResidueScan of(List<Identifier> identifiers) {
    List<Wanted> wanted = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    List<String> tooShort = new ArrayList<>();
    for (Identifier identifier : identifiers) {
      for (String value : identifier.values()) {
        if (value.strip().length() < Encodings.SHORTEST) {
          tooShort.add("a value of " + identifier.name() + ": too short to look for");
          continue;
        }
        names.add(identifier.name());
        for (Encodings.Pattern pattern : Encodings.of(value.strip(), identifier.hashed())) {
          wanted.add(new Wanted(identifier.name(), identifier.unmistakable(), pattern));
        }
      }
    }
    ResidueScan scan = new ResidueScan(new Scanner(wanted), names);
    scan.skipped.addAll(new LinkedHashSet<>(tooShort));
    return scan;
  }

  /** The ways of writing in which a stream holds an identifier: for files, and for raw storage. */
  public Set<String> in(InputStream stream) throws IOException {
    return scanner.in(stream).stream()
        .map(found -> found.identifier() + " as " + found.pattern().name())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Reads through a database.
   *
   * @param session in whose snapshot
   * @throws StepFailedException if a table cannot be read
   */
  public Residue run(Session session) {
    List<Residue.Place> places = new ArrayList<>();
    long searched = 0;
    if (!scanner.idle()) {
      for (Table table : tables(session)) {
        if (!table.view()) {
          List<Column> columns = table.columns().stream().filter(this::searchable).toList();
          searched += columns.size();
          if (!columns.isEmpty()) {
            places.addAll(search(session, table, columns));
          }
        }
      }
    }
    return new Residue(places, searched, skipped, List.copyOf(identifiers));
  }

  private static List<Table> tables(Session session) {
    try {
      List<String> schemas = new ArrayList<>();
      try (ResultSet rows = session.connection().getMetaData().getSchemas()) {
        while (rows.next()) {
          schemas.add(rows.getString("TABLE_SCHEM"));
        }
      }
      return LiveSchema.read(session.connection(), schemas).tables();
    } catch (SQLException refused) {
      throw StepFailedException.of("read the schema", null, refused);
    }
  }

  /** Numbers, moments and truths hold no text; everything else is read. */
  private boolean searchable(Column column) {
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

  private List<Residue.Place> search(Session session, Table table, List<Column> columns) {
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
    Map<Residue.Place, Long> hits = new LinkedHashMap<>();
    session.each(
        "look for residue",
        name,
        row -> {
          for (int i = 0; i < columns.size(); i++) {
            Set<Residue.Place> here = new LinkedHashSet<>();
            for (Wanted found : look(row, i + 1, name, columns.get(i))) {
              here.add(
                  new Residue.Place(
                      name,
                      columns.get(i).name(),
                      found.identifier(),
                      found.pattern().name(),
                      0,
                      found.unmistakable(),
                      null));
            }
            here.forEach(place -> hits.merge(place, 1L, Long::sum));
          }
        },
        sql);
    return hits.entrySet().stream()
        .map(
            hit ->
                new Residue.Place(
                    hit.getKey().table(),
                    hit.getKey().column(),
                    hit.getKey().identifier(),
                    hit.getKey().encoding(),
                    hit.getValue(),
                    hit.getKey().unmistakable(),
                    null))
        .toList();
  }

  private Set<Wanted> look(ResultSet row, int i, String table, Column column) throws SQLException {
    try {
      String type = column.typeName().toLowerCase(Locale.ROOT);
      if (type.equals("oid")) {
        skip(table, column, "a large object of PostgreSQL, which is no column's content");
        return Set.of();
      }
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
      throw new StepFailedException(
          "look for residue", table, column.name(), broken.getClass().getSimpleName());
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

  private void skip(String table, Column column, String why) {
    String text = table + "." + column.name() + ": " + why;
    if (!skipped.contains(text)) {
      skipped.add(text);
    }
  }
}
