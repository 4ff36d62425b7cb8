package io.ktizo.core.print;

import io.ktizo.core.print.PrintProfile.Cooling;

/**
 * The rule of the least layer time. A layer that would take less is slowed down until it takes as
 * long: the fastest lines first, down to one common speed, none below the least speed. The layer's
 * time is reckoned as PrusaSlicer 2.5 does, without acceleration; bridges and travels keep their
 * speeds.
 */
final class CoolingRule {
  /** The slicer aims a little beyond the wanted time, against rounding. */
  private static final double MARGIN = 1.001;

  private CoolingRule() {}

  /** The lines of a layer. */
  static final class Lines {
    private final double[] lengths;
    private final double[] speeds;
    private final int count;
    private final double fixed;

    /**
     * Borrows the arrays.
     *
     * @param lengths of those that may be slowed, mm
     * @param speeds of those, mm/s
     * @param count how many entries of the arrays count
     * @param fixed time of everything else, s
     */
    Lines(double[] lengths, double[] speeds, int count, double fixed) {
      this.lengths = lengths;
      this.speeds = speeds;
      this.count = count;
      this.fixed = fixed;
    }
  }

  /** The speed that no line of the layer may exceed, mm/s; infinite if the layer is long enough. */
  static double ceiling(Cooling cooling, Lines lines) {
    double[] lengths = lines.lengths;
    double[] speeds = lines.speeds;
    int count = lines.count;
    double fixed = lines.fixed;
    if (!cooling.slowDown()) {
      return Double.POSITIVE_INFINITY;
    }
    double target = cooling.layerTime() * MARGIN;
    double total = fixed;
    double fastest = 0;
    for (int i = 0; i < count; i++) {
      total += lengths[i] / speeds[i];
      fastest = Math.max(fastest, speeds[i]);
    }
    if (total > target || fastest == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double ceiling = fastest;
    while (true) {
      // Everything at the ceiling is slowed together until the next slower lines join in.
      double next = cooling.minSpeed();
      double length = 0;
      double rest = fixed;
      for (int i = 0; i < count; i++) {
        if (speeds[i] >= ceiling) {
          length += lengths[i];
        } else {
          rest += lengths[i] / speeds[i];
          next = Math.max(next, speeds[i]);
        }
      }
      double needed = length / (target - rest);
      if (target > rest && needed >= next) {
        return needed;
      }
      if (next <= cooling.minSpeed()) {
        return cooling.minSpeed();
      }
      ceiling = next;
    }
  }
}
