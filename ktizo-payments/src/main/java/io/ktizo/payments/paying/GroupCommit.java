package io.ktizo.payments.paying;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Group commit: callers that come while a transaction is being committed wait for the next one and
 * share it. A commit costs a database the same for one row as for fifty, so a burst is kept in as
 * many commits as the disk can do, and nobody waits for more than two of them.
 *
 * <p>Each caller returns only after the commit of its own item. There is no thread of its own: one
 * of the callers does the work for all that wait. Safe for use by many threads.
 *
 * @param <I> what is kept
 * @param <O> what comes of it
 */
final class GroupCommit<I, O> {
  private static final int LARGEST = 200;

  private final Function<List<I>, List<O>> transaction;
  private final Predicate<RuntimeException> faultOfAnItem;
  private final int mostWaiting;
  private final long patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Waiting<I, O>> queue = new ArrayDeque<>();
  private boolean busy;

  /** One caller; its fields are guarded by the lock. */
  private static final class Waiting<I, O> {
    private final I item;
    private final Condition turn;
    private @Nullable O outcome;
    private @Nullable Throwable failure;
    private boolean done;

    Waiting(I item, Condition turn) {
      this.item = item;
      this.turn = turn;
    }
  }

  /**
   * Over a transaction.
   *
   * @param transaction keeps all of a list or, if it throws, nothing; one outcome for each item
   * @param faultOfAnItem tells what one item alone is to blame for: then the others are kept
   *     without it
   * @param mostWaiting more callers at once are refused
   * @param patience how long a caller waits for others' commits
   */
  GroupCommit(
      Function<List<I>, List<O>> transaction,
      Predicate<RuntimeException> faultOfAnItem,
      int mostWaiting,
      Duration patience) {
    this.transaction = transaction;
    this.faultOfAnItem = faultOfAnItem;
    this.mostWaiting = mostWaiting;
    this.patience = patience.toNanos();
  }

  /**
   * Keeps an item.
   *
   * @throws InboxBusyException if too many wait, or it took too long: then the item may be kept, or
   *     may not
   */
  O submit(I item) {
    lock.lock();
    try {
      if (queue.size() >= mostWaiting) {
        throw new InboxBusyException();
      }
      Waiting<I, O> mine = new Waiting<>(item, lock.newCondition());
      queue.add(mine);
      long left = patience;
      while (!mine.done) {
        if (!busy) {
          lead();
        } else if (left > 0) {
          try {
            left = mine.turn.awaitNanos(left);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            left = 0;
          }
        } else {
          queue.remove(mine);
          throw new InboxBusyException();
        }
      }
      return outcome(mine);
    } finally {
      lock.unlock();
    }
  }

  /** How many wait for a transaction that has not begun. */
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  private static <O> O outcome(Waiting<?, O> mine) {
    Throwable failure = mine.failure;
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    O outcome = mine.outcome;
    if (outcome == null) {
      throw new IllegalStateException("a transaction without an outcome");
    }
    return outcome;
  }

  /** Does the work of all that wait; the lock is held but for the transaction itself. */
  private void lead() {
    List<Waiting<I, O>> batch = new ArrayList<>();
    while (!queue.isEmpty() && batch.size() < LARGEST) {
      batch.add(queue.remove());
    }
    busy = true;
    List<I> items = batch.stream().map(one -> one.item).toList();
    List<Object> outcomes;
    lock.unlock();
    try {
      outcomes = together(items);
    } finally {
      lock.lock();
      busy = false;
    }
    for (int i = 0; i < batch.size(); i++) {
      Waiting<I, O> one = batch.get(i);
      settle(one, outcomes.get(i));
      one.turn.signal();
    }
    Waiting<I, O> next = queue.peek();
    if (next != null) {
      next.turn.signal();
    }
  }

  @SuppressWarnings("unchecked") // what is no failure came out of the transaction
  private void settle(Waiting<I, O> one, Object outcome) {
    if (outcome instanceof Failed(Throwable cause)) {
      one.failure = cause;
    } else {
      one.outcome = (O) outcome;
    }
    one.done = true;
  }

  private record Failed(Throwable cause) {}

  /** An item that the database does not take spoils the transaction, not the other items. */
  private List<Object> together(List<I> items) {
    try {
      return List.copyOf(transaction.apply(items));
    } catch (RuntimeException e) {
      return items.size() > 1 && faultOfAnItem.test(e) ? oneByOne(items) : failed(items, e);
    } catch (Error e) {
      return failed(items, e);
    }
  }

  private List<Object> oneByOne(List<I> items) {
    List<Object> outcomes = new ArrayList<>();
    for (I item : items) {
      outcomes.addAll(together(List.of(item)));
    }
    return outcomes;
  }

  private static <I> List<Object> failed(List<I> items, Throwable cause) {
    return List.copyOf(Collections.nCopies(items.size(), new Failed(cause)));
  }
}
