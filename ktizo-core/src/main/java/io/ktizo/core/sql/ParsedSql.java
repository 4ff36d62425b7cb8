package io.ktizo.core.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A statement whose {@code :names} became question marks.
 *
 * <p>Left alone are: string literals, also with escapes ({@code E'…\'…'}) and dollar quotes;
 * identifiers in double quotes; comments, which PostgreSQL nests; casts ({@code ::}) and {@code
 * :=}. A question mark is refused, since it would be taken for a parameter.
 *
 * @param text as written
 * @param jdbc with question marks
 * @param names of the parameters in the order of the question marks; one may occur several times
 */
record ParsedSql(String text, String jdbc, List<String> names) {

  ParsedSql {
    names = List.copyOf(names);
  }

  static ParsedSql of(String sql) {
    return new Parser(sql).parse();
  }

  Set<String> distinctNames() {
    return new TreeSet<>(names);
  }

  private static final class Parser {
    private final String sql;
    private final StringBuilder jdbc;
    private final List<String> names = new ArrayList<>();
    private int at;

    Parser(String sql) {
      this.sql = sql;
      this.jdbc = new StringBuilder(sql.length());
    }

    ParsedSql parse() {
      while (at < sql.length()) {
        char c = sql.charAt(at);
        switch (c) {
          case '\'' -> copyTo(endOfQuoted('\'', opensEscapes()));
          case '"' -> copyTo(endOfQuoted('"', false));
          case '-' -> copyTo(next('-') ? endOfLine() : at + 1);
          case '/' -> copyTo(next('*') ? endOfComment() : at + 1);
          case '$' -> copyTo(endOfDollarQuoted());
          case ':' -> colon();
          case '?' ->
              throw new IllegalArgumentException(
                  "write :name, not a question mark, at " + at + " in: " + sql);
          default -> copyTo(at + 1);
        }
      }
      return new ParsedSql(sql, jdbc.toString(), names);
    }

    private void copyTo(int end) {
      jdbc.append(sql, at, end);
      at = end;
    }

    private boolean next(char expected) {
      return at + 1 < sql.length() && sql.charAt(at + 1) == expected;
    }

    private void colon() {
      if (next(':') || next('=')) {
        copyTo(at + 2);
        return;
      }
      int end = at + 1;
      if (end == sql.length() || !Character.isJavaIdentifierStart(sql.charAt(end))) {
        copyTo(at + 1);
        return;
      }
      while (end < sql.length() && Character.isJavaIdentifierPart(sql.charAt(end))) {
        end++;
      }
      names.add(sql.substring(at + 1, end));
      jdbc.append('?');
      at = end;
    }

    /** Whether the quote here follows an E that stands alone: PostgreSQL's escape string. */
    private boolean opensEscapes() {
      return at > 0
          && (sql.charAt(at - 1) == 'E' || sql.charAt(at - 1) == 'e')
          && (at == 1 || !Character.isJavaIdentifierPart(sql.charAt(at - 2)));
    }

    private int endOfQuoted(char quote, boolean escapes) {
      int end = at + 1;
      while (end < sql.length()) {
        char c = sql.charAt(end);
        if (c == '\\' && escapes) {
          end += 2;
        } else if (c == quote) {
          return end + 1; // A doubled quote begins the next literal at once, which is as good.
        } else {
          end++;
        }
      }
      throw unfinished("quote");
    }

    private int endOfLine() {
      int end = sql.indexOf('\n', at);
      return end < 0 ? sql.length() : end;
    }

    private int endOfComment() {
      int depth = 1;
      int end = at + 2;
      while (end < sql.length()) {
        if (sql.startsWith("/*", end)) {
          depth++;
          end += 2;
        } else if (sql.startsWith("*/", end)) {
          depth--;
          end += 2;
          if (depth == 0) {
            return end;
          }
        } else {
          end++;
        }
      }
      throw unfinished("comment");
    }

    private int endOfDollarQuoted() {
      // A dollar inside a name, as in a$b, opens nothing.
      if (at > 0 && Character.isJavaIdentifierPart(sql.charAt(at - 1))) {
        return at + 1;
      }
      int tagEnd = at + 1;
      while (tagEnd < sql.length()
          && sql.charAt(tagEnd) != '$'
          && Character.isUnicodeIdentifierPart(sql.charAt(tagEnd))) {
        tagEnd++;
      }
      boolean opens =
          tagEnd < sql.length()
              && sql.charAt(tagEnd) == '$'
              && !Character.isDigit(sql.charAt(at + 1));
      if (!opens) {
        return at + 1;
      }
      String tag = sql.substring(at, tagEnd + 1);
      int close = sql.indexOf(tag, tagEnd + 1);
      if (close < 0) {
        throw unfinished("dollar quote");
      }
      return close + tag.length();
    }

    private IllegalArgumentException unfinished(String what) {
      return new IllegalArgumentException("unfinished " + what + " at " + at + " in: " + sql);
    }
  }
}
