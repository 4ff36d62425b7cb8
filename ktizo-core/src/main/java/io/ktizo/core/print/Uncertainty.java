package io.ktizo.core.print;

/**
 * How far the true time may lie from the estimate.
 *
 * <p>Three independent errors, each in proportion to a share of the time: lines of the part, whose
 * lengths and speeds are computed; travels and retractions, whose order is only modelled; and
 * supports, whose place is only modelled. Their relative spreads are standard deviations of
 * estimate against slicer, over parts and profiles of docs/benchmarks/estimator.md; how many prints
 * keep the stated time is checked there too.
 */
final class Uncertainty {
  private static final double LINES = 0.02;
  private static final double TRAVELS = 0.28;
  private static final double SUPPORTS = 0.35;

  /** Nine of ten of a normal distribution lie below its mean and so many standard deviations. */
  private static final double NINE_OF_TEN = 1.2816;

  private Uncertainty() {}

  /** The time that nine of ten prints keep, as a ratio to the estimated time. */
  static double ninetiethPercentile(Totals totals) {
    double seconds = totals.seconds();
    if (!(seconds > 0)) {
      return 1;
    }
    double travels = totals.travelSeconds / seconds;
    double supports =
        (totals.of(PrintRole.SUPPORT).seconds + totals.of(PrintRole.SUPPORT_INTERFACE).seconds)
            / seconds;
    double lines = Math.max(0, 1 - travels - supports);
    double deviation =
        Math.sqrt(
            squared(LINES * lines) + squared(TRAVELS * travels) + squared(SUPPORTS * supports));
    return 1 + NINE_OF_TEN * deviation;
  }

  private static double squared(double value) {
    return value * value;
  }
}
