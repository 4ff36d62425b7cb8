package io.ktizo.privacy.datamap;

import java.util.ArrayList;
import java.util.List;

/**
 * What would happen to one column when a person of one kind asks, told from the map alone.
 *
 * @param kind the kind of person
 * @param dataSet the data set
 * @param field the column
 * @param through how the row is the person's: the person's own row, owned or accessed, and along
 *     which link
 * @param erasure what becomes of the value when he is erased
 * @param export what he sees of it
 */
public record Fate(
    String kind, String dataSet, String field, String through, String erasure, String export) {

  /**
   * The fate of every column for every kind of person who reaches it, in the order of the map. A
   * column that several links lead to stands here once for each.
   */
  public static List<Fate> of(DataMap map) {
    Reach reach = Reach.of(map);
    List<Fate> fates = new ArrayList<>();
    for (SubjectKind kind : map.subjects()) {
      for (DataSet set : map.dataSets()) {
        for (Reach.Arrival arrival : reach.arrivals()) {
          if (arrival.kind().equals(kind.name()) && arrival.dataSet().equals(set.name())) {
            for (Field field : set.fields()) {
              fates.add(
                  new Fate(
                      kind.name(),
                      set.name(),
                      field.name(),
                      through(arrival),
                      erasure(map, kind, arrival, field),
                      export(arrival, field)));
            }
          }
        }
      }
    }
    return List.copyOf(fates);
  }

  private static String through(Reach.Arrival arrival) {
    return switch (arrival.via()) {
      case Reach.Row row -> "own row";
      case Reach.Along along ->
          (arrival.owning() ? "owned, " : "accessed, ")
              + switch (along.link().target()) {
                case Link.ToPerson person -> "by " + person.column();
                case Link.ToRows rows ->
                    along.link().relation().outward()
                        ? "from " + along.at().name()
                        : "through " + rows.dataSet() + " by " + rows.columns().keySet();
              };
    };
  }

  private static String erasure(DataMap map, SubjectKind kind, Reach.Arrival arrival, Field field) {
    return switch (arrival.via()) {
      case Reach.Row row -> last(map, kind.erasure(), field);
      case Reach.Along along -> {
        String shared = shared(along.link().erasure().shared(), field);
        yield arrival.owning()
            ? last(map, along.link().erasure().last(), field) + "; while others own it: " + shared
            : shared;
      }
    };
  }

  private static String last(DataMap map, Link.Last last, Field field) {
    return switch (last) {
      case Link.DeleteRow row -> "goes with its row";
      case Link.Anonymise some ->
          listed(some.columns(), field) ? strategy(field) : "stays in the anonymous row";
      case Link.KeepUntil keep ->
          listed(keep.anonymise(), field)
              ? strategy(field)
              : "kept "
                  + map.retention(keep.retention())
                      .map(rule -> rule.keep() + " (" + rule.ground() + ")")
                      .orElse(keep.retention());
    };
  }

  private static String shared(Link.Shared shared, Field field) {
    return switch (shared) {
      case Link.DeleteRow row -> "the row goes for everybody";
      case Link.Leave leave -> "stays";
      case Link.Anonymise some -> listed(some.columns(), field) ? strategy(field) : "stays";
    };
  }

  private static String strategy(Field field) {
    Strategy strategy = field.strategy().orElse(new Strategy.Retain());
    String what =
        switch (strategy) {
          case Strategy.SetNull n -> "set to NULL";
          case Strategy.Constant c -> "set to a constant";
          case Strategy.Replace r -> "replaced by a made-up value";
          case Strategy.KeyedHash h -> "replaced by a keyed hash";
          case Strategy.GeneraliseDate d ->
              "cut to its " + d.to().name().toLowerCase(java.util.Locale.ROOT);
          case Strategy.GeneralisePrefix p -> "cut to " + p.characters() + " characters";
          case Strategy.Retain r -> "stays";
          case Strategy.ByPath p ->
              field.paths().stream()
                  .map(path -> path.name() + " " + strategy(path))
                  .collect(java.util.stream.Collectors.joining(", "));
        };
    return strategy.anonymous() || strategy instanceof Strategy.ByPath
        ? what
        : what + " (pseudonymous only)";
  }

  private static String export(Reach.Arrival arrival, Field field) {
    if (field.secret()) {
      return "never, it is secret";
    }
    if (!field.exported()) {
      return "not shown";
    }
    return switch (arrival.via()) {
      case Reach.Row row -> "shown";
      case Reach.Along along ->
          switch (along.link().export()) {
            case Link.ShowAll all -> "shown";
            case Link.Omit omit -> "the row is left out";
            case Link.Hide hide -> listed(hide.columns(), field) ? "hidden" : "shown";
          };
    };
  }

  private static boolean listed(List<String> columns, Field field) {
    return columns.stream().anyMatch(column -> column.equalsIgnoreCase(field.name()));
  }
}
