package io.ktizo.server.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an endpoint sends back. Its length is always known before its first byte, so that HEAD can
 * tell it and no client needs to understand chunks.
 *
 * @param status of HTTP
 * @param mediaType of the content; empty when there is none
 * @param headers beside those that the edge adds to every answer
 * @param content what is sent
 */
record Answer(int status, String mediaType, Map<String, String> headers, Content content) {
  static final String JSON = "application/json";

  Answer {
    headers = Map.copyOf(headers);
  }

  /** What is sent. */
  sealed interface Content {
    long length();

    /** Bytes at hand; never changed after this. */
    final class Bytes implements Content {
      private final byte[] bytes;

      Bytes(byte[] bytes) {
        this.bytes = bytes;
      }

      byte[] bytes() {
        return bytes;
      }

      @Override
      public long length() {
        return bytes.length;
      }
    }

    /** Bytes made while they are sent, exactly so many. */
    record Written(long length, Writer writer) implements Content {}
  }

  /** Writes content to a client. */
  @FunctionalInterface
  interface Writer {
    void writeTo(OutputStream out) throws IOException;
  }

  static Answer of(int status, String mediaType, byte[] bytes) {
    return new Answer(status, mediaType, Map.of(), new Content.Bytes(bytes));
  }

  static Answer json(int status, String document) {
    return of(status, JSON, document.getBytes(StandardCharsets.UTF_8));
  }

  /** A record of the wire as JSON. */
  static Answer json(int status, Record document) {
    return of(status, JSON, Wire.bytes(document));
  }

  /** The ETag of a version. */
  static String tag(long version) {
    return "\"v" + version + "\"";
  }

  /** With the ETag of a version, for the If-Match of a change. */
  Answer version(long version) {
    return with("ETag", tag(version));
  }

  static Answer nothing(int status) {
    return of(status, "", new byte[0]);
  }

  static Answer written(String mediaType, long length, Writer writer) {
    return new Answer(200, mediaType, Map.of(), new Content.Written(length, writer));
  }

  /** The same with one more header. */
  Answer with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Answer(status, mediaType, more, content);
  }

  /** For content that never changes under its address and is nobody else's business. */
  Answer keptForAnHour() {
    return with("Cache-Control", "private, max-age=3600, immutable");
  }
}
