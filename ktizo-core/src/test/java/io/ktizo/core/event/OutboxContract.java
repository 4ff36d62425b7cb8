package io.ktizo.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ktizo.core.id.IdGenerator;
import io.ktizo.core.id.TimeOrderedIds;
import io.ktizo.core.testkit.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every outbox promises. */
public abstract class OutboxContract {
  private static final DeliveryRules RULES =
      new DeliveryRules(
          Duration.ofSeconds(60),
          3,
          Duration.ofSeconds(10),
          Duration.ofSeconds(15),
          Duration.ofMillis(20),
          4);

  protected final SettableClock clock = SettableClock.atNoon();
  protected final IdGenerator ids = new TimeOrderedIds(clock, new Random(7));
  private final List<Event> received = Collections.synchronizedList(new ArrayList<>());

  /** The outbox under test. */
  protected abstract Outbox outbox();

  /** Commits these events, with or without a change beside them. */
  protected abstract void append(List<Event> events);

  /** Removes everything. */
  protected abstract void empty();

  @BeforeEach
  void start() {
    empty();
  }

  private Event event(String about, int number) {
    return new Event(
        EventId.FORM.next(ids), "thing-changed", about, clock.instant(), Map.of("n", "" + number));
  }

  private Delivery delivery(Receiver receiver) {
    return new Delivery(outbox(), receiver, RULES, clock);
  }

  private int deliver() {
    try (Delivery delivery = delivery(received::add)) {
      return delivery.deliverDue();
    }
  }

  @Test
  void an_event_arrives_as_it_was_appended_and_once() {
    Event event =
        new Event(
            EventId.FORM.next(ids),
            "order-placed",
            "order_1",
            Instant.parse("2026-12-01T11:59:59.123456Z"),
            Map.of("amount", "12.50 €", "note", "a=b\\n\nc\\\0", "empty", ""));
    append(List.of(event));
    assertThat(outbox().backlog()).isEqualTo(new Backlog(1, event.at(), 0));
    assertThat(deliver()).isEqualTo(1);
    assertThat(deliver()).isZero();
    assertThat(received).containsExactly(event);
    assertThat(outbox().backlog()).isEqualTo(new Backlog(0, null, 0));
  }

  @Test
  void events_about_one_thing_keep_their_order_whatever_the_clock_does() {
    append(List.of(event("a", 1), event("b", 1), event("a", 2)));
    clock.advance(Duration.ofMinutes(-5));
    append(List.of(event("a", 3), event("b", 2)));
    clock.advance(Duration.ofMinutes(10));
    assertThat(deliver()).isEqualTo(5);
    assertThat(numbers("a")).containsExactly(1, 2, 3);
    assertThat(numbers("b")).containsExactly(1, 2);
  }

  private List<Integer> numbers(String about) {
    return received.stream()
        .filter(event -> event.about().equals(about))
        .map(event -> Integer.parseInt(event.fact("n")))
        .toList();
  }

  @Test
  void a_failure_is_tried_again_with_growing_pauses_and_holds_back_only_its_own_thing() {
    append(List.of(event("bad", 1), event("bad", 2), event("good", 1)));
    List<Event> tried = Collections.synchronizedList(new ArrayList<>());
    Receiver picky =
        event -> {
          tried.add(event);
          if (event.about().equals("bad") && tried.size() < 4) {
            throw new IllegalStateException("not now");
          }
          received.add(event);
        };
    try (Delivery delivery = delivery(picky)) {
      assertThat(delivery.deliverDue()).isEqualTo(1);
      assertThat(numbers("good")).containsExactly(1);
      assertThat(delivery.deliverDue()).isZero();
      clock.advance(Duration.ofSeconds(9));
      assertThat(delivery.deliverDue()).isZero();
      assertThat(tried).hasSize(2);
      clock.advance(Duration.ofSeconds(1));
      assertThat(delivery.deliverDue()).isZero();
      assertThat(tried).hasSize(3);
      clock.advance(Duration.ofSeconds(14));
      assertThat(delivery.deliverDue()).isZero();
      assertThat(tried).hasSize(3);
      clock.advance(Duration.ofSeconds(1));
      assertThat(delivery.deliverDue()).isEqualTo(2);
    }
    assertThat(numbers("bad")).containsExactly(1, 2);
  }

  @Test
  void after_the_last_attempt_it_is_parked_where_staff_see_it() {
    Event poison = event("bad", 1);
    append(List.of(poison, event("bad", 2), event("good", 1)));
    failUntilParked();
    assertThat(outbox().backlog().parked()).isEqualTo(1);
    assertThat(outbox().parked(10))
        .singleElement()
        .satisfies(
            parked -> {
              assertThat(parked.event()).isEqualTo(poison);
              assertThat(parked.attempts()).isEqualTo(3);
              assertThat(parked.failure()).isEqualTo("java.lang.IllegalStateException");
              assertThat(parked.waiting()).isEqualTo(1);
              assertThat(parked.since()).isEqualTo(clock.instant());
            });
    clock.advance(Duration.ofDays(30));
    assertThat(deliver()).isZero();

    assertThat(outbox().retry(EventId.FORM.next(ids), clock.instant())).isFalse();
    assertThat(outbox().retry(poison.id(), clock.instant())).isTrue();
    assertThat(outbox().retry(poison.id(), clock.instant())).isFalse();
    assertThat(deliver()).isEqualTo(2);
    assertThat(numbers("bad")).containsExactly(1, 2);
    assertThat(outbox().parked(10)).isEmpty();
  }

  @Test
  void a_parked_event_can_be_dropped() {
    Event poison = event("bad", 1);
    append(List.of(poison, event("bad", 2)));
    failUntilParked();
    assertThat(outbox().drop(poison.id(), clock.instant())).isTrue();
    assertThat(outbox().drop(poison.id(), clock.instant())).isFalse();
    assertThat(deliver()).isEqualTo(1);
    assertThat(numbers("bad")).containsExactly(2);
    assertThat(outbox().backlog().events()).isZero();
  }

  private void failUntilParked() {
    Receiver failing =
        event -> {
          if (event.about().equals("bad")) {
            throw new IllegalStateException("never");
          }
        };
    try (Delivery delivery = delivery(failing)) {
      for (int attempt = 0; attempt < 3; attempt++) {
        delivery.deliverDue();
        clock.advance(Duration.ofSeconds(15));
      }
    }
    clock.advance(Duration.ofSeconds(-15));
  }

  @Test
  void a_lease_keeps_others_out_until_it_ends_and_then_passes_on() {
    append(List.of(event("a", 1), event("a", 2)));
    Instant end = clock.instant().plusSeconds(60);
    Claim dead = outbox().claim(clock.instant(), end, 10).getFirst();
    assertThat(outbox().claim(clock.instant(), end, 10)).isEmpty();
    assertThat(outbox().delivered(dead, outbox().next(dead).orElseThrow().id(), end)).isTrue();

    clock.advance(Duration.ofSeconds(60));
    Claim heir = outbox().claim(clock.instant(), clock.instant().plusSeconds(60), 10).getFirst();
    assertThat(heir.about()).isEqualTo("a");
    Event second = outbox().next(heir).orElseThrow();
    assertThat(second.fact("n")).isEqualTo("2");

    assertThat(outbox().delivered(dead, second.id(), end)).isFalse();
    assertThat(outbox().failed(dead, end)).isFalse();
    assertThat(outbox().park(dead, "x", end)).isFalse();
    assertThat(outbox().release(dead, end)).isFalse();
    assertThat(outbox().delivered(heir, second.id(), clock.instant())).isTrue();
    assertThat(outbox().release(heir, clock.instant())).isTrue();
    assertThat(outbox().backlog().events()).isZero();
  }

  @Test
  void events_that_come_while_a_thing_is_claimed_are_not_forgotten() {
    append(List.of(event("a", 1)));
    Receiver appending =
        event -> {
          received.add(event);
          int number = Integer.parseInt(event.fact("n"));
          if (number < 5) {
            append(List.of(event("a", number + 1)));
          }
        };
    try (Delivery delivery = delivery(appending)) {
      assertThat(delivery.deliverDue()).isEqualTo(5);
    }
    append(List.of(event("a", 6)));
    assertThat(deliver()).isEqualTo(1);
    assertThat(numbers("a")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void writers_and_several_deliveries_at_once_lose_nothing_and_keep_the_order()
      throws InterruptedException {
    int things = 6;
    int each = 40;
    CountDownLatch all = new CountDownLatch(things * each);
    Map<String, List<Integer>> order = new ConcurrentHashMap<>();
    Set<EventId> seen = Collections.synchronizedSet(new HashSet<>());
    Receiver receiver =
        event -> {
          assertThat(seen.add(event.id())).as("delivered once while nothing fails").isTrue();
          order
              .computeIfAbsent(
                  event.about(), ignored -> Collections.synchronizedList(new ArrayList<>()))
              .add(Integer.parseInt(event.fact("n")));
          all.countDown();
        };
    try (Delivery one = delivery(receiver).start();
        Delivery two = delivery(receiver).start()) {
      List<Thread> writers =
          IntStream.range(0, things)
              .mapToObj(
                  thing ->
                      Thread.startVirtualThread(
                          () -> {
                            for (int number = 0; number < each; number++) {
                              append(List.of(event("thing_" + thing, number)));
                              one.ring();
                              two.ring();
                            }
                          }))
              .toList();
      for (Thread writer : writers) {
        writer.join();
      }
      assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    }
    List<Integer> expected = IntStream.range(0, each).boxed().toList();
    Map<String, List<Integer>> wanted = new HashMap<>();
    IntStream.range(0, things).forEach(thing -> wanted.put("thing_" + thing, expected));
    assertThat(order).isEqualTo(wanted);
    assertThat(outbox().backlog().events()).isZero();
  }

  @Test
  void a_slow_receiver_holds_up_its_own_thing_alone() throws InterruptedException {
    append(List.of(event("slow", 1)));
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch others = new CountDownLatch(30);
    CountDownLatch enough = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Receiver receiver =
        event -> {
          if (event.about().equals("slow")) {
            begun.countDown();
            assertThat(enough.await(30, TimeUnit.SECONDS)).isTrue();
            done.countDown();
          } else {
            others.countDown();
          }
        };
    try (Delivery delivery = delivery(receiver).start()) {
      assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
      append(IntStream.range(0, 30).mapToObj(thing -> event("thing_" + thing, thing)).toList());
      delivery.ring();
      assertThat(others.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(done.getCount()).as("the slow one is not done yet").isEqualTo(1);
      enough.countDown();
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(outbox().backlog().events()).isZero();
  }

  @Test
  void events_hold_what_fits_and_nothing_else() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> event("not an id", 1))
        .withMessageContaining("text form of an id");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Event(EventId.FORM.next(ids), "Order Placed", "a", clock.instant(), Map.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Event(
                    EventId.FORM.next(ids),
                    "order-placed",
                    "a",
                    clock.instant(),
                    Map.of("note", "x".repeat(1_001))));
  }
}
