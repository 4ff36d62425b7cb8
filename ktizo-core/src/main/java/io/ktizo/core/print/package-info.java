/**
 * What it takes to print a mesh: material, time, layers, and whether it can be printed at all.
 *
 * <p>Begin with {@link io.ktizo.core.print.PrintEstimator}. A {@link
 * io.ktizo.core.print.PrintProfile} says how a Shop prints; the estimator answers with a {@link
 * io.ktizo.core.print.PrintEstimate}.
 *
 * <p>{@link io.ktizo.core.print.Printability} judges a part for a printer: whether it fits, in any
 * rotation, and what of it prints badly, as {@link io.ktizo.core.print.Finding}s that name their
 * faces. {@link io.ktizo.core.print.PrinterPreset} holds profiles of common printers, {@link
 * io.ktizo.core.print.PrusaSlicerProfile} reads and writes those of a slicer, and {@link
 * io.ktizo.core.print.PrusaSlicerEstimator} asks the slicer itself.
 *
 * <p>This room may use {@code io.ktizo.core.mesh} and the JDK, nothing else. It knows no money.
 */
@NullMarked
package io.ktizo.core.print;

import org.jspecify.annotations.NullMarked;
