package io.ktizo.core.quote;

import io.ktizo.core.mesh.LengthUnit;
import io.ktizo.core.mesh.UnitGuess;

/** Which unit the numbers of a file were taken for, and on whose word. */
public sealed interface UnitDecision {

  /** The unit. */
  LengthUnit unit();

  /** How sure that is, 0 to 1. */
  double probability();

  /** The customer said so, whatever the file says. */
  record Stated(LengthUnit unit) implements UnitDecision {
    @Override
    public double probability() {
      return 1;
    }
  }

  /** The file says so. */
  record Declared(LengthUnit unit) implements UnitDecision {
    @Override
    public double probability() {
      return 1;
    }
  }

  /**
   * Nobody said so; the most probable unit was taken. Whoever shows a price shows this with it.
   *
   * @param guess every unit with its probability and the size that the part would have
   */
  record Guessed(UnitGuess guess) implements UnitDecision {
    @Override
    public LengthUnit unit() {
      return guess.best().unit();
    }

    @Override
    public double probability() {
      return guess.best().probability();
    }
  }
}
