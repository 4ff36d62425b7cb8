package io.ktizo.payments;

import java.util.regex.Pattern;

/** The form of names that a host gives: safe in URLs, in provider metadata and in log lines. */
final class ForeignId {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private ForeignId() {}

  static void require(String what, String value) {
    if (!FORM.matcher(value).matches()) {
      // The value itself is left out: what is not an id may be anything, a person's address too.
      throw new IllegalArgumentException(
          what + " must be 1 to 64 characters of A-Z a-z 0-9 _ -, and has " + value.length());
    }
  }
}
