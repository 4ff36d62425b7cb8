package io.ktizo.core.print;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done for each layer by itself, by the calling thread and by as many others as the
 * host lends. What a layer gives depends on nothing but the layer, so the result is the same
 * whoever does it.
 *
 * <p>The caller works too and waits only for runs of layers that another thread has begun: an
 * executor that is busy, full or shut down makes it slower and nothing else.
 */
final class LayerWork {
  /** Runs of layers for each thread, so that none waits long for the last. */
  private static final int RUNS = 4;

  private final @Nullable Executor executor;
  private final int threads;

  LayerWork(@Nullable Executor executor, int threads) {
    this.executor = executor;
    this.threads = executor == null ? 1 : Math.max(1, threads);
  }

  /** What is done with the layers from {@code begin} to before {@code end}, in ascending order. */
  interface Run<T> {
    void over(int begin, int end, T tools);
  }

  /** Does a run over all layers, each thread with tools of its own. */
  <T> void each(int layers, Supplier<T> tools, Run<T> run) {
    if (executor == null || threads == 1 || layers < 2 * RUNS) {
      run.over(0, layers, tools.get());
      return;
    }
    int runs = Math.min(layers, threads * RUNS);
    AtomicInteger next = new AtomicInteger();
    CountDownLatch left = new CountDownLatch(runs);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Runnable worker =
        () -> {
          @Nullable T own = null;
          for (int r = next.getAndIncrement(); r < runs; r = next.getAndIncrement()) {
            try {
              if (failure.get() == null) {
                if (own == null) {
                  own = tools.get();
                }
                run.over(
                    (int) ((long) layers * r / runs), (int) ((long) layers * (r + 1) / runs), own);
              }
            } catch (RuntimeException | Error e) {
              failure.compareAndSet(null, e);
            } finally {
              left.countDown();
            }
          }
        };
    for (int i = 1; i < threads; i++) {
      try {
        executor.execute(worker);
      } catch (RejectedExecutionException full) {
        // The caller does it alone.
        break;
      }
    }
    worker.run();
    awaitUninterruptibly(left);
    Throwable failed = failure.get();
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
