package io.ktizo.server.terminal;

import java.io.Console;
import java.util.Optional;

/** Whether somebody is looking. */
public final class Terminal {
  private Terminal() {}

  /** Whether input and output are a terminal's. */
  public static boolean isAttached() {
    return console().isPresent();
  }

  /** Asks whoever is there; nothing if input or output is no terminal's. */
  @SuppressWarnings("SystemConsoleNull") // before JDK 22 null is the answer; later JDKs are asked
  public static Optional<Console> console() {
    Console console = System.console();
    return console != null && isTerminal(console) ? Optional.of(console) : Optional.empty();
  }

  private static boolean isTerminal(Console console) {
    try {
      // From JDK 22 on there may be a console without a terminal; before, there is no such method.
      return Boolean.TRUE.equals(Console.class.getMethod("isTerminal").invoke(console));
    } catch (NoSuchMethodException olderJdk) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
