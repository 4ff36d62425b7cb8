package io.ktizo.storage;

import java.util.regex.Pattern;

/**
 * The name of one blob: 1 to 128 letters {@code a-z}, digits, dashes and underscores, beginning
 * with a letter or digit. Such a name is safe in any file system and in any URL, and can hold
 * neither a path nor anything that a customer typed.
 *
 * @param value the name
 */
public record StoreKey(String value) {
  private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0,127}");

  /** The name as it is. */
  public StoreKey {
    if (!FORM.matcher(value).matches()) {
      // Not repeated: it may be anything.
      throw new IllegalArgumentException("expected 1 to 128 of a-z, 0-9, - and _");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
