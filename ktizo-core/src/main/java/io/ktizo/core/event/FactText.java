package io.ktizo.core.event;

import java.util.Map;
import java.util.TreeMap;

/** Facts as one line of text each, {@code name=value}; a backslash hides itself and line ends. */
final class FactText {
  private FactText() {}

  static String write(Map<String, String> facts) {
    StringBuilder text = new StringBuilder();
    facts.forEach(
        (name, value) -> {
          text.append(name).append('=');
          for (int at = 0; at < value.length(); at++) {
            char c = value.charAt(at);
            switch (c) {
              case '\\' -> text.append("\\\\");
              case '\n' -> text.append("\\n");
              // PostgreSQL keeps no NUL in text.
              case '\0' -> text.append("\\0");
              default -> text.append(c);
            }
          }
          text.append('\n');
        });
    return text.toString();
  }

  static Map<String, String> read(String text) {
    Map<String, String> facts = new TreeMap<>();
    StringBuilder value = new StringBuilder();
    String name = "";
    boolean inName = true;
    int start = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (inName) {
        if (c == '=') {
          name = text.substring(start, at);
          value.setLength(0);
          inName = false;
        }
      } else if (c == '\\') {
        at++;
        char hidden = text.charAt(at);
        value.append(hidden == 'n' ? '\n' : hidden == '0' ? '\0' : hidden);
      } else if (c == '\n') {
        facts.put(name, value.toString());
        inName = true;
        start = at + 1;
      } else {
        value.append(c);
      }
    }
    return facts;
  }
}
