/**
 * The privacy engine's front room: who a person is to the engine, and the errors it reports.
 *
 * <p>The engine works for any application that has a JDBC {@code DataSource}; it knows no table but
 * those that a data map describes. Begin with {@link io.ktizo.privacy.datamap.DataMap}.
 */
@NullMarked
package io.ktizo.privacy;

import org.jspecify.annotations.NullMarked;
