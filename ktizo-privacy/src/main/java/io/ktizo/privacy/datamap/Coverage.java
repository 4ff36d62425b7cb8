package io.ktizo.privacy.datamap;

import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.LiveSchema.ForeignKey;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import java.sql.Connection;
import java.sql.JDBCType;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A data map held against a live database, both ways and column by column. Each column must be
 * classified, exported and erased, or waived with a reason and a day.
 *
 * @param gaps what is open, in the order of the database's tables
 * @param waived gaps that a waiver covers today
 * @param tables how many tables and views the database has
 * @param columns how many columns they have together
 */
public record Coverage(List<Gap> gaps, List<Gap> waived, int tables, int columns) {
  public Coverage {
    gaps = List.copyOf(gaps);
    waived = List.copyOf(waived);
  }

  /** Whether nothing is open. */
  public boolean complete() {
    return gaps.isEmpty();
  }

  /**
   * Compares a map with a catalogue; documents inside columns are taken as the map describes them.
   *
   * @param today decides which waivers hold
   */
  public static Coverage of(DataMap map, LiveSchema schema, LocalDate today) {
    return new Check(map, schema).result(List.of(), today);
  }

  /**
   * Compares a map with a database, and reads every document in columns that the map says hold
   * documents, for paths that it does not know. Only names of paths are kept, no values.
   *
   * @param today decides which waivers hold
   * @throws SQLException if the database cannot be read
   */
  public static Coverage of(DataMap map, Connection connection, LocalDate today)
      throws SQLException {
    Set<String> schemas = new HashSet<>();
    for (DataSet set : map.dataSets()) {
      int point = set.table().indexOf('.');
      if (point > 0) {
        schemas.add(set.table().substring(0, point));
      }
    }
    LiveSchema schema = LiveSchema.read(connection, schemas);
    Check check = new Check(map, schema);
    return check.result(Documents.undeclared(map, schema, connection), today);
  }

  /** The comparison at work. */
  private static final class Check {
    private final DataMap map;
    private final LiveSchema schema;
    private final List<Gap> gaps = new ArrayList<>();
    private final Map<String, DataSet> setOfTable = new HashMap<>();
    private final Set<String> personal;

    Check(DataMap map, LiveSchema schema) {
      this.map = map;
      this.schema = schema;
      this.personal = Reach.of(map).dataSets();
    }

    Coverage result(List<Gap> documents, LocalDate today) {
      for (DataSet set : map.dataSets()) {
        Optional<Table> table = schema.table(set.table());
        if (table.isEmpty()) {
          gap(Gap.Kind.MISSING_TABLE, set.table(), "*", "the database has no such table");
        } else {
          setOfTable.put(schema.nameOf(table.get()), set);
        }
      }
      for (Table table : schema.tables()) {
        DataSet set = setOfTable.get(schema.nameOf(table));
        if (set != null) {
          compare(set, table);
        } else if (!table.view()) {
          gap(
              Gap.Kind.UNDECLARED_TABLE,
              schema.nameOf(table),
              "*",
              "describe it as a data set, or waive it");
        }
      }
      map.openQuestions()
          .forEach(
              question -> {
                // Names of data sets and of columns may hold points.
                for (DataSet set : map.dataSets()) {
                  String place = "dataSets." + set.name() + ".fields.";
                  if (question.place().startsWith(place)) {
                    gap(
                        Gap.Kind.OPEN_QUESTION,
                        set.table(),
                        question.place().substring(place.length()),
                        question.message());
                    break;
                  }
                }
              });
      gaps.addAll(documents);
      return split(today);
    }

    private void gap(Gap.Kind kind, String table, String column, String message) {
      gaps.add(new Gap(kind, table, column, message));
    }

    private void compare(DataSet set, Table table) {
      String name = schema.nameOf(table);
      Set<String> declared = new HashSet<>();
      for (Field field : set.fields()) {
        Optional<Column> column = table.column(field.name());
        if (column.isEmpty()) {
          gap(Gap.Kind.MISSING_COLUMN, name, field.name(), "the table has no such column");
        } else {
          declared.add(column.get().name());
          field(set, name, field, column.get());
        }
      }
      for (Column column : table.columns()) {
        if (!declared.contains(column.name())) {
          gap(
              Gap.Kind.UNDECLARED_COLUMN,
              name,
              column.name(),
              "classify it in data set " + set.name() + ", or waive it");
        }
      }
      for (SubjectKind kind : map.subjects()) {
        if (set.name().equals(kind.dataSet())) {
          last(set, table, kind.erasure());
        }
      }
      set.links().forEach(link -> link(set, table, link));
      if (!table.view()) {
        table.foreignKeys().forEach(key -> reference(set, table, key));
      }
    }

    private void field(DataSet set, String table, Field field, Column column) {
      boolean isPersonal = field.category().personal();
      if (column.json() && isPersonal && field.paths().isEmpty()) {
        gap(
            Gap.Kind.DOCUMENT_WITHOUT_PATHS,
            table,
            column.name(),
            "list under \"paths\" what the documents hold");
      }
      if (isPersonal && !field.exported() && !field.secret() && personal.contains(set.name())) {
        gap(
            Gap.Kind.NOT_EXPORTED,
            table,
            column.name(),
            "it is no secret, and still the person does not get it: waive it with the reason");
      }
    }

    private void link(DataSet set, Table table, Link link) {
      if (link.target() instanceof Link.ToRows rows) {
        Optional<Table> target =
            map.dataSet(rows.dataSet()).flatMap(found -> schema.table(found.table()));
        target.ifPresent(found -> comparable(table, found, rows));
        if (link.relation().outward()) {
          map.dataSet(rows.dataSet())
              .ifPresent(affected -> target.ifPresent(found -> erasure(affected, found, link)));
          return;
        }
      }
      erasure(set, table, link);
    }

    private void comparable(Table table, Table target, Link.ToRows rows) {
      rows.columns()
          .forEach(
              (here, there) -> {
                Optional<Column> left = table.column(here);
                Optional<Column> right = target.column(there);
                if (left.isPresent()
                    && right.isPresent()
                    && !Family.of(left.get()).equals(Family.of(right.get()))) {
                  gap(
                      Gap.Kind.LINK_IMPOSSIBLE,
                      schema.nameOf(table),
                      here,
                      left.get().typeName()
                          + " is joined to "
                          + target.name()
                          + "."
                          + there
                          + ", which is "
                          + right.get().typeName());
                }
              });
    }

    private void erasure(DataSet set, Table table, Link link) {
      if (link.relation().owning()) {
        last(set, table, link.erasure().last());
      }
      if (link.erasure().shared() instanceof Link.Anonymise some) {
        strategies(set, table, some.columns());
      }
    }

    private void last(DataSet set, Table table, Link.Last last) {
      switch (last) {
        case Link.DeleteRow row -> {}
        case Link.KeepUntil keep -> strategies(set, table, keep.anonymise());
        case Link.Anonymise some -> {
          strategies(set, table, some.columns());
          leftBehind(set, table, some.columns());
        }
      }
    }

    /** A row that stays for good as an anonymous one may keep nothing that says who it was. */
    private void leftBehind(DataSet set, Table table, List<String> anonymised) {
      Set<Field> gone = new HashSet<>();
      anonymised.forEach(column -> set.field(column).ifPresent(gone::add));
      for (Field field : set.fields()) {
        boolean harmless =
            !field.category().personal()
                || field.category() == Category.STATUS
                || table.primaryKey().contains(field.name());
        boolean retained = field.erasure() instanceof Strategy.Retain;
        if (!harmless && (!gone.contains(field) || retained)) {
          gap(
              Gap.Kind.NOT_ERASED,
              schema.nameOf(table),
              field.name(),
              "the row stays after its last owner went, and this value with it");
        } else if (field.strategy().filter(Strategy.ByPath.class::isInstance).isPresent()) {
          for (Field path : field.paths()) {
            boolean stays =
                path.strategy().isEmpty() || path.strategy().get() instanceof Strategy.Retain;
            if (stays && path.category().personal() && path.category() != Category.STATUS) {
              gap(
                  Gap.Kind.NOT_ERASED,
                  schema.nameOf(table),
                  field.name() + path.name().substring(1),
                  "the row stays after its last owner went, and this path with it");
            }
          }
        }
      }
    }

    private void strategies(DataSet set, Table table, List<String> columns) {
      for (String name : columns) {
        Optional<Field> field = set.field(name);
        Optional<Column> column = table.column(name);
        if (field.isPresent() && column.isPresent()) {
          field
              .get()
              .strategy()
              .flatMap(strategy -> Feasible.objection(strategy, table, column.get()))
              .ifPresent(why -> gap(Gap.Kind.STRATEGY_IMPOSSIBLE, schema.nameOf(table), name, why));
        }
      }
    }

    /** A new child table is the usual way in which personal data escapes a map. */
    private void reference(DataSet set, Table table, ForeignKey key) {
      Optional<Table> target =
          schema.tables().stream()
              .filter(one -> one.schema().equals(key.schema()) && one.name().equals(key.table()))
              .findFirst();
      DataSet targetSet = target.map(found -> setOfTable.get(schema.nameOf(found))).orElse(null);
      if (targetSet == null || !personal.contains(targetSet.name())) {
        return;
      }
      boolean covered =
          set.links().stream()
              .anyMatch(
                  link ->
                      link.target() instanceof Link.ToRows rows
                          && rows.dataSet().equals(targetSet.name())
                          && sameColumns(rows.columns().keySet(), key.columns().keySet()));
      boolean reversed =
          targetSet.links().stream()
              .anyMatch(
                  link ->
                      link.target() instanceof Link.ToRows rows
                          && rows.dataSet().equals(set.name()));
      if (!covered && !reversed) {
        gap(
            Gap.Kind.REFERENCE_WITHOUT_LINK,
            schema.nameOf(table),
            String.join(",", key.columns().keySet()),
            "refers to "
                + targetSet.name()
                + ", whose rows belong to people: add a link, or waive it");
      }
    }

    private static boolean sameColumns(Set<String> declared, Set<String> live) {
      return declared.size() == live.size()
          && live.stream()
              .allMatch(
                  column -> declared.stream().anyMatch(other -> other.equalsIgnoreCase(column)));
    }

    private Coverage split(LocalDate today) {
      List<Gap> open = new ArrayList<>();
      List<Gap> covered = new ArrayList<>();
      Set<Waiver> used = new HashSet<>();
      for (Gap gap : gaps) {
        Optional<Waiver> waiver =
            map.waivers().stream().filter(one -> covers(one, gap)).findFirst();
        if (waiver.isEmpty()) {
          open.add(gap);
          continue;
        }
        used.add(waiver.get());
        if (waiver.get().until().isBefore(today)) {
          open.add(gap);
          open.add(
              new Gap(
                  Gap.Kind.EXPIRED_WAIVER,
                  gap.table(),
                  gap.column(),
                  "the waiver ended on " + waiver.get().until()));
        } else {
          covered.add(gap);
        }
      }
      for (Waiver waiver : map.waivers()) {
        if (!used.contains(waiver)) {
          open.add(
              new Gap(
                  Gap.Kind.IDLE_WAIVER,
                  waiver.table(),
                  waiver.column(),
                  "nothing is left to waive: take it out"));
        }
      }
      int columns = schema.tables().stream().mapToInt(table -> table.columns().size()).sum();
      return new Coverage(open, covered, schema.tables().size(), columns);
    }

    private static boolean covers(Waiver waiver, Gap gap) {
      return waiver.table().equalsIgnoreCase(gap.table())
          && (waiver.column().equals("*") || waiver.column().equalsIgnoreCase(gap.column()));
    }
  }

  /** Types whose values a database compares with each other. */
  private enum Family {
    NUMBER,
    TEXT,
    MOMENT,
    BYTES,
    TRUTH,
    OTHER;

    static Object of(Column column) {
      if (column.typeName().equalsIgnoreCase("uuid")) {
        return "uuid";
      }
      return of(column.type());
    }

    private static Family of(JDBCType type) {
      return switch (type) {
        case TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, REAL, DOUBLE, NUMERIC, DECIMAL -> NUMBER;
        case CHAR, VARCHAR, LONGVARCHAR, NCHAR, NVARCHAR, LONGNVARCHAR, CLOB, NCLOB -> TEXT;
        case DATE, TIME, TIMESTAMP, TIME_WITH_TIMEZONE, TIMESTAMP_WITH_TIMEZONE -> MOMENT;
        case BINARY, VARBINARY, LONGVARBINARY, BLOB -> BYTES;
        case BIT, BOOLEAN -> TRUTH;
        default -> OTHER;
      };
    }
  }
}
