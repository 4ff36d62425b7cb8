package io.ktizo.core.shop;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * From which spools parts are printed, no part from two. If one spool can do it alone, the emptiest
 * that can, so that rests are used up; else as few as possible, the fullest first.
 */
public final class PortionPlan {
  private static final Comparator<Spool> BY_FREE =
      Comparator.comparing(Spool::free).thenComparing(spool -> spool.id().value());

  private PortionPlan() {}

  /**
   * The portions for as many of the parts as there is material for, by spool.
   *
   * @param spools of the right material and colour
   * @param perPart above nothing
   */
  public static List<Reservation.Portion> of(List<Spool> spools, Grams perPart, int parts) {
    Optional<Spool> alone =
        spools.stream().filter(spool -> holds(spool, perPart) >= parts).min(BY_FREE);
    if (alone.isPresent()) {
      return List.of(portion(alone.get(), perPart, parts));
    }
    List<Reservation.Portion> portions = new ArrayList<>();
    int left = parts;
    for (Spool spool : spools.stream().sorted(BY_FREE.reversed()).toList()) {
      int count = (int) Math.min(left, holds(spool, perPart));
      if (count > 0) {
        portions.add(portion(spool, perPart, count));
        left -= count;
      }
    }
    portions.sort(Comparator.comparing(portion -> portion.spool().value()));
    return List.copyOf(portions);
  }

  private static long holds(Spool spool, Grams perPart) {
    return spool.free().milligrams() / perPart.milligrams();
  }

  private static Reservation.Portion portion(Spool spool, Grams perPart, int parts) {
    return new Reservation.Portion(spool.id(), parts, perPart.times(parts), Grams.ZERO);
  }
}
