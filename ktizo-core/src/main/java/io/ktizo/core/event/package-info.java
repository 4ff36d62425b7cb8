/**
 * What happened, told to whoever must act on it, surely and in order.
 *
 * <p>Begin with {@link io.ktizo.core.event.Event}: a fact in the past tense about one thing, with
 * ids and numbers and without anything about a person. A store appends the events of a change in
 * the transaction of the change ({@link io.ktizo.core.event.JdbcOutbox#append}); later, on any
 * instance, {@link io.ktizo.core.event.Delivery} hands them to a {@link
 * io.ktizo.core.event.Receiver}, at least once, and those about one thing in the order in which
 * they were committed. What fails is tried again with growing pauses, then {@linkplain
 * io.ktizo.core.event.ParkedEvent parked} where staff see it; other things' events go on.
 *
 * <p>An {@link io.ktizo.core.event.Outbox} is leased by the thing, not by the event: an instance
 * that dies loses its leases by time, and another goes on where it stopped.
 */
@NullMarked
package io.ktizo.core.event;

import org.jspecify.annotations.NullMarked;
