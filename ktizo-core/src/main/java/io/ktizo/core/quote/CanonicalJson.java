package io.ktizo.core.quote;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes JSON of which there is only one text: RFC 8785, for the values that occur here: maps with
 * text keys, lists, text and whole numbers. Decimals are texts, so that no reader turns them into
 * binary fractions.
 */
final class CanonicalJson {
  private static final String HEX = "0123456789abcdef";

  private CanonicalJson() {}

  static String write(Object value) {
    StringBuilder out = new StringBuilder(8192);
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    switch (value) {
      case String text -> text(text, out);
      case Integer number -> out.append(number.intValue());
      case List<?> list -> {
        out.append('[');
        String comma = "";
        for (Object element : list) {
          out.append(comma);
          write(element, out);
          comma = ",";
        }
        out.append(']');
      }
      case Map<?, ?> map -> object(map, out);
      default -> throw new IllegalArgumentException("not written here: " + value.getClass());
    }
  }

  private static void object(Map<?, ?> map, StringBuilder out) {
    // The order of RFC 8785, 3.2.3 is that of UTF-16 units, as is that of String.
    TreeMap<String, Object> sorted = new TreeMap<>();
    map.forEach((key, value) -> sorted.put((String) key, value));
    out.append('{');
    String comma = "";
    for (Map.Entry<String, Object> entry : sorted.entrySet()) {
      out.append(comma);
      text(entry.getKey(), out);
      out.append(':');
      write(entry.getValue(), out);
      comma = ",";
    }
    out.append('}');
  }

  private static void text(String text, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\t' -> out.append("\\t");
        case '\n' -> out.append("\\n");
        case '\f' -> out.append("\\f");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
