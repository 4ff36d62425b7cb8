package io.ktizo.core.mesh;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON document (RFC 8259) and the path that leads to it, which refusals name.
 *
 * @param value a {@code Map<String, Object>}, {@code List<Object>}, {@code String}, {@code Double},
 *     {@code Boolean}, or {@link #NULL}
 * @param path a JSON pointer (RFC 6901)
 */
record JsonNode(Object value, String path) {
  static final Object NULL =
      new Object() {
        @Override
        public String toString() {
          return "null";
        }
      };

  /**
   * Reads a document.
   *
   * @throws RefusedException if it is not one, or deeper or larger than may be
   */
  static JsonNode parse(byte[] utf8, int nesting, Budget budget) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException notUtf8) {
      throw malformed("", "The description inside the file is damaged; please export it again.");
    }
    return new JsonNode(new JsonParser(text, nesting, budget).document(), "");
  }

  /** The member of this name, if there is one and it is not null. */
  @Nullable JsonNode find(String name) {
    if (!(value instanceof Map<?, ?> members)) {
      throw malformed(path, "There should be an object in this place of the file.");
    }
    Object member = members.get(name);
    return member == null || member == NULL ? null : new JsonNode(member, path + "/" + name);
  }

  /** The member of this name, which must be there. */
  JsonNode get(String name) {
    JsonNode member = find(name);
    if (member == null) {
      throw malformed(path + "/" + name, "A part of the file's description is missing.");
    }
    return member;
  }

  boolean has(String name) {
    return find(name) != null;
  }

  int size() {
    return list().size();
  }

  /** The item with this number; refuses one that is not there as dangling. */
  JsonNode item(long index) {
    List<?> items = list();
    if (index < 0 || index >= items.size()) {
      throw new RefusedException(
          Refusal.Code.DANGLING_REFERENCE,
          path,
          "The file refers to a part of itself that is not there; please export it again.");
    }
    return new JsonNode((Object) items.get((int) index), path + "/" + index);
  }

  private List<?> list() {
    if (value instanceof List<?> items) {
      return items;
    }
    throw malformed(path, "There should be a list in this place of the file.");
  }

  String text() {
    if (value instanceof String text) {
      return text;
    }
    throw malformed(path, "There should be a text in this place of the file.");
  }

  double number() {
    if (value instanceof Double number) {
      return number;
    }
    throw malformed(path, "There should be a number in this place of the file.");
  }

  /** A whole number, not negative, exact in double precision. */
  long whole() {
    double number = number();
    if (number < 0 || number > 1L << 53 || number != Math.rint(number)) {
      throw malformed(path, "There should be a whole number in this place of the file.");
    }
    return (long) number;
  }

  /** As {@link #whole()} of a member that may be missing. */
  long whole(String name, long otherwise) {
    JsonNode member = find(name);
    return member == null ? otherwise : member.whole();
  }

  /** A list of exactly so many numbers. */
  double[] numbers(int count) {
    if (size() != count) {
      throw malformed(path, "A list of numbers in the file has the wrong length.");
    }
    double[] numbers = new double[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = item(i).number();
    }
    return numbers;
  }

  boolean isTrue() {
    return Boolean.TRUE.equals(value);
  }

  static RefusedException malformed(String path, String message) {
    return new RefusedException(Refusal.Code.MALFORMED, path, message);
  }
}
