package io.ktizo.privacy.datamap;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.ktizo.privacy.datamap.LiveSchema.Column;
import io.ktizo.privacy.datamap.LiveSchema.Table;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads JSON documents in columns for the names of their paths. Values are passed over. */
final class Documents {
  private static final int FETCH = 500;

  /** Beyond this many, keys are data themselves, and one path with a star describes them better. */
  private static final int MOST_PATHS = 200;

  private static final JsonFactory JSON = new JsonFactory();

  private Documents() {}

  static List<Gap> undeclared(DataMap map, LiveSchema schema, Connection connection)
      throws SQLException {
    List<Gap> gaps = new ArrayList<>();
    for (DataSet set : map.dataSets()) {
      Optional<Table> table = schema.table(set.table());
      for (Field field : set.fields()) {
        Optional<Column> column = table.flatMap(found -> found.column(field.name()));
        if (table.isPresent() && column.isPresent() && !field.paths().isEmpty()) {
          undeclared(schema, table.get(), column.get(), field, connection, gaps);
        }
      }
    }
    return gaps;
  }

  private static void undeclared(
      LiveSchema schema,
      Table table,
      Column column,
      Field field,
      Connection connection,
      List<Gap> gaps)
      throws SQLException {
    Set<String> unknown = new TreeSet<>();
    int broken = 0;
    String sql =
        "SELECT "
            + quoted(schema, column.name())
            + " FROM "
            + quoted(schema, table.schema())
            + "."
            + quoted(schema, table.name());
    // PostgreSQL streams only inside a transaction; a caller's own is neither ended nor begun here.
    boolean own = connection.getAutoCommit();
    if (own) {
      connection.setAutoCommit(false);
    }
    try (Statement statement = connection.createStatement()) {
      statement.setFetchSize(FETCH);
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next() && unknown.size() <= MOST_PATHS) {
          String document = rows.getString(1);
          if (document != null && !collect(new StringReader(document), field, unknown)) {
            broken++;
          }
        }
      }
    } finally {
      if (own) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    }
    String name = schema.nameOf(table);
    for (String path : unknown) {
      gaps.add(
          new Gap(
              Gap.Kind.UNDECLARED_PATH,
              name,
              column.name() + path.substring(1),
              "documents hold this path: classify it under \"paths\""));
    }
    if (broken > 0) {
      gaps.add(
          new Gap(
              Gap.Kind.DOCUMENT_WITHOUT_PATHS,
              name,
              column.name(),
              broken + " values are no JSON documents, so nothing is known of what they hold"));
    }
  }

  /** Adds the document's unknown leaf paths; false if it is no JSON. */
  private static boolean collect(Reader document, Field field, Set<String> unknown) {
    try (JsonParser parser = JSON.createParser(document)) {
      JsonToken first = parser.nextToken();
      if (first != null) {
        walk(parser, "$", field, unknown);
      }
      return true;
    } catch (IOException e) {
      // Not a document. The parser's message quotes it, so only the count is kept.
      return false;
    }
  }

  private static void walk(JsonParser parser, String path, Field field, Set<String> unknown)
      throws IOException {
    if (declared(path, field)) {
      parser.skipChildren();
      return;
    }
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String key = parser.currentName();
        parser.nextToken();
        walk(parser, path + "." + key, field, unknown);
      }
    } else if (token == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        walk(parser, path + "[*]", field, unknown);
      }
    } else if (unknown.size() <= MOST_PATHS) {
      unknown.add(path);
    }
  }

  /** A path describes what it names and all below it; a star stands for one key. */
  private static boolean declared(String path, Field field) {
    return field.paths().stream().anyMatch(known -> matches(known.name(), path));
  }

  private static boolean matches(String pattern, String path) {
    if (pattern.equals(path)) {
      return true;
    }
    String[] wanted = pattern.split("\\.", -1);
    String[] found = path.split("\\.", -1);
    if (wanted.length != found.length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (!wanted[i].equals("*") && !wanted[i].equals(found[i])) {
        return false;
      }
    }
    return true;
  }

  private static String quoted(LiveSchema schema, String name) {
    String quote = schema.quote().isBlank() ? "\"" : schema.quote();
    return quote + name.replace(quote, quote + quote) + quote;
  }
}
