package io.ktizo.core.mesh;

import java.util.BitSet;
import java.util.List;

/** A set of faces that takes next to no memory while it is empty, as it is in a sound mesh. */
final class FaceMarks {
  private final BitSet faces = new BitSet(0);

  void mark(int face) {
    faces.set(face);
  }

  boolean contains(int face) {
    return faces.get(face);
  }

  boolean isEmpty() {
    return faces.isEmpty();
  }

  int size() {
    return faces.cardinality();
  }

  /** The faces with the lowest indices, ascending. */
  List<Integer> first(int atMost) {
    return faces.stream().limit(atMost).boxed().toList();
  }

  /** The next marked face from this one on, or -1. */
  int nextFrom(int face) {
    return faces.nextSetBit(face);
  }
}
