package io.ktizo.core.print;

/**
 * What printability is judged by: a printer and how it prints.
 *
 * @param volume what the printer offers
 * @param leastWall walls thinner than this are found, mm
 * @param layerHeight mm
 * @param supportThreshold slopes up to this angle to the plate need support, degrees, 0 to 90, as
 *     slicers count: theirs include the threshold itself
 * @param supports whether supports are printed
 * @param longestBridge ceilings are bridged from wall to wall up to this, mm
 */
public record Demands(
    BuildVolume volume,
    double leastWall,
    double layerHeight,
    double supportThreshold,
    boolean supports,
    double longestBridge) {

  /**
   * As long as PrusaSlicer bridges without support ({@code max_bridge_length}, a constant of it).
   */
  public static final double COMMON_BRIDGE = 10;

  /** Walls up to this thickness can be looked for, mm; thicker ones are no concern. */
  public static final double MOST_WALL = 20;

  public Demands {
    Require.within("least wall", leastWall, 0.001, MOST_WALL);
    Require.within("layer height", layerHeight, 0.001, 10);
    Require.within("support threshold", supportThreshold, 0, 90);
    Require.notNegative("longest bridge", longestBridge);
  }

  /** Walls of at least the nozzle's diameter; slopes as the profile supports them. */
  public static Demands of(BuildVolume volume, PrintProfile profile) {
    double threshold = profile.supports().threshold();
    if (threshold == 0) {
      // Then the slicer supports what protrudes by half a line beyond the layer below.
      threshold =
          Math.toDegrees(
              StrictMath.atan2(
                  profile.layers().height(), profile.widths().externalPerimeter() / 2));
    }
    return new Demands(
        volume,
        profile.nozzleDiameter(),
        profile.layers().height(),
        threshold,
        profile.supports().enabled() && profile.supports().automatic(),
        COMMON_BRIDGE);
  }

  /** The same with another least wall. */
  public Demands walls(double least) {
    return new Demands(volume, least, layerHeight, supportThreshold, supports, longestBridge);
  }
}
