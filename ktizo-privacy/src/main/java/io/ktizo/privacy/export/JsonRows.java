package io.ktizo.privacy.export;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * The rows of one data set as a JSON document of the published schema: first what the columns mean,
 * then one row a line. Whole numbers that a double cannot hold and all decimals are text, so that
 * no reader rounds them (RFC 7493, section 2.2); the column's type says what they are.
 */
final class JsonRows {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final long EXACT_IN_DOUBLE = 1L << 53;

  private final OutputStream out;
  private final List<String> names;
  private final JsonGenerator rows;
  private boolean first;

  /**
   * @param first whether no row has been written yet
   */
  JsonRows(OutputStream out, List<String> names, boolean first) throws IOException {
    this.out = out;
    this.names = names;
    this.first = first;
    this.rows = generator(out);
    rows.setRootValueSeparator(new SerializedString(""));
  }

  /** Writes everything before the rows: an object that is left open at a list. */
  static void head(OutputStream out, ObjectNode context, String list) throws IOException {
    byte[] json = MAPPER.writeValueAsBytes(context);
    out.write(json, 0, json.length - 1);
    out.write((",\n\"" + list + "\":[").getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes one row.
   *
   * @param relation {@code owned} or {@code accessed}
   * @param keptUntil rules of retention → the day they end, where it depends on the row
   */
  void row(String relation, Map<String, String> keptUntil, List<Cell> cells) throws IOException {
    rows.writeRaw(first ? "\n" : ",\n");
    first = false;
    rows.writeStartObject();
    rows.writeStringField("relation", relation);
    if (!keptUntil.isEmpty()) {
      rows.writeObjectFieldStart("keptUntil");
      for (Map.Entry<String, String> rule : keptUntil.entrySet()) {
        rows.writeStringField(rule.getKey(), rule.getValue());
      }
      rows.writeEndObject();
    }
    boolean hides = false;
    for (int i = 0; i < cells.size(); i++) {
      if (cells.get(i) instanceof Cell.Hidden) {
        if (!hides) {
          rows.writeArrayFieldStart("hidden");
          hides = true;
        }
        rows.writeString(names.get(i));
      }
    }
    if (hides) {
      rows.writeEndArray();
    }
    rows.writeObjectFieldStart("values");
    for (int i = 0; i < cells.size(); i++) {
      Cell cell = cells.get(i);
      if (!(cell instanceof Cell.Hidden)) {
        rows.writeFieldName(names.get(i));
        write(rows, cell);
      }
    }
    rows.writeEndObject();
    rows.writeEndObject();
  }

  /** Hands everything written so far to the stream. */
  void flush() throws IOException {
    rows.flush();
  }

  /** Writes everything after the rows. */
  void tail(long count) throws IOException {
    rows.flush();
    out.write(("\n],\n\"count\":" + count + "}\n").getBytes(StandardCharsets.UTF_8));
  }

  /** A list of values as JSON text. */
  static String text(Cell.Many many) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      write(json, many);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static JsonGenerator generator(OutputStream out) throws IOException {
    JsonGenerator made = MAPPER.getFactory().createGenerator(out);
    // The archive decides when bytes move on, and rows are written one by one into an open array.
    made.disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
    made.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    made.enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN.mappedFeature());
    return made;
  }

  private static void write(JsonGenerator json, Cell cell) throws IOException {
    switch (cell) {
      case Cell.Nothing n -> json.writeNull();
      case Cell.Hidden h -> json.writeNull();
      case Cell.Text text -> json.writeString(text.value());
      case Cell.Whole whole -> {
        if (Math.abs(whole.value()) <= EXACT_IN_DOUBLE && whole.value() != Long.MIN_VALUE) {
          json.writeNumber(whole.value());
        } else {
          json.writeString(Long.toString(whole.value()));
        }
      }
      case Cell.Exact exact -> json.writeString(exact.value().toPlainString());
      case Cell.Approximate number -> {
        if (Double.isFinite(number.value())) {
          json.writeNumber(number.value());
        } else {
          json.writeString(Double.toString(number.value()));
        }
      }
      case Cell.Truth truth -> json.writeBoolean(truth.value());
      case Cell.Bytes bytes -> json.writeString(bytes.base64());
      case Cell.Document document -> MAPPER.writeTree(json, document.value());
      case Cell.Many many -> {
        json.writeStartArray();
        for (Cell one : many.values()) {
          write(json, one);
        }
        json.writeEndArray();
      }
      case Cell.LongText text -> {
        try (Reader characters = text.open()) {
          json.writeString(characters, -1);
        }
      }
      case Cell.LongBytes bytes -> {
        try (InputStream content = bytes.open()) {
          json.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, content, -1);
        }
      }
    }
  }
}
