package io.ktizo.privacy.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.ktizo.privacy.datamap.DataMap;
import io.ktizo.privacy.datamap.DataSet;
import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.LiveSchema;
import io.ktizo.privacy.datamap.Purpose;
import io.ktizo.privacy.datamap.Recipient;
import io.ktizo.privacy.datamap.Retention;
import io.ktizo.privacy.holder.Ownership;
import io.ktizo.privacy.store.Dialect;
import java.sql.JDBCType;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.MonthDay;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One data set on its way into an archive: which columns, what they mean, how to read a row. */
final class Table {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final MonthDay END_OF_YEAR = MonthDay.of(12, 31);

  private final DataMap map;
  private final DataSet set;
  private final List<Field> shown;
  private final List<Field> asked;
  private final String base;
  private final List<DocumentFilter> documents;
  private final List<JDBCType> jdbc = new ArrayList<>();
  private final List<ColumnType> types = new ArrayList<>();

  /** Rules whose end depends on the row, in the order of the map. */
  private final List<Retention> dated;

  private final int since;
  private String lastDay = "";
  private Map<String, String> lastEnds = Map.of();

  /**
   * @param shown the fields that the person sees, at least one
   * @param base the name of its files
   */
  Table(DataMap map, Scope scope, DataSet set, List<Field> shown, String base) {
    this.map = map;
    this.set = set;
    this.shown = shown;
    this.base = base;
    this.documents =
        shown.stream()
            .map(field -> new DocumentFilter(field.paths(), path -> scope.holds(map, path)))
            .toList();
    this.dated =
        shown.stream()
            .flatMap(field -> rule(field).stream())
            .filter(rule -> rule.from() != Retention.From.END_OF_RELATION)
            .distinct()
            .toList();
    this.asked = new ArrayList<>(shown);
    Optional<Field> start = Optional.ofNullable(set.since()).flatMap(set::field);
    if (dated.isEmpty() || start.isEmpty()) {
      this.since = -1;
    } else {
      if (!asked.contains(start.get())) {
        asked.add(start.get());
      }
      this.since = asked.indexOf(start.get());
    }
  }

  String name() {
    return set.name();
  }

  String title() {
    return Words.title(set.name());
  }

  String description() {
    return set.description();
  }

  String anchor() {
    return "t-" + base.replaceAll("[^A-Za-z0-9]", "-");
  }

  /** The fields to ask the database for: those shown come first. */
  List<Field> asked() {
    return asked;
  }

  List<Field> shown() {
    return shown;
  }

  List<String> names() {
    return shown.stream().map(Field::name).toList();
  }

  List<ColumnType> types() {
    return types.subList(0, shown.size());
  }

  /** What orders rows that have no key. */
  List<String> everything(LiveSchema schema, Dialect dialect) {
    LiveSchema.Table table = schema.table(set.table()).orElseThrow();
    List<String> order = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      LiveSchema.Column column = table.column(asked.get(i).name()).orElseThrow();
      order.add(RowQuery.comparable(column, i + 1, "x." + dialect.quote(column.name())));
    }
    return order;
  }

  /** Learns what the columns are from an answer of the database. */
  void describe(ResultSetMetaData answer) throws SQLException {
    for (int i = 0; i < asked.size(); i++) {
      JDBCType type = RowQuery.jdbc(answer.getColumnType(i + 1));
      jdbc.add(type);
      boolean document = !asked.get(i).paths().isEmpty();
      types.add(
          document ? ColumnType.DOCUMENT : ColumnType.of(type, answer.getColumnTypeName(i + 1)));
    }
  }

  /** What the person sees of the current row. */
  List<Cell> cells(ResultSet row, Ownership.View view) throws SQLException {
    List<Cell> cells = new ArrayList<>(shown.size());
    for (int i = 0; i < shown.size(); i++) {
      int flag = view.hidden().get(i);
      cells.add(
          flag > 0 && row.getInt(flag) == 1
              ? Cell.HIDDEN
              : Cell.read(row, i + 1, jdbc.get(i), types.get(i), documents.get(i)));
    }
    return cells;
  }

  /** Rules of retention that depend on the row → the last day of each. */
  Map<String, String> keptUntil(ResultSet row) throws SQLException {
    if (since < 0) {
      return Map.of();
    }
    switch (types.get(since)) {
      case DATE, TIMESTAMP, TIMESTAMP_WITH_OFFSET -> {}
      default -> {
        return Map.of();
      }
    }
    Cell cell = Cell.read(row, since + 1, jdbc.get(since), types.get(since), DocumentFilter.NONE);
    if (!(cell instanceof Cell.Text moment) || moment.value().endsWith("infinity")) {
      return Map.of();
    }
    String day = moment.value().substring(0, 10);
    if (!day.equals(lastDay)) {
      lastDay = day;
      lastEnds = ends(LocalDate.parse(day));
    }
    return lastEnds;
  }

  private Map<String, String> ends(LocalDate day) {
    Map<String, String> ends = new LinkedHashMap<>();
    for (Retention rule : dated) {
      LocalDate from =
          rule.from() == Retention.From.END_OF_YEAR ? END_OF_YEAR.atYear(day.getYear()) : day;
      ends.put(rule.name(), from.plus(rule.keep()).toString());
    }
    return ends;
  }

  /** Heads of the page's table: the columns, and the days on which something ends. */
  List<String> heads() {
    List<String> heads = new ArrayList<>(names());
    if (since >= 0) {
      dated.forEach(rule -> heads.add("kept until (" + rule.name() + ")"));
    }
    return heads;
  }

  /** The days of {@link #heads}. */
  List<String> days(Map<String, String> keptUntil) {
    return since < 0
        ? List.of()
        : dated.stream().map(rule -> keptUntil.getOrDefault(rule.name(), "")).toList();
  }

  String json(int part) {
    return "data/" + base + (part == 1 ? "" : "-" + part) + ".json";
  }

  String csv(int part) {
    return "data/" + base + (part == 1 ? "" : "-" + part) + ".csv";
  }

  List<String> files(int parts) {
    List<String> files = new ArrayList<>();
    for (int part = 1; part <= parts; part++) {
      files.add(json(part));
      files.add(csv(part));
    }
    return files;
  }

  Set<Purpose> purposes() {
    Set<Purpose> purposes = new LinkedHashSet<>();
    for (Field field : shown) {
      field.purposes().forEach(name -> map.purpose(name).ifPresent(purposes::add));
    }
    return purposes;
  }

  /** Everybody whom the map allows to get some of it. */
  Set<Recipient> allowed() {
    Set<Recipient> allowed = new LinkedHashSet<>();
    shown.forEach(field -> allowed.addAll(allowed(field)));
    return allowed;
  }

  private List<Recipient> allowed(Field field) {
    return map.recipients().stream()
        .filter(recipient -> field.recipients().contains(recipient.name()))
        .toList();
  }

  Set<String> retentions() {
    Set<String> rules = new LinkedHashSet<>();
    shown.forEach(field -> rule(field).ifPresent(rule -> rules.add(Words.retention(rule))));
    return rules;
  }

  Map<String, String> retentionOfField() {
    Map<String, String> rules = new LinkedHashMap<>();
    for (Field field : shown) {
      rule(field).ifPresent(rule -> rules.put(field.name(), Words.retention(rule)));
    }
    return rules;
  }

  Set<String> sources() {
    Set<String> sources = new LinkedHashSet<>();
    for (Field field : shown) {
      if (field.category().personal()) {
        sources.add(Words.source(field));
      }
    }
    return sources;
  }

  private Optional<Retention> rule(Field field) {
    if (!field.category().personal()) {
      return Optional.empty();
    }
    @Nullable String name = field.retention() == null ? set.retention() : field.retention();
    return name == null ? Optional.empty() : map.retention(name);
  }

  /** What stands before the rows in the JSON. */
  ObjectNode context(int part, Recipients recipients) {
    ObjectNode context = MAPPER.createObjectNode();
    context.put("dataSet", set.name()).put("description", set.description()).put("part", part);
    ArrayNode fields = context.putArray("fields");
    for (int i = 0; i < shown.size(); i++) {
      Field field = shown.get(i);
      ObjectNode one = fields.addObject().put("name", field.name());
      one.put("type", types.get(i).id());
      Context.category(one, field.category());
      Context.purposes(
          one, field.purposes().stream().flatMap(name -> map.purpose(name).stream()).toList());
      Context.recipients(
          one, recipients.of(set.name(), Page.once(allowed(field))), recipients.actual());
      rule(field).ifPresent(rule -> Context.retention(one, rule));
      one.put("source", field.source());
    }
    return context;
  }
}
