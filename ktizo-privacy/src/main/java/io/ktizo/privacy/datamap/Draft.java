package io.ktizo.privacy.datamap;

import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.LiveSchema.ForeignKey;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import java.time.Period;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A first data map, guessed from a live schema: who the people are, whose each row is, what each
 * column says. Guesses come from names, types and foreign keys; no row is read. Every guess leaves
 * an open question at its field, and a map with open questions is no complete {@link Coverage}: a
 * draft saves the typing, never the thinking.
 */
public final class Draft {
  /** The rule, purpose and period that a draft names everywhere, for want of knowing better. */
  private static final String UNDECIDED = "undecided";

  /** Words that tables of people are called by, in the languages that schemas are written in. */
  private static final Set<String> PEOPLE =
      Set.of(
          "user",
          "users",
          "customer",
          "customers",
          "client",
          "clients",
          "person",
          "persons",
          "people",
          "member",
          "members",
          "account",
          "accounts",
          "employee",
          "employees",
          "patient",
          "patients",
          "student",
          "students",
          "contact",
          "contacts",
          "subscriber",
          "subscribers",
          "guest",
          "guests",
          "profile",
          "profiles",
          "author",
          "authors",
          "owner",
          "owners",
          "staff",
          "admin",
          "admins",
          "doctor",
          "doctors",
          "kunde",
          "kunden",
          "benutzer",
          "utilisateur",
          "utilisateurs",
          "cliente",
          "clientes",
          "usuario",
          "usuarios");

  private final LiveSchema schema;
  private final List<Table> tables;
  private final Map<Table, String> names = new LinkedHashMap<>();
  private final Map<Table, Map<String, Category>> categories = new HashMap<>();
  private final Map<Table, List<Link>> links = new HashMap<>();
  private final Map<Table, Map<String, String>> questions = new HashMap<>();
  private final Map<Table, SubjectKind> people = new LinkedHashMap<>();
  private final Set<Table> reached = new LinkedHashSet<>();
  private @Nullable SubjectKind guest;

  private Draft(LiveSchema schema) {
    this.schema = schema;
    this.tables = schema.tables().stream().filter(table -> !table.view()).toList();
    Set<String> used = new LinkedHashSet<>();
    for (Table table : tables) {
      String name = schema.nameOf(table).toLowerCase(Locale.ROOT);
      int again = 2;
      String free = name;
      while (!used.add(free)) {
        free = name + "-" + again++;
      }
      names.put(table, free);
      Map<String, Category> guessed = new LinkedHashMap<>();
      for (Column column : table.columns()) {
        guessed.put(column.name(), Guess.category(table, column));
      }
      categories.put(table, guessed);
      links.put(table, new ArrayList<>());
      questions.put(table, new HashMap<>());
    }
  }

  /** A draft in which the tables of people are guessed too. */
  public static DataMap of(LiveSchema schema, String name) {
    return of(schema, name, List.of());
  }

  /**
   * A draft for a schema whose tables of people are known.
   *
   * @param subjectTables their names; empty to guess them
   * @throws IllegalArgumentException if one of them is no table of the schema
   */
  public static DataMap of(LiveSchema schema, String name, Collection<String> subjectTables) {
    Draft draft = new Draft(schema);
    draft.findPeople(subjectTables);
    draft.followReferences();
    draft.followNames();
    draft.takeInTheRest(subjectTables.isEmpty());
    return draft.map(name);
  }

  private void findPeople(Collection<String> told) {
    if (told.isEmpty()) {
      for (Table table : tables) {
        if (PEOPLE.contains(table.name().toLowerCase(Locale.ROOT)) && key(table).isPresent()) {
          addPeople(table, "guessed from the table's name");
        }
      }
      return;
    }
    for (String name : told) {
      Table table =
          schema
              .table(name)
              .orElseThrow(() -> new IllegalArgumentException("the schema has no table " + name));
      if (key(table).isEmpty()) {
        throw new IllegalArgumentException(
            "a person is told by one column, but the key of "
                + name
                + " has several, and no column of it looks like an e-mail address or a user name");
      }
      addPeople(table, "told");
    }
  }

  private void addPeople(Table table, String why) {
    String key = key(table).orElseThrow();
    List<String> identifiers = new ArrayList<>();
    category(table)
        .forEach(
            (column, category) -> {
              if (category == Category.EMAIL || category == Category.USERNAME) {
                identifiers.add(column);
              }
            });
    String kind = Guess.kind(table.name());
    boolean taken = people.values().stream().anyMatch(one -> one.name().equals(kind));
    people.put(
        table,
        new SubjectKind(
            taken ? names.getOrDefault(table, kind) : kind,
            names.get(table),
            key,
            identifiers,
            new Link.DeleteRow()));
    category(table).put(key, Category.UNIQUE_ID);
    ask(
        table,
        key,
        why + ": each row is a person of this kind, and this column tells him from others?");
    reached.add(table);
  }

  /** The one column that tells people apart, if their table has one. */
  private Optional<String> key(Table table) {
    if (table.primaryKey().size() == 1) {
      return Optional.of(table.primaryKey().getFirst());
    }
    Optional<String> known =
        email(table)
            .or(
                () ->
                    category(table).entrySet().stream()
                        .filter(entry -> entry.getValue() == Category.USERNAME)
                        .map(Map.Entry::getKey)
                        .findFirst());
    return table.primaryKey().isEmpty() && known.isEmpty()
        ? table.columns().stream().map(Column::name).findFirst()
        : known;
  }

  /** People travel along foreign keys to whatever refers to them, and so on from there. */
  private void followReferences() {
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Table table : tables) {
        for (ForeignKey key : table.foreignKeys()) {
          Table target = find(key).orElse(null);
          if (target == null || !reached.contains(target) || linked(table, target, key.columns())) {
            continue;
          }
          // Rows that refer to themselves, and people who refer to people, share no fate by that
          // alone.
          boolean owns =
              !target.equals(table)
                  && !people.containsKey(table)
                  && links(table).stream().noneMatch(link -> link.relation().owning());
          link(table, target, key.columns(), owns, "foreign key");
          grew |= reached.add(table);
        }
      }
      grew |= followOwned();
    }
  }

  /** What a person's row refers to may be his too: an address, not a product. */
  private boolean followOwned() {
    boolean grew = false;
    for (Table table : List.copyOf(reached)) {
      for (ForeignKey key : table.foreignKeys()) {
        Table target = find(key).orElse(null);
        if (target != null && !reached.contains(target) && describesPeople(target)) {
          String column = key.columns().keySet().iterator().next();
          links(table)
              .add(
                  new Link(
                      new Link.ToRows(name(target), key.columns()),
                      Link.Relation.OWNS,
                      new Link.OnErasure(new Link.DeleteRow(), new Link.Leave()),
                      new Link.ShowAll()));
          ask(
              table,
              column,
              "guessed: the row of "
                  + name(target)
                  + " that this refers to goes with its last owner?");
          grew |= reached.add(target);
        }
      }
    }
    return grew;
  }

  /** Schemas without foreign keys still call their columns {@code customer_id}. */
  private void followNames() {
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Table table : tables) {
        for (Column column : table.columns()) {
          Optional<Table> target = Guess.referred(column, reached);
          if (target.isEmpty() || target.get().equals(table)) {
            continue;
          }
          Map<String, String> join = Map.of(column.name(), target.get().primaryKey().getFirst());
          if (!linked(table, target.get(), join)) {
            boolean owns =
                !people.containsKey(table)
                    && links(table).stream().noneMatch(link -> link.relation().owning());
            link(table, target.get(), join, owns, "column's name");
            grew |= reached.add(table);
          }
        }
      }
      grew |= followOwned();
    }
    for (Table table : tables) {
      if (!reached.contains(table)) {
        email(table).ifPresent(column -> guestBy(table, column));
      }
    }
    followReferences();
  }

  private void guestBy(Table table, String column) {
    if (people.isEmpty() || table.primaryKey().isEmpty() || !looksLikePeople(table)) {
      if (guest == null) {
        guest = new SubjectKind("guest", null, null, List.of("email"), new Link.DeleteRow());
      }
      links(table)
          .add(
              new Link(
                  new Link.ToPerson("guest", column, true),
                  Link.Relation.OWNED_BY,
                  new Link.OnErasure(new Link.DeleteRow(), new Link.Leave()),
                  new Link.ShowAll()));
      ask(table, column, "guessed: the row belongs to whoever has this e-mail address?");
      reached.add(table);
    }
  }

  /** A table that describes people whom nobody linked is a kind of people of its own. */
  private void takeInTheRest(boolean guessing) {
    for (Table table : tables) {
      if (!reached.contains(table)
          && guessing
          && looksLikePeople(table)
          && key(table).isPresent()) {
        addPeople(table, "guessed from its columns");
      }
    }
    followReferences();
    for (Table table : tables) {
      if (reached.contains(table)) {
        continue;
      }
      Map<String, Category> guessed = category(table);
      for (Map.Entry<String, Category> entry : guessed.entrySet()) {
        if (entry.getValue().personal() && !entry.getValue().id().startsWith("record.")) {
          ask(
              table,
              entry.getKey(),
              "looks like "
                  + entry.getValue().id()
                  + ", but nothing says whose it is: add a link, or confirm that it is nobody's");
        }
        entry.setValue(Category.NOT_PERSONAL);
      }
    }
  }

  private DataMap map(String name) {
    DataMapBuilder builder =
        DataMap.builder(name)
            .purpose(UNDECIDED, LegalBasis.CONTRACT, "Not decided yet: say why this is processed")
            .retention(
                UNDECIDED,
                Period.ofYears(1),
                Retention.From.END_OF_RELATION,
                "Not decided yet: say how long, and by which ground");
    List<SubjectKind> kinds = new ArrayList<>(people.values());
    if (guest != null) {
      kinds.add(guest);
    }
    DataMap frame = builder.build();
    List<DataSet> sets = tables.stream().map(this::dataSet).toList();
    return new DataMap(
        frame.name(), frame.purposes(), List.of(), frame.retentions(), kinds, sets, List.of());
  }

  private DataSet dataSet(Table table) {
    List<Link> finished = links(table).stream().map(link -> finished(table, link)).toList();
    Set<String> cut = new LinkedHashSet<>();
    for (Link link : finished) {
      if (link.erasure().shared() instanceof Link.Anonymise some) {
        cut.addAll(some.columns());
      }
    }
    List<Field> fields = new ArrayList<>();
    for (Column column : table.columns()) {
      Category category = category(table).getOrDefault(column.name(), Category.NOT_PERSONAL);
      boolean secret = category == Category.PASSWORD || category == Category.CREDENTIAL;
      String question =
          Optional.ofNullable(questions.getOrDefault(table, Map.of()).get(column.name()))
              .orElse("guessed from name and type: is it " + category.id() + "?");
      fields.add(
          new Field(
              column.name(),
              category,
              category.personal() ? List.of(UNDECIDED) : List.of(),
              List.of(),
              null,
              cut.contains(column.name())
                  ? new Strategy.SetNull()
                  : Guess.strategy(category, table, column).orElse(null),
              !secret,
              secret,
              category == Category.FREE_TEXT || category == Category.COMMUNICATION,
              Field.FROM_SUBJECT,
              column.json() && category.personal() ? List.of(wholeDocument()) : List.of(),
              question));
    }
    return new DataSet(name(table), schema.nameOf(table), "", UNDECIDED, null, finished, fields);
  }

  /**
   * A link of somebody who only sees the row, with rules that neither leave the row referring to
   * one that is gone nor show him who its owner is.
   */
  private Link finished(Table table, Link link) {
    if (link.relation() != Link.Relation.ACCESSED_BY
        || !(link.target() instanceof Link.ToRows rows)) {
      return link;
    }
    Link.Shared shared = link.erasure().shared();
    Optional<Column> free =
        rows.columns().keySet().stream()
            .flatMap(name -> table.column(name).stream())
            .filter(column -> Feasible.objection(new Strategy.SetNull(), table, column).isEmpty())
            .findFirst();
    if (free.isPresent()) {
      shared = new Link.Anonymise(List.of(free.get().name()));
    } else if (refers(table, rows) && allOwn(rows.dataSet())) {
      shared = new Link.DeleteRow();
    }
    List<String> ofOthers =
        table.columns().stream()
            .map(Column::name)
            .filter(name -> !rows.columns().containsKey(name))
            .filter(name -> tellsWho(table, name))
            .toList();
    return new Link(
        link.target(),
        link.relation(),
        new Link.OnErasure(link.erasure().last(), shared),
        ofOthers.isEmpty() ? new Link.ShowAll() : new Link.Hide(ofOthers));
  }

  private static boolean refers(Table table, Link.ToRows rows) {
    return table.foreignKeys().stream().anyMatch(key -> key.columns().equals(rows.columns()));
  }

  /** Whether nobody only sees rows of a data set: who reaches one owns it, and it goes with him. */
  private boolean allOwn(String dataSet) {
    return tables.stream()
        .filter(table -> name(table).equals(dataSet))
        .flatMap(table -> links(table).stream())
        .allMatch(link -> link.relation().owning());
  }

  /** Whether a column says who somebody is, or leads to the row's owner. */
  private boolean tellsWho(Table table, String column) {
    Category category = category(table).getOrDefault(column, Category.NOT_PERSONAL);
    boolean about =
        category.special()
            || List.of("contact.", "identifier.", "demographic.", "financial.").stream()
                .anyMatch(category.id()::startsWith);
    return about
        || links(table).stream()
            .filter(link -> link.relation() == Link.Relation.OWNED_BY)
            .anyMatch(
                link ->
                    switch (link.target()) {
                      case Link.ToRows to -> to.columns().containsKey(column);
                      case Link.ToPerson person -> person.column().equals(column);
                    });
  }

  private static Field wholeDocument() {
    return new Field(
        "$",
        Category.FREE_TEXT,
        List.of(UNDECIDED),
        List.of(),
        null,
        null,
        true,
        false,
        true,
        Field.FROM_SUBJECT,
        List.of(),
        null);
  }

  private void link(
      Table table, Table target, Map<String, String> columns, boolean owned, String why) {
    links(table)
        .add(
            new Link(
                new Link.ToRows(name(target), columns),
                owned ? Link.Relation.OWNED_BY : Link.Relation.ACCESSED_BY,
                new Link.OnErasure(new Link.DeleteRow(), new Link.Leave()),
                new Link.ShowAll()));
    String column = columns.keySet().iterator().next();
    ask(
        table,
        column,
        "guessed from the "
            + why
            + ": the row is "
            + (owned ? "owned by" : "only seen by")
            + " whoever has the row of "
            + name(target)
            + "; what becomes of it when he goes?");
  }

  private boolean linked(Table table, Table target, Map<String, String> columns) {
    return links(table).stream()
        .anyMatch(
            link ->
                link.target() instanceof Link.ToRows rows
                    && rows.dataSet().equals(name(target))
                    && rows.columns().keySet().equals(columns.keySet()));
  }

  /** A bare {@code name} may be a book's: it takes more to be a person's. */
  private boolean describesPeople(Table table) {
    return category(table).entrySet().stream()
        .anyMatch(
            entry ->
                entry.getValue().special()
                    || (entry.getValue().id().startsWith("contact.")
                        && !entry.getKey().equalsIgnoreCase("name")));
  }

  private boolean looksLikePeople(Table table) {
    return category(table).containsValue(Category.EMAIL)
        && category(table).containsValue(Category.NAME);
  }

  private Optional<String> email(Table table) {
    return category(table).entrySet().stream()
        .filter(entry -> entry.getValue() == Category.EMAIL)
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private Optional<Table> find(ForeignKey key) {
    return tables.stream()
        .filter(one -> one.schema().equals(key.schema()) && one.name().equals(key.table()))
        .findFirst();
  }

  private void ask(Table table, String column, String question) {
    questions.computeIfAbsent(table, one -> new HashMap<>()).put(column, question);
  }

  private Map<String, Category> category(Table table) {
    return categories.computeIfAbsent(table, one -> new LinkedHashMap<>());
  }

  private List<Link> links(Table table) {
    return links.computeIfAbsent(table, one -> new ArrayList<>());
  }

  private String name(Table table) {
    return names.getOrDefault(table, table.name());
  }
}
