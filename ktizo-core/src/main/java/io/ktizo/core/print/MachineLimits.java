package io.ktizo.core.print;

/**
 * What the printer's firmware allows, whatever the profile asks for. Speeds in mm/s, accelerations
 * in mm/s², jerks (the step of speed that an axis may take at once) in mm/s.
 *
 * @param usage whether these limits count
 * @param x the x axis
 * @param y the y axis
 * @param z the z axis
 * @param e the extruder; its numbers are of filament
 * @param extruding acceleration of moves that extrude
 * @param retracting acceleration of moves of the extruder alone
 * @param travelling acceleration of moves that do not extrude
 * @param minExtrudingRate moves that extrude are never slower
 * @param minTravelRate moves that do not extrude are never slower
 */
public record MachineLimits(
    Usage usage,
    Axis x,
    Axis y,
    Axis z,
    Axis e,
    double extruding,
    double retracting,
    double travelling,
    double minExtrudingRate,
    double minTravelRate) {

  /** Whether the limits of the profile hold. */
  public enum Usage {
    /** They are sent to the printer and hold. */
    EMIT_TO_GCODE,
    /** The printer has them already. */
    TIME_ESTIMATE_ONLY,
    /** The printer's limits are not known; those of {@link MachineLimits#COMMON} are assumed. */
    IGNORE
  }

  /**
   * One axis.
   *
   * @param maxFeedrate mm/s
   * @param maxAcceleration mm/s²
   * @param jerk mm/s
   */
  public record Axis(double maxFeedrate, double maxAcceleration, double jerk) {
    public Axis {
      Require.positive("max feedrate", maxFeedrate);
      Require.positive("max acceleration", maxAcceleration);
      Require.notNegative("jerk", jerk);
    }
  }

  /** What PrusaSlicer 2.5 assumes of a printer that it knows nothing of. */
  public static final MachineLimits COMMON =
      new MachineLimits(
          Usage.TIME_ESTIMATE_ONLY,
          new Axis(500, 9000, 10),
          new Axis(500, 9000, 10),
          new Axis(12, 500, 0.2),
          new Axis(120, 10000, 2.5),
          1500,
          1500,
          1500,
          0,
          0);

  public MachineLimits {
    Require.positive("extruding acceleration", extruding);
    Require.positive("retracting acceleration", retracting);
    Require.positive("travelling acceleration", travelling);
    Require.notNegative("minimum extruding rate", minExtrudingRate);
    Require.notNegative("minimum travel rate", minTravelRate);
  }
}
