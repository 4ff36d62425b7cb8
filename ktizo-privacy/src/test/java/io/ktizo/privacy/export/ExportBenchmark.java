package io.ktizo.privacy.export;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ktizo.privacy.Databases;
import io.ktizo.privacy.Privacy;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.sql.DataSource;

/**
 * Prints how much longer the engine's export of one person takes than bare loops over JDBC that
 * write the same rows into a zip. The measure is the fastest of some rounds, in which all take
 * turns.
 */
public final class ExportBenchmark {
  private static final String SQL =
      "SELECT id, customer_id, happened, kind, amount, note FROM events WHERE customer_id = ?"
          + " ORDER BY id";

  private ExportBenchmark() {}

  /**
   * Prints the table of docs/benchmarks/privacy.md.
   *
   * @param arguments number of rows, number of rounds
   */
  public static void main(String[] arguments) throws Exception {
    int rows = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1_000_000;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
    Path folder = Files.createTempDirectory("export-benchmark");
    System.out.println("| | database | fastest s | times the bare loop | archive MB |");
    System.out.println("|---|---|---|---|---|");
    for (Databases database : Databases.values()) {
      boolean h2 = database == Databases.H2;
      String url = h2 ? "jdbc:h2:file:" + folder.resolve("db") : database.url();
      DataSource source = MillionRows.source(url);
      MillionRows.fill(source, h2, rows);
      Privacy privacy =
          Privacy.builder()
              .dataSource(source)
              .dataMap(MillionRows.map())
              .clock(() -> MillionRows.NOW)
              .build();
      Path zip = folder.resolve("export.zip");
      double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
      long[] size = new long[3];
      for (int round = 0; round < rounds; round++) {
        for (int which = 0; which < 3; which++) {
          long begin = System.nanoTime();
          try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(zip), 1 << 16)) {
            switch (which) {
              case 0 -> bare(source, out, false);
              case 1 -> bare(source, out, true);
              default -> privacy.export(MillionRows.SUBJECT, out);
            }
          }
          best[which] = Math.min(best[which], (System.nanoTime() - begin) / 1e9);
          size[which] = Files.size(zip);
        }
      }
      String[] names = {
        "bare loop, JSON alone", "bare loops, JSON and CSV", "export: JSON, CSV, page, context"
      };
      for (int which = 0; which < 3; which++) {
        System.out.printf(
            Locale.ROOT,
            "| %s | %s | %.2f | %.2f | %.1f |%n",
            names[which],
            database,
            best[which],
            best[which] / best[1],
            size[which] / 1e6);
      }
    }
  }

  /** What one would write by hand: a query, a loop, a zip of the JDK. */
  private static void bare(DataSource source, OutputStream out, boolean csvToo)
      throws SQLException, IOException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      if (connection.getMetaData().getDatabaseProductName().equals("H2")) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("SET LAZY_QUERY_EXECUTION 1");
        }
      }
      ZipOutputStream zip = new ZipOutputStream(out);
      zip.putNextEntry(new ZipEntry("events.json"));
      json(connection, zip);
      zip.closeEntry();
      if (csvToo) {
        zip.putNextEntry(new ZipEntry("events.csv"));
        csv(connection, zip);
        zip.closeEntry();
      }
      zip.finish();
    }
  }

  private static void json(Connection connection, OutputStream out)
      throws SQLException, IOException {
    try (PreparedStatement statement = query(connection);
        ResultSet rows = statement.executeQuery()) {
      JsonGenerator json = JsonMapper.builder().build().getFactory().createGenerator(out);
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartArray();
      while (rows.next()) {
        json.writeStartObject();
        json.writeNumberField("id", rows.getLong(1));
        json.writeNumberField("customer_id", rows.getInt(2));
        json.writeStringField("happened", rows.getTimestamp(3).toLocalDateTime().toString());
        json.writeStringField("kind", rows.getString(4));
        json.writeStringField("amount", rows.getBigDecimal(5).toPlainString());
        json.writeStringField("note", rows.getString(6));
        json.writeEndObject();
      }
      json.writeEndArray();
      json.close();
    }
  }

  private static void csv(Connection connection, OutputStream out)
      throws SQLException, IOException {
    try (PreparedStatement statement = query(connection);
        ResultSet rows = statement.executeQuery()) {
      StringBuilder line = new StringBuilder("id,customer_id,happened,kind,amount,note\r\n");
      while (rows.next()) {
        line.append(rows.getLong(1)).append(',').append(rows.getInt(2)).append(',');
        line.append(rows.getTimestamp(3).toLocalDateTime()).append(",\"");
        line.append(rows.getString(4).replace("\"", "\"\"")).append("\",");
        line.append(rows.getBigDecimal(5).toPlainString()).append(",\"");
        line.append(rows.getString(6).replace("\"", "\"\"")).append("\"\r\n");
        out.write(line.toString().getBytes(StandardCharsets.UTF_8));
        line.setLength(0);
      }
    }
  }

  private static PreparedStatement query(Connection connection) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(SQL);
    statement.setFetchSize(1000);
    statement.setInt(1, 7);
    return statement;
  }
}
