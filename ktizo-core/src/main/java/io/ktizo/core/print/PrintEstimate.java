package io.ktizo.core.print;

import java.time.Duration;

/**
 * What printing one copy takes. Volumes are those of the extruded filament.
 *
 * @param wallsMm3 filament in perimeters, in mm³
 * @param solidMm3 filament in solid infill, tops, bottoms and bridges, in mm³
 * @param sparseMm3 filament in sparse infill, in mm³
 * @param supportMm3 filament in supports and their interfaces, in mm³
 * @param layers number of layers, at least 1
 * @param time printing time, the median of what is to be expected (P50)
 * @param timeP90 printing time that nine of ten prints keep, at least {@code time}
 * @param filamentDensity in g/cm³, from the profile
 * @param filamentDiameter in mm, from the profile
 */
public record PrintEstimate(
    double wallsMm3,
    double solidMm3,
    double sparseMm3,
    double supportMm3,
    int layers,
    Duration time,
    Duration timeP90,
    double filamentDensity,
    double filamentDiameter) {

  public PrintEstimate {
    if (!(wallsMm3 >= 0 && solidMm3 >= 0 && sparseMm3 >= 0 && supportMm3 >= 0)
        || !Double.isFinite(wallsMm3 + solidMm3 + sparseMm3 + supportMm3)) {
      throw new IllegalArgumentException("volumes must be finite and not negative");
    }
    if (layers < 1 || time.isNegative() || timeP90.compareTo(time) < 0) {
      throw new IllegalArgumentException(
          "not an estimate: " + layers + ", " + time + ", " + timeP90);
    }
    if (!(filamentDensity > 0) || !(filamentDiameter > 0)) {
      throw new IllegalArgumentException("density and diameter must be positive");
    }
  }

  /** All extruded filament, in mm³. */
  public double filamentMm3() {
    return wallsMm3 + solidMm3 + sparseMm3 + supportMm3;
  }

  /** Mass of all extruded filament, in grams. */
  public double filamentGrams() {
    return filamentMm3() * filamentDensity / 1000;
  }

  /** Length of filament drawn from the spool, in metres. */
  public double filamentMetres() {
    double crossSection = Math.PI * filamentDiameter * filamentDiameter / 4;
    return filamentMm3() / crossSection / 1000;
  }
}
