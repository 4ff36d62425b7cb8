package io.ktizo.privacy.datamap;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One table, or one kind of thing that a {@code PersonalDataHolder} keeps.
 *
 * @param name unique in the map
 * @param table the table's name, with its schema before a point where it is not the connection's
 *     own; matched exactly first, else without regard to case
 * @param description what a row is, for the person concerned
 * @param retention the rule for fields that name none; {@code null} if every field names its own
 * @param since the column that holds when a row began to count for retention; {@code null} if none
 * @param links whose a row is; empty for people themselves and for tables about nobody
 * @param fields every column, in the order of the map
 */
public record DataSet(
    String name,
    String table,
    String description,
    @Nullable String retention,
    @Nullable String since,
    List<Link> links,
    List<Field> fields) {
  public DataSet {
    links = List.copyOf(links);
    fields = List.copyOf(fields);
  }

  /** The field of this name, without regard to case unless that is ambiguous. */
  public Optional<Field> field(String column) {
    return Names.find(fields, Field::name, column);
  }
}
