package io.ktizo.privacy;

/**
 * Hears how long work goes on. Called on the thread that works, often: it should return at once.
 * What it throws ends the work as a failure of the step would.
 */
@FunctionalInterface
public interface Progress {
  /** Hears nothing. */
  Progress SILENT = (step, about, done, total) -> {};

  /**
   * A part of the work is done.
   *
   * @param step what is being done, for instance {@code delete rows}
   * @param about the data set or holder
   * @param done how much, counted in what the step counts
   * @param total out of how much; negative if nobody knows
   */
  void at(String step, String about, long done, long total);
}
