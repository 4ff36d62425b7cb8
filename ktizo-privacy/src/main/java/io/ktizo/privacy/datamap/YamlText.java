package io.ktizo.privacy.datamap;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes block-style YAML. Jackson's generator could do it, but not with the layout that a person
 * reviews in a change: one name a line, short lists inline, quotes only where they are needed.
 */
final class YamlText {
  /** Text that no YAML reader, 1.1 or 1.2, takes for anything but text. */
  private static final Pattern PLAIN =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_./@-]*(?: [A-Za-z0-9_./@§,;()-]+)*+");

  private static final Pattern RESERVED =
      Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null|~|nan|inf");

  private final StringBuilder text = new StringBuilder();

  void line(int depth, String content) {
    text.append("  ".repeat(depth)).append(content).append('\n');
  }

  void key(int depth, String key) {
    line(depth, quote(key) + ":");
  }

  void pair(int depth, String key, String value) {
    line(depth, inline(key, value));
  }

  void optional(int depth, String key, @Nullable String value) {
    if (value != null) {
      pair(depth, key, value);
    }
  }

  void flag(int depth, String key, boolean value, boolean usual) {
    if (value != usual) {
      line(depth, key + ": " + value);
    }
  }

  void list(int depth, String key, List<String> values) {
    if (!values.isEmpty()) {
      line(
          depth,
          key + ": [" + String.join(", ", values.stream().map(YamlText::inList).toList()) + "]");
    }
  }

  void section(int depth, String key, List<?> content) {
    if (!content.isEmpty()) {
      key(depth, key);
    }
  }

  static String inline(String key, String value) {
    return quote(key) + ": " + quote(value);
  }

  private static String inList(String value) {
    return value.indexOf(',') < 0 ? quote(value) : doubleQuoted(value);
  }

  private static String quote(String value) {
    boolean plain = PLAIN.matcher(value).matches() && !RESERVED.matcher(value).matches();
    return plain ? value : doubleQuoted(value);
  }

  private static String doubleQuoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\t' -> quoted.append("\\t");
        default -> {
          if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
            quoted.append(String.format(java.util.Locale.ROOT, "\\u%04x", (int) c));
          } else {
            quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
