package io.ktizo.privacy.erasure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a search for a person's identifiers found after he was erased.
 *
 * @param places every place with a hit; empty if nothing was found
 * @param searched how many columns were read through
 * @param files how many files of holders were read through
 * @param skipped what could not be searched, with the reason
 * @param identifiers names of the fields whose values were looked for
 */
public record Residue(
    List<Place> places, long searched, long files, List<String> skipped, List<String> identifiers) {
  public Residue {
    places = List.copyOf(places);
    skipped = List.copyOf(skipped);
    identifiers = List.copyOf(identifiers);
  }

  /**
   * Where an identifier still is.
   *
   * @param table the table, with its schema; or the holder
   * @param column the column; or what kind of file of the holder's
   * @param identifier the field whose value was found
   * @param encoding how it was written there
   * @param rows in how many rows, or files
   * @param unmistakable whether the value belongs to one person only, as an e-mail address does; a
   *     name may be somebody else's
   * @param explained why it may be there, if a rule of the map leaves it; {@code null} if none does
   */
  public record Place(
      String table,
      String column,
      String identifier,
      String encoding,
      long rows,
      boolean unmistakable,
      @Nullable String explained) {

    Place inRows(long number) {
      return new Place(table, column, identifier, encoding, number, unmistakable, explained);
    }

    Place explainedBy(String why) {
      return new Place(table, column, identifier, encoding, rows, unmistakable, why);
    }
  }

  /** Whether nothing was found that is surely the person's and that no rule explains. */
  public boolean clean() {
    return places.stream().noneMatch(place -> place.unmistakable() && place.explained() == null);
  }
}
