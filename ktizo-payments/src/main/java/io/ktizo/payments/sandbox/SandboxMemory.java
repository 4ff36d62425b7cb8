package io.ktizo.payments.sandbox;

import java.util.List;

/**
 * Keeps what a sandbox was asked, so that it knows its payments again after a restart: the same
 * calls at the same times lead to the same books. Several processes may share a memory: each does
 * the others' calls in the same order before its own, so all have the same books.
 *
 * <p>Contract: calls get places 1, 2, 3 and so on, or at least growing ones. Once a call can be
 * read, none is ever put before it. Safe for use by all threads and processes that share it.
 */
public interface SandboxMemory {

  /**
   * A call that was kept.
   *
   * @param place where in the order, from 1
   * @param call one line of printable text
   */
  record Kept(long place, String call) {}

  /** Everything is forgotten with the process. */
  SandboxMemory NONE =
      new SandboxMemory() {
        @Override
        public List<Kept> append(String call, long after) {
          return List.of(new Kept(after + 1, call));
        }

        @Override
        public List<Kept> after(long place) {
          return List.of();
        }
      };

  /**
   * Keeps a call behind all others, before it is done. Once this has returned it stays as far as
   * the host promises.
   *
   * @param call one line of printable text
   * @param after the last place that the caller knows
   * @return what others kept behind that place, in order, and this call as the last
   */
  List<Kept> append(String call, long after);

  /**
   * What was kept behind a place, in order.
   *
   * @param place the last one that the caller knows; 0 for all
   */
  List<Kept> after(long place);
}
