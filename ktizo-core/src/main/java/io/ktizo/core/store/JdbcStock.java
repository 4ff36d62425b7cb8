package io.ktizo.core.store;

import io.ktizo.core.event.Event;
import io.ktizo.core.event.JdbcOutbox;
import io.ktizo.core.id.IdGenerator;
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
import io.ktizo.core.sql.Database;
import io.ktizo.core.sql.Row;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.sql.Transaction;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Stock in a database.
 *
 * <p>Rows are locked in one order: the reservation, then its spools by id. Amounts change by
 * statements that say what must still hold ({@code WHERE remaining_mg - held_mg >= …}), and a check
 * constraint stands behind them.
 */
public final class JdbcStock implements Stock {
  private static final String SPOOLS =
      """
      SELECT id, shop_id, version, material_id, colour, label, remaining_mg, held_mg, in_use,
        added_at
      FROM spools
      """;
  private static final String SPOOL = SPOOLS + "WHERE id = :id";
  private static final String OF_SHOP =
      SPOOLS + "WHERE shop_id = :shop AND id > :after ORDER BY id LIMIT :most";
  private static final String CANDIDATES =
      SPOOLS
          + """
          WHERE shop_id = :shop AND material_id = :material AND colour = :colour
            AND in_use = TRUE AND remaining_mg - held_mg >= :perPart
          ORDER BY id
          FOR UPDATE
          """;
  private static final String LEVELS =
      """
      SELECT shop_id, material_id, colour,
        CAST(SUM(CASE WHEN in_use THEN 1 ELSE 0 END) AS INTEGER) AS spools,
        CAST(SUM(CASE WHEN in_use THEN remaining_mg ELSE 0 END) AS BIGINT) AS remaining,
        CAST(SUM(held_mg) AS BIGINT) AS held,
        CAST(SUM(CASE WHEN in_use THEN remaining_mg - held_mg ELSE 0 END) AS BIGINT) AS free
      FROM spools %s
      GROUP BY shop_id, material_id, colour
      ORDER BY shop_id, material_id, colour
      """;
  private static final String RESERVATIONS =
      """
      SELECT id, shop_id, reference, state, created_at, expires_at FROM spool_reservations
      """;
  private static final String RESERVATION = RESERVATIONS + "WHERE id = :id";
  private static final String LOCKED_RESERVATION = RESERVATION + " FOR UPDATE";
  private static final String BY_REFERENCE =
      RESERVATIONS + "WHERE shop_id = :shop AND reference = :reference";
  private static final UUID NIL = new UUID(0, 0);

  private final Database database;
  private final JdbcOutbox outbox;
  private final IdGenerator ids;

  /** Stock in this database, whose events go to this outbox. */
  public JdbcStock(Database database, JdbcOutbox outbox, IdGenerator ids) {
    this.database = database;
    this.outbox = outbox;
    this.ids = ids;
  }

  /** Undoes a transaction and becomes the answer. */
  private static final class Undone extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Object answer;

    Undone(Object answer) {
      super("undone", null, false, false);
      this.answer = answer;
    }
  }

  private static Spool spool(Row row) {
    return new Spool(
        row.id("id", SpoolId.FORM),
        row.id("shop_id", ShopId.FORM),
        row.number("version"),
        row.id("material_id", MaterialId.FORM),
        row.text("colour"),
        row.text("label"),
        new Grams(row.number("remaining_mg")),
        new Grams(row.number("held_mg")),
        row.truth("in_use"),
        row.instant("added_at"));
  }

  @Override
  public void add(Spool spool, List<Event> events) {
    if (!spool.held().equals(Grams.ZERO)) {
      throw new IllegalArgumentException("nothing is held on a new spool");
    }
    database.run(
        transaction -> {
          int present =
              transaction
                  .sql("SELECT COUNT(*) AS n FROM spools WHERE shop_id = :shop AND in_use = TRUE")
                  .bind("shop", spool.shop())
                  .one(row -> row.integer("n"));
          if (present >= MOST_SPOOLS) {
            throw new TooManyException(spool.shop(), MOST_SPOOLS);
          }
          transaction
              .sql(
                  """
                  INSERT INTO spools (id, shop_id, version, material_id, colour, label,
                    remaining_mg, held_mg, in_use, added_at)
                  VALUES (:id, :shop, :version, :material, :colour, :label, :remaining, 0, :inUse,
                    :addedAt)
                  """)
              .bind("id", spool.id())
              .bind("shop", spool.shop())
              .bind("version", spool.version())
              .bind("material", spool.material())
              .bind("colour", spool.colour())
              .bind("label", spool.label())
              .bind("remaining", spool.remaining().milligrams())
              .bind("inUse", spool.inUse())
              .bind("addedAt", spool.addedAt())
              .update();
          move(
              transaction,
              new StockMovement(
                  spool.id(),
                  StockMovement.Kind.ADDED,
                  spool.remaining().milligrams(),
                  0,
                  "",
                  spool.addedAt()));
          outbox.append(transaction, events);
        });
  }

  private void move(Transaction transaction, StockMovement movement) {
    transaction
        .sql(
            """
            INSERT INTO spool_movements (id, spool_id, kind, milligrams, held_milligrams, reference,
              moved_at)
            VALUES (:id, :spool, :kind, :milligrams, :held, :reference, :at)
            """)
        .bind("id", ids.next())
        .bind("spool", movement.spool())
        .bind("kind", movement.kind())
        .bind("milligrams", movement.milligrams())
        .bind("held", movement.heldMilligrams())
        .bind("reference", movement.reference())
        .bind("at", movement.at())
        .update();
  }

  @Override
  public Optional<Spool> find(SpoolId id) {
    return database.sql(SPOOL).bind("id", id).optional(JdbcStock::spool);
  }

  @Override
  public List<Spool> of(ShopId shop, @Nullable SpoolId after, int most) {
    return database
        .sql(OF_SHOP)
        .bind("shop", shop)
        .bind("after", after == null ? NIL : after.value())
        .bind("most", most)
        .list(JdbcStock::spool);
  }

  @Override
  public Spool describe(Spool described, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          int updated =
              transaction
                  .sql(
                      """
                      UPDATE spools SET version = version + 1, label = :label, in_use = :inUse
                      WHERE id = :id AND version = :version
                      """)
                  .bind("label", described.label())
                  .bind("inUse", described.inUse())
                  .bind("id", described.id())
                  .bind("version", described.version())
                  .update();
          if (updated == 0) {
            throw new StaleVersionException(described.id(), described.version());
          }
          outbox.append(transaction, events);
          return transaction.sql(SPOOL).bind("id", described.id()).one(JdbcStock::spool);
        });
  }

  @Override
  public Optional<Spool> count(
      SpoolId id, Grams remaining, String reason, Instant at, List<Event> events) {
    return database.inTransaction(
        transaction -> {
          Optional<Spool> before =
              transaction.sql(SPOOL + " FOR UPDATE").bind("id", id).optional(JdbcStock::spool);
          if (before.isEmpty() || before.get().held().compareTo(remaining) > 0) {
            return Optional.empty();
          }
          transaction
              .sql(
                  """
                  UPDATE spools SET remaining_mg = :remaining
                  WHERE id = :id AND held_mg <= :remaining
                  """)
              .bind("remaining", remaining.milligrams())
              .bind("id", id)
              .update();
          move(
              transaction,
              new StockMovement(
                  id,
                  StockMovement.Kind.COUNTED,
                  remaining.milligrams() - before.get().remaining().milligrams(),
                  0,
                  reason,
                  at));
          outbox.append(transaction, events);
          return transaction.sql(SPOOL).bind("id", id).optional(JdbcStock::spool);
        });
  }

  @Override
  public Held hold(ReservationId id, Wanted wanted, Instant now, List<Event> events) {
    expire(wanted.shop().value(), now, Integer.MAX_VALUE);
    try {
      return database.inTransaction(transaction -> hold(transaction, id, wanted, now, events));
    } catch (Undone undone) {
      return (Held) undone.answer;
    }
  }

  private Held hold(
      Transaction transaction, ReservationId id, Wanted wanted, Instant now, List<Event> events) {
    int inserted =
        transaction
            .sql(
                """
                INSERT INTO spool_reservations (id, shop_id, reference, state, created_at,
                  expires_at)
                VALUES (:id, :shop, :reference, 'HELD', :now, :expiresAt)
                ON CONFLICT DO NOTHING
                """)
            .bind("id", id)
            .bind("shop", wanted.shop())
            .bind("reference", wanted.reference())
            .bind("now", now)
            .bind("expiresAt", wanted.expiresAt())
            .update();
    if (inserted == 0) {
      return new Held.Before(
          byReference(transaction, wanted.shop(), wanted.reference()).orElseThrow());
    }
    List<Spool> spools =
        transaction
            .sql(CANDIDATES)
            .bind("shop", wanted.shop())
            .bind("material", wanted.material())
            .bind("colour", wanted.colour())
            .bind("perPart", wanted.perPart().milligrams())
            .list(JdbcStock::spool);
    List<Reservation.Portion> portions = PortionPlan.of(spools, wanted.perPart(), wanted.parts());
    int parts = portions.stream().mapToInt(Reservation.Portion::parts).sum();
    if (parts < wanted.parts()) {
      throw new Undone(new Held.NotEnough(parts));
    }
    for (Reservation.Portion portion : portions) {
      int updated =
          transaction
              .sql(
                  """
                  UPDATE spools SET held_mg = held_mg + :held
                  WHERE id = :id AND in_use = TRUE AND remaining_mg - held_mg >= :held
                  """)
              .bind("held", portion.held().milligrams())
              .bind("id", portion.spool())
              .update();
      if (updated == 0) {
        throw new IllegalStateException("a spool changed while it was locked");
      }
      transaction
          .sql(
              """
              INSERT INTO spool_portions (reservation_id, spool_id, parts, held_mg, used_mg)
              VALUES (:reservation, :spool, :parts, :held, 0)
              """)
          .bind("reservation", id)
          .bind("spool", portion.spool())
          .bind("parts", portion.parts())
          .bind("held", portion.held().milligrams())
          .update();
      move(
          transaction,
          new StockMovement(
              portion.spool(),
              StockMovement.Kind.HELD,
              0,
              portion.held().milligrams(),
              wanted.reference(),
              now));
    }
    outbox.append(transaction, events);
    return new Held.Done(reservation(transaction, id).orElseThrow());
  }

  private static Optional<Reservation> reservation(Transaction transaction, ReservationId id) {
    return transaction
        .sql(RESERVATION)
        .bind("id", id)
        .optional(JdbcStock::head)
        .map(head -> head.with(portions(transaction, head.id())));
  }

  private static Optional<Reservation> byReference(
      Transaction transaction, ShopId shop, String reference) {
    return transaction
        .sql(BY_REFERENCE)
        .bind("shop", shop)
        .bind("reference", reference)
        .optional(JdbcStock::head)
        .map(head -> head.with(portions(transaction, head.id())));
  }

  private record Head(
      ReservationId id,
      ShopId shop,
      String reference,
      Reservation.State state,
      Instant createdAt,
      @Nullable Instant expiresAt) {
    Reservation with(List<Reservation.Portion> portions) {
      return new Reservation(id, shop, reference, state, portions, createdAt, expiresAt);
    }
  }

  private static Head head(Row row) {
    return new Head(
        row.id("id", ReservationId.FORM),
        row.id("shop_id", ShopId.FORM),
        row.text("reference"),
        row.constant("state", Reservation.State.class),
        row.instant("created_at"),
        row.instantOrNull("expires_at"));
  }

  private static List<Reservation.Portion> portions(Transaction transaction, ReservationId id) {
    return transaction
        .sql(
            """
            SELECT spool_id, parts, held_mg, used_mg FROM spool_portions
            WHERE reservation_id = :id ORDER BY spool_id
            """)
        .bind("id", id)
        .list(
            row ->
                new Reservation.Portion(
                    row.id("spool_id", SpoolId.FORM),
                    row.integer("parts"),
                    new Grams(row.number("held_mg")),
                    new Grams(row.number("used_mg"))));
  }

  @Override
  public Optional<Reservation> reservation(ReservationId id) {
    return database.reading(transaction -> reservation(transaction, id));
  }

  @Override
  public Optional<Reservation> reservation(ShopId shop, String reference) {
    return database.reading(transaction -> byReference(transaction, shop, reference));
  }

  /** Does something with a locked reservation that is in the right state. */
  private Used locked(
      ReservationId id,
      Reservation.State needed,
      Reservation.@Nullable State done,
      Function<Transaction, Function<Reservation, Used>> work) {
    try {
      return database.inTransaction(
          transaction -> {
            Optional<Head> head =
                transaction.sql(LOCKED_RESERVATION).bind("id", id).optional(JdbcStock::head);
            if (head.isEmpty()) {
              return new Used.Unknown();
            }
            Reservation reservation = head.get().with(portions(transaction, id));
            if (reservation.state() == done) {
              return new Used.Before(reservation);
            }
            if (reservation.state() != needed) {
              return new Used.WrongState(reservation.state());
            }
            return work.apply(transaction).apply(reservation);
          });
    } catch (Undone undone) {
      return (Used) undone.answer;
    }
  }

  @Override
  public Used consume(ReservationId id, Map<SpoolId, Grams> used, Instant now, List<Event> events) {
    return locked(
        id,
        Reservation.State.HELD,
        Reservation.State.CONSUMED,
        transaction ->
            reservation -> {
              if (!knows(reservation, used)) {
                return new Used.Unknown();
              }
              for (Reservation.Portion portion : reservation.portions()) {
                Grams amount = used.getOrDefault(portion.spool(), portion.held());
                int updated =
                    transaction
                        .sql(
                            """
                            UPDATE spools
                            SET remaining_mg = remaining_mg - :used, held_mg = held_mg - :held
                            WHERE id = :id AND remaining_mg - held_mg + :held >= :used
                            """)
                        .bind("used", amount.milligrams())
                        .bind("held", portion.held().milligrams())
                        .bind("id", portion.spool())
                        .update();
                if (updated == 0) {
                  throw new Undone(new Used.NotEnough(portion.spool()));
                }
                transaction
                    .sql(
                        """
                        UPDATE spool_portions SET used_mg = :used
                        WHERE reservation_id = :id AND spool_id = :spool
                        """)
                    .bind("used", amount.milligrams())
                    .bind("id", id)
                    .bind("spool", portion.spool())
                    .update();
                move(
                    transaction,
                    new StockMovement(
                        portion.spool(),
                        StockMovement.Kind.CONSUMED,
                        -amount.milligrams(),
                        -portion.held().milligrams(),
                        reservation.reference(),
                        now));
              }
              return become(transaction, id, Reservation.State.CONSUMED, events);
            });
  }

  private static boolean knows(Reservation reservation, Map<SpoolId, Grams> spools) {
    return reservation.portions().stream()
        .map(Reservation.Portion::spool)
        .toList()
        .containsAll(spools.keySet());
  }

  private Used become(
      Transaction transaction, ReservationId id, Reservation.State state, List<Event> events) {
    transaction
        .sql("UPDATE spool_reservations SET state = :state WHERE id = :id")
        .bind("state", state)
        .bind("id", id)
        .update();
    outbox.append(transaction, events);
    return new Used.Done(reservation(transaction, id).orElseThrow());
  }

  @Override
  public Used prolong(ReservationId id, @Nullable Instant until, Instant now) {
    return locked(
        id,
        Reservation.State.HELD,
        null,
        transaction ->
            reservation -> {
              Instant ends = reservation.expiresAt();
              if (ends != null && !ends.isAfter(now)) {
                // Nobody has freed it yet; its time is over all the same.
                return new Used.WrongState(Reservation.State.EXPIRED);
              }
              transaction
                  .sql("UPDATE spool_reservations SET expires_at = :until WHERE id = :id")
                  .bind("until", until)
                  .bind("id", id)
                  .update();
              return new Used.Done(reservation(transaction, id).orElseThrow());
            });
  }

  @Override
  public Used release(ReservationId id, Instant now, List<Event> events) {
    return locked(
        id,
        Reservation.State.HELD,
        Reservation.State.RELEASED,
        transaction ->
            reservation -> {
              free(transaction, reservation, StockMovement.Kind.RELEASED, now);
              return become(transaction, id, Reservation.State.RELEASED, events);
            });
  }

  private void free(
      Transaction transaction, Reservation reservation, StockMovement.Kind kind, Instant now) {
    for (Reservation.Portion portion : reservation.portions()) {
      transaction
          .sql("UPDATE spools SET held_mg = held_mg - :held WHERE id = :id")
          .bind("held", portion.held().milligrams())
          .bind("id", portion.spool())
          .update();
      move(
          transaction,
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
  public Used giveBack(
      ReservationId id, Map<SpoolId, Grams> returned, Instant now, List<Event> events) {
    return locked(
        id,
        Reservation.State.CONSUMED,
        null,
        transaction ->
            reservation -> {
              if (!knows(reservation, returned)) {
                return new Used.Unknown();
              }
              for (Reservation.Portion portion : reservation.portions()) {
                Grams amount = returned.getOrDefault(portion.spool(), Grams.ZERO);
                if (amount.equals(Grams.ZERO)) {
                  continue;
                }
                int updated =
                    transaction
                        .sql(
                            """
                            UPDATE spool_portions SET used_mg = used_mg - :amount
                            WHERE reservation_id = :id AND spool_id = :spool AND used_mg >= :amount
                            """)
                        .bind("amount", amount.milligrams())
                        .bind("id", id)
                        .bind("spool", portion.spool())
                        .update();
                if (updated == 0) {
                  throw new Undone(new Used.NotEnough(portion.spool()));
                }
                transaction
                    .sql("UPDATE spools SET remaining_mg = remaining_mg + :amount WHERE id = :id")
                    .bind("amount", amount.milligrams())
                    .bind("id", portion.spool())
                    .update();
                move(
                    transaction,
                    new StockMovement(
                        portion.spool(),
                        StockMovement.Kind.RETURNED,
                        amount.milligrams(),
                        0,
                        reservation.reference(),
                        now));
              }
              return become(transaction, id, Reservation.State.CONSUMED, events);
            });
  }

  @Override
  public int expire(Instant now, int most) {
    return expire(null, now, most);
  }

  private int expire(@Nullable UUID shop, Instant now, int most) {
    List<ReservationId> due =
        (shop == null
                ? database.sql(
                    """
                    SELECT id FROM spool_reservations
                    WHERE state = 'HELD' AND expires_at <= :now
                    ORDER BY expires_at LIMIT :most
                    """)
                : database
                    .sql(
                        """
                        SELECT id FROM spool_reservations
                        WHERE state = 'HELD' AND expires_at <= :now AND shop_id = :shop
                        ORDER BY expires_at LIMIT :most
                        """)
                    .bind("shop", shop))
            .bind("now", now)
            .bind("most", most)
            .list(row -> row.id("id", ReservationId.FORM));
    int expired = 0;
    for (ReservationId id : due) {
      Used outcome =
          locked(
              id,
              Reservation.State.HELD,
              Reservation.State.EXPIRED,
              transaction ->
                  reservation -> {
                    Instant ends = reservation.expiresAt();
                    if (ends == null || ends.isAfter(now)) {
                      return new Used.WrongState(reservation.state());
                    }
                    free(transaction, reservation, StockMovement.Kind.EXPIRED, now);
                    return become(transaction, id, Reservation.State.EXPIRED, List.of());
                  });
      expired += outcome instanceof Used.Done ? 1 : 0;
    }
    return expired;
  }

  @Override
  public List<StockLevel> levels(@Nullable ShopId shop) {
    return (shop == null
            ? database.sql(LEVELS.formatted(""))
            : database.sql(LEVELS.formatted("WHERE shop_id = :shop")).bind("shop", shop))
        .list(
            row ->
                new StockLevel(
                    row.id("shop_id", ShopId.FORM),
                    row.id("material_id", MaterialId.FORM),
                    row.text("colour"),
                    row.integer("spools"),
                    row.number("remaining"),
                    row.number("held"),
                    row.number("free")));
  }

  @Override
  public List<StockMovement> movements(SpoolId spool, int most) {
    return database
        .sql(
            """
            SELECT spool_id, kind, milligrams, held_milligrams, reference, moved_at
            FROM spool_movements WHERE spool_id = :spool ORDER BY id DESC LIMIT :most
            """)
        .bind("spool", spool)
        .bind("most", most)
        .list(
            row ->
                new StockMovement(
                    row.id("spool_id", SpoolId.FORM),
                    row.constant("kind", StockMovement.Kind.class),
                    row.number("milligrams"),
                    row.number("held_milligrams"),
                    row.text("reference"),
                    row.instant("moved_at")));
  }
}
