package io.ktizo.privacy.datamap;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a map keeps in itself, whichever way it was made. Faults are collected, never
 * thrown one by one: whoever corrects a map wants to see all of them.
 */
final class MapCheck {
  private final List<Fault> faults = new ArrayList<>();
  private final List<Purpose> purposes;
  private final List<Recipient> recipients;
  private final List<Retention> retentions;
  private final List<SubjectKind> subjects;
  private final List<DataSet> dataSets;

  private MapCheck(
      List<Purpose> purposes,
      List<Recipient> recipients,
      List<Retention> retentions,
      List<SubjectKind> subjects,
      List<DataSet> dataSets) {
    this.purposes = purposes;
    this.recipients = recipients;
    this.retentions = retentions;
    this.subjects = subjects;
    this.dataSets = dataSets;
  }

  static List<Fault> faults(
      String name,
      List<Purpose> purposes,
      List<Recipient> recipients,
      List<Retention> retentions,
      List<SubjectKind> subjects,
      List<DataSet> dataSets,
      List<Waiver> waivers) {
    MapCheck check = new MapCheck(purposes, recipients, retentions, subjects, dataSets);
    if (name.isBlank()) {
      check.fault("name", "the map needs a name");
    }
    check.unique("purposes", purposes, Purpose::name);
    check.unique("recipients", recipients, Recipient::name);
    check.unique("retentions", retentions, Retention::name);
    check.unique("subjects", subjects, SubjectKind::name);
    check.unique("dataSets", dataSets, DataSet::name);
    check.tablesOnce();
    subjects.forEach(check::subject);
    dataSets.forEach(check::dataSet);
    check.everyOneReachesPeople();
    for (int i = 0; i < waivers.size(); i++) {
      if (waivers.get(i).reason().isBlank()) {
        check.fault("waivers[" + i + "]", "a waiver needs a reason");
      }
    }
    return check.faults;
  }

  private void fault(String place, String message) {
    faults.add(new Fault(place, message));
  }

  private <T> void unique(String place, List<T> all, Function<T, String> name) {
    Set<String> seen = new HashSet<>();
    for (T one : all) {
      String here = name.apply(one);
      if (here.isBlank()) {
        fault(place, "a name is empty");
      } else if (!seen.add(here)) {
        fault(place + "." + here, "the name is used twice");
      }
    }
  }

  private void tablesOnce() {
    Set<String> seen = new HashSet<>();
    for (DataSet set : dataSets) {
      if (set.table().isBlank()) {
        fault(path(set), "a data set needs a table");
      } else if (!seen.add(set.table())) {
        fault(path(set) + ".table", "table " + set.table() + " already has a data set");
      }
    }
  }

  private void subject(SubjectKind kind) {
    String place = "subjects." + kind.name();
    String table = kind.dataSet();
    if (table == null) {
      if (kind.identifiers().size() != 1) {
        fault(place, "a kind of people without a data set is known by exactly one identifier");
      }
      if (kind.key() != null) {
        fault(place + ".key", "a key column needs a data set");
      }
      return;
    }
    Optional<DataSet> set = find(dataSets, DataSet::name, table);
    if (set.isEmpty()) {
      fault(place + ".dataSet", unknown("data set", table, dataSets, DataSet::name));
      return;
    }
    String key = kind.key();
    if (key == null) {
      fault(place + ".key", "say which column of " + table + " is the key of a person");
    } else {
      column(place + ".key", set.get(), key);
    }
    kind.identifiers().forEach(column -> column(place + ".identifiers", set.get(), column));
    last(place + ".erase", set.get(), kind.erasure());
  }

  private void last(String place, DataSet affected, Link.Last last) {
    switch (last) {
      case Link.DeleteRow row -> {}
      case Link.KeepUntil keep -> {
        known(place, "retention", keep.retention(), retentions, Retention::name);
        anonymised(place, affected, keep.anonymise());
      }
      case Link.Anonymise some -> anonymised(place, affected, some.columns());
    }
  }

  private void dataSet(DataSet set) {
    String place = path(set);
    unique(place + ".fields", set.fields(), Field::name);
    retention(place + ".retention", set.retention());
    String since = set.since();
    if (since != null) {
      column(place + ".since", set, since);
    }
    set.fields().forEach(field -> field(place + ".fields." + field.name(), set, field));
    for (int i = 0; i < set.links().size(); i++) {
      link(place + ".links[" + i + "]", set, set.links().get(i));
    }
    boolean personal = set.fields().stream().anyMatch(field -> field.category().personal());
    if (personal && set.links().isEmpty() && !holdsPeople(set) && !reachedFromElsewhere(set)) {
      fault(place, "holds personal data, but no link says whose it is");
    }
  }

  private void field(String place, DataSet set, Field field) {
    for (String purpose : field.purposes()) {
      known(place + ".purposes", "purpose", purpose, purposes, Purpose::name);
    }
    for (String recipient : field.recipients()) {
      known(place + ".recipients", "recipient", recipient, recipients, Recipient::name);
    }
    retention(place + ".retention", field.retention());
    if (field.secret() && field.exported()) {
      fault(place + ".export", "a secret field never leaves: it cannot be exported");
    }
    if (field.secret() && !field.recipients().isEmpty()) {
      fault(place + ".recipients", "a secret field never leaves: it has no recipients");
    }
    if (field.source().isBlank()) {
      fault(place + ".source", "say where it comes from, \"subject\" for the person himself");
    }
    if (field.category().personal()) {
      if (field.purposes().isEmpty()) {
        fault(place + ".purposes", "personal data needs at least one purpose");
      }
      String rule = field.retention() == null ? set.retention() : field.retention();
      if (rule == null) {
        fault(
            place + ".retention",
            "personal data needs a rule of retention, here or on the data set");
      } else {
        find(retentions, Retention::name, rule)
            .filter(found -> found.from() != Retention.From.END_OF_RELATION)
            .filter(found -> set.since() == null)
            .ifPresent(
                found ->
                    fault(
                        place + ".retention",
                        "rule "
                            + found.name()
                            + " counts from the row: say in the data set's \"since\" which column"
                            + " holds that moment"));
      }
    }
    unique(place + ".paths", field.paths(), Field::name);
    for (Field path : field.paths()) {
      if (!path.name().startsWith("$")) {
        fault(place + ".paths." + path.name(), "a JSON path begins with $");
      }
      field(place + ".paths." + path.name(), set, path);
    }
  }

  private void link(String place, DataSet set, Link link) {
    switch (link.target()) {
      case Link.ToRows rows -> {
        Optional<DataSet> target = find(dataSets, DataSet::name, rows.dataSet());
        if (target.isEmpty()) {
          fault(place + ".to", unknown("data set", rows.dataSet(), dataSets, DataSet::name));
        }
        if (rows.columns().isEmpty()) {
          fault(place + ".on", "say which columns join the two");
        }
        rows.columns()
            .forEach(
                (here, there) -> {
                  column(place + ".on", set, here);
                  target.ifPresent(found -> column(place + ".on", found, there));
                });
      }
      case Link.ToPerson person -> {
        Optional<SubjectKind> kind = find(subjects, SubjectKind::name, person.kind());
        if (kind.isEmpty()) {
          fault(place + ".person", unknown("subject", person.kind(), subjects, SubjectKind::name));
        } else if (kind.get().dataSet() != null) {
          fault(
              place + ".person",
              "people of kind " + person.kind() + " have a data set: link to its rows instead");
        }
        column(place + ".column", set, person.column());
        if (link.relation().outward()) {
          fault(place + ".relation", "a link to a person is owned-by or accessed-by");
        }
      }
    }
    DataSet affected = affected(set, link);
    last(place + ".erase.last", affected, link.erasure().last());
    switch (link.erasure().shared()) {
      case Link.DeleteRow row -> {}
      case Link.Leave leave -> {}
      case Link.Anonymise some -> anonymised(place + ".erase.shared", affected, some.columns());
    }
    if (link.export() instanceof Link.Hide hide) {
      hide.columns().forEach(column -> column(place + ".export", affected, column));
    }
  }

  /** The rows that people travel to: the link's own, or for an outward link the target's. */
  private DataSet affected(DataSet set, Link link) {
    if (link.relation().outward() && link.target() instanceof Link.ToRows rows) {
      return find(dataSets, DataSet::name, rows.dataSet()).orElse(set);
    }
    return set;
  }

  private void anonymised(String place, DataSet set, List<String> columns) {
    for (String column : columns) {
      column(place, set, column);
      if (set.field(column).isPresent() && set.field(column).get().strategy().isEmpty()) {
        fault(
            place,
            "column " + column + " of " + set.name() + " has no erasure strategy of its own");
      }
    }
  }

  /**
   * People must arrive at every data set that holds something about them. Links that only lead
   * round in a circle leave rows that nobody could ever export or erase.
   */
  private void everyOneReachesPeople() {
    Set<String> reached = new HashSet<>();
    subjects.stream().map(SubjectKind::dataSet).filter(Objects::nonNull).forEach(reached::add);
    for (DataSet set : dataSets) {
      if (set.links().stream().anyMatch(link -> link.target() instanceof Link.ToPerson)) {
        reached.add(set.name());
      }
    }
    boolean grew = true;
    while (grew) {
      grew = false;
      for (DataSet set : dataSets) {
        for (Link link : set.links()) {
          if (link.target() instanceof Link.ToRows rows) {
            String from = link.relation().outward() ? set.name() : rows.dataSet();
            String to = link.relation().outward() ? rows.dataSet() : set.name();
            grew |= reached.contains(from) && reached.add(to);
          }
        }
      }
    }
    for (DataSet set : dataSets) {
      boolean linked = !set.links().isEmpty() || reachedFromElsewhere(set);
      if (linked && !reached.contains(set.name())) {
        fault(path(set) + ".links", "no chain of links leads to a person");
      }
    }
  }

  private boolean holdsPeople(DataSet set) {
    return subjects.stream().anyMatch(kind -> set.name().equals(kind.dataSet()));
  }

  private boolean reachedFromElsewhere(DataSet set) {
    return dataSets.stream()
        .flatMap(other -> other.links().stream())
        .filter(link -> link.relation().outward())
        .anyMatch(
            link -> link.target() instanceof Link.ToRows rows && rows.dataSet().equals(set.name()));
  }

  private void retention(String place, @Nullable String rule) {
    if (rule != null) {
      known(place, "retention", rule, retentions, Retention::name);
    }
  }

  private void column(String place, DataSet set, String column) {
    if (set.field(column).isEmpty()) {
      fault(place, unknown("column of " + set.name(), column, set.fields(), Field::name));
    }
  }

  private <T> void known(
      String place, String what, String wanted, List<T> all, Function<T, String> name) {
    if (find(all, name, wanted).isEmpty()) {
      fault(place, unknown(what, wanted, all, name));
    }
  }

  private static <T> Optional<T> find(List<T> all, Function<T, String> name, String wanted) {
    return all.stream().filter(one -> name.apply(one).equals(wanted)).findFirst();
  }

  private static <T> String unknown(
      String what, String wanted, List<T> all, Function<T, String> name) {
    String declared =
        all.isEmpty()
            ? "none is declared"
            : "declared are " + String.join(", ", all.stream().map(name).toList());
    return "unknown " + what + " \"" + wanted + "\"; " + declared;
  }

  private static String path(DataSet set) {
    return "dataSets." + set.name();
  }
}
