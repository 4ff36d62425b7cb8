package io.ktizo.core.mesh;

import java.util.Arrays;

/**
 * The vertices of a file that names them by number, in the order of the file.
 *
 * <p>A vertex enters the mesh when the first face asks for it, so that points which no face uses
 * leave no trace. Sixteen bytes each; grows with what was really read, up to three vertices for
 * each triangle that may be.
 */
final class IndexedVertices {
  private final MeshBuilder builder;
  private float[] positions = new float[3 * 64];
  private int[] welded = new int[64];
  private final MeshLimits limits;
  private int count;

  IndexedVertices(MeshBuilder builder, MeshLimits limits) {
    this.builder = builder;
    this.limits = limits;
  }

  void add(float x, float y, float z) {
    if (count == welded.length) {
      MeshBuilder.checkLimit(limits, count / 3);
      int grown = count + count / 2;
      positions = Arrays.copyOf(positions, 3 * grown);
      welded = Arrays.copyOf(welded, grown);
    }
    positions[3 * count] = x;
    positions[3 * count + 1] = y;
    positions[3 * count + 2] = z;
    count++;
  }

  int count() {
    return count;
  }

  float x(int index) {
    return positions[3 * index];
  }

  float y(int index) {
    return positions[3 * index + 1];
  }

  float z(int index) {
    return positions[3 * index + 2];
  }

  /** Adds a triangle of these vertices to the mesh. */
  void triangle(int a, int b, int c) {
    builder.triangle(vertex(a), vertex(b), vertex(c));
  }

  private int vertex(int index) {
    int known = welded[index];
    if (known == 0) {
      known = 1 + builder.vertex(x(index), y(index), z(index));
      welded[index] = known;
    }
    return known - 1;
  }
}
