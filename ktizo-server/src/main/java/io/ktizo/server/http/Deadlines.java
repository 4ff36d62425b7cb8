package io.ktizo.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When threads that wait for a client have waited long enough. Interrupting a virtual thread that
 * reads or writes a socket closes the socket; a time-out of the socket would begin anew with each
 * byte, and there is none for writing.
 *
 * <p>Each thread has one deadline at a time. A thread that is done a moment before its end may
 * still be interrupted: its client was too slow all the same.
 */
final class Deadlines {
  private final Map<Thread, Long> ends = new ConcurrentHashMap<>();

  /** The calling thread begins to wait. */
  void begin(Duration longest) {
    ends.put(Thread.currentThread(), System.nanoTime() + longest.toNanos());
  }

  /** It has what it waited for. */
  void end() {
    ends.remove(Thread.currentThread());
  }

  /** Interrupts those who have waited too long; to be called from time to time. */
  void look() {
    long now = System.nanoTime();
    ends.forEach(
        (thread, end) -> {
          if (now - end > 0 && ends.remove(thread, end)) {
            thread.interrupt();
          }
        });
  }
}
