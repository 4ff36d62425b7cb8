package io.ktizo.core.mesh;

import org.jspecify.annotations.Nullable;

/**
 * The lexical forms of numbers in 3MF and AMF documents (XML Schema part 2, narrowed by 3MF Core
 * Specification, Appendix B.1): a point as decimal sign whatever the language, no {@code NaN}, no
 * {@code INF}, no hexadecimal.
 *
 * <p>Methods answer {@code NaN} or -1 where the text is not of the form, so that the caller can
 * name the place.
 */
final class Lexical {
  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /**
   * Up to here a decimal mantissa and a power of ten are exact doubles: one rounding, the right.
   */
  private static final long EXACT_MANTISSA = 1L << 53;

  private static final int TRANSFORM_NUMBERS = 12;

  private Lexical() {}

  /** A decimal number with optional exponent, white space around it; {@code NaN} if it is none. */
  static double number(String text) {
    int end = text.length();
    int start = 0;
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return number(text, start, end);
  }

  private static double number(String text, int start, int end) {
    if (end - start > DecimalParser.LONGEST) {
      return Double.NaN;
    }
    int at = start;
    boolean negative = false;
    if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
      negative = text.charAt(at) == '-';
      at++;
    }
    long mantissa = 0;
    int digits = 0;
    int fraction = 0;
    boolean inFraction = false;
    boolean exact = true;
    for (; at < end; at++) {
      char c = text.charAt(at);
      if (c == '.' && !inFraction) {
        inFraction = true;
      } else if (c >= '0' && c <= '9') {
        digits++;
        if (mantissa < EXACT_MANTISSA / 10 - 1) {
          mantissa = 10 * mantissa + (c - '0');
          fraction += inFraction ? 1 : 0;
        } else {
          exact = false;
        }
      } else {
        break;
      }
    }
    if (digits == 0) {
      return Double.NaN;
    }
    int exponent = 0;
    if (at < end) {
      if (text.charAt(at) != 'e' && text.charAt(at) != 'E') {
        return Double.NaN;
      }
      exponent = exponent(text, at + 1, end);
      if (exponent == Integer.MIN_VALUE) {
        return Double.NaN;
      }
    }
    int scale = exponent - fraction;
    if (exact && Math.abs(scale) < POWERS_OF_TEN.length) {
      double value = scale < 0 ? mantissa / POWERS_OF_TEN[-scale] : mantissa * POWERS_OF_TEN[scale];
      return negative ? -value : value;
    }
    return Double.parseDouble(text.substring(start, end));
  }

  /** The exponent, cut at a size that no number reaches; the smallest int if it is none. */
  private static int exponent(String text, int start, int end) {
    int at = start;
    boolean negative = false;
    if (at < end && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
      negative = text.charAt(at) == '-';
      at++;
    }
    if (at == end) {
      return Integer.MIN_VALUE;
    }
    int value = 0;
    for (; at < end; at++) {
      char c = text.charAt(at);
      if (c < '0' || c > '9') {
        return Integer.MIN_VALUE;
      }
      value = Math.min(1_000_000, 10 * value + (c - '0'));
    }
    return negative ? -value : value;
  }

  /** A whole number from 0 to 2^31 - 1, white space around it; -1 if it is none. */
  static int index(String text) {
    int end = text.length();
    int at = 0;
    while (at < end && isSpace(text.charAt(at))) {
      at++;
    }
    while (end > at && isSpace(text.charAt(end - 1))) {
      end--;
    }
    if (at < end - 1 && text.charAt(at) == '+') {
      at++;
    }
    if (at == end) {
      return -1;
    }
    long value = 0;
    for (; at < end; at++) {
      char c = text.charAt(at);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = 10 * value + (c - '0');
      if (value > Integer.MAX_VALUE) {
        return -1;
      }
    }
    return (int) value;
  }

  /** The words between white space; an empty array for blank text. */
  static String[] words(String text) {
    String trimmed = text.strip();
    return trimmed.isEmpty() ? new String[0] : trimmed.split("[ \t\r\n]+");
  }

  /** The twelve numbers of a 3MF transform; {@code null} if they are not twelve, or not numbers. */
  static @Nullable Affine transform(String text) {
    String[] words = words(text);
    if (words.length != TRANSFORM_NUMBERS) {
      return null;
    }
    double[] m = new double[TRANSFORM_NUMBERS];
    for (int i = 0; i < m.length; i++) {
      m[i] = number(words[i]);
      if (!Double.isFinite(m[i])) {
        return null;
      }
    }
    return new Affine(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], m[9], m[10], m[11]);
  }

  /** Whether this is {@code #RRGGBB} or {@code #RRGGBBAA} (3MF Core Specification, 5.1.1). */
  static boolean isColor(String text) {
    if ((text.length() != 7 && text.length() != 9) || text.charAt(0) != '#') {
      return false;
    }
    for (int i = 1; i < text.length(); i++) {
      if (Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
