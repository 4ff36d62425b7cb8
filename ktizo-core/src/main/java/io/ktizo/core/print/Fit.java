package io.ktizo.core.print;

/** Whether and how a part fits a {@link BuildVolume}. */
public sealed interface Fit {

  /**
   * It fits as it stands, perhaps turned about the vertical, which leaves its layers as they are.
   *
   * @param rotation one that fits, about the vertical
   */
  record Standing(Rotation rotation) implements Fit {}

  /**
   * It fits only when laid or tilted, which changes its layers, supports and price.
   *
   * @param rotation one that fits: turning the mesh by it and measuring its box proves it
   */
  record Turned(Rotation rotation) implements Fit {}

  /**
   * No rotation was found in which it fits.
   *
   * @param proven whether there is none; otherwise the search ended first, which happens when the
   *     part is within a few hundredths of fitting
   */
  record None(boolean proven) implements Fit {}
}
