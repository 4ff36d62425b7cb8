package io.ktizo.core.mesh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Stanford polygon format PLY 1.0 (G. Turk, 1994), as text or binary of either byte
 * order.
 *
 * <p>Elements may come in any order and have any properties; what is neither {@code x y z} of a
 * {@code vertex} nor the vertex numbers of a {@code face} or of {@code tristrips} is passed over.
 * Files with points only are refused.
 */
final class PlyReader {
  private static final int MOST_ELEMENTS = 64;
  private static final int MOST_PROPERTIES = 256;
  private static final int LONGEST_HEADER_LINE = 4096;

  private static final Map<String, Type> TYPES =
      Map.ofEntries(
          Map.entry("char", Type.INT8),
          Map.entry("int8", Type.INT8),
          Map.entry("uchar", Type.UINT8),
          Map.entry("uint8", Type.UINT8),
          Map.entry("short", Type.INT16),
          Map.entry("int16", Type.INT16),
          Map.entry("ushort", Type.UINT16),
          Map.entry("uint16", Type.UINT16),
          Map.entry("int", Type.INT32),
          Map.entry("int32", Type.INT32),
          Map.entry("uint", Type.UINT32),
          Map.entry("uint32", Type.UINT32),
          Map.entry("float", Type.FLOAT32),
          Map.entry("float32", Type.FLOAT32),
          Map.entry("double", Type.FLOAT64),
          Map.entry("float64", Type.FLOAT64));

  private enum Type {
    INT8(1),
    UINT8(1),
    INT16(2),
    UINT16(2),
    INT32(4),
    UINT32(4),
    FLOAT32(4),
    FLOAT64(8);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  private enum Encoding {
    TEXT,
    LITTLE_ENDIAN,
    BIG_ENDIAN
  }

  /**
   * A property of an element.
   *
   * @param length the type of the number of items, if it is a list
   */
  private record Property(String name, @Nullable Type length, Type type) {}

  private record Element(String name, long count, List<Property> properties) {
    /** The bytes that one takes at least; lists may be empty. */
    long leastBytes(Encoding encoding) {
      long bytes = 0;
      for (Property property : properties) {
        Type first = property.length() == null ? property.type() : property.length();
        bytes += encoding == Encoding.TEXT ? 2 : first.bytes;
      }
      return bytes;
    }

    boolean hasLists() {
      return properties.stream().anyMatch(property -> property.length() != null);
    }
  }

  private final TextInput input;
  private final MeshBuilder builder;
  private final IndexedVertices vertices;
  private final Polygon polygon;
  private final List<Element> elements = new ArrayList<>();
  private Encoding encoding = Encoding.TEXT;
  private ByteBuffer binary = ByteBuffer.allocate(0);

  private PlyReader(Source source, MeshLimits limits, Budget budget) {
    this.input = new TextInput(source, 0, budget);
    this.builder = new MeshBuilder(limits);
    this.vertices = new IndexedVertices(builder, limits);
    this.polygon = new Polygon(vertices, budget);
  }

  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    return new PlyReader(source, limits, budget).model();
  }

  private Model model() throws IOException {
    header();
    binary =
        ByteBuffer.wrap(input.buffer)
            .order(
                encoding == Encoding.BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    boolean seenVertices = false;
    List<Long> facesBeforeVertices = new ArrayList<>();
    List<Element> waiting = new ArrayList<>();
    for (Element element : elements) {
      boolean faces = isFaces(element);
      if (element.name().equals("vertex") && !seenVertices) {
        readVertices(element);
        seenVertices = true;
      } else if (faces && seenVertices) {
        readFaces(element);
      } else {
        if (faces) {
          facesBeforeVertices.add(input.offset());
          waiting.add(element);
        }
        skip(element);
      }
    }
    for (int i = 0; i < waiting.size(); i++) {
      input.seek(facesBeforeVertices.get(i));
      readFaces(waiting.get(i));
    }
    if (builder.triangles() == 0 && vertices.count() > 0) {
      throw new RefusedException(
          Refusal.Code.UNSUPPORTED_FEATURE,
          "",
          "The file holds points without a surface; please turn them into a mesh first.");
    }
    return builder.build(MeshFormat.PLY, null, List.of());
  }

  // ---- header

  private void header() throws IOException {
    boolean carriageReturnAlone = skipMagic();
    boolean formatSeen = false;
    String name = "";
    long count = 0;
    List<Property> properties = new ArrayList<>();
    while (true) {
      String line = headerLine(carriageReturnAlone);
      String[] words = line.strip().split("\\s+");
      switch (words[0]) {
        case "end_header" -> {
          endElement(name, count, properties);
          if (!formatSeen) {
            throw damagedHeader();
          }
          return;
        }
        case "format" -> {
          encoding = encoding(words);
          formatSeen = true;
        }
        case "element" -> {
          endElement(name, count, properties);
          if (words.length != 3) {
            throw damagedHeader();
          }
          name = words[1].toLowerCase(Locale.ROOT);
          count = number(words[2]);
          properties = new ArrayList<>();
        }
        case "property" -> {
          properties.add(property(words));
          if (properties.size() > MOST_PROPERTIES) {
            throw damagedHeader();
          }
        }
        case "comment", "obj_info", "" -> {}
        default -> throw damagedHeader();
      }
    }
  }

  /**
   * Skips the word {@code ply}. A header with CR alone is possible, and data may begin with LF: so
   * the first line decides how lines end.
   */
  private boolean skipMagic() throws IOException {
    while (!input.atLineEnd()) {
      input.position++;
    }
    if (input.atEnd()) {
      throw input.truncated();
    }
    boolean carriageReturn = input.peek() == '\r';
    input.position++;
    boolean alone = carriageReturn && input.peek() != '\n';
    if (carriageReturn && !alone) {
      input.position++;
    }
    return alone;
  }

  private String headerLine(boolean carriageReturnAlone) throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = input.peek();
      if (next < 0) {
        throw input.truncated();
      }
      input.position++;
      if (next == '\n' || (next == '\r' && carriageReturnAlone)) {
        return line.toString();
      }
      if (line.length() == LONGEST_HEADER_LINE) {
        throw damagedHeader();
      }
      line.append((char) next);
    }
  }

  private Encoding encoding(String[] words) throws IOException {
    if (words.length < 2) {
      throw damagedHeader();
    }
    return switch (words[1]) {
      case "ascii" -> Encoding.TEXT;
      case "binary_little_endian" -> Encoding.LITTLE_ENDIAN;
      case "binary_big_endian" -> Encoding.BIG_ENDIAN;
      default -> throw damagedHeader();
    };
  }

  private void endElement(String name, long count, List<Property> properties) throws IOException {
    if (name.isEmpty()) {
      if (!properties.isEmpty()) {
        throw damagedHeader();
      }
      return;
    }
    elements.add(new Element(name, count, List.copyOf(properties)));
    if (elements.size() > MOST_ELEMENTS) {
      throw damagedHeader();
    }
  }

  private Property property(String[] words) throws IOException {
    if (words.length >= 5 && words[1].equals("list")) {
      return new Property(words[4].toLowerCase(Locale.ROOT), type(words[2]), type(words[3]));
    }
    if (words.length < 3) {
      throw damagedHeader();
    }
    return new Property(words[2].toLowerCase(Locale.ROOT), null, type(words[1]));
  }

  private Type type(String word) throws IOException {
    Type type = TYPES.get(word.toLowerCase(Locale.ROOT));
    if (type == null) {
      throw damagedHeader();
    }
    return type;
  }

  private long number(String word) throws IOException {
    if (word.isEmpty() || word.length() > 18 || !word.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw damagedHeader();
    }
    return Long.parseLong(word);
  }

  private RefusedException damagedHeader() throws IOException {
    return input.malformed("The header of the PLY file is damaged; please export it again.");
  }

  // ---- elements

  private static boolean isFaces(Element element) {
    return (element.name().equals("face") || element.name().equals("tristrips"))
        && element.properties().stream().anyMatch(PlyReader::isCorners);
  }

  private static boolean isCorners(Property property) {
    return property.length() != null
        && (property.name().equals("vertex_indices") || property.name().equals("vertex_index"));
  }

  private void checkPresent(Element element) throws IOException {
    long least = element.leastBytes(encoding);
    // The last number of a text file needs no line end.
    if (least > 0 && element.count() > (input.remaining() + 1) / least) {
      throw new RefusedException(
          Refusal.Code.TRUNCATED,
          place(),
          "The file holds fewer points or faces than it says, so a part of it is missing; please"
              + " send it again.");
    }
  }

  private void skip(Element element) throws IOException {
    checkPresent(element);
    if (encoding != Encoding.TEXT && !element.hasLists()) {
      input.seek(input.offset() + element.count() * element.leastBytes(encoding));
    } else if (!element.properties().isEmpty()) {
      for (long i = 0; i < element.count(); i++) {
        for (Property property : element.properties()) {
          skip(property);
        }
      }
    }
  }

  private void skip(Property property) throws IOException {
    long values = property.length() == null ? 1 : listLength(property.length());
    if (encoding != Encoding.TEXT) {
      long bytes = values * property.type().bytes;
      if (bytes > input.remaining()) {
        throw truncated();
      }
      if (input.ensure((int) Math.min(bytes, 1 << 15)) && bytes <= input.limit - input.position) {
        input.position += (int) bytes;
      } else {
        input.seek(input.offset() + bytes);
      }
      return;
    }
    for (long i = 0; i < values; i++) {
      input.skipSpace();
      if (input.atEnd()) {
        throw truncated();
      }
      input.skipWord();
      if (input.atControlCharacter()) {
        throw input.malformed("The PLY file is damaged in this place; please export it again.");
      }
    }
  }

  private void readVertices(Element element) throws IOException {
    List<Property> properties = element.properties();
    int[] axes = new int[properties.size()];
    int found = 0;
    for (int i = 0; i < axes.length; i++) {
      Property property = properties.get(i);
      axes[i] = property.length() == null ? List.of("x", "y", "z").indexOf(property.name()) : -1;
      found |= axes[i] < 0 ? 0 : 1 << axes[i];
    }
    if (found != 0b111) {
      throw damagedHeader();
    }
    checkPresent(element);
    float[] position = new float[3];
    for (long vertex = 0; vertex < element.count(); vertex++) {
      for (int i = 0; i < axes.length; i++) {
        if (axes[i] < 0) {
          skip(properties.get(i));
        } else {
          position[axes[i]] = coordinate(properties.get(i).type());
        }
      }
      vertices.add(position[0], position[1], position[2]);
    }
  }

  private void readFaces(Element element) throws IOException {
    checkPresent(element);
    boolean strips = element.name().equals("tristrips");
    for (long face = 0; face < element.count(); face++) {
      boolean cornersSeen = false;
      for (Property property : element.properties()) {
        if (!isCorners(property) || cornersSeen) {
          skip(property);
        } else if (strips) {
          strip(property);
          cornersSeen = true;
        } else {
          face(property);
          cornersSeen = true;
        }
      }
    }
  }

  private void face(Property corners) throws IOException {
    long count = cornersPresent(corners);
    polygon.clear();
    for (long i = 0; i < count; i++) {
      polygon.add(index(whole(corners.type())));
    }
    polygon.triangulate();
  }

  /** Strips of triangles that share edges, each second one turned; -1 begins the next strip. */
  private void strip(Property corners) throws IOException {
    long count = cornersPresent(corners);
    int before = 0;
    int last = 0;
    int length = 0;
    for (long i = 0; i < count; i++) {
      long number = whole(corners.type());
      if (number == -1) {
        length = 0;
        continue;
      }
      int vertex = index(number);
      if (length >= 2 && before != last && last != vertex && vertex != before) {
        if (length % 2 == 0) {
          vertices.triangle(before, last, vertex);
        } else {
          vertices.triangle(last, before, vertex);
        }
      }
      before = last;
      last = vertex;
      length++;
    }
  }

  private long cornersPresent(Property corners) throws IOException {
    Type length = corners.length();
    long count = length == null ? 0 : listLength(length);
    int least = encoding == Encoding.TEXT ? 2 : corners.type().bytes;
    if (count > (input.remaining() + 1) / least) {
      throw truncated();
    }
    return count;
  }

  private int index(long number) throws IOException {
    if (number < 0 || number >= vertices.count()) {
      throw new RefusedException(
          Refusal.Code.DANGLING_REFERENCE,
          place(),
          "A face of the model names a vertex that the file does not hold; please export it"
              + " again.");
    }
    return (int) number;
  }

  // ---- numbers

  private float coordinate(Type type) throws IOException {
    if (encoding == Encoding.TEXT) {
      input.skipSpace();
      return input.coordinate();
    }
    float value =
        switch (type) {
          case FLOAT32 -> binary.getFloat(bytes(4));
          case FLOAT64 -> (float) binary.getDouble(bytes(8));
          case INT8, UINT8, INT16, UINT16, INT32, UINT32 -> (float) whole(type);
        };
    if (!MeshBuilder.isUsable(value)) {
      throw MeshBuilder.badCoordinate(place());
    }
    return value;
  }

  private long listLength(Type type) throws IOException {
    long length = whole(type);
    if (length < 0) {
      throw new RefusedException(
          Refusal.Code.MALFORMED,
          place(),
          "A list in the PLY file has a negative length; please export it again.");
    }
    return length;
  }

  private long whole(Type type) throws IOException {
    if (encoding == Encoding.TEXT) {
      input.skipSpace();
      return input.integer();
    }
    return switch (type) {
      case INT8 -> binary.get(bytes(1));
      case UINT8 -> binary.get(bytes(1)) & 0xFF;
      case INT16 -> binary.getShort(bytes(2));
      case UINT16 -> binary.getShort(bytes(2)) & 0xFFFF;
      case INT32 -> binary.getInt(bytes(4));
      case UINT32 -> binary.getInt(bytes(4)) & 0xFFFFFFFFL;
      // Some writers use floats for numbers of vertices too.
      case FLOAT32 -> wholeOf(binary.getFloat(bytes(4)));
      case FLOAT64 -> wholeOf(binary.getDouble(bytes(8)));
    };
  }

  private long wholeOf(double value) throws IOException {
    if (value != Math.rint(value) || Math.abs(value) > 1e15) {
      throw new RefusedException(
          Refusal.Code.MALFORMED,
          place(),
          "There should be a whole number in this place of the PLY file; please export it again.");
    }
    return (long) value;
  }

  /** Consumes bytes; where they stand in the buffer. */
  private int bytes(int count) throws IOException {
    if (!input.ensure(count)) {
      throw truncated();
    }
    int at = input.position;
    input.position += count;
    return at;
  }

  private RefusedException truncated() throws IOException {
    return new RefusedException(
        Refusal.Code.TRUNCATED,
        place(),
        "The file ends in the middle of the model; please send it again.");
  }

  private String place() throws IOException {
    return encoding == Encoding.TEXT ? input.line() : "byte " + input.offset();
  }
}
