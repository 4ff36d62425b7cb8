package io.ktizo.core.shop;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/** What texts and numbers of this room may be; what breaks a rule never becomes a value. */
final class Check {
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int MOST_PLACES = 12;

  private Check() {}

  /** One line that people read: no control character, nothing that turns the writing direction. */
  static String line(String what, String text, int most) {
    if (text.isBlank() || !isClean(text, most, false)) {
      throw new IllegalArgumentException(
          what + " has 1 to " + most + " characters and no control character");
    }
    return text;
  }

  /** Lines that people read; may be empty. */
  static String lines(String what, String text, int most) {
    if (!isClean(text, most, true)) {
      throw new IllegalArgumentException(
          what + " has at most " + most + " characters and no control character but line ends");
    }
    return text;
  }

  /** A short name that programs use: 1 to 64 letters, digits, dots, dashes, underscores. */
  static String code(String what, String text) {
    if (!CODE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          what + " has 1 to 64 letters, digits, dots, dashes and underscores");
    }
    return text;
  }

  static BigDecimal amount(String what, BigDecimal value, long most) {
    // The scale first: comparing 1E+999999999 would write it out.
    if (value.scale() > MOST_PLACES
        || value.scale() < -MOST_PLACES
        || value.precision() > 30
        || value.signum() < 0
        || value.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw new IllegalArgumentException(
          what + " is from 0 to " + most + " with at most " + MOST_PLACES + " decimals");
    }
    return value;
  }

  static BigDecimal positive(String what, BigDecimal value, long most) {
    if (amount(what, value, most).signum() == 0) {
      throw new IllegalArgumentException(what + " is above 0");
    }
    return value;
  }

  static int within(String what, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(what + " is from " + least + " to " + most);
    }
    return value;
  }

  static <T> List<T> atMost(String what, List<T> list, int most) {
    if (list.size() > most) {
      throw new IllegalArgumentException("at most " + most + " " + what);
    }
    return List.copyOf(list);
  }

  private static boolean isClean(String text, int most, boolean severalLines) {
    return text.length() <= 2 * most
        && text.codePointCount(0, text.length()) <= most
        && text.codePoints()
            .noneMatch(c -> !(severalLines && (c == '\n' || c == '\t')) && isHarmful(c));
  }

  private static boolean isHarmful(int c) {
    int type = Character.getType(c);
    return Character.isISOControl(c)
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }
}
