package io.ktizo.payments.paying;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class GroupCommitTest {
  @AutoClose private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  private static GroupCommit<Integer, String> over(
      Function<List<Integer>, List<String>> transaction) {
    return new GroupCommit<>(
        transaction, IllegalArgumentException.class::isInstance, 1_000, Duration.ofSeconds(20));
  }

  private static List<String> answers(List<Integer> items) {
    return items.stream().map(item -> "kept " + item).toList();
  }

  @Test
  void callers_that_wait_together_share_a_transaction_and_each_gets_its_own_answer()
      throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    CountDownLatch began = new CountDownLatch(1);
    List<List<Integer>> transactions = new ArrayList<>();
    GroupCommit<Integer, String> commits =
        over(
            items -> {
              began.countDown();
              awaited(open);
              transactions.add(items);
              return answers(items);
            });
    Future<String> first = callers.submit(() -> commits.submit(0));
    awaited(began);
    List<Future<String>> rest = new ArrayList<>();
    for (int i = 1; i <= 50; i++) {
      int item = i;
      rest.add(callers.submit(() -> commits.submit(item)));
    }
    while (commits.waiting() < 50) {
      Thread.onSpinWait();
    }
    open.countDown();

    assertThat(first.get()).isEqualTo("kept 0");
    for (int i = 1; i <= 50; i++) {
      assertThat(rest.get(i - 1).get()).isEqualTo("kept " + i);
    }
    assertThat(transactions).hasSize(2);
  }

  @Test
  void nobody_returns_before_his_item_is_committed_and_nothing_is_lost() throws Exception {
    Set<Integer> committed = new HashSet<>();
    GroupCommit<Integer, String> commits =
        over(
            items -> {
              synchronized (committed) {
                committed.addAll(items);
              }
              return answers(items);
            });
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      int item = i;
      calls.add(
          () -> {
            String answer = commits.submit(item);
            synchronized (committed) {
              return committed.contains(item) && answer.equals("kept " + item);
            }
          });
    }

    try (ExecutorService few = Executors.newFixedThreadPool(40)) {
      for (Future<Boolean> call : few.invokeAll(calls)) {
        assertThat(call.get()).isTrue();
      }
    }
    assertThat(committed).hasSize(2_000);
  }

  @Test
  void an_item_that_the_database_does_not_take_spoils_only_itself() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    CountDownLatch began = new CountDownLatch(1);
    Set<Integer> committed = new HashSet<>();
    GroupCommit<Integer, String> commits =
        over(
            items -> {
              began.countDown();
              awaited(open);
              if (items.contains(13)) {
                throw new IllegalArgumentException("unlucky");
              }
              committed.addAll(items);
              return answers(items);
            });
    Future<String> first = callers.submit(() -> commits.submit(0));
    awaited(began);
    Future<String> good = callers.submit(() -> commits.submit(12));
    Future<String> bad = callers.submit(() -> commits.submit(13));
    while (commits.waiting() < 2) {
      Thread.onSpinWait();
    }
    open.countDown();

    assertThat(first.get()).isEqualTo("kept 0");
    assertThat(good.get()).isEqualTo("kept 12");
    assertThatThrownBy(bad::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IllegalArgumentException.class);
    assertThat(committed).containsExactlyInAnyOrder(0, 12);
  }

  @Test
  void a_failure_is_told_to_all_that_shared_it_and_the_next_ones_are_tried_again() {
    AtomicInteger tries = new AtomicInteger();
    GroupCommit<Integer, String> commits =
        over(
            items -> {
              if (tries.getAndIncrement() == 0) {
                throw new IllegalStateException("the process died");
              }
              return answers(items);
            });

    assertThatThrownBy(() -> commits.submit(1)).isInstanceOf(IllegalStateException.class);
    assertThat(commits.submit(1)).isEqualTo("kept 1");
  }

  @Test
  void more_than_can_be_kept_are_refused_at_once_and_nobody_waits_for_ever() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    CountDownLatch began = new CountDownLatch(1);
    GroupCommit<Integer, String> commits =
        new GroupCommit<>(
            items -> {
              began.countDown();
              awaited(open);
              return answers(items);
            },
            failure -> false,
            1,
            Duration.ofMillis(50));
    Future<String> slow = callers.submit(() -> commits.submit(0));
    awaited(began);
    Future<String> patient = callers.submit(() -> commits.submit(1));

    assertThatThrownBy(patient::get).hasCauseInstanceOf(InboxBusyException.class);
    Future<String> waiting = callers.submit(() -> commits.submit(2));
    while (commits.waiting() < 1 && !waiting.isDone()) {
      Thread.onSpinWait();
    }
    open.countDown();
    assertThat(slow.get()).isEqualTo("kept 0");
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
