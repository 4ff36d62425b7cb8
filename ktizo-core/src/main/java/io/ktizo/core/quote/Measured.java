package io.ktizo.core.quote;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/**
 * The one place where measured binary fractions become the decimals that prices are computed from:
 * the double's exact value, rounded half even to a fixed number of places.
 */
final class Measured {
  private Measured() {}

  /** Cubic millimetres, to 0.001. */
  static BigDecimal volume(double mm3) {
    return decimal(mm3, 3);
  }

  /** Square millimetres, to 0.001. */
  static BigDecimal area(double mm2) {
    return decimal(mm2, 3);
  }

  /** Millimetres, to 0.001. */
  static BigDecimal length(double mm) {
    return decimal(mm, 3);
  }

  /** Pure numbers, to 0.000001. */
  static BigDecimal factor(double factor) {
    return decimal(factor, 6);
  }

  /** Seconds, to 0.001. */
  static BigDecimal seconds(Duration time) {
    return BigDecimal.valueOf(time.getSeconds())
        .add(BigDecimal.valueOf(time.getNano(), 9))
        .setScale(3, RoundingMode.HALF_EVEN);
  }

  /** The way back, exact for what {@link #seconds} gave and rounded down to a nanosecond else. */
  static Duration duration(BigDecimal seconds) {
    BigDecimal whole = seconds.setScale(0, RoundingMode.DOWN);
    BigDecimal nanos = seconds.subtract(whole).movePointRight(9);
    return Duration.ofSeconds(whole.longValueExact(), nanos.longValue());
  }

  private static BigDecimal decimal(double value, int places) {
    return new BigDecimal(value).setScale(places, RoundingMode.HALF_EVEN);
  }
}
