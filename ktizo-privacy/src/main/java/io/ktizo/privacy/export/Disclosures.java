package io.ktizo.privacy.export;

import io.ktizo.privacy.Subject;
import java.io.IOException;

/**
 * The host's record of who really got data of a person. Without one, an archive names the
 * recipients that the data map allows, and says that these are possible ones.
 *
 * <p>Called once while an archive is made and perhaps again after a kill; it must then tell the
 * same in the same order. It may be called by several threads for different people.
 */
@FunctionalInterface
public interface Disclosures {

  /**
   * Tells everything that was disclosed about the person, oldest first.
   *
   * @throws IOException if the record cannot be read in full; there is no archive then
   */
  void tell(Subject subject, Listener listener) throws IOException;

  /** Hears disclosures. */
  @FunctionalInterface
  interface Listener {
    void heard(Disclosure disclosure) throws IOException;
  }
}
