package io.ktizo.privacy.export;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive: to move a person's data into another application (GDPR Article 20), or to look
 * into it. Nothing is unpacked to the disk, and rows are read one at a time, so an archive of any
 * size, and one that somebody made up, does no harm. Not for use by several threads.
 */
public final class ExportArchive implements Closeable {
  static final String FORMAT = "ktizo-personal-data";
  static final int VERSION = 1;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final ZipFile zip;
  private final JsonNode manifest;

  private ExportArchive(ZipFile zip, JsonNode manifest) {
    this.zip = zip;
    this.manifest = manifest;
  }

  /**
   * Opens an archive.
   *
   * @throws IOException if the file cannot be read
   * @throws UnreadableArchiveException if it is no archive of this format, or of a later version
   */
  public static ExportArchive open(Path file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw new UnreadableArchiveException("the file is no zip archive");
    }
    try {
      ZipEntry entry = zip.getEntry("manifest.json");
      if (entry == null) {
        throw new UnreadableArchiveException("the archive has no manifest.json");
      }
      try (InputStream json = zip.getInputStream(entry)) {
        JsonNode manifest = MAPPER.readTree(json);
        if (!manifest.path("format").asText().equals(FORMAT)
            || manifest.path("version").asInt() != VERSION) {
          throw new UnreadableArchiveException(
              "the manifest is not of format " + FORMAT + ", version " + VERSION);
        }
        return new ExportArchive(zip, manifest);
      } catch (JsonProcessingException e) {
        throw new UnreadableArchiveException("manifest.json is no JSON");
      }
    } catch (IOException | RuntimeException e) {
      zip.close();
      throw e;
    }
  }

  /** The JSON Schema (draft 2020-12) of every JSON document in an archive. */
  public static String schema() {
    try (InputStream schema = ExportArchive.class.getResourceAsStream("export.schema.json")) {
      if (schema == null) {
        throw new IllegalStateException("export.schema.json is missing from the jar");
      }
      return new String(schema.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The moment as of which the archive tells. */
  public Instant madeAt() {
    return Instant.parse(manifest.path("madeAt").asText());
  }

  /** Which right it serves. */
  public Scope scope() {
    return manifest.path("scope").asText().equals(Scope.PORTABILITY.id())
        ? Scope.PORTABILITY
        : Scope.ACCESS;
  }

  /** The names of the data sets of which there are rows, in order. */
  public List<String> dataSets() {
    List<String> names = new ArrayList<>();
    manifest.path("dataSets").forEach(set -> names.add(set.path("name").asText()));
    return List.copyOf(names);
  }

  /** The paths of everything in the archive, in order. */
  public List<String> entries() {
    return zip.stream().map(ZipEntry::getName).toList();
  }

  /**
   * Opens one file of the archive.
   *
   * @throws IOException if there is none, or it cannot be read
   */
  public InputStream open(String entry) throws IOException {
    ZipEntry found = zip.getEntry(entry);
    if (found == null) {
      throw new IOException("the archive has no such entry");
    }
    return zip.getInputStream(found);
  }

  /**
   * A row of a data set.
   *
   * @param owned whether it is the person's own, as opposed to one he may read
   * @param hidden columns that were not shown to him
   * @param keptUntil rules of retention → the day on which they end for this row
   * @param values column → {@code Long}, {@code BigDecimal}, {@code Double}, {@code Boolean},
   *     {@code String}, {@code LocalDate}, {@code LocalTime}, {@code LocalDateTime}, {@code
   *     OffsetDateTime}, {@code byte[]}, {@link JsonNode} for documents and lists, or {@code null}
   */
  public record Row(
      boolean owned,
      List<String> hidden,
      Map<String, LocalDate> keptUntil,
      Map<String, @Nullable Object> values) {
    public Row {
      hidden = List.copyOf(hidden);
      keptUntil = Map.copyOf(keptUntil);
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /** Takes rows. */
  @FunctionalInterface
  public interface Taker {
    /** Takes one row; what it throws ends the reading. */
    void take(Row row) throws IOException;
  }

  /**
   * Reads the rows of a data set in their order; none if the archive has no such data set.
   *
   * @throws IOException if the archive cannot be read, or by the taker
   * @throws UnreadableArchiveException if it does not follow the schema
   */
  public void rows(String dataSet, Taker taker) throws IOException {
    for (JsonNode set : manifest.path("dataSets")) {
      if (set.path("name").asText().equals(dataSet)) {
        for (JsonNode file : set.path("files")) {
          if (file.asText().endsWith(".json")) {
            part(file.asText(), taker);
          }
        }
      }
    }
  }

  private void part(String file, Taker taker) throws IOException {
    try (InputStream content = open(file);
        JsonParser json = MAPPER.getFactory().createParser(content)) {
      Map<String, String> types = new LinkedHashMap<>();
      expect(json.nextToken() == JsonToken.START_OBJECT, file);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        if (name.equals("fields")) {
          JsonNode fields = json.readValueAsTree();
          fields.forEach(
              field -> types.put(field.path("name").asText(), field.path("type").asText()));
        } else if (name.equals("rows")) {
          expect(json.currentToken() == JsonToken.START_ARRAY, file);
          while (json.nextToken() == JsonToken.START_OBJECT) {
            JsonNode row = json.readValueAsTree();
            taker.take(row(row, types, file));
          }
        } else {
          json.skipChildren();
        }
      }
    } catch (JsonProcessingException e) {
      throw new UnreadableArchiveException(file + " is no JSON");
    }
  }

  private static Row row(JsonNode row, Map<String, String> types, String file) {
    List<String> hidden = new ArrayList<>();
    row.path("hidden").forEach(name -> hidden.add(name.asText()));
    Map<String, LocalDate> kept = new LinkedHashMap<>();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    try {
      row.path("keptUntil")
          .properties()
          .forEach(rule -> kept.put(rule.getKey(), LocalDate.parse(rule.getValue().asText())));
      for (Map.Entry<String, JsonNode> value : row.path("values").properties()) {
        String type = types.getOrDefault(value.getKey(), "text");
        values.put(value.getKey(), value(type, value.getValue()));
      }
    } catch (DateTimeException | IllegalArgumentException | IOException e) {
      throw new UnreadableArchiveException(file + " holds a value that is not of its type");
    }
    return new Row(row.path("relation").asText().equals("owned"), hidden, kept, values);
  }

  private static @Nullable Object value(String type, JsonNode value) throws IOException {
    if (value.isNull()) {
      return null;
    }
    String text = value.asText();
    boolean endless = text.endsWith("infinity");
    return switch (type) {
      case "integer" -> Long.valueOf(text);
      case "decimal" ->
          text.equals("NaN") || text.endsWith("Infinity") ? text : new BigDecimal(text);
      case "float" -> Double.valueOf(text);
      case "boolean" -> value.asBoolean();
      case "date" -> endless ? text : LocalDate.parse(text);
      case "time" -> LocalTime.parse(text);
      case "timestamp" -> endless ? text : LocalDateTime.parse(text);
      case "timestamp-with-offset" -> endless ? text : OffsetDateTime.parse(text);
      case "bytes" -> value.binaryValue();
      case "document", "list" -> value;
      default -> text;
    };
  }

  private static void expect(boolean met, String file) {
    if (!met) {
      throw new UnreadableArchiveException(file + " does not follow the schema");
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
