package io.ktizo.storage.scan;

import java.io.IOException;
import java.io.InputStream;

/**
 * Looks for malware in one content. May be called by any number of threads at once; bounds its own
 * time.
 */
@FunctionalInterface
public interface Scanner {
  /**
   * Judges a content.
   *
   * @param content its bytes; need not be read to the end, nor closed
   * @param length how many there are
   * @return a verdict; {@link Verdict.Unavailable} whenever the scanner itself failed
   * @throws IOException if {@code content} threw it
   */
  Verdict scan(InputStream content, long length) throws IOException;

  /** What a scanner says. */
  sealed interface Verdict {
    /** Nothing was found. */
    record Clean() implements Verdict {}

    /**
     * Something was found.
     *
     * @param signature what the scanner calls it, 1 to 80 of letters, digits, dots, dashes,
     *     underscores
     */
    record Infected(String signature) implements Verdict {
      /** Keeps the characters that are allowed. */
      public Infected {
        String clean = signature.replaceAll("[^A-Za-z0-9._-]", "_");
        signature = clean.isEmpty() ? "unnamed" : clean.substring(0, Math.min(80, clean.length()));
      }
    }

    /**
     * No judgement could be had.
     *
     * @param reason for the operator, without anything from the content
     */
    record Unavailable(String reason) implements Verdict {}
  }
}
