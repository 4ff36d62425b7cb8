package io.ktizo.privacy.holder;

import io.ktizo.privacy.datamap.Field;
import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.Strategy;
import io.ktizo.privacy.store.Dialect;
import java.sql.JDBCType;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A strategy as SQL: the expression that makes the new value, and a condition that no value which
 * it made fails, written apart from the expression so that one can be used to check the other.
 */
final class Masking {
  private static final int BLOCK = 64;

  private final Dialect dialect;
  private final byte @Nullable [] key;

  /**
   * Strategies of one engine.
   *
   * @param key for keyed hashes; {@code null} if the host lends no secrets
   */
  Masking(Dialect dialect, byte @Nullable [] key) {
    this.dialect = dialect;
    this.key = key == null ? null : key.clone();
  }

  /** The new value. */
  Fragment value(Strategy strategy, Column column, String sql) {
    return switch (strategy) {
      case Strategy.SetNull n -> new Fragment("NULL");
      case Strategy.Constant constant -> constant(constant, column);
      case Strategy.Replace replace ->
          new Fragment(
              "CASE WHEN "
                  + sql
                  + " IS NULL THEN NULL ELSE "
                  + made(replace.shape(), column)
                  + " END");
      case Strategy.KeyedHash h -> hash(sql);
      case Strategy.GeneraliseDate d -> new Fragment(truncated(d, column, sql));
      case Strategy.GeneralisePrefix p -> new Fragment("LEFT(" + sql + ", " + p.characters() + ")");
      case Strategy.ByPath p -> new Fragment(sql);
      case Strategy.Retain r -> new Fragment(sql);
    };
  }

  /** Whether a value cannot have been made by the strategy. */
  Fragment unmade(Strategy strategy, Column column, String sql) {
    return switch (strategy) {
      case Strategy.SetNull n -> new Fragment(sql + " IS NOT NULL");
      case Strategy.Constant constant -> {
        Fragment wanted = constant(constant, column);
        yield new Fragment(
            "(" + sql + " IS NULL OR " + sql + " <> " + wanted.sql() + ")", wanted.parameters());
      }
      case Strategy.Replace replace ->
          switch (replace.shape()) {
            case EMAIL -> new Fragment(sql + " NOT LIKE 'erased-%@erased.invalid'");
            case PHONE -> new Fragment(sql + " NOT LIKE '+999%'");
            case NUMBER -> new Fragment(sql + " >= 0");
            case DATE -> new Fragment("EXTRACT(YEAR FROM " + sql + ") <> 1900");
            case NAME ->
                new Fragment(
                    roomy(column) ? sql + " NOT LIKE 'Erased %'" : "LENGTH(" + sql + ") > 32");
            case TEXT -> new Fragment("LENGTH(" + sql + ") > 32");
            case UUID -> new Fragment("LENGTH(CAST(" + sql + " AS VARCHAR)) <> 36");
          };
      case Strategy.KeyedHash h -> new Fragment("LENGTH(" + sql + ") <> 64");
      case Strategy.GeneraliseDate d ->
          new Fragment(
              "(EXTRACT(DAY FROM "
                  + sql
                  + ") <> 1"
                  + (d.to() == Strategy.DatePart.YEAR
                      ? " OR EXTRACT(MONTH FROM " + sql + ") <> 1)"
                      : ")"));
      case Strategy.GeneralisePrefix p -> new Fragment("LENGTH(" + sql + ") > " + p.characters());
      // Documents are rewritten and read back by themselves.
      case Strategy.ByPath p -> Fragment.FALSE;
      case Strategy.Retain r -> Fragment.FALSE;
    };
  }

  /** The rules of a document's paths. */
  DocumentErasure documents(Field field) {
    return new DocumentErasure(field, key);
  }

  private Fragment constant(Strategy.Constant constant, Column column) {
    // PostgreSQL takes no text for another type, H2 takes it for any.
    boolean cast = dialect == Dialect.POSTGRESQL && !Keys.text(column.type());
    return new Fragment(
        cast ? "CAST(CAST(? AS VARCHAR) AS " + column.typeName() + ")" : "?",
        List.of(constant.value()));
  }

  private static boolean roomy(Column column) {
    return column.size() >= 15;
  }

  private String hex() {
    return dialect == Dialect.H2
        ? "REPLACE(CAST(RANDOM_UUID() AS VARCHAR), '-', '')"
        : "REPLACE(CAST(gen_random_uuid() AS VARCHAR), '-', '')";
  }

  private String made(Strategy.Shape shape, Column column) {
    int size = column.size();
    return switch (shape) {
      case NAME ->
          roomy(column)
              ? "'Erased ' || LEFT(" + hex() + ", " + Math.min(32, size - 7) + ")"
              : "LEFT(" + hex() + ", " + size + ")";
      case EMAIL ->
          "'erased-' || LEFT(" + hex() + ", " + Math.min(32, size - 22) + ") || '@erased.invalid'";
      case PHONE -> "'+999' || LPAD(CAST(" + below("1000000000000") + " AS VARCHAR), 12, '0')";
      case TEXT -> "LEFT(" + hex() + ", " + Math.min(32, size) + ")";
      case UUID -> {
        String uuid = dialect == Dialect.H2 ? "RANDOM_UUID()" : "gen_random_uuid()";
        yield Keys.text(column.type()) ? "CAST(" + uuid + " AS VARCHAR)" : uuid;
      }
      case NUMBER -> "-1 - " + below(largest(column));
      case DATE ->
          switch (column.type()) {
            case DATE -> "DATE '1900-01-01'";
            case TIMESTAMP_WITH_TIMEZONE ->
                "CAST('1900-01-01 00:00:00+00' AS TIMESTAMP WITH TIME ZONE)";
            // The driver of PostgreSQL calls both of its timestamps TIMESTAMP.
            default ->
                column.typeName().toLowerCase(Locale.ROOT).equals("timestamptz")
                    ? "CAST('1900-01-01 00:00:00+00' AS TIMESTAMP WITH TIME ZONE)"
                    : "TIMESTAMP '1900-01-01 00:00:00'";
          };
    };
  }

  private String below(String limit) {
    String random = dialect == Dialect.H2 ? "RAND()" : "random()";
    return "CAST(FLOOR(" + random + " * " + limit + ") AS BIGINT)";
  }

  private static String largest(Column column) {
    return switch (column.type()) {
      case SMALLINT -> "30000";
      case INTEGER -> "2000000000";
      // PostgreSQL's NUMERIC without limits is of size 0.
      case NUMERIC, DECIMAL ->
          column.size() == 0
              ? "9000000000000"
              : "1" + "0".repeat(Math.clamp(column.size() - column.scale() - 1L, 0, 12));
      default -> "9000000000000";
    };
  }

  private String truncated(Strategy.GeneraliseDate to, Column column, String sql) {
    String part = to.to() == Strategy.DatePart.YEAR ? "'year'" : "'month'";
    String cut = "DATE_TRUNC(" + part + ", " + sql + ")";
    return column.type() == JDBCType.DATE ? "CAST(" + cut + " AS DATE)" : cut;
  }

  /**
   * HMAC-SHA-256 (RFC 2104) by the database's own SHA-256, so that no value leaves it. The two
   * padded keys are bound, never written into the statement.
   */
  private Fragment hash(String sql) {
    byte[] secret = key;
    if (secret == null) {
      throw new IllegalStateException("keyed hashes need secrets");
    }
    byte[] inner = padded(secret, 0x36);
    byte[] outer = padded(secret, 0x5c);
    String text =
        dialect == Dialect.H2
            ? "LOWER(RAWTOHEX(HASH('SHA256', CAST(? AS VARBINARY(64)) || HASH('SHA256',"
                + " CAST(? AS VARBINARY(64)) || STRINGTOUTF8("
                + sql
                + ")))))"
            : "ENCODE(SHA256(CAST(? AS BYTEA) || SHA256(CAST(? AS BYTEA) || CONVERT_TO("
                + sql
                + ", 'UTF8'))), 'hex')";
    return new Fragment(text, List.of(outer, inner));
  }

  private static byte[] padded(byte[] secret, int with) {
    byte[] block = new byte[BLOCK];
    System.arraycopy(secret, 0, block, 0, secret.length);
    for (int i = 0; i < BLOCK; i++) {
      block[i] ^= (byte) with;
    }
    return block;
  }
}
