package io.ktizo.core.mesh;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads decimal numbers from bytes as {@link Float#parseFloat} would, eight digits at a time.
 *
 * <p>Why the result is correctly rounded: the digits {@code w} (at most 18, the rest cut off) and
 * the power of ten {@code p} give {@code d = w * p} in double precision. Rounding {@code w}, {@code
 * p} and the product each costs at most 2<sup>-53</sup> of the value, cutting digits less than
 * 10<sup>-17</sup>; together below 4 units in the last place of {@code d}. Rounding {@code d} to
 * single precision can differ from rounding the true value only if a midpoint between two floats
 * lies between them; midpoints are the doubles whose low 29 bits are 2<sup>28</sup>. If {@code d}
 * is more than 8 units away from such a pattern, its rounding is therefore the right one; else, and
 * below the normal range of single precision where midpoints lie elsewhere, {@link
 * Float#parseFloat} decides.
 *
 * <p>The parser reads up to 16 bytes beyond the number: buffers are padded (see {@link
 * BlockInput}).
 */
final class DecimalParser {
  /** Longer tokens are refused: no program writes them, and they cost time without limit. */
  static final int LONGEST = 400;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Eight characters '0'. */
  private static final long ZEROS = 0x3030303030303030L;

  /** A point, xored with '0'. */
  private static final long POINT = '.' ^ '0';

  private static final int POWER_RANGE = 64;
  private static final double[] POWERS = new double[2 * POWER_RANGE + 1];
  private static final long[] WHOLE_POWERS = new long[9];

  static {
    for (int exponent = -POWER_RANGE; exponent <= POWER_RANGE; exponent++) {
      POWERS[exponent + POWER_RANGE] = Double.parseDouble("1e" + exponent);
    }
    WHOLE_POWERS[0] = 1;
    for (int i = 1; i < WHOLE_POWERS.length; i++) {
      WHOLE_POWERS[i] = 10 * WHOLE_POWERS[i - 1];
    }
  }

  /** Where the number that was read last ends; -1 if there was none. */
  int end;

  /**
   * The number that starts at {@code start}: sign, digits, point, exponent, each part optional as
   * long as there is a digit. What follows is not looked at. If there is no number, or one longer
   * than {@link #LONGEST}, {@link #end} is -1 and the answer means nothing.
   */
  float parse(byte[] buffer, int start) {
    byte first = buffer[start];
    // 1 for a minus, else 0, without a branch: which sign comes next cannot be guessed, and a wrong
    // guess costs as much as all the rest.
    int minus = (((first & 0xFF) ^ '-') - 1) >>> 31;
    int sign = minus << 31;
    int at = start + minus;
    if (first == '+') {
      at++;
    }
    long word = (long) WORD.get(buffer, at) ^ ZEROS;
    if ((word & 0xFF00) == (POINT << 8) && otherThanDigits(word & ~0xFF00L) == 0) {
      return parseSevenDigits(buffer, start, at, word, sign);
    }
    return parsePlain(buffer, start, at, word, sign);
  }

  /** Up to seven digits, and up to as many behind the point. */
  private float parsePlain(byte[] buffer, int start, int first, long firstWord, int sign) {
    int at = first;
    long word = firstWord;
    int wholeDigits = leadingDigits(word);
    long digits;
    // A processor guesses branches, but has to wait for numbers: where the next digit stands
    // should not have to be calculated for the usual lengths.
    switch (wholeDigits) {
      case 1 -> {
        digits = word & 0xFF;
        at += 1;
      }
      case 2 -> {
        digits = 10 * (word & 0xFF) + (word >>> 8 & 0xFF);
        at += 2;
      }
      case 3 -> {
        digits = 100 * (word & 0xFF) + 10 * (word >>> 8 & 0xFF) + (word >>> 16 & 0xFF);
        at += 3;
      }
      case 0 -> digits = 0;
      case 8 -> {
        return parseLong(buffer, start);
      }
      default -> {
        digits = value(word, wholeDigits);
        at += wholeDigits;
      }
    }
    int fractionDigits = 0;
    if (buffer[at] == '.') {
      at++;
      word = (long) WORD.get(buffer, at) ^ ZEROS;
      fractionDigits = leadingDigits(word);
      if (fractionDigits == 6) {
        digits = digits * 1_000_000 + value(word, 6);
        at += 6;
      } else if (fractionDigits == 8) {
        digits = digits * 100_000_000 + eightDigits(word);
        at += 8;
        word = (long) WORD.get(buffer, at) ^ ZEROS;
        int more = leadingDigits(word);
        if (more > 0) {
          if (more == 8 || wholeDigits + more > 10) {
            return parseLong(buffer, start);
          }
          digits = digits * WHOLE_POWERS[more] + value(word, more);
          at += more;
          fractionDigits += more;
        }
      } else if (fractionDigits > 0) {
        digits = digits * WHOLE_POWERS[fractionDigits] + value(word, fractionDigits);
        at += fractionDigits;
      }
    }
    if (wholeDigits + fractionDigits == 0) {
      end = -1;
      return 0;
    }
    return withExponent(buffer, start, at, sign, digits, -fractionDigits);
  }

  /**
   * What {@code %e} writes, as most programs do: a digit, a point, six digits, an exponent; or up
   * to seven digits more, as {@code %.8e} does.
   */
  private float parseSevenDigits(byte[] buffer, int start, int at, long word, int sign) {
    long digits = eightDigits((word & 0xFF) << 8 | (word & ~0xFFFFL));
    if (buffer[at + 8] >= '0' && buffer[at + 8] <= '9') {
      long next = (long) WORD.get(buffer, at + 8) ^ ZEROS;
      int more = leadingDigits(next);
      if (more == 8) {
        return parseLong(buffer, start);
      }
      digits = digits * WHOLE_POWERS[more] + value(next, more);
      return withExponent(buffer, start, at + 8 + more, sign, digits, -6 - more);
    }
    return withExponent(buffer, start, at + 8, sign, digits, -6);
  }

  private float withExponent(
      byte[] buffer, int start, int at, int sign, long digits, int exponent) {
    if ((buffer[at] | 0x20) != 'e') {
      end = at;
      return rounded(buffer, start, sign, digits, exponent);
    }
    int exponentSign = buffer[at + 1];
    int tens = buffer[at + 2] - '0';
    int ones = buffer[at + 3] - '0';
    int power;
    if ((exponentSign == '+' || exponentSign == '-')
        && tens >= 0
        && tens <= 9
        && ones >= 0
        && ones <= 9
        && buffer[at + 4] <= ' ') {
      // All bits set for a minus, which turns the number into one less than its opposite.
      int below = ('+' - exponentSign) >> 31;
      power = ((10 * tens + ones) ^ below) - below;
      end = at + 4;
    } else {
      power = exponent(buffer, at);
    }
    return rounded(buffer, start, sign, digits, exponent + power);
  }

  /** As {@link #parse}, digit by digit, for numbers of any length. */
  private float parseLong(byte[] buffer, int start) {
    int at = start;
    boolean negative = buffer[at] == '-';
    if (negative || buffer[at] == '+') {
      at++;
    }
    long digits = 0;
    int significant = 0;
    int exponent = 0;
    boolean afterPoint = false;
    for (; ; at++) {
      if (at - start > LONGEST) {
        end = -1;
        return 0;
      }
      int digit = buffer[at] - '0';
      if (digit >= 0 && digit <= 9) {
        if (significant < 18) {
          digits = 10 * digits + digit;
          significant += digits == 0 ? 0 : 1;
          exponent -= afterPoint ? 1 : 0;
        } else {
          exponent += afterPoint ? 0 : 1;
        }
      } else if (buffer[at] == '.' && !afterPoint) {
        afterPoint = true;
      } else {
        break;
      }
    }
    if ((buffer[at] | 0x20) == 'e') {
      exponent += exponent(buffer, at);
    } else {
      end = at;
    }
    return rounded(buffer, start, negative ? Integer.MIN_VALUE : 0, digits, exponent);
  }

  /**
   * The exponent whose {@code e} is at {@code at}; without digits the {@code e} is not part of it.
   */
  private int exponent(byte[] buffer, int at) {
    int next = at + 1;
    boolean negative = buffer[next] == '-';
    if (negative || buffer[next] == '+') {
      next++;
    }
    int firstDigit = next;
    int exponent = 0;
    while (buffer[next] >= '0' && buffer[next] <= '9' && next - at < LONGEST) {
      exponent = Math.min(100_000, 10 * exponent + buffer[next] - '0');
      next++;
    }
    end = next == firstDigit ? at : next;
    return negative ? -exponent : exponent;
  }

  private float rounded(byte[] buffer, int start, int sign, long digits, int exponent) {
    float size = 0;
    if (digits != 0) {
      int power = exponent + POWER_RANGE;
      if (power < 0 || power >= POWERS.length) {
        return exactly(buffer, start);
      }
      double value = digits * POWERS[power];
      long fromMidpoint = (Double.doubleToRawLongBits(value) & 0x1FFFFFFFL) - 0x10000000L;
      if ((fromMidpoint >= -8 && fromMidpoint <= 8) || value < Float.MIN_NORMAL) {
        return exactly(buffer, start);
      }
      size = (float) value;
    }
    return Float.intBitsToFloat(Float.floatToRawIntBits(size) | sign);
  }

  private float exactly(byte[] buffer, int start) {
    return Float.parseFloat(new String(buffer, start, end - start, StandardCharsets.US_ASCII));
  }

  /**
   * A bit for each of the eight characters, each xored with '0', that is no digit. Exact up to the
   * first such character, which is all that matters.
   */
  private static long otherThanDigits(long word) {
    return ((word + 0x7676767676767676L) | word) & 0x8080808080808080L;
  }

  /** How many of the eight characters, each xored with '0', are digits before the first other. */
  private static int leadingDigits(long word) {
    return Long.numberOfTrailingZeros(otherThanDigits(word)) >>> 3;
  }

  /** The value of the first 1 to 7 digits. */
  private static long value(long word, int digits) {
    return eightDigits(word << (64 - 8 * digits));
  }

  private static long eightDigits(long word) {
    long pairs = word * 10 + (word >>> 8);
    return ((pairs & 0x000000FF000000FFL) * 0x000F424000000064L
            + ((pairs >>> 16) & 0x000000FF000000FFL) * 0x0000271000000001L)
        >>> 32;
  }
}
