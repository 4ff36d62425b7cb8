package io.ktizo.privacy.datamap;

/**
 * Something wrong with a data map.
 *
 * @param place where: {@code line 12, column 5} in a document, a path such as {@code
 *     dataSets.orders.fields.note} in a built map, both where both are known
 * @param message what is wrong and what would be right
 */
public record Fault(String place, String message) {
  @Override
  public String toString() {
    return place + ": " + message;
  }
}
