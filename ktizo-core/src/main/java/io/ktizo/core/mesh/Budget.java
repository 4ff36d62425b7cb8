package io.ktizo.core.mesh;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * The CPU time that the reading of one file may take, counted on the thread that made the budget.
 *
 * <p>Asking the clock costs about as much as reading a hundred triangles, so readers call {@link
 * #check} once for each block of input, or {@link #tick} for each step whose number the file
 * decides. Where the machine keeps no clock for a thread (a virtual thread has none), elapsed time
 * stands in: it is never less.
 */
final class Budget {
  private static final int TICKS_BETWEEN_CHECKS = 1 << 12;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final boolean threadHasClock;
  private final long start;
  private final long allowedNanos;
  private int ticks;

  private Budget(MeshLimits limits) {
    this.threadHasClock =
        !Thread.currentThread().isVirtual()
            && threads.isCurrentThreadCpuTimeSupported()
            && threads.isThreadCpuTimeEnabled();
    this.allowedNanos = limits.cpuTime().toNanos();
    this.start = now();
  }

  static Budget startingNow(MeshLimits limits) {
    return new Budget(limits);
  }

  /** Refuses with {@link Refusal.Code#TIME_LIMIT} once the time is used up. */
  void check() {
    if (now() - start > allowedNanos) {
      throw new RefusedException(
          Refusal.Code.TIME_LIMIT,
          "",
          "Reading this file takes more computing time than we allow; please simplify the model.");
    }
  }

  /** As {@link #check}, but cheap enough for an inner loop: only some calls ask the clock. */
  void tick() {
    tick(1);
  }

  /** As {@link #tick()}, for a step that is as heavy as so many. */
  void tick(int steps) {
    ticks += steps;
    if (ticks >= TICKS_BETWEEN_CHECKS) {
      ticks = 0;
      check();
    }
  }

  private long now() {
    return threadHasClock ? threads.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
