package io.ktizo.core.shop;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount of material, exact to the milligram, 0 to 10 t.
 *
 * @param milligrams in thousandths of a gram
 */
public record Grams(long milligrams) implements Comparable<Grams> {
  /** Nothing. */
  public static final Grams ZERO = new Grams(0);

  private static final long MOST = 10_000_000_000L;

  public Grams {
    if (milligrams < 0 || milligrams > MOST) {
      throw new IllegalArgumentException("from 0 to 10,000,000 g");
    }
  }

  /** Whole grams. */
  public static Grams of(long grams) {
    if (grams < 0 || grams > MOST / 1_000) {
      throw new IllegalArgumentException("from 0 to 10,000,000 g");
    }
    return new Grams(grams * 1_000);
  }

  /** Rounded up to the milligram: what is held must be enough. */
  public static Grams atLeast(BigDecimal grams) {
    if (grams.signum() < 0 || grams.precision() - grams.scale() > 8 || grams.scale() > 100) {
      throw new IllegalArgumentException("from 0 to 10,000,000 g");
    }
    return new Grams(grams.movePointRight(3).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  /** In grams, without superfluous zeros. */
  public BigDecimal grams() {
    return StockLevel.grams(milligrams);
  }

  /** Both together. */
  public Grams plus(Grams other) {
    return new Grams(milligrams + other.milligrams);
  }

  /**
   * What is left without the other.
   *
   * @throws IllegalArgumentException if the other is more
   */
  public Grams minus(Grams other) {
    return new Grams(milligrams - other.milligrams);
  }

  /** So many times as much. */
  public Grams times(int factor) {
    return new Grams(Math.multiplyExact(milligrams, (long) factor));
  }

  @Override
  public int compareTo(Grams other) {
    return Long.compare(milligrams, other.milligrams);
  }

  @Override
  public String toString() {
    return grams().toPlainString() + " g";
  }
}
