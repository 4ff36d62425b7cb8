package io.ktizo.core.mesh;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Reads the typed arrays of a glTF document (glTF 2.0, 3.6): buffers, views, accessors, sparse ones
 * too. Whatever a count says, it is compared with the bytes that are there before it is believed.
 */
final class GltfAccessors {
  private static final int BYTE = 5120;
  private static final int UNSIGNED_BYTE = 5121;
  private static final int SHORT = 5122;
  private static final int UNSIGNED_SHORT = 5123;
  private static final int UNSIGNED_INT = 5125;
  private static final int FLOAT = 5126;
  private static final int BLOCK = 1 << 16;

  /** A piece of a source. */
  record Span(long start, long length) {}

  interface Positions {
    void add(double x, double y, double z);
  }

  /** Items of equal size in a source, and how they are written. */
  private record Items(
      Source source, long start, int stride, long count, int component, boolean normalized) {}

  private final JsonNode gltf;
  private final Source source;
  private final @Nullable Span binaryChunk;
  private final MeshLimits limits;
  private final Budget budget;

  GltfAccessors(
      JsonNode gltf, Source source, @Nullable Span binaryChunk, MeshLimits limits, Budget budget) {
    this.gltf = gltf;
    this.limits = limits;
    this.source = source;
    this.binaryChunk = binaryChunk;
    this.budget = budget;
  }

  /** Hands on every position of a VEC3 accessor, in order. */
  void positions(long index, Positions positions) throws IOException {
    JsonNode accessor = gltf.get("accessors").item(index);
    if (!accessor.get("type").text().equals("VEC3")) {
      throw JsonNode.malformed(
          accessor.path() + "/type", "Positions in the file are not in space.");
    }
    long count = accessor.get("count").whole();
    int component = component(accessor);
    if (component == UNSIGNED_INT) {
      throw JsonNode.malformed(accessor.path(), "Positions in the file are of no legal type.");
    }
    boolean normalized = isNormalized(accessor);
    Items items = items(accessor, count, 3, component, normalized);
    if (items == null && count > source.size()) {
      // Zeros take no bytes in the file: without this a few bytes could ask for all memory.
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX,
          accessor.path(),
          "The file counts points that it does not hold.");
    }
    JsonNode sparse = accessor.find("sparse");
    long[] replaced = sparse == null ? new long[0] : replacedItems(sparse, count);
    double[] replacements =
        sparse == null
            ? new double[0]
            : values(items(sparse.get("values"), replaced.length, 3, component, normalized), 3);
    Window window = items == null ? null : new Window(items, 3);
    int next = 0;
    for (long i = 0; i < count; i++) {
      budget.tick();
      if (next < replaced.length && replaced[next] == i) {
        add(positions, accessor, replacements, 3 * next++);
      } else if (window == null) {
        positions.add(0, 0, 0);
      } else {
        add(positions, accessor, window.item(i), 0);
      }
    }
  }

  private static void add(Positions positions, JsonNode accessor, double[] values, int at) {
    for (int i = at; i < at + 3; i++) {
      if (!MeshBuilder.isUsable((float) values[i])) {
        throw MeshBuilder.badCoordinate(accessor.path());
      }
    }
    positions.add(values[at], values[at + 1], values[at + 2]);
  }

  /** The numbers of a SCALAR accessor, each below {@code bound}. */
  int[] indices(long index, int bound) throws IOException {
    JsonNode accessor = gltf.get("accessors").item(index);
    if (!accessor.get("type").text().equals("SCALAR")) {
      throw JsonNode.malformed(accessor.path() + "/type", "Indices in the file are not numbers.");
    }
    long count = accessor.get("count").whole();
    Items items = items(accessor, count, 1, indexComponent(accessor), false);
    if (items == null || accessor.has("sparse")) {
      throw new RefusedException(
          Refusal.Code.UNSUPPORTED_FEATURE,
          accessor.path(),
          "The file stores its triangles in a way that we do not read; please export it again.");
    }
    checkLimit(count);
    int[] indices = new int[(int) count];
    Window window = new Window(items, 1);
    for (int i = 0; i < indices.length; i++) {
      budget.tick();
      double value = window.item(i)[0];
      if (value >= bound) {
        throw new RefusedException(
            Refusal.Code.DANGLING_REFERENCE,
            accessor.path(),
            "A triangle of the model names a vertex that the file does not hold; please export it"
                + " again.");
      }
      indices[i] = (int) value;
    }
    return indices;
  }

  /** More corners than the triangles that may be have cannot be of use. */
  private void checkLimit(long count) {
    MeshBuilder.checkLimit(limits, count / 3);
  }

  private long[] replacedItems(JsonNode sparse, long bound) throws IOException {
    JsonNode node = sparse.get("indices");
    long count = sparse.get("count").whole();
    Items items = items(node, count, 1, indexComponent(node), false);
    double[] values = values(items, 1);
    long[] replaced = new long[values.length];
    for (int i = 0; i < replaced.length; i++) {
      replaced[i] = (long) values[i];
      if (replaced[i] >= bound || (i > 0 && replaced[i] <= replaced[i - 1])) {
        throw JsonNode.malformed(node.path(), "Numbers in the file are not in order.");
      }
    }
    return replaced;
  }

  /** All numbers of items that are known to be there. */
  private double[] values(@Nullable Items items, int width) throws IOException {
    if (items == null) {
      throw JsonNode.malformed("/accessors", "A part of the file's description is missing.");
    }
    checkLimit(items.count());
    double[] values = new double[(int) items.count() * width];
    Window window = new Window(items, width);
    for (int i = 0; i < items.count(); i++) {
      budget.tick();
      System.arraycopy(window.item(i), 0, values, i * width, width);
    }
    return values;
  }

  /** Where the items of an accessor, or of a part of a sparse one, stand; null without a view. */
  private @Nullable Items items(
      JsonNode node, long count, int width, int component, boolean normalized) throws IOException {
    JsonNode named = node.find("bufferView");
    if (named == null) {
      return null;
    }
    JsonNode view = gltf.get("bufferViews").item(named.whole());
    int tight = width * size(component);
    long stride = view.whole("byteStride", tight);
    long offset = node.whole("byteOffset", 0);
    long length = view.get("byteLength").whole();
    if (stride < tight || stride > 4096) {
      throw JsonNode.malformed(view.path() + "/byteStride", "The file's data overlap.");
    }
    // Both factors are below 2^53 and 2^13, so divide instead of multiplying.
    if (count > 0 && (offset > length - tight || count - 1 > (length - tight - offset) / stride)) {
      throw missing(node.path());
    }
    JsonNode buffer = gltf.get("buffers").item(view.get("buffer").whole());
    long start = view.whole("byteOffset", 0);
    JsonNode uri = buffer.find("uri");
    if (uri != null) {
      Source embedded = embedded(uri);
      if (start > embedded.size() || length > embedded.size() - start) {
        throw missing(view.path());
      }
      return new Items(embedded, start + offset, (int) stride, count, component, normalized);
    }
    if (binaryChunk == null
        || start > binaryChunk.length()
        || length > binaryChunk.length() - start) {
      throw missing(view.path());
    }
    return new Items(
        source, binaryChunk.start() + start + offset, (int) stride, count, component, normalized);
  }

  /** Data may stand in the JSON itself (RFC 2397); anything else lies outside of the file. */
  private static Source embedded(JsonNode uri) {
    String text = uri.text();
    int comma = text.indexOf(";base64,");
    if (!text.startsWith("data:") || comma < 0) {
      throw new RefusedException(
          Refusal.Code.UNSUPPORTED_FEATURE,
          uri.path(),
          "A part of the model is in another file; please export it as one GLB file.");
    }
    try {
      return Source.of(Base64.getDecoder().decode(text.substring(comma + ";base64,".length())));
    } catch (IllegalArgumentException notBase64) {
      throw JsonNode.malformed(uri.path(), "Data inside the file are damaged.");
    }
  }

  private static int component(JsonNode node) {
    int component = (int) node.get("componentType").whole();
    size(component);
    return component;
  }

  private static int indexComponent(JsonNode node) {
    int component = component(node);
    if (component != UNSIGNED_BYTE && component != UNSIGNED_SHORT && component != UNSIGNED_INT) {
      throw JsonNode.malformed(node.path() + "/componentType", "Indices in the file have a sign.");
    }
    return component;
  }

  private static boolean isNormalized(JsonNode accessor) {
    JsonNode normalized = accessor.find("normalized");
    return normalized != null && normalized.isTrue();
  }

  private static int size(int component) {
    return switch (component) {
      case BYTE, UNSIGNED_BYTE -> 1;
      case SHORT, UNSIGNED_SHORT -> 2;
      case UNSIGNED_INT, FLOAT -> 4;
      default -> throw JsonNode.malformed("/accessors", "Data in the file are of an unknown type.");
    };
  }

  private static RefusedException missing(String path) {
    return new RefusedException(
        Refusal.Code.TRUNCATED,
        path,
        "The file describes data that it does not hold; please export it again.");
  }

  /** Reads items one after the other through a block. */
  private static final class Window {
    private final Items items;
    private final double[] item;
    private final byte[] block;
    private final ByteBuffer numbers;
    private long first;
    private long behind;

    Window(Items items, int width) {
      this.items = items;
      this.item = new double[width];
      this.block = new byte[Math.max(BLOCK, items.stride())];
      this.numbers = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The numbers of one item, in an array that is used again for the next. */
    double[] item(long index) throws IOException {
      if (index >= behind) {
        first = index;
        behind = Math.min(items.count(), index + block.length / items.stride());
        int last = (int) (behind - 1 - first) * items.stride();
        int wanted = last + item.length * size(items.component());
        if (items.source().read(items.start() + first * items.stride(), block, 0, wanted)
            < wanted) {
          throw missing("/buffers");
        }
      }
      int at = (int) (index - first) * items.stride();
      int size = size(items.component());
      for (int i = 0; i < item.length; i++) {
        item[i] = number(at + i * size);
      }
      return item;
    }

    /** One number; normalised ones as section 3.6.2.2 and KHR_mesh_quantization say. */
    private double number(int at) {
      boolean normalized = items.normalized();
      return switch (items.component()) {
        case BYTE -> normalized ? Math.max(numbers.get(at) / 127.0, -1) : numbers.get(at);
        case UNSIGNED_BYTE -> (numbers.get(at) & 0xFF) / (normalized ? 255.0 : 1);
        case SHORT ->
            normalized ? Math.max(numbers.getShort(at) / 32767.0, -1) : numbers.getShort(at);
        case UNSIGNED_SHORT -> (numbers.getShort(at) & 0xFFFF) / (normalized ? 65535.0 : 1);
        case UNSIGNED_INT -> numbers.getInt(at) & 0xFFFFFFFFL;
        default -> numbers.getFloat(at);
      };
    }
  }
}
