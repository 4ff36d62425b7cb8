package io.ktizo.privacy;

/**
 * A person as the data map knows him: a kind of subject, and the key that tells him from others.
 *
 * <p>The text form holds the kind alone, since the key may be an e-mail address.
 *
 * @param kind the name of a subject kind in the data map, for instance {@code customer}
 * @param key the value of the kind's key column as text, or of its identifier for a kind without a
 *     table of its own
 */
public record Subject(String kind, String key) {
  public Subject {
    if (kind.isBlank() || key.isEmpty()) {
      throw new IllegalArgumentException("a subject has a kind and a key");
    }
  }

  /**
   * Reads {@code KIND:KEY}.
   *
   * @throws IllegalArgumentException if there is no colon, or nothing on one side of it
   */
  public static Subject parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon == text.length() - 1) {
      throw new IllegalArgumentException("expected KIND:KEY");
    }
    return new Subject(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public String toString() {
    return kind + ":…";
  }
}
