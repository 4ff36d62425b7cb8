package io.ktizo.core.print;

import java.util.List;

/** Statistics of errors. */
final class Errors {
  private Errors() {}

  /** The value that a share of the values does not exceed, interpolated between neighbours. */
  static double quantile(List<Double> values, double share) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    double at = share * (sorted.length - 1);
    int below = (int) at;
    return below + 1 < sorted.length
        ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below])
        : sorted[below];
  }

  /** Share of values up to a limit. */
  static double within(List<Double> values, double limit) {
    return values.stream().filter(value -> value <= limit).count() / (double) values.size();
  }
}
