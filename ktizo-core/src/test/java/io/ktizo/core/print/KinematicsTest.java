package io.ktizo.core.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.ktizo.core.print.PrintProfile.Cooling;
import org.junit.jupiter.api.Test;

/** Against the formulas of even acceleration, worked out by hand. */
class KinematicsTest {
  private static final double EXACT = 1e-9;

  private final PrintProfile profile =
      ((ProfileReading.Accepted)
              PrusaSlicerProfile.read(
                  "test",
                  """
                  layer_height = 0.2
                  gcode_flavor = marlin
                  machine_max_jerk_x = 8
                  machine_max_jerk_y = 8
                  machine_max_jerk_z = 0.4
                  machine_max_jerk_e = 4.5
                  machine_max_acceleration_x = 1000
                  machine_max_acceleration_y = 500
                  machine_max_acceleration_z = 200
                  machine_max_acceleration_e = 5000
                  machine_max_acceleration_extruding = 1250
                  machine_max_acceleration_retracting = 1250
                  machine_max_feedrate_x = 200
                  machine_max_feedrate_y = 100
                  machine_max_feedrate_z = 12
                  """))
          .profile();

  private final Kinematics kinematics = new Kinematics(profile);

  @Test
  void a_long_move_ramps_up_cruises_and_ramps_down() {
    // From rest to rest: length / speed + speed / acceleration.
    assertThat(Kinematics.time(100, 0, 0, 50, 1000)).isEqualTo(2.05, within(EXACT));
    // 10 to 50 in 0.04 s over 1.2 mm, 50 to 30 in 0.02 s over 0.8 mm, 98 mm at 50.
    assertThat(Kinematics.time(100, 10, 30, 50, 1000)).isEqualTo(0.06 + 98 / 50.0, within(EXACT));
  }

  @Test
  void a_short_move_never_reaches_its_speed() {
    // Half the way up, half down: 2 sqrt(length / acceleration).
    assertThat(Kinematics.time(1, 0, 0, 100, 1000))
        .isEqualTo(2 * Math.sqrt(1 / 1000.0), within(EXACT));
  }

  @Test
  void a_move_at_constant_speed_takes_length_by_speed() {
    assertThat(Kinematics.time(10, 25, 25, 25, 1000)).isEqualTo(0.4, within(EXACT));
  }

  @Test
  void a_straight_line_goes_through_and_a_corner_is_slowed_to_the_jerk() {
    double half = Math.sqrt(0.5);
    assertThat(kinematics.cornerSpeed(45, 1, 0, 1, 0)).isEqualTo(45, within(EXACT));
    assertThat(kinematics.cornerSpeed(45, 1, 0, 0, 1)).isEqualTo(8, within(EXACT));
    assertThat(kinematics.cornerSpeed(45, 1, 0, -1, 0)).isEqualTo(8, within(EXACT));
    // By 45 degrees: y changes by 0.7071 of the speed, x by 0.2929; y decides.
    assertThat(kinematics.cornerSpeed(45, 1, 0, half, half)).isEqualTo(8 / half, within(EXACT));
    // Slow enough for both axes: no need to slow down.
    assertThat(kinematics.cornerSpeed(8, 1, 0, 0, 1)).isEqualTo(8, within(EXACT));
  }

  @Test
  void each_axis_keeps_its_own_limits() {
    assertThat(kinematics.speed(180, 0, 1)).isEqualTo(100, within(EXACT));
    assertThat(kinematics.speed(180, 1, 0)).isEqualTo(180, within(EXACT));
    assertThat(kinematics.acceleration(1250, 1, 0)).isEqualTo(1000, within(EXACT));
    assertThat(kinematics.acceleration(1250, 0, 1)).isEqualTo(500, within(EXACT));
    assertThat(kinematics.safeSpeed(45, 1, 0)).isEqualTo(8, within(EXACT));
    assertThat(kinematics.safeSpeed(5, 1, 0)).isEqualTo(5, within(EXACT));
  }

  @Test
  void a_retraction_is_a_move_of_the_extruder() {
    // 2 mm at 35 mm/s from a jerk of 4.5: length / v + (v - jerk)² / (a v).
    double expected = 2.0 / 35 + 30.5 * 30.5 / (1250 * 35);
    assertThat(kinematics.extruderTime(2, 35)).isEqualTo(expected, within(EXACT));
    // 0.8 mm are too short for 35 mm/s: up to sqrt(jerk² + a length) and down again.
    double peak = Math.sqrt(4.5 * 4.5 + 1250 * 0.8);
    assertThat(kinematics.extruderTime(0.8, 35)).isEqualTo(2 * (peak - 4.5) / 1250, within(EXACT));
    assertThat(kinematics.extruderTime(0, 35)).isZero();
  }

  @Test
  void a_square_loop_takes_four_equal_sides() {
    Contours square = new Contours();
    square.add(0, 0);
    square.add(20_000, 0);
    square.add(20_000, 20_000);
    square.add(0, 20_000);
    square.closeLoop(1);
    LoopTiming timing = new LoopTiming(kinematics, 0);

    double seconds = timing.time(square, 0, 1, 40, 500);

    // Each side from 8 to 40 and back at 500 mm/s²: 1.536 mm a ramp, 0.064 s.
    double side = 2 * 0.064 + (20 - 2 * 1.536) / 40;
    assertThat(seconds).isEqualTo(4 * side, within(EXACT));
  }

  @Test
  void a_layer_below_its_least_time_is_slowed_fastest_lines_first() {
    Cooling cooling = new Cooling(true, 10, 5);

    // 100 mm at 50 and 40 mm at 20 take 4 s; all at v take 140 / v = 10.01 s.
    double ceiling = ceiling(cooling, 0, 100, 50, 40, 20);
    assertThat(ceiling).isEqualTo(140 / 10.01, within(EXACT));

    // With 5 s of travels 5.01 s are left, 2 of them for the slower lines, which keep their speed.
    assertThat(ceiling(cooling, 5, 100, 50, 40, 20)).isEqualTo(100 / 3.01, within(EXACT));
  }

  @Test
  void no_line_is_slowed_below_the_least_speed_and_no_layer_that_is_long_enough() {
    assertThat(ceiling(new Cooling(true, 10, 15), 0, 50, 40)).isEqualTo(15);
    assertThat(ceiling(new Cooling(true, 10, 15), 0, 1000, 40)).isInfinite();
    assertThat(ceiling(new Cooling(false, 10, 15), 0, 50, 40)).isInfinite();
    assertThat(ceiling(new Cooling(true, 10, 15), 12, 50, 40)).isInfinite();
  }

  /** Lengths and speeds in turn. */
  private static double ceiling(Cooling cooling, double fixed, double... lines) {
    double[] lengths = new double[lines.length / 2];
    double[] speeds = new double[lines.length / 2];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = lines[2 * i];
      speeds[i] = lines[2 * i + 1];
    }
    return CoolingRule.ceiling(
        cooling, new CoolingRule.Lines(lengths, speeds, lengths.length, fixed));
  }
}
