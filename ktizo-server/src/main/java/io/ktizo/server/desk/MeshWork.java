package io.ktizo.server.desk;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Where models are read, measured and estimated: a few platform threads with a short queue. When it
 * is full, {@link #run} refuses at once.
 *
 * <p>Requests run on virtual threads, which share as many carriers as there are cores: two large
 * models computed there would stop every other request. And the readers' limit on CPU time counts
 * the time of a platform thread; a virtual one has none.
 */
public final class MeshWork implements AutoCloseable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

  private final ThreadPoolExecutor models;
  private final ExecutorService estimates;

  /**
   * Starts the threads.
   *
   * @param threads how many models are worked on at once, at least 1
   * @param queue how many may wait, at least 1
   */
  public MeshWork(int threads, int queue) {
    models =
        new ThreadPoolExecutor(
            threads,
            threads,
            1,
            TimeUnit.MINUTES,
            new ArrayBlockingQueue<>(queue),
            Thread.ofPlatform().daemon().name("ktizo-model-", 1).factory());
    estimates =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("ktizo-estimate-", 1).factory());
  }

  /**
   * Does the work and waits for it.
   *
   * @throws BusyException if there is no place in the queue, or the thread was interrupted
   * @throws DeskException if the work failed
   */
  <T> T run(Callable<T> work) {
    Future<T> future;
    try {
      future = models.submit(work);
    } catch (RejectedExecutionException full) {
      throw new BusyException(RETRY_AFTER);
    }
    try {
      return future.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw new DeskException("work on a model failed", e);
      }
    } catch (InterruptedException e) {
      future.cancel(true);
      Thread.currentThread().interrupt();
      // The server stops, or the client is gone.
      throw new BusyException(RETRY_AFTER);
    }
  }

  /** For the estimates of one model; separate, since who waits for them holds a model's thread. */
  Executor estimates() {
    return estimates;
  }

  /** Lets nothing more begin; what runs is interrupted after a moment. */
  @Override
  public void close() {
    models.shutdown();
    estimates.shutdown();
    try {
      if (!models.awaitTermination(5, TimeUnit.SECONDS)) {
        models.shutdownNow();
        estimates.shutdownNow();
      }
    } catch (InterruptedException e) {
      models.shutdownNow();
      estimates.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }
}
