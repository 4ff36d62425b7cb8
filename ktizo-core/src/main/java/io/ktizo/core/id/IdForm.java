package io.ktizo.core.id;

import java.util.Arrays;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What all ids of a kind share: the prefix, and how text becomes an id.
 *
 * <p>The text form is the prefix, an underscore, and the UUID's 128 bits in 26 characters of
 * Crockford's base 32 in lower case, for instance {@code shop_01h455vb4pex5vsknk084sn02q}. It is
 * the encoding of the TypeID specification 0.3 and sorts as the UUID does. Reading is strict: each
 * id has exactly one text.
 *
 * <p>Immutable; any number of threads may share it.
 *
 * @param <T> the type of id
 */
public final class IdForm<T extends Id> {
  private static final Pattern PREFIX = Pattern.compile("[a-z](?:[a-z_]{0,61}[a-z])?");
  private static final char[] DIGITS = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int LENGTH = 26;
  private static final byte[] VALUES = new byte[128];

  static {
    Arrays.fill(VALUES, (byte) -1);
    for (int value = 0; value < DIGITS.length; value++) {
      VALUES[DIGITS[value]] = (byte) value;
    }
  }

  private final String start;
  private final Function<UUID, T> constructor;

  private IdForm(String prefix, Function<UUID, T> constructor) {
    this.start = prefix + "_";
    this.constructor = constructor;
  }

  /**
   * The form of a kind of id.
   *
   * @param prefix 1 to 63 letters a to z, underscores between them allowed; unique among the kinds
   *     of an application
   * @param constructor makes the record
   * @throws IllegalArgumentException if the prefix has other characters
   */
  public static <T extends Id> IdForm<T> of(String prefix, Function<UUID, T> constructor) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException("not a prefix of ids: " + prefix);
    }
    return new IdForm<>(prefix, constructor);
  }

  /** A new id. */
  public T next(IdGenerator generator) {
    return constructor.apply(generator.next());
  }

  /** The id with this value. */
  public T of(UUID value) {
    return constructor.apply(value);
  }

  /** The text of an id. */
  public String text(T id) {
    long high = id.value().getMostSignificantBits();
    long low = id.value().getLeastSignificantBits();
    char[] digits = new char[LENGTH];
    for (int at = LENGTH - 1; at >= 0; at--) {
      digits[at] = DIGITS[(int) (low & 31)];
      low = low >>> 5 | high << 59;
      high >>>= 5;
    }
    return start + new String(digits);
  }

  /**
   * Reads what {@link #text} wrote.
   *
   * @throws IllegalArgumentException if the prefix is another one, or the rest is not 26 digits of
   *     the alphabet that fit into 128 bits
   */
  public T parse(String text) {
    if (!text.startsWith(start) || text.length() != start.length() + LENGTH) {
      throw unreadable();
    }
    long high = 0;
    long low = 0;
    for (int at = start.length(); at < text.length(); at++) {
      char digit = text.charAt(at);
      int value = digit < VALUES.length ? VALUES[digit] : -1;
      if (value < 0) {
        throw unreadable();
      }
      high = high << 5 | low >>> 59;
      low = low << 5 | value;
    }
    // 26 digits hold 130 bits: the first digit may only be 0 to 7.
    if (text.charAt(start.length()) > '7') {
      throw unreadable();
    }
    return constructor.apply(new UUID(high, low));
  }

  /** The text is not repeated: it may be anything that somebody typed. */
  private IllegalArgumentException unreadable() {
    return new IllegalArgumentException("expected " + start + " and 26 digits");
  }
}
