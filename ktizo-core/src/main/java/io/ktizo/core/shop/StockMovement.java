package io.ktizo.core.shop;

import java.time.Instant;

/**
 * One change of what is on a spool or held on it. A spool's movements add up to its present state.
 *
 * @param spool on which
 * @param kind of change
 * @param milligrams how much what is on it changed; negative when less
 * @param heldMilligrams how much what is held changed; negative when less
 * @param reference of the reservation, or why it was counted; may be empty
 * @param at when
 */
public record StockMovement(
    SpoolId spool, Kind kind, long milligrams, long heldMilligrams, String reference, Instant at) {

  /** Kinds of changes. */
  public enum Kind {
    /** The spool came. */
    ADDED,
    /** Somebody weighed it. */
    COUNTED,
    /** Some is held. */
    HELD,
    /** Some was used. */
    CONSUMED,
    /** Some that was held is free again. */
    RELEASED,
    /** The same because time was over. */
    EXPIRED,
    /** Some that was used came back. */
    RETURNED
  }
}
