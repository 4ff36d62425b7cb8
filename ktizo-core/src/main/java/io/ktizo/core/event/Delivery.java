package io.ktizo.core.event;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes events out of an outbox and hands them to a receiver. Each instance of an application runs
 * one; they share the work through the outbox.
 *
 * <p>{@link #deliverDue} does what is due and returns, for tests and for hosts with a scheduler of
 * their own; {@link #start} does so again and again on a virtual thread until {@link #close}.
 */
public final class Delivery implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Delivery.class.getName());

  private final Outbox outbox;
  private final Receiver receiver;
  private final DeliveryRules rules;
  private final InstantSource clock;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore bell = new Semaphore(0);
  private final AtomicInteger busy = new AtomicInteger();
  private volatile boolean closing;

  /** A delivery that does nothing until it is told to. */
  public Delivery(Outbox outbox, Receiver receiver, DeliveryRules rules, InstantSource clock) {
    this.outbox = outbox;
    this.receiver = receiver;
    this.rules = rules;
    this.clock = clock;
  }

  /** Delivers until {@link #close}. Call it once. */
  public Delivery start() {
    workers.execute(this::run);
    return this;
  }

  /** Something was just appended: look now instead of at the next turn. Costs next to nothing. */
  public void ring() {
    bell.release();
  }

  private void run() {
    while (!closing) {
      boolean nothing = true;
      try {
        nothing = beginDue() == 0;
      } catch (RuntimeException e) {
        // The database may be gone for a while; the loop must outlive that.
        LOG.log(
            System.Logger.Level.WARNING,
            "events could not be fetched: {0}; trying again",
            e.getClass().getName());
      }
      if (nothing) {
        rest();
      }
    }
  }

  /** Begins to deliver what is due, as far as there are hands; a slow thing keeps one, not all. */
  private int beginDue() {
    int free = rules.parallel() - busy.get();
    if (free <= 0) {
      return 0;
    }
    Instant now = clock.instant();
    List<Claim> claims = outbox.claim(now, now.plus(rules.lease()), free);
    for (Claim claim : claims) {
      busy.incrementAndGet();
      workers.execute(() -> deliverAndRing(claim));
    }
    return claims.size();
  }

  private void deliverAndRing(Claim claim) {
    try {
      deliver(claim);
    } catch (RuntimeException e) {
      // The outbox itself failed; the lease will end and the thing be due again.
      LOG.log(
          System.Logger.Level.WARNING, "a delivery was broken off: {0}", e.getClass().getName());
    } finally {
      busy.decrementAndGet();
      bell.release();
    }
  }

  private void rest() {
    try {
      if (bell.tryAcquire(rules.poll().toMillis(), TimeUnit.MILLISECONDS)) {
        bell.drainPermits();
      }
    } catch (InterruptedException e) {
      closing = true;
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Delivers what is due now, things side by side.
   *
   * @return how many events were received, without those that failed
   */
  public int deliverDue() {
    Instant now = clock.instant();
    List<Claim> claims = outbox.claim(now, now.plus(rules.lease()), rules.parallel());
    if (claims.size() == 1) {
      return deliver(claims.getFirst());
    }
    List<Future<Integer>> running =
        claims.stream().map(claim -> workers.submit(() -> deliver(claim))).toList();
    int done = 0;
    for (Future<Integer> one : running) {
      done += resultOf(one);
    }
    return done;
  }

  private static int resultOf(Future<Integer> running) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return running.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (java.util.concurrent.ExecutionException e) {
          // The outbox itself failed; the lease will end and the thing be due again.
          LOG.log(
              System.Logger.Level.WARNING,
              "a delivery was broken off: {0}",
              String.valueOf(e.getCause() == null ? e : e.getCause().getClass().getName()));
          return 0;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** All events about one thing, in order, until one fails or the claim is lost. */
  private int deliver(Claim claim) {
    int done = 0;
    int attempts = claim.attempts();
    while (!closing) {
      Optional<Event> next = outbox.next(claim);
      if (next.isEmpty()) {
        break;
      }
      Event event = next.get();
      try {
        receiver.receive(event);
      } catch (Exception | StackOverflowError | LinkageError | AssertionError e) {
        fail(claim, event, attempts + 1, e);
        return done;
      }
      if (!outbox.delivered(claim, event.id(), clock.instant().plus(rules.lease()))) {
        LOG.log(
            System.Logger.Level.WARNING,
            "{0} took longer than its lease; another instance has taken over",
            event.id());
        return done;
      }
      attempts = 0;
      done++;
    }
    outbox.release(claim, clock.instant());
    return done;
  }

  private void fail(Claim claim, Event event, int attempts, Throwable failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
    String kind = failure.getClass().getName();
    if (attempts >= rules.attempts()) {
      outbox.park(claim, kind, clock.instant());
      LOG.log(
          System.Logger.Level.ERROR,
          "{0} ({1}) is parked after {2} attempts: {3}",
          event.id(),
          event.type(),
          attempts,
          kind);
    } else {
      outbox.failed(claim, clock.instant().plus(rules.pauseAfter(attempts)));
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} ({1}) failed, attempt {2}: {3}",
          event.id(),
          event.type(),
          attempts,
          kind);
    }
  }

  /** Finishes the events that are being received, gives the rest back, and ends. */
  @Override
  public void close() {
    closing = true;
    bell.release();
    workers.close();
  }
}
