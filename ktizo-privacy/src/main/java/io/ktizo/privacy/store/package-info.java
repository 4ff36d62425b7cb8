/**
 * The engine's own tables, and the way in which the engine speaks to a database at all.
 *
 * <p>Begin with {@link io.ktizo.privacy.store.Store}, which makes the tables in a schema of their
 * own the first time they are needed. {@link io.ktizo.privacy.store.Session} is one transaction on
 * a lent connection; it turns every refusal of the database into an error that names the data set
 * and step and repeats nothing that the driver said.
 */
@NullMarked
package io.ktizo.privacy.store;

import org.jspecify.annotations.NullMarked;
