package io.ktizo.core.quote;

import io.ktizo.core.mesh.MeshReport;
import io.ktizo.core.print.Printability;

/**
 * All that was found out about a model before any Shop is asked. Immutable; any number of threads
 * may share it.
 *
 * @param model what {@link Quoting} takes
 * @param report of the mesh in millimetres
 * @param printability of the same mesh, for whichever printer; worked out when asked
 * @param unit the unit that the file's numbers were taken for, and on whose word
 */
public record Assessment(
    AssessedModel model, MeshReport report, Printability printability, UnitDecision unit) {}
