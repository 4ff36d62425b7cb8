package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Estimates layer by layer from the mesh, without a slicer and without tool paths: lengths and
 * areas of lines follow from growing and shrinking each layer's outline, times from the machine's
 * kinematics. docs/adr/0004 tells how and why; docs/benchmarks/estimator.md how well.
 *
 * <p>Immutable and safe for use by many threads. The same mesh and profile give the same estimate
 * to the last bit, with any number of threads.
 */
public final class LayerEstimator implements PrintEstimator {
  private final LayerWork work;

  /** An estimator that works in the calling thread alone. */
  public LayerEstimator() {
    this(new LayerWork(null, 1));
  }

  private LayerEstimator(LayerWork work) {
    this.work = work;
  }

  /**
   * An estimator that shares its layers with threads that the host lends. The calling thread works
   * too and never waits for a task that has not begun, so a busy executor, or one that refuses,
   * only makes it slower.
   *
   * @param executor stays the host's, who ends it
   * @param threads how many threads, the caller's included, may work on one estimate, at least 1
   */
  public static LayerEstimator sharing(Executor executor, int threads) {
    Require.within("threads", threads, 1, 10_000);
    return new LayerEstimator(new LayerWork(executor, threads));
  }

  @Override
  public PrintEstimate estimate(Mesh mesh, PrintProfile profile) {
    Totals totals = new Estimation(mesh, profile, work).run();
    double filament = profile.calibration().filament() * profile.filament().extrusionMultiplier();
    double seconds = totals.seconds() * profile.calibration().time();
    return new PrintEstimate(
        totals.walls() * filament,
        totals.solid() * filament,
        totals.sparse() * filament,
        totals.support() * filament,
        totals.layers,
        duration(seconds),
        duration(seconds * Uncertainty.ninetiethPercentile(totals)),
        profile.filament().density(),
        profile.filament().diameter());
  }

  private static Duration duration(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
