package io.ktizo.privacy.datamap;

/**
 * Where map and database do not agree, or where the map leaves something open.
 *
 * @param kind what sort of gap
 * @param table the table, as the database or else the map names it
 * @param column the column or the path in its documents; {@code *} for the whole table
 * @param message what is missing and how to mend it
 */
public record Gap(Kind kind, String table, String column, String message) {

  /** The sorts of gaps. */
  public enum Kind {
    /** The database has a table that the map does not know. */
    UNDECLARED_TABLE,
    /** The database has a column that the map does not know. */
    UNDECLARED_COLUMN,
    /** A document holds a path that the map does not know. */
    UNDECLARED_PATH,
    /** The map describes a table that the database does not have. */
    MISSING_TABLE,
    /** The map describes a column that the database does not have. */
    MISSING_COLUMN,
    /** A column holds documents, and the map does not say what is in them. */
    DOCUMENT_WITHOUT_PATHS,
    /** A table refers to rows that belong to people, and no link says what follows. */
    REFERENCE_WITHOUT_LINK,
    /** A link joins columns that cannot be equal. */
    LINK_IMPOSSIBLE,
    /** A strategy cannot be carried out on its column. */
    STRATEGY_IMPOSSIBLE,
    /** Personal data that the person does not get and that is no secret. */
    NOT_EXPORTED,
    /** Personal data that stays behind when the person goes. */
    NOT_ERASED,
    /** A question of a draft that nobody has answered. */
    OPEN_QUESTION,
    /** A waiver whose day has passed. */
    EXPIRED_WAIVER,
    /** A waiver for something that is not there. */
    IDLE_WAIVER
  }

  @Override
  public String toString() {
    return kind + " " + table + "." + column + ": " + message;
  }
}
