package io.ktizo.privacy.datamap;

import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import java.sql.JDBCType;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Whether a strategy can be carried out on a column: found out before anything is touched. */
final class Feasible {
  private static final Set<JDBCType> TEXT =
      EnumSet.of(
          JDBCType.CHAR,
          JDBCType.VARCHAR,
          JDBCType.LONGVARCHAR,
          JDBCType.NCHAR,
          JDBCType.NVARCHAR,
          JDBCType.LONGNVARCHAR,
          JDBCType.CLOB,
          JDBCType.NCLOB);

  private static final Set<JDBCType> MOMENT =
      EnumSet.of(JDBCType.DATE, JDBCType.TIMESTAMP, JDBCType.TIMESTAMP_WITH_TIMEZONE);

  private static final Set<JDBCType> NUMBER =
      EnumSet.of(
          JDBCType.SMALLINT,
          JDBCType.INTEGER,
          JDBCType.BIGINT,
          JDBCType.NUMERIC,
          JDBCType.DECIMAL,
          JDBCType.REAL,
          JDBCType.FLOAT,
          JDBCType.DOUBLE);

  /** Hex digits of an HMAC-SHA-256. */
  private static final int HASH_LENGTH = 64;

  private Feasible() {}

  static Optional<String> objection(Strategy strategy, Table table, Column column) {
    if (strategy instanceof Strategy.Retain) {
      return Optional.empty();
    }
    if (column.generated()) {
      return Optional.of("the database computes this column: nobody can write it");
    }
    if (table.primaryKey().contains(column.name())) {
      return Optional.of("this column is of the primary key, by which other rows find this one");
    }
    return switch (strategy) {
      case Strategy.SetNull n ->
          column.nullable() ? Optional.empty() : Optional.of("the column takes no NULL");
      case Strategy.Constant constant ->
          TEXT.contains(column.type()) && constant.value().length() > column.size()
              ? Optional.of(
                  "the constant has "
                      + constant.value().length()
                      + " characters, the column "
                      + column.size())
              : Optional.empty();
      case Strategy.Replace replace -> replaceable(replace.shape(), column);
      case Strategy.KeyedHash h ->
          TEXT.contains(column.type()) && column.size() >= HASH_LENGTH
              ? Optional.empty()
              : Optional.of("a keyed hash needs a text column of at least " + HASH_LENGTH);
      case Strategy.GeneraliseDate d ->
          MOMENT.contains(column.type())
              ? Optional.empty()
              : Optional.of("only a date or a timestamp is cut to its year or month");
      case Strategy.GeneralisePrefix p ->
          TEXT.contains(column.type())
              ? Optional.empty()
              : Optional.of("only text is cut to its first characters");
      case Strategy.ByPath p ->
          column.json() || TEXT.contains(column.type())
              ? Optional.empty()
              : Optional.of("only a JSON or a text column holds a document with paths");
      case Strategy.Retain r -> Optional.empty();
    };
  }

  private static Optional<String> replaceable(Strategy.Shape shape, Column column) {
    boolean fits =
        switch (shape) {
          case NAME, TEXT -> TEXT.contains(column.type()) && column.size() >= 1;
          case EMAIL, PHONE -> TEXT.contains(column.type()) && column.size() >= 24;
          case UUID ->
              column.typeName().equalsIgnoreCase("uuid")
                  || (TEXT.contains(column.type()) && column.size() >= 36);
          case NUMBER -> NUMBER.contains(column.type());
          case DATE -> MOMENT.contains(column.type());
        };
    return fits
        ? Optional.empty()
        : Optional.of(
            "a made-up "
                + shape
                + " does not fit "
                + column.typeName()
                + "("
                + column.size()
                + ")");
  }
}
