package io.ktizo.core.print;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Triangles of a mesh, by index, in ascending order: those that a finding concerns and a viewer
 * paints. At most {@link #MOST} are listed; {@link #count()} is exact nevertheless. Immutable.
 */
public final class Faces {
  /** How many indices are kept: enough for any viewer, and bounded for any mesh. */
  public static final int MOST = 1 << 16;

  /** No triangles: the finding concerns the part as a whole. */
  public static final Faces NONE = new Faces(new int[0], 0);

  private final int[] listed;
  private final int count;

  private Faces(int[] listed, int count) {
    this.listed = listed;
    this.count = count;
  }

  /**
   * These triangles, in any order, without repetition.
   *
   * @throws IllegalArgumentException if one is negative or named twice
   */
  public static Faces of(int... triangles) {
    int[] sorted = triangles.clone();
    Arrays.sort(sorted);
    for (int i = 0; i < sorted.length; i++) {
      if (sorted[i] < 0 || (i > 0 && sorted[i] == sorted[i - 1])) {
        throw new IllegalArgumentException("negative or repeated triangle: " + sorted[i]);
      }
    }
    return new Faces(sorted.length > MOST ? Arrays.copyOf(sorted, MOST) : sorted, sorted.length);
  }

  /** The triangles whose flag is set. */
  static Faces where(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      if (flag) {
        count++;
      }
    }
    int[] listed = new int[Math.min(count, MOST)];
    for (int i = 0, next = 0; next < listed.length; i++) {
      if (flags[i]) {
        listed[next++] = i;
      }
    }
    return new Faces(listed, count);
  }

  /** How many triangles are concerned, listed or not. */
  public int count() {
    return count;
  }

  /** Whether every triangle concerned is listed. */
  public boolean complete() {
    return listed.length == count;
  }

  /** The listed triangles' indices, ascending. */
  public IntStream indices() {
    return Arrays.stream(listed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Faces faces
        && count == faces.count
        && Arrays.equals(listed, faces.listed);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(listed) + count;
  }

  @Override
  public String toString() {
    return "Faces[" + count + "]";
  }
}
