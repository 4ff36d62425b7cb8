package io.ktizo.core.mesh;

import java.util.Arrays;

/** Which edges of a mesh are sound, and which faces hang together. */
final class Topology {
  private final float[] positions;

  /**
   * While edges are walked a union-find forest: no parent is above its face, so that the root of a
   * shell is its lowest face. Afterwards the number of each face's shell. -1 for faces left out.
   */
  private final int[] shellOfFace;

  private final FaceMarks openFaces = new FaceMarks();
  private final FaceMarks flippedFaces = new FaceMarks();
  private final FaceMarks nonManifoldFaces = new FaceMarks();
  private final FaceMarks unbalancedFaces = new FaceMarks();
  private final FaceMarks duplicates = new FaceMarks();
  private int shells;
  private int edges;
  private int openEdges;
  private int flippedEdges;
  private int nonManifoldEdges;
  private int touchingEdges;
  private int oddEdges;
  private int disorientedEdges;
  private Orientation orientation = Orientation.AGREED;

  private Topology(Mesh mesh, FaceMarks leftOut) {
    this.positions = mesh.positionsShared();
    this.shellOfFace = eachFaceAlone(mesh.cornersShared(), leftOut);
  }

  /**
   * Looks at all edges.
   *
   * @param leftOut faces to take for absent
   */
  static Topology of(Mesh mesh, FaceMarks leftOut) {
    Topology topology = new Topology(mesh, leftOut);
    EdgeTable table = EdgeTable.of(mesh, leftOut);
    topology.walk(table);
    if (topology.flippedEdges > 0) {
      topology.orientation = Orientation.of(table, mesh.triangleCount());
    }
    topology.numberShells();
    return topology;
  }

  /** Edges with at least one face. */
  int edges() {
    return edges;
  }

  int openEdges() {
    return openEdges;
  }

  FaceMarks openFaces() {
    return openFaces;
  }

  int flippedEdges() {
    return flippedEdges;
  }

  FaceMarks flippedFaces() {
    return flippedFaces;
  }

  int nonManifoldEdges() {
    return nonManifoldEdges;
  }

  FaceMarks nonManifoldFaces() {
    return nonManifoldFaces;
  }

  /** Edges of more than two faces, as many running up as down. */
  int touchingEdges() {
    return touchingEdges;
  }

  /** Faces with an edge that is not run along as often in one direction as in the other. */
  FaceMarks unbalancedFaces() {
    return unbalancedFaces;
  }

  FaceMarks duplicates() {
    return duplicates;
  }

  Orientation orientation() {
    return orientation;
  }

  boolean closed() {
    return oddEdges == 0;
  }

  boolean oriented() {
    return disorientedEdges == 0;
  }

  /** What keeps the mesh from being closed and oriented, for comparing. */
  int unsoundEdges() {
    return oddEdges + disorientedEdges;
  }

  int shells() {
    return shells;
  }

  /** The shell of each face, numbered by their lowest faces; -1 for faces in none. */
  int[] shellOfFace() {
    return shellOfFace;
  }

  private static int[] eachFaceAlone(int[] corners, FaceMarks leftOut) {
    int[] parents = new int[corners.length / 3];
    for (int face = 0, at = 0; face < parents.length; face++, at += 3) {
      boolean takesPart =
          EdgeTable.takesPart(corners[at], corners[at + 1], corners[at + 2], face, leftOut);
      parents[face] = takesPart ? face : -1;
    }
    return parents;
  }

  private void walk(EdgeTable table) {
    for (int low = 0; low < table.vertices(); low++) {
      table.sort(low);
      int end = table.end(low);
      int at = table.start(low);
      while (at < end) {
        int next = table.endOfEdge(at, end);
        edges++;
        if (next - at == 2) {
          join(table.face(at), table.face(at + 1));
          if (table.sameDirection(at, at + 1)) {
            flipped(table.face(at), table.face(at + 1));
          }
          if (table.lowestOfFace(at)
              && table.lowestOfFace(at + 1)
              && table.third(at, low) == table.third(at + 1, low)) {
            duplicates.mark(table.face(at + 1));
          }
        } else if (next - at == 1) {
          open(table.face(at));
        } else {
          crowded(table, low, at, next);
        }
        at = next;
      }
    }
  }

  private void open(int face) {
    openEdges++;
    oddEdges++;
    openFaces.mark(face);
    unbalancedFaces.mark(face);
  }

  private void flipped(int face, int neighbour) {
    flippedEdges++;
    disorientedEdges++;
    flippedFaces.mark(face);
    flippedFaces.mark(neighbour);
    unbalancedFaces.mark(face);
    unbalancedFaces.mark(neighbour);
  }

  /** An edge of more than two faces. */
  private void crowded(EdgeTable table, int low, int from, int to) {
    nonManifoldEdges++;
    int excess = 0;
    for (int at = from; at < to; at++) {
      nonManifoldFaces.mark(table.face(at));
      excess += table.runsDown(at) ? 1 : -1;
    }
    if (excess % 2 != 0) {
      oddEdges++;
    }
    if (Math.abs(excess) > 1) {
      disorientedEdges++;
    }
    if (excess == 0) {
      touchingEdges++;
      int[] pairs = EdgeFan.pairs(positions, low, table.high(from), blades(table, low, from, to));
      for (int i = 0; i < pairs.length; i += 2) {
        join(table.face(from + pairs[i]), table.face(from + pairs[i + 1]));
      }
    } else {
      for (int at = from; at < to; at++) {
        unbalancedFaces.mark(table.face(at));
        join(table.face(from), table.face(at));
      }
    }
    markDuplicates(table, low, from, to);
  }

  private static EdgeFan.Blade[] blades(EdgeTable table, int low, int from, int to) {
    EdgeFan.Blade[] blades = new EdgeFan.Blade[to - from];
    for (int i = 0; i < blades.length; i++) {
      blades[i] = new EdgeFan.Blade(i, table.third(from + i, low), table.runsDown(from + i));
    }
    return blades;
  }

  private void markDuplicates(EdgeTable table, int low, int from, int to) {
    long[] thirds = new long[to - from];
    int found = 0;
    for (int at = from; at < to; at++) {
      if (table.lowestOfFace(at)) {
        thirds[found++] = (long) table.third(at, low) << 32 | table.face(at);
      }
    }
    Arrays.sort(thirds, 0, found);
    for (int i = 1; i < found; i++) {
      if (thirds[i] >>> 32 == thirds[i - 1] >>> 32) {
        duplicates.mark((int) thirds[i]);
      }
    }
  }

  private void join(int face, int neighbour) {
    int root = root(face);
    int other = root(neighbour);
    if (root < other) {
      shellOfFace[other] = root;
    } else if (other < root) {
      shellOfFace[root] = other;
    }
  }

  private int root(int face) {
    int at = face;
    int parent = shellOfFace[at];
    while (parent != at) {
      int grandparent = shellOfFace[parent];
      shellOfFace[at] = grandparent;
      at = grandparent;
      parent = shellOfFace[at];
    }
    return at;
  }

  private void numberShells() {
    for (int face = 0; face < shellOfFace.length; face++) {
      int parent = shellOfFace[face];
      if (parent == face) {
        shellOfFace[face] = shells++;
      } else if (parent >= 0) {
        shellOfFace[face] = shellOfFace[parent];
      }
    }
  }
}
