package io.ktizo.core.print;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** The connected parts of a region: intervals of neighbouring rows that overlap belong together. */
final class Connected {
  private final Region region;
  private final int[] parent;

  Connected(Region region) {
    this.region = region;
    this.parent = new int[region.spans()];
    for (int i = 0; i < parent.length; i++) {
      parent[i] = i;
    }
    int[] xs = region.xs;
    for (int r = 1; r < region.rows(); r++) {
      int i = region.starts[r - 1];
      int j = region.starts[r];
      int previousTo = region.starts[r];
      int to = region.starts[r + 1];
      while (i < previousTo && j < to) {
        if (Math.max(xs[i], xs[j]) < Math.min(xs[i + 1], xs[j + 1])) {
          int a = of(i / 2);
          int b = of(j / 2);
          parent[Math.max(a, b)] = Math.min(a, b);
        }
        if (xs[i + 1] < xs[j + 1]) {
          i += 2;
        } else {
          j += 2;
        }
      }
    }
  }

  /** The number of the part that an interval belongs to, which is that of its first interval. */
  int of(int span) {
    int at = span;
    while (parent[at] != at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  }

  int count() {
    int count = 0;
    for (int i = 0; i < parent.length; i++) {
      if (parent[i] == i) {
        count++;
      }
    }
    return count;
  }

  /**
   * The region without the parts whose first numbers sum to at least {@code share} of the second.
   *
   * @param pairs two numbers an interval
   */
  Region without(double[] pairs, double share) {
    double[] sums = new double[2 * parent.length];
    for (int i = 0; i < parent.length; i++) {
      int part = of(i);
      sums[2 * part] += pairs[2 * i];
      sums[2 * part + 1] += pairs[2 * i + 1];
    }
    return keeping(part -> sums[2 * part] < share * sums[2 * part + 1]);
  }

  /** The parts whose area is at most {@code most} mm². */
  Region upTo(double most, RegionAlgebra algebra) {
    double[] lengths = new double[parent.length];
    for (int i = 0; i < parent.length; i++) {
      lengths[of(i)] += region.xs[2 * i + 1] - region.xs[2 * i];
    }
    double limit = most * MeshSlicer.MICROMETRES * MeshSlicer.MICROMETRES / algebra.pitch();
    return keeping(part -> lengths[part] <= limit);
  }

  private Region keeping(IntPredicate kept) {
    int[] xs = new int[region.xs.length];
    int[] starts = new int[region.starts.length];
    int count = 0;
    for (int r = 0; r < region.rows(); r++) {
      for (int k = region.starts[r]; k < region.starts[r + 1]; k += 2) {
        if (kept.test(of(k / 2))) {
          xs[count++] = region.xs[k];
          xs[count++] = region.xs[k + 1];
        }
      }
      starts[r + 1] = count;
    }
    return count == region.xs.length
        ? region
        : count == 0 ? Region.EMPTY : new Region(region.firstRow, starts, Arrays.copyOf(xs, count));
  }
}
