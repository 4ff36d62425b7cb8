package io.ktizo.core.event;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Where events wait for their delivery. Appending differs between stores (see {@link
 * JdbcOutbox#append} and {@link MemoryOutbox#append}); this is what {@link Delivery} and staff
 * need.
 *
 * <p>Any number of threads and instances may call it. At any moment at most one claim on a thing is
 * in force; the methods that take a claim answer false, and change nothing, when it no longer is,
 * because its lease ended and another instance took over.
 */
public interface Outbox {
  /**
   * Takes things that have undelivered events, are due, not parked, and not leased; those that are
   * due longest come first.
   *
   * @param leaseEnd until then nobody else gets them
   * @param most at most so many
   */
  List<Claim> claim(Instant now, Instant leaseEnd, int most);

  /** The oldest undelivered event about the claimed thing. */
  Optional<Event> next(Claim claim);

  /**
   * Marks that event as delivered and prolongs the lease.
   *
   * @return whether the claim was in force
   */
  boolean delivered(Claim claim, EventId event, Instant leaseEnd);

  /**
   * Gives the claim back, to be due at the given moment if events came in meanwhile.
   *
   * @return whether the claim was in force
   */
  boolean release(Claim claim, Instant due);

  /**
   * Records that the oldest event failed once more, and gives the claim back until then.
   *
   * @return whether the claim was in force
   */
  boolean failed(Claim claim, Instant due);

  /**
   * Records that the oldest event failed once more, and parks the thing.
   *
   * @param failure name of the exception's class
   * @return whether the claim was in force
   */
  boolean park(Claim claim, String failure, Instant now);

  /** Things whose oldest event is parked, the one that waits longest first. */
  List<ParkedEvent> parked(int most);

  /**
   * Delivers a parked event again, with fresh attempts.
   *
   * @return whether it was parked
   */
  boolean retry(EventId parked, Instant now);

  /**
   * Drops a parked event for good; the later ones about the thing go on.
   *
   * @return whether it was parked
   */
  boolean drop(EventId parked, Instant now);

  /** How much is undelivered. */
  Backlog backlog();

  /** A value for the owner of a claim. Chance is enough: it need not be guessed, only unique. */
  static UUID newOwner() {
    return UUID.randomUUID();
  }
}
