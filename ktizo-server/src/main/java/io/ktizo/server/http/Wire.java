package io.ktizo.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.helidon.webserver.http.ServerRequest;
import io.ktizo.core.id.Id;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** JSON on the wire: strict when it comes in, exact when it goes out. */
final class Wire {
  /** Requests are small; nothing in them needs more. */
  static final int MOST_JSON_BYTES = 64 << 10;

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNestingDepth(16)
          .maxStringLength(4_096)
          .maxNumberLength(40)
          .maxNameLength(100)
          .maxDocumentLength(MOST_JSON_BYTES)
          .build();

  private static final JsonMapper MAPPER =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          // A double would round what was sent, and 1e400 be none at all.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          // Ids and moments are their text; what is absent is left out.
          .addModule(
              new SimpleModule("ktizo-wire")
                  .addSerializer(Id.class, ToStringSerializer.instance)
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(LocalDate.class, ToStringSerializer.instance))
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(
                  JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
          .build();

  /** Terms of sale, and price lists with the profiles of printers. */
  private static final JsonMapper DOCUMENTS =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(50)
                          .maxStringLength(100_000)
                          .maxNumberLength(60)
                          .maxNameLength(100)
                          .build())
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** For what we wrote ourselves. */
  private static final JsonMapper OWN = JsonMapper.builder().build();

  private Wire() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(Record document) {
    try {
      return MAPPER.writeValueAsBytes(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of the wire can always be written", e);
    }
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /**
   * The body of a request that must be JSON, whole.
   *
   * @throws ProblemException if it is of another type, too large, or of unknown length
   */
  static byte[] body(ServerRequest request) throws IOException {
    requireJson(request);
    long length = contentLength(request);
    if (length > MOST_JSON_BYTES) {
      throw new ProblemException(tooLarge(MOST_JSON_BYTES));
    }
    return length == 0 ? new byte[0] : request.content().inputStream().readNBytes(MOST_JSON_BYTES);
  }

  /**
   * Refuses a body of another type.
   *
   * @throws ProblemException as 415
   */
  static void requireJson(ServerRequest request) {
    if (!mediaType(request).equals(Answer.JSON)) {
      throw new ProblemException(
          Problem.of(
                  415,
                  "request.unsupported-media-type",
                  "The body is of a type that is not taken here.",
                  "Send application/json.")
              .with("Accept", Answer.JSON));
    }
  }

  /** What {@link #bytes} wrote, however large. */
  static JsonNode tree(byte[] document) throws IOException {
    return OWN.readTree(document);
  }

  /**
   * A body as a JSON object.
   *
   * @throws ProblemException if it is anything else
   */
  static ObjectNode read(byte[] body) {
    return read(body, MAPPER);
  }

  /** The same for a long document of a Shop; numbers keep all their digits. */
  static ObjectNode readDocument(byte[] body) {
    return read(body, DOCUMENTS);
  }

  private static ObjectNode read(byte[] body, JsonMapper mapper) {
    try {
      // Jackson would guess UTF-16 or 32 and replace what is no UTF-8; RFC 8259 §8.1 knows UTF-8
      // only.
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      if (mapper.readTree(text) instanceof ObjectNode object) {
        return object;
      }
      throw new ProblemException(malformed("The body must be a JSON object.", ""));
    } catch (CharacterCodingException e) {
      throw new ProblemException(malformed("The body is not UTF-8.", ""));
    } catch (JsonProcessingException e) {
      // What the parser says may repeat what was sent; only the place is told.
      String what =
          e instanceof JsonParseException && String.valueOf(e.getMessage()).startsWith("Duplicate")
              ? "A member stands twice in one object."
              : "The body is not well-formed JSON, or beyond the limits.";
      String place =
          e.getLocation() == null
              ? ""
              : "line " + e.getLocation().getLineNr() + ", column " + e.getLocation().getColumnNr();
      throw new ProblemException(malformed(what, place));
    }
  }

  /**
   * How long the body is.
   *
   * @throws ProblemException if the client does not say
   */
  static long contentLength(ServerRequest request) {
    OptionalLong length = request.headers().contentLength();
    if (length.isEmpty()) {
      throw new ProblemException(lengthRequired());
    }
    return length.getAsLong();
  }

  /** Type and subtype in lower case, without parameters; empty if the client does not say. */
  static String mediaType(ServerRequest request) {
    return request
        .headers()
        .contentType()
        .map(type -> type.mediaType().text().toLowerCase(Locale.ROOT))
        .orElse("");
  }

  static Problem tooLarge(long mostBytes) {
    return Problem.of(
        413,
        "request.too-large",
        "The body is larger than is taken here.",
        "At most " + mostBytes + " bytes are.");
  }

  static Problem lengthRequired() {
    return Problem.of(
        411,
        "request.length-required",
        "The length of the body must be known.",
        "Send a Content-Length; chunked bodies are not taken.");
  }

  private static Problem malformed(String what, String place) {
    String detail =
        place.isEmpty() ? what : what.substring(0, what.length() - 1) + ": " + place + ".";
    return new Problem(
        400, "request.malformed", "The body cannot be understood.", detail, List.of(), Map.of());
  }
}
