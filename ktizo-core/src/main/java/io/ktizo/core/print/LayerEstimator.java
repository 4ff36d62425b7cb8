package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;
import java.time.Duration;

/**
 * Estimates layer by layer from the mesh, without a slicer and without tool paths. Stateless; safe
 * for use by many threads.
 */
public final class LayerEstimator implements PrintEstimator {

  /** An estimator that works in the calling thread. */
  public LayerEstimator() {}

  @Override
  public PrintEstimate estimate(Mesh mesh, PrintProfile profile) {
    Totals totals = new Estimation(mesh, profile).run();
    double filament = profile.calibration().filament() * profile.filament().extrusionMultiplier();
    double seconds = totals.seconds() * profile.calibration().time();
    return new PrintEstimate(
        totals.walls() * filament,
        totals.solid() * filament,
        totals.sparse() * filament,
        totals.support() * filament,
        totals.layers,
        duration(seconds),
        duration(seconds * 1.1),
        profile.filament().density(),
        profile.filament().diameter());
  }

  private static Duration duration(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }
}
