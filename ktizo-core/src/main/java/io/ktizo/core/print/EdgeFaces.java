package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.util.Arrays;

/**
 * Which faces share the edges of some faces. An open hash table of edges; of edges with more than
 * two faces any two are known.
 */
final class EdgeFaces {
  private static final int NONE = -1;

  private final Mesh mesh;
  private final long[] edges;
  private final int[] first;
  private final int[] second;
  private final int mask;

  /** The edges of the flagged faces, and all faces that have them. */
  EdgeFaces(Mesh mesh, boolean[] flags) {
    this.mesh = mesh;
    int flagged = 0;
    for (boolean flag : flags) {
      flagged += flag ? 1 : 0;
    }
    int size = Integer.highestOneBit(Math.max(8, Math.min(4 * flagged, 1 << 28))) << 1;
    mask = size - 1;
    edges = new long[size];
    first = new int[size];
    second = new int[size];
    Arrays.fill(edges, NONE);
    Arrays.fill(first, NONE);
    Arrays.fill(second, NONE);
    for (int face = 0; face < flags.length && flagged > 0; face++) {
      if (flags[face]) {
        for (int side = 0; side < 3; side++) {
          int slot = slot(key(face, side));
          edges[slot] = key(face, side);
          add(slot, face);
        }
      }
    }
    for (int face = 0; face < flags.length && flagged > 0; face++) {
      if (!flags[face]) {
        for (int side = 0; side < 3; side++) {
          int slot = slot(key(face, side));
          if (edges[slot] != NONE) {
            add(slot, face);
          }
        }
      }
    }
  }

  /** The face on the other side of a flagged face's edge, from corner {@code side} to the next. */
  int beyond(int face, int side) {
    int slot = slot(key(face, side));
    return first[slot] == face ? second[slot] : first[slot];
  }

  private void add(int slot, int face) {
    if (first[slot] == NONE) {
      first[slot] = face;
    } else if (second[slot] == NONE && first[slot] != face) {
      second[slot] = face;
    }
  }

  private long key(int face, int side) {
    int a = mesh.vertex(face, side);
    int b = mesh.vertex(face, (side + 1) % 3);
    return ((long) Math.min(a, b) << 32) | Math.max(a, b);
  }

  private int slot(long key) {
    long mixed = key * 0x9E3779B97F4A7C15L;
    int slot = (int) (mixed >>> 33) & mask;
    while (edges[slot] != NONE && edges[slot] != key) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
