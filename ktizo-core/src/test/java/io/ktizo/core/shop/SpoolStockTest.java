package io.ktizo.core.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ktizo.core.event.Event;
import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.sql.Dialect;
import io.ktizo.core.sql.StaleVersionException;
import io.ktizo.core.store.CoreTables;
import io.ktizo.core.store.ShopStores;
import io.ktizo.core.testkit.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is held, used and given back of spools, on all stores; cases O05 and O07. */
class SpoolStockTest {
  private static final Instant NOON = Instant.parse("2026-12-01T12:00:00Z");
  private static final IdGenerator IDS = new TimeOrderedIds(InstantSource.system(), new Random(5));
  private static final MaterialId PLA = MaterialId.FORM.next(IDS);

  @Nested
  class InMemory extends Contract {
    @Override
    ShopStores stores() {
      return ShopStores.inMemory();
    }
  }

  @Nested
  class OnH2 extends Contract {
    @AutoClose
    private static final TestDatabase TEST =
        TestDatabase.create(Dialect.H2).migrated(CoreTables.migrations());

    @Override
    ShopStores stores() {
      return ShopStores.in(TEST.database(), IDS);
    }
  }

  @Nested
  class OnPostgres extends Contract {
    @AutoClose
    private static final TestDatabase TEST =
        TestDatabase.create(Dialect.POSTGRESQL).migrated(CoreTables.migrations());

    @Override
    ShopStores stores() {
      return ShopStores.in(TEST.database(), IDS);
    }
  }

  abstract static class Contract {
    private Stock stock = ShopStores.inMemory().stock();
    private ShopId shop = ShopId.FORM.next(IDS);

    abstract ShopStores stores();

    @BeforeEach
    void open() {
      ShopStores stores = stores();
      stock = stores.stock();
      // What other tests left behind.
      stock.expire(NOON.plus(Duration.ofDays(3_650)), Integer.MAX_VALUE);
      shop = stores.anApprovedShop(IDS, NOON);
    }

    private Spool spool(long grams) {
      Spool spool =
          new Spool(
              SpoolId.FORM.next(IDS),
              shop,
              1,
              PLA,
              "red",
              "a spool",
              Grams.of(grams),
              Grams.ZERO,
              true,
              NOON);
      stock.add(spool, List.of());
      return spool;
    }

    private Stock.Held hold(String reference, long perPart, int parts, @Nullable Instant until) {
      return hold(reference, perPart, parts, until, NOON);
    }

    private Stock.Held hold(
        String reference, long perPart, int parts, @Nullable Instant until, Instant now) {
      return stock.hold(
          ReservationId.FORM.next(IDS),
          new Stock.Wanted(shop, PLA, "red", Grams.of(perPart), parts, reference, until),
          now,
          List.of(Event.of(IDS, InstantSource.fixed(NOON), "shop-stock-changed", shop, Map.of())));
    }

    private Reservation held(String reference, long perPart, int parts, @Nullable Instant until) {
      Stock.Held outcome = hold(reference, perPart, parts, until);
      assertThat(outcome).isInstanceOf(Stock.Held.Done.class);
      return ((Stock.Held.Done) outcome).reservation();
    }

    private Spool now(Spool spool) {
      return stock.find(spool.id()).orElseThrow();
    }

    /** What movements add up to is what the row says. */
    private void assertBooksBalance(Spool... spools) {
      for (Spool spool : spools) {
        List<StockMovement> movements = stock.movements(spool.id(), 10_000);
        assertThat(movements.stream().mapToLong(StockMovement::milligrams).sum())
            .isEqualTo(now(spool).remaining().milligrams());
        assertThat(movements.stream().mapToLong(StockMovement::heldMilligrams).sum())
            .isEqualTo(now(spool).held().milligrams());
      }
    }

    @Test
    void what_is_held_is_not_free_and_what_is_used_is_gone() {
      Spool spool = spool(1_000);
      Reservation reservation = held("order-1", 150, 4, null);
      assertThat(reservation.portions())
          .containsExactly(new Reservation.Portion(spool.id(), 4, Grams.of(600), Grams.ZERO));
      assertThat(now(spool).free()).isEqualTo(Grams.of(400));
      assertThat(now(spool).remaining()).isEqualTo(Grams.of(1_000));

      assertThat(stock.consume(reservation.id(), Map.of(), NOON, List.of()))
          .isInstanceOf(Stock.Used.Done.class);
      assertThat(now(spool).remaining()).isEqualTo(Grams.of(400));
      assertThat(now(spool).held()).isEqualTo(Grams.ZERO);
      assertThat(stock.consume(reservation.id(), Map.of(), NOON, List.of()))
          .isInstanceOf(Stock.Used.Before.class);
      assertThat(now(spool).remaining()).isEqualTo(Grams.of(400));
      assertBooksBalance(spool);
    }

    @Test
    void a_part_is_never_printed_from_two_spools() {
      Spool small = spool(250);
      Spool large = spool(450);
      // 700 g in all; of parts of 200 g one fits on the first and two on the second.
      assertThat(hold("order-4", 200, 4, null)).isEqualTo(new Stock.Held.NotEnough(3));
      assertThat(now(large).held()).isEqualTo(Grams.ZERO);
      Reservation reservation = held("order-3", 200, 3, null);
      assertThat(reservation.portions())
          .containsExactlyInAnyOrder(
              new Reservation.Portion(small.id(), 1, Grams.of(200), Grams.ZERO),
              new Reservation.Portion(large.id(), 2, Grams.of(400), Grams.ZERO));
      assertBooksBalance(small, large);
    }

    @Test
    void the_emptiest_spool_that_can_do_it_alone_is_taken() {
      spool(1_000);
      Spool rest = spool(210);
      spool(90);
      assertThat(held("order", 100, 2, null).portions())
          .extracting(Reservation.Portion::spool)
          .containsExactly(rest.id());
    }

    @Test
    void a_refused_wish_leaves_nothing_behind_and_may_come_again() {
      Spool spool = spool(100);
      assertThat(hold("order", 101, 1, null)).isEqualTo(new Stock.Held.NotEnough(0));
      assertThat(stock.reservation(shop, "order")).isEmpty();
      assertThat(hold("order", 100, 1, null)).isInstanceOf(Stock.Held.Done.class);
      assertBooksBalance(spool);
    }

    @Test
    void the_same_order_holds_once() {
      Spool spool = spool(1_000);
      Reservation first = held("order", 100, 1, null);
      assertThat(hold("order", 100, 1, null)).isEqualTo(new Stock.Held.Before(first));
      assertThat(now(spool).held()).isEqualTo(Grams.of(100));
    }

    @Test
    void more_than_was_held_may_be_used_as_far_as_it_is_free() {
      Spool spool = spool(1_000);
      Reservation reservation = held("order", 300, 1, null);
      held("other", 600, 1, null);
      assertThat(
              stock.consume(reservation.id(), Map.of(spool.id(), Grams.of(401)), NOON, List.of()))
          .isEqualTo(new Stock.Used.NotEnough(spool.id()));
      assertThat(
              stock.consume(reservation.id(), Map.of(spool.id(), Grams.of(400)), NOON, List.of()))
          .isInstanceOf(Stock.Used.Done.class);
      assertThat(now(spool).remaining()).isEqualTo(Grams.of(600));
      assertThat(now(spool).free()).isEqualTo(Grams.ZERO);
      assertBooksBalance(spool);
    }

    @Test
    void what_was_not_needed_is_free_again() {
      Spool spool = spool(1_000);
      Reservation reservation = held("order", 300, 1, null);
      stock.consume(reservation.id(), Map.of(spool.id(), Grams.of(250)), NOON, List.of());
      assertThat(now(spool).free()).isEqualTo(Grams.of(750));
      assertThat(
              stock.giveBack(reservation.id(), Map.of(spool.id(), Grams.of(251)), NOON, List.of()))
          .isEqualTo(new Stock.Used.NotEnough(spool.id()));
      assertThat(
              stock.giveBack(reservation.id(), Map.of(spool.id(), Grams.of(50)), NOON, List.of()))
          .isInstanceOf(Stock.Used.Done.class);
      assertThat(now(spool).free()).isEqualTo(Grams.of(800));
      assertBooksBalance(spool);
    }

    @Test
    void released_material_is_free_and_cannot_be_used() {
      Spool spool = spool(1_000);
      Reservation reservation = held("order", 300, 1, null);
      assertThat(stock.release(reservation.id(), NOON, List.of()))
          .isInstanceOf(Stock.Used.Done.class);
      assertThat(stock.release(reservation.id(), NOON, List.of()))
          .isInstanceOf(Stock.Used.Before.class);
      assertThat(stock.consume(reservation.id(), Map.of(), NOON, List.of()))
          .isEqualTo(new Stock.Used.WrongState(Reservation.State.RELEASED));
      assertThat(now(spool).free()).isEqualTo(Grams.of(1_000));
      assertBooksBalance(spool);
    }

    /** O07: a reservation that expires during the payment sells nothing twice. */
    @Test
    void o07_expired_material_goes_to_the_next_and_the_first_is_told() {
      Spool spool = spool(500);
      Instant until = NOON.plus(Duration.ofMinutes(15));
      Reservation first = held("first", 500, 1, until);
      assertThat(hold("second", 500, 1, null, until.minusMillis(1)))
          .isEqualTo(new Stock.Held.NotEnough(0));
      assertThat(hold("second", 500, 1, null, until)).isInstanceOf(Stock.Held.Done.class);
      assertThat(stock.prolong(first.id(), null, until))
          .isEqualTo(new Stock.Used.WrongState(Reservation.State.EXPIRED));
      assertThat(stock.consume(first.id(), Map.of(), until, List.of()))
          .isEqualTo(new Stock.Used.WrongState(Reservation.State.EXPIRED));
      assertThat(now(spool).held()).isEqualTo(Grams.of(500));
      assertBooksBalance(spool);
    }

    @Test
    void what_was_paid_for_in_time_is_held_for_good() {
      Spool spool = spool(500);
      Instant until = NOON.plus(Duration.ofMinutes(15));
      Reservation reservation = held("first", 500, 1, until);
      assertThat(stock.prolong(reservation.id(), null, until.minusMillis(1)))
          .isInstanceOf(Stock.Used.Done.class);
      assertThat(stock.expire(until.plus(Duration.ofDays(365)), 100)).isZero();
      assertThat(now(spool).held()).isEqualTo(Grams.of(500));
    }

    @Test
    void the_clock_frees_what_nobody_paid_for() {
      Spool spool = spool(500);
      Instant until = NOON.plus(Duration.ofMinutes(15));
      held("first", 200, 1, until);
      held("second", 200, 1, until.plusMillis(1));
      assertThat(stock.expire(until.minusMillis(1), 100)).isZero();
      assertThat(stock.expire(until, 100)).isEqualTo(1);
      assertThat(stock.expire(until, 100)).isZero();
      assertThat(now(spool).held()).isEqualTo(Grams.of(200));
      assertBooksBalance(spool);
    }

    @Test
    void a_spool_is_not_weighed_below_what_is_held_on_it() {
      Spool spool = spool(500);
      held("order", 300, 1, null);
      assertThat(stock.count(spool.id(), new Grams(299_999), "weighed", NOON, List.of())).isEmpty();
      assertThat(stock.count(spool.id(), Grams.of(300), "weighed", NOON, List.of())).isPresent();
      assertThat(now(spool).free()).isEqualTo(Grams.ZERO);
      assertBooksBalance(spool);
    }

    @Test
    void a_spool_out_of_use_gives_nothing_more_but_what_is_held() {
      Spool spool = spool(500);
      Reservation reservation = held("order", 100, 1, null);
      Spool described = stock.describe(now(spool).described("on the shelf", false), List.of());
      assertThat(described.version()).isEqualTo(2);
      assertThatExceptionOfType(StaleVersionException.class)
          .isThrownBy(() -> stock.describe(spool.described("too late", true), List.of()));
      assertThat(hold("other", 1, 1, null)).isEqualTo(new Stock.Held.NotEnough(0));
      assertThat(stock.consume(reservation.id(), Map.of(), NOON, List.of()))
          .isInstanceOf(Stock.Used.Done.class);
      assertThat(stock.of(shop, null, 10)).extracting(Spool::label).containsExactly("on the shelf");
    }

    @Test
    void levels_add_up_what_is_in_use_by_colour() {
      assertThat(stock.levels(shop)).isEmpty();
      Spool first = spool(500);
      Spool second = spool(300);
      held("order", 100, 4, null);
      assertThat(stock.levels(shop))
          .containsExactly(new StockLevel(shop, PLA, "red", 2, 800_000, 400_000, 400_000));
      assertThat(stock.levels(null)).containsAll(stock.levels(shop));
      for (Spool spool : List.of(first, second)) {
        var unused = stock.describe(now(spool).described("away", false), List.of());
      }
      assertThat(stock.levels(shop))
          .as("what is held is still used")
          .containsExactly(new StockLevel(shop, PLA, "red", 0, 0, 400_000, 0));
    }

    /** O05: stock for k, 200 buyers at a barrier. */
    @Test
    void o05_of_two_hundred_who_want_the_last_parts_as_many_get_one_as_there_are()
        throws Exception {
      Spool first = spool(1_050);
      Spool second = spool(730);
      // Parts of 100 g: 10 and 7.
      CountDownLatch barrier = new CountDownLatch(1);
      // As many as there are connections, so that nobody gives up waiting for one.
      Semaphore hands = new Semaphore(8);
      List<Future<Stock.Held>> buyers = new ArrayList<>();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int i = 0; i < 200; i++) {
          String reference = "order-" + i;
          buyers.add(
              threads.submit(
                  () -> {
                    barrier.await();
                    hands.acquire();
                    try {
                      return hold(reference, 100, 1, NOON.plus(Duration.ofMinutes(15)));
                    } finally {
                      hands.release();
                    }
                  }));
        }
        barrier.countDown();
        long sold = 0;
        for (Future<Stock.Held> buyer : buyers) {
          sold += buyer.get(60, TimeUnit.SECONDS) instanceof Stock.Held.Done ? 1 : 0;
        }
        assertThat(sold).isEqualTo(17);
      }
      assertThat(now(first).held()).isEqualTo(Grams.of(1_000));
      assertThat(now(second).held()).isEqualTo(Grams.of(700));
      assertBooksBalance(first, second);
    }
  }
}
