package io.ktizo.core.mesh;

import java.util.Arrays;

/**
 * The edges of a mesh with the faces at each.
 *
 * <p>Every face puts its three edges, each under the lower of its two vertices, into one array by
 * counting sort; the run of one vertex is short and is sorted by the other vertex, whereupon the
 * faces of an edge stand side by side. That is linear in the number of faces, takes 24 bytes a face
 * and reads memory in order, where a hash table of edges would jump.
 *
 * <p>Faces that name a vertex twice, and those that the caller leaves out, take no part: a face A A
 * B runs once from A to B and once back, so dropping it changes no balance.
 */
final class EdgeTable {
  /** Runs up to this length are sorted by insertion; a closed mesh has six entries in the mean. */
  private static final int SHORT_RUN = 32;

  /** Flag of an entry: the face runs along the edge from the higher vertex to the lower. */
  private static final int RUNS_DOWN = 1;

  /** Flag of an entry: of the face's edges this is the one between its two lowest vertices. */
  private static final int LOWEST_EDGE = 2;

  private final int[] corners;
  private final FaceMarks leftOut;

  /** Where the entries under each vertex begin; those of the last one end at the last number. */
  private final int[] starts;

  /** {@code higher vertex << 32 | face << 2 | flags}, grouped by the lower vertex. */
  private final long[] entries;

  private EdgeTable(Mesh mesh, FaceMarks leftOut) {
    this.corners = mesh.cornersShared();
    this.leftOut = leftOut;
    // One more than needed: while entries are put in, the ends of the runs stand one place on.
    int[] ends = new int[mesh.vertexCount() + 2];
    int faces = count(corners, leftOut, ends);
    this.entries = new long[3 * faces];
    this.starts = ends;
  }

  static EdgeTable of(Mesh mesh, FaceMarks leftOut) {
    EdgeTable table = new EdgeTable(mesh, leftOut);
    table.enter();
    return table;
  }

  static boolean takesPart(int i, int j, int k, int face, FaceMarks leftOut) {
    return i != j && j != k && k != i && !leftOut.contains(face);
  }

  private static int count(int[] corners, FaceMarks leftOut, int[] ends) {
    int faces = 0;
    for (int face = 0, at = 0; at < corners.length; face++, at += 3) {
      int i = corners[at];
      int j = corners[at + 1];
      int k = corners[at + 2];
      if (takesPart(i, j, k, face, leftOut)) {
        int low = Math.min(i, Math.min(j, k));
        int middle = i ^ j ^ k ^ low ^ Math.max(i, Math.max(j, k));
        ends[low + 2] += 2;
        ends[middle + 2]++;
        faces++;
      }
    }
    for (int vertex = 2; vertex < ends.length; vertex++) {
      ends[vertex] += ends[vertex - 1];
    }
    return faces;
  }

  private void enter() {
    for (int face = 0, from = 0; from < corners.length; face++, from += 3) {
      int i = corners[from];
      int j = corners[from + 1];
      int k = corners[from + 2];
      if (!takesPart(i, j, k, face, leftOut)) {
        continue;
      }
      int low = Math.min(i, Math.min(j, k));
      int high = Math.max(i, Math.max(j, k));
      int middle = i ^ j ^ k ^ low ^ high;
      // The differences' signs: after an odd number of swaps the face runs low, high, middle.
      int odd = ((j - i) ^ (k - j) ^ (k - i)) >>> 31;
      long name = (long) face << 2;
      int at = starts[low + 1];
      starts[low + 1] = at + 2;
      entries[at] = (long) middle << 32 | name | LOWEST_EDGE | odd;
      entries[at + 1] = (long) high << 32 | name | (odd ^ 1);
      at = starts[middle + 1]++;
      entries[at] = (long) high << 32 | name | odd;
    }
  }

  /** One more than the highest vertex that can be the lower one of an edge. */
  int vertices() {
    return starts.length - 2;
  }

  int start(int low) {
    return starts[low];
  }

  int end(int low) {
    return starts[low + 1];
  }

  /** Sorts the entries under one vertex by the higher vertex, then by face. */
  void sort(int low) {
    int from = starts[low];
    int to = starts[low + 1];
    if (to - from > SHORT_RUN) {
      Arrays.sort(entries, from, to);
      return;
    }
    for (int i = from + 1; i < to; i++) {
      long entry = entries[i];
      int at = i - 1;
      while (at >= from && entries[at] > entry) {
        entries[at + 1] = entries[at];
        at--;
      }
      entries[at + 1] = entry;
    }
  }

  /** After sorting: where the faces of the edge that begins here end. */
  int endOfEdge(int at, int end) {
    int high = high(at);
    int next = at + 1;
    while (next < end && high(next) == high) {
      next++;
    }
    return next;
  }

  int high(int at) {
    return (int) (entries[at] >>> 32);
  }

  int face(int at) {
    return (int) entries[at] >>> 2;
  }

  boolean runsDown(int at) {
    return (entries[at] & RUNS_DOWN) != 0;
  }

  boolean sameDirection(int at, int other) {
    return ((entries[at] ^ entries[other]) & RUNS_DOWN) == 0;
  }

  /** True for one of the three edges of each face, the same one for faces of the same vertices. */
  boolean lowestOfFace(int at) {
    return (entries[at] & LOWEST_EDGE) != 0;
  }

  /** The face's vertex that is not on the edge. */
  int third(int at, int low) {
    int from = 3 * face(at);
    return corners[from] ^ corners[from + 1] ^ corners[from + 2] ^ low ^ high(at);
  }
}
