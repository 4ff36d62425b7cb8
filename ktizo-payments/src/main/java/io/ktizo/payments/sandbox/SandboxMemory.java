package io.ktizo.payments.sandbox;

import java.util.List;

/**
 * Keeps what a sandbox was asked, so that it knows its payments again after a restart: the same
 * calls at the same times lead to the same books. One line a call; the host keeps lines in order
 * and need not read them.
 */
public interface SandboxMemory {
  /** Everything is forgotten with the process. */
  SandboxMemory NONE =
      new SandboxMemory() {
        @Override
        public void append(String call) {
          // Forgotten, as its name says.
        }

        @Override
        public List<String> calls() {
          return List.of();
        }
      };

  /**
   * Keeps a call, before it is done. Once this has returned it stays as far as the host promises.
   *
   * @param call one line of printable text
   */
  void append(String call);

  /** All calls so far, in order. */
  List<String> calls();
}
