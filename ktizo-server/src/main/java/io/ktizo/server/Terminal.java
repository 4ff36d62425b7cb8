package io.ktizo.server;

import java.io.Console;

/** Whether somebody is looking. */
final class Terminal {
  private Terminal() {}

  /** Whether input and output are a terminal's. */
  @SuppressWarnings("SystemConsoleNull") // before JDK 22 null is the answer; later JDKs are asked
  static boolean isAttached() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
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
