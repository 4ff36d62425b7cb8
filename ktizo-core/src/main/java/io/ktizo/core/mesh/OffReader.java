package io.ktizo.core.mesh;

import java.io.IOException;
import java.util.List;

/**
 * Reads OFF (Geomview, "OFF Files") with its variants for texture coordinates (ST), colours (C) and
 * normals (N), which all stand behind the position and are passed over.
 *
 * <p>Comments and blank lines may stand anywhere. Homogeneous and n-dimensional coordinates, and
 * the binary form, are refused.
 */
final class OffReader {
  private final TextInput input;
  private final MeshBuilder builder;
  private final IndexedVertices vertices;
  private final Polygon polygon;

  private OffReader(Source source, MeshLimits limits, Budget budget) {
    this.input = new TextInput(source, 0, budget);
    this.builder = new MeshBuilder(limits);
    this.vertices = new IndexedVertices(builder, limits);
    this.polygon = new Polygon(vertices, budget);
  }

  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    return new OffReader(source, limits, budget).model();
  }

  private Model model() throws IOException {
    header();
    long vertexCount = count();
    long faceCount = count();
    // The number of edges is often wrong, often missing, and never needed.
    input.skipLine();
    // A vertex takes at least "0 0 0" and a line end, a face "0" and a line end.
    if (vertexCount > input.remaining() / 6 + 1 || faceCount > input.remaining() / 2 + 1) {
      throw new RefusedException(
          Refusal.Code.TRUNCATED,
          input.line(),
          "The file holds fewer vertices or faces than it says, so a part of it is missing; please"
              + " send it again.");
    }
    for (long i = 0; i < vertexCount; i++) {
      vertex();
    }
    for (long i = 0; i < faceCount; i++) {
      face();
    }
    return builder.build(MeshFormat.OFF, null, List.of());
  }

  private void header() throws IOException {
    skipSpaceAndComments();
    while (!takePrefix("OFF")) {
      if (takePrefix("4") || takePrefix("n")) {
        throw unsupported("The file describes the model in more than three dimensions.");
      }
      if (!(takePrefix("ST") || takePrefix("C") || takePrefix("N"))) {
        throw input.malformed("The header of the OFF file is damaged; please export it again.");
      }
    }
    input.skipBlanks();
    if (input.take("binary")) {
      throw unsupported("The file uses the binary form of OFF; please export it as text.");
    }
  }

  private boolean takePrefix(String prefix) throws IOException {
    if (!input.ensure(prefix.length())) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (input.buffer[input.position + i] != prefix.charAt(i)) {
        return false;
      }
    }
    input.position += prefix.length();
    return true;
  }

  private long count() throws IOException {
    skipSpaceAndComments();
    long count = input.integer();
    if (count < 0) {
      throw input.malformed("A count in the OFF file is negative; please export it again.");
    }
    return count;
  }

  private void vertex() throws IOException {
    float x = coordinate();
    float y = coordinate();
    float z = coordinate();
    vertices.add(x, y, z);
    input.skipLine();
  }

  private float coordinate() throws IOException {
    skipSpaceAndComments();
    return input.coordinate();
  }

  private void face() throws IOException {
    long cornerCount = count();
    if (cornerCount > input.remaining()) {
      throw input.truncated();
    }
    polygon.clear();
    for (long i = 0; i < cornerCount; i++) {
      skipSpaceAndComments();
      long index = input.integer();
      if (index < 0 || index >= vertices.count()) {
        throw new RefusedException(
            Refusal.Code.DANGLING_REFERENCE,
            input.line(),
            "A face of the model names a vertex that the file does not hold; please export it"
                + " again.");
      }
      polygon.add((int) index);
    }
    polygon.triangulate();
    input.skipLine();
  }

  private void skipSpaceAndComments() throws IOException {
    input.skipSpace();
    while (input.peek() == '#') {
      input.skipLine();
      input.skipSpace();
    }
  }

  private static RefusedException unsupported(String message) {
    return new RefusedException(Refusal.Code.UNSUPPORTED_FEATURE, "line 1", message);
  }
}
