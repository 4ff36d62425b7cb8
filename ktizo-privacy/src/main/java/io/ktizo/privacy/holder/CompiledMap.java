package io.ktizo.privacy.holder;

import io.ktizo.privacy.UnfitDataMapException;
import io.ktizo.privacy.UnknownSubjectKindException;
import io.ktizo.privacy.datamap.Coverage;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.Gap;
import io.ktizo.privacy.datamap.Link;
import io.ktizo.privacy.datamap.LiveSchema;
import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import io.ktizo.privacy.datamap.SubjectKind;
import io.ktizo.privacy.store.Dialect;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A data map bound to the tables of one database: every name looked up, every link turned into the
 * columns that it compares. Immutable, for use by several threads; made anew when the schema
 * changes.
 */
public final class CompiledMap {
  /** Gaps that make it impossible to carry a map out, as opposed to gaps in what it covers. */
  private static final Set<Gap.Kind> UNFIT =
      EnumSet.of(
          Gap.Kind.MISSING_TABLE,
          Gap.Kind.MISSING_COLUMN,
          Gap.Kind.LINK_IMPOSSIBLE,
          Gap.Kind.STRATEGY_IMPOSSIBLE);

  private final DataMap map;
  private final LiveSchema schema;
  private final Dialect dialect;
  private final List<Relation> relations = new ArrayList<>();
  private final Map<String, Relation> byName = new HashMap<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private final Map<String, Scope> scopes = new HashMap<>();
  private final Map<String, Map<Relation, Decision>> decisions = new HashMap<>();
  private final List<Reference> references = new ArrayList<>();
  private final Map<String, Derivation> derivations = new HashMap<>();

  private CompiledMap(DataMap map, LiveSchema schema, Dialect dialect) {
    this.map = map;
    this.schema = schema;
    this.dialect = dialect;
    for (DataSet set : map.dataSets()) {
      Relation relation = relation(set);
      relations.add(relation);
      byName.put(set.name(), relation);
    }
    for (SubjectKind kind : map.subjects()) {
      kind.table().ifPresent(set -> arrivals.add(new OwnRow(named(set), kind)));
    }
    for (DataSet set : map.dataSets()) {
      for (Link link : set.links()) {
        arrivals.add(arrival(set, link));
      }
    }
    for (SubjectKind kind : map.subjects()) {
      Scope scope = new Scope(this, kind);
      scopes.put(kind.name(), scope);
      Map<Relation, Decision> ofKind = new HashMap<>();
      scope.reached().forEach(at -> ofKind.put(at, new Decision(map, scope, at)));
      decisions.put(kind.name(), ofKind);
    }
  }

  /**
   * Binds a map to the database of a connection.
   *
   * @throws UnfitDataMapException with everything that the database does not have or cannot do
   * @throws SQLException if the catalogue cannot be read
   */
  public static CompiledMap of(DataMap map, Connection connection) throws SQLException {
    Set<String> schemas = new HashSet<>();
    for (DataSet set : map.dataSets()) {
      int point = set.table().indexOf('.');
      if (point > 0) {
        schemas.add(set.table().substring(0, point));
      }
    }
    LiveSchema schema = LiveSchema.read(connection, schemas);
    List<Gap> unfit = new ArrayList<>();
    for (Gap gap : Coverage.of(map, schema, LocalDate.MIN).gaps()) {
      if (UNFIT.contains(gap.kind())) {
        unfit.add(gap);
      }
    }
    Map<Table, String> taken = new HashMap<>();
    for (DataSet set : map.dataSets()) {
      schema
          .table(set.table())
          .ifPresent(
              table -> {
                String other = taken.putIfAbsent(table, set.name());
                if (other != null) {
                  unfit.add(
                      new Gap(
                          Gap.Kind.MISSING_TABLE,
                          set.table(),
                          "*",
                          "data sets " + other + " and " + set.name() + " mean one table"));
                }
              });
    }
    if (!unfit.isEmpty()) {
      throw new UnfitDataMapException(unfit);
    }
    CompiledMap compiled = new CompiledMap(map, schema, Dialect.of(connection));
    compiled.readReferences(connection);
    for (SubjectKind kind : map.subjects()) {
      compiled.derivations.put(kind.name(), new Derivation(compiled, kind));
    }
    return compiled;
  }

  /** What refers to described tables, in whichever schema it is: the map need not know of it. */
  private void readReferences(Connection connection) throws SQLException {
    DatabaseMetaData meta = connection.getMetaData();
    if (LiveSchema.atOnce(meta)) {
      Set<String> schemas = new LinkedHashSet<>();
      relations.forEach(relation -> schemas.add(relation.table().schema()));
      for (String each : schemas) {
        readReferences(meta.getExportedKeys(connection.getCatalog(), each, null));
      }
      return;
    }
    for (Relation relation : relations) {
      if (!relation.table().view()) {
        readReferences(
            meta.getExportedKeys(
                connection.getCatalog(), relation.table().schema(), relation.table().name()));
      }
    }
  }

  private void readReferences(ResultSet keys) throws SQLException {
    List<String> columns = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    try (ResultSet rows = keys) {
      boolean more = rows.next();
      while (more) {
        columns.add(rows.getString("FKCOLUMN_NAME"));
        targets.add(rows.getString("PKCOLUMN_NAME"));
        Optional<Relation> to =
            of(rows.getString("PKTABLE_SCHEM"), rows.getString("PKTABLE_NAME"))
                .filter(relation -> !relation.table().view());
        String schemaName = rows.getString("FKTABLE_SCHEM");
        String tableName = rows.getString("FKTABLE_NAME");
        int rule = rows.getInt("DELETE_RULE");
        boolean deferrable =
            rows.getInt("DEFERRABILITY") != DatabaseMetaData.importedKeyNotDeferrable;
        more = rows.next();
        if (!more || rows.getInt("KEY_SEQ") == 1) {
          if (to.isPresent()) {
            references.add(
                new Reference(schemaName, tableName, columns, to.get(), targets, rule, deferrable));
          }
          columns = new ArrayList<>();
          targets = new ArrayList<>();
        }
      }
    }
  }

  /** Every declared reference to a described table. */
  List<Reference> references() {
    return references;
  }

  /**
   * A foreign key of any table to a described one.
   *
   * @param columns of the referring table, in the order of {@code targets}
   * @param rule one of the constants {@code importedKey…} of {@link DatabaseMetaData}
   */
  record Reference(
      String schema,
      String table,
      List<String> columns,
      Relation to,
      List<String> targets,
      int rule,
      boolean deferrable) {
    Reference {
      columns = List.copyOf(columns);
      targets = List.copyOf(targets);
    }

    /** Whether the database itself lets go of the row that is deleted. */
    boolean letsGo() {
      return rule == DatabaseMetaData.importedKeySetNull
          || rule == DatabaseMetaData.importedKeySetDefault;
    }
  }

  /** The map. */
  public DataMap map() {
    return map;
  }

  /** The tables that it was bound to. */
  public LiveSchema schema() {
    return schema;
  }

  Dialect dialect() {
    return dialect;
  }

  List<Relation> relations() {
    return relations;
  }

  Relation named(String dataSet) {
    Relation found = byName.get(dataSet);
    if (found == null) {
      throw new IllegalArgumentException("no data set " + dataSet);
    }
    return found;
  }

  List<Arrival> arrivals() {
    return arrivals;
  }

  /**
   * The kind of this name.
   *
   * @throws UnknownSubjectKindException if the map does not declare it
   */
  SubjectKind kind(String name) {
    return map.subject(name)
        .orElseThrow(
            () ->
                new UnknownSubjectKindException(
                    name, map.subjects().stream().map(SubjectKind::name).toList()));
  }

  /** Where people of a kind can arrive. */
  Scope scope(SubjectKind kind) {
    Scope found = scopes.get(kind.name());
    if (found == null) {
      throw new IllegalArgumentException("no kind " + kind.name());
    }
    return found;
  }

  /** The tables whose marks are not written down for people of a kind. */
  Derivation derivation(SubjectKind kind) {
    Derivation found = derivations.get(kind.name());
    if (found == null) {
      throw new IllegalArgumentException("no kind " + kind.name());
    }
    return found;
  }

  /** What becomes of rows of a table that people of a kind can reach. */
  Decision decision(SubjectKind kind, Relation at) {
    Decision found = decisions.getOrDefault(kind.name(), Map.of()).get(at);
    if (found == null) {
      throw new IllegalArgumentException(kind.name() + " cannot reach " + at.name());
    }
    return found;
  }

  /**
   * One data set with its table.
   *
   * @param index its place in the map
   * @param identity the columns by which rows are told apart as far as ownership goes. Rows that
   *     agree in every column that a link compares belong to the same people, so a table without a
   *     primary key needs no other identity, and a table at the edge of the map is told by its one
   *     reference alone: its rows are never listed
   */
  record Relation(int index, DataSet set, Table table, String sql, List<Column> identity) {
    String name() {
      return set.name();
    }

    Column column(String field) {
      return table
          .column(field)
          .orElseThrow(() -> new IllegalStateException(name() + " has no column " + field));
    }

    /** One data set is one relation of a map; its content need not be compared. */
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return index;
    }

    /** Whether at most one row of the table has given values in these columns. */
    boolean unique(List<Column> columns) {
      List<String> names = columns.stream().map(Column::name).toList();
      return !table.primaryKey().isEmpty() && names.containsAll(table.primaryKey());
    }
  }

  /** A way in which people arrive at rows. */
  sealed interface Arrival {
    Relation at();

    boolean owning();
  }

  /** The row is the person. */
  record OwnRow(Relation at, SubjectKind kind) implements Arrival {
    @Override
    public boolean owning() {
      return true;
    }
  }

  /** The row names the person by a value. */
  record ByValue(Relation at, Link link, SubjectKind kind, Column column, boolean ignoreCase)
      implements Arrival {
    @Override
    public boolean owning() {
      return link.relation().owning();
    }
  }

  /**
   * From rows to rows.
   *
   * @param from where people come from
   * @param at where they arrive
   * @param fromColumns compared with {@code atColumns}, pair by pair
   */
  record Along(
      Relation from, Relation at, Link link, List<Column> fromColumns, List<Column> atColumns)
      implements Arrival {
    @Override
    public boolean owning() {
      return link.relation().owning();
    }
  }

  private Arrival arrival(DataSet set, Link link) {
    Relation here = named(set.name());
    return switch (link.target()) {
      case Link.ToPerson person -> {
        Column column = here.column(person.column());
        yield new ByValue(
            here,
            link,
            kind(person.kind()),
            column,
            person.ignoreCase() && Keys.text(column.type()));
      }
      case Link.ToRows rows -> {
        Relation there = named(rows.dataSet());
        List<Column> own = new ArrayList<>();
        List<Column> others = new ArrayList<>();
        rows.columns()
            .forEach(
                (mine, theirs) -> {
                  own.add(here.column(mine));
                  others.add(there.column(theirs));
                });
        yield link.relation().outward()
            ? new Along(here, there, link, own, others)
            : new Along(there, here, link, others, own);
      }
    };
  }

  private Relation relation(DataSet set) {
    Table table = schema.table(set.table()).orElseThrow();
    return new Relation(
        relations.size(),
        set,
        table,
        dialect.quote(table.schema()) + "." + dialect.quote(table.name()),
        identity(set, table));
  }

  private List<Column> identity(DataSet set, Table table) {
    Set<String> compared = compared(set);
    List<Column> columns =
        table.columns().stream()
            .filter(
                column ->
                    compared.stream()
                        .flatMap(name -> table.column(name).stream())
                        .anyMatch(column::equals))
            .toList();
    if (columns.size() == 1 || table.primaryKey().isEmpty()) {
      return columns;
    }
    return table.primaryKey().stream().map(name -> table.column(name).orElseThrow()).toList();
  }

  /** Every field of a data set by which somebody or something is found. */
  private Set<String> compared(DataSet set) {
    Set<String> names = new LinkedHashSet<>();
    for (SubjectKind kind : map.subjects()) {
      String key = kind.key();
      if (set.name().equals(kind.dataSet()) && key != null) {
        names.add(key);
      }
    }
    String since = set.since();
    if (since != null && keepsRows(set)) {
      // Rows of one person may end their time of retention on different days.
      names.add(since);
    }
    for (DataSet other : map.dataSets()) {
      for (Link link : other.links()) {
        boolean here = other.name().equals(set.name());
        switch (link.target()) {
          case Link.ToPerson person -> {
            if (here) {
              names.add(person.column());
            }
          }
          case Link.ToRows rows -> {
            if (here) {
              names.addAll(rows.columns().keySet());
            }
            if (rows.dataSet().equals(set.name())) {
              names.addAll(rows.columns().values());
            }
          }
        }
      }
    }
    return names;
  }

  private boolean keepsRows(DataSet set) {
    return map.subjects().stream()
            .anyMatch(
                kind ->
                    set.name().equals(kind.dataSet()) && kind.erasure() instanceof Link.KeepUntil)
        || map.dataSets().stream()
            .flatMap(other -> other.links().stream())
            .anyMatch(link -> link.erasure().last() instanceof Link.KeepUntil);
  }

  /** The live column of a field. */
  Column column(DataSet set, Field field) {
    return named(set.name()).column(field.name());
  }

  /** The data set that describes a table. */
  Optional<Relation> of(String tableSchema, String tableName) {
    return relations.stream()
        .filter(
            one -> one.table().schema().equals(tableSchema) && one.table().name().equals(tableName))
        .findFirst();
  }
}
