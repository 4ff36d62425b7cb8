package io.ktizo.privacy.datamap;

import io.ktizo.privacy.datamap.YamlTree.Mapping;
import io.ktizo.privacy.datamap.YamlTree.Node;
import io.ktizo.privacy.datamap.YamlTree.Place;
import io.ktizo.privacy.datamap.YamlTree.Scalar;
import io.ktizo.privacy.datamap.YamlTree.Sequence;
import java.time.LocalDate;
import java.time.Period;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The YAML form of a map, in and out. {@code data-map.schema.json} says the same to editors. */
final class YamlMap {
  private static final String VERSION = "1";

  private final List<Fault> faults = new ArrayList<>();

  /** Where each path of the model stands, so that faults of the model can say so too. */
  private final Map<String, Place> places = new HashMap<>();

  private YamlMap() {}

  static DataMap read(String yaml) {
    YamlMap reader = new YamlMap();
    Node root = YamlTree.read(yaml, reader.faults);
    if (!reader.faults.isEmpty()) {
      throw new InvalidDataMapException(reader.faults);
    }
    return reader.map(root);
  }

  private DataMap map(Node root) {
    Entry top = new Entry(root, "");
    top.allow(
        "dataMap",
        "name",
        "purposes",
        "recipients",
        "retentions",
        "subjects",
        "dataSets",
        "waivers");
    String version = top.text("dataMap", "");
    if (!version.equals(VERSION)) {
      top.fault("dataMap", "begin the document with \"dataMap: 1\", the version of this form");
    }
    String name = top.text("name", "");
    List<Purpose> purposes = top.each("purposes", this::purpose);
    List<Recipient> recipients = top.each("recipients", this::recipient);
    List<Retention> retentions = top.each("retentions", this::retention);
    List<SubjectKind> subjects = top.each("subjects", this::subject);
    List<DataSet> dataSets = top.each("dataSets", this::dataSet);
    List<Waiver> waivers = top.list("waivers", this::waiver);
    List<Fault> all = new ArrayList<>(faults);
    for (Fault fault :
        MapCheck.faults(name, purposes, recipients, retentions, subjects, dataSets, waivers)) {
      all.add(new Fault(nearest(fault.place()) + ", " + fault.place(), fault.message()));
    }
    if (!all.isEmpty()) {
      throw new InvalidDataMapException(all);
    }
    return new DataMap(name, purposes, recipients, retentions, subjects, dataSets, waivers);
  }

  private Purpose purpose(String name, Entry entry) {
    entry.allow("description", "basis");
    String basis = entry.required("basis");
    LegalBasis found =
        LegalBasis.byId(basis)
            .orElseGet(
                () -> {
                  entry.notOneOf("basis", basis, ids(LegalBasis.values(), LegalBasis::id));
                  return LegalBasis.CONSENT;
                });
    return new Purpose(name, entry.required("description"), found);
  }

  private Recipient recipient(String name, Entry entry) {
    entry.allow("description", "role");
    return new Recipient(
        name,
        entry.required("description"),
        entry.choice("role", Recipient.Role.class, Recipient.Role.THIRD_PARTY));
  }

  private Retention retention(String name, Entry entry) {
    entry.allow("keep", "from", "ground", "mandatory");
    String keep = entry.required("keep");
    Period period = Period.ofDays(1);
    try {
      period = Period.parse(keep);
      if (period.isNegative() || period.isZero()) {
        entry.fault("keep", "a period of retention is positive");
        period = Period.ofDays(1);
      }
    } catch (DateTimeParseException e) {
      entry.fault("keep", "\"" + keep + "\" is no period; write P8Y, P6M or P30D (ISO 8601)");
    }
    return new Retention(
        name,
        period,
        entry.choice("from", Retention.From.class, Retention.From.END_OF_RELATION),
        entry.required("ground"),
        entry.flag("mandatory", false));
  }

  private SubjectKind subject(String name, Entry entry) {
    entry.allow("dataSet", "key", "identifiers", "erase");
    return new SubjectKind(
        name,
        entry.optional("dataSet"),
        entry.optional("key"),
        entry.texts("identifiers"),
        entry.has("erase") ? last(entry.child("erase")) : new Link.DeleteRow());
  }

  private DataSet dataSet(String name, Entry entry) {
    entry.allow(
        "table",
        "description",
        "retention",
        "since",
        "purposes",
        "recipients",
        "source",
        "links",
        "fields");
    List<String> purposes = entry.texts("purposes");
    List<String> recipients = entry.texts("recipients");
    String source = entry.text("source", Field.FROM_SUBJECT);
    return new DataSet(
        name,
        entry.text("table", name),
        entry.text("description", ""),
        entry.optional("retention"),
        entry.optional("since"),
        entry.list("links", this::link),
        entry.each(
            "fields", (column, field) -> field(column, field, purposes, recipients, source)));
  }

  private Field field(
      String name, Entry entry, List<String> purposes, List<String> recipients, String source) {
    if (entry.node instanceof Scalar scalar) {
      Category category = category(entry, "", scalar.text());
      return new Field(
          name,
          category,
          category.personal() ? purposes : List.of(),
          category.personal() ? recipients : List.of(),
          null,
          null,
          true,
          false,
          false,
          source,
          List.of(),
          null);
    }
    entry.allow(
        "category",
        "purposes",
        "recipients",
        "retention",
        "erase",
        "export",
        "secret",
        "freeText",
        "source",
        "paths",
        "review");
    Category category = category(entry, "category", entry.required("category"));
    boolean secret = entry.flag("secret", false);
    boolean inherits = category.personal();
    return new Field(
        name,
        category,
        entry.has("purposes") ? entry.texts("purposes") : inherits ? purposes : List.of(),
        entry.has("recipients")
            ? entry.texts("recipients")
            : inherits && !secret ? recipients : List.of(),
        entry.optional("retention"),
        entry.has("erase") ? strategy(entry.child("erase")) : null,
        entry.flag("export", !secret),
        secret,
        entry.flag("freeText", false),
        entry.text("source", source),
        entry.each("paths", (path, child) -> field(path, child, purposes, recipients, source)),
        entry.optional("review"));
  }

  private Category category(Entry entry, String key, String id) {
    return Category.byId(id)
        .orElseGet(
            () -> {
              entry.notOneOf(key, id, ids(Category.values(), Category::id));
              return Category.NOT_PERSONAL;
            });
  }

  private @Nullable Strategy strategy(Entry entry) {
    if (entry.node instanceof Scalar scalar) {
      return switch (scalar.text()) {
        case "set-null" -> new Strategy.SetNull();
        case "keyed-hash" -> new Strategy.KeyedHash();
        case "retain" -> new Strategy.Retain();
        default -> {
          entry.notOneOf(
              "",
              scalar.text(),
              "set-null, keyed-hash, retain, {constant: …}, {replace: …}, {generalise: …}, {prefix:"
                  + " …}");
          yield null;
        }
      };
    }
    entry.allow("constant", "replace", "generalise", "prefix");
    if (entry.has("constant")) {
      return new Strategy.Constant(entry.text("constant", ""));
    }
    if (entry.has("replace")) {
      return new Strategy.Replace(
          entry.choice("replace", Strategy.Shape.class, Strategy.Shape.TEXT));
    }
    if (entry.has("generalise")) {
      return new Strategy.GeneraliseDate(
          entry.choice("generalise", Strategy.DatePart.class, Strategy.DatePart.YEAR));
    }
    String prefix = entry.required("prefix");
    try {
      return new Strategy.GeneralisePrefix(Integer.parseInt(prefix));
    } catch (IllegalArgumentException e) {
      entry.fault("prefix", "a number of characters, at least 1");
      return null;
    }
  }

  private Link link(Entry entry) {
    entry.allow("to", "on", "person", "column", "ignoreCase", "relation", "erase", "export");
    Link.Target target;
    if (entry.has("person")) {
      if (entry.has("to")) {
        entry.fault("to", "a link leads to rows (\"to\", \"on\") or to a person, not to both");
      }
      target =
          new Link.ToPerson(
              entry.required("person"), entry.required("column"), entry.flag("ignoreCase", false));
    } else {
      target = new Link.ToRows(entry.required("to"), entry.textMap("on"));
    }
    Link.Relation relation = entry.choice("relation", Link.Relation.class, Link.Relation.OWNED_BY);
    if (!entry.has("erase")) {
      entry.fault("", "say under \"erase\" what becomes of the row when the person goes");
    }
    Entry erase = entry.child("erase");
    erase.allow("last", "shared");
    if (relation.owning() && entry.has("erase") && !erase.has("last")) {
      erase.fault("", "an owning link needs \"last\": what becomes of a row whose last owner goes");
    }
    if (entry.has("erase") && !erase.has("shared")) {
      erase.fault("", "a link needs \"shared\": what becomes of a row that survives the person");
    }
    Link.Last last = erase.has("last") ? last(erase.child("last")) : new Link.DeleteRow();
    Link.Shared shared = erase.has("shared") ? shared(erase.child("shared")) : new Link.Leave();
    return new Link(
        target,
        relation,
        new Link.OnErasure(last, shared),
        entry.has("export") ? export(entry.child("export")) : new Link.ShowAll());
  }

  private Link.Last last(Entry entry) {
    if (entry.node instanceof Scalar scalar) {
      if (!scalar.text().equals("delete-row")) {
        entry.notOneOf("", scalar.text(), "delete-row, {keep-until: …}, {anonymise: […]}");
      }
      return new Link.DeleteRow();
    }
    entry.allow("keep-until", "anonymise");
    if (entry.has("keep-until")) {
      return new Link.KeepUntil(entry.required("keep-until"), entry.texts("anonymise"));
    }
    return anonymise(entry);
  }

  private Link.Shared shared(Entry entry) {
    if (entry.node instanceof Scalar scalar) {
      return switch (scalar.text()) {
        case "delete-row" -> new Link.DeleteRow();
        case "leave" -> new Link.Leave();
        default -> {
          entry.notOneOf("", scalar.text(), "leave, delete-row, {anonymise: […]}");
          yield new Link.Leave();
        }
      };
    }
    entry.allow("anonymise");
    return anonymise(entry);
  }

  private Link.Anonymise anonymise(Entry entry) {
    List<String> columns = entry.texts("anonymise");
    if (columns.isEmpty()) {
      entry.fault("anonymise", "name at least one column");
      return new Link.Anonymise(List.of("?"));
    }
    return new Link.Anonymise(columns);
  }

  private Link.OnExport export(Entry entry) {
    if (entry.node instanceof Scalar scalar) {
      return switch (scalar.text()) {
        case "all" -> new Link.ShowAll();
        case "omit" -> new Link.Omit();
        default -> {
          entry.notOneOf("", scalar.text(), "all, omit, {hide: […]}");
          yield new Link.ShowAll();
        }
      };
    }
    entry.allow("hide");
    List<String> columns = entry.texts("hide");
    if (columns.isEmpty()) {
      entry.fault("hide", "name at least one column");
      return new Link.ShowAll();
    }
    return new Link.Hide(columns);
  }

  private Waiver waiver(Entry entry) {
    entry.allow("table", "column", "reason", "until");
    String until = entry.required("until");
    LocalDate day = LocalDate.MIN;
    try {
      day = LocalDate.parse(until);
    } catch (DateTimeParseException e) {
      entry.fault("until", "\"" + until + "\" is no day; write 2027-01-31");
    }
    return new Waiver(
        entry.required("table"), entry.text("column", "*"), entry.required("reason"), day);
  }

  private String nearest(String path) {
    String rest = path;
    while (true) {
      Place place = places.get(rest);
      if (place != null) {
        return place.toString();
      }
      int cut = Math.max(rest.lastIndexOf('.'), rest.lastIndexOf('['));
      if (cut < 0) {
        return "line 1, column 1";
      }
      rest = rest.substring(0, cut);
    }
  }

  private static <T> String ids(T[] all, java.util.function.Function<T, String> id) {
    return String.join(", ", java.util.Arrays.stream(all).map(id).toList());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A node with its path, and the ways to ask it for what is expected of it. */
  private final class Entry {
    private final Node node;
    private final String path;

    Entry(Node node, String path) {
      this.node = node;
      this.path = path;
      places.put(path, node.place());
    }

    private Map<String, Node> entries() {
      return node instanceof Mapping mapping ? mapping.entries() : Map.of();
    }

    private String pathOf(String key) {
      return key.isEmpty() ? path : path.isEmpty() ? key : path + "." + key;
    }

    void fault(String key, String message) {
      Node here = entries().get(key);
      Place place = here == null ? node.place() : here.place();
      faults.add(new Fault(place + (path.isEmpty() ? "" : ", " + path), message));
    }

    void notOneOf(String key, String found, String allowed) {
      fault(key, "\"" + found + "\" is none of: " + allowed);
    }

    void allow(String... keys) {
      if (!(node instanceof Mapping)) {
        if (!(node instanceof Scalar scalar && scalar.text().isEmpty())) {
          fault("", "expected a mapping with " + String.join(", ", keys));
        }
        return;
      }
      Set<String> allowed = Set.of(keys);
      for (Map.Entry<String, Node> entry : entries().entrySet()) {
        places.put(pathOf(entry.getKey()), entry.getValue().place());
        if (!allowed.contains(entry.getKey())) {
          fault(
              entry.getKey(),
              "unknown key \"" + entry.getKey() + "\"; known are " + String.join(", ", keys));
        }
      }
    }

    boolean has(String key) {
      return entries().containsKey(key);
    }

    Entry child(String key) {
      Node child = entries().get(key);
      return new Entry(child == null ? new Mapping(Map.of(), node.place()) : child, pathOf(key));
    }

    @Nullable String optional(String key) {
      Node child = entries().get(key);
      if (child == null) {
        return null;
      }
      if (child instanceof Scalar scalar && !scalar.text().isEmpty()) {
        return scalar.text();
      }
      fault(key, "\"" + key + "\" is a single value");
      return null;
    }

    String text(String key, String otherwise) {
      String found = optional(key);
      return found == null ? otherwise : found;
    }

    String required(String key) {
      if (!has(key)) {
        fault("", "\"" + key + "\" is missing");
        return "";
      }
      return text(key, "");
    }

    boolean flag(String key, boolean otherwise) {
      String found = optional(key);
      if (found == null) {
        return otherwise;
      }
      if (!found.equals("true") && !found.equals("false")) {
        notOneOf(key, found, "true, false");
      }
      return found.equals("true");
    }

    <E extends Enum<E>> E choice(String key, Class<E> type, E otherwise) {
      String found = required(key);
      for (E constant : type.getEnumConstants()) {
        if (word(constant).equals(found)) {
          return constant;
        }
      }
      if (has(key)) {
        notOneOf(key, found, ids(type.getEnumConstants(), YamlMap::word));
      }
      return otherwise;
    }

    List<String> texts(String key) {
      List<String> found = new ArrayList<>();
      Node child = entries().get(key);
      if (child instanceof Scalar scalar && !scalar.text().isEmpty()) {
        found.add(scalar.text());
      } else if (child instanceof Sequence sequence) {
        for (Node item : sequence.items()) {
          if (item instanceof Scalar scalar && !scalar.text().isEmpty()) {
            found.add(scalar.text());
          } else {
            faults.add(new Fault(item.place() + ", " + pathOf(key), "a list of names is expected"));
          }
        }
      } else if (child != null) {
        fault(key, "\"" + key + "\" is a list of names");
      }
      return found;
    }

    Map<String, String> textMap(String key) {
      Map<String, String> found = new LinkedHashMap<>();
      Node child = entries().get(key);
      if (child instanceof Mapping mapping) {
        mapping
            .entries()
            .forEach(
                (left, right) -> {
                  if (right instanceof Scalar scalar && !scalar.text().isEmpty()) {
                    found.put(left, scalar.text());
                  } else {
                    faults.add(
                        new Fault(right.place() + ", " + pathOf(key), "a column is expected"));
                  }
                });
      } else if (child != null) {
        fault(key, "\"" + key + "\" is a mapping: this column: that column");
      }
      return found;
    }

    <T> List<T> each(String key, BiFunction<String, Entry, T> read) {
      List<T> found = new ArrayList<>();
      Node child = entries().get(key);
      if (child instanceof Mapping mapping) {
        mapping
            .entries()
            .forEach(
                (name, value) ->
                    found.add(read.apply(name, new Entry(value, pathOf(key) + "." + name))));
      } else if (child != null && !(child instanceof Scalar scalar && scalar.text().isEmpty())) {
        fault(key, "\"" + key + "\" is a mapping from names to descriptions");
      }
      return found;
    }

    <T> List<T> list(String key, java.util.function.Function<Entry, T> read) {
      List<T> found = new ArrayList<>();
      Node child = entries().get(key);
      if (child instanceof Sequence sequence) {
        for (int i = 0; i < sequence.items().size(); i++) {
          found.add(read.apply(new Entry(sequence.items().get(i), pathOf(key) + "[" + i + "]")));
        }
      } else if (child != null && !(child instanceof Scalar scalar && scalar.text().isEmpty())) {
        fault(key, "\"" + key + "\" is a list");
      }
      return found;
    }
  }

  static String write(DataMap map) {
    YamlText out = new YamlText();
    out.line(0, "dataMap: " + VERSION);
    out.pair(0, "name", map.name());
    out.section(0, "purposes", map.purposes());
    for (Purpose purpose : map.purposes()) {
      out.key(1, purpose.name());
      out.pair(2, "description", purpose.description());
      out.pair(2, "basis", purpose.basis().id());
    }
    out.section(0, "recipients", map.recipients());
    for (Recipient recipient : map.recipients()) {
      out.key(1, recipient.name());
      out.pair(2, "description", recipient.description());
      out.pair(2, "role", word(recipient.role()));
    }
    out.section(0, "retentions", map.retentions());
    for (Retention retention : map.retentions()) {
      out.key(1, retention.name());
      out.pair(2, "keep", retention.keep().toString());
      out.pair(2, "from", word(retention.from()));
      out.pair(2, "ground", retention.ground());
      out.flag(2, "mandatory", retention.mandatory(), false);
    }
    out.section(0, "subjects", map.subjects());
    for (SubjectKind kind : map.subjects()) {
      out.key(1, kind.name());
      out.optional(2, "dataSet", kind.dataSet());
      out.optional(2, "key", kind.key());
      out.list(2, "identifiers", kind.identifiers());
      if (!(kind.erasure() instanceof Link.DeleteRow)) {
        write(out, 2, "erase", kind.erasure());
      }
    }
    out.section(0, "dataSets", map.dataSets());
    for (DataSet set : map.dataSets()) {
      out.key(1, set.name());
      out.pair(2, "table", set.table());
      if (!set.description().isEmpty()) {
        out.pair(2, "description", set.description());
      }
      out.optional(2, "retention", set.retention());
      out.optional(2, "since", set.since());
      out.section(2, "links", set.links());
      set.links().forEach(link -> write(out, link));
      out.section(2, "fields", set.fields());
      set.fields().forEach(field -> write(out, 3, field));
    }
    out.section(0, "waivers", map.waivers());
    for (Waiver waiver : map.waivers()) {
      out.line(1, "- " + YamlText.inline("table", waiver.table()));
      out.pair(2, "column", waiver.column());
      out.pair(2, "reason", waiver.reason());
      out.pair(2, "until", waiver.until().toString());
    }
    return out.toString();
  }

  private static void write(YamlText out, Link link) {
    switch (link.target()) {
      case Link.ToRows rows -> {
        out.line(3, "- " + YamlText.inline("to", rows.dataSet()));
        out.key(4, "on");
        rows.columns().forEach((here, there) -> out.pair(5, here, there));
      }
      case Link.ToPerson person -> {
        out.line(3, "- " + YamlText.inline("person", person.kind()));
        out.pair(4, "column", person.column());
        out.flag(4, "ignoreCase", person.ignoreCase(), false);
      }
    }
    out.pair(4, "relation", word(link.relation()));
    out.key(4, "erase");
    write(out, 5, "last", link.erasure().last());
    switch (link.erasure().shared()) {
      case Link.DeleteRow row -> out.pair(5, "shared", "delete-row");
      case Link.Leave leave -> out.pair(5, "shared", "leave");
      case Link.Anonymise some -> {
        out.key(5, "shared");
        out.list(6, "anonymise", some.columns());
      }
    }
    switch (link.export()) {
      case Link.ShowAll all -> {}
      case Link.Omit omit -> out.pair(4, "export", "omit");
      case Link.Hide hide -> {
        out.key(4, "export");
        out.list(5, "hide", hide.columns());
      }
    }
  }

  private static void write(YamlText out, int depth, String key, Link.Last last) {
    switch (last) {
      case Link.DeleteRow row -> out.pair(depth, key, "delete-row");
      case Link.KeepUntil keep -> {
        out.key(depth, key);
        out.pair(depth + 1, "keep-until", keep.retention());
        out.list(depth + 1, "anonymise", keep.anonymise());
      }
      case Link.Anonymise some -> {
        out.key(depth, key);
        out.list(depth + 1, "anonymise", some.columns());
      }
    }
  }

  private static void write(YamlText out, int depth, Field field) {
    out.key(depth, field.name());
    int in = depth + 1;
    out.pair(in, "category", field.category().id());
    out.list(in, "purposes", field.purposes());
    out.list(in, "recipients", field.recipients());
    out.optional(in, "retention", field.retention());
    if (field.erasure() != null) {
      write(out, in, field.erasure());
    }
    out.flag(in, "export", field.exported(), !field.secret());
    out.flag(in, "secret", field.secret(), false);
    out.flag(in, "freeText", field.freeText(), false);
    if (!field.source().equals(Field.FROM_SUBJECT)) {
      out.pair(in, "source", field.source());
    }
    out.section(in, "paths", field.paths());
    field.paths().forEach(path -> write(out, in + 1, path));
    out.optional(in, "review", field.review());
  }

  private static void write(YamlText out, int depth, Strategy strategy) {
    switch (strategy) {
      case Strategy.SetNull n -> out.pair(depth, "erase", "set-null");
      case Strategy.KeyedHash h -> out.pair(depth, "erase", "keyed-hash");
      case Strategy.Retain r -> out.pair(depth, "erase", "retain");
      case Strategy.ByPath p -> {}
      case Strategy.Constant constant -> nested(out, depth, "constant", constant.value());
      case Strategy.Replace replace -> nested(out, depth, "replace", word(replace.shape()));
      case Strategy.GeneraliseDate date -> nested(out, depth, "generalise", word(date.to()));
      case Strategy.GeneralisePrefix prefix ->
          nested(out, depth, "prefix", Integer.toString(prefix.characters()));
    }
  }

  private static void nested(YamlText out, int depth, String key, String value) {
    out.key(depth, "erase");
    out.pair(depth + 1, key, value);
  }
}
