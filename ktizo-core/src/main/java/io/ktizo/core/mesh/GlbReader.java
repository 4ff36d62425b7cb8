package io.ktizo.core.mesh;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads binary glTF 2.0 (ISO/IEC 12113:2022): the triangles of the scene that the file shows first.
 *
 * <p>glTF lengths are metres with +Y upwards (3.4); the mesh comes out in millimetres with +Z
 * upwards, as build plates are. A node with a mesh is a body. Compressed geometry, skins, active
 * morph targets and data outside of the file are refused, because what would be printed is not what
 * the customer sees.
 */
final class GlbReader {
  private static final int HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int JSON_CHUNK = 0x4E4F534A;
  private static final int BINARY_CHUNK = 0x004E4942;
  private static final int LARGEST_JSON = 32 << 20;

  private static final int TRIANGLES = 4;
  private static final int TRIANGLE_STRIP = 5;
  private static final int TRIANGLE_FAN = 6;

  /** Required extensions that do not change where triangles are. */
  private static final Set<String> HARMLESS =
      Set.of(
          "KHR_mesh_quantization",
          "KHR_texture_transform",
          "KHR_texture_basisu",
          "KHR_lights_punctual",
          "EXT_texture_webp",
          "EXT_texture_avif");

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** Metres to millimetres, and Y upwards to Z upwards: (x, y, z) to (x, -z, y). */
  private static final Affine UPRIGHT_MILLIMETRES =
      new Affine(1000, 0, 0, 0, 0, 1000, 0, -1000, 0, 0, 0, 0);

  private record Placed(long node, Affine placement) {}

  private final Source source;
  private final MeshLimits limits;
  private final Budget budget;
  private final MeshBuilder builder;
  private boolean linesOrPoints;

  private GlbReader(Source source, MeshLimits limits, Budget budget) {
    this.source = source;
    this.limits = limits;
    this.budget = budget;
    this.builder = new MeshBuilder(limits);
  }

  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    return new GlbReader(source, limits, budget).model();
  }

  private Model model() throws IOException {
    byte[] header = source.head(HEADER + CHUNK_HEADER);
    if (header.length < HEADER + CHUNK_HEADER) {
      throw truncated();
    }
    if ((int) INT.get(header, 4) != 2) {
      throw unsupported("byte 4", "The file is of an old version of glTF; please export it again.");
    }
    long length = unsigned(header, 8);
    long jsonLength = unsigned(header, HEADER);
    long binaryAt = HEADER + CHUNK_HEADER + jsonLength;
    if (length > source.size() || binaryAt > source.size()) {
      throw truncated();
    }
    if ((int) INT.get(header, HEADER + 4) != JSON_CHUNK) {
      throw JsonNode.malformed("byte 16", "The GLB file is damaged; please export it again.");
    }
    if (jsonLength > LARGEST_JSON) {
      throw new RefusedException(
          Refusal.Code.TOO_COMPLEX, "byte 12", "The file's description of itself is too large.");
    }
    byte[] json = new byte[(int) jsonLength];
    source.read(HEADER + CHUNK_HEADER, json, 0, json.length);
    JsonNode gltf = JsonNode.parse(json, limits.nesting(), budget);
    refuseForeignExtensions(gltf);
    nodes(gltf, new GltfAccessors(gltf, source, binaryChunk(binaryAt), limits, budget));
    List<Model.Notice> notices = new ArrayList<>();
    if (linesOrPoints) {
      notices.add(
          new Model.Notice(
              "glb.lines-or-points-left-out",
              "The file also holds single lines or points, which cannot be printed and were left"
                  + " out."));
    }
    return builder.build(MeshFormat.GLB, LengthUnit.METRE, notices);
  }

  /** Where the data of the chunk behind the JSON stand; {@code null} if there is none. */
  private GltfAccessors.@Nullable Span binaryChunk(long at) throws IOException {
    byte[] header = new byte[CHUNK_HEADER];
    if (source.read(at, header, 0, CHUNK_HEADER) < CHUNK_HEADER
        || (int) INT.get(header, 4) != BINARY_CHUNK) {
      return null;
    }
    long length = unsigned(header, 0);
    if (at + CHUNK_HEADER + length > source.size()) {
      throw truncated();
    }
    return new GltfAccessors.Span(at + CHUNK_HEADER, length);
  }

  private static void refuseForeignExtensions(JsonNode gltf) {
    JsonNode required = gltf.find("extensionsRequired");
    for (int i = 0; required != null && i < required.size(); i++) {
      String name = required.item(i).text();
      if (!HARMLESS.contains(name) && !name.startsWith("KHR_materials_")) {
        boolean compressed = name.contains("draco") || name.contains("meshopt");
        throw unsupported(
            "/extensionsRequired/" + i,
            compressed
                ? "The geometry in the file is compressed; please export it without compression."
                : "The file needs an extension of glTF that we do not know; please export it"
                    + " without extensions.");
      }
    }
  }

  /** Walks the tree without recursion; a node that is met twice would be a ring or no tree. */
  private void nodes(JsonNode gltf, GltfAccessors accessors) throws IOException {
    Deque<Placed> waiting = new ArrayDeque<>();
    for (long root : roots(gltf)) {
      waiting.addLast(new Placed(root, UPRIGHT_MILLIMETRES));
    }
    BitSet met = new BitSet();
    while (!waiting.isEmpty()) {
      budget.tick();
      Placed placed = waiting.removeFirst();
      JsonNode node = gltf.get("nodes").item(placed.node());
      if (met.get((int) placed.node())) {
        throw JsonNode.malformed(node.path(), "The file contains a node inside of itself.");
      }
      met.set((int) placed.node());
      Affine placement = local(node).then(placed.placement());
      JsonNode mesh = node.find("mesh");
      if (mesh != null) {
        refuseMoved(node, gltf.get("meshes").item(mesh.whole()));
        mesh(gltf.get("meshes").item(mesh.whole()), placement, accessors);
      }
      JsonNode children = node.find("children");
      for (int i = 0; children != null && i < children.size(); i++) {
        waiting.addLast(new Placed(children.item(i).whole(), placement));
      }
    }
    if (!gltf.has("nodes") && gltf.has("meshes")) {
      for (int i = 0; i < gltf.get("meshes").size(); i++) {
        mesh(gltf.get("meshes").item(i), UPRIGHT_MILLIMETRES, accessors);
      }
    }
  }

  /** The roots of the scene that is shown; of all nodes if there are no scenes. */
  private static List<Long> roots(JsonNode gltf) {
    List<Long> roots = new ArrayList<>();
    JsonNode scenes = gltf.find("scenes");
    if (scenes != null && scenes.size() > 0) {
      JsonNode shown = scenes.item(gltf.whole("scene", 0)).find("nodes");
      for (int i = 0; shown != null && i < shown.size(); i++) {
        roots.add(shown.item(i).whole());
      }
      return roots;
    }
    JsonNode nodes = gltf.find("nodes");
    BitSet children = new BitSet();
    for (int i = 0; nodes != null && i < nodes.size(); i++) {
      JsonNode below = nodes.item(i).find("children");
      for (int k = 0; below != null && k < below.size(); k++) {
        long child = below.item(k).whole();
        nodes.item(child);
        children.set((int) child);
      }
    }
    for (long i = 0; nodes != null && i < nodes.size(); i++) {
      if (!children.get((int) i)) {
        roots.add(i);
      }
    }
    return roots;
  }

  private static void refuseMoved(JsonNode node, JsonNode mesh) {
    if (node.has("skin")) {
      throw unsupported(
          node.path() + "/skin",
          "The model is moved by a skeleton; please export it in its pose, without the skeleton.");
    }
    JsonNode weights = node.find("weights");
    JsonNode active = weights == null ? mesh.find("weights") : weights;
    for (int i = 0; active != null && i < active.size(); i++) {
      if (active.item(i).number() != 0) {
        throw unsupported(
            active.path(), "The model is bent by shape keys; please apply them and export again.");
      }
    }
    JsonNode extensions = node.find("extensions");
    if (extensions != null && extensions.has("EXT_mesh_gpu_instancing")) {
      throw unsupported(extensions.path(), "The model repeats parts in a way that we do not read.");
    }
  }

  private static Affine local(JsonNode node) {
    JsonNode matrix = node.find("matrix");
    if (matrix != null) {
      double[] m = matrix.numbers(16);
      return new Affine(m[0], m[1], m[2], m[4], m[5], m[6], m[8], m[9], m[10], m[12], m[13], m[14]);
    }
    double[] move = vector(node, "translation", 0, 0, 0);
    double[] turn = vector(node, "rotation", 0, 0, 0, 1);
    double[] scale = vector(node, "scale", 1, 1, 1);
    double x = turn[0];
    double y = turn[1];
    double z = turn[2];
    double w = turn[3];
    double norm = x * x + y * y + z * z + w * w;
    if (!(norm > 0)) {
      throw JsonNode.malformed(node.path() + "/rotation", "A rotation in the file is not one.");
    }
    // Dividing by the norm keeps a quaternion of rounded numbers from scaling the part.
    double s = 2 / norm;
    return new Affine(
        scale[0] * (1 - s * (y * y + z * z)),
        scale[0] * s * (x * y + z * w),
        scale[0] * s * (x * z - y * w),
        scale[1] * s * (x * y - z * w),
        scale[1] * (1 - s * (x * x + z * z)),
        scale[1] * s * (y * z + x * w),
        scale[2] * s * (x * z + y * w),
        scale[2] * s * (y * z - x * w),
        scale[2] * (1 - s * (x * x + y * y)),
        move[0],
        move[1],
        move[2]);
  }

  private static double[] vector(JsonNode node, String name, double... otherwise) {
    JsonNode vector = node.find(name);
    return vector == null ? otherwise : vector.numbers(otherwise.length);
  }

  private void mesh(JsonNode mesh, Affine placement, GltfAccessors accessors) throws IOException {
    JsonNode primitives = mesh.get("primitives");
    for (int i = 0; i < primitives.size(); i++) {
      JsonNode primitive = primitives.item(i);
      long mode = primitive.whole("mode", TRIANGLES);
      if (mode > TRIANGLE_FAN) {
        throw JsonNode.malformed(primitive.path() + "/mode", "A surface in the file has no kind.");
      }
      if (mode < TRIANGLES) {
        linesOrPoints = true;
      } else if (primitive.get("attributes").has("POSITION")) {
        surface(primitive, (int) mode, placement, accessors);
      }
    }
    builder.endBody();
  }

  private void surface(JsonNode primitive, int mode, Affine placement, GltfAccessors accessors)
      throws IOException {
    IndexedVertices vertices = new IndexedVertices(builder, limits);
    JsonNode positions = primitive.get("attributes").get("POSITION");
    accessors.positions(
        positions.whole(),
        (x, y, z) ->
            vertices.add(
                (float) placement.x(x, y, z),
                (float) placement.y(x, y, z),
                (float) placement.z(x, y, z)));
    JsonNode named = primitive.find("indices");
    int[] indices = named == null ? null : accessors.indices(named.whole(), vertices.count());
    int corners = indices == null ? vertices.count() : indices.length;
    if (corners < 3 || (mode == TRIANGLES && corners % 3 != 0)) {
      throw JsonNode.malformed(
          primitive.path(), "A surface in the file has an unfinished triangle.");
    }
    int count = mode == TRIANGLES ? corners / 3 : corners - 2;
    builder.checkRoomFor(count);
    boolean mirrored = placement.mirrors();
    for (int i = 0; i < count; i++) {
      budget.tick();
      // Section 3.7.2.1: in a strip every second triangle is turned to keep the winding.
      boolean odd = mode == TRIANGLE_STRIP && i % 2 == 1;
      int first = mode == TRIANGLES ? 3 * i : mode == TRIANGLE_FAN ? 0 : i;
      int second = mode == TRIANGLES ? first + 1 : i + 1;
      int a = at(indices, first);
      int b = at(indices, odd ? second + 1 : second);
      int c = at(indices, odd ? second : second + 1);
      if (mode == TRIANGLE_STRIP && (a == b || b == c || c == a)) {
        // Joins two strips and has no area.
        continue;
      }
      vertices.triangle(a, mirrored ? c : b, mirrored ? b : c);
    }
  }

  private static int at(int @Nullable [] indices, int corner) {
    return indices == null ? corner : indices[corner];
  }

  private static long unsigned(byte[] bytes, int at) {
    return (int) INT.get(bytes, at) & 0xFFFFFFFFL;
  }

  private static RefusedException truncated() {
    return new RefusedException(
        Refusal.Code.TRUNCATED,
        "",
        "The file is shorter than it says, so a part of it is missing; please send it again.");
  }

  private static RefusedException unsupported(String location, String message) {
    return new RefusedException(Refusal.Code.UNSUPPORTED_FEATURE, location, message);
  }
}
