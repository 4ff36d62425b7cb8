package io.ktizo.core.quote;

import io.ktizo.core.mesh.Mesh;

/**
 * A model of which everything is known that a price needs; assessed once, quoted by any number of
 * Shops. Immutable if its suitability is; any number of threads may share it.
 *
 * @param mesh in millimetres, as it will be printed
 * @param facts measures and reservations
 * @param suitability what depends on the printer
 */
public record AssessedModel(Mesh mesh, ModelFacts facts, Suitability suitability) {}
