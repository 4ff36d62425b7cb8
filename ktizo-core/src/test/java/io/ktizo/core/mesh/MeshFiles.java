package io.ktizo.core.mesh;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/** Meshes as the files of other programs. Every coordinate comes back to the bit. */
public final class MeshFiles {
  private static final Locale ROOT = Locale.ROOT;

  private MeshFiles() {}

  /** STL, binary; normals left at zero, as many programs do. */
  public static byte[] binaryStl(Mesh mesh) {
    ByteBuffer file =
        ByteBuffer.allocate(84 + 50 * mesh.triangleCount()).order(ByteOrder.LITTLE_ENDIAN);
    file.position(80).putInt(mesh.triangleCount());
    for (int triangle = 0; triangle < mesh.triangleCount(); triangle++) {
      file.putFloat(0).putFloat(0).putFloat(0);
      for (int corner = 0; corner < 3; corner++) {
        int vertex = mesh.vertex(triangle, corner);
        file.putFloat(mesh.x(vertex)).putFloat(mesh.y(vertex)).putFloat(mesh.z(vertex));
      }
      file.putShort((short) 0);
    }
    return file.array();
  }

  /** STL, ASCII, {@code %.8e}: nine digits are enough for every float. */
  public static byte[] asciiStl(Mesh mesh) {
    return asciiStl(mesh, 8);
  }

  /** STL, ASCII, with so many digits behind the point, at most 8. */
  static byte[] asciiStl(Mesh mesh, int decimals) {
    StringBuilder text = new StringBuilder("solid part\n");
    for (int triangle = 0; triangle < mesh.triangleCount(); triangle++) {
      text.append(" facet normal 0.000000e+00 0.000000e+00 0.000000e+00\n  outer loop\n");
      for (int corner = 0; corner < 3; corner++) {
        int vertex = mesh.vertex(triangle, corner);
        text.append("   vertex ");
        exponential(text, mesh.x(vertex), decimals).append(' ');
        exponential(text, mesh.y(vertex), decimals).append(' ');
        exponential(text, mesh.z(vertex), decimals).append('\n');
      }
      text.append("  endloop\n endfacet\n");
    }
    return bytes(text.append("endsolid part\n"));
  }

  /** Wavefront OBJ, one vertex and one face a line. */
  public static byte[] obj(Mesh mesh) {
    StringBuilder text = new StringBuilder("# a part\no part\n");
    vertices(text, "v ", mesh);
    faces(text, "f ", 1, mesh);
    return bytes(text);
  }

  /** Object File Format. */
  public static byte[] off(Mesh mesh) {
    StringBuilder text = new StringBuilder("OFF\n");
    text.append(mesh.vertexCount()).append(' ').append(mesh.triangleCount()).append(" 0\n");
    vertices(text, "", mesh);
    faces(text, "3 ", 0, mesh);
    return bytes(text);
  }

  /** PLY as text. */
  public static byte[] asciiPly(Mesh mesh) {
    StringBuilder text = new StringBuilder(plyHeader("ascii", mesh));
    vertices(text, "", mesh);
    faces(text, "3 ", 0, mesh);
    return bytes(text);
  }

  /** PLY, binary, in the order asked for. */
  public static byte[] binaryPly(Mesh mesh, ByteOrder order) {
    boolean little = order == ByteOrder.LITTLE_ENDIAN;
    byte[] header =
        plyHeader(little ? "binary_little_endian" : "binary_big_endian", mesh)
            .getBytes(StandardCharsets.US_ASCII);
    ByteBuffer file =
        ByteBuffer.allocate(header.length + 12 * mesh.vertexCount() + 13 * mesh.triangleCount())
            .order(order);
    file.put(header);
    for (int vertex = 0; vertex < mesh.vertexCount(); vertex++) {
      file.putFloat(mesh.x(vertex)).putFloat(mesh.y(vertex)).putFloat(mesh.z(vertex));
    }
    for (int triangle = 0; triangle < mesh.triangleCount(); triangle++) {
      file.put((byte) 3);
      for (int corner = 0; corner < 3; corner++) {
        file.putInt(mesh.vertex(triangle, corner));
      }
    }
    return file.array();
  }

  /** 3MF in millimetres, one object in one item. */
  public static byte[] threeMf(Mesh mesh) {
    StringBuilder object = new StringBuilder("<object id=\"1\" type=\"model\"><mesh><vertices>");
    for (int vertex = 0; vertex < mesh.vertexCount(); vertex++) {
      object
          .append("<vertex x=\"")
          .append(mesh.x(vertex))
          .append("\" y=\"")
          .append(mesh.y(vertex))
          .append("\" z=\"")
          .append(mesh.z(vertex))
          .append("\"/>\n");
    }
    object.append("</vertices><triangles>");
    for (int triangle = 0; triangle < mesh.triangleCount(); triangle++) {
      object.append("<triangle");
      for (int corner = 0; corner < 3; corner++) {
        object
            .append(" v")
            .append(corner + 1)
            .append("=\"")
            .append(mesh.vertex(triangle, corner))
            .append('"');
      }
      object.append("/>\n");
    }
    object.append("</triangles></mesh></object>");
    return TestPackages.zip(
        TestPackages.parts(TestPackages.model(object.toString(), TestPackages.item(1))));
  }

  /** AMF in millimetres. */
  public static byte[] amf(Mesh mesh) {
    StringBuilder text =
        new StringBuilder(
            """
            <?xml version="1.0"?>
            <amf unit="millimeter"><object id="0"><mesh><vertices>
            """);
    for (int vertex = 0; vertex < mesh.vertexCount(); vertex++) {
      text.append("<vertex><coordinates><x>")
          .append(mesh.x(vertex))
          .append("</x><y>")
          .append(mesh.y(vertex))
          .append("</y><z>")
          .append(mesh.z(vertex))
          .append("</z></coordinates></vertex>\n");
    }
    text.append("</vertices><volume>\n");
    for (int triangle = 0; triangle < mesh.triangleCount(); triangle++) {
      text.append("<triangle>");
      for (int corner = 0; corner < 3; corner++) {
        int vertex = mesh.vertex(triangle, corner);
        text.append(String.format(ROOT, "<v%d>%d</v%d>", corner + 1, vertex, corner + 1));
      }
      text.append("</triangle>\n");
    }
    return bytes(text.append("</volume></mesh></object></amf>\n"));
  }

  /**
   * Binary glTF 2.0: one mesh, 32-bit indices. Its unit is the metre, and its y axis points up; the
   * node above the mesh scales millimetres to metres and turns z up to y up, as exporters do.
   */
  public static byte[] glb(Mesh mesh) {
    int positions = 12 * mesh.vertexCount();
    int indices = 12 * mesh.triangleCount();
    String json =
        """
        {"asset":{"version":"2.0"},"scene":0,"scenes":[{"nodes":[0]}],
        "nodes":[{"mesh":0,"matrix":[0.001,0,0,0, 0,0,-0.001,0, 0,0.001,0,0, 0,0,0,1]}],
        "meshes":[{"primitives":[{"attributes":{"POSITION":0},"indices":1}]}],
        "buffers":[{"byteLength":%d}],
        "bufferViews":[{"buffer":0,"byteLength":%d},
        {"buffer":0,"byteOffset":%d,"byteLength":%d}],
        "accessors":[{"bufferView":0,"componentType":5126,"count":%d,"type":"VEC3"},
        {"bufferView":1,"componentType":5125,"count":%d,"type":"SCALAR"}]}\
        """
            .formatted(
                positions + indices,
                positions,
                positions,
                indices,
                mesh.vertexCount(),
                3 * mesh.triangleCount());
    byte[] text =
        (json + " ".repeat(3 - (json.length() + 3) % 4)).getBytes(StandardCharsets.US_ASCII);
    int size = 12 + 8 + text.length + 8 + positions + indices;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0x46546C67).putInt(2).putInt(size);
    file.putInt(text.length).putInt(0x4E4F534A).put(text);
    file.putInt(positions + indices).putInt(0x004E4942);
    for (int vertex = 0; vertex < mesh.vertexCount(); vertex++) {
      file.putFloat(mesh.x(vertex)).putFloat(mesh.y(vertex)).putFloat(mesh.z(vertex));
    }
    for (int triangle = 0; triangle < mesh.triangleCount(); triangle++) {
      for (int corner = 0; corner < 3; corner++) {
        file.putInt(mesh.vertex(triangle, corner));
      }
    }
    return file.array();
  }

  /** The same mesh in every format, by a name for messages. */
  public static Map<String, byte[]> inEveryFormat(Mesh mesh) {
    return Map.of(
        "binary STL", binaryStl(mesh),
        "ASCII STL", asciiStl(mesh),
        "OBJ", obj(mesh),
        "OFF", off(mesh),
        "ASCII PLY", asciiPly(mesh),
        "little-endian PLY", binaryPly(mesh, ByteOrder.LITTLE_ENDIAN),
        "big-endian PLY", binaryPly(mesh, ByteOrder.BIG_ENDIAN),
        "3MF", threeMf(mesh),
        "AMF", amf(mesh),
        "GLB", glb(mesh));
  }

  private static String plyHeader(String format, Mesh mesh) {
    return String.format(
        ROOT,
        """
        ply
        format %s 1.0
        comment a part
        element vertex %d
        property float x
        property float y
        property float z
        element face %d
        property list uchar int vertex_indices
        end_header
        """,
        format,
        mesh.vertexCount(),
        mesh.triangleCount());
  }

  private static void vertices(StringBuilder text, String start, Mesh mesh) {
    for (int vertex = 0; vertex < mesh.vertexCount(); vertex++) {
      text.append(start)
          .append(mesh.x(vertex))
          .append(' ')
          .append(mesh.y(vertex))
          .append(' ')
          .append(mesh.z(vertex))
          .append('\n');
    }
  }

  private static void faces(StringBuilder text, String start, int firstVertex, Mesh mesh) {
    for (int triangle = 0; triangle < mesh.triangleCount(); triangle++) {
      text.append(start)
          .append(mesh.vertex(triangle, 0) + firstVertex)
          .append(' ')
          .append(mesh.vertex(triangle, 1) + firstVertex)
          .append(' ')
          .append(mesh.vertex(triangle, 2) + firstVertex)
          .append('\n');
    }
  }

  /** As {@code %.<decimals>e}, which is too slow for files of a hundred megabytes. */
  private static StringBuilder exponential(StringBuilder text, float value, int decimals) {
    double size = Math.abs((double) value);
    int exponent = size == 0 ? 0 : (int) Math.floor(Math.log10(size));
    long one = Math.round(Math.pow(10, decimals));
    long digits = Math.round(size * Math.pow(10, decimals - exponent));
    if (digits >= 10 * one) {
      exponent++;
      digits = Math.round(size * Math.pow(10, decimals - exponent));
    }
    text.append(value < 0 ? "-" : "").append(digits / one).append('.');
    text.append(Long.toString(one + digits % one), 1, decimals + 1);
    text.append(exponent < 0 ? "e-" : "e+").append(Math.abs(exponent) < 10 ? "0" : "");
    return text.append(Math.abs(exponent));
  }

  private static byte[] bytes(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
