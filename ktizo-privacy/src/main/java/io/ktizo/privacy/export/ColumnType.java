package io.ktizo.privacy.export;

import java.sql.JDBCType;
import java.util.Locale;

/** What a value of an exported column is, independent of the database it came from. */
enum ColumnType {
  INTEGER,
  DECIMAL,
  FLOAT,
  BOOLEAN,
  DATE,
  TIME,
  TIMESTAMP,
  TIMESTAMP_WITH_OFFSET,
  BYTES,
  DOCUMENT,
  LIST,
  TEXT;

  /** The word in an archive, for instance {@code timestamp-with-offset}. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether no value of it can begin a formula that does anything. */
  boolean harmlessInSheets() {
    return switch (this) {
      case INTEGER, DECIMAL, FLOAT, BOOLEAN, DATE, TIME, TIMESTAMP, TIMESTAMP_WITH_OFFSET -> true;
      case BYTES, DOCUMENT, LIST, TEXT -> false;
    };
  }

  /**
   * @param type the JDBC type
   * @param typeName the database's own word, which tells what drivers blur: PostgreSQL's {@code
   *     timestamptz} is reported as a plain TIMESTAMP, its {@code money} as a DOUBLE, its {@code
   *     bit(8)} as a BIT; H2's {@code uuid} as bytes
   */
  static ColumnType of(JDBCType type, String typeName) {
    String word = typeName.toLowerCase(Locale.ROOT);
    if (word.startsWith("json")) {
      return DOCUMENT;
    }
    switch (word) {
      case "timestamptz" -> {
        return TIMESTAMP_WITH_OFFSET;
      }
      case "money", "bit", "varbit", "timetz", "oid", "uuid" -> {
        return TEXT;
      }
      default -> {}
    }
    return switch (type) {
      case TINYINT, SMALLINT, INTEGER, BIGINT -> INTEGER;
      case NUMERIC, DECIMAL -> DECIMAL;
      case REAL, FLOAT, DOUBLE -> FLOAT;
      case BOOLEAN, BIT -> BOOLEAN;
      case DATE -> DATE;
      case TIME -> TIME;
      case TIMESTAMP -> TIMESTAMP;
      case TIMESTAMP_WITH_TIMEZONE -> TIMESTAMP_WITH_OFFSET;
      case BINARY, VARBINARY, LONGVARBINARY, BLOB -> BYTES;
      case ARRAY -> LIST;
      default -> TEXT;
    };
  }
}
