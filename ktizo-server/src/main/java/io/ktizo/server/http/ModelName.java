package io.ktizo.server.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HexFormat;

/**
 * What a customer calls his file. It is shown to people and never used as a path; still nothing is
 * taken that could pass for a path, split a header, or look like another name than it is.
 */
final class ModelName {
  /** In UTF-16 units, as the database counts. */
  static final int MOST = 200;

  /** For a model that nobody named. */
  static final String UNNAMED = "model";

  private ModelName() {}

  /**
   * The name in a raw query, for instance {@code name=bracket%20v2.stl}; {@link #UNNAMED} if there
   * is none.
   *
   * @throws ProblemException if the query has other parameters or the name is not acceptable
   */
  static String ofQuery(String rawQuery) {
    String name = UNNAMED;
    boolean named = false;
    for (String parameter : rawQuery.isEmpty() ? new String[0] : rawQuery.split("&", -1)) {
      if (!parameter.startsWith("name=") || named) {
        throw new ProblemException(
            Problem.of(
                400,
                "request.bad-query",
                "The query is not understood.",
                "The only parameter here is name, once."));
      }
      name = checked(decoded(parameter.substring("name=".length())));
      named = true;
    }
    return name;
  }

  private static String decoded(String raw) {
    if (raw.length() > 12 * MOST) {
      throw bad("It is longer than " + MOST + " characters.");
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c == '%') {
        if (i + 2 >= raw.length()
            || !HexFormat.isHexDigit(raw.charAt(i + 1))
            || !HexFormat.isHexDigit(raw.charAt(i + 2))) {
          throw bad("Its percent-encoding is broken.");
        }
        bytes.put((byte) HexFormat.fromHexDigits(raw, i + 1, i + 3));
        i += 2;
      } else if (c == '+') {
        bytes.put((byte) ' ');
      } else {
        bytes.put(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
      }
    }
    try {
      // Strict, unlike URLDecoder, which would replace what is no UTF-8.
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
    } catch (CharacterCodingException e) {
      throw bad("It is not UTF-8.");
    }
  }

  private static String checked(String decoded) {
    String name = Normalizer.normalize(decoded, Normalizer.Form.NFC).strip();
    if (name.isEmpty() || name.equals(".") || name.equals("..")) {
      throw bad("It is empty.");
    }
    if (name.length() > MOST) {
      throw bad("It is longer than " + MOST + " characters.");
    }
    name.codePoints()
        .forEach(
            point -> {
              if (point == '/' || point == '\\' || point == ':') {
                throw bad("It must be a file's name, not a path.");
              }
              switch (Character.getType(point)) {
                case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED,
                    Character.PRIVATE_USE ->
                    throw bad("It holds characters that cannot be shown.");
                default -> {}
              }
            });
    return name;
  }

  private static ProblemException bad(String message) {
    return new ProblemException(Problem.badName(message));
  }
}
