package io.ktizo.server;

import java.io.PrintWriter;
import java.util.Optional;

/** One line on a terminal that says how far a command is. Safe for use by many threads. */
final class ProgressBar {
  private static final int WIDTH = 32;
  private static final String ERASE_LINE = "\r\u001b[K";

  private final Optional<PrintWriter> terminal;
  private final int total;
  private int done;

  private ProgressBar(Optional<PrintWriter> terminal, int total) {
    this.terminal = terminal;
    this.total = total;
  }

  static ProgressBar on(PrintWriter terminal, int total) {
    ProgressBar bar = new ProgressBar(Optional.of(terminal), total);
    bar.draw();
    return bar;
  }

  /** For output that goes elsewhere. */
  static ProgressBar none() {
    return new ProgressBar(Optional.empty(), 0);
  }

  /** One more is done. */
  synchronized void step() {
    done++;
    draw();
  }

  /** Writes something else without the bar in between. */
  synchronized void around(Runnable output) {
    erase();
    output.run();
    draw();
  }

  synchronized void end() {
    erase();
  }

  private synchronized void draw() {
    terminal.ifPresent(
        out -> {
          int filled = total == 0 ? WIDTH : WIDTH * done / total;
          out.print(
              ERASE_LINE
                  + "["
                  + "#".repeat(filled)
                  + ".".repeat(WIDTH - filled)
                  + "] "
                  + done
                  + " of "
                  + total);
          out.flush();
        });
  }

  private void erase() {
    terminal.ifPresent(
        out -> {
          out.print(ERASE_LINE);
          out.flush();
        });
  }
}
