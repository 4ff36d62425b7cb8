package io.ktizo.storage;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * What a customer calls his file. For people to read only: never part of a path, never trusted to
 * say what the file is.
 *
 * <p>{@link #of} takes whatever a client sends and makes it harmless: the last component of a path,
 * composed (NFC), without control characters, without the marks that turn text around (Unicode UAX
 * #9: a name that reads {@code gpj.exe} backwards), without lone surrogates, at most {@value
 * #LONGEST} characters, whose end is kept because the extension stands there.
 *
 * @param value 1 to 200 characters
 */
public record FileName(String value) {
  /** The longest name, in UTF-16 units. */
  public static final int LONGEST = 200;

  private static final Pattern INVISIBLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\u2028\\u2029]");
  private static final Pattern RESERVED = Pattern.compile("[<>:\"|?*]");

  /** A name that {@link #of} would leave as it is. */
  public FileName {
    if (!value.equals(clean(value))) {
      throw new IllegalArgumentException("not a clean file name");
    }
  }

  /** Makes a name out of anything; {@code file} where nothing is left. */
  public static FileName of(String anything) {
    return new FileName(clean(anything));
  }

  private static String clean(String anything) {
    // Bounded before the work, since it may be megabytes.
    String end = anything.substring(Math.max(0, anything.length() - 4 * LONGEST));
    String name = end.substring(Math.max(end.lastIndexOf('/'), end.lastIndexOf('\\')) + 1);
    name = Normalizer.normalize(INVISIBLE.matcher(name).replaceAll(""), Normalizer.Form.NFC);
    name = RESERVED.matcher(name).replaceAll("_").strip();
    if (name.length() > LONGEST) {
      int cut = name.length() - LONGEST;
      // Not between the halves of a character.
      cut += Character.isLowSurrogate(name.charAt(cut)) ? 1 : 0;
      name = name.substring(cut).strip();
    }
    return name.isEmpty() || name.equals(".") || name.equals("..") ? "file" : name;
  }

  @Override
  public String toString() {
    // A name is personal data and must not reach a log by accident.
    return "FileName[" + value.length() + " characters]";
  }
}
