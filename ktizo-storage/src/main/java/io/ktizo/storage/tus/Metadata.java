package io.ktizo.storage.tus;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code Upload-Metadata}: pairs of a key and a value in base 64, with commas between them. All of
 * it comes from a stranger.
 */
final class Metadata {
  private static final int LONGEST = 4096;

  private Metadata() {}

  /** The pairs; nothing if they do not have the form. A value that is no UTF-8 is left out. */
  static Optional<Map<String, String>> parse(String header) {
    if (header.length() > LONGEST) {
      return Optional.empty();
    }
    Map<String, String> pairs = new LinkedHashMap<>();
    if (header.isBlank()) {
      return Optional.of(pairs);
    }
    for (String pair : header.split(",", -1)) {
      String[] parts = pair.strip().split(" +", -1);
      if (parts.length > 2 || !parts[0].matches("[\\x21-\\x7e]+")) {
        return Optional.empty();
      }
      byte[] value;
      try {
        value = Base64.getDecoder().decode(parts.length == 2 ? parts[1] : "");
      } catch (IllegalArgumentException notBase64) {
        return Optional.empty();
      }
      if (pairs.containsKey(parts[0])) {
        return Optional.empty();
      }
      text(value).ifPresent(text -> pairs.put(parts[0], text));
    }
    return Optional.of(pairs);
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException notText) {
      return Optional.empty();
    }
  }
}
