package io.ktizo.core.print;

/**
 * Time to follow contours: every corner is taken as slowly as the machine's jerk asks, with
 * accelerations planned ahead over the whole loop. Holds buffers: one instance for each thread.
 */
final class LoopTiming {
  private final Kinematics kinematics;
  private final double cos;
  private final double sin;
  private double[] dx = new double[256];
  private double[] dy = new double[256];
  private double[] length = new double[256];
  private double[] entry = new double[257];

  /** For contours whose frame is turned by {@code degrees} against the machine's axes. */
  LoopTiming(Kinematics kinematics, double degrees) {
    this.kinematics = kinematics;
    this.cos = StrictMath.cos(StrictMath.toRadians(degrees));
    this.sin = StrictMath.sin(StrictMath.toRadians(degrees));
  }

  /**
   * Time for one loop, from rest to rest, begun at its first point.
   *
   * @param scale length of the line to follow as a ratio to the contour's
   */
  double time(Contours contours, int loop, double scale, double speed, double acceleration) {
    int begin = contours.begin(loop);
    int count = contours.end(loop) - begin;
    reserve(count);
    int n = 0;
    for (int i = 0; i < count; i++) {
      int next = i + 1 == count ? begin : begin + i + 1;
      double x = contours.x(next) - (double) contours.x(begin + i);
      double y = contours.y(next) - (double) contours.y(begin + i);
      double distance = Math.sqrt(x * x + y * y);
      if (distance > 0) {
        dx[n] = (x * cos - y * sin) / distance;
        dy[n] = (x * sin + y * cos) / distance;
        length[n] = distance / MeshSlicer.MICROMETRES * scale;
        n++;
      }
    }
    return timePlanned(n, speed, acceleration);
  }

  /**
   * Time per mm along a path that goes on and on, each piece beginning where the last one ended.
   */
  double timePerMillimetre(double[] xs, double[] ys, int times, double speed, double acceleration) {
    reserve(xs.length * times);
    int n = 0;
    double total = 0;
    for (int k = 0; k < times; k++) {
      double x = 0;
      double y = 0;
      for (int i = 0; i < xs.length; i++) {
        double ex = xs[i] - x;
        double ey = ys[i] - y;
        double distance = Math.sqrt(ex * ex + ey * ey);
        dx[n] = ex / distance;
        dy[n] = ey / distance;
        length[n++] = distance;
        total += distance;
        x = xs[i];
        y = ys[i];
      }
    }
    return timePlanned(n, speed, acceleration) / total;
  }

  /** Time along a path of {@code n} directions and lengths that lie in the buffers. */
  private double timePlanned(int n, double speed, double acceleration) {
    if (n == 0) {
      return 0;
    }
    entry[0] = kinematics.safeSpeed(speed, dx[0], dy[0]);
    for (int i = 1; i < n; i++) {
      entry[i] = kinematics.cornerSpeed(speed, dx[i - 1], dy[i - 1], dx[i], dy[i]);
    }
    entry[n] = kinematics.safeSpeed(speed, dx[n - 1], dy[n - 1]);
    for (int i = n - 1; i >= 0; i--) {
      double a = kinematics.acceleration(acceleration, dx[i], dy[i]);
      double most = entry[i + 1] * entry[i + 1] + 2 * a * length[i];
      if (entry[i] * entry[i] > most) {
        entry[i] = Math.sqrt(most);
      }
    }
    double seconds = 0;
    for (int i = 0; i < n; i++) {
      double a = kinematics.acceleration(acceleration, dx[i], dy[i]);
      double most = entry[i] * entry[i] + 2 * a * length[i];
      if (entry[i + 1] * entry[i + 1] > most) {
        entry[i + 1] = Math.sqrt(most);
      }
      double v = kinematics.speed(speed, dx[i], dy[i]);
      if (entry[i] >= v && entry[i + 1] >= v) {
        seconds += length[i] / v;
      } else {
        seconds += Kinematics.time(length[i], entry[i], entry[i + 1], v, a);
      }
    }
    return seconds;
  }

  private void reserve(int count) {
    if (dx.length < count) {
      int capacity = Integer.highestOneBit(count) * 2;
      dx = new double[capacity];
      dy = new double[capacity];
      length = new double[capacity];
      entry = new double[capacity + 1];
    }
  }
}
