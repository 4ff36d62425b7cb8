package io.ktizo.core.mesh;

/**
 * Which faces to turn over so that neighbours agree about the outside.
 *
 * <p>The faces of each surface (what hangs together through edges of two faces) fall into two
 * parties that each agree; the smaller party is reversed. Where a face would have to be in both, as
 * on a Möbius strip, turning does not help. Found by union-find with parity.
 *
 * @param orientable whether turning faces over can make all neighbours agree
 * @param reversed the smaller party of each surface that can be put right; of equal parties the one
 *     without the lowest face
 */
record Orientation(boolean orientable, FaceMarks reversed) {

  /** Of a mesh without flipped edges. */
  static final Orientation AGREED = new Orientation(true, new FaceMarks());

  /** Needs the edges sorted. */
  static Orientation of(EdgeTable table, int faces) {
    Parties parties = new Parties(faces);
    FaceMarks contradictions = new FaceMarks();
    for (int low = 0; low < table.vertices(); low++) {
      int end = table.end(low);
      int at = table.start(low);
      while (at < end) {
        int next = table.endOfEdge(at, end);
        if (next - at == 2
            && !parties.join(
                table.face(at), table.face(at + 1), table.sameDirection(at, at + 1) ? 1 : 0)) {
          contradictions.mark(table.face(at));
        }
        at = next;
      }
    }
    return new Orientation(contradictions.isEmpty(), parties.minorities(contradictions));
  }

  private static final class Parties {
    /** Union-find forest; no leader is above its face. */
    private final int[] leaders;

    /** 1 where a face disagrees with its leader. */
    private final byte[] disagreements;

    Parties(int faces) {
      leaders = new int[faces];
      disagreements = new byte[faces];
      for (int face = 0; face < faces; face++) {
        leaders[face] = face;
      }
    }

    /** Whether the two faces can stand like this to each other. */
    boolean join(int face, int neighbour, int disagreement) {
      int leader = lead(face);
      int other = lead(neighbour);
      int between = disagreements[face] ^ disagreements[neighbour] ^ disagreement;
      if (leader == other) {
        return between == 0;
      }
      int lower = Math.min(leader, other);
      int higher = Math.max(leader, other);
      leaders[higher] = lower;
      disagreements[higher] = (byte) between;
      return true;
    }

    /** The leader of a face, whom the face then follows directly. */
    private int lead(int face) {
      int leader = face;
      int disagreement = 0;
      while (leaders[leader] != leader) {
        disagreement ^= disagreements[leader];
        leader = leaders[leader];
      }
      int at = face;
      while (at != leader) {
        int next = leaders[at];
        int rest = disagreement ^ disagreements[at];
        leaders[at] = leader;
        disagreements[at] = (byte) disagreement;
        disagreement = rest;
        at = next;
      }
      return leader;
    }

    FaceMarks minorities(FaceMarks contradictions) {
      FaceMarks hopeless = new FaceMarks();
      for (int face = contradictions.nextFrom(0);
          face >= 0;
          face = contradictions.nextFrom(face + 1)) {
        hopeless.mark(lead(face));
      }
      int[] agreeing = new int[leaders.length];
      int[] disagreeing = new int[leaders.length];
      for (int face = 0; face < leaders.length; face++) {
        int leader = lead(face);
        if (disagreements[face] == 0) {
          agreeing[leader]++;
        } else {
          disagreeing[leader]++;
        }
      }
      FaceMarks minorities = new FaceMarks();
      for (int face = 0; face < leaders.length; face++) {
        int leader = leaders[face];
        int minority = agreeing[leader] < disagreeing[leader] ? 0 : 1;
        if (disagreements[face] == minority && !hopeless.contains(leader)) {
          minorities.mark(face);
        }
      }
      return minorities;
    }
  }
}
