package io.ktizo.core.mesh;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The parser behind {@link JsonNode#parse}: strict, and bounded in depth and number of values. */
final class JsonParser {
  private static final int MOST_VALUES = 1_000_000;

  private final String text;
  private final int nesting;
  private final Budget budget;
  private int at;
  private int values;

  JsonParser(String text, int nesting, Budget budget) {
    this.text = text;
    this.nesting = nesting;
    this.budget = budget;
  }

  Object document() {
    Object value = value(0);
    skipSpace();
    // Chunks of a GLB are filled up to a multiple of four with blanks, by some writers with zeros.
    while (at < text.length() && text.charAt(at) == 0) {
      at++;
    }
    if (at < text.length()) {
      throw damaged();
    }
    return value;
  }

  private Object value(int depth) {
    if (depth > nesting) {
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          place(),
          "The description inside the file is nested too deeply; please export it again.");
    }
    if (++values > MOST_VALUES) {
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          place(),
          "The description inside the file has too many parts; please simplify the model.");
    }
    budget.tick();
    skipSpace();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> literal("true", true);
      case 'f' -> literal("false", false);
      case 'n' -> literal("null", JsonNode.NULL);
      default -> number();
    };
  }

  private Map<String, Object> object(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    at++;
    skipSpace();
    if (take('}')) {
      return members;
    }
    do {
      skipSpace();
      String name = string();
      skipSpace();
      expect(':');
      if (members.put(name, value(depth + 1)) != null) {
        throw damaged();
      }
      skipSpace();
    } while (take(','));
    expect('}');
    return members;
  }

  private List<Object> array(int depth) {
    List<Object> items = new ArrayList<>();
    at++;
    skipSpace();
    if (take(']')) {
      return items;
    }
    do {
      items.add(value(depth + 1));
      skipSpace();
    } while (take(','));
    expect(']');
    return items;
  }

  private String string() {
    expect('"');
    StringBuilder string = new StringBuilder();
    while (true) {
      char next = next();
      if (next == '"') {
        return string.toString();
      }
      if (next < ' ') {
        throw damaged();
      }
      string.append(next == '\\' ? escaped() : next);
    }
  }

  private char escaped() {
    char kind = next();
    return switch (kind) {
      case '"', '\\', '/' -> kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          int digit = Character.digit(next(), 16);
          if (digit < 0) {
            throw damaged();
          }
          code = 16 * code + digit;
        }
        yield (char) code;
      }
      default -> throw damaged();
    };
  }

  private Double number() {
    int start = at;
    take('-');
    if (!take('0')) {
      digits();
    }
    if (take('.')) {
      digits();
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      digits();
    }
    if (at - start > DecimalParser.LONGEST) {
      throw damaged();
    }
    double number = Double.parseDouble(text.substring(start, at));
    if (Double.isInfinite(number)) {
      throw damaged();
    }
    return number;
  }

  private void digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw damaged();
    }
  }

  private Object literal(String word, Object value) {
    if (!text.startsWith(word, at)) {
      throw damaged();
    }
    at += word.length();
    return value;
  }

  private void skipSpace() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      at++;
    }
  }

  /** The next character, or 0xFFFF, which is none, at the end. */
  private char peek() {
    return at < text.length() ? text.charAt(at) : '\uFFFF';
  }

  private char next() {
    if (at >= text.length()) {
      throw damaged();
    }
    return text.charAt(at++);
  }

  private boolean take(char wanted) {
    boolean there = peek() == wanted;
    at += there ? 1 : 0;
    return there;
  }

  private void expect(char wanted) {
    if (!take(wanted)) {
      throw damaged();
    }
  }

  private RefusedException damaged() {
    return JsonNode.malformed(
        place(), "The description inside the file is damaged; please export it again.");
  }

  private String place() {
    return "JSON character " + at;
  }
}
