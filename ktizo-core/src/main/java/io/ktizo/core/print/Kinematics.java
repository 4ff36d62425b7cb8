package io.ktizo.core.print;

/**
 * How long a move takes on a machine that accelerates evenly and takes corners as its jerk limits
 * allow: the classic planner of Marlin firmware, as PrusaSlicer 2.5's time estimate follows it.
 *
 * <p>Speeds in mm/s, lengths in mm, times in s. Directions are those of the machine's axes.
 * Immutable.
 */
final class Kinematics {
  private final MachineLimits limits;
  private final double filamentSection;

  Kinematics(PrintProfile profile) {
    this.limits = profile.limits();
    this.filamentSection = profile.filament().crossSection();
  }

  /** Time for a length entered and left at given speeds. */
  static double time(double length, double entry, double exit, double speed, double acceleration) {
    double in = Math.min(entry, speed);
    double out = Math.min(exit, speed);
    double rampUp = (speed * speed - in * in) / (2 * acceleration);
    double rampDown = (speed * speed - out * out) / (2 * acceleration);
    double cruise = length - rampUp - rampDown;
    if (cruise >= 0) {
      return (2 * speed - in - out) / acceleration + cruise / speed;
    }
    double up = (2 * acceleration * length - in * in + out * out) / (4 * acceleration);
    up = Math.clamp(up, 0, length);
    double peak = Math.sqrt(in * in + 2 * acceleration * up);
    double last = Math.sqrt(Math.max(0, peak * peak - 2 * acceleration * (length - up)));
    return (2 * peak - in - last) / acceleration;
  }

  /** The speed that a direction allows: no axis faster than its limit. */
  double speed(double wanted, double dx, double dy) {
    double speed = wanted;
    if (speed * Math.abs(dx) > limits.x().maxFeedrate()) {
      speed = limits.x().maxFeedrate() / Math.abs(dx);
    }
    if (speed * Math.abs(dy) > limits.y().maxFeedrate()) {
      speed = limits.y().maxFeedrate() / Math.abs(dy);
    }
    return speed;
  }

  /**
   * The acceleration of a direction: PrusaSlicer takes that of an axis that would exceed its own.
   */
  double acceleration(double wanted, double dx, double dy) {
    double acceleration = wanted;
    if (acceleration * Math.abs(dx) > limits.x().maxAcceleration()) {
      acceleration = limits.x().maxAcceleration();
    }
    if (acceleration * Math.abs(dy) > limits.y().maxAcceleration()) {
      acceleration = limits.y().maxAcceleration();
    }
    return acceleration;
  }

  /** The speed from which a move may start or end at once. */
  double safeSpeed(double speed, double dx, double dy) {
    double safe = speed;
    if (speed * Math.abs(dx) > limits.x().jerk()) {
      safe = Math.min(safe, limits.x().jerk());
    }
    if (speed * Math.abs(dy) > limits.y().jerk()) {
      safe = Math.min(safe, limits.y().jerk());
    }
    return safe;
  }

  /** The speed at which a corner may be taken between two directions at the same speed. */
  double cornerSpeed(double speed, double ax, double ay, double bx, double by) {
    double factor = 1;
    double jerk = change(speed * ax, speed * bx);
    if (jerk > limits.x().jerk()) {
      factor = limits.x().jerk() / jerk;
    }
    jerk = change(speed * ay * factor, speed * by * factor);
    if (jerk > limits.y().jerk()) {
      factor *= limits.y().jerk() / jerk;
    }
    return speed * factor;
  }

  /**
   * What an axis must change at once; when it turns round, it stops first, and only that counts.
   */
  private static double change(double exit, double entry) {
    if (exit > entry) {
      return entry > 0 || exit < 0 ? exit - entry : Math.max(exit, -entry);
    }
    return entry < 0 || exit > 0 ? entry - exit : Math.max(-exit, entry);
  }

  /** Time for the extruder alone to move filament by a length. */
  double extruderTime(double length, double speed) {
    MachineLimits.Axis e = limits.e();
    double allowed = Math.min(speed, e.maxFeedrate());
    double acceleration = Math.min(limits.retracting(), e.maxAcceleration());
    double start = Math.min(allowed, e.jerk());
    return time(length, start, start, allowed, acceleration);
  }

  /** Time for the z axis to rise or sink. */
  double liftTime(double length, double speed, double travelAcceleration) {
    if (length <= 0) {
      return 0;
    }
    MachineLimits.Axis z = limits.z();
    double allowed = Math.min(speed, z.maxFeedrate());
    double acceleration = Math.min(travelAcceleration, z.maxAcceleration());
    double start = Math.min(allowed, z.jerk());
    return time(length, start, start, allowed, acceleration);
  }

  /** Time for a travel in no particular direction, from rest to rest. */
  double travelTime(double length, double wanted, double wantedAcceleration) {
    double speed = Math.min(wanted, Math.min(limits.x().maxFeedrate(), limits.y().maxFeedrate()));
    double acceleration =
        Math.min(
            wantedAcceleration,
            Math.min(limits.x().maxAcceleration(), limits.y().maxAcceleration()));
    double start = Math.min(speed, Math.min(limits.x().jerk(), limits.y().jerk()));
    return time(length, start, start, speed, acceleration);
  }

  /** The speed at which lines may be extruded: the extruder and the least rate have their say. */
  double extrudingSpeed(double wanted, double section) {
    double fastest = limits.e().maxFeedrate() * filamentSection / section;
    return Math.min(fastest, Math.max(wanted, limits.minExtrudingRate()));
  }
}
