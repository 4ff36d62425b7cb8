package io.ktizo.core.store;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.MemoryOutbox;
import io.ktizo.core.shop.Grams;
import io.ktizo.core.shop.MaterialId;
import io.ktizo.core.shop.PortionPlan;
import io.ktizo.core.shop.Reservation;
import io.ktizo.core.shop.ReservationId;
import io.ktizo.core.shop.ShopId;
import io.ktizo.core.shop.Spool;
import io.ktizo.core.shop.SpoolId;
import io.ktizo.core.shop.Stock;
import io.ktizo.core.shop.StockLevel;
import io.ktizo.core.shop.StockMovement;
import io.ktizo.core.shop.TooManyException;
import io.ktizo.core.sql.StaleVersionException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Stock in memory, for tests and trials. */
public final class MemoryStock implements Stock {
  private final MemoryOutbox outbox;
  private final Map<SpoolId, Spool> spools = new HashMap<>();
  private final Map<ReservationId, Reservation> reservations = new HashMap<>();
  private final List<StockMovement> movements = new ArrayList<>();

  /** Stock whose events go to this outbox. */
  public MemoryStock(MemoryOutbox outbox) {
    this.outbox = outbox;
  }

  @Override
  public synchronized void add(Spool spool, List<Event> events) {
    if (!spool.held().equals(Grams.ZERO)) {
      throw new IllegalArgumentException("nothing is held on a new spool");
    }
    long present =
        spools.values().stream()
            .filter(other -> other.shop().equals(spool.shop()) && other.inUse())
            .count();
    if (present >= MOST_SPOOLS) {
      throw new TooManyException(spool.shop(), MOST_SPOOLS);
    }
    spools.put(spool.id(), spool);
    movements.add(
        new StockMovement(
            spool.id(),
            StockMovement.Kind.ADDED,
            spool.remaining().milligrams(),
            0,
            "",
            spool.addedAt()));
    outbox.append(events);
  }

  @Override
  public synchronized Optional<Spool> find(SpoolId id) {
    return Optional.ofNullable(spools.get(id));
  }

  @Override
  public synchronized List<Spool> of(ShopId shop, @Nullable SpoolId after, int most) {
    return spools.values().stream()
        .filter(spool -> spool.shop().equals(shop))
        .filter(spool -> after == null || text(spool).compareTo(after.toString()) > 0)
        .sorted((one, other) -> text(one).compareTo(text(other)))
        .limit(most)
        .toList();
  }

  private static String text(Spool spool) {
    return spool.id().toString();
  }

  private void change(Spool spool, Grams remaining, Grams held) {
    spools.put(spool.id(), with(spool, spool.version(), remaining, held));
  }

  private static Spool with(Spool spool, long version, Grams remaining, Grams held) {
    return new Spool(
        spool.id(),
        spool.shop(),
        version,
        spool.material(),
        spool.colour(),
        spool.label(),
        remaining,
        held,
        spool.inUse(),
        spool.addedAt());
  }

  private Spool spool(SpoolId id) {
    return find(id).orElseThrow();
  }

  @Override
  public synchronized Spool describe(Spool described, List<Event> events) {
    Spool kept = spools.get(described.id());
    if (kept == null || kept.version() != described.version()) {
      throw new StaleVersionException(described.id(), described.version());
    }
    Spool next =
        with(
            kept.described(described.label(), described.inUse()),
            kept.version() + 1,
            kept.remaining(),
            kept.held());
    spools.put(next.id(), next);
    outbox.append(events);
    return next;
  }

  @Override
  public synchronized Optional<Spool> count(
      SpoolId id, Grams remaining, String reason, Instant at, List<Event> events) {
    Spool spool = spools.get(id);
    if (spool == null || spool.held().compareTo(remaining) > 0) {
      return Optional.empty();
    }
    long difference = remaining.milligrams() - spool.remaining().milligrams();
    change(spool, remaining, spool.held());
    movements.add(new StockMovement(id, StockMovement.Kind.COUNTED, difference, 0, reason, at));
    outbox.append(events);
    return find(id);
  }

  @Override
  public synchronized Held hold(ReservationId id, Wanted wanted, Instant now, List<Event> events) {
    expire(wanted.shop(), now, Integer.MAX_VALUE);
    Optional<Reservation> before = reservation(wanted.shop(), wanted.reference());
    if (before.isPresent()) {
      return new Held.Before(before.get());
    }
    List<Spool> candidates =
        spools.values().stream()
            .filter(spool -> spool.shop().equals(wanted.shop()))
            .filter(spool -> spool.material().equals(wanted.material()))
            .filter(spool -> spool.colour().equals(wanted.colour()))
            .toList();
    List<Reservation.Portion> portions =
        PortionPlan.of(candidates, wanted.perPart(), wanted.parts());
    int parts = portions.stream().mapToInt(Reservation.Portion::parts).sum();
    if (parts < wanted.parts()) {
      return new Held.NotEnough(parts);
    }
    for (Reservation.Portion portion : portions) {
      Spool spool = spool(portion.spool());
      change(spool, spool.remaining(), spool.held().plus(portion.held()));
      movements.add(
          new StockMovement(
              portion.spool(),
              StockMovement.Kind.HELD,
              0,
              portion.held().milligrams(),
              wanted.reference(),
              now));
    }
    Reservation reservation =
        new Reservation(
            id,
            wanted.shop(),
            wanted.reference(),
            Reservation.State.HELD,
            portions,
            now,
            wanted.expiresAt());
    reservations.put(id, reservation);
    outbox.append(events);
    return new Held.Done(reservation);
  }

  @Override
  public synchronized Optional<Reservation> reservation(ReservationId id) {
    return Optional.ofNullable(reservations.get(id));
  }

  @Override
  public synchronized Optional<Reservation> reservation(ShopId shop, String reference) {
    return reservations.values().stream()
        .filter(
            reservation ->
                reservation.shop().equals(shop) && reservation.reference().equals(reference))
        .findFirst();
  }

  /** Why nothing is to be done, or null. */
  private @Nullable Used obstacle(
      ReservationId id, Reservation.State needed, Reservation.@Nullable State done) {
    Reservation reservation = reservations.get(id);
    if (reservation == null) {
      return new Used.Unknown();
    }
    if (reservation.state() == done) {
      return new Used.Before(reservation);
    }
    return reservation.state() == needed ? null : new Used.WrongState(reservation.state());
  }

  private static boolean knows(Reservation reservation, Map<SpoolId, Grams> amounts) {
    return reservation.portions().stream()
        .map(Reservation.Portion::spool)
        .toList()
        .containsAll(amounts.keySet());
  }

  private Used become(
      Reservation reservation,
      Reservation.State state,
      List<Reservation.Portion> portions,
      @Nullable Instant expiresAt,
      List<Event> events) {
    Reservation next =
        new Reservation(
            reservation.id(),
            reservation.shop(),
            reservation.reference(),
            state,
            portions,
            reservation.createdAt(),
            expiresAt);
    reservations.put(next.id(), next);
    outbox.append(events);
    return new Used.Done(next);
  }

  @Override
  public synchronized Used consume(
      ReservationId id, Map<SpoolId, Grams> used, Instant now, List<Event> events) {
    Used obstacle = obstacle(id, Reservation.State.HELD, Reservation.State.CONSUMED);
    if (obstacle != null) {
      return obstacle;
    }
    Reservation reservation = reservation(id).orElseThrow();
    if (!knows(reservation, used)) {
      return new Used.Unknown();
    }
    List<Reservation.Portion> portions = new ArrayList<>();
    for (Reservation.Portion portion : reservation.portions()) {
      Grams amount = used.getOrDefault(portion.spool(), portion.held());
      Spool spool = spool(portion.spool());
      if (spool.remaining().minus(spool.held()).plus(portion.held()).compareTo(amount) < 0) {
        return new Used.NotEnough(portion.spool());
      }
      portions.add(
          new Reservation.Portion(portion.spool(), portion.parts(), portion.held(), amount));
    }
    for (Reservation.Portion portion : portions) {
      Spool spool = spool(portion.spool());
      change(spool, spool.remaining().minus(portion.used()), spool.held().minus(portion.held()));
      movements.add(
          new StockMovement(
              portion.spool(),
              StockMovement.Kind.CONSUMED,
              -portion.used().milligrams(),
              -portion.held().milligrams(),
              reservation.reference(),
              now));
    }
    return become(
        reservation, Reservation.State.CONSUMED, portions, reservation.expiresAt(), events);
  }

  @Override
  public synchronized Used prolong(ReservationId id, @Nullable Instant until, Instant now) {
    Used obstacle = obstacle(id, Reservation.State.HELD, null);
    if (obstacle != null) {
      return obstacle;
    }
    Reservation reservation = reservation(id).orElseThrow();
    Instant ends = reservation.expiresAt();
    if (ends != null && !ends.isAfter(now)) {
      return new Used.WrongState(Reservation.State.EXPIRED);
    }
    return become(reservation, reservation.state(), reservation.portions(), until, List.of());
  }

  @Override
  public synchronized Used release(ReservationId id, Instant now, List<Event> events) {
    Used obstacle = obstacle(id, Reservation.State.HELD, Reservation.State.RELEASED);
    if (obstacle != null) {
      return obstacle;
    }
    Reservation reservation = reservation(id).orElseThrow();
    free(reservation, StockMovement.Kind.RELEASED, now);
    return become(
        reservation,
        Reservation.State.RELEASED,
        reservation.portions(),
        reservation.expiresAt(),
        events);
  }

  private void free(Reservation reservation, StockMovement.Kind kind, Instant now) {
    for (Reservation.Portion portion : reservation.portions()) {
      Spool spool = spool(portion.spool());
      change(spool, spool.remaining(), spool.held().minus(portion.held()));
      movements.add(
          new StockMovement(
              portion.spool(),
              kind,
              0,
              -portion.held().milligrams(),
              reservation.reference(),
              now));
    }
  }

  @Override
  public synchronized Used giveBack(
      ReservationId id, Map<SpoolId, Grams> returned, Instant now, List<Event> events) {
    Used obstacle = obstacle(id, Reservation.State.CONSUMED, null);
    if (obstacle != null) {
      return obstacle;
    }
    Reservation reservation = reservation(id).orElseThrow();
    if (!knows(reservation, returned)) {
      return new Used.Unknown();
    }
    List<Reservation.Portion> portions = new ArrayList<>();
    for (Reservation.Portion portion : reservation.portions()) {
      Grams amount = returned.getOrDefault(portion.spool(), Grams.ZERO);
      if (amount.compareTo(portion.used()) > 0) {
        return new Used.NotEnough(portion.spool());
      }
      portions.add(
          new Reservation.Portion(
              portion.spool(), portion.parts(), portion.held(), portion.used().minus(amount)));
    }
    returned.forEach(
        (spoolId, amount) -> {
          if (!amount.equals(Grams.ZERO)) {
            Spool spool = spool(spoolId);
            change(spool, spool.remaining().plus(amount), spool.held());
            movements.add(
                new StockMovement(
                    spoolId,
                    StockMovement.Kind.RETURNED,
                    amount.milligrams(),
                    0,
                    reservation.reference(),
                    now));
          }
        });
    return become(
        reservation, Reservation.State.CONSUMED, portions, reservation.expiresAt(), events);
  }

  @Override
  public synchronized int expire(Instant now, int most) {
    return expire(null, now, most);
  }

  private int expire(@Nullable ShopId shop, Instant now, int most) {
    List<Reservation> due =
        reservations.values().stream()
            .filter(reservation -> shop == null || reservation.shop().equals(shop))
            .filter(reservation -> reservation.state() == Reservation.State.HELD)
            .filter(
                reservation ->
                    reservation.expiresAt() != null && !reservation.expiresAt().isAfter(now))
            .limit(most)
            .toList();
    for (Reservation reservation : due) {
      free(reservation, StockMovement.Kind.EXPIRED, now);
      become(
          reservation,
          Reservation.State.EXPIRED,
          reservation.portions(),
          reservation.expiresAt(),
          List.of());
    }
    return due.size();
  }

  @Override
  public synchronized List<StockLevel> levels(@Nullable ShopId shop) {
    record Kind(ShopId shop, MaterialId material, String colour) {}
    return spools.values().stream()
        .filter(spool -> shop == null || spool.shop().equals(shop))
        .collect(
            Collectors.groupingBy(
                spool -> new Kind(spool.shop(), spool.material(), spool.colour())))
        .entrySet()
        .stream()
        .map(
            entry -> {
              List<Spool> used = entry.getValue().stream().filter(Spool::inUse).toList();
              return new StockLevel(
                  entry.getKey().shop(),
                  entry.getKey().material(),
                  entry.getKey().colour(),
                  used.size(),
                  used.stream().mapToLong(spool -> spool.remaining().milligrams()).sum(),
                  entry.getValue().stream().mapToLong(spool -> spool.held().milligrams()).sum(),
                  used.stream().mapToLong(spool -> spool.free().milligrams()).sum());
            })
        .sorted(
            Comparator.comparing((StockLevel level) -> level.shop().toString())
                .thenComparing(level -> level.material().toString())
                .thenComparing(StockLevel::colour))
        .toList();
  }

  @Override
  public synchronized List<StockMovement> movements(SpoolId spool, int most) {
    return movements.reversed().stream()
        .filter(movement -> movement.spool().equals(spool))
        .limit(most)
        .toList();
  }
}
