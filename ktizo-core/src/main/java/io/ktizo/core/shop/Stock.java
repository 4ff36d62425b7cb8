package io.ktizo.core.shop;

import io.ktizo.core.event.Event;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Spools, and what is held on them for orders.
 *
 * <p>However many callers there are at once, never is more held than is there: each change is
 * conditional on what the row says at that moment. Each method is one transaction with its
 * movements and events; any number of threads and instances may call it.
 */
public interface Stock {
  /** No Shop has more spools in use. */
  int MOST_SPOOLS = 5_000;

  /**
   * Keeps a new spool; nothing may be held on it yet.
   *
   * @throws TooManyException if the Shop has {@link #MOST_SPOOLS} in use
   */
  void add(Spool spool, List<Event> events);

  /** The spool with this id. */
  Optional<Spool> find(SpoolId id);

  /** Spools of a Shop by age, at most so many after one; {@code null} for the oldest. */
  List<Spool> of(ShopId shop, @Nullable SpoolId after, int most);

  /**
   * Changes label and use of a spool.
   *
   * @throws io.ktizo.core.sql.StaleVersionException if somebody else described it meanwhile
   */
  Spool describe(Spool described, List<Event> events);

  /**
   * Corrects what is on a spool to what somebody weighed.
   *
   * @return the spool; nothing if more is held on it than that, or there is none
   */
  Optional<Spool> count(
      SpoolId spool, Grams remaining, String reason, Instant at, List<Event> events);

  /**
   * Holds material.
   *
   * @param id of the reservation, if one is made
   * @param wanted what
   * @param now moment of the change; reservations of the Shop whose time is over by then are freed
   *     first
   */
  Held hold(ReservationId id, Wanted wanted, Instant now, List<Event> events);

  /** What is wanted. A part is never printed from two spools. */
  record Wanted(
      ShopId shop,
      MaterialId material,
      String colour,
      Grams perPart,
      int parts,
      String reference,
      @Nullable Instant expiresAt) {
    public Wanted {
      if (perPart.equals(Grams.ZERO) || parts < 1 || parts > 1_000_000) {
        throw new IllegalArgumentException("something of 1 to 1,000,000 parts");
      }
      if (!colour.isEmpty()) {
        Check.code("colour", colour);
      }
      Check.line("reference", reference, 100);
    }
  }

  /** What became of a wish to hold material. */
  sealed interface Held {
    /** It is held. */
    record Done(Reservation reservation) implements Held {}

    /** The reference has a reservation already, in whatever state; nothing was changed. */
    record Before(Reservation reservation) implements Held {}

    /**
     * There is not enough; nothing is held.
     *
     * @param parts for how many there would be
     */
    record NotEnough(int parts) implements Held {}
  }

  /** The reservation with this id. */
  Optional<Reservation> reservation(ReservationId id);

  /** The reservation for this reference. */
  Optional<Reservation> reservation(ShopId shop, String reference);

  /**
   * Uses what is held. More than was held may be used, as far as it is free; what is left over is
   * free again.
   *
   * @param used by spool; spools that are missing used what was held
   * @return what became of it; the same call again answers {@link Used.Before}
   */
  Used consume(ReservationId id, Map<SpoolId, Grams> used, Instant now, List<Event> events);

  /** What became of a wish to use, free or return material. */
  sealed interface Used {
    /** Done. */
    record Done(Reservation reservation) implements Used {}

    /** It was done before; nothing was changed. */
    record Before(Reservation reservation) implements Used {}

    /** It is in another state; nothing was changed. */
    record WrongState(Reservation.State state) implements Used {}

    /** There is not enough on this spool, or not so much was used; nothing was changed. */
    record NotEnough(SpoolId spool) implements Used {}

    /** There is no such reservation, or the spool has no part in it. */
    record Unknown() implements Used {}
  }

  /**
   * Lets what is held be held longer, or until it is used; for instance once it is paid for.
   *
   * @param until first moment at which nothing is held any more; {@code null} for no end
   */
  Used prolong(ReservationId id, @Nullable Instant until, Instant now);

  /** Frees what is held. */
  Used release(ReservationId id, Instant now, List<Event> events);

  /**
   * Puts back what was used in the books and not on the printer.
   *
   * @param returned by spool, at most what was used of it
   */
  Used giveBack(ReservationId id, Map<SpoolId, Grams> returned, Instant now, List<Event> events);

  /**
   * Frees what is held by reservations whose time is over; to be called now and then, by any number
   * of instances.
   *
   * @return how many there were, at most {@code most}
   */
  int expire(Instant now, int most);

  /**
   * How much there is, by Shop, material and colour. A material of which no spool was ever kept has
   * no level.
   *
   * @param shop of this Shop; {@code null} for all
   */
  List<StockLevel> levels(@Nullable ShopId shop);

  /** Movements of a spool, the newest first. */
  List<StockMovement> movements(SpoolId spool, int most);
}
