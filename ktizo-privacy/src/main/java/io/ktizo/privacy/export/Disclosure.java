package io.ktizo.privacy.export;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Data about a person that really went to somebody (GDPR Article 15(1)(c); CJEU C-154/21: the
 * person may know who it was, not only of what kind).
 *
 * @param recipient who got it: the name of a recipient of the data map, or a name of its own where
 *     the map describes a kind, a shop for instance
 * @param dataSet what it was about; {@code null} if it was about the person as a whole
 * @param row the key of the row it was about, as text; {@code null} for none in particular
 * @param what what was handed over and why, for the person concerned
 * @param at when
 */
public record Disclosure(
    String recipient, @Nullable String dataSet, @Nullable String row, String what, Instant at) {
  public Disclosure {
    if (recipient.isBlank() || what.isBlank()) {
      throw new IllegalArgumentException("a disclosure says to whom and what");
    }
  }
}
