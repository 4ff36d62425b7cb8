package io.ktizo.core.sql;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Parsed statements. There are as many as the code has, so the bound is never reached in earnest.
 */
final class Statements {
  private static final int MOST = 2_000;

  private final Map<String, ParsedSql> parsed = new ConcurrentHashMap<>();

  ParsedSql parsed(String text) {
    ParsedSql known = parsed.get(text);
    if (known != null) {
      return known;
    }
    ParsedSql fresh = ParsedSql.of(text);
    // Somebody who builds texts at run time is served without a cache rather than with a leak.
    if (parsed.size() < MOST) {
      parsed.put(text, fresh);
    }
    return fresh;
  }
}
