package io.ktizo.privacy.export;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Set;

/**
 * Names that an archive may hold on any system, made of names that anybody may have typed: no way
 * out of the folder in which it is unpacked (CWE-22, "zip slip"), no name that Windows, macOS or a
 * shell takes for something else.
 */
final class EntryNames {
  private static final int LONGEST = 100;

  /** Devices of Windows, with or without an extension. */
  private static final Set<String> RESERVED =
      Set.of(
          "con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6",
          "com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7",
          "lpt8", "lpt9", "conin$", "conout$", "clock$");

  private EntryNames() {}

  /** One safe path segment: letters, digits and harmless marks, at most 100 characters. */
  static String safe(String wanted) {
    String normal = Normalizer.normalize(wanted, Normalizer.Form.NFC);
    String last = normal.substring(Math.max(normal.lastIndexOf('/'), normal.lastIndexOf('\\')) + 1);
    StringBuilder name = new StringBuilder();
    last.codePoints()
        .forEach(
            one -> {
              boolean plain =
                  Character.isLetterOrDigit(one)
                      || Character.getType(one) == Character.NON_SPACING_MARK
                      || " ._-+()@".indexOf(one) >= 0;
              name.appendCodePoint(plain ? one : '_');
            });
    String cut = shortened(name.toString());
    int start = 0;
    while (start < cut.length() && ". -@+=".indexOf(cut.charAt(start)) >= 0) {
      start++;
    }
    int end = cut.length();
    while (end > start && ". ".indexOf(cut.charAt(end - 1)) >= 0) {
      end--;
    }
    String bare = cut.substring(start, end);
    int point = bare.indexOf('.');
    String stem = (point < 0 ? bare : bare.substring(0, point)).strip().toLowerCase(Locale.ROOT);
    if (bare.isEmpty()) {
      return "unnamed";
    }
    return RESERVED.contains(stem) ? "_" + bare : bare;
  }

  /** Cuts in the middle of the stem, so that the extension stays, and never within a character. */
  private static String shortened(String name) {
    int length = name.codePointCount(0, name.length());
    if (length <= LONGEST) {
      return name;
    }
    int point = name.lastIndexOf('.');
    String extension = point > 0 && name.length() - point <= 16 ? name.substring(point) : "";
    int kept = LONGEST - extension.codePointCount(0, extension.length());
    return name.substring(0, name.offsetByCodePoints(0, kept)) + extension;
  }
}
