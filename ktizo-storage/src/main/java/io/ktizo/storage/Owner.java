package io.ktizo.storage;

import java.util.regex.Pattern;

/**
 * Whose files they are: the person as the application names him, in its own pseudonymous way. Never
 * an e-mail address or a name: this text stands in every row.
 *
 * @param value 1 to 100 letters, digits and {@code _ - : .}
 */
public record Owner(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_:.-]{1,100}");

  /** The text as it is. */
  public Owner {
    if (!FORM.matcher(value).matches()) {
      // Not repeated: it may be what it must not be.
      throw new IllegalArgumentException("an owner is 1 to 100 letters, digits and _ - : .");
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
