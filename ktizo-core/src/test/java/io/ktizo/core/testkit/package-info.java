/**
 * What store contracts run on: fresh databases of both kinds, time that a test moves, ids that it
 * foresees. Shipped as the test jar of ktizo-core, together with the contracts, so that other
 * modules and the stores of an embedder can be held to them.
 *
 * <p>Begin with {@link io.ktizo.core.testkit.TestDatabase}.
 */
@NullMarked
package io.ktizo.core.testkit;

import org.jspecify.annotations.NullMarked;
