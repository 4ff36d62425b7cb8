package io.ktizo.privacy.datamap;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which kinds of people arrive at which data sets, and along which link: the same travelling that
 * rows do, seen from the map alone.
 */
final class Reach {

  /** People of a kind arrive at a data set through a link, or because its rows are these people. */
  record Arrival(String kind, String dataSet, boolean owning, Via via) {}

  /** How they arrive. */
  sealed interface Via {}

  /** Each row is one of them. */
  record Row() implements Via {}

  /** Along a link that stands at a data set. */
  record Along(DataSet at, Link link) implements Via {}

  private final List<Arrival> arrivals;

  private Reach(List<Arrival> arrivals) {
    this.arrivals = arrivals;
  }

  static Reach of(DataMap map) {
    Map<String, Arrival> found = new LinkedHashMap<>();
    for (SubjectKind kind : map.subjects()) {
      kind.table().ifPresent(set -> add(found, new Arrival(kind.name(), set, true, new Row())));
    }
    for (DataSet set : map.dataSets()) {
      for (Link link : set.links()) {
        if (link.target() instanceof Link.ToPerson person) {
          boolean owning = link.relation().owning();
          add(found, new Arrival(person.kind(), set.name(), owning, new Along(set, link)));
        }
      }
    }
    int before;
    do {
      before = found.size();
      for (DataSet set : map.dataSets()) {
        for (Link link : set.links()) {
          if (link.target() instanceof Link.ToRows rows) {
            travel(found, set, link, rows);
          }
        }
      }
    } while (found.size() > before);
    return new Reach(new ArrayList<>(found.values()));
  }

  private static void travel(Map<String, Arrival> found, DataSet set, Link link, Link.ToRows rows) {
    String from = link.relation().outward() ? set.name() : rows.dataSet();
    String to = link.relation().outward() ? rows.dataSet() : set.name();
    for (Arrival arrival : List.copyOf(found.values())) {
      if (arrival.dataSet().equals(from)) {
        boolean owning = arrival.owning() && link.relation().owning();
        add(found, new Arrival(arrival.kind(), to, owning, new Along(set, link)));
      }
    }
  }

  private static void add(Map<String, Arrival> found, Arrival arrival) {
    String key =
        arrival.kind() + "\n" + arrival.dataSet() + "\n" + arrival.owning() + "\n" + arrival.via();
    found.putIfAbsent(key, arrival);
  }

  /** Every arrival, people's own rows first. */
  List<Arrival> arrivals() {
    return arrivals;
  }

  /** Every data set at which somebody arrives. */
  Set<String> dataSets() {
    return Set.copyOf(arrivals.stream().map(Arrival::dataSet).toList());
  }
}
