/**
 * What it takes to print a mesh: material, time, layers, and whether it can be printed at all.
 *
 * <p>Begin with {@link io.ktizo.core.print.PrintEstimator}. A {@link
 * io.ktizo.core.print.PrintProfile} says how a Shop prints; the estimator answers with a {@link
 * io.ktizo.core.print.PrintEstimate}.
 *
 * <p>This room may use {@code io.ktizo.core.mesh} and the JDK, nothing else. It knows no money.
 */
@NullMarked
package io.ktizo.core.print;

import org.jspecify.annotations.NullMarked;
