package io.ktizo.privacy.datamap;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a database as its own catalogue describes them, read once. Names are as the
 * database stores them. Tables of the database itself and of {@code INFORMATION_SCHEMA} are left
 * out.
 *
 * @param product the database's name, for instance {@code PostgreSQL}
 * @param quote what surrounds a quoted name
 * @param home the schema that unqualified names mean
 * @param tables every table and view, ordered by schema and name
 */
public record LiveSchema(String product, String quote, String home, List<Table> tables) {
  private static final Set<String> SYSTEM =
      Set.of("information_schema", "pg_catalog", "pg_toast", "sys", "system_lobs");

  private static final String[] STORED = {
    "TABLE", "BASE TABLE", "PARTITIONED TABLE", "MATERIALIZED VIEW", "FOREIGN TABLE"
  };

  public LiveSchema {
    tables = List.copyOf(tables);
  }

  /**
   * A table or view.
   *
   * @param schema the schema it is in
   * @param name its name
   * @param view whether it holds no rows of its own
   * @param columns in the table's order
   * @param primaryKey its columns in key order; empty if there is none
   * @param foreignKeys what its rows refer to
   */
  public record Table(
      String schema,
      String name,
      boolean view,
      List<Column> columns,
      List<String> primaryKey,
      List<ForeignKey> foreignKeys) {
    public Table {
      columns = List.copyOf(columns);
      primaryKey = List.copyOf(primaryKey);
      foreignKeys = List.copyOf(foreignKeys);
    }

    /** The column of this name: exactly, else ignoring case if that is unique. */
    public Optional<Column> column(String wanted) {
      return Names.find(columns, Column::name, wanted);
    }
  }

  /**
   * A column.
   *
   * @param name its name
   * @param type its JDBC type
   * @param typeName the database's own word for it
   * @param size characters of a text, digits of a number
   * @param scale how many of a number's digits stand after its point; 0 for everything else
   * @param nullable whether it takes NULL
   * @param generated whether the database computes it, so that it cannot be written
   */
  public record Column(
      String name,
      JDBCType type,
      String typeName,
      int size,
      int scale,
      boolean nullable,
      boolean generated) {

    /** Whether values of it may hold text that names a person. */
    public boolean textual() {
      return switch (type) {
        case CHAR, VARCHAR, LONGVARCHAR, NCHAR, NVARCHAR, LONGNVARCHAR, CLOB, NCLOB, SQLXML -> true;
        case OTHER, JAVA_OBJECT, ARRAY, STRUCT -> !typeName.equalsIgnoreCase("uuid");
        default -> false;
      };
    }

    /** Whether it holds a JSON document. */
    public boolean json() {
      return typeName.toLowerCase(Locale.ROOT).startsWith("json");
    }
  }

  /**
   * A declared reference.
   *
   * @param schema the schema of the table referred to
   * @param table the table referred to
   * @param columns this table's column → that table's column
   */
  public record ForeignKey(String schema, String table, Map<String, String> columns) {
    public ForeignKey {
      columns = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    }
  }

  /**
   * Reads the catalogue of the connection's own schema.
   *
   * @throws SQLException if the catalogue cannot be read
   */
  public static LiveSchema read(Connection connection) throws SQLException {
    return read(connection, List.of());
  }

  /**
   * Reads the catalogue of the connection's own schema and of others.
   *
   * @param further names of schemas, as the database has them or in another case
   * @throws SQLException if the catalogue cannot be read
   */
  public static LiveSchema read(Connection connection, Collection<String> further)
      throws SQLException {
    DatabaseMetaData meta = connection.getMetaData();
    String home = connection.getSchema() == null ? "" : connection.getSchema();
    Set<String> wanted = new LinkedHashSet<>();
    wanted.add(home);
    List<String> present = schemas(meta);
    for (String name : further) {
      Names.find(present, one -> one, name).ifPresent(wanted::add);
    }
    List<Table> tables = new ArrayList<>();
    for (String schema : wanted) {
      tables.addAll(tables(meta, connection.getCatalog(), schema));
    }
    return new LiveSchema(
        meta.getDatabaseProductName(), meta.getIdentifierQuoteString(), home, tables);
  }

  /**
   * Everything in any schema that stores rows, materialised views among it, with its columns but
   * without its keys: much quicker to read than {@link #read(Connection)}.
   *
   * @throws SQLException if the catalogue cannot be read
   */
  public static List<Table> stored(Connection connection) throws SQLException {
    DatabaseMetaData meta = connection.getMetaData();
    List<Table> found = new ArrayList<>();
    for (String schema : schemas(meta)) {
      String pattern = escaped(meta, schema);
      Set<String> names = new TreeSet<>();
      try (ResultSet rows = meta.getTables(connection.getCatalog(), pattern, "%", STORED)) {
        while (rows.next()) {
          names.add(rows.getString("TABLE_NAME"));
        }
      }
      if (!names.isEmpty()) {
        Map<String, List<Column>> columns = columns(meta, connection.getCatalog(), pattern);
        for (String name : names) {
          found.add(
              new Table(
                  schema,
                  name,
                  false,
                  columns.getOrDefault(name, List.of()),
                  List.of(),
                  List.of()));
        }
      }
    }
    return found;
  }

  /** The table of this name, {@code schema.table} or a table of the home schema. */
  public Optional<Table> table(String name) {
    Optional<Table> here =
        Names.find(
            tables.stream().filter(table -> table.schema().equals(home)).toList(),
            Table::name,
            name);
    return here.isPresent()
        ? here
        : Names.find(tables, table -> table.schema() + "." + table.name(), name);
  }

  /** How a map names this table: with its schema only where it is not the home schema. */
  public String nameOf(Table table) {
    return table.schema().equals(home) ? table.name() : table.schema() + "." + table.name();
  }

  private static List<String> schemas(DatabaseMetaData meta) throws SQLException {
    List<String> found = new ArrayList<>();
    try (ResultSet rows = meta.getSchemas()) {
      while (rows.next()) {
        String name = rows.getString("TABLE_SCHEM");
        if (name != null && !SYSTEM.contains(name.toLowerCase(Locale.ROOT))) {
          found.add(name);
        }
      }
    }
    return found;
  }

  private static List<Table> tables(DatabaseMetaData meta, @Nullable String catalog, String schema)
      throws SQLException {
    // Asked for a whole schema at once: three statements, however many tables there are.
    String pattern = escaped(meta, schema);
    Map<String, Boolean> views = new TreeMap<>();
    try (ResultSet rows =
        meta.getTables(
            catalog,
            pattern,
            "%",
            new String[] {
              "TABLE",
              "BASE TABLE",
              "PARTITIONED TABLE",
              "VIEW",
              "MATERIALIZED VIEW",
              "FOREIGN TABLE"
            })) {
      while (rows.next()) {
        String type = rows.getString("TABLE_TYPE");
        views.put(rows.getString("TABLE_NAME"), type.endsWith("VIEW"));
      }
    }
    Map<String, List<Column>> columns = columns(meta, catalog, pattern);
    Map<String, List<String>> primaryKeys = new TreeMap<>();
    Map<String, List<ForeignKey>> foreignKeys = new TreeMap<>();
    if (atOnce(meta)) {
      primaryKeys(meta, catalog, schema, null, primaryKeys);
      foreignKeys(meta, catalog, schema, null, foreignKeys);
    } else {
      for (Map.Entry<String, Boolean> table : views.entrySet()) {
        if (!table.getValue()) {
          primaryKeys(meta, catalog, schema, table.getKey(), primaryKeys);
          foreignKeys(meta, catalog, schema, table.getKey(), foreignKeys);
        }
      }
    }
    List<Table> found = new ArrayList<>();
    views.forEach(
        (name, view) ->
            found.add(
                new Table(
                    schema,
                    name,
                    view,
                    columns.getOrDefault(name, List.of()),
                    view ? List.of() : primaryKeys.getOrDefault(name, List.of()),
                    view ? List.of() : foreignKeys.getOrDefault(name, List.of()))));
    return found;
  }

  /**
   * Whether the driver tells the keys of all tables at once if none is named. JDBC does not promise
   * it, and two questions a table take long where there are hundreds.
   */
  public static boolean atOnce(DatabaseMetaData meta) throws SQLException {
    return meta.getDatabaseProductName().equals("PostgreSQL");
  }

  private static Map<String, List<Column>> columns(
      DatabaseMetaData meta, @Nullable String catalog, String pattern) throws SQLException {
    Map<String, List<Column>> columns = new TreeMap<>();
    try (ResultSet rows = meta.getColumns(catalog, pattern, "%", "%")) {
      while (rows.next()) {
        columns
            .computeIfAbsent(rows.getString("TABLE_NAME"), name -> new ArrayList<>())
            .add(
                new Column(
                    rows.getString("COLUMN_NAME"),
                    type(rows.getInt("DATA_TYPE")),
                    rows.getString("TYPE_NAME"),
                    rows.getInt("COLUMN_SIZE"),
                    rows.getInt("DECIMAL_DIGITS"),
                    rows.getInt("NULLABLE") != DatabaseMetaData.columnNoNulls,
                    "YES".equals(rows.getString("IS_GENERATEDCOLUMN"))));
      }
    }
    return columns;
  }

  /** A schema's name is a pattern to the driver, in which an underscore means any character. */
  private static String escaped(DatabaseMetaData meta, String name) throws SQLException {
    String escape = meta.getSearchStringEscape();
    return name.replace("_", escape + "_").replace("%", escape + "%");
  }

  private static JDBCType type(int code) {
    for (JDBCType type : JDBCType.values()) {
      if (type.getVendorTypeNumber() == code) {
        return type;
      }
    }
    return JDBCType.OTHER;
  }

  private static void primaryKeys(
      DatabaseMetaData meta,
      @Nullable String catalog,
      String schema,
      @Nullable String table,
      Map<String, List<String>> found)
      throws SQLException {
    Map<String, Map<Short, String>> columns = new TreeMap<>();
    try (ResultSet rows = meta.getPrimaryKeys(catalog, schema, table)) {
      while (rows.next()) {
        columns
            .computeIfAbsent(rows.getString("TABLE_NAME"), name -> new TreeMap<>())
            .put(rows.getShort("KEY_SEQ"), rows.getString("COLUMN_NAME"));
      }
    }
    columns.forEach((name, keys) -> found.put(name, List.copyOf(keys.values())));
  }

  private static void foreignKeys(
      DatabaseMetaData meta,
      @Nullable String catalog,
      String schema,
      @Nullable String table,
      Map<String, List<ForeignKey>> found)
      throws SQLException {
    // Rows of one key follow each other, but all tables may be asked about at once.
    Map<String, Map<String, String>> open = new TreeMap<>();
    Map<String, String[]> targets = new TreeMap<>();
    try (ResultSet rows = meta.getImportedKeys(catalog, schema, table)) {
      while (rows.next()) {
        String name = rows.getString("FKTABLE_NAME");
        if (rows.getShort("KEY_SEQ") == 1) {
          close(name, open, targets, found);
        }
        open.computeIfAbsent(name, one -> new LinkedHashMap<>())
            .put(rows.getString("FKCOLUMN_NAME"), rows.getString("PKCOLUMN_NAME"));
        targets.put(
            name, new String[] {rows.getString("PKTABLE_SCHEM"), rows.getString("PKTABLE_NAME")});
      }
    }
    for (String name : List.copyOf(open.keySet())) {
      close(name, open, targets, found);
    }
  }

  private static void close(
      String name,
      Map<String, Map<String, String>> open,
      Map<String, String[]> targets,
      Map<String, List<ForeignKey>> found) {
    Map<String, String> columns = open.remove(name);
    String[] target = targets.remove(name);
    if (columns != null && target != null) {
      found
          .computeIfAbsent(name, one -> new ArrayList<>())
          .add(new ForeignKey(target[0], target[1], columns));
    }
  }
}
