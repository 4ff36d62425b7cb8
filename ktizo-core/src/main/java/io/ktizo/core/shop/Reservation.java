package io.ktizo.core.shop;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Material that is held for an order, or was used for it.
 *
 * @param id of the reservation
 * @param shop whose material it is
 * @param reference what for, usually the text of an order's id; unique in the Shop
 * @param state what became of it
 * @param portions from which spools, by their ids
 * @param createdAt when it was made
 * @param expiresAt first moment at which nothing is held any more; {@code null} if it holds until
 *     it is used or released
 */
public record Reservation(
    ReservationId id,
    ShopId shop,
    String reference,
    State state,
    List<Portion> portions,
    Instant createdAt,
    @Nullable Instant expiresAt) {

  /** What became of a reservation. */
  public enum State {
    /** The material is held. */
    HELD,
    /** It was used. */
    CONSUMED,
    /** It was given back. */
    RELEASED,
    /** Its time was over. */
    EXPIRED
  }

  /**
   * What is taken from one spool.
   *
   * @param spool which
   * @param parts how many copies are printed from it
   * @param held how much was held for them
   * @param used how much was used; nothing before {@link State#CONSUMED}
   */
  public record Portion(SpoolId spool, int parts, Grams held, Grams used) {}

  public Reservation {
    portions = List.copyOf(portions);
  }
}
