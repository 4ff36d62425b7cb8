/**
 * Names of things: one type for each kind, so that the id of an order cannot be taken for that of a
 * Shop.
 *
 * <p>An id is a record over a UUID of version 7 (RFC 9562 §5.7), which sorts by the moment it was
 * made. Begin with {@link io.ktizo.core.id.Id}; {@link io.ktizo.core.id.IdForm} holds what the ids
 * of a kind share: their prefix, reading and writing. {@link io.ktizo.core.id.IdGenerator} makes
 * new values and is handed in, so that a test decides them; {@link io.ktizo.core.id.TimeOrderedIds}
 * is the one for production and the only class here that needs the optional library {@code
 * uuid-creator}.
 */
@NullMarked
package io.ktizo.core.id;

import org.jspecify.annotations.NullMarked;
