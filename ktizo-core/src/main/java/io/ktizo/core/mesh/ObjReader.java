package io.ktizo.core.mesh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads Wavefront OBJ (Wavefront Advanced Visualizer, appendix B1): vertices and polygonal faces.
 *
 * <p>Materials, texture and normal references, colours behind the coordinates, points and lines are
 * passed over. Each object or group with faces is a body. Faces may come before the vertices that
 * they name, and may count back from the last vertex by negative numbers.
 */
final class ObjReader {
  private final TextInput input;
  private final MeshBuilder builder;
  private final IndexedVertices vertices;
  private final Polygon polygon;

  /** Vertices that stand before this place in the file; more may have been read ahead. */
  private int verticesSoFar;

  private boolean readAhead;
  private boolean linesOrPoints;
  private boolean facesWithoutArea;
  private boolean curvedSurfaces;

  private ObjReader(Source source, MeshLimits limits, Budget budget) {
    this.input = new TextInput(source, 0, budget);
    this.builder = new MeshBuilder(limits);
    this.vertices = new IndexedVertices(builder, limits);
    this.polygon = new Polygon(vertices, budget);
  }

  static Model read(Source source, MeshLimits limits, Budget budget) throws IOException {
    return new ObjReader(source, limits, budget).model();
  }

  private Model model() throws IOException {
    while (!input.atEnd()) {
      input.skipBlanks();
      statement();
    }
    if (builder.triangles() == 0 && curvedSurfaces) {
      throw new RefusedException(
          Refusal.Code.UNSUPPORTED_FEATURE,
          "",
          "The model consists of curved surfaces; please export it as a triangle mesh.");
    }
    List<Model.Notice> notices = new ArrayList<>();
    if (linesOrPoints) {
      notices.add(
          new Model.Notice(
              "obj.lines-or-points-left-out",
              "The file also holds single lines or points, which cannot be printed and were left"
                  + " out."));
    }
    if (facesWithoutArea) {
      notices.add(
          new Model.Notice(
              "obj.faces-without-area-left-out",
              "The file also holds faces with fewer than three corners, which were left out."));
    }
    if (curvedSurfaces) {
      notices.add(
          new Model.Notice(
              "obj.curved-surfaces-left-out",
              "The file also holds curved surfaces, which were left out; please check that nothing"
                  + " is missing."));
    }
    return builder.build(MeshFormat.OBJ, null, notices);
  }

  private void statement() throws IOException {
    if (input.take("v")) {
      if (!readAhead) {
        vertex();
      }
      verticesSoFar++;
      input.skipLogicalLine();
    } else if (input.take("f") || input.take("fo")) {
      face();
      input.skipLine();
    } else {
      if (input.isAt("o") || input.isAt("g")) {
        builder.endBody();
      }
      linesOrPoints |= input.isAt("l") || input.isAt("p");
      curvedSurfaces |= input.isAt("surf");
      // Not continued: a comment or a file name may well end with a backslash.
      input.skipLine();
    }
  }

  private void vertex() throws IOException {
    float x = coordinate();
    float y = coordinate();
    float z = coordinate();
    // A fourth number is a weight that only curves use, three more are a colour.
    vertices.add(x, y, z);
  }

  private float coordinate() throws IOException {
    input.skipBlanksAndContinuations();
    return input.coordinate();
  }

  private void face() throws IOException {
    polygon.clear();
    while (true) {
      input.skipBlanksAndContinuations();
      if (input.atLineEnd() || input.peek() == '#') {
        break;
      }
      polygon.add(index());
      // What follows a slash belongs to texture and normal.
      input.skipWordInLogicalLine();
    }
    facesWithoutArea |= !polygon.triangulate();
  }

  private int index() throws IOException {
    long number = input.integer();
    if (number > verticesSoFar && !readAhead) {
      readAllVertices();
    }
    long index = number < 0 ? verticesSoFar + number : number - 1;
    if (number == 0 || index < 0 || index >= vertices.count()) {
      throw new RefusedException(
          Refusal.Code.DANGLING_REFERENCE,
          input.line(),
          "A face of the model names a vertex that the file does not hold; please export it"
              + " again.");
    }
    return (int) index;
  }

  /** Reads the vertices from here to the end of the file, and comes back. */
  private void readAllVertices() throws IOException {
    long here = input.offset();
    while (!input.atEnd()) {
      input.skipLine();
      input.skipBlanks();
      if (input.take("v")) {
        vertex();
      }
    }
    readAhead = true;
    input.seek(here);
  }
}
