package io.ktizo.privacy.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes HTML in which nothing that comes from outside can be more than text: not an element, not
 * an attribute, not a change of writing direction that makes a text read as another one.
 */
final class Html {
  private final OutputStream out;

  Html(OutputStream out) {
    this.out = out;
  }

  /** Writes markup of our own. */
  Html raw(String markup) throws IOException {
    out.write(markup.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Writes anybody's text. */
  Html text(String text) throws IOException {
    return raw(escaped(text));
  }

  static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      switch (one) {
        case '&' -> safe.append("&amp;");
        case '<' -> safe.append("&lt;");
        case '>' -> safe.append("&gt;");
        case '"' -> safe.append("&quot;");
        case '\'' -> safe.append("&#39;");
        case '\n', '\t' -> safe.append(one);
        default -> safe.append(unsafe(text, i) ? '\uFFFD' : one);
      }
    }
    return safe.toString();
  }

  /** Controls, marks of writing direction (Unicode UAX #9), and halves of characters. */
  private static boolean unsafe(String text, int at) {
    char one = text.charAt(at);
    if (Character.isHighSurrogate(one)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    if (Character.isLowSurrogate(one)) {
      return at == 0 || !Character.isHighSurrogate(text.charAt(at - 1));
    }
    return Character.isISOControl(one)
        || (one >= 0x202A && one <= 0x202E)
        || (one >= 0x2066 && one <= 0x2069)
        || one == 0xFFFE
        || one == 0xFFFF;
  }
}
