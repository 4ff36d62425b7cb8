package io.ktizo.core.print;

import java.util.EnumMap;
import java.util.Map;

/** Sums over layers by role. */
final class Totals {

  /** What the lines of one role take: filament in mm³, length in mm, time in s. */
  static final class Sum {
    double volume;
    double length;
    double seconds;

    void add(double cubicMillimetres, double millimetres, double time) {
      volume += cubicMillimetres;
      length += millimetres;
      seconds += time;
    }
  }

  private final Map<PrintRole, Sum> sums = new EnumMap<>(PrintRole.class);

  /** Number of moves from one line to another that do not extrude. */
  double travels;

  /** Moves that do not extrude, retractions and lifts, s. */
  double travelSeconds;

  int layers;

  Totals() {
    for (PrintRole role : PrintRole.values()) {
      sums.put(role, new Sum());
    }
  }

  Sum of(PrintRole role) {
    Sum sum = sums.get(role);
    if (sum == null) {
      throw new AssertionError(role);
    }
    return sum;
  }

  void add(PrintRole role, double cubicMillimetres, double millimetres, double seconds) {
    of(role).add(cubicMillimetres, millimetres, seconds);
  }

  void add(Totals other) {
    for (PrintRole role : PrintRole.values()) {
      Sum sum = other.of(role);
      add(role, sum.volume, sum.length, sum.seconds);
    }
    travelSeconds += other.travelSeconds;
    travels += other.travels;
  }

  double volume(PrintRole role) {
    return of(role).volume;
  }

  double walls() {
    return volume(PrintRole.EXTERNAL_PERIMETER)
        + volume(PrintRole.PERIMETER)
        + volume(PrintRole.OVERHANG_PERIMETER)
        + volume(PrintRole.GAP_FILL);
  }

  double solid() {
    return volume(PrintRole.SOLID_INFILL)
        + volume(PrintRole.TOP_SOLID_INFILL)
        + volume(PrintRole.BRIDGE_INFILL);
  }

  double sparse() {
    return volume(PrintRole.SPARSE_INFILL);
  }

  double support() {
    return volume(PrintRole.SUPPORT)
        + volume(PrintRole.SUPPORT_INTERFACE)
        + volume(PrintRole.SKIRT_BRIM);
  }

  double seconds() {
    double sum = travelSeconds;
    for (PrintRole role : PrintRole.values()) {
      sum += of(role).seconds;
    }
    return sum;
  }
}
