package io.ktizo.core.mesh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes 3MF packages for tests: a valid frame around what a test wants to say. */
final class TestPackages {
  static final String CONTENT_TYPES =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
        <Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
        <Default Extension="model" ContentType="application/vnd.ms-package.3dmanufacturing-3dmodel+xml"/>
        <Default Extension="png" ContentType="image/png"/>
      </Types>
      """;
  static final String MODEL_TYPE = "http://schemas.microsoft.com/3dmanufacturing/2013/01/3dmodel";
  static final String THUMBNAIL_TYPE =
      "http://schemas.openxmlformats.org/package/2006/relationships/metadata/thumbnail";

  private TestPackages() {}

  /** A package whose root model is this document. */
  static byte[] threeMf(String model) {
    return zip(parts(model));
  }

  /** The parts of such a package, to add to or to spoil. */
  static Map<String, String> parts(String model) {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("[Content_Types].xml", CONTENT_TYPES);
    parts.put("_rels/.rels", relationships(relationship(MODEL_TYPE, "/3D/3dmodel.model")));
    parts.put("3D/3dmodel.model", model);
    return parts;
  }

  static String relationships(String... relationships) {
    return "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
        + String.join("", relationships)
        + "</Relationships>";
  }

  static String relationship(String type, String target) {
    return "<Relationship Id=\"r%d\" Type=\"%s\" Target=\"%s\"/>"
        .formatted(Math.floorMod((type + target).hashCode(), 1_000_000), type, target);
  }

  static byte[] zip(Map<String, String> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** A model document in millimetres. */
  static String model(String resources, String build) {
    return model("unit=\"millimeter\"", resources, build);
  }

  static String model(String attributes, String resources, String build) {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <model %s
        xmlns="http://schemas.microsoft.com/3dmanufacturing/core/2015/02"
        xmlns:m="http://schemas.microsoft.com/3dmanufacturing/material/2015/02"
        xmlns:p="http://schemas.microsoft.com/3dmanufacturing/production/2015/06"
        xmlns:s="http://schemas.microsoft.com/3dmanufacturing/slice/2015/07"
        xmlns:b="http://schemas.microsoft.com/3dmanufacturing/beamlattice/2017/02">
      <resources>%s</resources>
      <build>%s</build>
    </model>
    """
        .formatted(attributes, resources, build);
  }

  /** An object that is a box with one corner at the origin. */
  static String box(int id, double x, double y, double z) {
    return object(id, "", boxMesh(x, y, z));
  }

  static String object(int id, String attributes, String content) {
    return "<object id=\"%d\" %s>%s</object>".formatted(id, attributes, content);
  }

  static String boxMesh(double x, double y, double z) {
    return mesh(boxVertices(x, y, z), boxTriangles(0));
  }

  static String mesh(String vertices, String triangles) {
    return "<mesh><vertices>%s</vertices><triangles>%s</triangles></mesh>"
        .formatted(vertices, triangles);
  }

  static String boxVertices(double x, double y, double z) {
    StringBuilder vertices = new StringBuilder();
    for (int corner = 0; corner < 8; corner++) {
      vertices.append(
          "<vertex x=\"%s\" y=\"%s\" z=\"%s\"/>"
              .formatted(
                  (corner & 1) == 0 ? 0 : x, (corner & 2) == 0 ? 0 : y, (corner & 4) == 0 ? 0 : z));
    }
    return vertices.toString();
  }

  /** Twelve triangles, outside out, over eight vertices from {@code first} on. */
  static String boxTriangles(int first) {
    int[][] quads = {
      {0, 2, 3, 1}, {4, 5, 7, 6}, {0, 1, 5, 4}, {2, 6, 7, 3}, {0, 4, 6, 2}, {1, 3, 7, 5}
    };
    StringBuilder triangles = new StringBuilder();
    for (int[] quad : quads) {
      triangles.append(triangle(first + quad[0], first + quad[1], first + quad[2]));
      triangles.append(triangle(first + quad[0], first + quad[2], first + quad[3]));
    }
    return triangles.toString();
  }

  private static String triangle(int a, int b, int c) {
    return "<triangle v1=\"%d\" v2=\"%d\" v3=\"%d\"/>".formatted(a, b, c);
  }

  static String components(String... components) {
    return "<components>" + String.join("", components) + "</components>";
  }

  static String component(int objectId) {
    return "<component objectid=\"%d\"/>".formatted(objectId);
  }

  static String item(int objectId) {
    return item(objectId, "");
  }

  static String item(int objectId, String attributes) {
    return "<item objectid=\"%d\" %s/>".formatted(objectId, attributes);
  }

  static Model accepted(byte[] file) throws IOException {
    MeshReading reading = MeshReader.withLimits(MeshLimits.DEFAULT).read(file);
    if (reading instanceof MeshReading.Accepted accepted) {
      return accepted.model();
    }
    throw new AssertionError("refused: " + reading);
  }

  static Refusal refusal(byte[] file) throws IOException {
    return refusal(file, MeshLimits.DEFAULT);
  }

  static Refusal refusal(byte[] file, MeshLimits limits) throws IOException {
    MeshReading reading = MeshReader.withLimits(limits).read(file);
    if (reading instanceof MeshReading.Refused refused) {
      return refused.refusal();
    }
    throw new AssertionError("accepted: " + reading);
  }

  /** The signed volume by the divergence theorem, from the corners alone. */
  static double volume(Mesh mesh) {
    double sixfold = 0;
    for (int t = 0; t < mesh.triangleCount(); t++) {
      int a = mesh.vertex(t, 0);
      int b = mesh.vertex(t, 1);
      int c = mesh.vertex(t, 2);
      sixfold +=
          mesh.x(a) * ((double) mesh.y(b) * mesh.z(c) - (double) mesh.z(b) * mesh.y(c))
              + mesh.y(a) * ((double) mesh.z(b) * mesh.x(c) - (double) mesh.x(b) * mesh.z(c))
              + mesh.z(a) * ((double) mesh.x(b) * mesh.y(c) - (double) mesh.y(b) * mesh.x(c));
    }
    return sixfold / 6;
  }

  /** Smallest x, y, z and largest x, y, z. */
  static double[] box(Mesh mesh) {
    double[] box = {
      Double.POSITIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NEGATIVE_INFINITY
    };
    for (int v = 0; v < mesh.vertexCount(); v++) {
      double[] xyz = {mesh.x(v), mesh.y(v), mesh.z(v)};
      for (int axis = 0; axis < 3; axis++) {
        box[axis] = Math.min(box[axis], xyz[axis]);
        box[axis + 3] = Math.max(box[axis + 3], xyz[axis]);
      }
    }
    return box;
  }
}
