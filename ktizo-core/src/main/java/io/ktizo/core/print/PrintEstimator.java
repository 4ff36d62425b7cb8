package io.ktizo.core.print;

import io.ktizo.core.mesh.Mesh;

/**
 * Tells what printing a mesh takes.
 *
 * <p>Contract: the mesh is in millimetres and stands as it will be printed; its lowest point is put
 * on the plate, x and y do not matter. The same mesh and profile give the same estimate to the last
 * bit, on every machine and with any number of threads, for implementations that compute; one that
 * runs an outside program says so and promises what that program promises. Implementations are safe
 * for use by many threads.
 */
@FunctionalInterface
public interface PrintEstimator {

  /**
   * Estimates one copy.
   *
   * @throws EstimationFailedException if no estimate can be given: the mesh has no volume at any
   *     layer, or an outside program failed
   */
  PrintEstimate estimate(Mesh mesh, PrintProfile profile);
}
